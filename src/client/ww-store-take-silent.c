/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-taking.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-amend.h"
#include "ww-store-handover.h"
#include "ww-store-groups.h"
#include "ww-store-messages-private.h"
#include "ww-store-settings.h"
#include "ww-store-standing.h"

/* In a group the message is as far as with the person who is behind all others. */
static gboolean
advance_in_group (WwTaking *self, const WwArrival *arrival, const WwMessageRow *row, WwMessageState state,
                  GError **error)
{
  WwMessageState together;
  gboolean changed;

  if (!ww_store_note_delivery (self->database, row->id, arrival->account, state, self->now_ms, error) ||
      !ww_store_summarise_deliveries (self->database, row->id, &together, error))
    return FALSE;
  /* Until the server has it, it is not known who is waited for. */
  if (row->state == WW_MESSAGE_STATE_WAITING || together < WW_MESSAGE_STATE_DELIVERED)
    return TRUE;
  if (!ww_store_set_message_state (self->database, row->id, together, 0, NULL, &changed, error))
    return FALSE;
  if (changed)
    ww_state_changes_add (self->taken->states, row->id, together, 0, NULL);
  return TRUE;
}

/* Whether the message went to the sender of the receipt, in the group whose it is: receipts go between two people. */
static gboolean
went_to (WwTaking *self, const WwArrival *arrival, const WwMessageRow *row, gboolean *group, gboolean *went,
         GError **error)
{
  *went = FALSE;
  if (!ww_store_has_group (self->database, row->conversation, group, error))
    return FALSE;
  if (!*group)
    {
      *went = memcmp (row->conversation, arrival->conversation, WW_ID_SIZE) == 0;
      return TRUE;
    }
  if (!ww_store_has_delivery (self->database, row->id, arrival->account, went, error))
    return FALSE;
  return *went || ww_store_is_member (self->database, row->conversation, arrival->account, went, error);
}

/* Only who got the message can say that it arrived: *foreign is TRUE for somebody else's. */
static gboolean
take_receipt_id (WwTaking *self, const WwArrival *arrival, const guint8 id[16], WwMessageState state, gboolean *foreign,
                 GError **error)
{
  g_autoptr (WwMessageRow) row = NULL;
  gboolean changed, group, went;

  if (!ww_store_find_message (self->database, id, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  if (!went_to (self, arrival, row, &group, &went, error))
    return FALSE;
  if (!row->outgoing || !went)
    {
      *foreign = TRUE;
      return TRUE;
    }
  if (group)
    return advance_in_group (self, arrival, row, state, error);
  if (!ww_store_set_message_state (self->database, id, state, 0, NULL, &changed, error) ||
      !ww_store_note_delivery (self->database, id, arrival->account, state, self->now_ms, error))
    return FALSE;
  if (changed)
    ww_state_changes_add (self->taken->states, id, state, 0, NULL);
  return TRUE;
}

static gboolean
take_receipt (WwTaking *self, WwArrival *arrival, const Waxwing__Receipt *receipt, GError **error)
{
  WwMessageState state;
  gboolean foreign = FALSE;

  /* The own devices see what this account tells others; it says nothing about their messages. */
  if (arrival->own)
    return TRUE;
  if (receipt->state == WAXWING__RECEIPT__STATE__DELIVERED)
    state = WW_MESSAGE_STATE_DELIVERED;
  else if (receipt->state == WAXWING__RECEIPT__STATE__READ)
    state = WW_MESSAGE_STATE_READ;
  else
    return TRUE;
  for (size_t i = 0; i < receipt->n_message_ids; i++)
    if (!take_receipt_id (self, arrival, receipt->message_ids[i].data, state, &foreign, error))
      return FALSE;
  return !foreign || ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
}

static gboolean
take_read_state (WwTaking *self, WwArrival *arrival, const Waxwing__ReadState *read_state, GError **error)
{
  WwReadChange change = { 0 };

  /* What is read is the own devices' matter alone. */
  if (!arrival->own)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  if (!ww_store_apply_read_state (self->database, read_state->message_id.data, &change, error))
    return FALSE;
  if (change.changed)
    g_ptr_array_add (self->taken->reads, ww_read_change_copy (&change));
  return TRUE;
}

/* *seen is TRUE when it was handled before; from now on it is. */
static gboolean
mark_seen (WwTaking *self, const guint8 id[16], gboolean *seen, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (self->database, "INSERT OR IGNORE INTO seen (id, at_ms) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, self->now_ms);
  if (!ww_statement_run (statement, error))
    return FALSE;
  *seen = ww_database_changes (self->database) == 0;
  return TRUE;
}

/* What is decided is the own devices' matter alone, and says nothing to anybody else. */
static gboolean
take_contact_states (WwTaking *self, WwArrival *arrival, const Waxwing__ContactStates *states, GError **error)
{
  if (!arrival->own || !arrival->own_only)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  for (size_t i = 0; i < states->n_states; i++)
    {
      WwDecided *decided;

      if (!ww_store_apply_contact_state (self->database, self->own_account, states->states[i], self->now_ms, &decided,
                                         error))
        return FALSE;
      if (decided != NULL)
        g_ptr_array_add (self->taken->decided, decided);
    }
  return TRUE;
}

/* Strangers' amendments reach what is shown of them, but nothing of theirs is kept waiting. */
static gboolean
may_wait (WwTaking *self, const WwArrival *arrival, gboolean *may, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  *may = arrival->own;
  if (arrival->own)
    return TRUE;
  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  *may = contact != NULL && contact->standing == WW_STANDING_ACCEPTED;
  return TRUE;
}

static gboolean
take_amendment (WwTaking *self, WwArrival *arrival, const Waxwing__Payload *payload, GError **error)
{
  WwAmendment amendment = { .created_ms = arrival->created_ms };
  WwAmendResult result;
  gboolean may;

  if (arrival->own_only)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  memcpy (amendment.id, arrival->id, WW_ID_SIZE);
  memcpy (amendment.account, arrival->account, WW_ID_SIZE);
  memcpy (amendment.conversation, arrival->conversation, WW_ID_SIZE);
  if (!may_wait (self, arrival, &may, error) ||
      !ww_store_amend (self->database, &amendment, payload, may, self->now_ms, &result, self->taken->changed, error))
    return FALSE;
  if (result == WW_AMENDED && payload->kind_case == WAXWING__PAYLOAD__KIND_UNSEND)
    self->taken->purge = TRUE;
  return result != WW_AMENDED_REFUSED || ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
}

/* What the conversation is now, for the models. */
static gboolean
report_conversation (WwTaking *self, const guint8 id[16], GError **error)
{
  WwConversationRow *row;

  if (!ww_store_find_conversation (self->database, id, &row, error))
    return FALSE;
  if (row != NULL)
    g_ptr_array_add (self->taken->conversations, row);
  return TRUE;
}

static gboolean
take_settings (WwTaking *self, WwArrival *arrival, const Waxwing__Settings *settings, GError **error)
{
  if (!arrival->own || !arrival->own_only)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  for (size_t i = 0; i < settings->n_settings; i++)
    {
      const Waxwing__Setting *setting = settings->settings[i];
      gboolean changed;

      if (!ww_store_apply_setting (self->database, setting, &changed, error))
        return FALSE;
      if (!changed)
        continue;
      self->taken->settings = self->taken->settings || setting->conversation_id.len == 0;
      if (setting->conversation_id.len > 0 && !report_conversation (self, setting->conversation_id.data, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_deletion (WwTaking *self, WwArrival *arrival, const Waxwing__Deletion *deletion, GError **error)
{
  if (!arrival->own || !arrival->own_only)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  for (size_t i = 0; i < deletion->n_message_ids; i++)
    {
      if (!ww_store_delete_messages (self->database, deletion->message_ids[i].data, 1, self->now_ms,
                                     self->taken->conversations, error))
        return FALSE;
      g_ptr_array_add (self->taken->deleted, g_bytes_new (deletion->message_ids[i].data, WW_ID_SIZE));
    }
  self->taken->purge = TRUE;
  if (deletion->conversation_id.len > 0)
    {
      WwDecided *decided;

      if (!ww_store_apply_erasure (self->database, deletion->conversation_id.data, &decided, error))
        return FALSE;
      if (decided != NULL)
        g_ptr_array_add (self->taken->decided, decided);
    }
  return TRUE;
}

/* Between own devices only. What nobody asked for is not taken, whoever it is from. */
static gboolean
take_history (WwTaking *self, WwArrival *arrival, const Waxwing__Payload *payload, GError **error)
{
  const Waxwing__Delivery *delivery = ww_reply_event (arrival->reply)->delivery;
  gboolean refused, changed;

  if (!arrival->own || !arrival->own_only)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  /* The wrap opened, and so it is this device's. */
  if (!ww_store_take_history_payload (self->database, self->own_account, delivery->wrap->device_id.data,
                                      arrival->device, payload, self->now_ms, &refused, &changed, error))
    return FALSE;
  self->taken->history = self->taken->history || changed;
  self->taken->outbox = TRUE;
  return !refused || ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
}

/* What a newer version says without being seen is nothing that a person would miss. */
static gboolean
take_payload (WwTaking *self, WwArrival *arrival, const Waxwing__Payload *payload, GError **error)
{
  switch (payload->kind_case)
    {
    case WAXWING__PAYLOAD__KIND_RECEIPT:
      return take_receipt (self, arrival, payload->receipt, error);
    case WAXWING__PAYLOAD__KIND_READ_STATE:
      return take_read_state (self, arrival, payload->read_state, error);
    case WAXWING__PAYLOAD__KIND_CONTACT_STATES:
      return take_contact_states (self, arrival, payload->contact_states, error);
    case WAXWING__PAYLOAD__KIND_TAPBACK:
    case WAXWING__PAYLOAD__KIND_EDIT:
    case WAXWING__PAYLOAD__KIND_UNSEND:
      return take_amendment (self, arrival, payload, error);
    case WAXWING__PAYLOAD__KIND_SETTINGS:
      return take_settings (self, arrival, payload->settings, error);
    case WAXWING__PAYLOAD__KIND_DELETION:
      return take_deletion (self, arrival, payload->deletion, error);
    case WAXWING__PAYLOAD__KIND_TEXT:
    case WAXWING__PAYLOAD__KIND_ATTACHMENTS:
    case WAXWING__PAYLOAD__KIND_CARD:
    case WAXWING__PAYLOAD__KIND_LOCATION:
    case WAXWING__PAYLOAD__KIND_TYPING:
      return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_MALFORMED, error);
    case WAXWING__PAYLOAD__KIND_HISTORY_OFFER:
    case WAXWING__PAYLOAD__KIND_HISTORY_REQUEST:
    case WAXWING__PAYLOAD__KIND_HISTORY_CHUNK:
    case WAXWING__PAYLOAD__KIND_HISTORY_END:
      return take_history (self, arrival, payload, error);
    case WAXWING__PAYLOAD__KIND_GROUP_CHANGE:
    case WAXWING__PAYLOAD__KIND__NOT_SET:
    case _WAXWING__PAYLOAD__KIND__CASE_IS_INT_SIZE:
      break;
    }
  return TRUE;
}

gboolean
ww_taking_silent (WwTaking *self, WwArrival *arrival, GError **error)
{
  Waxwing__Payload *payload;
  gboolean seen, done;

  if (!mark_seen (self, arrival->id, &seen, error))
    return FALSE;
  if (seen)
    return TRUE;
  payload = ww_arrival_parse (arrival);
  if (payload == NULL)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_MALFORMED, error);
  done = take_payload (self, arrival, payload, error);
  waxwing__payload__free_unpacked (payload, NULL);
  return done;
}
