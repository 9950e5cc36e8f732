/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-additions.h"

#include "ww-bytes.h"
#include "ww-limits.h"

G_DEFINE_BOXED_TYPE (WwAdditionRow, ww_addition_row, ww_addition_row_copy, ww_addition_row_free)

WwAdditionRow *
ww_addition_row_copy (const WwAdditionRow *self)
{
  WwAdditionRow *copy = g_memdup2 (self, sizeof *self);

  copy->handle = g_strdup (self->handle);
  copy->send_to = g_strdup (self->send_to);
  copy->send_text = g_strdup (self->send_text);
  copy->error = g_strdup (self->error);
  return copy;
}

void
ww_addition_row_free (WwAdditionRow *self)
{
  g_free (self->handle);
  g_free (self->send_to);
  g_free (self->send_text);
  g_free (self->error);
  ww_wipe (self->token, sizeof self->token);
  g_free (self);
}

static WwAdditionRow *
read_row (WwStatement *statement)
{
  WwAdditionRow *row = g_new0 (WwAdditionRow, 1);
  gsize len;
  const guint8 *token = ww_statement_blob (statement, 1, &len);

  row->handle = g_strdup (ww_statement_text (statement, 0));
  if (token != NULL && len == WW_TOKEN_SIZE)
    memcpy (row->token, token, len);
  row->inbound = ww_statement_int (statement, 2) != 0;
  row->send_to = g_strdup (ww_statement_text (statement, 3));
  row->send_text = g_strdup (ww_statement_text (statement, 4));
  row->expires_ms = ww_statement_int (statement, 5);
  row->resend_at_ms = ww_statement_int (statement, 6);
  row->held_until_ms = ww_statement_int (statement, 7);
  row->error = g_strdup (ww_statement_text (statement, 8));
  return row;
}

gboolean
ww_store_list_additions (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT handle, token, inbound, send_to, send_text, expires_ms, resend_at_ms, "
                                       "held_until_ms, error FROM additions ORDER BY handle",
                                       error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_addition_row_free);
  WwStep step;

  *rows = NULL;
  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (list, read_row (statement));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *rows = g_steal_pointer (&list);
  return TRUE;
}

gboolean
ww_store_set_addition (WwDatabase *database, const WwAdditionRow *row, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT OR REPLACE INTO additions (handle, token, inbound, send_to, send_text, "
                                       "expires_ms, resend_at_ms, held_until_ms, error) "
                                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, row->handle);
  ww_statement_bind_blob (statement, 2, row->token, sizeof row->token);
  ww_statement_bind_int (statement, 3, row->inbound);
  ww_statement_bind_text (statement, 4, row->send_to);
  ww_statement_bind_text (statement, 5, row->send_text);
  ww_statement_bind_int (statement, 6, row->expires_ms);
  ww_statement_bind_int (statement, 7, row->resend_at_ms);
  ww_statement_bind_int (statement, 8, row->held_until_ms);
  ww_statement_bind_text (statement, 9, row->error);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_delete_addition (WwDatabase *database, const char *handle, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM additions WHERE handle = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, handle);
  return ww_statement_run (statement, error);
}
