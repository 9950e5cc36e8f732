/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-envelope-private.h"

#include <stdlib.h>
#include <string.h>

#include "ww-hash.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

#define RSA_WRAP_SIZE  160
#define HPKE_WRAP_SIZE (65 + WW_CEK_SIZE + 16)

struct _WwOpened
{
  WwEnvelopeHeader header;
  WwBuffer inner;
  size_t content_len;
};

/* Everything that can be refused without a key. */
static WwCryptoStatus
check_sizes (WwBytes body, WwSuite suite, WwBytes sealed_key)
{
  size_t wrap_size = 0;

  switch (suite)
    {
    case WW_SUITE_RSA:
      wrap_size = RSA_WRAP_SIZE;
      break;
    case WW_SUITE_HPKE:
      wrap_size = HPKE_WRAP_SIZE;
      break;
    case WW_SUITE_NONE:
    case WW_SUITE_RATCHET:
      break;
    }
  if (wrap_size == 0)
    return WW_CRYPTO_BAD_SUITE;
  if (sealed_key.len != wrap_size)
    return WW_CRYPTO_BAD_SIZE;
  if (body.len < WW_AEAD_TAG_SIZE || body.len > WW_ENVELOPE_MAX_BODY)
    return WW_CRYPTO_BAD_SIZE;
  if (ww_padded_size (body.len - WW_AEAD_TAG_SIZE) != body.len - WW_AEAD_TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  return WW_CRYPTO_OK;
}

static WwCryptoStatus
unwrap_key (const WwDeviceKeys *keys, const uint8_t device_id[16], WwBytes header, WwSuite suite, WwBytes sealed_key,
            WwBuffer *out)
{
  WwBytes info = WW_BYTES ((const uint8_t *) WW_WRAP_INFO, strlen (WW_WRAP_INFO));
  uint8_t binding[32];
  WwCryptoStatus status = ww_envelope_bind (suite, header.data, device_id, binding);

  if (status != WW_CRYPTO_OK)
    return status;

  if (suite == WW_SUITE_RSA)
    status = ww_oaep_open (ww_device_keys_rsa (keys), WW_BYTES_OF (binding), sealed_key, out);
  else
    status = ww_hpke_open (keys, info, WW_BYTES_OF (binding), sealed_key, out);
  /* Whoever knows the public key can seal something of another size. */
  if (status == WW_CRYPTO_OK && out->len != WW_CEK_SIZE)
    status = WW_CRYPTO_NOT_FOR_US;

  return status;
}

/* Commitment first: only then is it sure that every recipient of this envelope decrypts to the same. */
static WwCryptoStatus
open_body (WwOpened *self, const uint8_t cek[WW_CEK_SIZE], WwBytes header, WwBytes body)
{
  uint8_t digest[32];

  if (ww_envelope_commit (cek, digest) != WW_CRYPTO_OK)
    return WW_CRYPTO_INTERNAL;
  if (!ww_bytes_equal (WW_BYTES_OF (digest), WW_BYTES_OF (self->header.commitment)))
    return WW_CRYPTO_BAD_COMMITMENT;

  if (ww_hash (NULL, &body, 1, digest) != WW_CRYPTO_OK)
    return WW_CRYPTO_INTERNAL;
  if (!ww_bytes_equal (WW_BYTES_OF (digest), WW_BYTES_OF (self->header.body_hash)))
    return WW_CRYPTO_BAD_BODY;

  return ww_aead_open (cek, ww_body_nonce, WW_BYTES (header.data, WW_ENVELOPE_AAD_SIZE), body, &self->inner);
}

/* One content has one form: its length and zeros up to the padded size, not a byte more. */
static WwCryptoStatus
check_inner (WwOpened *self)
{
  const uint8_t *inner = self->inner.data;
  size_t len = 0;
  uint8_t rest = 0;

  if (inner[0] != WW_INNER_VERSION)
    return WW_CRYPTO_BAD_VERSION;

  for (int i = 0; i < 4; i++)
    len = len << 8 | inner[WW_INNER_LENGTH + i];
  /* The first comparison keeps the sum in the second from wrapping around where size_t has 32 bits. */
  if (len > self->inner.len - WW_INNER_CONTENT || ww_padded_size (WW_INNER_CONTENT + len) != self->inner.len)
    return WW_CRYPTO_BAD_BODY;

  for (size_t i = WW_INNER_CONTENT + len; i < self->inner.len; i++)
    rest |= inner[i];
  if (rest != 0)
    return WW_CRYPTO_BAD_BODY;

  self->content_len = len;

  return WW_CRYPTO_OK;
}

/*
 * ww_envelope_open:
 * @device_id: this device's, which the wrap has to be made for
 * @suite: that the wrap says; whether it is strong enough for this device's record is for the caller to judge
 * @sealed_key: of this device's wrap
 * @out: (out): free it with ww_opened_free(); NULL unless WW_CRYPTO_OK
 *
 * Decrypts, in this order: sizes, wrap, commitment, body hash and tag. What has
 * been decrypted is not yet proven to come from anyone: see ww_opened_verify().
 *
 * Callers answer every failure in the same way towards the server and the
 * sender, whatever the status says: with nothing.
 */
WwCryptoStatus
ww_envelope_open (const WwDeviceKeys *keys, const uint8_t device_id[16], WwBytes header, WwBytes body, WwSuite suite,
                  WwBytes sealed_key, WwOpened **out)
{
  WW_AUTO_BUFFER cek = { 0 };
  WwOpened *self;
  WwCryptoStatus status;

  *out = NULL;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    return WW_CRYPTO_INTERNAL;

  status = ww_envelope_header_parse (header, &self->header);
  if (status == WW_CRYPTO_OK)
    status = check_sizes (body, suite, sealed_key);
  if (status == WW_CRYPTO_OK)
    status = unwrap_key (keys, device_id, header, suite, sealed_key, &cek);
  if (status == WW_CRYPTO_OK)
    status = open_body (self, cek.data, header, body);
  if (status == WW_CRYPTO_OK)
    status = check_inner (self);
  if (status == WW_CRYPTO_OK)
    *out = self;
  else
    ww_opened_free (self);

  return status;
}

/* Wipes the content. NULL is fine. */
void
ww_opened_free (WwOpened *self)
{
  if (self == NULL)
    return;

  ww_buffer_clear (&self->inner);
  free (self);
}

/* Owned by @self; proven only after ww_opened_verify(). */
const WwEnvelopeHeader *
ww_opened_header (const WwOpened *self)
{
  return &self->header;
}

/* Hash of the sender's record that the message claims to rely on, 32 bytes owned by @self: enough to look it up. */
const uint8_t *
ww_opened_sender_record (const WwOpened *self)
{
  return self->inner.data + WW_INNER_SENDER_RECORD;
}

/* ww_envelope_hash_records() of the other accounts' records that the sender relied on, 32 bytes owned by @self. */
const uint8_t *
ww_opened_recipients_record (const WwOpened *self)
{
  return self->inner.data + WW_INNER_RECIPIENTS_RECORD;
}

/*
 * ww_opened_verify:
 * @signing_key: of the sending device, from the sender's current account record
 * @content: (out): points into @self; empty unless WW_CRYPTO_OK
 *
 * The only way to the content. WW_CRYPTO_BAD_SIGNATURE when the sending device
 * has not signed exactly this content with this header and these records.
 */
WwCryptoStatus
ww_opened_verify (const WwOpened *self, const uint8_t signing_key[65], WwBytes *content)
{
  WwBytes inside = WW_BYTES (self->inner.data + WW_INNER_CONTENT, self->content_len);
  WwMessageParts message;
  WwCryptoStatus status;

  *content = (WwBytes) { 0 };
  status = ww_message_parts_init (&message, &self->header, ww_opened_sender_record (self),
                                  ww_opened_recipients_record (self), inside);
  if (status == WW_CRYPTO_OK)
    status = ww_signature_verify (signing_key, WW_TAG_MESSAGE, message.parts, WW_MESSAGE_PARTS,
                                  self->inner.data + WW_INNER_SIGNATURE);
  if (status == WW_CRYPTO_OK)
    *content = inside;

  return status;
}
