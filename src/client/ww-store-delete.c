/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-delete"

#include "ww-store-amend.h"

#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* What the person deletes for themselves, and who has an own message. */

gboolean
ww_store_is_deleted (WwDatabase *database, const guint8 id[16], gboolean *deleted, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT 1 FROM deleted WHERE id=?1", error);
  WwStep step;

  *deleted = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *deleted = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

static gboolean
run_with_time (WwDatabase *database, const char *sql, const guint8 id[16], gint64 at_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, at_ms);
  return ww_statement_run (statement, error);
}

/* Of which conversation it was; FALSE in *known when it is not here. */
static gboolean
take_out (WwDatabase *database, const guint8 id[16], guint8 conversation[16], gboolean *known, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "DELETE FROM messages WHERE id=?1 RETURNING conversation", error);
  WwStep step;

  *known = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;
  ww_store_read_fixed (statement, 0, conversation, WW_ID_SIZE);
  *known = TRUE;
  return ww_statement_run (statement, error);
}

/* What remains is counted anew; the place of the last message is that of one that is there. */
gboolean
ww_store_settle_conversation (WwDatabase *database, const guint8 conversation[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "UPDATE conversations SET"
      " last_position=coalesce((SELECT max(position) FROM messages"
      " WHERE conversation=?1), last_position),"
      " unread=(SELECT count(*) FROM messages m WHERE m.conversation=?1"
      " AND m.position>read_position AND NOT m.outgoing AND m.kind NOT IN (?2, ?3)) WHERE"
      " id=?1",
      error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_MESSAGE_KIND_NOTICE);
  ww_statement_bind_int (statement, 3, WW_MESSAGE_KIND_GROUP_EVENT);
  return ww_statement_run (statement, error);
}

static gboolean
delete_one (WwDatabase *database, const guint8 id[16], gint64 now_ms, GHashTable *touched, GError **error)
{
  guint8 conversation[16];
  gboolean known;

  if (!take_out (database, id, conversation, &known, error) || !ww_store_forget_details (database, id, error) ||
      !run_with_time (database, "DELETE FROM outbox WHERE id=?1 AND ?2<>0", id, 1, error) ||
      !run_with_time (database, "INSERT OR IGNORE INTO deleted (id, at_ms) VALUES (?1, ?2)", id, now_ms, error))
    return FALSE;
  if (known)
    g_hash_table_add (touched, g_bytes_new (conversation, sizeof conversation));
  return TRUE;
}

static gboolean
report (WwDatabase *database, const guint8 conversation[16], GPtrArray *conversations, GError **error)
{
  WwConversationRow *row;

  if (!ww_store_settle_conversation (database, conversation, error) ||
      !ww_store_find_conversation (database, conversation, &row, error))
    return FALSE;
  if (row != NULL)
    g_ptr_array_add (conversations, row);
  return TRUE;
}

/**
 * ww_store_delete_messages:
 * @ids: @n times 16 bytes
 * @conversations: gets those that changed (WwConversationRow)
 *
 * What has not gone out does not go out any more. The pages are overwritten; the write-ahead log is ww_store_purge()'s.
 */
gboolean
ww_store_delete_messages (WwDatabase *database, const guint8 *ids, gsize n, gint64 now_ms, GPtrArray *conversations,
                          GError **error)
{
  g_autoptr (GHashTable)
      touched = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  GHashTableIter iter;
  gpointer conversation;

  for (gsize i = 0; i < n; i++)
    if (!delete_one (database, ids + i * WW_ID_SIZE, now_ms, touched, error))
      return FALSE;
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &conversation, NULL))
    if (!report (database, g_bytes_get_data (conversation, NULL), conversations, error))
      return FALSE;
  return TRUE;
}

gboolean
ww_store_summarise_deliveries (WwDatabase *database, const guint8 message[16], WwMessageState *state, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT MIN (state) FROM deliveries WHERE message=?1", error);

  *state = WW_MESSAGE_STATE_WAITING;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  if (!ww_statement_is_null (statement, 0))
    *state = (WwMessageState) ww_statement_int (statement, 0);
  return TRUE;
}

gboolean
ww_store_has_delivery (WwDatabase *database, const guint8 message[16], const guint8 account[16], gboolean *has,
                       GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT 1 FROM deliveries WHERE message=?1 AND account=?2", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, account, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *has = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

/**
 * ww_store_note_delivery:
 * @state: SENT (they are waited for), DELIVERED or READ
 *
 * The best state of each person is kept, with the time of that.
 */
gboolean
ww_store_note_delivery (WwDatabase *database, const guint8 message[16], const guint8 account[16], WwMessageState state,
                        gint64 at_ms, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT INTO deliveries (message, account, state, at_ms) VALUES (?1, ?2, ?3, ?4)"
                                       " ON CONFLICT (message, account) DO UPDATE SET state=?3, at_ms=?4"
                                       " WHERE excluded.state>state",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, account, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, state);
  ww_statement_bind_int (statement, 4, at_ms);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_list_deliveries (WwDatabase *database, const guint8 message[16], GPtrArray **deliveries, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT account, state, at_ms FROM deliveries WHERE message=?1 ORDER BY at_ms", error);
  WwStep step;

  *deliveries = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwDeliveryRow *row = g_new0 (WwDeliveryRow, 1);

      ww_store_read_fixed (statement, 0, row->account, sizeof row->account);
      row->state = (WwMessageState) ww_statement_int (statement, 1);
      row->at_ms = ww_statement_int (statement, 2);
      g_ptr_array_add (found, row);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *deliveries = g_steal_pointer (&found);
  return TRUE;
}
