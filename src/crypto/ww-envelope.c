/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-envelope-private.h"

#include <stdlib.h>
#include <string.h>

#include "ww-hash.h"

#define MIN_PADDED 256

/* Offsets in the header. */
enum
{
  AT_VERSION = 0,
  AT_KIND = 1,
  AT_MESSAGE_ID = 2,
  AT_SENDER_ACCOUNT = 18,
  AT_SENDER_DEVICE = 34,
  AT_CREATED = 50,
  AT_COMMITMENT = 58,
  AT_BODY_HASH = 90,
};

const uint8_t ww_body_nonce[12] = { 0 };

static void
put_u64 (uint8_t out[8], uint64_t value)
{
  for (int i = 7; i >= 0; i--)
    {
      out[i] = (uint8_t) value;
      value >>= 8;
    }
}

static uint64_t
get_u64 (const uint8_t bytes[8])
{
  uint64_t value = 0;

  for (int i = 0; i < 8; i++)
    value = value << 8 | bytes[i];

  return value;
}

/*
 * ww_envelope_header_parse:
 * @out: (out caller-allocates): all zero unless WW_CRYPTO_OK
 *
 * Checks size, version and kind; an unknown kind is WW_CRYPTO_BAD_VERSION. What
 * the header says is proven by ww_opened_verify() only.
 */
WwCryptoStatus
ww_envelope_header_parse (WwBytes bytes, WwEnvelopeHeader *out)
{
  *out = (WwEnvelopeHeader) { 0 };
  if (bytes.len != WW_ENVELOPE_HEADER_SIZE)
    return WW_CRYPTO_BAD_SIZE;
  if (bytes.data[AT_VERSION] != WW_ENVELOPE_VERSION)
    return WW_CRYPTO_BAD_VERSION;
  if (bytes.data[AT_KIND] < WW_ENVELOPE_MESSAGE || bytes.data[AT_KIND] > WW_ENVELOPE_TRANSIENT)
    return WW_CRYPTO_BAD_VERSION;

  out->version = bytes.data[AT_VERSION];
  out->kind = bytes.data[AT_KIND];
  memcpy (out->message_id, bytes.data + AT_MESSAGE_ID, sizeof out->message_id);
  memcpy (out->sender_account, bytes.data + AT_SENDER_ACCOUNT, sizeof out->sender_account);
  memcpy (out->sender_device, bytes.data + AT_SENDER_DEVICE, sizeof out->sender_device);
  out->created_ms = get_u64 (bytes.data + AT_CREATED);
  memcpy (out->commitment, bytes.data + AT_COMMITMENT, sizeof out->commitment);
  memcpy (out->body_hash, bytes.data + AT_BODY_HASH, sizeof out->body_hash);

  return WW_CRYPTO_OK;
}

/* The counterpart of ww_envelope_header_parse(). Writes what is there, checking nothing. */
void
ww_envelope_header_serialise (const WwEnvelopeHeader *self, uint8_t out[122])
{
  out[AT_VERSION] = self->version;
  out[AT_KIND] = self->kind;
  memcpy (out + AT_MESSAGE_ID, self->message_id, sizeof self->message_id);
  memcpy (out + AT_SENDER_ACCOUNT, self->sender_account, sizeof self->sender_account);
  memcpy (out + AT_SENDER_DEVICE, self->sender_device, sizeof self->sender_device);
  put_u64 (out + AT_CREATED, self->created_ms);
  memcpy (out + AT_COMMITMENT, self->commitment, sizeof self->commitment);
  memcpy (out + AT_BODY_HASH, self->body_hash, sizeof self->body_hash);
}

/* Frees what ww_envelope_seal() made. An envelope of zeros is fine. */
void
ww_envelope_clear (WwEnvelope *self)
{
  for (size_t i = 0; i < self->n_wraps; i++)
    ww_buffer_clear (&self->wraps[i].sealed_key);
  free (self->wraps);
  ww_buffer_clear (&self->body);
  *self = (WwEnvelope) { 0 };
}

/*
 * ww_padded_size:
 *
 * Padmé (Nikitin et al., “Reducing Metadata Leakage from Encrypted Files and
 * Communication with PURBs”, PETS 2019, section 4): at most 12 % more, and the
 * size gives away O(log log) bits. With a floor of 256. 0 when it would overflow.
 */
size_t
ww_padded_size (size_t len)
{
  unsigned int exponent = 0;
  unsigned int exponent_bits = 0;
  size_t mask;

  if (len <= MIN_PADDED)
    return MIN_PADDED;

  for (size_t rest = len; rest > 1; rest >>= 1)
    exponent++;
  for (unsigned int rest = exponent; rest > 0; rest >>= 1)
    exponent_bits++;
  mask = ((size_t) 1 << (exponent - exponent_bits)) - 1;

  /* A sum that wraps around is less than the mask, and so comes out as 0. */
  return (len + mask) & ~mask;
}

typedef struct
{
  uint8_t account[16];
  uint8_t record[32];
} AccountHash;

static int
compare_accounts (const void *a, const void *b)
{
  return memcmp (((const AccountHash *) a)->account, ((const AccountHash *) b)->account, 16);
}

/*
 * ww_envelope_hash_records:
 * @accounts: (array length=n): all accounts of a message but the sender's, in any order
 * @records: (array length=n): the hash of each one's record
 *
 * One hash for the device lists that a sender relies on: SHA-256 over account id
 * and record hash of each account, ascending by account id. WW_CRYPTO_BAD_SIZE
 * when an account is there twice.
 */
WwCryptoStatus
ww_envelope_hash_records (const uint8_t (*accounts)[16], const uint8_t (*records)[32], size_t n, uint8_t out[32])
{
  AccountHash *sorted = calloc (n > 0 ? n : 1, sizeof *sorted);
  WwBytes bytes = WW_BYTES ((const uint8_t *) sorted, n * sizeof *sorted);
  WwCryptoStatus status = WW_CRYPTO_OK;

  if (sorted == NULL)
    return WW_CRYPTO_INTERNAL;

  for (size_t i = 0; i < n; i++)
    {
      memcpy (sorted[i].account, accounts[i], 16);
      memcpy (sorted[i].record, records[i], 32);
    }
  qsort (sorted, n, sizeof *sorted, compare_accounts);
  for (size_t i = 1; i < n; i++)
    if (compare_accounts (&sorted[i - 1], &sorted[i]) == 0)
      status = WW_CRYPTO_BAD_SIZE;
  if (status == WW_CRYPTO_OK)
    status = ww_hash (NULL, &bytes, 1, out);
  free (sorted);

  return status;
}

/* SHA-256, tag "waxwing/1/cek": what the header says about the content key. AES-GCM alone does not commit to its key. */
WwCryptoStatus
ww_envelope_commit (const uint8_t cek[WW_CEK_SIZE], uint8_t out[32])
{
  return ww_hash ("waxwing/1/cek", &WW_BYTES (cek, WW_CEK_SIZE), 1, out);
}

/*
 * SHA-256, tag "waxwing/1/wrap", over suite (1) | SHA-256 of the header (32) |
 * recipient device (16): the associated data that ties a wrap to its envelope,
 * its suite and its device.
 */
WwCryptoStatus
ww_envelope_bind (WwSuite suite, const uint8_t header[WW_ENVELOPE_HEADER_SIZE], const uint8_t device_id[16],
                  uint8_t out[32])
{
  uint8_t number = (uint8_t) suite;
  uint8_t digest[32];
  WwCryptoStatus status = ww_hash (NULL, &WW_BYTES (header, WW_ENVELOPE_HEADER_SIZE), 1, digest);

  if (status != WW_CRYPTO_OK)
    return status;

  return ww_hash (WW_WRAP_INFO,
                  (WwBytes[]) {
                      WW_BYTES (&number, 1),
                      WW_BYTES_OF (digest),
                      WW_BYTES (device_id, 16),
                  },
                  3, out);
}

/*
 * What a message's signature covers, under WW_TAG_MESSAGE: message id | sender
 * account | sender device | created | kind | sender's record | recipients'
 * records | H(CEK) | SHA-256 of the content.
 */
WwCryptoStatus
ww_message_parts_init (WwMessageParts *self, const WwEnvelopeHeader *header, const uint8_t sender_record[32],
                       const uint8_t recipients_record[32], WwBytes content)
{
  put_u64 (self->created, header->created_ms);
  self->kind[0] = header->kind;
  self->parts[0] = WW_BYTES_OF (header->message_id);
  self->parts[1] = WW_BYTES_OF (header->sender_account);
  self->parts[2] = WW_BYTES_OF (header->sender_device);
  self->parts[3] = WW_BYTES_OF (self->created);
  self->parts[4] = WW_BYTES_OF (self->kind);
  self->parts[5] = WW_BYTES (sender_record, 32);
  self->parts[6] = WW_BYTES (recipients_record, 32);
  self->parts[7] = WW_BYTES_OF (header->commitment);
  self->parts[8] = WW_BYTES_OF (self->content_hash);

  return ww_hash (NULL, &content, 1, self->content_hash);
}
