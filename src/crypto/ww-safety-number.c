/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-safety-number.h"

#include <string.h>

#include "ww-hash.h"

#define TAG    "waxwing/1/safety-number"
#define ROUNDS 5200
#define GROUPS 6

/* Five bytes, big-endian, modulo 100,000: five digits. (2^40 favours no group of digits by more than 1e-7.) */
static void
write_group (const uint8_t bytes[5], char out[5])
{
  uint64_t number = 0;

  for (int i = 0; i < 5; i++)
    number = number << 8 | bytes[i];
  number %= 100000;
  for (int i = 4; i >= 0; i--)
    {
      out[i] = (char) ('0' + number % 10);
      number /= 10;
    }
}

/*
 * ww_safety_number_half:
 * @out: (out caller-allocates): 30 digits and a zero byte
 *
 * The rounds make each try of somebody who looks for an account key with the same digits as dear as 5,201 hashes. The key is
 * hashed in each, so that no try shares work with another.
 */
WwCryptoStatus
ww_safety_number_half (const uint8_t account_id[16], const uint8_t account_key[65], char out[WW_SAFETY_HALF_DIGITS + 1])
{
  const WwBytes first[] = { WW_BYTES (account_id, 16), WW_BYTES (account_key, 65) };
  uint8_t digest[32];
  WwCryptoStatus status = ww_hash (TAG, first, 2, digest);

  memset (out, 0, WW_SAFETY_HALF_DIGITS + 1);
  for (int i = 0; i < ROUNDS && status == WW_CRYPTO_OK; i++)
    {
      const WwBytes parts[] = { WW_BYTES_OF (digest), WW_BYTES (account_key, 65) };
      uint8_t next[32];

      status = ww_hash (TAG, parts, 2, next);
      memcpy (digest, next, sizeof digest);
    }
  if (status != WW_CRYPTO_OK)
    return status;

  for (int i = 0; i < GROUPS; i++)
    write_group (digest + 5 * i, out + 5 * i);

  return WW_CRYPTO_OK;
}

/*
 * ww_safety_number_join:
 * @one, @other: halves
 * @out: (out caller-allocates): 60 digits and a zero byte
 */
void
ww_safety_number_join (const char *one, const char *other, char out[WW_SAFETY_NUMBER_DIGITS + 1])
{
  const char *lower = strcmp (one, other) <= 0 ? one : other;
  const char *higher = lower == one ? other : one;

  memcpy (out, lower, WW_SAFETY_HALF_DIGITS);
  memcpy (out + WW_SAFETY_HALF_DIGITS, higher, WW_SAFETY_HALF_DIGITS);
  out[WW_SAFETY_NUMBER_DIGITS] = '\0';
}
