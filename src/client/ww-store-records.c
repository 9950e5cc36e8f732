/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-records.h"

#include "ww-error-private.h"

typedef WwRecord WwRecordBoxed;
G_DEFINE_BOXED_TYPE (WwRecordBoxed, ww_record_boxed, ww_record_ref, ww_record_unref)

static gboolean
insert_record (WwDatabase *database, const WwRecord *record, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "INSERT OR IGNORE INTO records (account, sequence, hash, record, signature) VALUES (?, ?, ?, ?, ?)",
      error);
  WwBytes bytes = ww_record_bytes (record);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, ww_record_account_id (record), WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, (gint64) ww_record_sequence (record));
  ww_statement_bind_blob (statement, 3, ww_record_hash (record), WW_HASH_SIZE);
  ww_statement_bind_blob (statement, 4, bytes.data, bytes.len);
  ww_statement_bind_blob (statement, 5, ww_record_signature (record), WW_SIGNATURE_SIZE);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_insert_records (WwDatabase *database, WwRecord *const *records, gsize n_records, GError **error)
{
  for (gsize i = 0; i < n_records; i++)
    if (!insert_record (database, records[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_record (WwStatement *statement, WwRecord **record, GError **error)
{
  const guint8 *bytes, *signature;
  gsize len, signature_len;
  WwStep step = ww_statement_step (statement, error);

  *record = NULL;
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;
  bytes = ww_statement_blob (statement, 0, &len);
  signature = ww_statement_blob (statement, 1, &signature_len);
  if (ww_record_new (WW_BYTES (bytes, len), WW_BYTES (signature, signature_len), record) == WW_RECORD_OK)
    return TRUE;
  /* It was right when it was stored. */
  ww_error_set (error, WW_ERROR_STORE_FAILED);
  return FALSE;
}

gboolean
ww_store_newest_record (WwDatabase *database, const guint8 account[16], WwRecord **record, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT record, signature FROM records WHERE account = ? ORDER BY sequence DESC LIMIT 1", error);

  *record = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  return read_record (statement, record, error);
}

gboolean
ww_store_find_record (WwDatabase *database, const guint8 account[16], const guint8 hash[32], WwRecord **record,
                      GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT record, signature FROM records WHERE account = ? AND hash = ?", error);

  *record = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, hash, WW_HASH_SIZE);
  return read_record (statement, record, error);
}

gboolean
ww_store_has_record (WwDatabase *database, const guint8 account[16], const guint8 hash[32], gboolean *found,
                     GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT 1 FROM records WHERE account = ? AND hash = ?", error);
  WwStep step;

  *found = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, hash, WW_HASH_SIZE);
  step = ww_statement_step (statement, error);
  *found = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_set_handle (WwDatabase *database, const char *handle, const guint8 account[16], gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "INSERT OR REPLACE INTO handles (handle, account, checked_ms) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, handle);
  ww_statement_bind_blob (statement, 2, account, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, now_ms);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_find_handle (WwDatabase *database, const char *handle, guint8 account[16], gboolean *found, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT account FROM handles WHERE handle = ?", error);
  const guint8 *blob;
  gsize len;
  WwStep step;

  *found = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, handle);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;
  blob = ww_statement_blob (statement, 0, &len);
  if (len != WW_ID_SIZE)
    return TRUE;
  memcpy (account, blob, WW_ID_SIZE);
  *found = TRUE;
  return TRUE;
}
