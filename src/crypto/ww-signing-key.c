/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-keys-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "ww-hash.h"
#include "ww-signature.h"

#define MAX_DER_SIGNATURE 72

/* As OpenSSL numbers it: the nonce comes from key and message, after RFC 6979. */
#define NONCE_DETERMINISTIC 1

struct _WwSigningKey
{
  EVP_PKEY *pair;
  uint8_t public_key[65];
};

/* Takes the pair. */
static WwCryptoStatus
signing_key_new (EVP_PKEY *pair, const uint8_t public_key[65], WwSigningKey **out)
{
  WwSigningKey *self = calloc (1, sizeof *self);

  if (self == NULL)
    {
      EVP_PKEY_free (pair);
      return WW_CRYPTO_INTERNAL;
    }
  self->pair = pair;
  memcpy (self->public_key, public_key, sizeof self->public_key);
  *out = self;

  return WW_CRYPTO_OK;
}

/* A fresh ECDSA P-256 key. Free it with ww_signing_key_free(). */
WwCryptoStatus
ww_signing_key_generate (WwSigningKey **out)
{
  uint8_t public_key[65];
  EVP_PKEY *pair = ww_p256_pair_generate (public_key);

  *out = NULL;
  if (pair == NULL)
    return WW_CRYPTO_INTERNAL;

  return signing_key_new (pair, public_key, out);
}

/*
 * ww_signing_key_parse:
 * @secret: 32 bytes, the private scalar, big-endian
 *
 * WW_CRYPTO_BAD_KEY when the scalar is zero or not below the order of the curve.
 */
WwCryptoStatus
ww_signing_key_parse (WwBytes secret, WwSigningKey **out)
{
  uint8_t public_key[65];
  EVP_PKEY *pair;

  *out = NULL;
  if (secret.len != WW_SCALAR_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  pair = ww_p256_pair_new (secret.data, public_key);
  if (pair == NULL)
    return WW_CRYPTO_BAD_KEY;

  return signing_key_new (pair, public_key, out);
}

/* What ww_signing_key_parse() takes: 32 secret bytes. */
WwCryptoStatus
ww_signing_key_serialise (const WwSigningKey *self, WwBuffer *out)
{
  *out = (WwBuffer) { 0 };
  if (!ww_buffer_alloc (out, WW_SCALAR_SIZE))
    return WW_CRYPTO_INTERNAL;
  if (!ww_p256_pair_scalar (self->pair, out->data))
    {
      ww_buffer_clear (out);
      return WW_CRYPTO_INTERNAL;
    }

  return WW_CRYPTO_OK;
}

/* NULL is fine. OpenSSL wipes the private half. */
void
ww_signing_key_free (WwSigningKey *self)
{
  if (self == NULL)
    return;

  EVP_PKEY_free (self->pair);
  free (self);
}

/* The public half as an uncompressed point. */
void
ww_signing_key_public (const WwSigningKey *self, uint8_t out[65])
{
  memcpy (out, self->public_key, sizeof self->public_key);
}

static bool
decode_signature (const uint8_t *der, size_t len, uint8_t out[64])
{
  ECDSA_SIG *pair = d2i_ECDSA_SIG (NULL, &der, (long) len);
  bool ok = pair != NULL && BN_bn2binpad (ECDSA_SIG_get0_r (pair), out, 32) == 32 &&
            BN_bn2binpad (ECDSA_SIG_get0_s (pair), out + 32, 32) == 32;

  ECDSA_SIG_free (pair);

  return ok;
}

/*
 * ww_signing_key_sign:
 * @tag: the domain, one of WW_TAG_*
 * @out: (out caller-allocates): r | s, 32 bytes each, big-endian
 *
 * ECDSA P-256 with SHA-256 over the tag, a zero byte and the parts, with the
 * deterministic nonce of RFC 6979: a weak random source at signing time can not
 * give the key away.
 */
WwCryptoStatus
ww_signing_key_sign (const WwSigningKey *self, const char *tag, const WwBytes *parts, size_t n_parts, uint8_t out[64])
{
  unsigned int nonce_type = NONCE_DETERMINISTIC;
  const OSSL_PARAM params[] = {
    OSSL_PARAM_construct_uint (OSSL_SIGNATURE_PARAM_NONCE_TYPE, &nonce_type),
    OSSL_PARAM_construct_end (),
  };
  uint8_t digest[32];
  uint8_t der[MAX_DER_SIGNATURE];
  size_t len = sizeof der;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, self->pair, NULL);
  bool ok = context != NULL && EVP_PKEY_sign_init (context) == 1 &&
            EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) == 1 &&
            EVP_PKEY_CTX_set_params (context, params) == 1 && ww_hash (tag, parts, n_parts, digest) == WW_CRYPTO_OK &&
            EVP_PKEY_sign (context, der, &len, digest, sizeof digest) == 1 && decode_signature (der, len, out);

  EVP_PKEY_CTX_free (context);
  if (!ok)
    memset (out, 0, 64);
  ERR_clear_error ();

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}

/* The counterpart of ww_signature_verify_device(), where the parts are explained. */
WwCryptoStatus
ww_signing_key_sign_device (const WwSigningKey *self, const uint8_t account_id[16], const uint8_t account_key[65],
                            WwBytes device, uint8_t out[64])
{
  uint8_t digest[32];
  WwCryptoStatus status = ww_hash (NULL, &device, 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_signing_key_sign (self, WW_TAG_DEVICE,
                              (WwBytes[]) {
                                  WW_BYTES (account_id, 16),
                                  WW_BYTES (account_key, 65),
                                  WW_BYTES_OF (digest),
                              },
                              3, out);
}

/* The counterpart of ww_signature_verify_link(), where the parts are explained. */
WwCryptoStatus
ww_signing_key_sign_link (const WwSigningKey *self, const uint8_t device_id[16], const uint8_t challenge[32],
                          const char *authority, uint8_t out[64])
{
  uint8_t digest[32];
  WwBytes name = WW_BYTES ((const uint8_t *) authority, strlen (authority));
  WwCryptoStatus status = ww_hash (NULL, &name, 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_signing_key_sign (self, WW_TAG_LINK,
                              (WwBytes[]) {
                                  WW_BYTES (device_id, 16),
                                  WW_BYTES (challenge, 32),
                                  WW_BYTES_OF (digest),
                              },
                              3, out);
}
