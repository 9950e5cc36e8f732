/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-history"

#include "ww-store-history.h"

#include "ww-error-private.h"
#include "ww-store-records.h"

static WwRecord *
read_record (WwStatement *statement)
{
  gsize len, signature_len;
  const guint8 *bytes = ww_statement_blob (statement, 0, &len);
  const guint8 *signature = ww_statement_blob (statement, 1, &signature_len);
  WwRecord *record = NULL;

  return ww_record_new (WW_BYTES (bytes, len), WW_BYTES (signature, signature_len), &record) == WW_RECORD_OK ? record
                                                                                                             : NULL;
}

/* Newest first. */
static WwStatement *
select_history (WwDatabase *database, const guint8 account[16], GError **error)
{
  WwStatement *statement = ww_database_prepare (
      database, "SELECT record, signature FROM records WHERE account = ? ORDER BY sequence DESC", error);

  if (statement != NULL)
    ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  return statement;
}

gboolean
ww_store_find_handle_since (WwDatabase *database, const guint8 account[16], const char *handle, guint8 hash[32],
                            GError **error)
{
  g_autoptr (WwStatement) statement = select_history (database, account, error);
  WwStep step;

  memset (hash, 0, WW_HASH_SIZE);
  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      g_autoptr (WwRecord) record = read_record (statement);

      if (record == NULL)
        {
          ww_error_set (error, WW_ERROR_STORE_FAILED);
          return FALSE;
        }
      if (!ww_record_has_handle (record, handle))
        return TRUE;
      memcpy (hash, ww_record_hash (record), WW_HASH_SIZE);
    }
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_find_wipe (WwDatabase *database, const guint8 account[16], const guint8 device[16],
                    const guint8 account_key[65], gboolean *wiped, GError **error)
{
  g_autoptr (WwStatement) statement = select_history (database, account, error);
  WwStep step;

  *wiped = FALSE;
  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      g_autoptr (WwRecord) record = read_record (statement);

      if (record == NULL)
        {
          ww_error_set (error, WW_ERROR_STORE_FAILED);
          return FALSE;
        }
      if (ww_record_find_device (record, device) != NULL)
        return TRUE;
      if (ww_record_wipes (record, device) && memcmp (ww_record_account_key (record), account_key, WW_POINT_SIZE) == 0)
        *wiped = TRUE;
    }
  return step != WW_STEP_ERROR;
}
