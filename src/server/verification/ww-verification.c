/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ww-clock.h"
#include "ww-phone.h"
#include "ww-verification-secret.h"

#define MAX_KINDS        8
#define MAX_SERVICES     16
#define MAX_LINKS        10 /* mails of one verification */
#define MAX_MESSAGES     4  /* to a telephone, of one verification */
#define MAX_WRONG        20 /* codes for one number in GUESSING_MS, over all verifications */
#define GUESSING_MS      (24LL * 60 * 60 * 1000)
#define GUESSED_RETRY_MS (60LL * 60 * 1000)
#define CONFIRMED_MS     (30LL * 60 * 1000)          /* what a confirmation leaves at least to use it */
#define FORGET_MS        (7LL * 24 * 60 * 60 * 1000) /* so that an old link says "expired" and not "unknown" */
#define RANGE_DIGITS     4                           /* numbers that differ in these are one range */

struct _WwVerification
{
  WwVerificationStore *store;
  char *public_url;
  WwRateLimit *per_handle;
  WwRateLimit *per_address;
  WwRateLimit *messages_per_range;
  WwRateLimit *messages;
  WwVerificationKind kinds[MAX_KINDS];
  const char *kind_names[MAX_KINDS + 1];
  unsigned n_kinds;
  WwVerificationService services[MAX_SERVICES];
  unsigned n_services;
};

/* Of each way one. */
typedef struct
{
  uint8_t link[WW_TOKEN_SIZE];
  char code[WW_CODE_DIGITS + 1];
  char inbound[WW_INBOUND_CODE_LENGTH + 1];
} Secrets;

/* Someone's call on its way. */
typedef struct
{
  WwVerification *self;
  const WwVerificationService *service; /* NULL: comes with what is stored */
  WwVerificationFunc func;
  void *data;
  char *handle;
  char *language;
  WwVerificationMethod method;
  uint8_t token[WW_TOKEN_SIZE];
  Secrets secrets;
} Call;

/* Knows no kind of handle and no service yet. */
WwVerification *
ww_verification_new (WwVerificationStore *store, const char *public_url, const WwVerificationRates *rates)
{
  WwVerification *self = g_new0 (WwVerification, 1);

  self->store = store;
  self->public_url = g_strdup (public_url);
  self->per_handle = ww_rate_limit_new (rates->per_handle);
  self->per_address = ww_rate_limit_new (rates->per_address);
  self->messages_per_range = ww_rate_limit_new (rates->messages_per_range);
  self->messages = ww_rate_limit_new (rates->messages);
  return self;
}

/* No call may be under way. */
void
ww_verification_free (WwVerification *self)
{
  ww_rate_limit_free (self->per_handle);
  ww_rate_limit_free (self->per_address);
  ww_rate_limit_free (self->messages_per_range);
  ww_rate_limit_free (self->messages);
  g_free (self->public_url);
  g_free (self);
}

/* After the configuration was read again. */
void
ww_verification_set_rates (WwVerification *self, const WwVerificationRates *rates)
{
  ww_rate_limit_set_rate (self->per_handle, rates->per_handle);
  ww_rate_limit_set_rate (self->per_address, rates->per_address);
  ww_rate_limit_set_rate (self->messages_per_range, rates->messages_per_range);
  ww_rate_limit_set_rate (self->messages, rates->messages);
}

/* A copy of the kind is kept; its texts live as long as the verification. */
void
ww_verification_add_kind (WwVerification *self, const WwVerificationKind *kind)
{
  g_assert (self->n_kinds < MAX_KINDS);
  self->kinds[self->n_kinds] = *kind;
  self->kind_names[self->n_kinds++] = kind->name;
}

/* A copy of the service is kept; its texts live as long as the verification. */
const WwVerificationService *
ww_verification_add_service (WwVerification *self, const WwVerificationService *service)
{
  g_assert (self->n_services < MAX_SERVICES);
  self->services[self->n_services] = *service;
  return &self->services[self->n_services++];
}

/* See the header. */
const char *const *
ww_verification_get_kinds (WwVerification *self)
{
  return self->kind_names;
}

static const WwVerificationService *
find_service (WwVerification *self, const char *name)
{
  for (unsigned i = 0; i < self->n_services; i++)
    if (strcmp (self->services[i].name, name) == 0)
      return &self->services[i];
  return NULL;
}

/* --- Calls --------------------------------------------------------------------------------- */

static Call *
call_new (WwVerification *self, const WwVerificationService *service, const char *language, WwVerificationFunc func,
          void *data)
{
  Call *call = g_new0 (Call, 1);

  call->self = self;
  call->service = service;
  call->func = func;
  call->data = data;
  call->language = g_strdup (language);
  return call;
}

static void
call_finish (Call *call, WwVerificationResult *result)
{
  memcpy (result->token, call->token, WW_TOKEN_SIZE);
  if (call->service != NULL)
    result->service_title = call->service->title;
  call->func (result, call->data);
  OPENSSL_cleanse (call->token, sizeof call->token);
  OPENSSL_cleanse (&call->secrets, sizeof call->secrets);
  OPENSSL_cleanse (result->token, sizeof result->token);
  g_free (call->handle);
  g_free (call->language);
  g_free (call);
}

static void
call_fail (Call *call, WwVerificationOutcome outcome, uint64_t retry_after_ms)
{
  WwVerificationResult result = { .outcome = outcome, .retry_after_ms = retry_after_ms };

  call_finish (call, &result);
}

static void
make_secrets (Secrets *self)
{
  ww_secret_make_token (self->link);
  ww_secret_make_code (self->code);
  ww_secret_make_inbound (self->inbound);
}

static void
hash_secret (const Call *call, WwVerificationMethod method, uint8_t hash[WW_HASH_SIZE])
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

static uint64_t
resend_after (int64_t sent_ms)
{
  int64_t wait_ms = sent_ms + WW_RESEND_MS - ww_clock_now_ms ();

  return (uint64_t) CLAMP (wait_ms, 0, WW_RESEND_MS);
}

static unsigned
tries_left (WwVerificationMethod method, unsigned tries)
{
  return method == WW_VERIFICATION_BY_CODE ? WW_CODE_TRIES - MIN (tries, WW_CODE_TRIES) : 0;
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
make_inbound_text (const Call *call)
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
hand_out (Call *call, WwVerificationResult *result)
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
  call_finish (call, result);
}

/* Five tries of a million are few; five of each of a hundred verifications a day are not. */
static WwGuessing
limit_guessing (int64_t now_ms)
{
  return (WwGuessing) { MAX_WRONG, now_ms - GUESSING_MS };
}

/* --- Starting ------------------------------------------------------------------------------ */

static void
started_cb (WwOperation *base)
{
  const WwStartVerificationOp *op = (WwStartVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { WW_VERIFICATION_OK,
                                  .handle = call->handle,
                                  .method = op->method,
                                  .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = WW_RESEND_MS,
                                  .tries_left = tries_left (op->method, 0) };

  if (base->status == WW_STORAGE_TOO_MANY)
    call_fail (call, WW_VERIFICATION_RATE_LIMITED, GUESSED_RETRY_MS);
  else if (base->status != WW_STORAGE_OK)
    call_fail (call, WW_VERIFICATION_UNAVAILABLE, 0);
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
start_normalised (Call *call)
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
  op->guessing = limit_guessing (op->now_ms);
  op->expires_ms = op->now_ms + (call->method == WW_VERIFICATION_BY_CODE ? WW_CODE_MS : WW_VERIFICATION_MS);
  call->self->store->engine->start (call->self->store, op);
}

/* A new verification: the first link or code is on its way when it succeeds. */
void
ww_verification_start (WwVerification *self, const WwVerificationService *service, const char *handle, bool inbound,
                       const char *language, const char *client, WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, service, language, func, data);
  char *normalised = NULL;
  WwHandleKind handles = ww_handle_normalise (handle, &normalised);
  const WwVerificationKind *kind = find_kind (self, handles, inbound);
  uint64_t wait_ms;

  call->handle = g_strdup (normalised);
  free (normalised);
  if (handles == WW_HANDLE_INVALID || (handles == WW_HANDLE_PHONE && !is_good_number (call->handle)))
    call_fail (call, WW_VERIFICATION_BAD_HANDLE, 0);
  else if (kind == NULL)
    call_fail (call, WW_VERIFICATION_UNSUPPORTED, 0);
  else if ((wait_ms = check_rates (self, kind, call->handle, client)) > 0)
    call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
  else
    {
      call->method = kind->method;
      start_normalised (call);
    }
}

/* --- Sending again ------------------------------------------------------------------------- */

static WwVerificationOutcome
outcome_of (WwStorageStatus status)
{
  switch (status)
    {
    case WW_STORAGE_OK:
      return WW_VERIFICATION_OK;
    case WW_STORAGE_NOT_FOUND:
      return WW_VERIFICATION_UNKNOWN;
    case WW_STORAGE_EXPIRED:
      return WW_VERIFICATION_IS_EXPIRED;
    case WW_STORAGE_USED:
      return WW_VERIFICATION_IS_USED;
    case WW_STORAGE_NOT_CONFIRMED:
      return WW_VERIFICATION_IS_WAITING;
    case WW_STORAGE_TOO_MANY:
    case WW_STORAGE_TOO_EARLY:
    case WW_STORAGE_REFUSED:
      return WW_VERIFICATION_RATE_LIMITED;
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_CONFLICT:
    case WW_STORAGE_MISMATCH:
    case WW_STORAGE_STALE:
    case WW_STORAGE_FULL:
      break;
    }
  return WW_VERIFICATION_UNAVAILABLE;
}

static void
resent_cb (WwOperation *base)
{
  const WwResendVerificationOp *op = (WwResendVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { outcome_of (base->status),
                                  .handle = op->handle,
                                  .method = op->method,
                                  .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = resend_after (op->sent_ms),
                                  .tries_left = tries_left (op->method, op->tries) };

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
    call_finish (call, &result);
}

/* Another link or code for a verification that waits. Earlier links work as well, an earlier code does not. */
void
ww_verification_resend (WwVerification *self, const WwVerificationService *service, const uint8_t token[WW_TOKEN_SIZE],
                        const char *language, const char *client, WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, service, language, func, data);
  uint64_t wait_ms = ww_rate_limit_take (self->per_address, client);
  WwResendVerificationOp *op;

  memcpy (call->token, token, WW_TOKEN_SIZE);
  if (wait_ms > 0)
    {
      call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
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
  op->guessing = limit_guessing (op->now_ms);
  self->store->engine->resend (self->store, op);
}

/* --- Looking ------------------------------------------------------------------------------- */

static void
looked_cb (WwOperation *base)
{
  const WwLoadVerificationOp *op = (WwLoadVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { outcome_of (base->status),
                                  .handle = op->handle,
                                  .method = op->method,
                                  .stage = op->stage,
                                  .expires_ms = op->expires_ms,
                                  .resend_after_ms = resend_after (op->sent_ms),
                                  .tries_left = tries_left (op->method, op->tries) };

  if (op->of_service != NULL)
    call->service = find_service (call->self, op->of_service);
  if (result.outcome == WW_VERIFICATION_OK && op->stage == WW_VERIFICATION_WAITING && op->tries >= WW_CODE_TRIES)
    result.outcome = WW_VERIFICATION_TOO_MANY_TRIES;
  else if (result.outcome == WW_VERIFICATION_OK && op->stage != WW_VERIFICATION_USED &&
           op->expires_ms <= ww_clock_now_ms ())
    result.outcome = WW_VERIFICATION_IS_EXPIRED;
  call_finish (call, &result);
}

static void
look (Call *call, const uint8_t secret[WW_TOKEN_SIZE], bool by_link)
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
  Call *call = call_new (self, service, NULL, func, data);

  memcpy (call->token, token, WW_TOKEN_SIZE);
  look (call, token, false);
}

/* The same for the person who opens the link. */
void
ww_verification_look_by_link (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                              void *data)
{
  look (call_new (self, NULL, NULL, func, data), link, true);
}

/* --- Confirming ---------------------------------------------------------------------------- */

static void
confirmed_cb (WwOperation *base)
{
  const WwConfirmVerificationOp *op = (WwConfirmVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { outcome_of (base->status),    .handle = op->handle,
                                  .method = op->method,         .stage = WW_VERIFICATION_CONFIRMED,
                                  .expires_ms = op->expires_ms, .tries_left = tries_left (op->method, op->tries) };

  if (op->of_service != NULL)
    call->service = find_service (call->self, op->of_service);
  if (base->status == WW_STORAGE_TOO_MANY || (op->wrong && op->tries >= WW_CODE_TRIES))
    result.outcome = WW_VERIFICATION_TOO_MANY_TRIES;
  else if (base->status == WW_STORAGE_OK && op->wrong)
    result.outcome = WW_VERIFICATION_WRONG_CODE;
  if (result.outcome == WW_VERIFICATION_OK && call->service != NULL && call->service->confirmed != NULL)
    call->service->confirmed (op->token_hash, op->expires_ms, call->service->data);
  call_finish (call, &result);
}

static WwConfirmVerificationOp *
confirm_new (Call *call, WwVerificationMethod method)
{
  WwConfirmVerificationOp *op = ww_operation_new (WwConfirmVerificationOp, confirmed_cb, call);

  op->method = method;
  op->now_ms = ww_clock_now_ms ();
  op->expires_ms = op->now_ms + CONFIRMED_MS;
  op->max_tries = WW_CODE_TRIES;
  op->guessing = limit_guessing (op->now_ms);
  return op;
}

/* The person has read the link and means it. Works once. */
void
ww_verification_confirm (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func, void *data)
{
  WwConfirmVerificationOp *op = confirm_new (call_new (self, NULL, NULL, func, data), WW_VERIFICATION_BY_LINK);

  ww_secret_hash_token (link, op->secret_hash);
  self->store->engine->confirm (self->store, op);
}

/* What the person typed. Something that is no code costs a try as well: it is compared like any other. */
void
ww_verification_confirm_code (WwVerification *self, const WwVerificationService *service,
                              const uint8_t token[WW_TOKEN_SIZE], const char *code, WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, service, NULL, func, data);
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
  Call *call = call_new (self, NULL, NULL, func, data);
  char code[WW_INBOUND_CODE_LENGTH + 1];
  WwConfirmVerificationOp *op;

  call->handle = parse_sender (sender);
  if (call->handle == NULL || !ww_secret_parse_inbound (text, code))
    {
      call_fail (call, WW_VERIFICATION_UNKNOWN, 0);
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
  WwVerificationResult result = { outcome_of (base->status), .handle = op->handle, .stage = WW_VERIFICATION_USED };

  call_finish (base->data, &result);
}

/* See the header. Works once. */
void
ww_verification_consume (WwVerification *self, const WwVerificationService *service, const uint8_t token[WW_TOKEN_SIZE],
                         WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, service, NULL, func, data);
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
