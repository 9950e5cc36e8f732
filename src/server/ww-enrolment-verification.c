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
    case WW_VERIFICATION_OK:
    case WW_VERIFICATION_UNAVAILABLE:
      break;
    }
  ww_request_fail_unavailable (request);
}

static void
respond (WwRequest *request, const uint8_t *token, Waxwing__VerificationState__State state, int64_t expires_ms,
         uint64_t resend_after_ms)
{
  Waxwing__VerificationState answer = WAXWING__VERIFICATION_STATE__INIT;

  answer.token = ww_protobuf_bytes (token, WW_TOKEN_SIZE);
  answer.state = state;
  answer.expires_ms = (uint64_t) expires_ms;
  answer.resend_after_ms = resend_after_ms;
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
  respond (request, result->token, WAXWING__VERIFICATION_STATE__STATE__WAITING, result->expires_ms,
           result->resend_after_ms);
}

/* A new verification, or with a token another mail for one that waits. */
void
ww_enrolment_start_verification (WwRequest *request)
{
  const Waxwing__StartVerification *asked = request->body->start_verification;
  WwVerification *verification = request->services->verification;

  if (asked->token.len > 0)
    ww_verification_resend (verification, asked->token.data, asked->language, request->connection->client, started_cb,
                            request);
  else
    ww_verification_start (verification, asked->handle, asked->language, request->connection->client, started_cb,
                           request);
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
    respond (request, token, WAXWING__VERIFICATION_STATE__STATE__CONFIRMED, (int64_t) expires_ms, 0);
  ww_connection_unref (connection);
  return resumed;
}

static void
watched_cb (const WwVerificationResult *result, void *data)
{
  WwRequest *request = data;

  if (result->outcome == WW_VERIFICATION_IS_EXPIRED)
    respond (request, result->token, WAXWING__VERIFICATION_STATE__STATE__EXPIRED, result->expires_ms, 0);
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
      respond (request, result->token,
               result->stage == WW_VERIFICATION_CONFIRMED ? WAXWING__VERIFICATION_STATE__STATE__CONFIRMED
                                                          : WAXWING__VERIFICATION_STATE__STATE__WAITING,
               result->expires_ms, result->resend_after_ms);
    }
}

/* Where a verification stands; what changes later comes as an event. */
void
ww_enrolment_watch_verification (WwRequest *request)
{
  ww_verification_look (request->services->verification, request->body->watch_verification->token.data, watched_cb,
                        request);
}

/* Codes belong to telephone numbers, which this server cannot reach yet. */
void
ww_enrolment_confirm_verification (WwRequest *request)
{
  ww_request_fail (request, WW_CODE_HANDLE_UNSUPPORTED, "This server confirms addresses by a link, not by a code.");
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
  ww_verification_set_confirmed_func (services->verification, confirmed_cb, services);
}
