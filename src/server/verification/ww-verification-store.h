/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ww-limits.h"
#include "ww-operation.h"

/*
 * What the verification service needs to remember, as it asks a storage engine for it (ww-operation.h says how). Every
 * operation is atomic, and those that change something run one after the other. Of tokens, links and codes only hashes
 * are handed over. A token belongs to the service that started it: for any other there is no such verification.
 */
typedef enum
{
  WW_VERIFICATION_WAITING = 1,
  WW_VERIFICATION_CONFIRMED = 2,
  WW_VERIFICATION_USED = 3,
} WwVerificationStage;

/* How the person proves that they receive what is sent to the handle, or send from it. */
typedef enum
{
  WW_VERIFICATION_BY_LINK = 0,
  WW_VERIFICATION_BY_CODE = 1,
  WW_VERIFICATION_BY_INBOUND = 2,
} WwVerificationMethod;

#define WW_VERIFICATION_METHODS 3

/*
 * So many wrong codes may have been typed for one handle, over all its verifications of whichever service, whose last code
 * was made since then. Each has few tries, but whoever guesses begins many.
 */
typedef struct
{
  unsigned max_wrong;
  int64_t since_ms;
} WwGuessing;

/* TOO_MANY: by code, and too many wrong ones were typed for this handle. */
typedef struct
{
  WwOperation base;
  /* in */
  const char *service;
  WwVerificationMethod method;
  WwGuessing guessing;
  uint8_t token_hash[WW_HASH_SIZE];
  uint8_t secret_hash[WW_HASH_SIZE];
  const char *handle;
  int64_t now_ms;
  int64_t expires_ms;
} WwStartVerificationOp;

/*
 * One more secret for a verification that still waits. Earlier links go on working; earlier codes do not. TOO_MANY: so many
 * were sent already, too many wrong ones were typed for this handle, or, with `tries` at its maximum, for this verification.
 */
typedef struct
{
  WwOperation base;
  /* in */
  const char *service;
  uint8_t token_hash[WW_HASH_SIZE];
  uint8_t secret_hashes[WW_VERIFICATION_METHODS][WW_HASH_SIZE];
  int64_t now_ms;
  int64_t min_interval_ms;
  unsigned max_sent[WW_VERIFICATION_METHODS];
  unsigned max_tries;
  WwGuessing guessing;
  int64_t code_expires_ms; /* the new end of a verification by code */
  /* out */
  WwVerificationMethod method;
  char *handle;
  int64_t expires_ms;
  int64_t sent_ms; /* when the last one was made */
  unsigned tries;
} WwResendVerificationOp;

/* By token of a service or, if `by_link`, by link, whosever it is. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  bool by_link;
  const char *service;
  uint8_t hash[WW_HASH_SIZE];
  /* out */
  char *handle;
  char *of_service;
  WwVerificationMethod method;
  WwVerificationStage stage;
  int64_t expires_ms;
  int64_t sent_ms;
  unsigned tries;
} WwLoadVerificationOp;

/*
 * The proof: a link that was opened; a code that was typed, with the token (`tries` counts, and after `max_tries` wrong ones
 * it is TOO_MANY for good, and so it is when too many were typed for the handle); a code that was sent from a handle. Works once.
 */
typedef struct
{
  WwOperation base;
  /* in */
  WwVerificationMethod method;
  const char *service;              /* code */
  const char *sender;               /* inbound: the handle that it came from */
  uint8_t token_hash[WW_HASH_SIZE]; /* in: code; out: the others */
  uint8_t secret_hash[WW_HASH_SIZE];
  int64_t now_ms;
  unsigned max_tries;
  WwGuessing guessing; /* code */
  /* in: the end of the confirmed verification, unless the old one is later; out: which it is */
  int64_t expires_ms;
  /* out */
  bool wrong; /* the code, though the status is OK: that the try counts is stored */
  unsigned tries;
  char *of_service;
  char *handle;
} WwConfirmVerificationOp;

/* The service has got what it wanted: the token works no more. NOT_CONFIRMED, EXPIRED, USED. */
typedef struct
{
  WwOperation base;
  /* in */
  const char *service;
  uint8_t token_hash[WW_HASH_SIZE];
  int64_t now_ms;
  /* out */
  char *handle;
} WwConsumeVerificationOp;

/* Forgets what ended before that. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t before_ms;
} WwExpireVerificationsOp;

typedef struct _WwVerificationStore WwVerificationStore;

typedef struct
{
  void (*start) (WwVerificationStore *self, WwStartVerificationOp *op);
  void (*resend) (WwVerificationStore *self, WwResendVerificationOp *op);
  void (*load) (WwVerificationStore *self, WwLoadVerificationOp *op);
  void (*confirm) (WwVerificationStore *self, WwConfirmVerificationOp *op);
  void (*consume) (WwVerificationStore *self, WwConsumeVerificationOp *op);
  void (*expire) (WwVerificationStore *self, WwExpireVerificationsOp *op);
} WwVerificationStoreEngine;

struct _WwVerificationStore
{
  const WwVerificationStoreEngine *engine;
};
