/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record-builder.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-signature.h"
#include "ww-suite.h"

/* Owned by the caller. `push_address` has 32 bytes, as the server issued it. */
GBytes *
ww_device_statement_new (const guint8 device_id[16], const WwDeviceKeys *keys, const guint8 *push_address,
                         gint64 enrolled_ms)
{
  Waxwing__DeviceKeys statement = WAXWING__DEVICE_KEYS__INIT;
  uint32_t suites[] = { WW_SUITE_RSA, WW_SUITE_HPKE };
  guint8 signing[WW_POINT_SIZE], p256[WW_POINT_SIZE];
  WwBytes rsa = ww_device_keys_rsa_public (keys);
  guint8 *packed;
  gsize len;

  ww_signing_key_public (ww_device_keys_signing (keys), signing);
  ww_device_keys_p256_public (keys, p256);
  statement.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) device_id };
  statement.signing_key = (ProtobufCBinaryData) { WW_POINT_SIZE, signing };
  statement.p256_key = (ProtobufCBinaryData) { WW_POINT_SIZE, p256 };
  statement.rsa_key = (ProtobufCBinaryData) { rsa.len, (guint8 *) rsa.data };
  statement.suites = suites;
  statement.n_suites = G_N_ELEMENTS (suites);
  statement.enrolled_ms = (guint64) enrolled_ms;
  statement.push_address = (ProtobufCBinaryData) { WW_PUSH_ADDRESS_SIZE, (guint8 *) push_address };
  packed = ww_message_pack (&statement, &len);
  g_return_val_if_fail (packed != NULL, NULL);
  return g_bytes_new_with_free_func (packed, len, free, packed);
}

/* Serialises, signs, and reads back what came out with all the checks of record/. */
static WwRecord *
sign (const WwSigningKey *account_key, const Waxwing__AccountRecord *record)
{
  WW_AUTO_BUFFER bytes = { 0 };
  WwBytes part;
  guint8 signature[WW_SIGNATURE_SIZE];
  WwRecord *checked = NULL;

  bytes.data = ww_message_pack (record, &bytes.len);
  if (bytes.data == NULL)
    return NULL;
  part = WW_BYTES_OF_BUFFER (&bytes);
  if (ww_signing_key_sign (account_key, WW_TAG_RECORD, &part, 1, signature) != WW_CRYPTO_OK ||
      ww_record_new (part, WW_BYTES_OF (signature), &checked) != WW_RECORD_OK)
    return NULL;
  return checked;
}

static void
fill_device (Waxwing__Device *out, WwBytes statement, const guint8 *signature, WwBytes sealed_name)
{
  waxwing__device__init (out);
  out->device = (ProtobufCBinaryData) { statement.len, (guint8 *) statement.data };
  out->signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, (guint8 *) signature };
  out->sealed_name = (ProtobufCBinaryData) { sealed_name.len, (guint8 *) sealed_name.data };
}

WwRecord *
ww_record_build_first (const WwSigningKey *account_key, const guint8 account_id[16], const char *handle,
                       const WwNewDevice *device, gint64 now_ms)
{
  Waxwing__AccountRecord record = WAXWING__ACCOUNT_RECORD__INIT;
  Waxwing__Device only;
  Waxwing__Device *devices[] = { &only };
  char *handles[] = { (char *) handle };
  guint8 public_key[WW_POINT_SIZE];

  ww_signing_key_public (account_key, public_key);
  fill_device (&only, device->statement, device->signature, device->sealed_name);
  record.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) account_id };
  record.sequence = 1;
  record.handles = handles;
  record.n_handles = 1;
  record.account_key = (ProtobufCBinaryData) { WW_POINT_SIZE, public_key };
  record.devices = devices;
  record.n_devices = 1;
  record.created_ms = (guint64) now_ms;
  return sign (account_key, &record);
}

/* The next record while it is put together. What it points to belongs to others. */
typedef struct
{
  Waxwing__AccountRecord record;
  Waxwing__Device storage[WW_MAX_DEVICES + 1];
  Waxwing__Device *devices[WW_MAX_DEVICES + 1];
  char *handles[WW_MAX_HANDLES + 1];
  uint8_t public_key[WW_POINT_SIZE];
  ProtobufCBinaryData wiped;
} Draft;

static gboolean
same_id (const guint8 *a, const guint8 *b)
{
  return a != NULL && memcmp (a, b, WW_ID_SIZE) == 0;
}

static WwBytes
choose_name (const WwRecordDevice *device, const WwRecordChange *change)
{
  for (gsize i = 0; i < change->n_names; i++)
    if (same_id (change->names[i].device_id, device->device_id))
      return change->names[i].sealed_name;
  return device->sealed_name;
}

static void
add_device (Draft *self, WwBytes statement, const guint8 *signature, WwBytes sealed_name)
{
  gsize n = self->record.n_devices++;

  fill_device (&self->storage[n], statement, signature, sealed_name);
  self->devices[n] = &self->storage[n];
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, sentence);
  return FALSE;
}

static gboolean
draft_devices (Draft *self, const WwRecord *previous, const WwRecordChange *change, GError **error)
{
  size_t n_before;
  const WwRecordDevice *before = ww_record_devices (previous, &n_before);

  if (change->device_removed != NULL && ww_record_find_device (previous, change->device_removed) == NULL)
    return refuse (error, _ ("This device is not part of the account."));
  for (gsize i = 0; i < change->n_names; i++)
    if (ww_record_find_device (previous, change->names[i].device_id) == NULL)
      return refuse (error, _ ("This device is not part of the account."));
  for (size_t i = 0; !change->reset && i < n_before; i++)
    if (!same_id (change->device_removed, before[i].device_id))
      add_device (self, before[i].device, before[i].signature, choose_name (&before[i], change));
  if (change->device_added != NULL)
    add_device (self, change->device_added->statement, change->device_added->signature,
                change->device_added->sealed_name);
  self->record.devices = self->devices;
  if (self->record.n_devices == 0)
    return refuse (error, _ ("This is the only device of the account."));
  if (self->record.n_devices > WW_MAX_DEVICES)
    {
      ww_error_set (error, WW_ERROR_TOO_MANY_DEVICES);
      return FALSE;
    }
  if (change->wipe && change->device_removed != NULL)
    {
      self->wiped = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) change->device_removed };
      self->record.wiped = &self->wiped;
      self->record.n_wiped = 1;
    }
  return TRUE;
}

/* Brings the handle to the front; the others keep their order. */
static gboolean
move_to_front (Draft *self, const char *handle)
{
  for (size_t i = 0; i < self->record.n_handles; i++)
    {
      char *found = self->handles[i];

      if (!g_str_equal (found, handle))
        continue;
      memmove (self->handles + 1, self->handles, i * sizeof *self->handles);
      self->handles[0] = found;
      return TRUE;
    }
  return FALSE;
}

static gboolean
draft_handles (Draft *self, const WwRecord *previous, const WwRecordChange *change, GError **error)
{
  size_t n_before;
  const char *const *before = ww_record_handles (previous, &n_before);

  if (change->handle_removed != NULL && !ww_record_has_handle (previous, change->handle_removed))
    return refuse (error, _ ("This address is not part of the account."));
  for (size_t i = 0; !change->reset && i < n_before; i++)
    if (g_strcmp0 (change->handle_removed, before[i]) != 0)
      self->handles[self->record.n_handles++] = (char *) before[i];
  if (change->handle_added != NULL && (change->reset || !ww_record_has_handle (previous, change->handle_added)))
    self->handles[self->record.n_handles++] = (char *) change->handle_added;
  self->record.handles = self->handles;
  if (self->record.n_handles == 0)
    {
      ww_error_set (error, WW_ERROR_LAST_HANDLE);
      return FALSE;
    }
  if (self->record.n_handles > WW_MAX_HANDLES)
    return refuse (error, _ ("An account has at most 20 addresses. Remove one, then try again."));
  if (change->first_handle != NULL && !move_to_front (self, change->first_handle))
    return refuse (error, _ ("This address is not part of the account."));
  return TRUE;
}

WwRecord *
ww_record_build_next (const WwSigningKey *account_key, const WwRecord *previous, const WwRecordChange *change,
                      gint64 now_ms, GError **error)
{
  g_autofree Draft *draft = g_new0 (Draft, 1);
  Waxwing__AccountRecord *record = &draft->record;
  WwRecord *next;

  waxwing__account_record__init (record);
  if (!draft_devices (draft, previous, change, error) || !draft_handles (draft, previous, change, error))
    return NULL;
  ww_signing_key_public (account_key, draft->public_key);
  record->account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (previous) };
  record->sequence = ww_record_sequence (previous) + 1;
  record->previous = (ProtobufCBinaryData) { WW_HASH_SIZE, (guint8 *) ww_record_hash (previous) };
  record->account_key = (ProtobufCBinaryData) { WW_POINT_SIZE, draft->public_key };
  record->reset = change->reset;
  /* The clock of one device may be behind another's: the history does not run backwards for it. */
  record->created_ms = MAX ((guint64) now_ms, ww_record_created_ms (previous));
  next = sign (account_key, record);
  if (next != NULL && ww_record_check_next (previous, next) == WW_RECORD_OK)
    return next;
  g_clear_pointer (&next, ww_record_unref);
  ww_error_set (error, WW_ERROR_FAILED);
  return NULL;
}

void
ww_record_fill_signed (const WwRecord *record, Waxwing__SignedRecord *out)
{
  WwBytes bytes = ww_record_bytes (record);

  waxwing__signed_record__init (out);
  out->record = (ProtobufCBinaryData) { bytes.len, (guint8 *) bytes.data };
  out->signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, (guint8 *) ww_record_signature (record) };
}
