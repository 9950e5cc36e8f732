/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-details"

#include "ww-store-messages-private.h"

/* What is shown of a message beyond its own row: tapbacks, and the message that it answers. */

static gboolean
read_tapbacks (WwDatabase *database, WwMessageRow *row, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT account, emoji, at_ms FROM tapbacks WHERE message=?1 AND emoji<>''"
                                       " ORDER BY at_ms, account",
                                       error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->id, sizeof row->id);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwTapbackRow *tapback = g_new0 (WwTapbackRow, 1);

      ww_store_read_fixed (statement, 0, tapback->account, sizeof tapback->account);
      tapback->emoji = g_strdup (ww_statement_text (statement, 1));
      tapback->at_ms = ww_statement_int (statement, 2);
      if (row->tapbacks == NULL)
        row->tapbacks = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_tapback_row_free);
      g_ptr_array_add (row->tapbacks, tapback);
    }
  return step != WW_STEP_ERROR;
}

/* An answer to a message of another conversation answers nothing that could be shown here. */
static gboolean
read_replied (WwDatabase *database, WwMessageRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT " WW_MESSAGE_COLUMNS " FROM messages m WHERE m.id=?1 AND m.conversation=?2", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->reply_to, sizeof row->reply_to);
  ww_statement_bind_blob (statement, 2, row->conversation, sizeof row->conversation);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    row->replied = ww_store_read_message_row (statement, 0);
  return step != WW_STEP_ERROR;
}

/**
 * ww_store_fill_details:
 * @rows: of WwMessageRow, fresh from the store
 *
 * Two look-ups by key for each row at most.
 */
gboolean
ww_store_fill_details (WwDatabase *database, GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      WwMessageRow *row = rows->pdata[i];

      row->stamp = ww_database_get_stamp (database);
      if (row->kind == WW_MESSAGE_KIND_NOTICE)
        continue;
      if (!read_tapbacks (database, row, error) || (row->has_reply_to && !read_replied (database, row, error)))
        return FALSE;
    }
  return TRUE;
}
