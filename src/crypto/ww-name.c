/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include "ww-aead-private.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"

#define NAME_INFO    "waxwing/1/device-name"
#define PENDING_INFO "waxwing/1/pending-name"
#define NONCE_SIZE   12
#define MAX_NAME     64
#define NAME_STEP    32
/* A length byte and the name, up to the next step. */
#define MAX_PADDED (3 * NAME_STEP)

static void
make_aad (const uint8_t account_id[16], const uint8_t device_id[16], uint8_t out[32])
{
  memcpy (out, account_id, 16);
  memcpy (out + 16, device_id, 16);
}

/* The key of the names in an account's records: HKDF-SHA256 (RFC 5869) without salt. */
static bool
derive_name_key (const WwSigningKey *account_key, uint8_t out[32])
{
  WW_AUTO_BUFFER secret = { 0 };
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  bool ok = false;

  if (context != NULL && ww_signing_key_serialise (account_key, &secret) == WW_CRYPTO_OK)
    {
      OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *) "SHA256", 0),
        OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, secret.data, secret.len),
        OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (char *) NAME_INFO, strlen (NAME_INFO)),
        OSSL_PARAM_construct_end (),
      };

      ok = EVP_KDF_derive (context, out, 32, params) == 1;
    }
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);

  return ok;
}

/* Length byte, name, zeros. Returns the padded length, 0 for a name that's empty or too long. */
static size_t
pad_name (const char *name, uint8_t out[MAX_PADDED])
{
  size_t len = strlen (name);

  if (len == 0 || len > MAX_NAME)
    return 0;

  memset (out, 0, MAX_PADDED);
  out[0] = (uint8_t) len;
  memcpy (out + 1, name, len);

  return (len + 1 + NAME_STEP - 1) / NAME_STEP * NAME_STEP;
}

/* The counterpart of pad_name(), on bytes that may come from anyone. */
static WwCryptoStatus
unpad_name (WwBytes padded, WwBuffer *out)
{
  uint8_t expected[MAX_PADDED];
  char name[MAX_NAME + 1] = { 0 };
  size_t len;

  if (padded.len == 0 || padded.len > MAX_PADDED || padded.data[0] > MAX_NAME || padded.data[0] >= padded.len)
    return WW_CRYPTO_BAD_SIZE;

  /* There is one padded form of a name: make it again and compare. A zero byte in the name shortens it. */
  memcpy (name, padded.data + 1, padded.data[0]);
  len = pad_name (name, expected);
  if (len == 0 || !ww_bytes_equal (padded, WW_BYTES (expected, len)))
    return WW_CRYPTO_BAD_BODY;

  if (!ww_buffer_alloc (out, strlen (name) + 1))
    return WW_CRYPTO_INTERNAL;
  out->len = strlen (name);
  memcpy (out->data, name, out->len);

  return WW_CRYPTO_OK;
}

/*
 * ww_name_seal:
 * @device_id: the device that has the name
 * @name: 1 to 64 bytes
 * @out: (out caller-allocates): nonce (12) | ciphertext and tag
 *
 * A device's name as it stands in the account's records, so that only the
 * account's own devices read it.
 */
WwCryptoStatus
ww_name_seal (const WwSigningKey *account_key, const uint8_t account_id[16], const uint8_t device_id[16],
              const char *name, WwBuffer *out)
{
  uint8_t key[32];
  uint8_t aad[32];
  uint8_t padded[MAX_PADDED];
  size_t len = pad_name (name, padded);
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = (WwBuffer) { 0 };
  if (len == 0)
    return WW_CRYPTO_BAD_SIZE;

  make_aad (account_id, device_id, aad);
  if (derive_name_key (account_key, key) && ww_buffer_alloc (out, NONCE_SIZE + len + WW_AEAD_TAG_SIZE) &&
      RAND_bytes (out->data, NONCE_SIZE) == 1)
    status = ww_aead_seal (key, out->data, WW_BYTES_OF (aad), WW_BYTES (padded, len), out->data + NONCE_SIZE);
  if (status != WW_CRYPTO_OK)
    ww_buffer_clear (out);
  ww_wipe (key, sizeof key);

  return status;
}

/*
 * ww_name_open:
 * @out: (out caller-allocates): the name, zero-terminated, its len without the
 *   zero; empty unless WW_CRYPTO_OK. No zero byte inside, but not checked to be UTF-8.
 *
 * WW_CRYPTO_BAD_BODY when it wasn't sealed under this account's key for this device.
 */
WwCryptoStatus
ww_name_open (const WwSigningKey *account_key, const uint8_t account_id[16], const uint8_t device_id[16],
              WwBytes sealed, WwBuffer *out)
{
  WW_AUTO_BUFFER padded = { 0 };
  uint8_t key[32];
  uint8_t aad[32];
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = (WwBuffer) { 0 };
  if (sealed.len <= NONCE_SIZE + WW_AEAD_TAG_SIZE || sealed.len > NONCE_SIZE + MAX_PADDED + WW_AEAD_TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  make_aad (account_id, device_id, aad);
  if (derive_name_key (account_key, key))
    status = ww_aead_open (key, sealed.data, WW_BYTES_OF (aad),
                           WW_BYTES (sealed.data + NONCE_SIZE, sealed.len - NONCE_SIZE), &padded);
  ww_wipe (key, sizeof key);
  if (status != WW_CRYPTO_OK)
    return status;

  return unpad_name (WW_BYTES_OF_BUFFER (&padded), out);
}

/*
 * ww_pending_name_seal:
 * @recipient: P-256 key of one of the account's devices
 * @new_device_id: the pending device, which has no account key yet
 *
 * The pending device's name for one of the account's devices: HPKE, info
 * "waxwing/1/pending-name", aad = account id | new device id.
 */
WwCryptoStatus
ww_pending_name_seal (const uint8_t recipient[65], const uint8_t account_id[16], const uint8_t new_device_id[16],
                      const char *name, WwBuffer *out)
{
  uint8_t aad[32];
  uint8_t padded[MAX_PADDED];
  size_t len = pad_name (name, padded);

  *out = (WwBuffer) { 0 };
  if (len == 0)
    return WW_CRYPTO_BAD_SIZE;

  make_aad (account_id, new_device_id, aad);

  return ww_hpke_seal (recipient, WW_BYTES ((const uint8_t *) PENDING_INFO, strlen (PENDING_INFO)), WW_BYTES_OF (aad),
                       WW_BYTES (padded, len), out);
}

/* The counterpart of ww_pending_name_seal(); @out as in ww_name_open(). Anyone can have made it: it proves nothing. */
WwCryptoStatus
ww_pending_name_open (const WwDeviceKeys *keys, const uint8_t account_id[16], const uint8_t new_device_id[16],
                      WwBytes sealed, WwBuffer *out)
{
  WW_AUTO_BUFFER padded = { 0 };
  uint8_t aad[32];
  WwCryptoStatus status;

  *out = (WwBuffer) { 0 };
  make_aad (account_id, new_device_id, aad);
  status = ww_hpke_open (keys, WW_BYTES ((const uint8_t *) PENDING_INFO, strlen (PENDING_INFO)), WW_BYTES_OF (aad),
                         sealed, &padded);
  if (status != WW_CRYPTO_OK)
    return status;

  return unpad_name (WW_BYTES_OF_BUFFER (&padded), out);
}
