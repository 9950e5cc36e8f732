/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-amend"

#include "ww-store-amend.h"

#include "ww-emoji.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* Three steps of a statement that many here need: one id bound, run. */
static gboolean
run_for (WwDatabase *database, const char *sql, const guint8 id[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

gboolean
ww_payload_is_amendment (const Waxwing__Payload *payload, const guint8 **target)
{
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TAPBACK)
    *target = payload->tapback->message_id.data;
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_EDIT)
    *target = payload->edit->message_id.data;
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_UNSEND)
    *target = payload->unsend->message_id.data;
  else
    return FALSE;
  return TRUE;
}

/* One for each person: the later one counts, of the same time the one of the higher id. */
static gboolean
tap_back (WwDatabase *database, const WwAmendment *amendment, const WwMessageRow *row, const char *emoji,
          WwAmendResult *result, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  *result = WW_AMENDED_NOTHING;
  if (row->kind == WW_MESSAGE_KIND_UNSENT)
    return TRUE;
  statement = ww_database_prepare (
      database,
      "INSERT INTO tapbacks (message, account, emoji, at_ms, id) VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (message, account) DO UPDATE SET emoji=?3, at_ms=?4, id=?5"
      " WHERE (excluded.at_ms, excluded.id) > (at_ms, id)",
      error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->id, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, amendment->account, WW_ID_SIZE);
  ww_statement_bind_text (statement, 3, emoji);
  ww_statement_bind_int (statement, 4, amendment->created_ms);
  ww_statement_bind_blob (statement, 5, amendment->id, WW_ID_SIZE);
  if (!ww_statement_run (statement, error))
    return FALSE;
  if (ww_database_changes (database) > 0)
    *result = WW_AMENDED;
  return TRUE;
}

static gboolean
add_wording (WwDatabase *database, const guint8 message[16], gint64 at_ms, const guint8 id[16], const char *text,
             GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database,
                                                           "INSERT OR IGNORE INTO wordings (message, at_ms, id, text)"
                                                           " VALUES (?1, ?2, ?3, ?4)",
                                                           error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, at_ms);
  ww_statement_bind_blob (statement, 3, id, WW_ID_SIZE);
  ww_statement_bind_text (statement, 4, text);
  return ww_statement_run (statement, error);
}

static gboolean
count_wordings (WwDatabase *database, const guint8 message[16], gint64 *n, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT count(*) FROM wordings WHERE message=?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  *n = ww_statement_int (statement, 0);
  return TRUE;
}

/* The latest wording is what the message says now. */
static gboolean
say_latest (WwDatabase *database, const guint8 message[16], GError **error)
{
  return run_for (database,
                  "UPDATE messages SET (text, edited_ms)=(SELECT text, at_ms FROM wordings WHERE message=?1"
                  " ORDER BY at_ms DESC, id DESC LIMIT 1) WHERE id=?1",
                  message, error);
}

/* Of what was said within so long after the message, by the sender's own times. */
static gboolean
is_in_time (const WwAmendment *amendment, const WwMessageRow *row, gint64 within_ms)
{
  gint64 after;

  return !__builtin_sub_overflow (amendment->created_ms, row->created_ms, &after) && after >= 0 && after <= within_ms;
}

static gboolean
edit (WwDatabase *database, const WwAmendment *amendment, const WwMessageRow *row, const char *text,
      WwAmendResult *result, GError **error)
{
  gint64 n;

  *result = WW_AMENDED_REFUSED;
  if (row->kind == WW_MESSAGE_KIND_UNSENT)
    {
      *result = WW_AMENDED_NOTHING;
      return TRUE;
    }
  if ((row->kind != WW_MESSAGE_KIND_TEXT && row->kind != WW_MESSAGE_KIND_ATTACHMENTS) ||
      !is_in_time (amendment, row, WW_EDIT_MS))
    return TRUE;
  if (!count_wordings (database, row->id, &n, error))
    return FALSE;
  /* The first one is no edit. */
  if (n > WW_MAX_EDITS)
    return TRUE;
  if ((n == 0 && !add_wording (database, row->id, row->created_ms, row->id, row->text, error)) ||
      !add_wording (database, row->id, MAX (amendment->created_ms, row->created_ms + 1), amendment->id, text, error) ||
      !say_latest (database, row->id, error))
    return FALSE;
  *result = WW_AMENDED;
  return TRUE;
}

gboolean
ww_store_forget_details (WwDatabase *database, const guint8 message[16], GError **error)
{
  return run_for (database, "DELETE FROM tapbacks WHERE message=?1", message, error) &&
         run_for (database, "DELETE FROM wordings WHERE message=?1", message, error) &&
         run_for (database, "DELETE FROM amendments WHERE message=?1", message, error) &&
         run_for (database, "DELETE FROM deliveries WHERE message=?1", message, error);
}

gboolean
ww_store_forget_conversation_details (WwDatabase *database, const guint8 conversation[16], GError **error)
{
#define OF_CONVERSATION " WHERE message IN (SELECT id FROM messages WHERE conversation=?1)"
  return run_for (database, "DELETE FROM tapbacks" OF_CONVERSATION, conversation, error) &&
         run_for (database, "DELETE FROM wordings" OF_CONVERSATION, conversation, error) &&
         run_for (database, "DELETE FROM amendments WHERE conversation=?1", conversation, error) &&
         run_for (database, "DELETE FROM deliveries" OF_CONVERSATION, conversation, error);
#undef OF_CONVERSATION
}

/*
 * Nothing is left of it but that it was there. The hash of what it said goes too, because a short text could be guessed
 * from it; the id alone tells a retry from something new then.
 */
static gboolean
unsend (WwDatabase *database, const WwAmendment *amendment, const WwMessageRow *row, WwAmendResult *result,
        GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  *result = row->kind == WW_MESSAGE_KIND_UNSENT ? WW_AMENDED_NOTHING : WW_AMENDED_REFUSED;
  if (row->kind == WW_MESSAGE_KIND_UNSENT || !is_in_time (amendment, row, WW_UNSEND_MS))
    return TRUE;
  statement = ww_database_prepare (
      database,
      "UPDATE messages SET kind=?2, text='', names='', payload=x'', detailed=0, content_hash=NULL,"
      " edited_ms=0, reply_to=NULL, error=NULL,"
      " state=CASE WHEN state IN (?3, ?4) THEN ?5 ELSE state END WHERE id=?1",
      error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->id, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_MESSAGE_KIND_UNSENT);
  ww_statement_bind_int (statement, 3, WW_MESSAGE_STATE_WAITING);
  ww_statement_bind_int (statement, 4, WW_MESSAGE_STATE_FAILED);
  ww_statement_bind_int (statement, 5, WW_MESSAGE_STATE_SENT);
  /* Neither the message nor another wording of it goes out any more. */
  if (!ww_statement_run (statement, error) ||
      !run_for (database, "DELETE FROM outbox WHERE id=?1 OR id IN (SELECT id FROM wordings WHERE message=?1)", row->id,
                error) ||
      !ww_store_forget_details (database, row->id, error))
    return FALSE;
  *result = WW_AMENDED;
  return TRUE;
}

/* Whatever says something about it afterwards: only where it was said, and what changes it only by who said it. */
static gboolean
amend_row (WwDatabase *database, const WwAmendment *amendment, const Waxwing__Payload *payload, const WwMessageRow *row,
           WwAmendResult *result, GError **error)
{
  gboolean theirs = memcmp (row->account, amendment->account, WW_ID_SIZE) == 0;

  *result = WW_AMENDED_REFUSED;
  if (memcmp (row->conversation, amendment->conversation, WW_ID_SIZE) != 0 || row->kind == WW_MESSAGE_KIND_NOTICE ||
      row->kind == WW_MESSAGE_KIND_GROUP_EVENT)
    return TRUE;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TAPBACK)
    return tap_back (database, amendment, row, payload->tapback->emoji, result, error);
  if (!theirs)
    return TRUE;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_EDIT)
    return edit (database, amendment, row, payload->edit->body, result, error);
  return unsend (database, amendment, row, result, error);
}

/* Of those that wait the oldest go first, should there be too many. */
static gboolean
keep (WwDatabase *database, const WwAmendment *amendment, const guint8 *target, const Waxwing__Payload *payload,
      gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      insert = ww_database_prepare (database,
                                    "INSERT OR IGNORE INTO amendments (id, message, account, conversation, created_ms,"
                                    " at_ms, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                    error);
  g_autoptr (WwStatement) bound = NULL;
  g_autofree guint8 *packed = g_malloc (waxwing__payload__get_packed_size (payload));

  if (insert == NULL)
    return FALSE;
  ww_statement_bind_blob (insert, 1, amendment->id, WW_ID_SIZE);
  ww_statement_bind_blob (insert, 2, target, WW_ID_SIZE);
  ww_statement_bind_blob (insert, 3, amendment->account, WW_ID_SIZE);
  ww_statement_bind_blob (insert, 4, amendment->conversation, WW_ID_SIZE);
  ww_statement_bind_int (insert, 5, amendment->created_ms);
  ww_statement_bind_int (insert, 6, now_ms);
  ww_statement_bind_blob (insert, 7, packed, waxwing__payload__pack (payload, packed));
  if (!ww_statement_run (insert, error))
    return FALSE;
  bound = ww_database_prepare (database,
                               "DELETE FROM amendments WHERE id IN (SELECT id FROM amendments ORDER BY at_ms"
                               " LIMIT max(0, (SELECT count(*) FROM amendments) - ?1))",
                               error);
  if (bound == NULL)
    return FALSE;
  ww_statement_bind_int (bound, 1, WW_AMENDMENTS_KEPT);
  return ww_statement_run (bound, error);
}

/* The message as it is now, and what cites it is told of by whoever shows it. */
static gboolean
report (WwDatabase *database, const guint8 id[16], const WwAmendment *amendment, const Waxwing__Payload *payload,
        GPtrArray *changed, GError **error)
{
  WwMessageRow *row;

  if (!ww_store_find_message (database, id, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TAPBACK)
    row->change = WW_MESSAGE_CHANGE_TAPBACK;
  else
    row->change = payload->kind_case == WAXWING__PAYLOAD__KIND_EDIT ? WW_MESSAGE_CHANGE_EDIT : WW_MESSAGE_CHANGE_UNSEND;
  memcpy (row->changed_by, amendment->account, sizeof row->changed_by);
  g_ptr_array_add (changed, row);
  return TRUE;
}

/**
 * ww_store_amend:
 * @payload: for which ww_payload_is_amendment() said %TRUE
 * @changed: (nullable): gets the message as it is now
 *
 * The order in which amendments come makes no difference to what is there in the end.
 */
gboolean
ww_store_amend (WwDatabase *database, const WwAmendment *amendment, const Waxwing__Payload *payload, gboolean may_wait,
                gint64 now_ms, WwAmendResult *result, GPtrArray *changed, GError **error)
{
  g_autoptr (WwMessageRow) row = NULL;
  const guint8 *target = NULL;
  gboolean deleted;

  *result = WW_AMENDED_REFUSED;
  if (!ww_payload_is_amendment (payload, &target))
    return TRUE;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TAPBACK && payload->tapback->emoji[0] != '\0' &&
      !ww_emoji_is_one (payload->tapback->emoji))
    return TRUE;
  if (!ww_store_find_message (database, target, &row, error) ||
      !ww_store_is_deleted (database, target, &deleted, error))
    return FALSE;
  if (row == NULL)
    {
      *result = deleted || !may_wait ? WW_AMENDED_NOTHING : WW_AMENDED_LATER;
      return *result == WW_AMENDED_NOTHING || keep (database, amendment, target, payload, now_ms, error);
    }
  if (!amend_row (database, amendment, payload, row, result, error))
    return FALSE;
  return *result != WW_AMENDED || changed == NULL || report (database, target, amendment, payload, changed, error);
}

/* One that waited. */
typedef struct
{
  WwAmendment amendment;
  GBytes *payload;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *self = data;

  g_bytes_unref (self->payload);
  g_free (self);
}

/* In the order in which they were said. */
static GPtrArray *
list_waiting (WwDatabase *database, const guint8 message[16], GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (waiting_free);
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT id, account, conversation, created_ms, payload FROM amendments"
                                       " WHERE message=?1 ORDER BY created_ms, id",
                                       error);
  WwStep step;

  if (statement == NULL)
    return NULL;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      Waiting *waiting = g_new0 (Waiting, 1);
      gsize len;
      const guint8 *payload;

      ww_store_read_fixed (statement, 0, waiting->amendment.id, WW_ID_SIZE);
      ww_store_read_fixed (statement, 1, waiting->amendment.account, WW_ID_SIZE);
      ww_store_read_fixed (statement, 2, waiting->amendment.conversation, WW_ID_SIZE);
      waiting->amendment.created_ms = ww_statement_int (statement, 3);
      payload = ww_statement_blob (statement, 4, &len);
      waiting->payload = g_bytes_new (payload, len);
      g_ptr_array_add (found, waiting);
    }
  return step == WW_STEP_DONE ? g_steal_pointer (&found) : NULL;
}

static gboolean
amend_waiting (WwDatabase *database, const Waiting *waiting, gint64 now_ms, gboolean *amended, GError **error)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (waiting->payload, &len);
  Waxwing__Payload *payload = ww_payload_parse (data, len);
  WwAmendResult result = WW_AMENDED_NOTHING;
  gboolean done;

  if (payload == NULL)
    return TRUE;
  done = ww_store_amend (database, &waiting->amendment, payload, FALSE, now_ms, &result, NULL, error);
  waxwing__payload__free_unpacked (payload, NULL);
  *amended = *amended || result == WW_AMENDED;
  return done;
}

gboolean
ww_store_amend_new (WwDatabase *database, WwMessageRow *row, gint64 now_ms, GError **error)
{
  g_autoptr (GPtrArray) waiting = list_waiting (database, row->id, error);
  g_autoptr (WwMessageRow) now = NULL;
  gboolean amended = FALSE;

  if (waiting == NULL)
    return FALSE;
  for (guint i = 0; i < waiting->len; i++)
    if (!amend_waiting (database, waiting->pdata[i], now_ms, &amended, error))
      return FALSE;
  if (waiting->len > 0 && !run_for (database, "DELETE FROM amendments WHERE message=?1", row->id, error))
    return FALSE;
  if (!amended)
    {
      g_autoptr (GPtrArray) rows = g_ptr_array_new ();

      g_ptr_array_add (rows, row);
      return ww_store_fill_details (database, rows, error);
    }
  if (!ww_store_find_message (database, row->id, &now, error) || now == NULL)
    return FALSE;
  now->unread = row->unread;
  now->stamp = row->stamp;
  {
    WwMessageRow swapped = *row;

    *row = *now;
    *now = swapped;
  }
  return TRUE;
}

gboolean
ww_store_prune_amendments (WwDatabase *database, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM amendments WHERE at_ms<?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, now_ms - WW_AMENDMENT_MS);
  return ww_statement_run (statement, error);
}

void
ww_wording_free (WwWording *self)
{
  g_free (self->text);
  g_free (self);
}

gboolean
ww_store_list_wordings (WwDatabase *database, const guint8 message[16], GPtrArray **wordings, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_wording_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT text, at_ms FROM wordings WHERE message=?1 ORDER BY at_ms, id", error);
  WwStep step;

  *wordings = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwWording *wording = g_new0 (WwWording, 1);

      wording->text = g_strdup (ww_statement_text (statement, 0));
      wording->at_ms = ww_statement_int (statement, 1);
      g_ptr_array_add (found, wording);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *wordings = g_steal_pointer (&found);
  return TRUE;
}
