/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "ww-envelope.h"
#include "ww-keys.h"
#include "ww-limits.h"
#include "ww-record.h"
#include "waxwing.pb-c.h"

/*
 * What the tests of crypto/, wire/ and record/ share: keys that are the same in every run, a device and an
 * account record to be broken in one place, hex and the files of tests/vectors.
 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSigningKey, ww_signing_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwDeviceKeys, ww_device_keys_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwOpened, ww_opened_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwRecord, ww_record_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WwEnvelope, ww_envelope_clear)

#define TEST_BYTES(bytes) (WW_BYTES (g_bytes_get_data ((bytes), NULL), g_bytes_get_size (bytes)))
#define TEST_TEXT(text)   (WW_BYTES ((const uint8_t *) (text), strlen (text)))

/* Fails the test with both in hex. */
#define test_assert_bytes(a, b) test_compare_bytes (G_STRLOC, (a), (b))
void test_compare_bytes (const char *where, WwBytes a, WwBytes b);

GBytes *test_unhex (const char *hex);
char *test_hex (WwBytes bytes);

/* A file of tests/vectors, or of the source tree. Fails the test when it isn't there. */
JsonNode *test_vectors (const char *name);
char *test_source_file (const char *path);
GBytes *test_member (JsonObject *object, const char *name);

/* The key whose scalar is this byte 32 times; the device keys whose scalars are this byte and the next one. */
WwSigningKey *test_signing_key (uint8_t number);
GBytes *test_device_secret (uint8_t number);
WwDeviceKeys *test_device_keys (uint8_t number);

/* A message from someone, at some time: all but commitment and body hash. */
WwEnvelopeHeader test_envelope_header (void);

typedef struct
{
  WwDeviceKeys *keys;
  Waxwing__DeviceKeys message;
  uint8_t id[WW_ID_SIZE];
  uint8_t signing_key[WW_POINT_SIZE];
  uint8_t p256_key[WW_POINT_SIZE];
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  uint32_t suites[WW_MAX_SUITES + 1];
  GBytes *bytes;
  uint8_t signature[WW_SIGNATURE_SIZE];
  Waxwing__Device listed;
} TestDevice;

/* Everything in it follows from the number; `bytes` and `listed` are made by test_device_sign(). */
void test_device_init (TestDevice *self, uint8_t number);
void test_device_sign (TestDevice *self, const uint8_t account_id[16], const uint8_t account_key[65]);
void test_device_clear (TestDevice *self);

#define TEST_DEVICES (WW_MAX_DEVICES + 1)
#define TEST_HANDLES (WW_MAX_HANDLES + 1)

typedef struct
{
  WwSigningKey *account_key;
  Waxwing__AccountRecord message;
  uint8_t id[WW_ID_SIZE];
  uint8_t public_key[WW_POINT_SIZE];
  uint8_t previous[WW_HASH_SIZE];
  char *handles[TEST_HANDLES];
  TestDevice devices[TEST_DEVICES];
  Waxwing__Device *listed[TEST_DEVICES];
  GBytes *bytes;
  uint8_t signature[WW_SIGNATURE_SIZE];
  Waxwing__SignedRecord signed_record;
} TestRecord;

/*
 * An account with one device, one handle and the given number of its record. Change `message` or a device, then call
 * test_record_sign_devices() and test_record_sign(); the latter does not sign the devices.
 */
void test_record_init (TestRecord *self, uint64_t sequence);
void test_record_set_previous (TestRecord *self, const uint8_t hash[32]);
void test_record_set_account_key (TestRecord *self, uint8_t number);
TestDevice *test_record_add_device (TestRecord *self);
void test_record_sign_devices (TestRecord *self);
void test_record_sign (TestRecord *self);
/* Signs everything and reads it, which has to go well. */
WwRecord *test_record_make (TestRecord *self);
void test_record_clear (TestRecord *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestRecord, test_record_clear)
