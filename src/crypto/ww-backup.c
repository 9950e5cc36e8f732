/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-backup.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "ww-aead-private.h"

#define VERSION    1
#define NONCE_SIZE 12
#define PLAIN_SIZE (WW_BACKUP_ENTRY_SIZE - WW_AEAD_TAG_SIZE)

static const uint8_t magic[] = { 'w', 'a', 'x', 'w', 'i', 'n', 'g', VERSION };

static void
write_number (uint8_t *out, uint64_t value, size_t size)
{
  for (size_t i = size; i > 0; i--, value >>= 8)
    out[i - 1] = (uint8_t) value;
}

static uint64_t
read_number (const uint8_t *data, size_t size)
{
  uint64_t value = 0;

  for (size_t i = 0; i < size; i++)
    value = value << 8 | data[i];
  return value;
}

void
ww_backup_header_write (const WwBackupCost *cost, uint8_t out[WW_BACKUP_HEADER_SIZE])
{
  memcpy (out, magic, sizeof magic);
  write_number (out + 8, cost->passes, 4);
  write_number (out + 12, cost->memory_kib, 4);
  write_number (out + 16, cost->lanes, 4);
  memcpy (out + 20, cost->salt, WW_BACKUP_SALT_SIZE);
}

WwCryptoStatus
ww_backup_header_read (const uint8_t header[WW_BACKUP_HEADER_SIZE], WwBackupCost *out)
{
  *out = (WwBackupCost) { 0 };
  if (memcmp (header, magic, sizeof magic) != 0)
    return WW_CRYPTO_BAD_VERSION;

  out->passes = (uint32_t) read_number (header + 8, 4);
  out->memory_kib = (uint32_t) read_number (header + 12, 4);
  out->lanes = (uint32_t) read_number (header + 16, 4);
  memcpy (out->salt, header + 20, WW_BACKUP_SALT_SIZE);
  /* Whoever made the file may ask for work, but not for all that there is. */
  if (out->passes < 1 || out->passes > WW_BACKUP_MAX_PASSES || out->lanes < 1 || out->lanes > WW_BACKUP_MAX_LANES ||
      out->memory_kib < 8 * out->lanes || out->memory_kib > WW_BACKUP_MAX_MEMORY_KIB ||
      (uint64_t) out->passes * out->memory_kib > WW_BACKUP_MAX_WORK_KIB)
    return WW_CRYPTO_BAD_SIZE;

  return WW_CRYPTO_OK;
}

/*
 * ww_backup_derive_key:
 * @passphrase: UTF-8, not empty
 *
 * Argon2id, version 0x13 (RFC 9106), without secret and associated data.
 */
WwCryptoStatus
ww_backup_derive_key (const WwBackupCost *cost, WwBytes passphrase, uint8_t out[WW_BACKUP_KEY_SIZE])
{
  uint32_t passes = cost->passes, memory = cost->memory_kib, lanes = cost->lanes;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PASSWORD, (void *) passphrase.data, passphrase.len),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *) cost->salt, WW_BACKUP_SALT_SIZE),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ITER, &passes),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
    OSSL_PARAM_construct_end (),
  };
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "ARGON2ID", NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  bool ok = context != NULL && passphrase.len > 0 && EVP_KDF_derive (context, out, WW_BACKUP_KEY_SIZE, params) == 1;

  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  if (!ok)
    ww_wipe (out, WW_BACKUP_KEY_SIZE);
  ERR_clear_error ();

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}

/* The index, and whether it is the last: so that none can be moved, repeated, left out or cut off unnoticed. */
static void
make_nonce (uint32_t index, bool last, uint8_t nonce[NONCE_SIZE])
{
  memset (nonce, 0, NONCE_SIZE);
  write_number (nonce + 7, index, 4);
  nonce[NONCE_SIZE - 1] = last ? 1 : 0;
}

WwCryptoStatus
ww_backup_entry_seal (const uint8_t key[WW_BACKUP_KEY_SIZE], const uint8_t header[WW_BACKUP_HEADER_SIZE],
                      uint32_t index, bool last, const WwBackupEntry *entry, uint8_t out[WW_BACKUP_ENTRY_SIZE])
{
  uint8_t nonce[NONCE_SIZE], plain[PLAIN_SIZE];
  WwCryptoStatus status;

  make_nonce (index, last, nonce);
  memcpy (plain, entry->key, WW_ATTACHMENT_KEY_SIZE);
  write_number (plain + WW_ATTACHMENT_KEY_SIZE, entry->size, 8);
  memcpy (plain + WW_ATTACHMENT_KEY_SIZE + 8, entry->hash, WW_ATTACHMENT_HASH_SIZE);
  status = ww_aead_seal (key, nonce, WW_BYTES (header, WW_BACKUP_HEADER_SIZE), WW_BYTES_OF (plain), out);
  ww_wipe (plain, sizeof plain);

  return status;
}

WwCryptoStatus
ww_backup_entry_open (const uint8_t key[WW_BACKUP_KEY_SIZE], const uint8_t header[WW_BACKUP_HEADER_SIZE],
                      uint32_t index, bool last, const uint8_t sealed[WW_BACKUP_ENTRY_SIZE], WwBackupEntry *out)
{
  uint8_t nonce[NONCE_SIZE];
  WW_AUTO_BUFFER plain = { 0 };
  WwCryptoStatus status;

  *out = (WwBackupEntry) { 0 };
  make_nonce (index, last, nonce);
  status = ww_aead_open (key, nonce, WW_BYTES (header, WW_BACKUP_HEADER_SIZE), WW_BYTES (sealed, WW_BACKUP_ENTRY_SIZE),
                         &plain);
  if (status != WW_CRYPTO_OK)
    return status;

  memcpy (out->key, plain.data, WW_ATTACHMENT_KEY_SIZE);
  out->size = read_number (plain.data + WW_ATTACHMENT_KEY_SIZE, 8);
  memcpy (out->hash, plain.data + WW_ATTACHMENT_KEY_SIZE + 8, WW_ATTACHMENT_HASH_SIZE);

  return WW_CRYPTO_OK;
}
