/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

/*
 * Private keys. Opaque; freeing wipes them. The serialised forms are secrets: they go into the keyring
 * (client/ww-keyring.c) or into a sealed box, and nowhere else.
 */
typedef struct _WwSigningKey WwSigningKey; /* ECDSA P-256: a device's signing key, an account's key */
typedef struct _WwDeviceKeys WwDeviceKeys; /* the three key pairs of a device */

WwCryptoStatus ww_signing_key_generate (WwSigningKey **out);
WwCryptoStatus ww_signing_key_parse (WwBytes secret, WwSigningKey **out); /* 32 bytes, big-endian scalar */
WwCryptoStatus ww_signing_key_serialise (const WwSigningKey *self, WwBuffer *out);
void ww_signing_key_free (WwSigningKey *self);
void ww_signing_key_public (const WwSigningKey *self, uint8_t out[65]);

/* Deterministic nonces (RFC 6979). The counterpart of ww_signature_verify() and its variants. */
WwCryptoStatus ww_signing_key_sign (const WwSigningKey *self, const char *tag, const WwBytes *parts, size_t n_parts,
                                    uint8_t out[64]);
WwCryptoStatus ww_signing_key_sign_device (const WwSigningKey *self, const uint8_t account_id[16],
                                           const uint8_t account_key[65], WwBytes device, uint8_t out[64]);
WwCryptoStatus ww_signing_key_sign_link (const WwSigningKey *self, const uint8_t device_id[16],
                                         const uint8_t challenge[32], const char *authority, uint8_t out[64]);

/* Fresh ECDSA P-256, EC P-256 and RSA 1280 (e = 65537) pairs. Takes tens of milliseconds: not for the main thread. */
WwCryptoStatus ww_device_keys_generate (WwDeviceKeys **out);
WwCryptoStatus ww_device_keys_parse (WwBytes secret, WwDeviceKeys **out);
WwCryptoStatus ww_device_keys_serialise (const WwDeviceKeys *self, WwBuffer *out);
void ww_device_keys_free (WwDeviceKeys *self);
const WwSigningKey *ww_device_keys_signing (const WwDeviceKeys *self);
void ww_device_keys_p256_public (const WwDeviceKeys *self, uint8_t out[65]);
WwBytes ww_device_keys_rsa_public (const WwDeviceKeys *self); /* DER SubjectPublicKeyInfo, owned by self */

/* SHA-256 over the three public keys, for people to compare: 32 bytes. Tag "waxwing/1/fingerprint". */
WwCryptoStatus ww_fingerprint (const uint8_t signing_key[65], WwBytes p256_key, WwBytes rsa_key, uint8_t out[32]);
