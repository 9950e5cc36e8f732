/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-envelope-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "ww-hash.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-public-key-private.h"
#include "ww-signature.h"

static WwCryptoStatus
wrap_rsa (WwBytes public_key, const uint8_t cek[WW_CEK_SIZE], const uint8_t binding[32], WwBuffer *out)
{
  EVP_PKEY *key = ww_public_key_from_rsa (public_key);
  WwCryptoStatus status;

  if (key == NULL)
    return WW_CRYPTO_BAD_KEY;

  status = ww_oaep_seal (key, WW_BYTES (binding, 32), WW_BYTES (cek, WW_CEK_SIZE), out);
  EVP_PKEY_free (key);

  return status;
}

static WwCryptoStatus
wrap_hpke (WwBytes public_key, const uint8_t cek[WW_CEK_SIZE], const uint8_t binding[32], WwBuffer *out)
{
  if (public_key.len != 65)
    return WW_CRYPTO_BAD_KEY;

  return ww_hpke_seal (public_key.data, WW_BYTES ((const uint8_t *) WW_WRAP_INFO, strlen (WW_WRAP_INFO)),
                       WW_BYTES (binding, 32), WW_BYTES (cek, WW_CEK_SIZE), out);
}

/* Seals the content key to one device. */
static WwCryptoStatus
wrap_key (const uint8_t header[WW_ENVELOPE_HEADER_SIZE], const uint8_t cek[WW_CEK_SIZE],
          const WwEnvelopeRecipient *recipient, WwEnvelopeWrap *out)
{
  uint8_t binding[32];
  WwCryptoStatus status = ww_envelope_bind (recipient->suite, header, recipient->device_id, binding);

  if (status != WW_CRYPTO_OK)
    return status;

  memcpy (out->device_id, recipient->device_id, sizeof out->device_id);
  out->suite = recipient->suite;
  switch (recipient->suite)
    {
    case WW_SUITE_RSA:
      return wrap_rsa (recipient->public_key, cek, binding, &out->sealed_key);
    case WW_SUITE_HPKE:
      return wrap_hpke (recipient->public_key, cek, binding, &out->sealed_key);
    case WW_SUITE_NONE:
    case WW_SUITE_RATCHET:
      break;
    }

  return WW_CRYPTO_BAD_SUITE;
}

/* The body's plaintext: signed content, padded. */
static WwCryptoStatus
make_inner (const WwSigningKey *sender, const WwEnvelopeHeader *header, const uint8_t sender_record[32],
            const uint8_t recipients_record[32], WwBytes content, WwBuffer *out)
{
  WwMessageParts message;
  size_t padded;
  WwCryptoStatus status;

  if (content.len > WW_ENVELOPE_MAX_BODY)
    return WW_CRYPTO_BAD_SIZE;
  padded = ww_padded_size (WW_INNER_CONTENT + content.len);
  if (padded > WW_ENVELOPE_MAX_BODY - WW_AEAD_TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;
  if (!ww_buffer_alloc (out, padded))
    return WW_CRYPTO_INTERNAL;

  status = ww_message_parts_init (&message, header, sender_record, recipients_record, content);
  if (status != WW_CRYPTO_OK)
    return status;

  out->data[0] = WW_INNER_VERSION;
  memcpy (out->data + WW_INNER_SENDER_RECORD, sender_record, 32);
  memcpy (out->data + WW_INNER_RECIPIENTS_RECORD, recipients_record, 32);
  for (int i = 0; i < 4; i++)
    out->data[WW_INNER_LENGTH + i] = (uint8_t) (content.len >> (24 - 8 * i));
  if (content.len > 0)
    memcpy (out->data + WW_INNER_CONTENT, content.data, content.len);

  return ww_signing_key_sign (sender, WW_TAG_MESSAGE, message.parts, WW_MESSAGE_PARTS, out->data + WW_INNER_SIGNATURE);
}

/* Encrypts the body and completes the header with its hash. */
static WwCryptoStatus
seal_body (WwEnvelopeHeader *header, const uint8_t cek[WW_CEK_SIZE], WwBytes inner, WwEnvelope *out)
{
  WwCryptoStatus status;

  if (!ww_buffer_alloc (&out->body, inner.len + WW_AEAD_TAG_SIZE))
    return WW_CRYPTO_INTERNAL;

  ww_envelope_header_serialise (header, out->header);
  status = ww_aead_seal (cek, ww_body_nonce, WW_BYTES (out->header, WW_ENVELOPE_AAD_SIZE), inner, out->body.data);
  if (status == WW_CRYPTO_OK)
    status = ww_hash (NULL, &WW_BYTES_OF_BUFFER (&out->body), 1, header->body_hash);
  if (status == WW_CRYPTO_OK)
    ww_envelope_header_serialise (header, out->header);

  return status;
}

static WwCryptoStatus
wrap_all (const uint8_t cek[WW_CEK_SIZE], const WwEnvelopeRecipient *recipients, size_t n_recipients, WwEnvelope *out)
{
  WwCryptoStatus status = WW_CRYPTO_OK;

  out->wraps = calloc (n_recipients, sizeof *out->wraps);
  if (out->wraps == NULL)
    return WW_CRYPTO_INTERNAL;

  out->n_wraps = n_recipients;
  for (size_t i = 0; i < n_recipients && status == WW_CRYPTO_OK; i++)
    status = wrap_key (out->header, cek, &recipients[i], &out->wraps[i]);

  return status;
}

/*
 * ww_envelope_seal:
 * @sender: the sending device's signing key
 * @header: message id, sender, kind and creation time; version, commitment and body hash are computed
 * @sender_record: hash of the sender's own account record
 * @recipients_record: ww_envelope_hash_records() of all other accounts
 * @recipients: (array length=n_recipients): at least one; each with the suite that ww_suite_choose() gave
 * @out: (out caller-allocates): ww_envelope_clear() it; empty unless WW_CRYPTO_OK
 *
 * Signs the content, encrypts it once under a fresh key, and seals that key to
 * each recipient. The key is used for this one body and never kept, which is why
 * the body's nonce can be constant: a retry has to send the same envelope again,
 * not seal again.
 *
 * WW_CRYPTO_BAD_SIZE when the content doesn't fit or nobody is to receive it,
 * WW_CRYPTO_BAD_KEY and WW_CRYPTO_BAD_SUITE for a recipient that can't be sealed to.
 */
WwCryptoStatus
ww_envelope_seal (const WwSigningKey *sender, const WwEnvelopeHeader *header, const uint8_t sender_record[32],
                  const uint8_t recipients_record[32], WwBytes content, const WwEnvelopeRecipient *recipients,
                  size_t n_recipients, WwEnvelope *out)
{
  WW_AUTO_BUFFER inner = { 0 };
  WwEnvelopeHeader complete = *header;
  uint8_t cek[WW_CEK_SIZE];
  WwCryptoStatus status = WW_CRYPTO_OK;

  *out = (WwEnvelope) { 0 };
  if (n_recipients == 0)
    return WW_CRYPTO_BAD_SIZE;
  if (header->kind < WW_ENVELOPE_MESSAGE || header->kind > WW_ENVELOPE_TRANSIENT)
    return WW_CRYPTO_BAD_VERSION;

  complete.version = WW_ENVELOPE_VERSION;
  memset (complete.body_hash, 0, sizeof complete.body_hash);
  if (RAND_priv_bytes (cek, sizeof cek) != 1)
    return WW_CRYPTO_INTERNAL;

  status = ww_envelope_commit (cek, complete.commitment);
  if (status == WW_CRYPTO_OK)
    status = make_inner (sender, &complete, sender_record, recipients_record, content, &inner);
  if (status == WW_CRYPTO_OK)
    status = seal_body (&complete, cek, WW_BYTES_OF_BUFFER (&inner), out);
  if (status == WW_CRYPTO_OK)
    status = wrap_all (cek, recipients, n_recipients, out);
  ww_wipe (cek, sizeof cek);
  if (status != WW_CRYPTO_OK)
    ww_envelope_clear (out);

  return status;
}
