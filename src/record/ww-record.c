/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ww-frame.h"
#include "ww-handle.h"
#include "ww-hash.h"
#include "ww-signature.h"

struct _WwRecord
{
  atomic_uint references;
  WwBuffer bytes;
  uint8_t signature[WW_SIGNATURE_SIZE];
  uint8_t hash[WW_HASH_SIZE];
  Waxwing__AccountRecord *record;
  Waxwing__DeviceKeys **keys; /* of each device, in the record's order */
  WwRecordDevice *devices;
  size_t n_devices;
};

static WwBytes
to_bytes (const ProtobufCBinaryData *data)
{
  return WW_BYTES (data->data, data->len);
}

/* The rules of a record's own fields, beyond their sizes. */
static bool
has_sound_fields (const Waxwing__AccountRecord *record)
{
  if (record->sequence == 0 || record->n_handles == 0 || record->n_devices == 0)
    return false;

  /* The first record has nothing before it, which it could name or start over from. */
  if ((record->sequence == 1) != (record->previous.len == 0) || (record->sequence == 1 && record->reset))
    return false;

  /* Who starts an account over has a key of their own, with which nobody may make the account's devices forget. */
  if (record->reset && record->n_wiped > 0)
    return false;

  for (size_t i = 0; i < record->n_handles; i++)
    {
      if (ww_handle_kind (record->handles[i]) == WW_HANDLE_INVALID)
        return false;
      for (size_t j = 0; j < i; j++)
        if (strcmp (record->handles[i], record->handles[j]) == 0)
          return false;
    }

  return true;
}

static bool
has_sound_keys (const Waxwing__DeviceKeys *keys)
{
  return ww_point_is_valid (to_bytes (&keys->signing_key)) &&
         (keys->p256_key.len == 0 || ww_point_is_valid (to_bytes (&keys->p256_key))) &&
         (keys->rsa_key.len == 0 || ww_rsa_key_is_valid (to_bytes (&keys->rsa_key)));
}

static void
fill_device (WwRecordDevice *device, const Waxwing__Device *listed, const Waxwing__DeviceKeys *keys)
{
  memcpy (device->device_id, keys->device_id.data, sizeof device->device_id);
  memcpy (device->signing_key, keys->signing_key.data, sizeof device->signing_key);
  device->p256_key = to_bytes (&keys->p256_key);
  device->rsa_key = to_bytes (&keys->rsa_key);
  device->suites = keys->suites;
  device->n_suites = keys->n_suites;
  device->enrolled_ms = keys->enrolled_ms;
  memcpy (device->push_address, keys->push_address.data, sizeof device->push_address);
  device->sealed_name = to_bytes (&listed->sealed_name);
  device->device = to_bytes (&listed->device);
  device->signature = listed->signature.data;
}

static WwRecordStatus
parse_devices (WwRecord *self)
{
  size_t n = self->record->n_devices;

  self->keys = calloc (n, sizeof *self->keys);
  self->devices = calloc (n, sizeof *self->devices);
  if (self->keys == NULL || self->devices == NULL)
    return WW_RECORD_MALFORMED;

  for (size_t i = 0; i < n; i++)
    {
      const Waxwing__Device *listed = self->record->devices[i];

      self->keys[i] = ww_device_bytes_parse (listed->device.data, listed->device.len);
      if (self->keys[i] == NULL)
        return WW_RECORD_MALFORMED;
      if (ww_record_find_device (self, self->keys[i]->device_id.data) != NULL)
        return WW_RECORD_MALFORMED;

      if (ww_record_wipes (self, self->keys[i]->device_id.data))
        return WW_RECORD_MALFORMED;

      fill_device (&self->devices[i], listed, self->keys[i]);
      self->n_devices = i + 1;
    }

  return WW_RECORD_OK;
}

/* The account's signature first: what nobody signed is not worth the work of its devices. */
static WwRecordStatus
check_signatures (const WwRecord *self)
{
  const uint8_t *account_key = self->record->account_key.data;
  WwBytes bytes = WW_BYTES_OF_BUFFER (&self->bytes);

  switch (ww_signature_verify (account_key, WW_TAG_RECORD, &bytes, 1, self->signature))
    {
    case WW_CRYPTO_OK:
      break;
    case WW_CRYPTO_BAD_KEY:
      return WW_RECORD_MALFORMED;
    case WW_CRYPTO_BAD_SIZE:
    case WW_CRYPTO_BAD_VERSION:
    case WW_CRYPTO_BAD_SUITE:
    case WW_CRYPTO_NOT_FOR_US:
    case WW_CRYPTO_BAD_COMMITMENT:
    case WW_CRYPTO_BAD_BODY:
    case WW_CRYPTO_BAD_SIGNATURE:
    case WW_CRYPTO_MISMATCH:
    case WW_CRYPTO_INTERNAL:
      return WW_RECORD_BAD_SIGNATURE;
    }

  for (size_t i = 0; i < self->n_devices; i++)
    {
      const WwRecordDevice *device = &self->devices[i];

      if (!has_sound_keys (self->keys[i]))
        return WW_RECORD_MALFORMED;
      if (ww_signature_verify_device (device->signing_key, self->record->account_id.data, account_key, device->device,
                                      device->signature) != WW_CRYPTO_OK)
        return WW_RECORD_DEVICE_UNSIGNED;
    }

  return WW_RECORD_OK;
}

static WwRecordStatus
record_init (WwRecord *self, WwBytes record, WwBytes signature)
{
  WwRecordStatus status;

  if (!ww_buffer_alloc (&self->bytes, record.len))
    return WW_RECORD_MALFORMED;
  memcpy (self->bytes.data, record.data, record.len);
  memcpy (self->signature, signature.data, sizeof self->signature);
  if (ww_hash (NULL, &record, 1, self->hash) != WW_CRYPTO_OK)
    return WW_RECORD_MALFORMED;

  self->record = ww_record_bytes_parse (record.data, record.len);
  if (self->record == NULL || !has_sound_fields (self->record))
    return WW_RECORD_MALFORMED;

  status = parse_devices (self);
  if (status == WW_RECORD_OK)
    status = check_signatures (self);

  return status;
}

/*
 * ww_record_new:
 * @record: the serialised AccountRecord, copied
 * @signature: the account key's over it
 * @out: (out): NULL unless WW_RECORD_OK
 *
 * Parses a record and checks everything that can be checked without another one:
 * sizes, limits and points; at least one handle and one device; handles
 * normalised; no handle and no device twice; a first record without, a later one
 * with the hash of the one before; the account key's signature; each device's
 * signature. WW_RECORD_MALFORMED also when there is no memory: fail closed.
 */
WwRecordStatus
ww_record_new (WwBytes record, WwBytes signature, WwRecord **out)
{
  WwRecord *self;
  WwRecordStatus status;

  *out = NULL;
  if (record.len == 0 || record.len > WW_MAX_RECORD || signature.len != WW_SIGNATURE_SIZE)
    return WW_RECORD_MALFORMED;

  self = calloc (1, sizeof *self);
  if (self == NULL)
    return WW_RECORD_MALFORMED;
  atomic_init (&self->references, 1);

  status = record_init (self, record, signature);
  if (status == WW_RECORD_OK)
    *out = self;
  else
    ww_record_unref (self);

  return status;
}

/* Safe from any thread, as is unref; the record itself never changes. */
WwRecord *
ww_record_ref (WwRecord *self)
{
  atomic_fetch_add_explicit (&self->references, 1, memory_order_relaxed);

  return self;
}

/* NULL is fine. */
void
ww_record_unref (WwRecord *self)
{
  if (self == NULL || atomic_fetch_sub_explicit (&self->references, 1, memory_order_acq_rel) != 1)
    return;

  if (self->keys != NULL)
    for (size_t i = 0; i < self->record->n_devices; i++)
      waxwing__device_keys__free_unpacked (self->keys[i], NULL);
  free (self->keys);
  free (self->devices);
  waxwing__account_record__free_unpacked (self->record, NULL);
  ww_buffer_clear (&self->bytes);
  free (self);
}

/* 16 bytes owned by @self. */
const uint8_t *
ww_record_account_id (const WwRecord *self)
{
  return self->record->account_id.data;
}

/* 1 for the first record of an account. */
uint64_t
ww_record_sequence (const WwRecord *self)
{
  return self->record->sequence;
}

/* SHA-256 of the record's bytes: 32 bytes owned by @self. The signature is not part of it, as its bytes are no identity. */
const uint8_t *
ww_record_hash (const WwRecord *self)
{
  return self->hash;
}

/* Hash of the record before: 32 bytes owned by @self; NULL in an account's first record. */
const uint8_t *
ww_record_previous (const WwRecord *self)
{
  return self->record->previous.len > 0 ? self->record->previous.data : NULL;
}

/* An uncompressed point: 65 bytes owned by @self. */
const uint8_t *
ww_record_account_key (const WwRecord *self)
{
  return self->record->account_key.data;
}

/* Whether the account was started over with this record. */
bool
ww_record_is_reset (const WwRecord *self)
{
  return self->record->reset;
}

/* As the signing device's clock said; nobody has checked it. */
uint64_t
ww_record_created_ms (const WwRecord *self)
{
  return self->record->created_ms;
}

/* The serialised AccountRecord, owned by @self. */
WwBytes
ww_record_bytes (const WwRecord *self)
{
  return WW_BYTES_OF_BUFFER (&self->bytes);
}

/* 64 bytes owned by @self. */
const uint8_t *
ww_record_signature (const WwRecord *self)
{
  return self->signature;
}

/* At least one; the first is shown to others. Owned by @self. */
const char *const *
ww_record_handles (const WwRecord *self, size_t *n)
{
  *n = self->record->n_handles;

  return (const char *const *) self->record->handles;
}

/* At least one, in the record's order. Owned by @self. */
const WwRecordDevice *
ww_record_devices (const WwRecord *self, size_t *n)
{
  *n = self->n_devices;

  return self->devices;
}

/* Owned by @self; NULL when the record does not have it. */
const WwRecordDevice *
ww_record_find_device (const WwRecord *self, const uint8_t device_id[WW_ID_SIZE])
{
  for (size_t i = 0; i < self->n_devices; i++)
    if (memcmp (self->devices[i].device_id, device_id, WW_ID_SIZE) == 0)
      return &self->devices[i];

  return NULL;
}

/* @handle: normalised. */
bool
ww_record_has_handle (const WwRecord *self, const char *handle)
{
  for (size_t i = 0; i < self->record->n_handles; i++)
    if (strcmp (self->record->handles[i], handle) == 0)
      return true;

  return false;
}

/* Never of a device that the record lists: ww_record_new() refuses that. */
bool
ww_record_wipes (const WwRecord *self, const uint8_t device_id[WW_ID_SIZE])
{
  for (size_t i = 0; i < self->record->n_wiped; i++)
    if (memcmp (self->record->wiped[i].data, device_id, WW_ID_SIZE) == 0)
      return true;

  return false;
}
