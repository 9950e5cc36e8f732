/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-hpke.h"

/* ww_hpke_open() with the AEAD to use, by its number in RFC 9180, section 7.3. */
WwCryptoStatus ww_hpke_open_with (uint16_t aead, const WwDeviceKeys *recipient, WwBytes info, WwBytes aad,
                                  WwBytes sealed, WwBuffer *out);
