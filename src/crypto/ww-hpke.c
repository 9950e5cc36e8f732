/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-hpke.h"

#include <openssl/err.h>
#include <openssl/hpke.h>

#include "ww-hpke-private.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

#define ENC_SIZE 65
#define TAG_SIZE 16

static const OSSL_HPKE_SUITE suite = {
  OSSL_HPKE_KEM_ID_P256,
  OSSL_HPKE_KDF_ID_HKDF_SHA256,
  OSSL_HPKE_AEAD_ID_AES_GCM_256,
};

/*
 * ww_hpke_seal:
 * @recipient: uncompressed point
 * @out: (out caller-allocates): enc (65) | ciphertext and tag (16)
 *
 * HPKE base mode, single shot (RFC 9180, section 6.1). WW_CRYPTO_BAD_KEY when
 * the recipient's key is no point of the curve.
 */
WwCryptoStatus
ww_hpke_seal (const uint8_t recipient[65], WwBytes info, WwBytes aad, WwBytes plaintext, WwBuffer *out)
{
  OSSL_HPKE_CTX *context;
  size_t enc_len = ENC_SIZE;
  size_t sealed_len = plaintext.len + TAG_SIZE;
  bool ok;

  *out = (WwBuffer) { 0 };
  if (plaintext.len > SIZE_MAX - ENC_SIZE - TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;
  /* OpenSSL takes the hybrid forms too. Whether the point is on the curve it looks at itself. */
  if (recipient[0] != 0x04)
    return WW_CRYPTO_BAD_KEY;

  context = OSSL_HPKE_CTX_new (OSSL_HPKE_MODE_BASE, suite, OSSL_HPKE_ROLE_SENDER, NULL, NULL);
  ok = context != NULL && ww_buffer_alloc (out, ENC_SIZE + sealed_len) &&
       OSSL_HPKE_encap (context, out->data, &enc_len, recipient, 65, info.data, info.len) == 1 && enc_len == ENC_SIZE &&
       OSSL_HPKE_seal (context, out->data + ENC_SIZE, &sealed_len, aad.data, aad.len, plaintext.data, plaintext.len) ==
           1 &&
       sealed_len == plaintext.len + TAG_SIZE;
  OSSL_HPKE_CTX_free (context);
  if (!ok)
    ww_buffer_clear (out);
  ERR_clear_error ();

  if (ok)
    return WW_CRYPTO_OK;

  return ww_point_is_valid (WW_BYTES (recipient, 65)) ? WW_CRYPTO_INTERNAL : WW_CRYPTO_BAD_KEY;
}

/* Opens with any AEAD, as the vectors of RFC 9180 need it; everything else is ww_hpke_open(). */
WwCryptoStatus
ww_hpke_open_with (uint16_t aead, const WwDeviceKeys *recipient, WwBytes info, WwBytes aad, WwBytes sealed,
                   WwBuffer *out)
{
  OSSL_HPKE_SUITE chosen = { suite.kem_id, suite.kdf_id, aead };
  OSSL_HPKE_CTX *context;
  size_t len = sealed.len;
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = (WwBuffer) { 0 };
  if (sealed.len <= ENC_SIZE + TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  context = OSSL_HPKE_CTX_new (OSSL_HPKE_MODE_BASE, chosen, OSSL_HPKE_ROLE_RECEIVER, NULL, NULL);
  if (context != NULL && ww_buffer_alloc (out, len))
    {
      if (OSSL_HPKE_decap (context, sealed.data, ENC_SIZE, ww_device_keys_p256 (recipient), info.data, info.len) == 1 &&
          OSSL_HPKE_open (context, out->data, &len, aad.data, aad.len, sealed.data + ENC_SIZE, sealed.len - ENC_SIZE) ==
              1)
        status = WW_CRYPTO_OK;
      else
        status = WW_CRYPTO_NOT_FOR_US;
    }
  OSSL_HPKE_CTX_free (context);
  if (status == WW_CRYPTO_OK && len <= out->len)
    {
      /* The library may have written more than the plaintext. */
      ww_wipe (out->data + len, out->len - len);
      out->len = len;
    }
  else
    {
      ww_buffer_clear (out);
    }
  ERR_clear_error ();

  return status;
}

/*
 * ww_hpke_open:
 * @sealed: enc (65) | ciphertext and tag (16)
 * @out: (out caller-allocates): the plaintext; empty unless WW_CRYPTO_OK
 *
 * The counterpart of ww_hpke_seal(). Whatever is wrong inside (the encapsulated
 * point, the tag, info, aad, the key) is WW_CRYPTO_NOT_FOR_US.
 */
WwCryptoStatus
ww_hpke_open (const WwDeviceKeys *recipient, WwBytes info, WwBytes aad, WwBytes sealed, WwBuffer *out)
{
  return ww_hpke_open_with (suite.aead_id, recipient, info, aad, sealed, out);
}
