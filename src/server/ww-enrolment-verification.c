/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-enrolment-private.h"

#include <string.h>

#include "ww-approval-relay.h"
#include "ww-clock.h"
#include "ww-hash.h"
#include "ww-presence.h"
#include "ww-verification.h"

/* What the storage knows a token by. */
void
ww_enrolment_hash_token (const ProtobufCBinaryData *token, uint8_t hash[WW_HASH_SIZE])
{
  if (ww_hash (NULL, &WW_BYTES (token->data, token->len), 1, hash) != WW_CRYPTO_OK)
    g_error ("no memory");
}

static void
fail_wrong_code (WwRequest *request, unsigned tries_left)
{
  g_autofree char *message = g_strdup_printf (
      tries_left == 1 ? "The code is wrong; %u try is left." : "The code is wrong; %u tries are left.", tries_left);

  ww_request_fail (request, WW_CODE_WRONG_CODE, message);
}

static void
fail_outcome (WwRequest *request, const WwVerificationResult *result)
{
  switch (result->outcome)
    {
    case WW_VERIFICATION_BAD_HANDLE:
      ww_request_fail (request, WW_CODE_HANDLE_INVALID, "This is not an e-mail address or a telephone number.");
      return;
    case WW_VERIFICATION_UNSUPPORTED:
      ww_request_fail (request, WW_CODE_HANDLE_UNSUPPORTED, "This server cannot verify addresses of this kind.");
      return;
    case WW_VERIFICATION_RATE_LIMITED:
      ww_request_fail_later (request, WW_CODE_RATE_LIMITED, "Too many attempts; wait a little and try again.",
                             result->retry_after_ms);
      return;
    case WW_VERIFICATION_UNKNOWN:
      ww_request_fail (request, WW_CODE_NOT_FOUND, "There is no such verification.");
      return;
    case WW_VERIFICATION_IS_EXPIRED:
      ww_request_fail (request, WW_CODE_VERIFICATION_EXPIRED, "The verification has expired; start again.");
      return;
    case WW_VERIFICATION_IS_USED:
      ww_request_fail (request, WW_CODE_VERIFICATION_USED, "The verification was used already; start again.");
      return;
    case WW_VERIFICATION_WRONG_CODE:
      fail_wrong_code (request, result->tries_left);
      return;
    case WW_VERIFICATION_TOO_MANY_TRIES:
      ww_request_fail (request, WW_CODE_TOO_MANY_TRIES, "Too many wrong codes; start again.");
      return;
    case WW_VERIFICATION_OK:
    case WW_VERIFICATION_IS_WAITING:
    case WW_VERIFICATION_UNAVAILABLE:
      break;
    }
  ww_request_fail_unavailable (request);
}

static void
respond (WwRequest *request, Waxwing__VerificationState__State state, const WwVerificationResult *result)
{
  Waxwing__VerificationState answer = WAXWING__VERIFICATION_STATE__INIT;

  answer.token = ww_protobuf_bytes (result->token, WW_TOKEN_SIZE);
  answer.state = state;
  answer.expires_ms = (uint64_t) result->expires_ms;
  answer.resend_after_ms = result->resend_after_ms;
  if (state == WAXWING__VERIFICATION_STATE__STATE__WAITING)
    answer.tries_left = result->tries_left;
  if (result->send_to != NULL)
    {
      answer.send_to = (char *) result->send_to;
      answer.send_text = (char *) result->send_text;
    }
  ww_request_respond (request, WAXWING__RESPONSE__BODY_VERIFICATION, &answer);
}

/* --- StartVerification --------------------------------------------------------------------- */

static void
started_cb (const WwVerificationResult *result, void *data)
{
  WwRequest *request = data;

  if (result->outcome != WW_VERIFICATION_OK)
    {
      fail_outcome (request, result);
      return;
    }
  ww_presence_watch (request->services->presence, request->connection, result->token);
  respond (request, WAXWING__VERIFICATION_STATE__STATE__WAITING, result);
}

/* A new verification, or with a token another mail or message for one that waits. */
void
ww_enrolment_start_verification (WwRequest *request)
{
  const Waxwing__StartVerification *asked = request->body->start_verification;
  WwVerification *verification = request->services->verification;

  if (asked->token.len > 0)
    ww_verification_resend (verification, request->services->messenger, asked->token.data, asked->language,
                            request->connection->client, started_cb, request);
  else if (ww_handle_kind (asked->handle) == WW_HANDLE_INVALID)
    /* Devices normalise what people type: what arrives is in its one form, or not from one of them. */
    ww_request_fail (request, WW_CODE_HANDLE_INVALID, "This is not an e-mail address or a telephone number.");
  else
    ww_verification_start (verification, request->services->messenger, asked->handle, asked->inbound, asked->language,
                           request->connection->client, started_cb, request);
}

/* --- WatchVerification --------------------------------------------------------------------- */

/* A token that has become a pending device goes on as that. */
static bool
resume_pending (WwRequest *request, const uint8_t *token)
{
  uint8_t hash[WW_HASH_SIZE];
  uint64_t expires_ms;
  WwConnection *connection = ww_connection_ref (request->connection);
  WwApprovalRelay *relay = request->services->relay;
  bool resumed = false;
  ProtobufCBinaryData bytes = ww_protobuf_bytes (token, WW_TOKEN_SIZE);

  ww_enrolment_hash_token (&bytes, hash);
  if (connection->state != WW_CONNECTION_DEVICE)
    resumed = ww_approval_relay_resume (relay, connection, hash, &expires_ms);
  if (resumed)
    {
      WwVerificationResult result = { .expires_ms = (int64_t) expires_ms };

      memcpy (result.token, token, WW_TOKEN_SIZE);
      respond (request, WAXWING__VERIFICATION_STATE__STATE__CONFIRMED, &result);
    }
  ww_connection_unref (connection);
  return resumed;
}

static void
watched_cb (const WwVerificationResult *result, void *data)
{
  WwRequest *request = data;

  if (result->outcome == WW_VERIFICATION_IS_EXPIRED)
    respond (request, WAXWING__VERIFICATION_STATE__STATE__EXPIRED, result);
  else if (result->outcome != WW_VERIFICATION_OK)
    fail_outcome (request, result);
  else if (result->stage == WW_VERIFICATION_USED)
    {
      if (!resume_pending (request, result->token))
        ww_request_fail (request, WW_CODE_VERIFICATION_USED, "The verification was used already; start again.");
    }
  else
    {
      ww_presence_watch (request->services->presence, request->connection, result->token);
      respond (request,
               result->stage == WW_VERIFICATION_CONFIRMED ? WAXWING__VERIFICATION_STATE__STATE__CONFIRMED
                                                          : WAXWING__VERIFICATION_STATE__STATE__WAITING,
               result);
    }
}

/* Where a verification stands; what changes later comes as an event. */
void
ww_enrolment_watch_verification (WwRequest *request)
{
  ww_verification_look (request->services->verification, request->services->messenger,
                        request->body->watch_verification->token.data, watched_cb, request);
}

/* --- ConfirmVerification ------------------------------------------------------------------- */

static void
code_checked_cb (const WwVerificationResult *result, void *data)
{
  if (result->outcome == WW_VERIFICATION_OK)
    respond (data, WAXWING__VERIFICATION_STATE__STATE__CONFIRMED, result);
  else
    fail_outcome (data, result);
}

/* The code out of a message to a telephone. */
void
ww_enrolment_confirm_verification (WwRequest *request)
{
  const Waxwing__ConfirmVerification *asked = request->body->confirm_verification;

  ww_verification_confirm_code (request->services->verification, request->services->messenger, asked->token.data,
                                asked->code, code_checked_cb, request);
}

/* --- The person has confirmed -------------------------------------------------------------- */

static void
tell_watcher_cb (WwConnection *connection, void *data)
{
  const int64_t *expires_ms = data;
  Waxwing__VerificationState event = WAXWING__VERIFICATION_STATE__INIT;

  event.token = ww_protobuf_bytes (connection->watched_token, WW_TOKEN_SIZE);
  event.state = WAXWING__VERIFICATION_STATE__STATE__CONFIRMED;
  event.expires_ms = (uint64_t) *expires_ms;
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_VERIFICATION, &event);
}

static void
confirmed_cb (const uint8_t token_hash[WW_HASH_SIZE], int64_t expires_ms, void *data)
{
  WwServices *services = data;

  ww_presence_each_watcher (services->presence, token_hash, tell_watcher_cb, &expires_ms);
}

/* Connects the verification with those who wait for it. */
void
ww_enrolment_init (WwServices *services)
{
  const WwVerificationService messenger = { WW_MESSENGER_SERVICE, "Waxwing", confirmed_cb, services };

  services->messenger = ww_verification_add_service (services->verification, &messenger);
}
