/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/types.h>

#include "ww-keys.h"

/* What the rest of this library needs of private keys and nobody else sees. */

#define WW_SCALAR_SIZE 32

/* Owned by the key. */
EVP_PKEY *ww_device_keys_p256 (const WwDeviceKeys *self);
EVP_PKEY *ww_device_keys_rsa (const WwDeviceKeys *self);

/* A P-256 pair from its private scalar, and back. */
EVP_PKEY *ww_p256_pair_new (const uint8_t scalar[WW_SCALAR_SIZE], uint8_t public_key[65]);
EVP_PKEY *ww_p256_pair_generate (uint8_t public_key[65]);
bool ww_p256_pair_scalar (const EVP_PKEY *pair, uint8_t out[WW_SCALAR_SIZE]);

/* RSAES-OAEP (RFC 8017, section 7.1) with SHA-256 in both places. The key decides the size. */
WwCryptoStatus ww_oaep_seal (EVP_PKEY *key, WwBytes label, WwBytes plaintext, WwBuffer *out);
WwCryptoStatus ww_oaep_open (EVP_PKEY *key, WwBytes label, WwBytes sealed, WwBuffer *out);
