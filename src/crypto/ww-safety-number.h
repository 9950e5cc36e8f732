/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

/* What two people compare: docs/protocol.md, "Safety numbers". Costs thousands of hashes: not for a main thread. */
#define WW_SAFETY_NUMBER_DIGITS 60
#define WW_SAFETY_HALF_DIGITS   30

/* One account's half: digits and a zero byte. */
WwCryptoStatus ww_safety_number_half (const uint8_t account_id[16], const uint8_t account_key[65],
                                      char out[WW_SAFETY_HALF_DIGITS + 1]);
/* Both halves, the same whichever comes first. */
void ww_safety_number_join (const char *one, const char *other, char out[WW_SAFETY_NUMBER_DIGITS + 1]);
