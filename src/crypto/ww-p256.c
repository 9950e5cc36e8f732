/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-keys-private.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

/* The public point of a private scalar in [1, n - 1]; false for any other. Zero gives infinity, which has another size. */
static bool
compute_public (const BIGNUM *scalar, uint8_t out[65])
{
  EC_GROUP *group = EC_GROUP_new_by_curve_name (NID_X9_62_prime256v1);
  EC_POINT *point = group != NULL ? EC_POINT_new (group) : NULL;
  bool ok = point != NULL && BN_cmp (scalar, EC_GROUP_get0_order (group)) < 0 &&
            EC_POINT_mul (group, point, scalar, NULL, NULL, NULL) == 1 &&
            EC_POINT_point2oct (group, point, POINT_CONVERSION_UNCOMPRESSED, out, 65, NULL) == 65;

  EC_POINT_free (point);
  EC_GROUP_free (group);

  return ok;
}

static EVP_PKEY *
pair_from_numbers (const BIGNUM *scalar, const uint8_t public_key[65])
{
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new ();
  OSSL_PARAM *params = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  EVP_PKEY *pair = NULL;

  if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string (builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string (builder, OSSL_PKEY_PARAM_PUB_KEY, public_key, 65) == 1 &&
      OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1)
    params = OSSL_PARAM_BLD_to_param (builder);
  if (params == NULL || context == NULL || EVP_PKEY_fromdata_init (context) != 1 ||
      EVP_PKEY_fromdata (context, &pair, EVP_PKEY_KEYPAIR, params) != 1)
    pair = NULL;

  EVP_PKEY_CTX_free (context);
  /* The builder copies a secure BIGNUM into secure memory, which this wipes. */
  OSSL_PARAM_free (params);
  OSSL_PARAM_BLD_free (builder);

  return pair;
}

/*
 * ww_p256_pair_new:
 * @scalar: big-endian
 * @public_key: (out caller-allocates): the uncompressed point
 *
 * A pair for ECDSA or ECDH from its private half.
 *
 * Returns: (nullable): NULL when the scalar is not in [1, n - 1]
 */
EVP_PKEY *
ww_p256_pair_new (const uint8_t scalar[WW_SCALAR_SIZE], uint8_t public_key[65])
{
  BIGNUM *number = BN_secure_new ();
  EVP_PKEY *pair = NULL;

  if (number != NULL && BN_bin2bn (scalar, WW_SCALAR_SIZE, number) != NULL)
    {
      BN_set_flags (number, BN_FLG_CONSTTIME);
      if (compute_public (number, public_key))
        pair = pair_from_numbers (number, public_key);
    }
  BN_clear_free (number);
  ERR_clear_error ();

  return pair;
}

/* A fresh pair (FIPS 186-5, appendix A.2). NULL when the library fails. */
EVP_PKEY *
ww_p256_pair_generate (uint8_t public_key[65])
{
  EVP_PKEY *pair = EVP_EC_gen ("P-256");
  size_t len = 0;

  if (pair != NULL &&
      (EVP_PKEY_get_octet_string_param (pair, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, public_key, 65, &len) != 1 ||
       len != 65 || public_key[0] != 0x04))
    {
      EVP_PKEY_free (pair);
      pair = NULL;
    }

  return pair;
}

/* The private scalar, big-endian. The caller wipes it. */
bool
ww_p256_pair_scalar (const EVP_PKEY *pair, uint8_t out[WW_SCALAR_SIZE])
{
  BIGNUM *number = NULL;
  bool ok = EVP_PKEY_get_bn_param (pair, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
            BN_bn2binpad (number, out, WW_SCALAR_SIZE) == WW_SCALAR_SIZE;

  BN_clear_free (number);

  return ok;
}
