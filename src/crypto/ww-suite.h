/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"

/* How the content key is sealed to a device. The numbers travel; a higher number is stronger. */
typedef enum
{
  WW_SUITE_NONE = 0,
  WW_SUITE_RSA = 1,     /* RSA-1280 OAEP with SHA-256: legacy, shown as weak */
  WW_SUITE_HPKE = 2,    /* HPKE base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180) */
  WW_SUITE_RATCHET = 3, /* reserved */
} WwSuite;

/*
 * The strongest suite that both the signed record and this implementation know, or WW_SUITE_NONE. A
 * suite whose key is missing from the record does not count. Unknown numbers are skipped, so that a
 * record may offer what only newer clients know.
 */
WwSuite ww_suite_choose (const uint32_t *offered, size_t n_offered, bool has_rsa, bool has_p256);
