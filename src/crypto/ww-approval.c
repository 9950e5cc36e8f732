/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval.h"

#include <string.h>

#include "ww-hash.h"
#include "ww-hpke.h"

#define ACCOUNT_KEY_INFO        "waxwing/1/account-key"
#define SEALED_ACCOUNT_KEY_SIZE (65 + 32 + 16)

/*
 * ww_approval_commit:
 * @nonce: the new device's, random, not shown to anyone yet
 * @device: its serialised DeviceKeys
 *
 * What the new device says before it knows the approver's nonce: SHA-256, tag
 * "waxwing/1/approval-commitment", over nonce | account id | SHA-256 of @device.
 * Being committed, nobody in between can search for a nonce that gives the same
 * digits.
 */
WwCryptoStatus
ww_approval_commit (const uint8_t nonce[32], const uint8_t account_id[16], WwBytes device, uint8_t out[32])
{
  uint8_t digest[32];
  WwCryptoStatus status = ww_hash (NULL, &device, 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_hash ("waxwing/1/approval-commitment",
                  (WwBytes[]) {
                      WW_BYTES (nonce, 32),
                      WW_BYTES (account_id, 16),
                      WW_BYTES_OF (digest),
                  },
                  3, out);
}

/* WW_CRYPTO_MISMATCH unless the revealed nonce is the one that was committed to, for this account and device. */
WwCryptoStatus
ww_approval_check (const uint8_t commitment[32], const uint8_t nonce[32], const uint8_t account_id[16], WwBytes device)
{
  uint8_t expected[32];
  WwCryptoStatus status = ww_approval_commit (nonce, account_id, device, expected);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_bytes_equal (WW_BYTES_OF (expected), WW_BYTES (commitment, 32)) ? WW_CRYPTO_OK : WW_CRYPTO_MISMATCH;
}

/*
 * ww_approval_digits:
 * @record: hash of the account's current record, as each side has it
 * @device: the serialised DeviceKeys of the new device, as each side has them
 * @out: (out caller-allocates): six digits and a zero byte
 *
 * What both sides show: SHA-256, tag "waxwing/1/approval-digits", over new nonce
 * | approver's nonce | account id | @record | SHA-256 of @device | approver's
 * device id; of this the first 8 bytes, big-endian, modulo 1,000,000. (2^64
 * being no multiple of a million favours no digit by more than 6e-14.)
 */
WwCryptoStatus
ww_approval_digits (const uint8_t new_nonce[32], const uint8_t approver_nonce[32], const uint8_t account_id[16],
                    const uint8_t record[32], WwBytes device, const uint8_t approver_id[16], char out[7])
{
  uint8_t digest[32];
  uint64_t number = 0;
  WwCryptoStatus status = ww_hash (NULL, &device, 1, digest);

  memset (out, 0, 7);
  if (status == WW_CRYPTO_OK)
    status = ww_hash ("waxwing/1/approval-digits",
                      (WwBytes[]) {
                          WW_BYTES (new_nonce, 32),
                          WW_BYTES (approver_nonce, 32),
                          WW_BYTES (account_id, 16),
                          WW_BYTES (record, 32),
                          WW_BYTES_OF (digest),
                          WW_BYTES (approver_id, 16),
                      },
                      6, digest);
  if (status != WW_CRYPTO_OK)
    return status;

  for (int i = 0; i < 8; i++)
    number = number << 8 | digest[i];
  number %= 1000000;
  for (int i = 5; i >= 0; i--)
    {
      out[i] = (char) ('0' + number % 10);
      number /= 10;
    }

  return WW_CRYPTO_OK;
}

static void
make_aad (const uint8_t account_id[16], const uint8_t device_id[16], uint8_t out[32])
{
  memcpy (out, account_id, 16);
  memcpy (out + 16, device_id, 16);
}

/*
 * ww_approval_seal_account_key:
 * @device_id: the new device's
 * @p256_key: the new device's, from the keys that the digits were computed over
 *
 * The account key for the new device: HPKE, info "waxwing/1/account-key", aad =
 * account id | device id.
 */
WwCryptoStatus
ww_approval_seal_account_key (const WwSigningKey *account_key, const uint8_t account_id[16],
                              const uint8_t device_id[16], const uint8_t p256_key[65], WwBuffer *out)
{
  WW_AUTO_BUFFER secret = { 0 };
  uint8_t aad[32];
  WwCryptoStatus status = ww_signing_key_serialise (account_key, &secret);

  *out = (WwBuffer) { 0 };
  if (status != WW_CRYPTO_OK)
    return status;

  make_aad (account_id, device_id, aad);

  return ww_hpke_seal (p256_key, WW_BYTES ((const uint8_t *) ACCOUNT_KEY_INFO, strlen (ACCOUNT_KEY_INFO)),
                       WW_BYTES_OF (aad), WW_BYTES_OF_BUFFER (&secret), out);
}

/*
 * ww_approval_open_account_key:
 * @keys: the new device's
 * @account_public: the account key in the record that was granted
 * @out: (out): NULL unless WW_CRYPTO_OK
 *
 * WW_CRYPTO_BAD_KEY when what was sealed isn't the private half of
 * @account_public.
 */
WwCryptoStatus
ww_approval_open_account_key (const WwDeviceKeys *keys, const uint8_t account_id[16], const uint8_t device_id[16],
                              WwBytes sealed, const uint8_t account_public[65], WwSigningKey **out)
{
  WW_AUTO_BUFFER secret = { 0 };
  uint8_t aad[32];
  uint8_t public_key[65];
  WwSigningKey *key = NULL;
  WwCryptoStatus status;

  *out = NULL;
  if (sealed.len != SEALED_ACCOUNT_KEY_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  make_aad (account_id, device_id, aad);
  status = ww_hpke_open (keys, WW_BYTES ((const uint8_t *) ACCOUNT_KEY_INFO, strlen (ACCOUNT_KEY_INFO)),
                         WW_BYTES_OF (aad), sealed, &secret);
  if (status == WW_CRYPTO_OK)
    status = ww_signing_key_parse (WW_BYTES_OF_BUFFER (&secret), &key);
  if (status != WW_CRYPTO_OK)
    return status;

  ww_signing_key_public (key, public_key);
  if (!ww_bytes_equal (WW_BYTES_OF (public_key), WW_BYTES (account_public, 65)))
    {
      ww_signing_key_free (key);
      return WW_CRYPTO_BAD_KEY;
    }
  *out = key;

  return WW_CRYPTO_OK;
}
