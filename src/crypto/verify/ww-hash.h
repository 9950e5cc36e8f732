/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

/* SHA-256 of the tag with its terminating zero byte, then of each part (FIPS 180-4). A NULL tag adds nothing. */
WwCryptoStatus ww_hash (const char *tag, const WwBytes *parts, size_t n_parts, uint8_t out[32]);
