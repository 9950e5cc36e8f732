/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-private.h"

#include <stdlib.h>
#include <string.h>

#include "ww-clock.h"
#include "ww-phone.h"

/* Beginning a verification, and sending what proves it: the first time and again. */

#define MAX_LINKS        10 /* mails of one verification */
#define MAX_MESSAGES     4  /* to a telephone, of one verification */
#define GUESSED_RETRY_MS (60LL * 60 * 1000)
#define RANGE_DIGITS     4 /* numbers that differ in these are one range */

static void
make_secrets (WwVerificationSecrets *self)
{
  ww_secret_make_token (self->link);
  ww_secret_make_code (self->code);
  ww_secret_make_inbound (self->inbound);
}

static void
hash_secret (const WwVerificationCall *call, WwVerificationMethod method, uint8_t hash[WW_HASH_SIZE])
{
  switch (method)
    {
    case WW_VERIFICATION_BY_CODE:
      ww_secret_hash_code (call->token, call->secrets.code, hash);
      return;
    case WW_VERIFICATION_BY_INBOUND:
      ww_secret_hash_inbound (call->secrets.inbound, hash);
      return;
    case WW_VERIFICATION_BY_LINK:
    default:
      ww_secret_hash_token (call->secrets.link, hash);
      return;
    }
}

static const WwVerificationKind *
find_kind (WwVerification *self, WwHandleKind handles, bool inbound)
{
  for (unsigned i = 0; i < self->n_kinds; i++)
    if (self->kinds[i].handles == handles && (self->kinds[i].method == WW_VERIFICATION_BY_INBOUND) == inbound)
      return &self->kinds[i];
  return NULL;
}

/* The word before the code says to the person what they are sending. */
static char *
make_inbound_text (const WwVerificationCall *call)
{
  GString *text = g_string_new (NULL);

  for (const char *p = call->service->title; *p != '\0' && text->len < 16; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (text, g_ascii_toupper (*p));
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", call->secrets.inbound);
  return g_string_free (text, FALSE);
}

/* Sends the secret, or says what the person is to send; then finishes the call. */
static void
hand_out (WwVerificationCall *call, WwVerificationResult *result)
{
  const WwVerificationKind *kind = find_kind (call->self, ww_handle_kind (result->handle),
                                              result->method == WW_VERIFICATION_BY_INBOUND);
  WwVerificationMessage message = { call->service->title, result->handle, call->language, call->secrets.code };
  g_autofree char *text = NULL;

  if (kind == NULL || kind->method != result->method)
    result->outcome = WW_VERIFICATION_UNSUPPORTED;
  else if (result->method == WW_VERIFICATION_BY_INBOUND)
    {
      result->send_to = kind->send_to;
      result->send_text = text = make_inbound_text (call);
    }
  else
    {
      if (result->method == WW_VERIFICATION_BY_LINK)
        {
          g_autofree char *link = ww_verification_link_to_text (call->secrets.link);

          message.secret = text = g_strdup_printf ("%s/confirm/%s", call->self->public_url, link);
        }
      if (!kind->send (kind->data, &message))
        result->outcome = WW_VERIFICATION_UNAVAILABLE;
    }
  ww_verification_call_finish (call, result);
}

/* --- Starting ------------------------------------------------------------------------------ */

static void
started_cb (WwOperation *base)
{
  const WwStartVerificationOp *op = (WwStartVerificationOp *) base;
  WwVerificationCall *call = base->data;
  WwVerificationResult result = { WW_VERIFICATION_OK,
                                  .handle = call->handle,
                                  .method = op->method,
                                  .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = WW_RESEND_MS,
                                  .tries_left = ww_verification_tries_left (op->method, 0) };

  if (base->status == WW_STORAGE_TOO_MANY)
    ww_verification_call_fail (call, WW_VERIFICATION_RATE_LIMITED, GUESSED_RETRY_MS);
  else if (base->status != WW_STORAGE_OK)
    ww_verification_call_fail (call, WW_VERIFICATION_UNAVAILABLE, 0);
  else
    hand_out (call, &result);
}

/*
 * 0, or how long to wait. What goes to telephones costs somebody money: who has many numbers of one range, as those who
 * earn by such messages do, gets few, and all together get no more than the operator wants to pay for.
 */
static uint64_t
check_message_rates (WwVerification *self, const char *handle)
{
  g_autofree char *range = g_strndup (handle, strlen (handle) - RANGE_DIGITS);
  uint64_t wait_ms = ww_rate_limit_take (self->messages_per_range, range);

  return wait_ms > 0 ? wait_ms : ww_rate_limit_take (self->messages, "");
}

static uint64_t
check_rates (WwVerification *self, const WwVerificationKind *kind, const char *handle, const char *client)
{
  uint64_t wait_ms = ww_rate_limit_take (self->per_address, client);

  if (wait_ms == 0)
    wait_ms = ww_rate_limit_take (self->per_handle, handle);
  if (wait_ms == 0 && kind->method == WW_VERIFICATION_BY_CODE)
    wait_ms = check_message_rates (self, handle);
  return wait_ms;
}

/* Whatever the client thought of the number. */
static bool
is_good_number (const char *handle)
{
  const char *number = ww_handle_for_people (handle);
  char *e164 = NULL;
  bool good = ww_phone_parse (number, NULL, &e164) == WW_PHONE_OK && strcmp (e164, number) == 0;

  free (e164);
  return good;
}

static void
start_normalised (WwVerificationCall *call)
{
  WwStartVerificationOp *op = ww_operation_new (WwStartVerificationOp, started_cb, call);

  ww_secret_make_token (call->token);
  make_secrets (&call->secrets);
  op->service = call->service->name;
  op->method = call->method;
  ww_secret_hash_token (call->token, op->token_hash);
  hash_secret (call, call->method, op->secret_hash);
  op->handle = call->handle;
  op->now_ms = ww_clock_now_ms ();
  op->guessing = ww_verification_limit_guessing (op->now_ms);
  op->expires_ms = op->now_ms + (call->method == WW_VERIFICATION_BY_CODE ? WW_CODE_MS : WW_VERIFICATION_MS);
  call->self->store->engine->start (call->self->store, op);
}

/* A new verification: the first link or code is on its way when it succeeds. */
void
ww_verification_start (WwVerification *self, const WwVerificationService *service, const char *handle, bool inbound,
                       const char *language, const char *client, WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, service, language, func, data);
  char *normalised = NULL;
  WwHandleKind handles = ww_handle_normalise (handle, &normalised);
  const WwVerificationKind *kind = find_kind (self, handles, inbound);
  uint64_t wait_ms;

  call->handle = g_strdup (normalised);
  free (normalised);
  if (handles == WW_HANDLE_INVALID || (handles == WW_HANDLE_PHONE && !is_good_number (call->handle)))
    ww_verification_call_fail (call, WW_VERIFICATION_BAD_HANDLE, 0);
  else if (kind == NULL)
    ww_verification_call_fail (call, WW_VERIFICATION_UNSUPPORTED, 0);
  else if ((wait_ms = check_rates (self, kind, call->handle, client)) > 0)
    ww_verification_call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
  else
    {
      call->method = kind->method;
      start_normalised (call);
    }
}

/* --- Sending again ------------------------------------------------------------------------- */

static void
resent_cb (WwOperation *base)
{
  const WwResendVerificationOp *op = (WwResendVerificationOp *) base;
  WwVerificationCall *call = base->data;
  WwVerificationResult result = { ww_verification_outcome_of (base->status),
                                  .handle = op->handle,
                                  .method = op->method,
                                  .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = ww_verification_resend_after (op->sent_ms),
                                  .tries_left = ww_verification_tries_left (op->method, op->tries) };

  if (base->status == WW_STORAGE_TOO_MANY && op->tries >= WW_CODE_TRIES)
    result.outcome = WW_VERIFICATION_TOO_MANY_TRIES;
  if (base->status == WW_STORAGE_TOO_EARLY)
    result.retry_after_ms = MAX (result.resend_after_ms, 1);
  if (result.outcome == WW_VERIFICATION_OK && op->method == WW_VERIFICATION_BY_CODE &&
      (result.retry_after_ms = check_message_rates (call->self, op->handle)) > 0)
    result.outcome = WW_VERIFICATION_RATE_LIMITED;
  if (result.outcome == WW_VERIFICATION_OK)
    hand_out (call, &result);
  else
    ww_verification_call_finish (call, &result);
}

/* Another link or code for a verification that waits. Earlier links work as well, an earlier code does not. */
void
ww_verification_resend (WwVerification *self, const WwVerificationService *service, const uint8_t token[WW_TOKEN_SIZE],
                        const char *language, const char *client, WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = ww_verification_call_new (self, service, language, func, data);
  uint64_t wait_ms = ww_rate_limit_take (self->per_address, client);
  WwResendVerificationOp *op;

  memcpy (call->token, token, WW_TOKEN_SIZE);
  if (wait_ms > 0)
    {
      ww_verification_call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
      return;
    }
  op = ww_operation_new (WwResendVerificationOp, resent_cb, call);
  make_secrets (&call->secrets);
  op->service = service->name;
  ww_secret_hash_token (token, op->token_hash);
  for (unsigned i = 0; i < WW_VERIFICATION_METHODS; i++)
    {
      hash_secret (call, (WwVerificationMethod) i, op->secret_hashes[i]);
      op->max_sent[i] = i == WW_VERIFICATION_BY_CODE ? MAX_MESSAGES : MAX_LINKS;
    }
  op->now_ms = ww_clock_now_ms ();
  op->min_interval_ms = WW_RESEND_MS;
  op->max_tries = WW_CODE_TRIES;
  op->code_expires_ms = op->now_ms + WW_CODE_MS;
  op->guessing = ww_verification_limit_guessing (op->now_ms);
  self->store->engine->resend (self->store, op);
}
