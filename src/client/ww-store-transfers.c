/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-transfers.h"

#include "ww-bytes.h"
#include "ww-message.h"

/* An empty one. */
WwTransferRow *
ww_transfer_row_new (WwTransferDirection direction)
{
  WwTransferRow *self = g_new0 (WwTransferRow, 1);

  self->direction = direction;
  self->state = WW_TRANSFER_RUNNING;
  return self;
}

WwTransferRow *
ww_transfer_row_copy (const WwTransferRow *self)
{
  WwTransferRow *copy = g_memdup2 (self, sizeof *self);

  copy->file = g_strdup (self->file);
  copy->error = g_strdup (self->error);
  return copy;
}

void
ww_transfer_row_free (WwTransferRow *self)
{
  g_free (self->file);
  g_free (self->error);
  ww_wipe (self, sizeof *self);
  g_free (self);
}

static void
bind_if (WwStatement *statement, int index, gboolean there, const guint8 *data, gsize len)
{
  if (there)
    ww_statement_bind_blob (statement, index, data, len);
  else
    ww_statement_bind_null (statement, index);
}

static void
bind_row (WwStatement *statement, const WwTransferRow *row)
{
  ww_statement_bind_int (statement, 1, row->direction);
  ww_statement_bind_int (statement, 2, row->state);
  ww_statement_bind_text (statement, 3, row->file);
  bind_if (statement, 4, row->has_id, row->id, sizeof row->id);
  bind_if (statement, 5, row->has_id, row->upload_token, sizeof row->upload_token);
  bind_if (statement, 6, row->has_id, row->download_token, sizeof row->download_token);
  ww_statement_bind_blob (statement, 7, row->key, sizeof row->key);
  ww_statement_bind_blob (statement, 8, row->hash, sizeof row->hash);
  ww_statement_bind_int (statement, 9, (gint64) row->size);
  ww_statement_bind_int (statement, 10, (gint64) row->done);
  ww_statement_bind_text (statement, 11, row->error);
  bind_if (statement, 12, row->has_message, row->message, sizeof row->message);
}

/* See the header. */
gboolean
ww_store_put_transfer (WwDatabase *database, WwTransferRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      row->row > 0 ? "UPDATE transfers SET direction=?1, state=?2, file=?3, id=?4, upload_token=?5, download_token=?6,"
                     " key=?7, hash=?8, size=?9, done=?10, error=?11, message=?12 WHERE row=?13"
                   : "INSERT INTO transfers (direction, state, file, id, upload_token, download_token, key, hash, size,"
                     " done, error, message) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
                     " WHERE ?12 IS NULL OR EXISTS (SELECT 1 FROM messages WHERE id=?12 AND kind<>?13)",
      error);

  if (statement == NULL)
    return FALSE;
  bind_row (statement, row);
  ww_statement_bind_int (statement, 13, row->row > 0 ? row->row : WW_MESSAGE_KIND_UNSENT);
  if (!ww_statement_run (statement, error))
    return FALSE;
  if (ww_database_changes (database) == 0)
    row->row = 0;
  else if (row->row == 0)
    row->row = ww_database_last_row (database);
  return TRUE;
}

gboolean
ww_store_delete_transfer (WwDatabase *database, gint64 row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM transfers WHERE row = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, row);
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

static WwTransferRow *
read_row (WwStatement *statement)
{
  WwTransferRow *row = ww_transfer_row_new ((WwTransferDirection) ww_statement_int (statement, 1));

  row->row = ww_statement_int (statement, 0);
  row->state = (WwTransferState) ww_statement_int (statement, 2);
  row->file = g_strdup (ww_statement_text (statement, 3));
  row->has_id = read_fixed (statement, 4, row->id, sizeof row->id) &&
                read_fixed (statement, 5, row->upload_token, sizeof row->upload_token) &&
                read_fixed (statement, 6, row->download_token, sizeof row->download_token);
  read_fixed (statement, 7, row->key, sizeof row->key);
  read_fixed (statement, 8, row->hash, sizeof row->hash);
  row->size = (guint64) ww_statement_int (statement, 9);
  row->done = (guint64) ww_statement_int (statement, 10);
  row->error = g_strdup (ww_statement_text (statement, 11));
  row->has_message = read_fixed (statement, 12, row->message, sizeof row->message);
  return row;
}

gboolean
ww_store_list_transfers (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT row, direction, state, file, id, upload_token, download_token, key, hash, size, done, error,"
      " message FROM transfers ORDER BY row",
      error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_transfer_row_free);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, read_row (statement));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *rows = g_steal_pointer (&found);
  return TRUE;
}
