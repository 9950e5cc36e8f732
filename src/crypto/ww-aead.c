/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-aead-private.h"

#include <limits.h>

#include <openssl/err.h>
#include <openssl/evp.h>

/*
 * ww_aead_seal:
 * @nonce: never used before with this key
 * @out: room for @plaintext and WW_AEAD_TAG_SIZE bytes more
 */
WwCryptoStatus
ww_aead_seal (const uint8_t key[32], const uint8_t nonce[12], WwBytes aad, WwBytes plaintext, uint8_t *out)
{
  EVP_CIPHER_CTX *context;
  int len = 0;
  bool ok;

  if (plaintext.len > INT_MAX - WW_AEAD_TAG_SIZE || aad.len > INT_MAX)
    return WW_CRYPTO_BAD_SIZE;

  context = EVP_CIPHER_CTX_new ();
  ok = context != NULL && EVP_EncryptInit_ex2 (context, EVP_aes_256_gcm (), key, nonce, NULL) == 1 &&
       (aad.len == 0 || EVP_EncryptUpdate (context, NULL, &len, aad.data, (int) aad.len) == 1) &&
       (plaintext.len == 0 || EVP_EncryptUpdate (context, out, &len, plaintext.data, (int) plaintext.len) == 1) &&
       EVP_EncryptFinal_ex (context, out + plaintext.len, &len) == 1 &&
       EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, WW_AEAD_TAG_SIZE, out + plaintext.len) == 1;
  EVP_CIPHER_CTX_free (context);

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}

/*
 * ww_aead_open:
 * @out: (out caller-allocates): the plaintext; empty unless WW_CRYPTO_OK
 *
 * WW_CRYPTO_BAD_BODY when the tag does not verify. Nothing of a plaintext whose
 * tag is wrong gets out.
 */
WwCryptoStatus
ww_aead_open (const uint8_t key[32], const uint8_t nonce[12], WwBytes aad, WwBytes sealed, WwBuffer *out)
{
  EVP_CIPHER_CTX *context;
  WwBytes text;
  int len = 0;
  bool ready;
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = (WwBuffer) { 0 };
  if (sealed.len < WW_AEAD_TAG_SIZE || sealed.len > INT_MAX || aad.len > INT_MAX)
    return WW_CRYPTO_BAD_SIZE;
  text = WW_BYTES (sealed.data, sealed.len - WW_AEAD_TAG_SIZE);

  context = EVP_CIPHER_CTX_new ();
  ready = context != NULL && ww_buffer_alloc (out, text.len) &&
          EVP_DecryptInit_ex2 (context, EVP_aes_256_gcm (), key, nonce, NULL) == 1 &&
          (aad.len == 0 || EVP_DecryptUpdate (context, NULL, &len, aad.data, (int) aad.len) == 1) &&
          (text.len == 0 || EVP_DecryptUpdate (context, out->data, &len, text.data, (int) text.len) == 1) &&
          EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, WW_AEAD_TAG_SIZE, (void *) (sealed.data + text.len)) ==
              1;
  if (ready)
    status = EVP_DecryptFinal_ex (context, out->data + text.len, &len) == 1 ? WW_CRYPTO_OK : WW_CRYPTO_BAD_BODY;
  EVP_CIPHER_CTX_free (context);
  if (status != WW_CRYPTO_OK)
    ww_buffer_clear (out);
  ERR_clear_error ();

  return status;
}
