/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ww-clock.h"
#include "ww-phone.h"

/* What becomes of a verification: it is looked at, proven, used up, forgotten. */

#define CONFIRMED_MS (30LL * 60 * 1000)          /* what a confirmation leaves at least to use it */
#define FORGET_MS    (7LL * 24 * 60 * 60 * 1000) /* so that an old link says "expired" and not "unknown" */

/* --- Looking ------------------------------------------------------------------------------- */

static void
looked_cb (WwOperation *base)
{
  const WwLoadVerificationOp *op = (WwLoadVerificationOp *) base;
  WwVerificationCall *call = base->data;
  WwVerificationResult result = { ww_verification_outcome_of (base->status),
                                  .handle = op->handle,
                                  .method = op->method,
                                  .stage = op->stage,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = ww_verification_resend_after (op->sent_ms),
                                  .tries_left = ww_verification_tries_left (op->method, op->tries) };

  if (op->of_service != NULL)
    call->service = ww_verification_find_service (call->self, op->of_service);
  if (result.outcome == WW_VERIFICATION_OK && op->stage == WW_VERIFICATION_WAITING && op->tries >= WW_CODE_TRIES)
    result.outcome = WW_VERIFICATION_TOO_MANY_TRIES;
  else if (result.outcome == WW_VERIFICATION_OK && op->stage != WW_VERIFICATION_USED &&
           op->expires_ms <= ww_clock_now_ms ())
    result.outcome = WW_VERIFICATION_IS_EXPIRED;
  ww_verification_call_finish (call, &result);
}

static void
look (WwVerificationCall *call, const uint8_t secret[WW_TOKEN_SIZE], bool by_link)
{
  WwLoadVerificationOp *op = ww_operation_new (WwLoadVerificationOp, looked_cb, call);

  op->by_link = by_link;
  op->service = by_link ? NULL : call->service->name;
  ww_secret_hash_token (secret, op->hash);
  call->self->store->engine->load (call->self->store, op);
}

/* What has become of a verification. Changes nothing. */
void
ww_verification_look (WwVerification *self, const WwVerificationService *service, const uint8_t token[WW_TOKEN_SIZE],
                      WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, service, NULL, func, data);

  memcpy (call->token, token, WW_TOKEN_SIZE);
  look (call, token, false);
}

/* The same for the person who opens the link. */
void
ww_verification_look_by_link (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                              void *data)
{
  look (ww_verification_call_new (self, NULL, NULL, func, data), link, true);
}

/* --- Confirming ---------------------------------------------------------------------------- */

static void
confirmed_cb (WwOperation *base)
{
  const WwConfirmVerificationOp *op = (WwConfirmVerificationOp *) base;
  WwVerificationCall *call = base->data;
  WwVerificationResult result = { ww_verification_outcome_of (base->status),
                                  .handle = op->handle,
                                  .method = op->method,
                                  .stage = WW_VERIFICATION_CONFIRMED,
                                  .expires_ms = op->expires_ms,
                                  .tries_left = ww_verification_tries_left (op->method, op->tries) };

  if (op->of_service != NULL)
    call->service = ww_verification_find_service (call->self, op->of_service);
  if (base->status == WW_STORAGE_TOO_MANY || (op->wrong && op->tries >= WW_CODE_TRIES))
    result.outcome = WW_VERIFICATION_TOO_MANY_TRIES;
  else if (base->status == WW_STORAGE_OK && op->wrong)
    result.outcome = WW_VERIFICATION_WRONG_CODE;
  if (result.outcome == WW_VERIFICATION_OK && call->service != NULL && call->service->confirmed != NULL)
    call->service->confirmed (op->token_hash, op->expires_ms, call->service->data);
  ww_verification_call_finish (call, &result);
}

static WwConfirmVerificationOp *
confirm_new (WwVerificationCall *call, WwVerificationMethod method)
{
  WwConfirmVerificationOp *op = ww_operation_new (WwConfirmVerificationOp, confirmed_cb, call);

  op->method = method;
  op->now_ms = ww_clock_now_ms ();
  op->expires_ms = op->now_ms + CONFIRMED_MS;
  op->max_tries = WW_CODE_TRIES;
  op->guessing = ww_verification_limit_guessing (op->now_ms);
  return op;
}

/* The person has read the link and means it. Works once. */
void
ww_verification_confirm (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func, void *data)
{
  WwConfirmVerificationOp *op = confirm_new (ww_verification_call_new (self, NULL, NULL, func, data),
                                             WW_VERIFICATION_BY_LINK);

  ww_secret_hash_token (link, op->secret_hash);
  self->store->engine->confirm (self->store, op);
}

/* What the person typed. Something that is no code costs a try as well: it is compared like any other. */
void
ww_verification_confirm_code (WwVerification *self, const WwVerificationService *service,
                              const uint8_t token[WW_TOKEN_SIZE], const char *code, WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, service, NULL, func, data);
  WwConfirmVerificationOp *op = confirm_new (call, WW_VERIFICATION_BY_CODE);
  char digits[WW_CODE_DIGITS + 1];

  memcpy (call->token, token, WW_TOKEN_SIZE);
  op->service = service->name;
  ww_secret_hash_token (token, op->token_hash);
  ww_secret_hash_code (token, ww_secret_parse_code (code, digits) ? digits : "", op->secret_hash);
  OPENSSL_cleanse (digits, sizeof digits);
  self->store->engine->confirm (self->store, op);
}

/* Gateways leave out the plus, or write two zeros. NULL for what is no number. */
static char *
parse_sender (const char *sender)
{
  g_autofree char *number = g_strstrip (g_strdup (sender));
  g_autofree char *international = NULL;
  char *e164 = NULL;
  char *handle = NULL;

  international = number[0] == '+' ? g_strdup (number)
                                   : g_strconcat ("+", g_str_has_prefix (number, "00") ? number + 2 : number, NULL);
  if (ww_phone_parse (international, NULL, &e164) == WW_PHONE_OK)
    handle = g_strconcat ("tel:", e164, NULL);
  free (e164);
  return handle;
}

/* See the header. The code counts only from the number that it was given out for. */
void
ww_verification_confirm_inbound (WwVerification *self, const char *sender, const char *text, WwVerificationFunc func,
                                 void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, NULL, NULL, func, data);
  char code[WW_INBOUND_CODE_LENGTH + 1];
  WwConfirmVerificationOp *op;

  call->handle = parse_sender (sender);
  if (call->handle == NULL || !ww_secret_parse_inbound (text, code))
    {
      ww_verification_call_fail (call, WW_VERIFICATION_UNKNOWN, 0);
      return;
    }
  op = confirm_new (call, WW_VERIFICATION_BY_INBOUND);
  op->sender = call->handle;
  ww_secret_hash_inbound (code, op->secret_hash);
  self->store->engine->confirm (self->store, op);
}

/* --- The end ------------------------------------------------------------------------------- */

static void
consumed_cb (WwOperation *base)
{
  const WwConsumeVerificationOp *op = (WwConsumeVerificationOp *) base;
  WwVerificationResult result = { ww_verification_outcome_of (base->status), .handle = op->handle,
                                  .stage = WW_VERIFICATION_USED };

  ww_verification_call_finish (base->data, &result);
}

/* See the header. Works once. */
void
ww_verification_consume (WwVerification *self, const WwVerificationService *service, const uint8_t token[WW_TOKEN_SIZE],
                         WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, service, NULL, func, data);
  WwConsumeVerificationOp *op = ww_operation_new (WwConsumeVerificationOp, consumed_cb, call);

  memcpy (call->token, token, WW_TOKEN_SIZE);
  op->service = service->name;
  op->now_ms = ww_clock_now_ms ();
  ww_secret_hash_token (token, op->token_hash);
  self->store->engine->consume (self->store, op);
}

static void
expired_cb (WwOperation *base)
{
  /* What could not be forgotten now is tried again with the next turn. */
}

/* See the header. */
void
ww_verification_expire (WwVerification *self)
{
  WwExpireVerificationsOp *op = ww_operation_new (WwExpireVerificationsOp, expired_cb, NULL);

  op->before_ms = ww_clock_now_ms () - FORGET_MS;
  self->store->engine->expire (self->store, op);
}
