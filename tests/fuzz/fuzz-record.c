/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Account records: 64 bytes of signature, then the record. Mutants fail at the signature, so that each input is
 * parsed a second time with a signature made for it.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-record.h"
#include "ww-signature.h"

unsigned long fuzz_accepted;

static void
check (WwBytes bytes, const uint8_t signature[64])
{
  WwRecord *record = NULL;
  size_t n;

  if (ww_record_new (bytes, WW_BYTES (signature, 64), &record) != WW_RECORD_OK)
    {
      FUZZ_PROMISE (record == NULL);
      return;
    }

  fuzz_accepted++;
  FUZZ_PROMISE (ww_record_sequence (record) > 0);
  FUZZ_PROMISE ((ww_record_previous (record) == NULL) == (ww_record_sequence (record) == 1));
  ww_record_handles (record, &n);
  FUZZ_PROMISE (n > 0 && n <= WW_MAX_HANDLES);
  ww_record_devices (record, &n);
  FUZZ_PROMISE (n > 0 && n <= WW_MAX_DEVICES);
  FUZZ_PROMISE (ww_record_check_next (record, record) == WW_RECORD_ROLLED_BACK);
  ww_record_unref (record);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  static WwSigningKey *account_key;
  uint8_t signature[64];
  WwBytes bytes;

  if (len < 64)
    return 0;
  bytes = WW_BYTES (data + 64, len - 64);
  check (bytes, data);

  if (account_key == NULL)
    account_key = test_signing_key (0x11);
  if (ww_signing_key_sign (account_key, WW_TAG_RECORD, &bytes, 1, signature) == WW_CRYPTO_OK)
    check (bytes, signature);

  return 0;
}

static void
add (const TestRecord *test)
{
  size_t len = g_bytes_get_size (test->bytes);
  uint8_t *seed = malloc (64 + len);

  if (seed == NULL)
    return;
  memcpy (seed, test->signature, 64);
  memcpy (seed + 64, g_bytes_get_data (test->bytes, NULL), len);
  fuzz_add_seed (seed, 64 + len);
  free (seed);
}

void
fuzz_seeds (void)
{
  for (uint64_t sequence = 1; sequence <= 2; sequence++)
    {
      TestRecord test;
      uint8_t previous[32] = { 9 };

      test_record_init (&test, sequence);
      if (sequence == 2)
        {
          test_record_set_previous (&test, previous);
          test_record_add_device (&test);
        }
      test_record_sign_devices (&test);
      test_record_sign (&test);
      add (&test);
      test_record_clear (&test);
    }
}
