/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-verification-secret.h"
#include "ww-verification.h"

/* What the parts of the verification service share; for ww-verification*.c only. */

#define WW_MAX_VERIFICATION_KINDS    8
#define WW_MAX_VERIFICATION_SERVICES 16

struct _WwVerification
{
  WwVerificationStore *store;
  char *public_url;
  WwRateLimit *per_handle;
  WwRateLimit *per_address;
  WwRateLimit *messages_per_range;
  WwRateLimit *messages;
  WwVerificationKind kinds[WW_MAX_VERIFICATION_KINDS];
  const char *kind_names[WW_MAX_VERIFICATION_KINDS + 1];
  unsigned n_kinds;
  WwVerificationService services[WW_MAX_VERIFICATION_SERVICES];
  unsigned n_services;
};

/* Of each way one. */
typedef struct
{
  uint8_t link[WW_TOKEN_SIZE];
  char code[WW_CODE_DIGITS + 1];
  char inbound[WW_INBOUND_CODE_LENGTH + 1];
} WwVerificationSecrets;

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
  WwVerificationSecrets secrets;
} WwVerificationCall;

WwVerificationCall *ww_verification_call_new (WwVerification *self, const WwVerificationService *service,
                                              const char *language, WwVerificationFunc func, void *data);
/* Each calls back, forgets the secrets and frees the call. */
void ww_verification_call_finish (WwVerificationCall *call, WwVerificationResult *result);
void ww_verification_call_fail (WwVerificationCall *call, WwVerificationOutcome outcome, uint64_t retry_after_ms);

/* NULL: there is none of that name. */
const WwVerificationService *ww_verification_find_service (WwVerification *self, const char *name);
WwVerificationOutcome ww_verification_outcome_of (WwStorageStatus status);
/* In milliseconds from now. */
uint64_t ww_verification_resend_after (int64_t sent_ms);
unsigned ww_verification_tries_left (WwVerificationMethod method, unsigned tries);
WwGuessing ww_verification_limit_guessing (int64_t now_ms);
