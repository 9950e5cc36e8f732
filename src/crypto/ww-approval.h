/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keys.h"

/*
 * Approving a further device: docs/protocol.md, "Enrolment". The new device commits to a nonce, the
 * approving device answers with its own, the new device reveals, both compute six digits. A server in
 * the middle has one chance in a million for each comparison that a person makes.
 */

/* SHA-256, tag "waxwing/1/approval-commitment", over nonce (32) | account id (16) | SHA-256 of the serialised DeviceKeys. */
WwCryptoStatus ww_approval_commit (const uint8_t nonce[32], const uint8_t account_id[16], WwBytes device,
                                   uint8_t out[32]);
/* WW_CRYPTO_MISMATCH unless the revealed nonce is the one committed to. */
WwCryptoStatus ww_approval_check (const uint8_t commitment[32], const uint8_t nonce[32], const uint8_t account_id[16],
                                  WwBytes device);

/*
 * The digits both sides show: tag "waxwing/1/approval-digits" over new device's nonce (32) | approver's nonce (32) |
 * account id (16) | hash of the account's current record (32) | SHA-256 of the serialised DeviceKeys |
 * approver's device id (16); the first 8 bytes, big-endian, modulo 1,000,000, six digits and a zero byte.
 */
WwCryptoStatus ww_approval_digits (const uint8_t new_nonce[32], const uint8_t approver_nonce[32],
                                   const uint8_t account_id[16], const uint8_t record[32], WwBytes device,
                                   const uint8_t approver_id[16], char out[7]);

/* The account key for the new device: HPKE, info "waxwing/1/account-key", aad = account id | new device's id. */
WwCryptoStatus ww_approval_seal_account_key (const WwSigningKey *account_key, const uint8_t account_id[16],
                                             const uint8_t device_id[16], const uint8_t p256_key[65], WwBuffer *out);
/* Also checks that it is the private half of the account key in the record. */
WwCryptoStatus ww_approval_open_account_key (const WwDeviceKeys *keys, const uint8_t account_id[16],
                                             const uint8_t device_id[16], WwBytes sealed,
                                             const uint8_t account_public[65], WwSigningKey **out);

/*
 * Device names. In a record they are sealed under a key that HKDF-SHA256 derives from the account's private
 * key (info "waxwing/1/device-name"), so that only the account's own devices read them: AES-256-GCM, random
 * nonce (12) | ciphertext and tag, plaintext padded to a multiple of 32 with a length byte in front, aad =
 * account id | device id. A pending device, which has no account key yet, seals its name to each device by
 * HPKE (info "waxwing/1/pending-name", aad = account id | new device's id).
 */
WwCryptoStatus ww_name_seal (const WwSigningKey *account_key, const uint8_t account_id[16], const uint8_t device_id[16],
                             const char *name, WwBuffer *out);
WwCryptoStatus ww_name_open (const WwSigningKey *account_key, const uint8_t account_id[16], const uint8_t device_id[16],
                             WwBytes sealed, WwBuffer *out); /* zero-terminated, len without it */
WwCryptoStatus ww_pending_name_seal (const uint8_t recipient[65], const uint8_t account_id[16],
                                     const uint8_t new_device_id[16], const char *name, WwBuffer *out);
WwCryptoStatus ww_pending_name_open (const WwDeviceKeys *keys, const uint8_t account_id[16],
                                     const uint8_t new_device_id[16], WwBytes sealed, WwBuffer *out);
