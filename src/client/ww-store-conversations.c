/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-conversations"

#include "ww-store-messages-private.h"

#include "ww-error-private.h"
#include "ww-store-groups.h"

#define SELECT_CONVERSATIONS                                                                \
  "SELECT c.id, c.peer, c.created_ms, c.last_position, c.read_position, c.unread, c.draft," \
  " c.muted_until_ms, c.pinned, c.receipts,"                                                \
  " EXISTS (SELECT 1 FROM groups g WHERE g.id=c.peer),"                                     \
  " " WW_CONTACT_COLUMNS ", " WW_MESSAGE_COLUMNS " FROM conversations c"                    \
  " LEFT JOIN contacts p ON p.account=c.peer"                                               \
  " LEFT JOIN messages m ON m.conversation=c.id AND m.position=c.last_position"
#define FIRST_CONTACT_COLUMN 11
#define FIRST_MESSAGE_COLUMN (FIRST_CONTACT_COLUMN + WW_N_CONTACT_COLUMNS)

/* NULL when the store fails. */
static WwConversationRow *
read_conversation (WwDatabase *database, WwStatement *statement, GError **error)
{
  g_autoptr (WwConversationRow) row = g_new0 (WwConversationRow, 1);

  ww_store_read_fixed (statement, 0, row->id, sizeof row->id);
  ww_store_read_fixed (statement, 1, row->peer, sizeof row->peer);
  row->created_ms = ww_statement_int (statement, 2);
  row->last_position = ww_statement_int (statement, 3);
  row->read_position = ww_statement_int (statement, 4);
  row->unread = (guint) ww_statement_int (statement, 5);
  row->draft = g_strdup (ww_statement_text (statement, 6));
  row->muted_until_ms = ww_statement_int (statement, 7);
  row->pinned = ww_statement_int (statement, 8);
  row->receipts = (guint) ww_statement_int (statement, 9);
  if (!ww_statement_is_null (statement, FIRST_CONTACT_COLUMN))
    row->contact = ww_store_read_contact_row (statement, FIRST_CONTACT_COLUMN);
  if (!ww_statement_is_null (statement, FIRST_MESSAGE_COLUMN))
    row->last = ww_store_read_message_row (statement, FIRST_MESSAGE_COLUMN);
  row->stamp = ww_database_get_stamp (database);
  if (ww_statement_int (statement, 10) != 0 && !ww_store_get_group (database, row->peer, &row->group, error))
    return NULL;
  return g_steal_pointer (&row);
}

gboolean
ww_store_ensure_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                              GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO conversations (id, peer, created_ms, last_position)"
                                   " VALUES (?1, ?2, ?3, ?3) ON CONFLICT (id) DO NOTHING",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  ww_statement_bind_blob (statement, 2, peer, 16);
  ww_statement_bind_int (statement, 3, now_ms);
  return ww_statement_run (statement, error);
}

/**
 * ww_store_list_conversations:
 * @rows: (out) (transfer full): of WwConversationRow, newest first
 */
gboolean
ww_store_list_conversations (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *rows = NULL;
  statement = ww_database_prepare (database, SELECT_CONVERSATIONS " ORDER BY c.last_position DESC, c.id", error);
  if (statement == NULL)
    return FALSE;

  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwConversationRow *row = read_conversation (database, statement, error);

      if (row == NULL)
        return FALSE;
      g_ptr_array_add (found, row);
    }

  if (step == WW_STEP_ERROR)
    return FALSE;

  *rows = g_steal_pointer (&found);
  return TRUE;
}

/**
 * ww_store_find_conversation:
 * @row: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
ww_store_find_conversation (WwDatabase *database, const guint8 id[16], WwConversationRow **row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, SELECT_CONVERSATIONS " WHERE c.id=?1", error);
  WwStep step;

  *row = NULL;
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    *row = read_conversation (database, statement, error);

  return step == WW_STEP_DONE || *row != NULL;
}

/**
 * ww_store_create_conversation:
 * @peer: the account on the other side, should it be new
 * @row: (out) (transfer full): as it is afterwards
 */
gboolean
ww_store_create_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                              WwConversationRow **row, GError **error)
{
  *row = NULL;
  return ww_store_ensure_conversation (database, id, peer, now_ms, error) &&
         ww_store_find_conversation (database, id, row, error);
}

gboolean
ww_store_set_draft (WwDatabase *database, const guint8 conversation[16], const char *draft, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database, "UPDATE conversations SET draft=?2 WHERE id=?1", error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_text (statement, 2, draft);
  return ww_statement_run (statement, error);
}
