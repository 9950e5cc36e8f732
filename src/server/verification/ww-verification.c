/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "ww-clock.h"
#include "ww-hash.h"

#define MAX_KINDS        4
#define MAX_LINKS        10                 /* mails of one verification */
#define CONFIRMED_MS     (30LL * 60 * 1000) /* what a confirmation leaves at least for the rest of the enrolment */
#define LINK_TEXT_LENGTH 43                 /* 32 bytes in base64url without padding */

struct _WwVerification
{
  WwStorage *storage;
  char *public_url;
  WwRateLimit *per_handle;
  WwRateLimit *per_address;
  WwVerificationKind kinds[MAX_KINDS];
  unsigned n_kinds;
  WwVerificationConfirmedFunc confirmed;
  void *confirmed_data;
};

/* Someone's call on its way. */
typedef struct
{
  WwVerification *self;
  WwVerificationFunc func;
  void *data;
  char *handle;
  char *language;
  uint8_t token[WW_TOKEN_SIZE];
  uint8_t link[WW_TOKEN_SIZE];
} Call;

/* Knows no kind of handle yet. */
WwVerification *
ww_verification_new (WwStorage *storage, const char *public_url, WwRate per_handle, WwRate per_address)
{
  WwVerification *self = g_new0 (WwVerification, 1);

  self->storage = storage;
  self->public_url = g_strdup (public_url);
  self->per_handle = ww_rate_limit_new (per_handle);
  self->per_address = ww_rate_limit_new (per_address);
  return self;
}

/* No call may be under way. */
void
ww_verification_free (WwVerification *self)
{
  ww_rate_limit_free (self->per_handle);
  ww_rate_limit_free (self->per_address);
  g_free (self->public_url);
  g_free (self);
}

/* After the configuration was read again. */
void
ww_verification_set_rates (WwVerification *self, WwRate per_handle, WwRate per_address)
{
  ww_rate_limit_set_rate (self->per_handle, per_handle);
  ww_rate_limit_set_rate (self->per_address, per_address);
}

/* A copy of the kind is kept. */
void
ww_verification_add_kind (WwVerification *self, const WwVerificationKind *kind)
{
  g_assert (self->n_kinds < MAX_KINDS);
  self->kinds[self->n_kinds++] = *kind;
}

/* See the header. */
void
ww_verification_set_confirmed_func (WwVerification *self, WwVerificationConfirmedFunc func, void *data)
{
  self->confirmed = func;
  self->confirmed_data = data;
}

/* 43 characters of base64url. To be freed with g_free(). */
char *
ww_verification_link_to_text (const uint8_t link[WW_TOKEN_SIZE])
{
  char *text = g_base64_encode (link, WW_TOKEN_SIZE);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[LINK_TEXT_LENGTH] = '\0';
  return text;
}

/* The reverse. False when it is not the text of a link. */
bool
ww_verification_link_parse (const char *text, uint8_t link[WW_TOKEN_SIZE])
{
  char padded[LINK_TEXT_LENGTH + 2];
  g_autofree guchar *bytes = NULL;
  gsize len;

  if (strlen (text) != LINK_TEXT_LENGTH)
    return false;
  for (unsigned i = 0; i < LINK_TEXT_LENGTH; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
        return false;
      padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    }
  memcpy (padded + LINK_TEXT_LENGTH, "=", 2);
  bytes = g_base64_decode (padded, &len);
  if (len != WW_TOKEN_SIZE)
    return false;
  memcpy (link, bytes, WW_TOKEN_SIZE);
  return true;
}

/* --- Calls --------------------------------------------------------------------------------- */

static Call *
call_new (WwVerification *self, const char *language, WwVerificationFunc func, void *data)
{
  Call *call = g_new0 (Call, 1);

  call->self = self;
  call->func = func;
  call->data = data;
  call->language = g_strdup (language);
  return call;
}

static void
call_finish (Call *call, WwVerificationResult *result)
{
  memcpy (result->token, call->token, WW_TOKEN_SIZE);
  call->func (result, call->data);
  OPENSSL_cleanse (call->token, sizeof call->token);
  OPENSSL_cleanse (call->link, sizeof call->link);
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
hash_secret (const uint8_t secret[WW_TOKEN_SIZE], uint8_t hash[WW_HASH_SIZE])
{
  if (ww_hash (NULL, &WW_BYTES (secret, WW_TOKEN_SIZE), 1, hash) != WW_CRYPTO_OK)
    g_error ("no memory");
}

static void
make_secret (uint8_t secret[WW_TOKEN_SIZE])
{
  if (RAND_bytes (secret, WW_TOKEN_SIZE) != 1)
    g_error ("no random bytes");
}

static uint64_t
resend_after (int64_t sent_ms)
{
  int64_t wait_ms = sent_ms + WW_RESEND_MS - ww_clock_now_ms ();

  return (uint64_t) CLAMP (wait_ms, 0, WW_RESEND_MS);
}

static const WwVerificationKind *
find_kind (WwVerification *self, WwHandleKind handles)
{
  for (unsigned i = 0; i < self->n_kinds; i++)
    if (self->kinds[i].handles == handles)
      return &self->kinds[i];
  return NULL;
}

static bool
send_link (Call *call, const char *handle)
{
  const WwVerificationKind *kind = find_kind (call->self, ww_handle_kind (handle));
  g_autofree char *text = ww_verification_link_to_text (call->link);
  g_autofree char *url = g_strdup_printf ("%s/confirm/%s", call->self->public_url, text);

  return kind != NULL && kind->send (kind->data, handle, call->language, url);
}

/* --- Starting ------------------------------------------------------------------------------ */

static void
started_cb (WwOperation *base)
{
  const WwStartVerificationOp *op = (WwStartVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { WW_VERIFICATION_OK, .handle = call->handle, .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms, .resend_after_ms = WW_RESEND_MS };

  if (base->status != WW_STORAGE_OK || !send_link (call, call->handle))
    call_fail (call, WW_VERIFICATION_UNAVAILABLE, 0);
  else
    call_finish (call, &result);
}

/* 0, or how long to wait. */
static uint64_t
check_rates (WwVerification *self, const char *handle, const char *client)
{
  uint64_t wait_ms = ww_rate_limit_take (self->per_address, client);

  return wait_ms > 0 ? wait_ms : ww_rate_limit_take (self->per_handle, handle);
}

static void
start_normalised (Call *call)
{
  WwStartVerificationOp *op = ww_operation_new (WwStartVerificationOp, started_cb, call);

  make_secret (call->token);
  make_secret (call->link);
  hash_secret (call->token, op->token_hash);
  hash_secret (call->link, op->link_hash);
  op->handle = call->handle;
  op->now_ms = ww_clock_now_ms ();
  op->expires_ms = op->now_ms + WW_VERIFICATION_MS;
  call->self->storage->engine->start_verification (call->self->storage, op);
}

/* A new verification: the first link is on its way when it succeeds. */
void
ww_verification_start (WwVerification *self, const char *handle, const char *language, const char *client,
                       WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, language, func, data);
  char *normalised = NULL;
  WwHandleKind kind = ww_handle_normalise (handle, &normalised);
  uint64_t wait_ms;

  call->handle = g_strdup (normalised);
  free (normalised);
  if (kind == WW_HANDLE_INVALID)
    call_fail (call, WW_VERIFICATION_BAD_HANDLE, 0);
  else if (find_kind (self, kind) == NULL)
    call_fail (call, WW_VERIFICATION_UNSUPPORTED, 0);
  else if ((wait_ms = check_rates (self, call->handle, client)) > 0)
    call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
  else
    start_normalised (call);
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
    case WW_STORAGE_TOO_MANY:
    case WW_STORAGE_TOO_EARLY:
    case WW_STORAGE_REFUSED:
      return WW_VERIFICATION_RATE_LIMITED;
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_NOT_CONFIRMED:
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
  WwVerificationResult result = { outcome_of (base->status), .handle = op->handle, .stage = WW_VERIFICATION_WAITING,
                                  .expires_ms = op->expires_ms, .resend_after_ms = resend_after (op->sent_ms) };

  if (result.outcome == WW_VERIFICATION_OK && !send_link (call, op->handle))
    result.outcome = WW_VERIFICATION_UNAVAILABLE;
  if (base->status == WW_STORAGE_TOO_EARLY)
    result.retry_after_ms = MAX (result.resend_after_ms, 1);
  call_finish (call, &result);
}

/* One more link for a verification that waits; the earlier ones work as well. */
void
ww_verification_resend (WwVerification *self, const uint8_t token[WW_TOKEN_SIZE], const char *language,
                        const char *client, WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, language, func, data);
  uint64_t wait_ms = ww_rate_limit_take (self->per_address, client);
  WwResendVerificationOp *op;

  memcpy (call->token, token, WW_TOKEN_SIZE);
  if (wait_ms > 0)
    {
      call_fail (call, WW_VERIFICATION_RATE_LIMITED, wait_ms);
      return;
    }
  op = ww_operation_new (WwResendVerificationOp, resent_cb, call);
  make_secret (call->link);
  hash_secret (token, op->token_hash);
  hash_secret (call->link, op->link_hash);
  op->now_ms = ww_clock_now_ms ();
  op->min_interval_ms = WW_RESEND_MS;
  op->max_links = MAX_LINKS;
  self->storage->engine->resend_verification (self->storage, op);
}

/* --- Looking ------------------------------------------------------------------------------- */

static void
looked_cb (WwOperation *base)
{
  const WwLoadVerificationOp *op = (WwLoadVerificationOp *) base;
  WwVerificationResult result = { outcome_of (base->status), .handle = op->handle, .stage = op->stage,
                                  .expires_ms = op->expires_ms, .resend_after_ms = resend_after (op->sent_ms) };

  if (result.outcome == WW_VERIFICATION_OK && op->stage != WW_VERIFICATION_USED && op->expires_ms <= ww_clock_now_ms ())
    result.outcome = WW_VERIFICATION_IS_EXPIRED;
  call_finish (base->data, &result);
}

static void
look (WwVerification *self, const uint8_t secret[WW_TOKEN_SIZE], bool by_link, Call *call)
{
  WwLoadVerificationOp *op = ww_operation_new (WwLoadVerificationOp, looked_cb, call);

  op->by_link = by_link;
  hash_secret (secret, op->hash);
  self->storage->engine->load_verification (self->storage, op);
}

/* What has become of a verification. Changes nothing. */
void
ww_verification_look (WwVerification *self, const uint8_t token[WW_TOKEN_SIZE], WwVerificationFunc func, void *data)
{
  Call *call = call_new (self, NULL, func, data);

  memcpy (call->token, token, WW_TOKEN_SIZE);
  look (self, token, false, call);
}

/* The same for the person who opens the link. */
void
ww_verification_look_by_link (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                              void *data)
{
  look (self, link, true, call_new (self, NULL, func, data));
}

/* --- Confirming ---------------------------------------------------------------------------- */

static void
confirmed_cb (WwOperation *base)
{
  const WwConfirmVerificationOp *op = (WwConfirmVerificationOp *) base;
  Call *call = base->data;
  WwVerificationResult result = { outcome_of (base->status), .handle = op->handle, .stage = WW_VERIFICATION_CONFIRMED,
                                  .expires_ms = op->expires_ms };

  if (result.outcome == WW_VERIFICATION_OK && call->self->confirmed != NULL)
    call->self->confirmed (op->token_hash, op->expires_ms, call->self->confirmed_data);
  call_finish (call, &result);
}

/* The person has read the link and means it. Works once. */
void
ww_verification_confirm (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func, void *data)
{
  WwConfirmVerificationOp *op = ww_operation_new (WwConfirmVerificationOp, confirmed_cb,
                                                  call_new (self, NULL, func, data));

  hash_secret (link, op->link_hash);
  op->now_ms = ww_clock_now_ms ();
  op->expires_ms = op->now_ms + CONFIRMED_MS;
  self->storage->engine->confirm_verification (self->storage, op);
}
