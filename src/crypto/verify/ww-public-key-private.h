/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/types.h>

#include "ww-bytes.h"

/* Public keys from untrusted bytes, for this library and the sealing one. NULL when the bytes are not such a key. */
EVP_PKEY *ww_public_key_from_point (const uint8_t point[65]);
EVP_PKEY *ww_public_key_from_rsa (WwBytes der);
