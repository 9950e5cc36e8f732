/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-handle.h"
#include "ww-rate-limit.h"
#include "ww-verification-store.h"

/*
 * Proving that someone receives what is sent to a handle, or sends from it: a service for whoever needs that. Knows handles and
 * how to reach them, and nothing of who asks. Each asker registers a WwVerificationService; a token is its capability to its
 * own verification and opens nothing for another service. The link, the code in a message, or the code that the person sends is
 * another secret. Of all of these only hashes are stored.
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
  WW_VERIFICATION_IS_USED,    /* has been confirmed or used before */
  WW_VERIFICATION_IS_WAITING, /* consuming: not confirmed yet */
  WW_VERIFICATION_WRONG_CODE,
  WW_VERIFICATION_TOO_MANY_TRIES,
  WW_VERIFICATION_UNAVAILABLE,
} WwVerificationOutcome;

#define WW_INBOUND_TEXT_SIZE 48

typedef struct
{
  WwVerificationOutcome outcome;
  uint8_t token[WW_TOKEN_SIZE]; /* of the caller; zeros in what comes from a link */
  const char *handle;           /* NULL when it is not known */
  const char *service_title;    /* of what comes from a link; NULL when it is not known */
  WwVerificationMethod method;
  WwVerificationStage stage;
  int64_t expires_ms;
  uint64_t resend_after_ms; /* how long until the next one can be sent */
  uint64_t retry_after_ms;  /* when rate limited */
  unsigned tries_left;      /* of typing a code */
  const char *send_to;      /* inbound: where the person sends what; of a start or a resend */
  const char *send_text;
} WwVerificationResult;

typedef void (*WwVerificationFunc) (const WwVerificationResult *result, void *data);
typedef void (*WwVerificationConfirmedFunc) (const uint8_t token_hash[WW_HASH_SIZE], int64_t expires_ms, void *data);

/* Who asks for verifications. */
typedef struct _WwVerificationService
{
  const char *name;                      /* stored with each verification: it stays the same for good */
  const char *title;                     /* what people read in mails, messages and on the page */
  WwVerificationConfirmedFunc confirmed; /* a person has confirmed; may be NULL */
  void *data;
} WwVerificationService;

/* What goes to a handle: the address of the page, or the digits of a code. */
typedef struct
{
  const char *service_title;
  const char *handle;
  const char *language; /* BCP 47, or NULL */
  const char *secret;
} WwVerificationMessage;

/*
 * A way to verify handles of one kind. `send` delivers in its own time; false when it can take no more now. For those that the
 * person sends, there is `send_to` instead.
 */
typedef struct
{
  const char *name; /* as in Hello.verifies */
  WwHandleKind handles;
  WwVerificationMethod method;
  bool (*send) (void *data, const WwVerificationMessage *message);
  void *data;
  const char *send_to;
} WwVerificationKind;

typedef struct
{
  WwRate per_handle;
  WwRate per_address;
  WwRate messages_per_range; /* to telephones whose numbers differ in the last four digits only */
  WwRate messages;           /* to telephones, in all */
} WwVerificationRates;

/* `public_url` stands before the path of every link. */
WwVerification *ww_verification_new (WwVerificationStore *store, const char *public_url,
                                     const WwVerificationRates *rates);
void ww_verification_free (WwVerification *self);
void ww_verification_set_rates (WwVerification *self, const WwVerificationRates *rates);
void ww_verification_add_kind (WwVerification *self, const WwVerificationKind *kind);
/* The returned one is what the service calls with; it belongs to the verification. */
const WwVerificationService *ww_verification_add_service (WwVerification *self, const WwVerificationService *service);
/* The names of the kinds, NULL-terminated; belongs to the verification. */
const char *const *ww_verification_get_kinds (WwVerification *self);

/* Each calls `func` exactly once, at once or later, on the loop's thread. `client` is a key for rate limits. */
void ww_verification_start (WwVerification *self, const WwVerificationService *service, const char *handle,
                            bool inbound, const char *language, const char *client, WwVerificationFunc func,
                            void *data);
void ww_verification_resend (WwVerification *self, const WwVerificationService *service,
                             const uint8_t token[WW_TOKEN_SIZE], const char *language, const char *client,
                             WwVerificationFunc func, void *data);
void ww_verification_look (WwVerification *self, const WwVerificationService *service,
                           const uint8_t token[WW_TOKEN_SIZE], WwVerificationFunc func, void *data);
void ww_verification_look_by_link (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                                   void *data);
void ww_verification_confirm (WwVerification *self, const uint8_t link[WW_TOKEN_SIZE], WwVerificationFunc func,
                              void *data);
void ww_verification_confirm_code (WwVerification *self, const WwVerificationService *service,
                                   const uint8_t token[WW_TOKEN_SIZE], const char *code, WwVerificationFunc func,
                                   void *data);
/* What a telephone sent, as the gateway reports it. */
void ww_verification_confirm_inbound (WwVerification *self, const char *sender, const char *text,
                                      WwVerificationFunc func, void *data);
/* The service has what it wanted; the token works no more. */
void ww_verification_consume (WwVerification *self, const WwVerificationService *service,
                              const uint8_t token[WW_TOKEN_SIZE], WwVerificationFunc func, void *data);
/* Forgets what ended a while ago. */
void ww_verification_expire (WwVerification *self);

/* How a link writes its secret, and back. */
char *ww_verification_link_to_text (const uint8_t link[WW_TOKEN_SIZE]);
bool ww_verification_link_parse (const char *text, uint8_t link[WW_TOKEN_SIZE]);
