/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-private.h"

#include <string.h>

#include <openssl/crypto.h>

#include "ww-clock.h"

#define MAX_WRONG   20 /* codes for one number in GUESSING_MS, over all verifications */
#define GUESSING_MS (24LL * 60 * 60 * 1000)

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
  g_assert (self->n_kinds < WW_MAX_VERIFICATION_KINDS);
  self->kinds[self->n_kinds] = *kind;
  self->kind_names[self->n_kinds++] = kind->name;
}

/* A copy of the service is kept; its texts live as long as the verification. */
const WwVerificationService *
ww_verification_add_service (WwVerification *self, const WwVerificationService *service)
{
  g_assert (self->n_services < WW_MAX_VERIFICATION_SERVICES);
  self->services[self->n_services] = *service;
  return &self->services[self->n_services++];
}

/* See the header. */
const char *const *
ww_verification_get_kinds (WwVerification *self)
{
  return self->kind_names;
}

/* See the private header. */
const WwVerificationService *
ww_verification_find_service (WwVerification *self, const char *name)
{
  for (unsigned i = 0; i < self->n_services; i++)
    if (strcmp (self->services[i].name, name) == 0)
      return &self->services[i];
  return NULL;
}

/* --- Calls --------------------------------------------------------------------------------- */

/* See the private header. */
WwVerificationCall *
ww_verification_call_new (WwVerification *self, const WwVerificationService *service, const char *language,
                          WwVerificationFunc func, void *data)
{
  WwVerificationCall *call = g_new0 (WwVerificationCall, 1);

  call->self = self;
  call->service = service;
  call->func = func;
  call->data = data;
  call->language = g_strdup (language);
  return call;
}

/* See the private header. */
void
ww_verification_call_finish (WwVerificationCall *call, WwVerificationResult *result)
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

/* See the private header. */
void
ww_verification_call_fail (WwVerificationCall *call, WwVerificationOutcome outcome, uint64_t retry_after_ms)
{
  WwVerificationResult result = { .outcome = outcome, .retry_after_ms = retry_after_ms };

  ww_verification_call_finish (call, &result);
}

/* --- What results are made of --------------------------------------------------------------- */

/* See the private header. */
WwVerificationOutcome
ww_verification_outcome_of (WwStorageStatus status)
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

/* See the private header. */
uint64_t
ww_verification_resend_after (int64_t sent_ms)
{
  int64_t wait_ms = sent_ms + WW_RESEND_MS - ww_clock_now_ms ();

  return (uint64_t) CLAMP (wait_ms, 0, WW_RESEND_MS);
}

/* See the private header. */
unsigned
ww_verification_tries_left (WwVerificationMethod method, unsigned tries)
{
  return method == WW_VERIFICATION_BY_CODE ? WW_CODE_TRIES - MIN (tries, WW_CODE_TRIES) : 0;
}

/* Five tries of a million are few; five of each of a hundred verifications a day are not. */
WwGuessing
ww_verification_limit_guessing (int64_t now_ms)
{
  return (WwGuessing) { MAX_WRONG, now_ms - GUESSING_MS };
}
