/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-fixture.h"

#include <stdlib.h>
#include <string.h>

#include "ww-frame.h"
#include "ww-signature.h"

#define ACCOUNT_KEY  0x11
#define FIRST_DEVICE 0x21

void
test_compare_bytes (const char *where, WwBytes a, WwBytes b)
{
  g_autofree char *a_hex = test_hex (a);
  g_autofree char *b_hex = test_hex (b);

  if (strcmp (a_hex, b_hex) != 0)
    g_error ("%s: %s is not %s", where, a_hex, b_hex);
}

GBytes *
test_unhex (const char *hex)
{
  size_t len = strlen (hex) / 2;
  uint8_t *bytes = g_malloc (len + 1);

  g_assert_cmpuint (strlen (hex) % 2, ==, 0);
  for (size_t i = 0; i < len; i++)
    {
      g_assert_true (g_ascii_isxdigit (hex[2 * i]) && g_ascii_isxdigit (hex[2 * i + 1]));
      bytes[i] = (uint8_t) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
    }

  return g_bytes_new_take (bytes, len);
}

char *
test_hex (WwBytes bytes)
{
  GString *hex = g_string_sized_new (2 * bytes.len);

  for (size_t i = 0; i < bytes.len; i++)
    g_string_append_printf (hex, "%02x", bytes.data[i]);

  return g_string_free (hex, FALSE);
}

char *
test_source_file (const char *path)
{
  g_autofree char *full = g_build_filename (g_getenv ("WAXWING_SOURCE"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

JsonNode *
test_vectors (const char *name)
{
  g_autofree char *path = g_build_filename ("tests", "vectors", name, NULL);
  g_autofree char *text = test_source_file (path);
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);

  return node;
}

GBytes *
test_member (JsonObject *object, const char *name)
{
  return test_unhex (json_object_get_string_member (object, name));
}

WwSigningKey *
test_signing_key (uint8_t number)
{
  WwSigningKey *key = NULL;
  uint8_t scalar[32];

  memset (scalar, number, sizeof scalar);
  g_assert_cmpint (ww_signing_key_parse (WW_BYTES_OF (scalar), &key), ==, WW_CRYPTO_OK);

  return key;
}

GBytes *
test_device_secret (uint8_t number)
{
  g_autoptr (JsonNode) node = test_vectors ("keys.json");
  JsonArray *pairs = json_object_get_array_member (json_node_get_object (node), "rsa_private_keys");
  g_autoptr (GBytes) rsa = test_unhex (json_array_get_string_element (pairs, number >> 1 & 1));
  GByteArray *secret = g_byte_array_new ();
  uint8_t fixed[65] = { 1 };

  memset (fixed + 1, number, 32);
  memset (fixed + 33, number + 1, 32);
  g_byte_array_append (secret, fixed, sizeof fixed);
  g_byte_array_append (secret, g_bytes_get_data (rsa, NULL), (guint) g_bytes_get_size (rsa));

  return g_byte_array_free_to_bytes (secret);
}

WwDeviceKeys *
test_device_keys (uint8_t number)
{
  g_autoptr (GBytes) secret = test_device_secret (number);
  WwDeviceKeys *keys = NULL;

  g_assert_cmpint (ww_device_keys_parse (TEST_BYTES (secret), &keys), ==, WW_CRYPTO_OK);

  return keys;
}

WwEnvelopeHeader
test_envelope_header (void)
{
  WwEnvelopeHeader header = { .version = WW_ENVELOPE_VERSION,
                              .kind = WW_ENVELOPE_MESSAGE,
                              .created_ms = 0x0102030405060708 };

  memset (header.message_id, 0xaa, 16);
  memset (header.sender_account, 0xbb, 16);
  memset (header.sender_device, 0xcc, 16);

  return header;
}

static ProtobufCBinaryData
binary (const uint8_t *data, size_t len)
{
  return (ProtobufCBinaryData) { .len = len, .data = (uint8_t *) data };
}

static GBytes *
pack (const void *message)
{
  size_t len = 0;
  uint8_t *bytes = ww_message_pack (message, &len);

  g_assert_nonnull (bytes);

  return g_bytes_new_with_free_func (bytes, len, free, bytes);
}

void
test_device_init (TestDevice *self, uint8_t number)
{
  WwBytes rsa;

  *self = (TestDevice) { .keys = test_device_keys (number) };
  memset (self->id, number, sizeof self->id);
  memset (self->push_address, number + 0x80, sizeof self->push_address);
  ww_signing_key_public (ww_device_keys_signing (self->keys), self->signing_key);
  ww_device_keys_p256_public (self->keys, self->p256_key);
  rsa = ww_device_keys_rsa_public (self->keys);
  self->suites[0] = 1;
  self->suites[1] = 2;

  waxwing__device_keys__init (&self->message);
  self->message.device_id = binary (self->id, sizeof self->id);
  self->message.signing_key = binary (self->signing_key, sizeof self->signing_key);
  self->message.p256_key = binary (self->p256_key, sizeof self->p256_key);
  self->message.rsa_key = binary (rsa.data, rsa.len);
  self->message.suites = self->suites;
  self->message.n_suites = 2;
  self->message.enrolled_ms = 1767225600000;
  self->message.push_address = binary (self->push_address, sizeof self->push_address);
}

void
test_device_sign (TestDevice *self, const uint8_t account_id[16], const uint8_t account_key[65])
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = pack (&self->message);
  g_assert_cmpint (ww_signing_key_sign_device (ww_device_keys_signing (self->keys), account_id, account_key,
                                               TEST_BYTES (self->bytes), self->signature),
                   ==, WW_CRYPTO_OK);

  waxwing__device__init (&self->listed);
  self->listed.device = binary (g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes));
  self->listed.signature = binary (self->signature, sizeof self->signature);
}

void
test_device_clear (TestDevice *self)
{
  g_clear_pointer (&self->keys, ww_device_keys_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

void
test_record_init (TestRecord *self, uint64_t sequence)
{
  memset (self, 0, sizeof *self);
  memset (self->id, 0xa1, sizeof self->id);
  for (int i = 0; i < TEST_HANDLES; i++)
    self->handles[i] = g_strdup_printf ("mailto:alice%d@example.org", i);

  waxwing__account_record__init (&self->message);
  self->message.account_id = binary (self->id, sizeof self->id);
  self->message.sequence = sequence;
  self->message.handles = self->handles;
  self->message.n_handles = 1;
  self->message.devices = self->listed;
  self->message.created_ms = 1767225600000;
  test_record_set_account_key (self, ACCOUNT_KEY);
  test_record_add_device (self);
}

void
test_record_set_previous (TestRecord *self, const uint8_t hash[32])
{
  memcpy (self->previous, hash, sizeof self->previous);
  self->message.previous = binary (self->previous, sizeof self->previous);
}

void
test_record_set_account_key (TestRecord *self, uint8_t number)
{
  g_clear_pointer (&self->account_key, ww_signing_key_free);
  self->account_key = test_signing_key (number);
  ww_signing_key_public (self->account_key, self->public_key);
  self->message.account_key = binary (self->public_key, sizeof self->public_key);
}

TestDevice *
test_record_add_device (TestRecord *self)
{
  size_t n = self->message.n_devices;
  TestDevice *device = &self->devices[n];

  g_assert_cmpuint (n, <, TEST_DEVICES);
  test_device_init (device, (uint8_t) (FIRST_DEVICE + n));
  self->listed[n] = &device->listed;
  self->message.n_devices = n + 1;

  return device;
}

void
test_record_sign_devices (TestRecord *self)
{
  for (size_t i = 0; i < self->message.n_devices; i++)
    test_device_sign (&self->devices[i], self->id, self->public_key);
}

void
test_record_sign (TestRecord *self)
{
  WwBytes bytes;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = pack (&self->message);
  bytes = TEST_BYTES (self->bytes);
  g_assert_cmpint (ww_signing_key_sign (self->account_key, WW_TAG_RECORD, &bytes, 1, self->signature), ==,
                   WW_CRYPTO_OK);

  waxwing__signed_record__init (&self->signed_record);
  self->signed_record.record = binary (bytes.data, bytes.len);
  self->signed_record.signature = binary (self->signature, sizeof self->signature);
}

WwRecord *
test_record_make (TestRecord *self)
{
  WwRecord *record = NULL;

  test_record_sign_devices (self);
  test_record_sign (self);
  g_assert_cmpint (ww_record_new (TEST_BYTES (self->bytes), WW_BYTES_OF (self->signature), &record), ==, WW_RECORD_OK);

  return record;
}

void
test_record_clear (TestRecord *self)
{
  for (int i = 0; i < TEST_HANDLES; i++)
    g_clear_pointer (&self->handles[i], g_free);
  for (int i = 0; i < TEST_DEVICES; i++)
    test_device_clear (&self->devices[i]);
  g_clear_pointer (&self->account_key, ww_signing_key_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}
