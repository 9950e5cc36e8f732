/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keys.h"
#include "ww-suite.h"

/*
 * Sealing and opening a message: docs/protocol.md, "Sealing a message". Nothing here parses protobuf:
 * header, body and wraps are the byte strings that waxwing.Envelope carries.
 */

#define WW_ENVELOPE_VERSION 1

typedef enum
{
  WW_ENVELOPE_MESSAGE = 1,   /* wakes people */
  WW_ENVELOPE_SILENT = 2,    /* receipts and the like: wakes devices only */
  WW_ENVELOPE_TRANSIENT = 3, /* for who is connected: nobody keeps it */
} WwEnvelopeKind;

/*
 * 122 bytes on the wire, big-endian, in this order:
 * version (1) | kind (1) | message id (16) | sender account (16) | sender device (16) | created (8) |
 * H(CEK) (32) | H(body) (32)
 */
typedef struct
{
  uint8_t version;
  uint8_t kind;
  uint8_t message_id[16];
  uint8_t sender_account[16];
  uint8_t sender_device[16];
  uint64_t created_ms;
  uint8_t commitment[32];
  uint8_t body_hash[32];
} WwEnvelopeHeader;

/* Checks size, version and kind. Unknown kinds are WW_CRYPTO_BAD_VERSION. */
WwCryptoStatus ww_envelope_header_parse (WwBytes bytes, WwEnvelopeHeader *out);
void ww_envelope_header_serialise (const WwEnvelopeHeader *self, uint8_t out[122]);

typedef struct
{
  uint8_t device_id[16];
  WwSuite suite;
  WwBytes public_key; /* suite 1: DER; suite 2: 65-byte point */
} WwEnvelopeRecipient;

typedef struct
{
  uint8_t device_id[16];
  WwSuite suite;
  WwBuffer sealed_key;
} WwEnvelopeWrap;

typedef struct
{
  uint8_t header[122];
  WwBuffer body;
  WwEnvelopeWrap *wraps; /* one per recipient, in the recipients' order */
  size_t n_wraps;
} WwEnvelope;

void ww_envelope_clear (WwEnvelope *self);

/*
 * Seals content to the recipients. `header` gives message id, sender and creation time; its commitment
 * and body hash are computed here. `sender_record` and `recipients_record` are the hashes of the account
 * records that the sender relies on: its own, and ww_envelope_hash_records() of all other accounts.
 */
WwCryptoStatus ww_envelope_seal (const WwSigningKey *sender, const WwEnvelopeHeader *header,
                                 const uint8_t sender_record[32], const uint8_t recipients_record[32], WwBytes content,
                                 const WwEnvelopeRecipient *recipients, size_t n_recipients, WwEnvelope *out);

/* SHA-256 over (account id (16) | record hash (32)) of each account but the sender's, ascending by account id. */
WwCryptoStatus ww_envelope_hash_records (const uint8_t (*accounts)[16], const uint8_t (*records)[32], size_t n,
                                         uint8_t out[32]);

/*
 * What has been decrypted but not yet authenticated. Only ww_opened_verify() gives the content away,
 * so that nobody can use it before the signature was checked.
 */
typedef struct _WwOpened WwOpened;

/* Checks in this order: sizes, wrap, commitment, body hash and tag. */
WwCryptoStatus ww_envelope_open (const WwDeviceKeys *keys, const uint8_t device_id[16], WwBytes header, WwBytes body,
                                 WwSuite suite, WwBytes sealed_key, WwOpened **out);
void ww_opened_free (WwOpened *self);
const WwEnvelopeHeader *ww_opened_header (const WwOpened *self);
/* Which of the sender's records the message claims to rely on: enough to look it up, proven by the next call. */
const uint8_t *ww_opened_sender_record (const WwOpened *self);     /* 32 */
const uint8_t *ww_opened_recipients_record (const WwOpened *self); /* 32 */

/* Checks the signature under the sending device's key; on WW_CRYPTO_OK `content` points into self. */
WwCryptoStatus ww_opened_verify (const WwOpened *self, const uint8_t signing_key[65], WwBytes *content);

/* Padmé (Nikitin et al., PETS 2019) with a floor of WW_MIN_PADDED (256). 0 when it would overflow. */
size_t ww_padded_size (size_t len);
