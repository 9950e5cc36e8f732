/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-taking.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-store-amend.h"
#include "ww-store-messages-private.h"

/* The display name of another person, as their newest message says. */
static gboolean
take_name (WwTaking *self, const WwArrival *arrival, GError **error)
{
  gboolean changed;
  WwContactRow *contact;

  if (arrival->own || arrival->sender_name == NULL || arrival->sender_name[0] == '\0')
    return TRUE;
  if (!ww_store_set_contact_name (self->database, arrival->account, arrival->sender_name, &changed, error))
    return FALSE;
  if (!changed)
    return TRUE;
  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  if (contact != NULL)
    g_ptr_array_add (self->taken->contacts, contact);
  return TRUE;
}

static void
owe_receipt (WwTaking *self, const WwArrival *arrival)
{
  g_autoptr (GBytes) peer = g_bytes_new (arrival->account, WW_ID_SIZE);
  GByteArray *ids = g_hash_table_lookup (self->receipts, peer);
  guint8 conversation[WW_ID_SIZE];

  if (ids == NULL)
    {
      /* The conversation of the two goes first, wherever the messages were. */
      ids = g_byte_array_new ();
      ww_conversation_id_for_pair (self->own_account, arrival->account, conversation);
      g_byte_array_append (ids, conversation, WW_ID_SIZE);
      g_hash_table_insert (self->receipts, g_steal_pointer (&peer), ids);
    }
  g_byte_array_append (ids, arrival->id, WW_ID_SIZE);
}

static WwMessageRow *
message_row_new (const WwArrival *arrival, const Waxwing__Payload *payload)
{
  WwMessageRow *row = ww_message_row_new ();

  memcpy (row->id, arrival->id, WW_ID_SIZE);
  memcpy (row->conversation, arrival->conversation, WW_ID_SIZE);
  memcpy (row->account, arrival->account, WW_ID_SIZE);
  memcpy (row->device, arrival->device, WW_ID_SIZE);
  row->created_ms = arrival->created_ms;
  row->outgoing = arrival->own;
  row->state = arrival->own ? WW_MESSAGE_STATE_SENT : WW_MESSAGE_STATE_RECEIVED;
  row->suite = arrival->suite;
  row->payload = g_bytes_ref (arrival->payload);
  ww_message_row_describe (row, payload);
  row->has_content_hash = TRUE;
  memcpy (row->content_hash, arrival->content_hash, WW_HASH_SIZE);
  return row;
}

/* One alert for each day, however much of it comes: nothing of it is kept. */
#define DAY_MS (24 * 60 * 60 * 1000LL)

gboolean
ww_taking_tell_full (WwTaking *self, GError **error)
{
  g_autoptr (WwAlertRow) row = ww_alert_row_new ();
  g_autoptr (GError) problem = ww_error_new (WW_ERROR_TOO_MANY_REQUESTS);
  guint64 day = GUINT64_TO_BE ((guint64) (self->now_ms / DAY_MS));
  const WwBytes part = WW_BYTES ((const guint8 *) &day, sizeof day);
  guint8 digest[WW_HASH_SIZE];
  gboolean added;

  row->kind = WW_ALERT_KIND_MESSAGE_PROBLEM;
  row->at_ms = self->now_ms;
  row->code = g_strdup (ww_error_get_code (problem));
  if (ww_hash ("waxwing/client/requests-full", &part, 1, digest) == WW_CRYPTO_OK)
    row->source = g_bytes_new (digest, sizeof digest);
  if (!ww_store_insert_alert (self->database, row, &added, error))
    return FALSE;
  if (added)
    g_ptr_array_add (self->taken->alerts, g_steal_pointer (&row));
  return ww_store_count_refused_request (self->database, error);
}

/* The conversation that the message goes to, and the message's place in it after what has to be said first. */
static gboolean
begin_conversation (WwTaking *self, const WwArrival *arrival, GError **error)
{
  WwMessageRow *notice;

  if (!ww_store_begin_conversation (self->database, arrival->conversation, arrival->peer, self->now_ms, &notice, error))
    return FALSE;
  if (notice != NULL)
    {
      g_ptr_array_add (self->taken->messages, notice);
      g_ptr_array_add (self->taken->peers, g_bytes_new (arrival->peer, WW_ID_SIZE));
    }
  return TRUE;
}

static gboolean
set_request (WwTaking *self, const WwArrival *arrival, WwContactRow *contact, GError **error)
{
  WwContactRow *changed;

  contact->standing = WW_STANDING_REQUEST;
  if (!ww_store_set_contact_decision (self->database, contact, error) ||
      !ww_store_get_contact (self->database, arrival->account, &changed, error))
    return FALSE;
  if (changed != NULL)
    g_ptr_array_add (self->taken->contacts, changed);
  return TRUE;
}

/* In a group it is the group that is accepted or not. */
static gboolean
admit_in_group (WwTaking *self, const WwArrival *arrival, gboolean *admitted, gboolean *request, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (self->database, arrival->peer, &contact, error))
    return FALSE;
  *request = contact == NULL || contact->standing != WW_STANDING_ACCEPTED;
  if (!*request)
    return TRUE;
  if (!ww_store_has_room_for_request (self->database, arrival->conversation, admitted, error))
    return FALSE;
  if (!*admitted)
    return ww_taking_tell_full (self, error);
  /* It was deleted, and begins anew. */
  if (contact != NULL && contact->standing == 0)
    {
      contact->standing = WW_STANDING_REQUEST;
      return ww_store_set_contact_decision (self->database, contact, error);
    }
  return TRUE;
}

/* Whether somebody else's message may come in: a stranger's first one makes a request, and those are bounded. */
static gboolean
admit_stranger (WwTaking *self, const WwArrival *arrival, gboolean *admitted, gboolean *request, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  if (contact == NULL)
    {
      contact = g_new0 (WwContactRow, 1);
      memcpy (contact->account, arrival->account, WW_ID_SIZE);
    }
  *request = contact->standing != WW_STANDING_ACCEPTED;
  *admitted = !*request;
  if (!*request)
    return TRUE;
  if (!ww_store_has_room_for_request (self->database, arrival->conversation, admitted, error))
    return FALSE;
  if (!*admitted)
    return ww_taking_tell_full (self, error);
  return contact->standing == WW_STANDING_REQUEST || set_request (self, arrival, contact, error);
}

/* A copy of what another own device sent. */
static gboolean
admit_copy (WwTaking *self, const WwArrival *arrival, GError **error)
{
  WwContactRow *changed;

  if (!ww_store_accept_by_copy (self->database, arrival->peer, &changed, error))
    return FALSE;
  if (changed != NULL)
    g_ptr_array_add (self->taken->contacts, changed);
  return TRUE;
}

static gboolean
admit (WwTaking *self, const WwArrival *arrival, gboolean *admitted, gboolean *request, GError **error)
{
  *admitted = TRUE;
  *request = FALSE;
  if (arrival->own)
    return admit_copy (self, arrival, error);
  return arrival->participants != NULL ? admit_in_group (self, arrival, admitted, request, error)
                                       : admit_stranger (self, arrival, admitted, request, error);
}

/* Whose receipts the message waits for. */
static gboolean
note_recipients (WwTaking *self, const WwArrival *arrival, GError **error)
{
  for (guint i = 0; i < arrival->participants->len; i++)
    {
      const guint8 *account = (const guint8 *) arrival->participants->data + i * WW_ID_SIZE;

      if (memcmp (account, self->own_account, WW_ID_SIZE) != 0 &&
          !ww_store_note_delivery (self->database, arrival->id, account, WW_MESSAGE_STATE_SENT, self->now_ms, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ww_taking_message (WwTaking *self, WwArrival *arrival, GError **error)
{
  gboolean admitted = FALSE, request = FALSE, deleted;
  g_autoptr (WwMessageRow) before = NULL;
  g_autoptr (WwMessageRow) row = NULL;
  Waxwing__Payload *payload = ww_arrival_parse (arrival);
  WwInsertResult result;

  /* What is silent has no place among the messages. */
  if (payload == NULL || arrival->own_only || !ww_payload_is_message (payload))
    {
      if (payload != NULL)
        waxwing__payload__free_unpacked (payload, NULL);
      return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_MALFORMED, error);
    }
  row = message_row_new (arrival, payload);
  waxwing__payload__free_unpacked (payload, NULL);
  /* What is here already is neither counted nor told again, and what was deleted does not come back. */
  if (!ww_store_find_message (self->database, row->id, &before, error) ||
      !ww_store_is_deleted (self->database, row->id, &deleted, error))
    return FALSE;
  if (deleted)
    return TRUE;
  if (before == NULL && !admit (self, arrival, &admitted, &request, error))
    return FALSE;
  if (before == NULL && !admitted)
    return TRUE;
  if (before == NULL && !begin_conversation (self, arrival, error))
    return FALSE;
  if (!ww_store_insert_message (self->database, row, arrival->peer, self->now_ms, &result, error))
    return FALSE;
  if (result == WW_INSERTED_BEFORE)
    return TRUE;
  if (result == WW_INSERTED_OTHER)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_REPLAYED, error);
  if (!take_name (self, arrival, error) || !ww_store_amend_new (self->database, row, self->now_ms, error))
    return FALSE;
  if (!arrival->own && !request)
    owe_receipt (self, arrival);
  if (arrival->own && arrival->participants != NULL && !note_recipients (self, arrival, error))
    return FALSE;
  g_ptr_array_add (self->taken->messages, g_steal_pointer (&row));
  g_ptr_array_add (self->taken->peers, g_bytes_new (arrival->peer, WW_ID_SIZE));
  return TRUE;
}
