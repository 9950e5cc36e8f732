/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-archive-message"

#include "ww-store-archive-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-store-amend.h"
#include "ww-store-messages-private.h"

/* Two devices that tell the same say it at about the same time. */
#define SAME_NOTICE_MS (10 * 60 * 1000)
#define MAX_STEPS      64
#define MAX_AHEAD_MS   (24 * 60 * 60 * 1000LL)

/* Who is on the other side of a conversation that is here; *known is FALSE when it is not. */
static gboolean
find_peer (WwArchiveTaking *self, const guint8 conversation[16], guint8 peer[16], gboolean *known, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (self->database, "SELECT peer FROM conversations WHERE id=?1", error);
  WwStep step;

  *known = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, conversation, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *known = step == WW_STEP_ROW;
  if (*known)
    ww_store_read_fixed (statement, 0, peer, WW_ID_SIZE);
  return step != WW_STEP_ERROR;
}

static WwMessageState
state_of (const Waxwing__ArchiveMessage *message, gboolean outgoing)
{
  if (!outgoing)
    return WW_MESSAGE_STATE_RECEIVED;
  switch (message->state)
    {
    case WAXWING__ARCHIVE_MESSAGE__STATE__DELIVERED:
      return WW_MESSAGE_STATE_DELIVERED;
    case WAXWING__ARCHIVE_MESSAGE__STATE__READ:
      return WW_MESSAGE_STATE_READ;
    case WAXWING__ARCHIVE_MESSAGE__STATE__FAILED:
      return WW_MESSAGE_STATE_FAILED;
    case WAXWING__ARCHIVE_MESSAGE__STATE__UNKNOWN:
    case WAXWING__ARCHIVE_MESSAGE__STATE__SENT:
    case _WAXWING__ARCHIVE_MESSAGE__STATE_IS_INT_SIZE:
      break;
    }
  return WW_MESSAGE_STATE_SENT;
}

/* What its payload says it is. FALSE: nothing that is shown as a message. */
static gboolean
describe_payload (WwMessageRow *row, const Waxwing__ArchiveMessage *message)
{
  Waxwing__Payload *payload = ww_payload_parse (message->payload.data, message->payload.len);
  gboolean is_message = payload != NULL && ww_payload_is_message (payload);

  if (is_message)
    {
      row->payload = g_bytes_new (message->payload.data, message->payload.len);
      ww_message_row_describe (row, payload);
      row->has_content_hash = message->content_hash.len == WW_HASH_SIZE;
      if (row->has_content_hash)
        memcpy (row->content_hash, message->content_hash.data, WW_HASH_SIZE);
    }
  if (payload != NULL)
    waxwing__payload__free_unpacked (payload, NULL);
  return is_message;
}

static void
describe_notice (WwMessageRow *row, const Waxwing__ArchiveMessage *message)
{
  row->kind = message->group_event ? WW_MESSAGE_KIND_GROUP_EVENT : WW_MESSAGE_KIND_NOTICE;
  row->notice = g_strdup (message->notice);
  g_set_str (&row->text, message->notice_text);
  row->outgoing = FALSE;
  row->state = WW_MESSAGE_STATE_RECEIVED;
}

/* The row that it makes, without row and position; NULL when it is not one thing. */
static WwMessageRow *
row_new (WwArchiveTaking *self, const Waxwing__ArchiveMessage *message)
{
  g_autoptr (WwMessageRow) row = ww_message_row_new ();
  gboolean is_notice = message->notice[0] != '\0';

  memcpy (row->id, message->message_id.data, WW_ID_SIZE);
  memcpy (row->conversation, message->conversation_id.data, WW_ID_SIZE);
  memcpy (row->account, message->account_id.data, WW_ID_SIZE);
  memcpy (row->device, message->device_id.data, WW_ID_SIZE);
  row->created_ms = ww_clamp_time (message->created_ms);
  row->outgoing = memcmp (row->account, self->own_account, WW_ID_SIZE) == 0;
  row->state = state_of (message, row->outgoing);
  row->suite = MIN (message->suite, 255);
  if ((message->payload.len > 0) + message->unsent + is_notice != 1)
    return NULL;
  g_set_str (&row->text, "");
  if (is_notice)
    describe_notice (row, message);
  else if (message->unsent)
    row->kind = WW_MESSAGE_KIND_UNSENT;
  else if (!describe_payload (row, message))
    return NULL;
  if (row->state == WW_MESSAGE_STATE_FAILED)
    row->error = g_strdup (ww_error_get_sentence (WW_ERROR_FAILED));
  return g_steal_pointer (&row);
}

/* In a conversation of two, one of the two; in a group whoever was in it. */
static gboolean
may_be_from (WwArchiveTaking *self, const WwMessageRow *row, const guint8 peer[16])
{
  gboolean group = memcmp (peer, row->conversation, WW_ID_SIZE) == 0;

  return group || row->outgoing || row->notice != NULL || memcmp (row->account, peer, WW_ID_SIZE) == 0;
}

/* --- A place for it ------------------------------------------------------------------------ */

/* One number of the conversation, of which there may be none. */
static gboolean
look_up (WwArchiveTaking *self, const char *sql, const WwMessageRow *row, gint64 *found, gboolean *any, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, sql, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, row->position);
  step = ww_statement_step (statement, error);
  *any = step == WW_STEP_ROW;
  if (*any)
    *found = ww_statement_int (statement, 0);
  return step != WW_STEP_ERROR;
}

/*
 * A place of its own: what is here stays where it is, and what comes goes before it. An archive that puts everything at one
 * moment is not followed for long.
 */
static gboolean
find_place (WwArchiveTaking *self, WwMessageRow *row, gint64 arrived_ms, GError **error)
{
  gint64 found = 0;
  gboolean any = TRUE;

  row->position = arrived_ms;
  for (guint tries = 0; tries < MAX_STEPS; tries++, row->position--)
    if (!look_up (self, "SELECT position FROM messages WHERE conversation=?1 AND position=?2", row, &found, &any,
                  error))
      return FALSE;
    else if (!any)
      return TRUE;
  if (!look_up (self, "SELECT min (position) FROM messages WHERE conversation=?1 AND ?2 IS NOT NULL", row, &found, &any,
                error))
    return FALSE;
  row->position = found - 1;
  return TRUE;
}

static gboolean
is_told (WwArchiveTaking *self, const WwMessageRow *row, gboolean *told, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *told = FALSE;
  if (row->notice == NULL)
    return TRUE;
  statement = ww_database_prepare (self->database,
                                   "SELECT 1 FROM messages WHERE conversation=?1 AND position BETWEEN ?2-?5 AND ?2+?5"
                                   " AND notice=?3 AND text=?4",
                                   error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, row->position);
  ww_statement_bind_text (statement, 3, row->notice);
  ww_statement_bind_text (statement, 4, row->text);
  ww_statement_bind_int (statement, 5, SAME_NOTICE_MS);
  step = ww_statement_step (statement, error);
  *told = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

/* --- What was said about it ---------------------------------------------------------------- */

/* As if it had come just now, so that it is judged by the same rules; *amended stays when it made no difference. */
static gboolean
amend (WwArchiveTaking *self, const WwMessageRow *row, const guint8 id[16], const guint8 account[16], gint64 created_ms,
       const Waxwing__Payload *payload, gboolean *amended, GError **error)
{
  WwAmendment amendment = { .created_ms = created_ms };
  WwAmendResult result;

  memcpy (amendment.id, id, WW_ID_SIZE);
  memcpy (amendment.account, account, WW_ID_SIZE);
  memcpy (amendment.conversation, row->conversation, WW_ID_SIZE);
  if (!ww_store_amend (self->database, &amendment, payload, FALSE, self->now_ms, &result, NULL, error))
    return FALSE;
  *amended = *amended || result == WW_AMENDED;
  return TRUE;
}

static gboolean
take_edits (WwArchiveTaking *self, const WwMessageRow *row, const Waxwing__ArchiveMessage *message, gboolean *amended,
            GError **error)
{
  for (size_t i = 0; i < message->n_edits; i++)
    {
      const Waxwing__ArchiveEdit *said = message->edits[i];
      Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
      Waxwing__Edit edit = WAXWING__EDIT__INIT;

      edit.message_id = message->message_id;
      edit.body = said->body;
      payload.kind_case = WAXWING__PAYLOAD__KIND_EDIT;
      payload.edit = &edit;
      if (!amend (self, row, said->message_id.data, row->account, ww_clamp_time (said->created_ms), &payload, amended,
                  error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_tapbacks (WwArchiveTaking *self, const WwMessageRow *row, const guint8 peer[16],
               const Waxwing__ArchiveMessage *message, gboolean *amended, GError **error)
{
  for (size_t i = 0; i < message->n_tapbacks; i++)
    {
      const Waxwing__ArchiveTapback *said = message->tapbacks[i];
      gboolean group = memcmp (peer, row->conversation, WW_ID_SIZE) == 0;
      Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
      Waxwing__Tapback tapback = WAXWING__TAPBACK__INIT;

      if (!group && memcmp (said->account_id.data, self->own_account, WW_ID_SIZE) != 0 &&
          memcmp (said->account_id.data, peer, WW_ID_SIZE) != 0)
        continue;
      tapback.message_id = message->message_id;
      tapback.emoji = said->emoji;
      payload.kind_case = WAXWING__PAYLOAD__KIND_TAPBACK;
      payload.tapback = &tapback;
      if (!amend (self, row, said->message_id.data, said->account_id.data, ww_clamp_time (said->created_ms), &payload,
                  amended, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_deliveries (WwArchiveTaking *self, const WwMessageRow *row, const Waxwing__ArchiveMessage *message, GError **error)
{
  if (!row->outgoing)
    return TRUE;
  for (size_t i = 0; i < message->n_deliveries; i++)
    {
      const Waxwing__ArchiveDelivery *delivery = message->deliveries[i];
      WwMessageState state = delivery->state == WAXWING__RECEIPT__STATE__READ ? WW_MESSAGE_STATE_READ
                                                                              : WW_MESSAGE_STATE_DELIVERED;

      if (!ww_store_note_delivery (self->database, row->id, delivery->account_id.data, state,
                                   ww_clamp_time (delivery->at_ms), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_said (WwArchiveTaking *self, const WwMessageRow *row, const guint8 peer[16],
           const Waxwing__ArchiveMessage *message, gboolean *amended, GError **error)
{
  return take_edits (self, row, message, amended, error) && take_tapbacks (self, row, peer, message, amended, error) &&
         take_deliveries (self, row, message, error);
}

/* --- Taking -------------------------------------------------------------------------------- */

static gboolean
insert (WwArchiveTaking *self, WwMessageRow *row, const guint8 peer[16], const Waxwing__ArchiveMessage *message,
        GError **error)
{
  gboolean told, amended = FALSE;

  /* A burst runs ahead of the clock, but not by much: what is from a time that is still to come would stay on top. */
  if (!find_place (self, row, MIN (ww_clamp_time (message->arrived_ms), self->now_ms + MAX_AHEAD_MS), error) ||
      !is_told (self, row, &told, error))
    return FALSE;
  if (told)
    return TRUE;
  row->row = self->row--;
  if (!ww_store_insert_row (self->database, row, error) ||
      (self->amended && !ww_store_amend_new (self->database, row, self->now_ms, error)) ||
      !take_said (self, row, peer, message, &amended, error))
    return FALSE;
  self->taken->added++;
  ww_archive_taking_touch (self, row->conversation);
  return TRUE;
}

static gboolean
unsend (WwArchiveTaking *self, const WwMessageRow *here, gboolean *amended, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Unsend unsend = WAXWING__UNSEND__INIT;

  unsend.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) here->id };
  payload.kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
  payload.unsend = &unsend;
  return amend (self, here, here->id, here->account, here->created_ms, &payload, amended, error);
}

/* The message is here. It stays what it is; what is only in the archive is added. */
static gboolean
merge (WwArchiveTaking *self, const WwMessageRow *here, const WwMessageRow *row, const guint8 peer[16],
       const Waxwing__ArchiveMessage *message, GError **error)
{
  gboolean amended = FALSE, moved = FALSE;
  WwMessageRow *now;

  /* The id alone is nothing: somebody else's message, or one in another conversation, is another one. */
  if (memcmp (here->account, row->account, WW_ID_SIZE) != 0 ||
      memcmp (here->conversation, row->conversation, WW_ID_SIZE) != 0 || here->notice != NULL || row->notice != NULL)
    return TRUE;
  if (row->kind == WW_MESSAGE_KIND_UNSENT && here->kind != WW_MESSAGE_KIND_UNSENT &&
      !unsend (self, here, &amended, error))
    return FALSE;
  if (row->outgoing && row->state != WW_MESSAGE_STATE_FAILED &&
      !ww_store_set_message_state (self->database, here->id, row->state, row->suite, NULL, &moved, error))
    return FALSE;
  if (!take_said (self, here, peer, message, &amended, error))
    return FALSE;
  if (!amended && !moved)
    return TRUE;
  ww_archive_taking_touch (self, here->conversation);
  if (!ww_store_find_message (self->database, here->id, &now, error))
    return FALSE;
  if (now != NULL)
    g_ptr_array_add (self->taken->changed, now);
  return TRUE;
}

gboolean
ww_archive_taking_message (WwArchiveTaking *self, const Waxwing__ArchiveMessage *message, GError **error)
{
  g_autoptr (WwMessageRow) row = row_new (self, message);
  g_autoptr (WwMessageRow) here = NULL;
  guint8 peer[WW_ID_SIZE];
  gboolean known, deleted, is_here;

  if (row == NULL)
    return TRUE;
  if (!find_peer (self, row->conversation, peer, &known, error) ||
      !ww_store_is_deleted (self->database, row->id, &deleted, error) ||
      !ww_archive_taking_has (self, "SELECT 1 FROM messages WHERE id=?1", row->id, &is_here, error))
    return FALSE;
  if (!known || deleted || !may_be_from (self, row, peer))
    return TRUE;
  if (!is_here)
    return insert (self, row, peer, message, error);
  return ww_store_find_message (self->database, row->id, &here, error) &&
         (here == NULL || merge (self, here, row, peer, message, error));
}
