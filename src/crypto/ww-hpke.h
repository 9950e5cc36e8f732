/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keys.h"

/*
 * HPKE base mode, single shot (RFC 9180, section 6.1): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM. The sealed form is enc (65) | ciphertext and tag.
 */
WwCryptoStatus ww_hpke_seal (const uint8_t recipient[65], WwBytes info, WwBytes aad, WwBytes plaintext, WwBuffer *out);
WwCryptoStatus ww_hpke_open (const WwDeviceKeys *recipient, WwBytes info, WwBytes aad, WwBytes sealed, WwBuffer *out);
