/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-public-key-private.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "ww-signature.h"

#define POINT_SIZE   65
#define RSA_BITS     1280
#define RSA_EXPONENT 65537
/* Of a SubjectPublicKeyInfo with a modulus of RSA_BITS; a length far from it needs no parser. */
#define MAX_RSA_DER 200

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

static bool
has_canonical_form (const EVP_PKEY *key, WwBytes der)
{
  uint8_t *again = NULL;
  int len = i2d_PUBKEY (key, &again);
  bool same = len > 0 && ww_bytes_equal (der, WW_BYTES (again, (size_t) len));

  OPENSSL_free (again);

  return same;
}

static bool
has_right_numbers (const EVP_PKEY *key)
{
  BIGNUM *modulus = NULL;
  BIGNUM *exponent = NULL;
  bool right = EVP_PKEY_is_a (key, "RSA") && EVP_PKEY_get_bits (key) == RSA_BITS &&
               EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1 &&
               EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1
               /* An even modulus is not RSA, and would make every encryption to it fail. */
               && BN_is_odd (modulus) && BN_is_word (exponent, RSA_EXPONENT);

  BN_free (modulus);
  BN_free (exponent);

  return right;
}

/*
 * ww_public_key_from_rsa:
 * @der: SubjectPublicKeyInfo (RFC 5280, section 4.1), nothing before or after it
 *
 * An RSA public key of 1280 bits with e = 65537, in the one form that DER has
 * for it. It is another person's key: a bad modulus hurts that person only, so
 * that its factors are not looked at.
 *
 * Returns: (nullable): owned by the caller
 */
EVP_PKEY *
ww_public_key_from_rsa (WwBytes der)
{
  const unsigned char *cursor = der.data;
  EVP_PKEY *key;

  if (der.len == 0 || der.len > MAX_RSA_DER)
    return NULL;

  key = d2i_PUBKEY (NULL, &cursor, (long) der.len);
  if (key != NULL && !(has_right_numbers (key) && has_canonical_form (key, der)))
    {
      EVP_PKEY_free (key);
      key = NULL;
    }
  ERR_clear_error ();

  return key;
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
