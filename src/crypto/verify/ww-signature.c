/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-signature.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "ww-hash.h"
#include "ww-public-key-private.h"

/* DER of an ECDSA signature: two 33-byte integers at most, in a sequence. */
#define MAX_DER_SIGNATURE 72

/* Writes r | s in the DER form that EVP wants. Returns its length, 0 on failure. */
static size_t
encode_signature (const uint8_t signature[64], uint8_t out[MAX_DER_SIGNATURE])
{
  ECDSA_SIG *pair = ECDSA_SIG_new ();
  BIGNUM *r = BN_bin2bn (signature, 32, NULL);
  BIGNUM *s = BN_bin2bn (signature + 32, 32, NULL);
  uint8_t *cursor = out;
  int len = 0;

  if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0 (pair, r, s) == 1)
    {
      r = s = NULL;
      if (i2d_ECDSA_SIG (pair, NULL) <= MAX_DER_SIGNATURE)
        len = i2d_ECDSA_SIG (pair, &cursor);
    }
  BN_free (r);
  BN_free (s);
  ECDSA_SIG_free (pair);

  return len > 0 ? (size_t) len : 0;
}

/*
 * ww_signature_verify:
 * @public_key: uncompressed point
 * @tag: the domain, one of WW_TAG_*
 * @signature: r | s, 32 bytes each, big-endian
 *
 * Checks an ECDSA P-256 signature with SHA-256 (FIPS 186-5, section 6.4.2) over
 * the tag, a zero byte and the parts. WW_CRYPTO_BAD_KEY when the key is no point
 * of the curve, WW_CRYPTO_BAD_SIGNATURE when the signature is not its own.
 *
 * Both (r, s) and (r, n - s) verify, as the standard says: a signature's bytes
 * must never serve as an identity.
 */
WwCryptoStatus
ww_signature_verify (const uint8_t public_key[65], const char *tag, const WwBytes *parts, size_t n_parts,
                     const uint8_t signature[64])
{
  uint8_t digest[32];
  uint8_t der[MAX_DER_SIGNATURE];
  size_t der_len;
  EVP_PKEY *key;
  EVP_PKEY_CTX *context = NULL;
  WwCryptoStatus status;

  key = ww_public_key_from_point (public_key);
  if (key == NULL)
    return WW_CRYPTO_BAD_KEY;

  der_len = encode_signature (signature, der);
  context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  if (der_len == 0 || context == NULL || EVP_PKEY_verify_init (context) != 1 ||
      EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) != 1 ||
      ww_hash (tag, parts, n_parts, digest) != WW_CRYPTO_OK)
    status = WW_CRYPTO_INTERNAL;
  else if (EVP_PKEY_verify (context, der, der_len, digest, sizeof digest) == 1)
    status = WW_CRYPTO_OK;
  else
    status = WW_CRYPTO_BAD_SIGNATURE;

  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
  /* A forged signature must not leave entries behind for whoever reads the queue next. */
  ERR_clear_error ();

  return status;
}

/*
 * ww_signature_verify_device:
 * @device: the serialised DeviceKeys, as they stand in the record
 *
 * Checks what a device signs about itself: account id | account key | SHA-256 of
 * @device, under WW_TAG_DEVICE. So nobody can list a device that has not agreed.
 */
WwCryptoStatus
ww_signature_verify_device (const uint8_t signing_key[65], const uint8_t account_id[16], const uint8_t account_key[65],
                            WwBytes device, const uint8_t signature[64])
{
  uint8_t digest[32];
  WwCryptoStatus status = ww_hash (NULL, &device, 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_signature_verify (signing_key, WW_TAG_DEVICE,
                              (WwBytes[]) {
                                  WW_BYTES (account_id, 16),
                                  WW_BYTES (account_key, 65),
                                  WW_BYTES_OF (digest),
                              },
                              3, signature);
}

/*
 * ww_signature_verify_link:
 * @challenge: that the server sent on this very connection
 * @authority: host[:port] that the client dialled
 *
 * Checks what a device signs to open its link: device id | challenge | SHA-256 of
 * @authority, under WW_TAG_LINK. The authority keeps another server from passing
 * a challenge on.
 */
WwCryptoStatus
ww_signature_verify_link (const uint8_t signing_key[65], const uint8_t device_id[16], const uint8_t challenge[32],
                          const char *authority, const uint8_t signature[64])
{
  uint8_t digest[32];
  WwBytes name = WW_BYTES ((const uint8_t *) authority, strlen (authority));
  WwCryptoStatus status = ww_hash (NULL, &name, 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_signature_verify (signing_key, WW_TAG_LINK,
                              (WwBytes[]) {
                                  WW_BYTES (device_id, 16),
                                  WW_BYTES (challenge, 32),
                                  WW_BYTES_OF (digest),
                              },
                              3, signature);
}
