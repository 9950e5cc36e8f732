/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-read"

#include "ww-store-messages-private.h"

#include <openssl/rand.h>

#include "waxwing.pb-c.h"
#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-store-groups.h"
#include "ww-store-settings.h"

/*
 * What a person has read: counted here, told to the other side (receipts) and to the own devices (read state) by silent
 * payloads, which enter the outbox in the same transaction.
 */

gboolean
ww_store_queue_payload (WwDatabase *database, const guint8 *conversation, const guint8 peer[16], gint64 now_ms,
                        const Waxwing__Payload *payload, GError **error)
{
  g_autofree guint8 *packed = g_malloc (waxwing__payload__get_packed_size (payload));
  gsize len = waxwing__payload__pack (payload, packed);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&packed), len);
  guint8 id[16];

  if (RAND_bytes (id, sizeof id) != 1)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }

  return ww_store_insert_outbox (database, id, conversation, peer, WW_ENVELOPE_SILENT, now_ms, bytes, error);
}

static gboolean
queue_receipt (WwDatabase *database, const guint8 conversation[16], const guint8 peer[16],
               Waxwing__Receipt__State state, gint64 now_ms, GByteArray *ids, GError **error)
{
  ProtobufCBinaryData parts[WW_MAX_RECEIPT_IDS];
  Waxwing__Receipt receipt = WAXWING__RECEIPT__INIT;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;

  receipt.state = state;
  receipt.n_message_ids = ids->len / WW_ID_SIZE;
  receipt.message_ids = parts;
  for (gsize i = 0; i < receipt.n_message_ids; i++)
    parts[i] = (ProtobufCBinaryData) { WW_ID_SIZE, ids->data + i * WW_ID_SIZE };

  payload.kind_case = WAXWING__PAYLOAD__KIND_RECEIPT;
  payload.receipt = &receipt;
  return ww_store_queue_payload (database, conversation, peer, now_ms, &payload, error);
}

/* What is told to one person. */
static gboolean
append_receipt (WwDatabase *database, const guint8 conversation[16], const guint8 peer[16],
                Waxwing__Receipt__State state, gint64 now_ms, GByteArray *ids, const guint8 id[16], GError **error)
{
  g_byte_array_append (ids, id, WW_ID_SIZE);
  if (ids->len < WW_MAX_RECEIPT_IDS * WW_ID_SIZE)
    return TRUE;
  if (!queue_receipt (database, conversation, peer, state, now_ms, ids, error))
    return FALSE;
  g_byte_array_set_size (ids, 0);
  return TRUE;
}

/* In a group each hears of their own messages, in the conversation of the two: nobody else does. */
static gboolean
queue_group_receipts (WwDatabase *database, const guint8 own_account[16], const guint8 conversation[16], gint64 from,
                      gint64 to, Waxwing__Receipt__State state, gint64 now_ms, guint8 newest[16], gboolean *any,
                      GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT id, account, row=(SELECT MAX (row) FROM messages WHERE conversation=?1"
                                       " AND position<=?3 AND NOT outgoing AND kind NOT IN (?4, ?5)) FROM messages"
                                       " WHERE conversation=?1 AND position>?2 AND position<=?3 AND NOT outgoing"
                                       " AND kind NOT IN (?4, ?5) ORDER BY account, position",
                                       error);
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  guint8 id[WW_ID_SIZE], account[WW_ID_SIZE], person[WW_ID_SIZE], pair[WW_ID_SIZE];
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_int (statement, 2, from);
  ww_statement_bind_int (statement, 3, to);
  ww_statement_bind_int (statement, 4, WW_MESSAGE_KIND_NOTICE);
  ww_statement_bind_int (statement, 5, WW_MESSAGE_KIND_GROUP_EVENT);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      ww_store_read_fixed (statement, 0, id, sizeof id);
      ww_store_read_fixed (statement, 1, account, sizeof account);
      if (ids->len > 0 && memcmp (account, person, WW_ID_SIZE) != 0)
        {
          if (!queue_receipt (database, pair, person, state, now_ms, ids, error))
            return FALSE;
          g_byte_array_set_size (ids, 0);
        }
      memcpy (person, account, WW_ID_SIZE);
      ww_conversation_id_for_pair (own_account, person, pair);
      if (ww_statement_int (statement, 2) != 0)
        memcpy (newest, id, WW_ID_SIZE);
      *any = TRUE;
      if (!append_receipt (database, pair, person, state, now_ms, ids, id, error))
        return FALSE;
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  return ids->len == 0 || queue_receipt (database, pair, person, state, now_ms, ids, error);
}

gboolean
ww_store_queue_receipts (WwDatabase *database, const guint8 own_account[16], const guint8 conversation[16],
                         const guint8 peer[16], gint64 from, gint64 to, Waxwing__Receipt__State state, gint64 now_ms,
                         guint8 newest[16], gboolean *any, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  gboolean group;
  WwStep step;

  *any = FALSE;
  if (!ww_store_has_group (database, peer, &group, error))
    return FALSE;
  if (group)
    return queue_group_receipts (database, own_account, conversation, from, to, state, now_ms, newest, any, error);
  statement = ww_database_prepare (database,
                                   "SELECT id FROM messages WHERE conversation=?1 AND position>?2 AND position<=?3"
                                   " AND NOT outgoing AND kind<>?4 ORDER BY position",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_int (statement, 2, from);
  ww_statement_bind_int (statement, 3, to);
  ww_statement_bind_int (statement, 4, WW_MESSAGE_KIND_NOTICE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      ww_store_read_fixed (statement, 0, newest, WW_ID_SIZE);
      *any = TRUE;
      if (!append_receipt (database, conversation, peer, state, now_ms, ids, newest, error))
        return FALSE;
    }

  if (step == WW_STEP_ERROR)
    return FALSE;

  return ids->len == 0 || queue_receipt (database, conversation, peer, state, now_ms, ids, error);
}

static gboolean
queue_read_state (WwDatabase *database, const guint8 conversation[16], const guint8 own_account[16],
                  guint8 message_id[16], gint64 now_ms, GError **error)
{
  Waxwing__ReadState read_state = WAXWING__READ_STATE__INIT;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;

  read_state.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, message_id };
  payload.kind_case = WAXWING__PAYLOAD__KIND_READ_STATE;
  payload.read_state = &read_state;
  return ww_store_queue_payload (database, conversation, own_account, now_ms, &payload, error);
}

/* Where reading stands. *known is FALSE for a conversation that is not there. */
static gboolean
read_position (WwDatabase *database, const guint8 conversation[16], guint8 peer[16], gint64 *position,
               gint64 *last_position, gboolean *known, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *known = FALSE;
  statement = ww_database_prepare (database, "SELECT peer, read_position, last_position FROM conversations WHERE id=?1",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, conversation, 16);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      ww_store_read_fixed (statement, 0, peer, 16);
      *position = ww_statement_int (statement, 1);
      *last_position = ww_statement_int (statement, 2);
      *known = TRUE;
    }

  return step != WW_STEP_ERROR;
}

static gboolean
set_read_position (WwDatabase *database, const guint8 conversation[16], gint64 position, WwReadChange *change,
                   GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  statement = ww_database_prepare (
      database,
      "UPDATE conversations SET read_position=?2, unread=(SELECT count(*) FROM messages"
      " WHERE conversation=?1 AND position>?2 AND NOT outgoing AND kind NOT IN (?3, ?4)) WHERE id=?1"
      " RETURNING unread",
      error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_int (statement, 2, position);
  ww_statement_bind_int (statement, 3, WW_MESSAGE_KIND_NOTICE);
  ww_statement_bind_int (statement, 4, WW_MESSAGE_KIND_GROUP_EVENT);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;

  memcpy (change->conversation, conversation, 16);
  change->changed = TRUE;
  change->read_position = position;
  change->unread = (guint) ww_statement_int (statement, 0);
  change->stamp = ww_database_get_stamp (database);
  return ww_statement_run (statement, error);
}

/* What the person set for this conversation, else for all. */
static gboolean
wants_receipts (WwDatabase *database, const guint8 conversation[16], gboolean *wants, GError **error)
{
  gint64 here, everywhere;

  if (!ww_store_get_number (database, conversation, WW_SETTING_RECEIPTS, WW_RECEIPTS_DEFAULT, &here, error) ||
      !ww_store_get_number (database, NULL, WW_SETTING_RECEIPTS, 1, &everywhere, error))
    return FALSE;
  *wants = here == WW_RECEIPTS_ON || (here != WW_RECEIPTS_OFF && everywhere != 0);
  return TRUE;
}

/* A stranger does not learn that anything was read, nobody blocked does, nor who the person doesn't want to tell. */
static gboolean
tells_sender (WwDatabase *database, const guint8 conversation[16], const guint8 peer[16], gboolean *tell,
              GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;
  gboolean wants;

  if (!ww_store_get_contact (database, peer, &contact, error))
    return FALSE;
  if (!wants_receipts (database, conversation, &wants, error))
    return FALSE;
  *tell = wants &&
          (contact == NULL || (contact->standing != WW_STANDING_REQUEST && contact->standing != WW_STANDING_BLOCKED));
  return TRUE;
}

/* The last of what came in between. */
static gboolean
read_newest (WwDatabase *database, const guint8 conversation[16], gint64 from, gint64 to, guint8 newest[16],
             gboolean *any, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT id FROM messages WHERE conversation=?1 AND position>?2 AND position<=?3"
                                       " AND NOT outgoing AND kind NOT IN (?4, ?5) ORDER BY position DESC LIMIT 1",
                                       error);
  WwStep step;

  *any = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, conversation, 16);
  ww_statement_bind_int (statement, 2, from);
  ww_statement_bind_int (statement, 3, to);
  ww_statement_bind_int (statement, 4, WW_MESSAGE_KIND_NOTICE);
  ww_statement_bind_int (statement, 5, WW_MESSAGE_KIND_GROUP_EVENT);
  step = ww_statement_step (statement, error);
  *any = step == WW_STEP_ROW;
  if (*any)
    ww_store_read_fixed (statement, 0, newest, WW_ID_SIZE);
  return step != WW_STEP_ERROR;
}

/**
 * ww_store_mark_read:
 * @position: of the last message that the person saw; what is later than the conversation's last counts as that
 * @own_account: 16 bytes: where the read state goes
 * @change: (out): what it did
 */
gboolean
ww_store_mark_read (WwDatabase *database, const guint8 conversation[16], gint64 position, const guint8 own_account[16],
                    gint64 now_ms, WwReadChange *change, GError **error)
{
  gint64 before = 0, last = 0;
  guint8 peer[16], newest[16];
  gboolean known, any, tell;

  *change = (WwReadChange) { 0 };
  if (!read_position (database, conversation, peer, &before, &last, &known, error))
    return FALSE;

  position = MIN (position, last);
  if (!known || position <= before)
    return TRUE;

  if (!read_newest (database, conversation, before, position, newest, &any, error) ||
      !tells_sender (database, conversation, peer, &tell, error))
    return FALSE;
  if (tell && !ww_store_queue_receipts (database, own_account, conversation, peer, before, position,
                                        WAXWING__RECEIPT__STATE__READ, now_ms, newest, &any, error))
    return FALSE;
  if (any && !queue_read_state (database, conversation, own_account, newest, now_ms, error))
    return FALSE;

  return set_read_position (database, conversation, position, change, error);
}

/* *known is FALSE for a message that is not there. */
static gboolean
find_position (WwDatabase *database, const guint8 message_id[16], guint8 conversation[16], gint64 *position,
               gboolean *known, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *known = FALSE;
  statement = ww_database_prepare (database, "SELECT conversation, position FROM messages WHERE id=?1", error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, message_id, 16);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      ww_store_read_fixed (statement, 0, conversation, 16);
      *position = ww_statement_int (statement, 1);
      *known = TRUE;
    }

  return step != WW_STEP_ERROR;
}

/**
 * ww_store_apply_read_state:
 *
 * Another device of the own account has shown everything up to this message. Nothing goes out: that device told
 * the other side.
 */
gboolean
ww_store_apply_read_state (WwDatabase *database, const guint8 message_id[16], WwReadChange *change, GError **error)
{
  gint64 position, before = 0, last = 0;
  guint8 conversation[16], peer[16];
  gboolean known;

  *change = (WwReadChange) { 0 };
  if (!find_position (database, message_id, conversation, &position, &known, error))
    return FALSE;
  if (!known)
    return TRUE;
  if (!read_position (database, conversation, peer, &before, &last, &known, error))
    return FALSE;
  if (!known || position <= before)
    return TRUE;

  return set_read_position (database, conversation, position, change, error);
}
