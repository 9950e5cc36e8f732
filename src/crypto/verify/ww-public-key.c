/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-public-key-private.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "ww-signature.h"

#define POINT_SIZE   65
#define MODULUS_SIZE 160
#define RSA_EXPONENT 65537

/* What stands around the modulus: rsaEncryption, the lengths, a zero byte for the sign; e = 65537. */
static const uint8_t rsa_prefix[] = { 0x30, 0x81, 0xbf, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
                                      0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x81,
                                      0xad, 0x00, 0x30, 0x81, 0xa9, 0x02, 0x81, 0xa1, 0x00 };
static const uint8_t rsa_suffix[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };

/*
 * ww_public_key_from_point:
 * @point: 0x04 | x | y
 *
 * A P-256 public key (SEC 1, section 2.3.4), checked to be on the curve. The
 * curve's cofactor is 1, so that every point on it but infinity is a valid key,
 * and infinity has no form of this size.
 *
 * Returns: (nullable): owned by the caller
 */
EVP_PKEY *
ww_public_key_from_point (const uint8_t point[65])
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *) "P-256", 0),
    OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY, (void *) point, POINT_SIZE),
    OSSL_PARAM_construct_end (),
  };
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context;

  /* The hybrid forms 6 and 7 have this size too; they would give one key two encodings. */
  if (point[0] != 0x04)
    return NULL;

  context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  if (context == NULL || EVP_PKEY_fromdata_init (context) != 1 ||
      EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    key = NULL;
  EVP_PKEY_CTX_free (context);
  ERR_clear_error ();

  return key;
}

/* Modulus and exponent as a key; the numbers have been looked at. */
static EVP_PKEY *
rsa_from_modulus (const uint8_t modulus[MODULUS_SIZE])
{
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new ();
  OSSL_PARAM *params = NULL;
  BIGNUM *n = BN_bin2bn (modulus, MODULUS_SIZE, NULL);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "RSA", NULL);
  EVP_PKEY *key = NULL;

  if (builder != NULL && n != NULL && OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
      OSSL_PARAM_BLD_push_uint (builder, OSSL_PKEY_PARAM_RSA_E, RSA_EXPONENT) == 1)
    params = OSSL_PARAM_BLD_to_param (builder);
  if (params == NULL || context == NULL || EVP_PKEY_fromdata_init (context) != 1 ||
      EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    key = NULL;

  EVP_PKEY_CTX_free (context);
  OSSL_PARAM_free (params);
  OSSL_PARAM_BLD_free (builder);
  BN_free (n);
  ERR_clear_error ();

  return key;
}

/*
 * ww_public_key_from_rsa:
 * @der: SubjectPublicKeyInfo (RFC 5280, section 4.1), nothing before or after it
 *
 * An RSA public key of 1280 bits with e = 65537. DER has one form for it, in which
 * everything but the modulus stands where it always stands: comparing it does
 * what a parser would do, only more strictly and sooner. An even modulus is not
 * RSA, and would make every encryption to it fail. Its factors are not looked
 * at: it is another person's key, and a bad one hurts that person only.
 *
 * Returns: (nullable): owned by the caller
 */
EVP_PKEY *
ww_public_key_from_rsa (WwBytes der)
{
  const uint8_t *modulus;

  if (der.len != sizeof rsa_prefix + MODULUS_SIZE + sizeof rsa_suffix)
    return NULL;

  modulus = der.data + sizeof rsa_prefix;
  if (memcmp (der.data, rsa_prefix, sizeof rsa_prefix) != 0 ||
      memcmp (modulus + MODULUS_SIZE, rsa_suffix, sizeof rsa_suffix) != 0)
    return NULL;
  if ((modulus[0] & 0x80) == 0 || (modulus[MODULUS_SIZE - 1] & 1) == 0)
    return NULL;

  return rsa_from_modulus (modulus);
}

/* Whether these bytes are a point of P-256, other than infinity, in uncompressed form. */
bool
ww_point_is_valid (WwBytes point)
{
  EVP_PKEY *key = point.len == POINT_SIZE ? ww_public_key_from_point (point.data) : NULL;
  bool valid = key != NULL;

  EVP_PKEY_free (key);

  return valid;
}

/* Whether these bytes are the DER SubjectPublicKeyInfo of an RSA key of 1280 bits with e = 65537. */
bool
ww_rsa_key_is_valid (WwBytes der)
{
  EVP_PKEY *key = ww_public_key_from_rsa (der);
  bool valid = key != NULL;

  EVP_PKEY_free (key);

  return valid;
}
