/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-approvals.h"

#include "ww-bytes.h"
#include "ww-limits.h"

G_DEFINE_BOXED_TYPE (WwApprovalRow, ww_approval_row, ww_approval_row_copy, ww_approval_row_free)

WwApprovalRow *
ww_approval_row_copy (const WwApprovalRow *self)
{
  WwApprovalRow *copy = g_memdup2 (self, sizeof *self);

  g_bytes_ref (copy->pending);
  return copy;
}

void
ww_approval_row_free (WwApprovalRow *self)
{
  g_bytes_unref (self->pending);
  ww_wipe (self->nonce, sizeof self->nonce);
  g_free (self);
}

static gboolean
prune (WwDatabase *database, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "DELETE FROM approvals WHERE expires_ms < ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, now_ms);
  return ww_statement_run (statement, error);
}

static gboolean
read_fixed (WwStatement *statement, int column, guint8 *out, gsize size)
{
  gsize len;
  const guint8 *blob = ww_statement_blob (statement, column, &len);

  if (blob == NULL || len != size)
    return FALSE;
  memcpy (out, blob, size);
  return TRUE;
}

gboolean
ww_store_find_approval (WwDatabase *database, const guint8 device[16], gint64 now_ms, WwApprovalRow **row,
                        GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  g_autoptr (WwApprovalRow) found = NULL;
  const guint8 *pending;
  gsize len;
  WwStep step;

  *row = NULL;
  if (!prune (database, now_ms, error))
    return FALSE;
  statement = ww_database_prepare (
      database, "SELECT nonce, pending, revealed, tries, expires_ms FROM approvals WHERE device = ?", error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;
  found = g_new0 (WwApprovalRow, 1);
  memcpy (found->device, device, WW_ID_SIZE);
  pending = ww_statement_blob (statement, 1, &len);
  if (pending == NULL || len < WW_HASH_SIZE)
    len = 0;
  else
    memcpy (found->record, pending, WW_HASH_SIZE);
  found->pending = len > 0 ? g_bytes_new (pending + WW_HASH_SIZE, len - WW_HASH_SIZE) : g_bytes_new (NULL, 0);
  if (!read_fixed (statement, 0, found->nonce, WW_NONCE_SIZE))
    return TRUE;
  found->has_revealed = read_fixed (statement, 2, found->revealed, WW_NONCE_SIZE);
  found->tries = (guint) ww_statement_int (statement, 3);
  found->expires_ms = ww_statement_int (statement, 4);
  *row = g_steal_pointer (&found);
  return TRUE;
}

gboolean
ww_store_set_approval (WwDatabase *database, const WwApprovalRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database,
                                                           "INSERT OR REPLACE INTO approvals (device, nonce, pending, "
                                                           "revealed, tries, expires_ms) VALUES (?, ?, ?, ?, ?, ?)",
                                                           error);
  g_autoptr (GByteArray) pending = g_byte_array_new ();

  if (statement == NULL)
    return FALSE;
  /* The column holds record hash | commitment | DeviceKeys. */
  g_byte_array_append (pending, row->record, WW_HASH_SIZE);
  g_byte_array_append (pending, g_bytes_get_data (row->pending, NULL), (guint) g_bytes_get_size (row->pending));
  ww_statement_bind_blob (statement, 1, row->device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, row->nonce, WW_NONCE_SIZE);
  ww_statement_bind_blob (statement, 3, pending->data, pending->len);
  if (row->has_revealed)
    ww_statement_bind_blob (statement, 4, row->revealed, WW_NONCE_SIZE);
  else
    ww_statement_bind_null (statement, 4);
  ww_statement_bind_int (statement, 5, row->tries);
  ww_statement_bind_int (statement, 6, row->expires_ms);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_delete_approval (WwDatabase *database, const guint8 device[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM approvals WHERE device = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}
