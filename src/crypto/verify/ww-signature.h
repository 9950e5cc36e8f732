/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

/*
 * What each signature is for. The tag and its terminating zero byte are the first bytes that are
 * signed, so that no signature can stand for another purpose (docs/protocol.md, "Signatures").
 */
#define WW_TAG_RECORD  "waxwing/1/record"
#define WW_TAG_DEVICE  "waxwing/1/device"
#define WW_TAG_LINK    "waxwing/1/link"
#define WW_TAG_MESSAGE "waxwing/1/message"
#define WW_TAG_GROUP   "waxwing/1/group"

/*
 * ECDSA P-256 with SHA-256 (FIPS 186-5) over tag | 0 | parts. The public key is a 65-byte uncompressed
 * point, the signature r | s, 32 bytes each. Checks that the point is on the curve.
 */
WwCryptoStatus ww_signature_verify (const uint8_t public_key[65], const char *tag, const WwBytes *parts, size_t n_parts,
                                    const uint8_t signature[64]);

/* What a device signs about itself: account id (16) | account key (65) | SHA-256 of the serialised DeviceKeys. */
WwCryptoStatus ww_signature_verify_device (const uint8_t signing_key[65], const uint8_t account_id[16],
                                           const uint8_t account_key[65], WwBytes device, const uint8_t signature[64]);

/* What a device signs to open its link: device id (16) | challenge (32) | SHA-256 of the authority. */
WwCryptoStatus ww_signature_verify_link (const uint8_t signing_key[65], const uint8_t device_id[16],
                                         const uint8_t challenge[32], const char *authority,
                                         const uint8_t signature[64]);

/* Whether these bytes are a point of P-256, other than infinity, in uncompressed form. */
bool ww_point_is_valid (WwBytes point);

/* Whether these bytes are the DER SubjectPublicKeyInfo of an RSA key of 1280 bits with e = 65537. */
bool ww_rsa_key_is_valid (WwBytes der);
