/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-aead-private.h"
#include "ww-envelope.h"

/* The layout that sealing and opening share: docs/protocol.md, "Sealing a message". */

#define WW_ENVELOPE_HEADER_SIZE 122
/* The body's associated data: the header up to and with the commitment. */
#define WW_ENVELOPE_AAD_SIZE 90
#define WW_ENVELOPE_MAX_BODY (1024 * 1024)
#define WW_CEK_SIZE          32

/* The body's plaintext: offsets of its parts, and where the content begins. */
#define WW_INNER_VERSION           1
#define WW_INNER_SIGNATURE         1
#define WW_INNER_SENDER_RECORD     65
#define WW_INNER_RECIPIENTS_RECORD 97
#define WW_INNER_LENGTH            129
#define WW_INNER_CONTENT           133

#define WW_WRAP_INFO "waxwing/1/wrap"

/* All zero: a content key encrypts exactly one body, so that no nonce is ever used twice with it. */
extern const uint8_t ww_body_nonce[12];

WwCryptoStatus ww_envelope_commit (const uint8_t cek[WW_CEK_SIZE], uint8_t out[32]);
WwCryptoStatus ww_envelope_bind (WwSuite suite, const uint8_t header[WW_ENVELOPE_HEADER_SIZE],
                                 const uint8_t device_id[16], uint8_t out[32]);

#define WW_MESSAGE_PARTS 9

/* What the signature covers, as parts that point into a struct the caller keeps. */
typedef struct
{
  uint8_t created[8];
  uint8_t kind[1];
  uint8_t content_hash[32];
  WwBytes parts[WW_MESSAGE_PARTS];
} WwMessageParts;

WwCryptoStatus ww_message_parts_init (WwMessageParts *self, const WwEnvelopeHeader *header,
                                      const uint8_t sender_record[32], const uint8_t recipients_record[32],
                                      WwBytes content);
