/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-frame.h"

#include <stdlib.h>

#include "ww-check-private.h"
#include "ww-scan-private.h"

bool
ww_check_signed_record (const Waxwing__SignedRecord *record)
{
  return record != NULL && ww_is_within (&record->record, WW_MAX_RECORD) &&
         ww_is_size (&record->signature, WW_SIGNATURE_SIZE);
}

bool
ww_check_chain (Waxwing__SignedRecord *const *chain, size_t n)
{
  if (n > WW_MAX_CHAIN)
    return false;

  for (size_t i = 0; i < n; i++)
    if (!ww_check_signed_record (chain[i]))
      return false;

  return true;
}

static bool
check_wrap (const Waxwing__Wrap *wrap)
{
  return wrap != NULL && ww_is_size (&wrap->device_id, WW_ID_SIZE) &&
         ww_is_within (&wrap->sealed_key, WW_MAX_SEALED_KEY);
}

static bool
check_join_account (const Waxwing__JoinAccount *join)
{
  if (!ww_is_size (&join->token, WW_TOKEN_SIZE) || !ww_is_size (&join->account_id, WW_ID_SIZE) ||
      !ww_is_within (&join->device, WW_MAX_DEVICE_KEYS) || !ww_is_size (&join->signature, WW_SIGNATURE_SIZE) ||
      !ww_is_size (&join->commitment, WW_HASH_SIZE) || join->n_names > WW_MAX_DEVICES)
    return false;

  for (size_t i = 0; i < join->n_names; i++)
    if (!ww_is_size (&join->names[i]->device_id, WW_ID_SIZE) ||
        !ww_is_within (&join->names[i]->sealed, WW_MAX_SEALED_NAME))
      return false;

  return true;
}

static bool
check_look_up (const Waxwing__LookUp *look_up)
{
  switch (look_up->by_case)
    {
    case WAXWING__LOOK_UP__BY_HANDLE:
      return ww_is_text (look_up->handle, WW_MAX_HANDLE);
    case WAXWING__LOOK_UP__BY_ACCOUNT_ID:
      return ww_is_size (&look_up->account_id, WW_ID_SIZE);
    case WAXWING__LOOK_UP__BY__NOT_SET:
    case _WAXWING__LOOK_UP__BY__CASE_IS_INT_SIZE:
      return true;
    }

  return true;
}

static bool
check_send (const Waxwing__Send *send)
{
  const Waxwing__Envelope *envelope = send->envelope;

  if (envelope == NULL || !ww_is_size (&envelope->header, WW_HEADER_SIZE) ||
      !ww_is_within (&envelope->body, WW_MAX_BODY) || envelope->n_wraps == 0 || envelope->n_wraps > WW_MAX_WRAPS ||
      send->n_recipients > WW_MAX_PARTICIPANTS)
    return false;

  for (size_t i = 0; i < envelope->n_wraps; i++)
    if (!check_wrap (envelope->wraps[i]))
      return false;
  for (size_t i = 0; i < send->n_recipients; i++)
    if (!ww_is_size (&send->recipients[i]->account_id, WW_ID_SIZE))
      return false;

  return true;
}

static bool
check_request (const Waxwing__Request *request)
{
  switch (request->body_case)
    {
    case WAXWING__REQUEST__BODY_START_VERIFICATION:
      return ww_is_text (request->start_verification->handle, WW_MAX_HANDLE) &&
             ww_is_text (request->start_verification->language, WW_MAX_LANGUAGE) &&
             ww_is_size_or_empty (&request->start_verification->token, WW_TOKEN_SIZE);
    case WAXWING__REQUEST__BODY_WATCH_VERIFICATION:
      return ww_is_size (&request->watch_verification->token, WW_TOKEN_SIZE);
    case WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION:
      return ww_is_size (&request->confirm_verification->token, WW_TOKEN_SIZE) &&
             ww_is_text (request->confirm_verification->code, WW_MAX_CODE);
    case WAXWING__REQUEST__BODY_PREPARE_DEVICE:
      return ww_is_size (&request->prepare_device->token, WW_TOKEN_SIZE);
    case WAXWING__REQUEST__BODY_CREATE_ACCOUNT:
      return ww_is_size (&request->create_account->token, WW_TOKEN_SIZE) &&
             ww_check_signed_record (request->create_account->record);
    case WAXWING__REQUEST__BODY_JOIN_ACCOUNT:
      return check_join_account (request->join_account);
    case WAXWING__REQUEST__BODY_REVEAL_NONCE:
      return ww_is_size (&request->reveal_nonce->device_id, WW_ID_SIZE) &&
             ww_is_size (&request->reveal_nonce->nonce, WW_NONCE_SIZE);
    case WAXWING__REQUEST__BODY_CANCEL_JOIN:
      return ww_is_size (&request->cancel_join->device_id, WW_ID_SIZE);
    case WAXWING__REQUEST__BODY_AUTHENTICATE:
      return ww_is_size (&request->authenticate->device_id, WW_ID_SIZE) &&
             ww_is_size (&request->authenticate->signature, WW_SIGNATURE_SIZE) &&
             ww_is_text (request->authenticate->authority, WW_MAX_AUTHORITY);
    case WAXWING__REQUEST__BODY_LOOK_UP:
      return check_look_up (request->look_up);
    case WAXWING__REQUEST__BODY_PUBLISH_RECORD:
      return ww_check_signed_record (request->publish_record->record) &&
             ww_is_size_or_empty (&request->publish_record->token, WW_TOKEN_SIZE);
    case WAXWING__REQUEST__BODY_SEND:
      return check_send (request->send);
    case WAXWING__REQUEST__BODY_ACKNOWLEDGE:
      return request->acknowledge->n_sequences <= WW_MAX_ACKNOWLEDGED;
    case WAXWING__REQUEST__BODY_BEGIN_APPROVAL:
      return ww_is_size (&request->begin_approval->device_id, WW_ID_SIZE) &&
             ww_is_size (&request->begin_approval->nonce, WW_NONCE_SIZE);
    case WAXWING__REQUEST__BODY_GRANT_APPROVAL:
      return ww_is_size (&request->grant_approval->device_id, WW_ID_SIZE) &&
             ww_check_signed_record (request->grant_approval->record) &&
             ww_is_within (&request->grant_approval->sealed_account_key, WW_MAX_SEALED_KEY);
    case WAXWING__REQUEST__BODY_REFUSE_APPROVAL:
      return ww_is_size (&request->refuse_approval->device_id, WW_ID_SIZE);
    case WAXWING__REQUEST__BODY_RESET_ACCOUNT:
      return ww_is_size (&request->reset_account->token, WW_TOKEN_SIZE) &&
             ww_check_signed_record (request->reset_account->record);
    case WAXWING__REQUEST__BODY_REFUSE_CLAIM:
      return ww_is_size (&request->refuse_claim->claim_id, WW_ID_SIZE);
    case WAXWING__REQUEST__BODY_DELETE_ATTACHMENT:
      return ww_is_size (&request->delete_attachment->attachment_id, WW_ID_SIZE);
    case WAXWING__REQUEST__BODY_PREPARE_UPLOAD:
    case WAXWING__REQUEST__BODY_GET_ACTIVITY:
    case WAXWING__REQUEST__BODY_RETIRE:
      return true;
    case WAXWING__REQUEST__BODY__NOT_SET:
    case _WAXWING__REQUEST__BODY__CASE_IS_INT_SIZE:
      /* Of a newer client: answered with an error, which is no reason to close. */
      return true;
    }

  return true;
}

static bool
check_verification (const Waxwing__VerificationState *state)
{
  return ww_is_size (&state->token, WW_TOKEN_SIZE) && ww_is_text (state->send_to, WW_MAX_SEND_TO) &&
         ww_is_text (state->send_text, WW_MAX_SEND_TEXT);
}

static bool
check_activity (const Waxwing__Activity *activity)
{
  if (activity->n_devices > WW_MAX_DEVICES)
    return false;
  for (size_t i = 0; i < activity->n_devices; i++)
    if (!ww_is_size (&activity->devices[i]->device_id, WW_ID_SIZE))
      return false;

  return true;
}

static bool
check_response (const Waxwing__Response *response)
{
  switch (response->body_case)
    {
    case WAXWING__RESPONSE__BODY_ERROR:
      return ww_is_text (response->error->code, WW_MAX_ERROR_CODE) &&
             ww_is_text (response->error->message, WW_MAX_ERROR_MESSAGE);
    case WAXWING__RESPONSE__BODY_VERIFICATION:
      return check_verification (response->verification);
    case WAXWING__RESPONSE__BODY_DEVICE_PREPARED:
      return ww_is_size (&response->device_prepared->push_address, WW_PUSH_ADDRESS_SIZE) &&
             ww_check_chain (response->device_prepared->chain, response->device_prepared->n_chain);
    case WAXWING__RESPONSE__BODY_AUTHENTICATED:
      return ww_is_size (&response->authenticated->account_id, WW_ID_SIZE);
    case WAXWING__RESPONSE__BODY_LOOK_UP:
      return (response->look_up->found ? ww_is_size (&response->look_up->account_id, WW_ID_SIZE)
                                       : ww_is_size_or_empty (&response->look_up->account_id, WW_ID_SIZE)) &&
             ww_check_chain (response->look_up->chain, response->look_up->n_chain);
    case WAXWING__RESPONSE__BODY_ACTIVITY:
      return check_activity (response->activity);
    case WAXWING__RESPONSE__BODY_UPLOAD_PREPARED:
      return ww_is_size (&response->upload_prepared->attachment_id, WW_ID_SIZE) &&
             ww_is_size (&response->upload_prepared->upload_token, WW_TOKEN_SIZE) &&
             ww_is_size (&response->upload_prepared->download_token, WW_TOKEN_SIZE);
    case WAXWING__RESPONSE__BODY_HELD:
    case WAXWING__RESPONSE__BODY_DONE:
    case WAXWING__RESPONSE__BODY_JOIN_PENDING:
    case WAXWING__RESPONSE__BODY_SENT:
    case WAXWING__RESPONSE__BODY__NOT_SET:
    case _WAXWING__RESPONSE__BODY__CASE_IS_INT_SIZE:
      return true;
    }

  return true;
}

static bool
check_device_pending (const Waxwing__DevicePending *pending)
{
  return ww_is_within (&pending->device, WW_MAX_DEVICE_KEYS) && ww_is_size (&pending->signature, WW_SIGNATURE_SIZE) &&
         ww_is_size (&pending->commitment, WW_HASH_SIZE) && pending->sealed_name.len <= WW_MAX_SEALED_NAME &&
         ww_is_text (pending->handle, WW_MAX_HANDLE);
}

static bool
check_claim (const Waxwing__Claim *claim)
{
  return ww_is_size (&claim->claim_id, WW_ID_SIZE) && ww_is_text (claim->handle, WW_MAX_HANDLE) &&
         ww_is_size_or_empty (&claim->account_id, WW_ID_SIZE) &&
         (claim->record == NULL || ww_check_signed_record (claim->record));
}

static bool
check_event (const Waxwing__Event *event)
{
  switch (event->body_case)
    {
    case WAXWING__EVENT__BODY_VERIFICATION:
      return check_verification (event->verification);
    case WAXWING__EVENT__BODY_APPROVAL_BEGUN:
      return ww_is_size (&event->approval_begun->approver_id, WW_ID_SIZE) &&
             ww_is_size (&event->approval_begun->nonce, WW_NONCE_SIZE) &&
             ww_check_signed_record (event->approval_begun->record);
    case WAXWING__EVENT__BODY_APPROVAL_GRANTED:
      return ww_check_chain (event->approval_granted->chain, event->approval_granted->n_chain) &&
             ww_is_within (&event->approval_granted->sealed_account_key, WW_MAX_SEALED_KEY);
    case WAXWING__EVENT__BODY_APPROVAL_ENDED:
      return ww_is_size (&event->approval_ended->device_id, WW_ID_SIZE);
    case WAXWING__EVENT__BODY_DEVICE_PENDING:
      return check_device_pending (event->device_pending);
    case WAXWING__EVENT__BODY_APPROVAL_REVEALED:
      return ww_is_size (&event->approval_revealed->device_id, WW_ID_SIZE) &&
             ww_is_size (&event->approval_revealed->nonce, WW_NONCE_SIZE);
    case WAXWING__EVENT__BODY_RECORD_CHANGED:
      return ww_is_size (&event->record_changed->account_id, WW_ID_SIZE);
    case WAXWING__EVENT__BODY_DELIVERY:
      return ww_is_size (&event->delivery->header, WW_HEADER_SIZE) &&
             ww_is_within (&event->delivery->body, WW_MAX_BODY) && check_wrap (event->delivery->wrap);
    case WAXWING__EVENT__BODY_CLAIM:
      return check_claim (event->claim);
    case WAXWING__EVENT__BODY_HANDLE_MOVED:
      return ww_is_text (event->handle_moved->handle, WW_MAX_HANDLE) &&
             ww_is_size (&event->handle_moved->account_id, WW_ID_SIZE);
    case WAXWING__EVENT__BODY_MAILBOX_DRAINED:
    case WAXWING__EVENT__BODY_DISPLACED:
    case WAXWING__EVENT__BODY__NOT_SET:
    case _WAXWING__EVENT__BODY__CASE_IS_INT_SIZE:
      return true;
    }

  return true;
}

static bool
check_hello (const Waxwing__Hello *hello)
{
  if (!ww_is_size (&hello->challenge, WW_NONCE_SIZE) || !ww_is_text (hello->server, WW_MAX_SERVER_NAME) ||
      hello->n_verifies > WW_MAX_VERIFIES)
    return false;
  for (size_t i = 0; i < hello->n_verifies; i++)
    if (!ww_is_text (hello->verifies[i], WW_MAX_CODE))
      return false;

  return true;
}

static bool
check_frame (const Waxwing__Frame *frame)
{
  switch (frame->body_case)
    {
    case WAXWING__FRAME__BODY_HELLO:
      return frame->id == 0 && check_hello (frame->hello);
    case WAXWING__FRAME__BODY_REQUEST:
      return frame->id != 0 && check_request (frame->request);
    case WAXWING__FRAME__BODY_RESPONSE:
      return frame->id != 0 && check_response (frame->response);
    case WAXWING__FRAME__BODY_EVENT:
      return frame->id == 0 && check_event (frame->event);
    case WAXWING__FRAME__BODY__NOT_SET:
    case _WAXWING__FRAME__BODY__CASE_IS_INT_SIZE:
      return true;
    }

  return true;
}

/*
 * ww_frame_parse:
 * @data: one binary WebSocket message
 *
 * A frame with every size checked: `bytes` fields have their exact size or, where
 * the schema says so, none; lists and strings are within limits.h; strings are
 * UTF-8; sub-messages that a request needs are there. A `oneof` is not set when
 * it holds what only a newer version knows. Enums may have values that the schema
 * does not name.
 *
 * Returns: (nullable): free with waxwing__frame__free_unpacked(); NULL: close the link
 */
Waxwing__Frame *
ww_frame_parse (const uint8_t *data, size_t len)
{
  Waxwing__Frame *frame;

  if (len > WW_MAX_FRAME || !ww_scan (&waxwing__frame__descriptor, data, len))
    return NULL;

  frame = waxwing__frame__unpack (NULL, len, data);
  if (frame != NULL && !check_frame (frame))
    {
      waxwing__frame__free_unpacked (frame, NULL);
      frame = NULL;
    }

  return frame;
}

/* Serialises a frame; free() the result. NULL when there is no memory. */
uint8_t *
ww_frame_pack (const Waxwing__Frame *frame, size_t *len)
{
  return ww_message_pack (frame, len);
}

/*
 * ww_message_pack:
 * @protobuf_message: any message of the generated code
 * @len: (out): may be 0, as a message of defaults has no bytes
 *
 * Serialises; free() the result. NULL, with @len 0, when there is no memory.
 */
uint8_t *
ww_message_pack (const void *protobuf_message, size_t *len)
{
  size_t size = protobuf_c_message_get_packed_size (protobuf_message);
  uint8_t *out = malloc (size > 0 ? size : 1);

  *len = out != NULL ? protobuf_c_message_pack (protobuf_message, out) : 0;

  return out;
}
