/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-handle.h"
#include "ww-rate-limit.h"
#include "ww-storage.h"

/*
 * Proving that someone receives what is sent to a handle. Knows handles and how to reach them, and nothing of
 * accounts or messages. The caller's token is its capability to its own verification; the link that travels
 * through the handle holds another secret, which the caller never sees. Of both, only hashes are stored.
 */
typedef struct _WwVerification WwVerification;

typedef enum
{
  WW_VERIFICATION_OK,
  WW_VERIFICATION_BAD_HANDLE,
  WW_VERIFICATION_UNSUPPORTED,
  WW_VERIFICATION_RATE_LIMITED,
  WW_VERIFICATION_UNKNOWN, /* no such token or link */
  WW_VERIFICATION_IS_EXPIRED,
  WW_VERIFICATION_IS_USED, /* has been confirmed or used before */
  WW_VERIFICATION_UNAVAILABLE,
} WwVerificationOutcome;

typedef struct
{
  WwVerificationOutcome outcome;
  uint8_t token[WW_TOKEN_SIZE]; /* of the caller; zeros in what comes from a link */
  const char *handle;           /* NULL when it is not known */
  WwVerificationStage stage;
  int64_t expires_ms;
  uint64_t resend_after_ms; /* how long until the next one can be sent */
  uint64_t retry_after_ms;  /* when rate limited */
} WwVerificationResult;

typedef void (*WwVerificationFunc) (const WwVerificationResult *result, void *data);
typedef void (*WwVerificationConfirmedFunc) (const uint8_t token_hash[WW_HASH_SIZE], int64_t expires_ms, void *data);

/*
 * A way to reach handles of one kind. `send` takes a link and delivers it in its own time; false when it
 * can take no more now.
 */
typedef struct
{
  WwHandleKind handles;
  bool (*send) (void *data, const char *handle, const char *language, const char *url);
  void *data;
} WwVerificationKind;

/* `public_url` stands before the path of every link. */
WwVerification *ww_verification_new (WwStorage *storage, const char *public_url, WwRate per_handle, WwRate per_address);
void ww_verification_free (WwVerification *self);
void ww_verification_set_rates (WwVerification *self, WwRate per_handle, WwRate per_address);
void ww_verification_add_kind (WwVerification *self, const WwVerificationKind *kind);
/* Who hears that a person has confirmed. */
void ww_verification_set_confirmed_func (WwVerification *self, WwVerificationConfirmedFunc func, void *data);

/* Each calls `func` exactly once, at once or later, on the loop's thread. `client` is a key for rate limits. */
void ww_verification_start (WwVerification *self, const char *handle, const char *language, const char *client,
                            WwVerificationFunc func, void *data);
void ww_verification_resend (WwVerification *self, const uint8_t token[WW_TOKEN_SIZE], const char *language,
                             const char *client, WwVerificationFunc func, void *data);
void ww_verification_look (WwVerification *self, const uint8_t token[WW_TOKEN_SIZE], WwVerificationFunc func,
                           void *data);
void ww_verification_look_by_link (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                                   void *data);
void ww_verification_confirm (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                              void *data);

/* How a link writes its secret, and back. */
char *ww_verification_link_to_text (const uint8_t link[WW_TOKEN_SIZE]);
bool ww_verification_link_parse (const char *text, uint8_t link[WW_TOKEN_SIZE]);
