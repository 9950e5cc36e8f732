/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-keys-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static bool
set_oaep (EVP_PKEY_CTX *context, WwBytes label)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_PAD_MODE, (char *) OSSL_PKEY_RSA_PAD_MODE_OAEP, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, (char *) "SHA256", 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, (char *) "SHA256", 0),
    OSSL_PARAM_construct_octet_string (OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, (void *) label.data, label.len),
    OSSL_PARAM_construct_end (),
  };

  return EVP_PKEY_CTX_set_params (context, params) == 1;
}

/*
 * ww_oaep_seal:
 * @key: an RSA public key
 * @out: (out caller-allocates): as long as the key's modulus
 */
WwCryptoStatus
ww_oaep_seal (EVP_PKEY *key, WwBytes label, WwBytes plaintext, WwBuffer *out)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  size_t len = (size_t) EVP_PKEY_get_size (key);
  bool ok;

  *out = (WwBuffer) { 0 };
  ok = context != NULL && EVP_PKEY_encrypt_init (context) == 1 && set_oaep (context, label) &&
       ww_buffer_alloc (out, len) && EVP_PKEY_encrypt (context, out->data, &len, plaintext.data, plaintext.len) == 1 &&
       len == out->len;
  EVP_PKEY_CTX_free (context);
  if (!ok)
    ww_buffer_clear (out);
  ERR_clear_error ();

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}

/*
 * ww_oaep_open:
 * @key: an RSA private key
 * @out: (out caller-allocates): the plaintext; empty unless WW_CRYPTO_OK
 *
 * Whatever is wrong inside, the answer is WW_CRYPTO_NOT_FOR_US: telling a bad
 * first byte from a bad label hash would be Manger's oracle (CRYPTO 2001).
 */
WwCryptoStatus
ww_oaep_open (EVP_PKEY *key, WwBytes label, WwBytes sealed, WwBuffer *out)
{
  EVP_PKEY_CTX *context;
  size_t room = (size_t) EVP_PKEY_get_size (key);
  size_t len = room;
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = (WwBuffer) { 0 };
  if (sealed.len != room)
    return WW_CRYPTO_BAD_SIZE;

  context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  if (context != NULL && EVP_PKEY_decrypt_init (context) == 1 && set_oaep (context, label) &&
      ww_buffer_alloc (out, room))
    status = EVP_PKEY_decrypt (context, out->data, &len, sealed.data, sealed.len) == 1 ? WW_CRYPTO_OK
                                                                                       : WW_CRYPTO_NOT_FOR_US;
  EVP_PKEY_CTX_free (context);
  if (status == WW_CRYPTO_OK && len <= room)
    {
      /* The library may have written more than the plaintext. */
      ww_wipe (out->data + len, room - len);
      out->len = len;
    }
  else
    {
      ww_buffer_clear (out);
    }
  ERR_clear_error ();

  return status;
}
