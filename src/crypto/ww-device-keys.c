/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-keys-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "ww-hash.h"
#include "ww-signature.h"

#define RSA_BITS 1280

/* The serialised form: version (1) | signing scalar (32) | P-256 scalar (32) | RSAPrivateKey (RFC 8017, A.1.2). */
#define SECRET_VERSION 1
#define SECRET_FIXED   (1 + 2 * WW_SCALAR_SIZE)
/* RSAPrivateKey of 1280 bits has about 760 bytes. */
#define MAX_SECRET 1024

struct _WwDeviceKeys
{
  WwSigningKey *signing;
  EVP_PKEY *p256;
  uint8_t p256_public[65];
  EVP_PKEY *rsa;
  WwBuffer rsa_public;
};

/* Takes the pair; false when it isn't one that a device may have. */
static bool
take_rsa (WwDeviceKeys *self, EVP_PKEY *pair)
{
  uint8_t *der = NULL;
  int len;
  bool ok;

  self->rsa = pair;
  len = pair != NULL ? i2d_PUBKEY (pair, &der) : 0;
  ok = len > 0 && ww_rsa_key_is_valid (WW_BYTES (der, (size_t) len)) &&
       ww_buffer_alloc (&self->rsa_public, (size_t) len);
  if (ok)
    memcpy (self->rsa_public.data, der, (size_t) len);
  OPENSSL_free (der);

  return ok;
}

/*
 * ww_device_keys_generate:
 *
 * Fresh ECDSA P-256, EC P-256 and RSA 1280 (e = 65537) pairs. Takes tens of
 * milliseconds, sometimes more: not for the main thread. Free the result with
 * ww_device_keys_free().
 */
WwCryptoStatus
ww_device_keys_generate (WwDeviceKeys **out)
{
  WwDeviceKeys *self = calloc (1, sizeof *self);

  *out = NULL;
  if (self == NULL)
    return WW_CRYPTO_INTERNAL;

  self->p256 = ww_p256_pair_generate (self->p256_public);
  if (self->p256 == NULL || ww_signing_key_generate (&self->signing) != WW_CRYPTO_OK ||
      !take_rsa (self, EVP_RSA_gen (RSA_BITS)))
    {
      ww_device_keys_free (self);
      return WW_CRYPTO_INTERNAL;
    }
  *out = self;

  return WW_CRYPTO_OK;
}

static WwCryptoStatus
parse_pairs (WwDeviceKeys *self, WwBytes secret)
{
  const uint8_t *cursor = secret.data + SECRET_FIXED;
  WwCryptoStatus status;
  bool ok;

  status = ww_signing_key_parse (WW_BYTES (secret.data + 1, WW_SCALAR_SIZE), &self->signing);
  if (status != WW_CRYPTO_OK)
    return status;

  self->p256 = ww_p256_pair_new (secret.data + 1 + WW_SCALAR_SIZE, self->p256_public);
  if (self->p256 == NULL)
    return WW_CRYPTO_BAD_KEY;

  ok = take_rsa (self, d2i_PrivateKey (EVP_PKEY_RSA, NULL, &cursor, (long) (secret.len - SECRET_FIXED))) &&
       cursor == secret.data + secret.len;
  ERR_clear_error ();

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_BAD_KEY;
}

/*
 * ww_device_keys_parse:
 * @secret: what ww_device_keys_serialise() gave
 *
 * It comes out of the keyring, where nobody but the person's own programs write:
 * the forms are checked, but not whether the RSA factors are primes.
 */
WwCryptoStatus
ww_device_keys_parse (WwBytes secret, WwDeviceKeys **out)
{
  WwDeviceKeys *self;
  WwCryptoStatus status;

  *out = NULL;
  if (secret.len <= SECRET_FIXED || secret.len > MAX_SECRET)
    return WW_CRYPTO_BAD_SIZE;
  if (secret.data[0] != SECRET_VERSION)
    return WW_CRYPTO_BAD_VERSION;

  self = calloc (1, sizeof *self);
  if (self == NULL)
    return WW_CRYPTO_INTERNAL;

  status = parse_pairs (self, secret);
  if (status == WW_CRYPTO_OK)
    *out = self;
  else
    ww_device_keys_free (self);

  return status;
}

/* All three private halves, for the keyring: a secret, which ww_buffer_clear() wipes. */
WwCryptoStatus
ww_device_keys_serialise (const WwDeviceKeys *self, WwBuffer *out)
{
  WW_AUTO_BUFFER signing = { 0 };
  uint8_t *cursor;
  int len = i2d_PrivateKey (self->rsa, NULL);

  *out = (WwBuffer) { 0 };
  if (len <= 0 || ww_signing_key_serialise (self->signing, &signing) != WW_CRYPTO_OK ||
      !ww_buffer_alloc (out, SECRET_FIXED + (size_t) len))
    return WW_CRYPTO_INTERNAL;

  out->data[0] = SECRET_VERSION;
  memcpy (out->data + 1, signing.data, WW_SCALAR_SIZE);
  cursor = out->data + SECRET_FIXED;
  if (!ww_p256_pair_scalar (self->p256, out->data + 1 + WW_SCALAR_SIZE) || i2d_PrivateKey (self->rsa, &cursor) != len)
    {
      ww_buffer_clear (out);
      return WW_CRYPTO_INTERNAL;
    }

  return WW_CRYPTO_OK;
}

/* NULL is fine. OpenSSL wipes the private halves. */
void
ww_device_keys_free (WwDeviceKeys *self)
{
  if (self == NULL)
    return;

  ww_signing_key_free (self->signing);
  EVP_PKEY_free (self->p256);
  EVP_PKEY_free (self->rsa);
  ww_buffer_clear (&self->rsa_public);
  free (self);
}

/* Owned by @self. */
const WwSigningKey *
ww_device_keys_signing (const WwDeviceKeys *self)
{
  return self->signing;
}

/* The public half of the encryption key of suite 2, as an uncompressed point. */
void
ww_device_keys_p256_public (const WwDeviceKeys *self, uint8_t out[65])
{
  memcpy (out, self->p256_public, sizeof self->p256_public);
}

/* The public half of the encryption key of suite 1, a DER SubjectPublicKeyInfo owned by @self. */
WwBytes
ww_device_keys_rsa_public (const WwDeviceKeys *self)
{
  return WW_BYTES_OF_BUFFER (&self->rsa_public);
}

EVP_PKEY *
ww_device_keys_p256 (const WwDeviceKeys *self)
{
  return self->p256;
}

EVP_PKEY *
ww_device_keys_rsa (const WwDeviceKeys *self)
{
  return self->rsa;
}

/*
 * ww_fingerprint:
 * @p256_key: may be empty
 * @rsa_key: may be empty
 * @out: (out caller-allocates): 32 bytes, for people to compare
 *
 * SHA-256, tag "waxwing/1/fingerprint", over the signing key and the SHA-256 of
 * each of the two others, which gives every part its fixed size.
 */
WwCryptoStatus
ww_fingerprint (const uint8_t signing_key[65], WwBytes p256_key, WwBytes rsa_key, uint8_t out[32])
{
  uint8_t p256_hash[32];
  uint8_t rsa_hash[32];

  if (ww_hash (NULL, &p256_key, 1, p256_hash) != WW_CRYPTO_OK || ww_hash (NULL, &rsa_key, 1, rsa_hash) != WW_CRYPTO_OK)
    return WW_CRYPTO_INTERNAL;

  return ww_hash ("waxwing/1/fingerprint",
                  (WwBytes[]) {
                      WW_BYTES (signing_key, 65),
                      WW_BYTES_OF (p256_hash),
                      WW_BYTES_OF (rsa_hash),
                  },
                  3, out);
}
