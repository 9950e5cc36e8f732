/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Envelopes: suite (1) | header (122) | length of the wrap (2) | wrap | body. As it comes, nothing but a seed
 * opens. So each input is taken a second time as the plaintext of a body that a hostile sender encrypts, which
 * reaches what is checked after the keys.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-envelope-private.h"
#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-hpke.h"

unsigned long fuzz_accepted;

static WwDeviceKeys *keys;
static uint8_t point[65];
static uint8_t sender_point[65];
static const uint8_t device_id[16] = "a device's id..";

static void
prepare (void)
{
  if (keys != NULL)
    return;
  keys = test_device_keys (5);
  ww_device_keys_p256_public (keys, point);
  ww_signing_key_public (ww_device_keys_signing (keys), sender_point);
}

static void
try (WwSuite suite, WwBytes header, WwBytes body, WwBytes wrap)
{
  WwOpened *opened = NULL;
  WwBytes content;

  if (ww_envelope_open (keys, device_id, header, body, suite, wrap, &opened) != WW_CRYPTO_OK)
    {
      FUZZ_PROMISE (opened == NULL);
      return;
    }

  fuzz_accepted++;
  if (ww_opened_verify (opened, sender_point, &content) == WW_CRYPTO_OK)
    {
      uint8_t rest = 0;

      FUZZ_PROMISE (content.len <= body.len);
      for (size_t i = 0; i < content.len; i++)
        rest |= content.data[i];
      (void) rest;
    }
  else
    {
      FUZZ_PROMISE (content.data == NULL && content.len == 0);
    }
  ww_opened_free (opened);
}

static void
as_it_comes (const uint8_t *data, size_t len)
{
  size_t wrap_len;

  if (len < 125)
    return;
  wrap_len = (size_t) data[123] << 8 | data[124];
  if (wrap_len > len - 125)
    return;
  try ((WwSuite) data[0], WW_BYTES (data + 1, 122), WW_BYTES (data + 125 + wrap_len, len - 125 - wrap_len),
       WW_BYTES (data + 125, wrap_len));
}

static void
as_plaintext (const uint8_t *data, size_t len)
{
  WwEnvelopeHeader header = { .version = 1, .kind = 1 };
  uint8_t bytes[122], binding[32], cek[32] = { 7 };
  WW_AUTO_BUFFER inner = { 0 };
  WW_AUTO_BUFFER body = { 0 };
  WW_AUTO_BUFFER wrap = { 0 };

  if (!ww_buffer_alloc (&inner, ww_padded_size (len)) || !ww_buffer_alloc (&body, inner.len + 16))
    return;
  if (len > 0)
    memcpy (inner.data, data, len);
  FUZZ_PROMISE (ww_envelope_commit (cek, header.commitment) == WW_CRYPTO_OK);
  ww_envelope_header_serialise (&header, bytes);
  FUZZ_PROMISE (ww_aead_seal (cek, ww_body_nonce, WW_BYTES (bytes, 90), WW_BYTES_OF_BUFFER (&inner), body.data) ==
                WW_CRYPTO_OK);
  FUZZ_PROMISE (ww_hash (NULL, &WW_BYTES_OF_BUFFER (&body), 1, header.body_hash) == WW_CRYPTO_OK);
  ww_envelope_header_serialise (&header, bytes);
  FUZZ_PROMISE (ww_envelope_bind (WW_SUITE_HPKE, bytes, device_id, binding) == WW_CRYPTO_OK);
  FUZZ_PROMISE (ww_hpke_seal (point, TEST_TEXT (WW_WRAP_INFO), WW_BYTES_OF (binding), WW_BYTES_OF (cek), &wrap) ==
                WW_CRYPTO_OK);
  try (WW_SUITE_HPKE, WW_BYTES_OF (bytes), WW_BYTES_OF_BUFFER (&body), WW_BYTES_OF_BUFFER (&wrap));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  prepare ();
  as_it_comes (data, len);
  if (len <= 4096)
    as_plaintext (data, len);

  return 0;
}

void
fuzz_seeds (void)
{
  WwEnvelopeHeader header = { .kind = WW_ENVELOPE_MESSAGE };
  uint8_t record[32] = { 0 };

  prepare ();
  for (WwSuite suite = WW_SUITE_RSA; suite <= WW_SUITE_HPKE; suite++)
    {
      WwEnvelopeRecipient recipient = { .suite = suite };
      WwEnvelope envelope;
      uint8_t *seed;
      size_t wrap_len, len;

      memcpy (recipient.device_id, device_id, 16);
      recipient.public_key = suite == WW_SUITE_RSA ? ww_device_keys_rsa_public (keys) : WW_BYTES_OF (point);
      FUZZ_PROMISE (ww_envelope_seal (ww_device_keys_signing (keys), &header, record, record, TEST_TEXT ("content"),
                                      &recipient, 1, &envelope) == WW_CRYPTO_OK);
      wrap_len = envelope.wraps[0].sealed_key.len;
      len = 125 + wrap_len + envelope.body.len;
      seed = malloc (len);
      if (seed != NULL)
        {
          seed[0] = (uint8_t) suite;
          memcpy (seed + 1, envelope.header, 122);
          seed[123] = (uint8_t) (wrap_len >> 8);
          seed[124] = (uint8_t) wrap_len;
          memcpy (seed + 125, envelope.wraps[0].sealed_key.data, wrap_len);
          memcpy (seed + 125 + wrap_len, envelope.body.data, envelope.body.len);
          fuzz_add_seed (seed, len);
        }
      free (seed);
      ww_envelope_clear (&envelope);
    }
  /* A plaintext with the right lengths, but for the signature. */
  fuzz_add_seed ((const uint8_t[256]) { [0] = 1, [132] = 9 }, 256);
}
