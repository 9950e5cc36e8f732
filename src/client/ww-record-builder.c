/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record-builder.h"

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

WwRecord *
ww_record_build_next (const WwSigningKey *account_key, const WwRecord *previous, const WwNewDevice *added,
                      const guint8 *removed, gint64 now_ms)
{
  Waxwing__AccountRecord record = WAXWING__ACCOUNT_RECORD__INIT;
  size_t n_devices, n_handles;
  const WwRecordDevice *before = ww_record_devices (previous, &n_devices);
  const char *const *handles = ww_record_handles (previous, &n_handles);
  g_autofree Waxwing__Device *storage = g_new0 (Waxwing__Device, n_devices + 1);
  g_autofree Waxwing__Device **devices = g_new0 (Waxwing__Device *, n_devices + 1);
  guint8 public_key[WW_POINT_SIZE];
  WwRecord *next;

  for (size_t i = 0; i < n_devices; i++)
    {
      if (removed != NULL && memcmp (before[i].device_id, removed, WW_ID_SIZE) == 0)
        continue;
      fill_device (&storage[record.n_devices], before[i].device, before[i].signature, before[i].sealed_name);
      devices[record.n_devices] = &storage[record.n_devices];
      record.n_devices++;
    }
  if (added != NULL)
    {
      fill_device (&storage[record.n_devices], added->statement, added->signature, added->sealed_name);
      devices[record.n_devices] = &storage[record.n_devices];
      record.n_devices++;
    }
  ww_signing_key_public (account_key, public_key);
  record.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (previous) };
  record.sequence = ww_record_sequence (previous) + 1;
  record.previous = (ProtobufCBinaryData) { WW_HASH_SIZE, (guint8 *) ww_record_hash (previous) };
  record.handles = (char **) handles;
  record.n_handles = n_handles;
  record.account_key = (ProtobufCBinaryData) { WW_POINT_SIZE, public_key };
  record.devices = devices;
  /* The clock of one device may be behind another's: the history does not run backwards for it. */
  record.created_ms = MAX ((guint64) now_ms, ww_record_created_ms (previous));
  next = sign (account_key, &record);
  if (next != NULL && ww_record_check_next (previous, next) != WW_RECORD_OK)
    g_clear_pointer (&next, ww_record_unref);
  return next;
}

void
ww_record_fill_signed (const WwRecord *record, Waxwing__SignedRecord *out)
{
  WwBytes bytes = ww_record_bytes (record);

  waxwing__signed_record__init (out);
  out->record = (ProtobufCBinaryData) { bytes.len, (guint8 *) bytes.data };
  out->signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, (guint8 *) ww_record_signature (record) };
}
