/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-attachment-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "ww-envelope.h"

#define NONCE_SIZE 12
#define TAG_SIZE   16
#define IS_LAST    1 /* the last byte of the last segment's nonce; 0 in all others */

_Static_assert (WW_ATTACHMENT_SEALED_SIZE == WW_ATTACHMENT_PLAIN_SIZE + TAG_SIZE, "a segment has one tag");
_Static_assert (sizeof (size_t) >= sizeof (uint64_t), "ww_padded_size() must take any size of a file");

struct _WwAttachmentSealer
{
  WwAttachmentLayout layout;
  EVP_CIPHER_CTX *cipher; /* keyed; the nonce changes with each segment */
  uint8_t key[WW_ATTACHMENT_KEY_SIZE];
  uint64_t next;
  bool broken;
};

struct _WwAttachmentOpener
{
  WwAttachmentLayout layout;
  EVP_CIPHER_CTX *cipher;
};

/* --- Layout -------------------------------------------------------------------------------- */

/*
 * ww_attachment_layout_init:
 * @size: of the file, up to 2^40 bytes; an empty file has one segment of padding
 *
 * The padded size is Padmé's (ww_padded_size()), so that the server learns the
 * size of a file in steps of 12 % at most.
 */
WwCryptoStatus
ww_attachment_layout_init (WwAttachmentLayout *self, uint64_t size)
{
  *self = (WwAttachmentLayout) { 0 };
  if (size > WW_ATTACHMENT_MAX_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  self->size = size;
  self->padded = ww_padded_size (size);
  self->segments = (self->padded + WW_ATTACHMENT_PLAIN_SIZE - 1) / WW_ATTACHMENT_PLAIN_SIZE;
  self->sealed = self->padded + self->segments * TAG_SIZE;

  return WW_CRYPTO_OK;
}

/* See the header. What is sealed never gets smaller as a file grows, so that halving finds it. */
bool
ww_attachment_largest (uint64_t sealed, uint64_t *size)
{
  uint64_t fits = 0, above = WW_ATTACHMENT_MAX_SIZE + 1;
  WwAttachmentLayout layout;

  *size = 0;
  if (ww_attachment_layout_init (&layout, 0) != WW_CRYPTO_OK || layout.sealed > sealed)
    return false;
  while (above - fits > 1)
    {
      uint64_t middle = fits + (above - fits) / 2;

      if (ww_attachment_layout_init (&layout, middle) == WW_CRYPTO_OK && layout.sealed <= sealed)
        fits = middle;
      else
        above = middle;
    }
  *size = fits;

  return true;
}

/* What of `total` bytes lies in this segment. */
static size_t
bytes_in (uint64_t total, uint64_t segment)
{
  uint64_t begin = segment * WW_ATTACHMENT_PLAIN_SIZE;

  if (segment > WW_ATTACHMENT_MAX_SIZE || begin >= total)
    return 0;

  return total - begin < WW_ATTACHMENT_PLAIN_SIZE ? (size_t) (total - begin) : WW_ATTACHMENT_PLAIN_SIZE;
}

/* 0 for a segment of nothing but padding, and for one that there is not. */
size_t
ww_attachment_layout_file_bytes (const WwAttachmentLayout *self, uint64_t segment)
{
  return bytes_in (self->size, segment);
}

/* 0 for a segment that there is not. */
size_t
ww_attachment_layout_padded_bytes (const WwAttachmentLayout *self, uint64_t segment)
{
  return bytes_in (self->padded, segment);
}

/* 0 for a segment that there is not. */
size_t
ww_attachment_layout_sealed_bytes (const WwAttachmentLayout *self, uint64_t segment)
{
  size_t padded = bytes_in (self->padded, segment);

  return padded > 0 ? padded + TAG_SIZE : 0;
}

/*
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, “Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance”,
 * CRYPTO 2015) as age has it (C2SP, age.md, “Payload”): an 11-byte counter, big-endian, and one byte that says whether
 * this is the last segment.
 */
static void
make_nonce (const WwAttachmentLayout *layout, uint64_t segment, uint8_t out[NONCE_SIZE])
{
  memset (out, 0, NONCE_SIZE);
  for (int i = 0; i < 8; i++)
    out[10 - i] = (uint8_t) (segment >> (8 * i));
  out[11] = segment + 1 == layout->segments ? IS_LAST : 0;
}

/* --- Sealing ------------------------------------------------------------------------------- */

/* See the header. */
WwCryptoStatus
ww_attachment_sealer_new_with_key (const uint8_t key[WW_ATTACHMENT_KEY_SIZE], uint64_t size, WwAttachmentSealer **out)
{
  WwAttachmentSealer *self = calloc (1, sizeof *self);
  WwCryptoStatus status;

  *out = NULL;
  if (self == NULL)
    return WW_CRYPTO_INTERNAL;
  status = ww_attachment_layout_init (&self->layout, size);
  if (status == WW_CRYPTO_OK)
    {
      memcpy (self->key, key, sizeof self->key);
      self->cipher = EVP_CIPHER_CTX_new ();
      if (self->cipher == NULL || EVP_EncryptInit_ex2 (self->cipher, EVP_aes_256_gcm (), key, NULL, NULL) != 1)
        status = WW_CRYPTO_INTERNAL;
    }
  if (status != WW_CRYPTO_OK)
    {
      ww_attachment_sealer_free (self);
      return status;
    }
  *out = self;

  return WW_CRYPTO_OK;
}

/*
 * ww_attachment_sealer_new:
 * @size: of the file, which is fixed from here on
 * @out: (out): free with ww_attachment_sealer_free()
 *
 * With a fresh random key. WW_CRYPTO_BAD_SIZE when the file is too large.
 */
WwCryptoStatus
ww_attachment_sealer_new (uint64_t size, WwAttachmentSealer **out)
{
  uint8_t key[WW_ATTACHMENT_KEY_SIZE];
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  *out = NULL;
  if (RAND_bytes (key, sizeof key) == 1)
    status = ww_attachment_sealer_new_with_key (key, size, out);
  ww_wipe (key, sizeof key);

  return status;
}

/* Wipes the key. NULL is fine. */
void
ww_attachment_sealer_free (WwAttachmentSealer *self)
{
  if (self == NULL)
    return;
  EVP_CIPHER_CTX_free (self->cipher);
  ww_wipe (self, sizeof *self);
  free (self);
}

const WwAttachmentLayout *
ww_attachment_sealer_get_layout (const WwAttachmentSealer *self)
{
  return &self->layout;
}

const uint8_t *
ww_attachment_sealer_get_key (const WwAttachmentSealer *self)
{
  return self->key;
}

/* See the header. */
size_t
ww_attachment_sealer_wants (const WwAttachmentSealer *self)
{
  return ww_attachment_layout_file_bytes (&self->layout, self->next);
}

/* Whether every segment has been sealed. */
bool
ww_attachment_sealer_is_done (const WwAttachmentSealer *self)
{
  return self->next == self->layout.segments;
}

static bool
seal (WwAttachmentSealer *self, WwBytes file_bytes, size_t padded, uint8_t *out)
{
  static const uint8_t zeros[WW_ATTACHMENT_PLAIN_SIZE];
  size_t rest = padded - file_bytes.len;
  uint8_t nonce[NONCE_SIZE];
  int len = 0;

  make_nonce (&self->layout, self->next, nonce);
  return EVP_EncryptInit_ex2 (self->cipher, NULL, NULL, nonce, NULL) == 1 &&
         (file_bytes.len == 0 ||
          EVP_EncryptUpdate (self->cipher, out, &len, file_bytes.data, (int) file_bytes.len) == 1) &&
         (rest == 0 || EVP_EncryptUpdate (self->cipher, out + file_bytes.len, &len, zeros, (int) rest) == 1) &&
         EVP_EncryptFinal_ex (self->cipher, out + padded, &len) == 1 &&
         EVP_CIPHER_CTX_ctrl (self->cipher, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, out + padded) == 1;
}

/*
 * ww_attachment_sealer_next:
 * @file_bytes: exactly as many as ww_attachment_sealer_wants() says
 * @out: room for WW_ATTACHMENT_SEALED_SIZE bytes
 * @out_len: (out): how many were written; 0 unless WW_CRYPTO_OK
 *
 * WW_CRYPTO_BAD_SIZE for a wrong number of bytes, which changes nothing, and
 * after the last segment. After WW_CRYPTO_INTERNAL the sealer seals no more.
 */
WwCryptoStatus
ww_attachment_sealer_next (WwAttachmentSealer *self, WwBytes file_bytes, uint8_t *out, size_t *out_len)
{
  size_t padded = ww_attachment_layout_padded_bytes (&self->layout, self->next);

  *out_len = 0;
  if (self->broken)
    return WW_CRYPTO_INTERNAL;
  if (padded == 0 || file_bytes.len != ww_attachment_sealer_wants (self))
    return WW_CRYPTO_BAD_SIZE;
  if (!seal (self, file_bytes, padded, out))
    {
      /* Something may have been encrypted under this nonce already. */
      self->broken = true;
      ERR_clear_error ();
      return WW_CRYPTO_INTERNAL;
    }
  self->next++;
  *out_len = padded + TAG_SIZE;

  return WW_CRYPTO_OK;
}

/* --- Opening ------------------------------------------------------------------------------- */

/*
 * ww_attachment_opener_new:
 * @size: of the file, as the message says
 * @out: (out): free with ww_attachment_opener_free()
 */
WwCryptoStatus
ww_attachment_opener_new (const uint8_t key[WW_ATTACHMENT_KEY_SIZE], uint64_t size, WwAttachmentOpener **out)
{
  WwAttachmentOpener *self = calloc (1, sizeof *self);
  WwCryptoStatus status;

  *out = NULL;
  if (self == NULL)
    return WW_CRYPTO_INTERNAL;
  status = ww_attachment_layout_init (&self->layout, size);
  if (status == WW_CRYPTO_OK)
    {
      self->cipher = EVP_CIPHER_CTX_new ();
      if (self->cipher == NULL || EVP_DecryptInit_ex2 (self->cipher, EVP_aes_256_gcm (), key, NULL, NULL) != 1)
        status = WW_CRYPTO_INTERNAL;
    }
  if (status != WW_CRYPTO_OK)
    {
      ww_attachment_opener_free (self);
      return status;
    }
  *out = self;

  return WW_CRYPTO_OK;
}

/* NULL is fine. */
void
ww_attachment_opener_free (WwAttachmentOpener *self)
{
  if (self == NULL)
    return;
  EVP_CIPHER_CTX_free (self->cipher);
  free (self);
}

const WwAttachmentLayout *
ww_attachment_opener_get_layout (const WwAttachmentOpener *self)
{
  return &self->layout;
}

static bool
is_zero (const uint8_t *data, size_t len)
{
  uint8_t bits = 0;

  for (size_t i = 0; i < len; i++)
    bits |= data[i];

  return bits == 0;
}

/*
 * ww_attachment_opener_open:
 * @segment: which one; in any order, and as often as one likes
 * @sealed: exactly that segment
 * @out: room for WW_ATTACHMENT_PLAIN_SIZE bytes
 * @out_len: (out): how much of the file was in it, which is 0 for a segment of
 *   padding; 0 and @out wiped unless WW_CRYPTO_OK
 *
 * WW_CRYPTO_BAD_SIZE when there is no such segment or it has another size.
 * WW_CRYPTO_BAD_BODY when it was altered, is another one, is the last and should
 * not be or the other way round, or when its padding is not zero.
 */
WwCryptoStatus
ww_attachment_opener_open (WwAttachmentOpener *self, uint64_t segment, WwBytes sealed, uint8_t *out, size_t *out_len)
{
  size_t padded = ww_attachment_layout_padded_bytes (&self->layout, segment);
  size_t file_bytes = ww_attachment_layout_file_bytes (&self->layout, segment);
  uint8_t nonce[NONCE_SIZE];
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;
  int len = 0;

  *out_len = 0;
  if (padded == 0 || sealed.len != padded + TAG_SIZE)
    return WW_CRYPTO_BAD_SIZE;

  make_nonce (&self->layout, segment, nonce);
  if (EVP_DecryptInit_ex2 (self->cipher, NULL, NULL, nonce, NULL) == 1 &&
      EVP_DecryptUpdate (self->cipher, out, &len, sealed.data, (int) padded) == 1 &&
      EVP_CIPHER_CTX_ctrl (self->cipher, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, (void *) (sealed.data + padded)) == 1)
    status = EVP_DecryptFinal_ex (self->cipher, out + padded, &len) == 1 &&
                     is_zero (out + file_bytes, padded - file_bytes)
                 ? WW_CRYPTO_OK
                 : WW_CRYPTO_BAD_BODY;
  if (status == WW_CRYPTO_OK)
    *out_len = file_bytes;
  else
    ww_wipe (out, padded);
  ERR_clear_error ();

  return status;
}

/* --- The hash ------------------------------------------------------------------------------ */

/* An EVP_MD_CTX under a name of its own, so that who uses this sees no OpenSSL. */
WwCryptoStatus
ww_attachment_digest_new (WwAttachmentDigest **out)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();

  if (context == NULL || EVP_DigestInit_ex2 (context, EVP_sha256 (), NULL) != 1)
    {
      EVP_MD_CTX_free (context);
      *out = NULL;
      return WW_CRYPTO_INTERNAL;
    }
  *out = (WwAttachmentDigest *) context;

  return WW_CRYPTO_OK;
}

/* NULL is fine. */
void
ww_attachment_digest_free (WwAttachmentDigest *self)
{
  EVP_MD_CTX_free ((EVP_MD_CTX *) self);
}

/* Further sealed bytes. */
WwCryptoStatus
ww_attachment_digest_update (WwAttachmentDigest *self, WwBytes sealed)
{
  return sealed.len == 0 || EVP_DigestUpdate ((EVP_MD_CTX *) self, sealed.data, sealed.len) == 1 ? WW_CRYPTO_OK
                                                                                                 : WW_CRYPTO_INTERNAL;
}

/* The hash; the digest is of no further use. */
WwCryptoStatus
ww_attachment_digest_finish (WwAttachmentDigest *self, uint8_t out[WW_ATTACHMENT_HASH_SIZE])
{
  return EVP_DigestFinal_ex ((EVP_MD_CTX *) self, out, NULL) == 1 ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}
