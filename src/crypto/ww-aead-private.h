/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

#define WW_AEAD_TAG_SIZE 16

/* AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag. The sealed form is ciphertext | tag. */
WwCryptoStatus ww_aead_seal (const uint8_t key[32], const uint8_t nonce[12], WwBytes aad, WwBytes plaintext,
                             uint8_t *out);
WwCryptoStatus ww_aead_open (const uint8_t key[32], const uint8_t nonce[12], WwBytes aad, WwBytes sealed,
                             WwBuffer *out);
