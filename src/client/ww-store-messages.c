/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-messages"

#include "ww-store-messages-private.h"

#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-store-groups.h"

void
ww_store_read_fixed (WwStatement *statement, int column, guint8 *out, gsize len)
{
  gsize found;
  const guint8 *data = ww_statement_blob (statement, column, &found);

  if (found == len)
    memcpy (out, data, len);
  else
    memset (out, 0, len);
}

static GBytes *
read_bytes (WwStatement *statement, int column)
{
  gsize len;
  const guint8 *data = ww_statement_blob (statement, column, &len);

  return g_bytes_new (data, len);
}

WwMessageRow *
ww_store_read_message_row (WwStatement *statement, int first)
{
  WwMessageRow *row = ww_message_row_new ();

  row->row = ww_statement_int (statement, first);
  ww_store_read_fixed (statement, first + 1, row->id, sizeof row->id);
  ww_store_read_fixed (statement, first + 2, row->conversation, sizeof row->conversation);
  row->position = ww_statement_int (statement, first + 3);
  ww_store_read_fixed (statement, first + 4, row->account, sizeof row->account);
  ww_store_read_fixed (statement, first + 5, row->device, sizeof row->device);
  row->created_ms = ww_statement_int (statement, first + 6);
  row->outgoing = ww_statement_int (statement, first + 7) != 0;
  row->state = (WwMessageState) ww_statement_int (statement, first + 8);
  row->kind = (WwMessageKind) ww_statement_int (statement, first + 9);
  row->suite = (guint) ww_statement_int (statement, first + 10);
  row->text = g_strdup (ww_statement_text (statement, first + 11));
  row->error = g_strdup (ww_statement_text (statement, first + 12));
  row->notice = g_strdup (ww_statement_text (statement, first + 13));
  row->has_reply_to = !ww_statement_is_null (statement, first + 14);
  if (row->has_reply_to)
    ww_store_read_fixed (statement, first + 14, row->reply_to, sizeof row->reply_to);
  row->edited_ms = ww_statement_int (statement, first + 15);
  row->detailed = ww_statement_int (statement, first + 16) != 0;
  if (row->detailed)
    row->payload = read_bytes (statement, first + 17);
  row->names = g_strdup (ww_statement_text (statement, first + 18));
  return row;
}

/**
 * ww_message_state_can_follow:
 *
 * What an own message goes through: it waits, is sent, delivered, read; it fails while it waits, or after it was sent
 * and before anyone had it, and then waits again. News that arrive late are no step.
 */
gboolean
ww_message_state_can_follow (WwMessageState from, WwMessageState to)
{
  switch (from)
    {
    case WW_MESSAGE_STATE_WAITING:
      return to == WW_MESSAGE_STATE_SENT || to == WW_MESSAGE_STATE_DELIVERED || to == WW_MESSAGE_STATE_READ ||
             to == WW_MESSAGE_STATE_FAILED;
    case WW_MESSAGE_STATE_SENT:
      return to == WW_MESSAGE_STATE_DELIVERED || to == WW_MESSAGE_STATE_READ || to == WW_MESSAGE_STATE_FAILED;
    case WW_MESSAGE_STATE_DELIVERED:
      return to == WW_MESSAGE_STATE_READ;
    case WW_MESSAGE_STATE_FAILED:
      return to == WW_MESSAGE_STATE_WAITING || to == WW_MESSAGE_STATE_SENT || to == WW_MESSAGE_STATE_DELIVERED ||
             to == WW_MESSAGE_STATE_READ;
    case WW_MESSAGE_STATE_READ:
    case WW_MESSAGE_STATE_RECEIVED:
      return FALSE;
    }

  return FALSE;
}

/* Whether the id is here, and then whether it is the same message. */
static gboolean
look_for_replay (WwDatabase *database, const WwMessageRow *row, WwInsertResult *result, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  const guint8 *account, *hash;
  gsize account_len, hash_len;
  gboolean same;

  *result = WW_INSERTED;
  statement = ww_database_prepare (database, "SELECT account, content_hash FROM messages WHERE id=?1", error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, row->id, sizeof row->id);
  switch (ww_statement_step (statement, error))
    {
    case WW_STEP_ERROR:
      return FALSE;
    case WW_STEP_DONE:
      return TRUE;
    case WW_STEP_ROW:
      break;
    }

  account = ww_statement_blob (statement, 0, &account_len);
  hash = ww_statement_blob (statement, 1, &hash_len);
  same = account_len == sizeof row->account && memcmp (account, row->account, account_len) == 0;
  if (row->has_content_hash && hash_len == sizeof row->content_hash)
    same = same && memcmp (hash, row->content_hash, hash_len) == 0;

  *result = same ? WW_INSERTED_BEFORE : WW_INSERTED_OTHER;
  return TRUE;
}

/* The conversation moves on to the message, whose position this chooses. */
static gboolean
advance_conversation (WwDatabase *database, WwMessageRow *row, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "UPDATE conversations SET last_position=max(last_position+1, ?2), unread=unread+?3,"
                                   " draft=CASE WHEN ?4 THEN '' ELSE draft END WHERE id=?1"
                                   " RETURNING last_position, unread",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, row->conversation, sizeof row->conversation);
  ww_statement_bind_int (statement, 2, now_ms);
  ww_statement_bind_int (
      statement, 3, !row->outgoing && row->kind != WW_MESSAGE_KIND_NOTICE && row->kind != WW_MESSAGE_KIND_GROUP_EVENT);
  ww_statement_bind_int (statement, 4, row->state == WW_MESSAGE_STATE_WAITING);

  switch (ww_statement_step (statement, error))
    {
    case WW_STEP_ERROR:
      return FALSE;
    case WW_STEP_DONE:
      ww_error_set (error, WW_ERROR_STORE_FAILED);
      return FALSE;
    case WW_STEP_ROW:
      break;
    }

  row->position = ww_statement_int (statement, 0);
  row->unread = (guint) ww_statement_int (statement, 1);
  return ww_statement_run (statement, error);
}

static void
bind_bytes (WwStatement *statement, int index, GBytes *bytes)
{
  gsize len = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  ww_statement_bind_blob (statement, index, data, len);
}

gboolean
ww_store_insert_row (WwDatabase *database, WwMessageRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (
      database,
      "INSERT INTO messages (id, conversation, position, account, device, created_ms,"
      " outgoing, state, kind, suite, payload, text, content_hash, error, notice, reply_to,"
      " detailed, names, row)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
      " ?17, ?18, ?19)",
      error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, row->id, sizeof row->id);
  ww_statement_bind_blob (statement, 2, row->conversation, sizeof row->conversation);
  ww_statement_bind_int (statement, 3, row->position);
  ww_statement_bind_blob (statement, 4, row->account, sizeof row->account);
  ww_statement_bind_blob (statement, 5, row->device, sizeof row->device);
  ww_statement_bind_int (statement, 6, row->created_ms);
  ww_statement_bind_int (statement, 7, row->outgoing);
  ww_statement_bind_int (statement, 8, row->state);
  ww_statement_bind_int (statement, 9, row->kind);
  ww_statement_bind_int (statement, 10, row->suite);
  bind_bytes (statement, 11, row->payload);
  ww_statement_bind_text (statement, 12, row->text != NULL ? row->text : "");
  if (row->has_content_hash)
    ww_statement_bind_blob (statement, 13, row->content_hash, sizeof row->content_hash);
  ww_statement_bind_text (statement, 14, row->error);
  ww_statement_bind_text (statement, 15, row->notice);
  if (row->has_reply_to)
    ww_statement_bind_blob (statement, 16, row->reply_to, sizeof row->reply_to);
  ww_statement_bind_int (statement, 17, row->detailed);
  ww_statement_bind_text (statement, 18, row->names != NULL ? row->names : "");
  if (row->row != 0)
    ww_statement_bind_int (statement, 19, row->row);

  if (!ww_statement_run (statement, error))
    return FALSE;

  row->row = ww_database_last_row (database);
  row->stamp = ww_database_get_stamp (database);
  return TRUE;
}

/**
 * ww_store_insert_message:
 * @row: all columns but `row` and `position`; those two, `unread` and `stamp` are filled in
 * @peer: the account on the other side, should the conversation be new
 * @now_ms: the time of arrival
 * @result: (out): whether it is new
 *
 * The position is the time of arrival, or just after the conversation's last when that is later: it is never chosen by
 * a sender, and never twice the same.
 */
gboolean
ww_store_insert_message (WwDatabase *database, WwMessageRow *row, const guint8 peer[16], gint64 now_ms,
                         WwInsertResult *result, GError **error)
{
  if (!look_for_replay (database, row, result, error))
    return FALSE;
  if (*result != WW_INSERTED)
    return TRUE;

  return ww_store_ensure_conversation (database, row->conversation, peer, now_ms, error) &&
         advance_conversation (database, row, now_ms, error) && ww_store_insert_row (database, row, error);
}

/**
 * ww_store_insert_outbox:
 * @conversation: (nullable): 16 bytes
 * @peer: to whose devices, and the own ones, it goes
 * @kind: WwEnvelopeKind
 * @payload: a serialised Payload
 */
gboolean
ww_store_insert_outbox (WwDatabase *database, const guint8 id[16], const guint8 *conversation, const guint8 peer[16],
                        guint kind, gint64 now_ms, GBytes *payload, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  if (!ww_store_check_in_group (database, peer, error))
    return FALSE;
  statement = ww_database_prepare (database,
                                   "INSERT INTO outbox (id, conversation, peer, kind, created_ms, payload)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  if (conversation != NULL)
    ww_statement_bind_blob (statement, 2, conversation, 16);
  ww_statement_bind_blob (statement, 3, peer, 16);
  ww_statement_bind_int (statement, 4, kind);
  ww_statement_bind_int (statement, 5, now_ms);
  bind_bytes (statement, 6, payload);
  return ww_statement_run (statement, error);
}

/**
 * ww_store_insert_outgoing:
 *
 * Stored first, sent later: the message and its place in the outbox are one transaction, so that a program killed at any
 * moment has either both or neither. Whatever state the row had, it waits.
 */
gboolean
ww_store_insert_outgoing (WwDatabase *database, WwMessageRow *row, const guint8 peer[16], gint64 now_ms, GError **error)
{
  WwInsertResult result;

  row->outgoing = TRUE;
  row->state = WW_MESSAGE_STATE_WAITING;

  if (!ww_store_insert_message (database, row, peer, now_ms, &result, error))
    return FALSE;
  if (result != WW_INSERTED)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }

  return ww_store_insert_outbox (database, row->id, row->conversation, peer, WW_ENVELOPE_MESSAGE, row->created_ms,
                                 row->payload, error);
}

static gboolean
requeue (WwDatabase *database, const guint8 id[16], GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO outbox (id, conversation, peer, kind, created_ms, payload)"
                                   " SELECT m.id, m.conversation, c.peer, ?2, m.created_ms, m.payload"
                                   " FROM messages m JOIN conversations c ON c.id=m.conversation WHERE m.id=?1"
                                   " ON CONFLICT (id) DO UPDATE SET next_ms=0, attempts=0",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  ww_statement_bind_int (statement, 2, WW_ENVELOPE_MESSAGE);
  return ww_statement_run (statement, error);
}

/**
 * ww_store_retry_message:
 *
 * Goes out under the same id and with the same time of creation, so that whoever got it the first time has it once.
 */
gboolean
ww_store_retry_message (WwDatabase *database, const guint8 id[16], gint64 now_ms, gboolean *changed, GError **error)
{
  g_autoptr (WwMessageRow) row = NULL;

  /* A group's conversation has the group's id. */
  if (!ww_store_find_message (database, id, &row, error) ||
      (row != NULL && !ww_store_check_in_group (database, row->conversation, error)) ||
      !ww_store_set_message_state (database, id, WW_MESSAGE_STATE_WAITING, 0, NULL, changed, error))
    return FALSE;

  return !*changed || requeue (database, id, error);
}

/* *known is FALSE when there is no such message. */
static gboolean
read_state (WwDatabase *database, const guint8 id[16], WwMessageState *state, gboolean *known, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT state FROM messages WHERE id=?1", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  step = ww_statement_step (statement, error);
  *known = step == WW_STEP_ROW;
  if (*known)
    *state = (WwMessageState) ww_statement_int (statement, 0);

  return step != WW_STEP_ERROR;
}

gboolean
ww_store_set_message_state (WwDatabase *database, const guint8 id[16], WwMessageState state, guint suite,
                            const char *error_text, gboolean *changed, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwMessageState current = WW_MESSAGE_STATE_RECEIVED;
  gboolean known;

  *changed = FALSE;
  if (!read_state (database, id, &current, &known, error))
    return FALSE;
  if (!known || !ww_message_state_can_follow (current, state))
    return TRUE;

  statement = ww_database_prepare (database,
                                   "UPDATE messages SET state=?2, suite=CASE WHEN ?3=0 THEN suite ELSE ?3 END,"
                                   " error=?4 WHERE id=?1",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  ww_statement_bind_int (statement, 2, state);
  ww_statement_bind_int (statement, 3, suite);
  ww_statement_bind_text (statement, 4, state == WW_MESSAGE_STATE_FAILED ? error_text : NULL);
  if (!ww_statement_run (statement, error))
    return FALSE;

  *changed = TRUE;
  return TRUE;
}

/**
 * ww_store_find_message:
 * @row: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
ww_store_find_message (WwDatabase *database, const guint8 id[16], WwMessageRow **row, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwMessageRow *found;
  WwStep step;

  *row = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT " WW_MESSAGE_COLUMNS ", m.payload, m.content_hash FROM messages m"
                                   " WHERE m.id=?1",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, id, 16);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;

  found = ww_store_read_message_row (statement, 0);
  if (found->payload == NULL)
    found->payload = read_bytes (statement, WW_N_MESSAGE_COLUMNS);
  found->has_content_hash = !ww_statement_is_null (statement, WW_N_MESSAGE_COLUMNS + 1);
  ww_store_read_fixed (statement, WW_N_MESSAGE_COLUMNS + 1, found->content_hash, sizeof found->content_hash);
  g_ptr_array_add (rows, found);
  if (!ww_store_fill_details (database, rows, error))
    return FALSE;
  *row = g_ptr_array_steal_index (rows, 0);
  return TRUE;
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0, j = array->len; i + 1 < j; i++)
    {
      gpointer item = array->pdata[i];

      array->pdata[i] = array->pdata[--j];
      array->pdata[j] = item;
    }
}

/**
 * ww_store_read_page:
 * @before: a position; %G_MAXINT64 for the newest page
 * @limit: at most so many
 * @rows: (out) (transfer full): of WwMessageRow, ascending by position
 * @has_older: (out) (optional): whether there are any before these
 *
 * Costs the rows that it returns and one more, however long the conversation is.
 */
gboolean
ww_store_read_page (WwDatabase *database, const guint8 conversation[16], gint64 before, guint limit, GPtrArray **rows,
                    gboolean *has_older, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  g_autoptr (WwStatement) statement = NULL;
  gboolean more = FALSE;
  WwStep step;

  *rows = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT " WW_MESSAGE_COLUMNS " FROM messages m"
                                   " WHERE m.conversation=?1 AND m.position<?2 ORDER BY m.position DESC LIMIT ?3",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_int (statement, 2, before);
  ww_statement_bind_int (statement, 3, (gint64) limit + 1);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      more = found->len == limit;
      if (!more)
        g_ptr_array_add (found, ww_store_read_message_row (statement, 0));
    }

  if (step == WW_STEP_ERROR || !ww_store_fill_details (database, found, error))
    return FALSE;

  reverse (found);
  *rows = g_steal_pointer (&found);
  if (has_older != NULL)
    *has_older = more;
  return TRUE;
}
