/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-record.h"
#include "ww-signature.h"

static void
test_accessors (void)
{
  g_auto (TestRecord) test = { 0 };
  g_autoptr (WwRecord) record = NULL;
  const WwRecordDevice *devices;
  const char *const *handles;
  uint8_t hash[32];
  size_t n;

  test_record_init (&test, 1);
  test_record_add_device (&test)->message.rsa_key.len = 0;
  test.devices[1].message.p256_key.len = 0;
  test.message.n_handles = 2;
  record = test_record_make (&test);

  test_assert_bytes (WW_BYTES (ww_record_account_id (record), 16), WW_BYTES_OF (test.id));
  g_assert_cmpuint (ww_record_sequence (record), ==, 1);
  g_assert_cmpint (ww_hash (NULL, &TEST_BYTES (test.bytes), 1, hash), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES (ww_record_hash (record), 32), WW_BYTES_OF (hash));
  test_assert_bytes (WW_BYTES (ww_record_account_key (record), 65), WW_BYTES_OF (test.public_key));
  test_assert_bytes (WW_BYTES (ww_record_signature (record), 64), WW_BYTES_OF (test.signature));
  test_assert_bytes (ww_record_bytes (record), TEST_BYTES (test.bytes));
  g_assert_null (ww_record_previous (record));
  g_assert_false (ww_record_is_reset (record));
  g_assert_cmpuint (ww_record_created_ms (record), ==, 1767225600000);

  handles = ww_record_handles (record, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (handles[0], ==, "mailto:alice0@example.org");
  g_assert_true (ww_record_has_handle (record, "mailto:alice1@example.org"));
  g_assert_false (ww_record_has_handle (record, "mailto:alice2@example.org"));

  devices = ww_record_devices (record, &n);
  g_assert_cmpuint (n, ==, 2);
  test_assert_bytes (WW_BYTES_OF (devices[0].device_id), WW_BYTES_OF (test.devices[0].id));
  test_assert_bytes (WW_BYTES_OF (devices[0].signing_key), WW_BYTES_OF (test.devices[0].signing_key));
  test_assert_bytes (devices[0].p256_key, WW_BYTES_OF (test.devices[0].p256_key));
  test_assert_bytes (devices[0].rsa_key, ww_device_keys_rsa_public (test.devices[0].keys));
  test_assert_bytes (WW_BYTES_OF (devices[0].push_address), WW_BYTES_OF (test.devices[0].push_address));
  test_assert_bytes (devices[0].device, TEST_BYTES (test.devices[0].bytes));
  test_assert_bytes (WW_BYTES (devices[0].signature, 64), WW_BYTES_OF (test.devices[0].signature));
  g_assert_cmpuint (devices[0].n_suites, ==, 2);
  g_assert_cmpuint (devices[0].suites[1], ==, 2);
  g_assert_cmpuint (devices[0].enrolled_ms, ==, 1767225600000);
  g_assert_cmpuint (devices[0].sealed_name.len, ==, 0);
  g_assert_cmpuint (devices[1].p256_key.len, ==, 0);
  g_assert_cmpuint (devices[1].rsa_key.len, ==, 0);
  g_assert_true (ww_record_find_device (record, test.devices[1].id) == &devices[1]);
  g_assert_null (ww_record_find_device (record, test.id));

  g_assert_true (ww_record_ref (record) == record);
  ww_record_unref (record);
  ww_record_unref (NULL);
}

/* What is wrong with a record, before the devices and the account sign, or after. */
typedef void (*Change) (TestRecord *test);

static void
nothing (TestRecord *t)
{
  (void) t;
}
static void
sequence_zero (TestRecord *t)
{
  t->message.sequence = 0;
}
static void
previous_in_first (TestRecord *t)
{
  test_record_set_previous (t, t->public_key);
}
static void
reset_first (TestRecord *t)
{
  t->message.reset = TRUE;
}
static void
second_without_previous (TestRecord *t)
{
  t->message.sequence = 2;
}
static void
no_handle (TestRecord *t)
{
  t->message.n_handles = 0;
}
static void
all_handles (TestRecord *t)
{
  t->message.n_handles = WW_MAX_HANDLES;
}
static void
too_many_handles (TestRecord *t)
{
  t->message.n_handles = WW_MAX_HANDLES + 1;
}
static void
no_device (TestRecord *t)
{
  t->message.n_devices = 0;
}
static void
short_id (TestRecord *t)
{
  t->message.account_id.len = 15;
}
static void
short_key (TestRecord *t)
{
  t->message.account_key.len = 64;
}
static void
short_previous (TestRecord *t)
{
  test_record_set_previous (t, t->public_key);
  t->message.previous.len = 31;
  t->message.sequence = 2;
}
static void
key_off_curve (TestRecord *t)
{
  t->public_key[64] ^= 1;
}
static void
key_compressed (TestRecord *t)
{
  t->public_key[0] = 2;
}
static void
signing_off_curve (TestRecord *t)
{
  t->devices[0].signing_key[64] ^= 1;
}
static void
p256_off_curve (TestRecord *t)
{
  t->devices[0].p256_key[64] ^= 1;
}
static void
p256_short (TestRecord *t)
{
  t->devices[0].message.p256_key.len = 64;
}
static void
rsa_short (TestRecord *t)
{
  t->devices[0].message.rsa_key.len -= 1;
}
static void
no_encryption_keys (TestRecord *t)
{
  t->devices[0].message.rsa_key.len = t->devices[0].message.p256_key.len = 0;
}
static void
no_suites (TestRecord *t)
{
  t->devices[0].message.n_suites = 0;
}
static void
unknown_suite (TestRecord *t)
{
  t->devices[0].suites[1] = 77;
}
static void
suites_descending (TestRecord *t)
{
  t->devices[0].suites[0] = 3;
}
static void
long_sealed_name (TestRecord *t)
{
  static uint8_t name[257];
  t->devices[0].listed.sealed_name = (ProtobufCBinaryData) { 257, name };
}
static void
sealed_name (TestRecord *t)
{
  static uint8_t name[256];
  t->devices[0].listed.sealed_name = (ProtobufCBinaryData) { 256, name };
}
static void
device_cut (TestRecord *t)
{
  t->devices[0].listed.device.len -= 1;
}
static void
device_unsigned (TestRecord *t)
{
  t->devices[0].signature[5] ^= 1;
}
static void
device_short_signature (TestRecord *t)
{
  t->devices[0].listed.signature.len = 63;
}
static void
account_signature (TestRecord *t)
{
  t->signature[40] ^= 1;
}

static void
handle_twice (TestRecord *t)
{
  g_free (t->handles[1]);
  t->handles[1] = g_strdup (t->handles[0]);
  t->message.n_handles = 2;
}

static void
handle_upper_case (TestRecord *t)
{
  g_free (t->handles[0]);
  t->handles[0] = g_strdup ("mailto:Alice@example.org");
}

static void
handle_bare (TestRecord *t)
{
  g_free (t->handles[0]);
  t->handles[0] = g_strdup ("alice@example.org");
}

static void
device_twice (TestRecord *t)
{
  test_record_add_device (t);
  memcpy (t->devices[1].id, t->devices[0].id, 16);
}

/* Listed, and said to be removed. */
static void
device_wiped_and_listed (TestRecord *t)
{
  static ProtobufCBinaryData wiped;

  wiped = (ProtobufCBinaryData) { WW_ID_SIZE, t->devices[0].id };
  t->message.wiped = &wiped;
  t->message.n_wiped = 1;
}

/* One that is not listed any more. */
static void
device_wiped (TestRecord *t)
{
  static uint8_t id[WW_ID_SIZE] = { 0x77 };
  static ProtobufCBinaryData wiped = { WW_ID_SIZE, id };

  t->message.wiped = &wiped;
  t->message.n_wiped = 1;
}

static void
all_devices (TestRecord *t)
{
  while (t->message.n_devices < WW_MAX_DEVICES)
    test_record_add_device (t);
}

static void
too_many_devices (TestRecord *t)
{
  all_devices (t);
  test_record_add_device (t);
}

/* The device agreed to be of another account. */
static void
device_of_other_account (TestRecord *t)
{
  uint8_t other[16] = { 1 };

  test_device_sign (&t->devices[0], other, t->public_key);
}

/* The device agreed to be under another account key: the key was swapped since. */
static void
device_under_other_key (TestRecord *t)
{
  test_device_sign (&t->devices[0], t->id, t->devices[0].signing_key);
}

static void
signed_by_other_key (TestRecord *t)
{
  WwBytes bytes = TEST_BYTES (t->bytes);

  g_assert_cmpint (
      ww_signing_key_sign (ww_device_keys_signing (t->devices[0].keys), WW_TAG_RECORD, &bytes, 1, t->signature), ==,
      WW_CRYPTO_OK);
}

static void
signed_for_other_purpose (TestRecord *t)
{
  WwBytes bytes = TEST_BYTES (t->bytes);

  g_assert_cmpint (ww_signing_key_sign (t->account_key, WW_TAG_DEVICE, &bytes, 1, t->signature), ==, WW_CRYPTO_OK);
}

typedef enum
{
  BEFORE, /* anyone signs */
  LISTED, /* the devices have signed, not the account */
  AFTER,
} Stage;

/* The key of a reset is the claimer's: it must not make the account's devices forget. */
static void
reset_that_wipes (TestRecord *t)
{
  static const uint8_t previous[32] = { 1 };
  static uint8_t id[16] = { 0x99 };
  static ProtobufCBinaryData wiped = { sizeof id, id };

  t->message.sequence = 2;
  test_record_set_previous (t, previous);
  t->message.reset = true;
  t->message.wiped = &wiped;
  t->message.n_wiped = 1;
}

static void
reset_that_wipes_nothing (TestRecord *t)
{
  reset_that_wipes (t);
  t->message.n_wiped = 0;
}

static const struct
{
  const char *name;
  Stage stage;
  Change change;
  WwRecordStatus status;
} cases[] = {
  { "nothing", BEFORE, nothing, WW_RECORD_OK },
  { "as many handles as may be", BEFORE, all_handles, WW_RECORD_OK },
  { "as many devices as may be", BEFORE, all_devices, WW_RECORD_OK },
  { "the longest sealed name", LISTED, sealed_name, WW_RECORD_OK },
  { "no encryption keys", BEFORE, no_encryption_keys, WW_RECORD_OK },
  { "no suites", BEFORE, no_suites, WW_RECORD_OK },
  { "an unknown suite", BEFORE, unknown_suite, WW_RECORD_OK },
  { "sequence 0", BEFORE, sequence_zero, WW_RECORD_MALFORMED },
  { "a predecessor of the first", BEFORE, previous_in_first, WW_RECORD_MALFORMED },
  { "the first as a reset", BEFORE, reset_first, WW_RECORD_MALFORMED },
  { "the second without a predecessor", BEFORE, second_without_previous, WW_RECORD_MALFORMED },
  { "a short predecessor", BEFORE, short_previous, WW_RECORD_MALFORMED },
  { "no handle", BEFORE, no_handle, WW_RECORD_MALFORMED },
  { "too many handles", BEFORE, too_many_handles, WW_RECORD_MALFORMED },
  { "a handle twice", BEFORE, handle_twice, WW_RECORD_MALFORMED },
  { "a handle not normalised", BEFORE, handle_upper_case, WW_RECORD_MALFORMED },
  { "a handle without its scheme", BEFORE, handle_bare, WW_RECORD_MALFORMED },
  { "no device", BEFORE, no_device, WW_RECORD_MALFORMED },
  { "too many devices", BEFORE, too_many_devices, WW_RECORD_MALFORMED },
  { "a device twice", BEFORE, device_twice, WW_RECORD_MALFORMED },
  { "a device in both lists", BEFORE, device_wiped_and_listed, WW_RECORD_MALFORMED },
  { "a device that shall forget", BEFORE, device_wiped, WW_RECORD_OK },
  { "a reset", BEFORE, reset_that_wipes_nothing, WW_RECORD_OK },
  { "a reset that makes devices forget", BEFORE, reset_that_wipes, WW_RECORD_MALFORMED },
  { "a short account id", BEFORE, short_id, WW_RECORD_MALFORMED },
  { "a short account key", BEFORE, short_key, WW_RECORD_MALFORMED },
  { "account key off the curve", BEFORE, key_off_curve, WW_RECORD_MALFORMED },
  { "account key compressed", BEFORE, key_compressed, WW_RECORD_MALFORMED },
  { "signing key off the curve", BEFORE, signing_off_curve, WW_RECORD_MALFORMED },
  { "encryption key off the curve", BEFORE, p256_off_curve, WW_RECORD_MALFORMED },
  { "a short encryption key", BEFORE, p256_short, WW_RECORD_MALFORMED },
  { "a cut RSA key", BEFORE, rsa_short, WW_RECORD_MALFORMED },
  { "suites descending", BEFORE, suites_descending, WW_RECORD_MALFORMED },
  { "a long sealed name", LISTED, long_sealed_name, WW_RECORD_MALFORMED },
  { "a device cut", LISTED, device_cut, WW_RECORD_MALFORMED },
  { "a device's short signature", LISTED, device_short_signature, WW_RECORD_MALFORMED },
  { "a device that did not sign", LISTED, device_unsigned, WW_RECORD_DEVICE_UNSIGNED },
  { "a device of another account", LISTED, device_of_other_account, WW_RECORD_DEVICE_UNSIGNED },
  { "a device under another account key", LISTED, device_under_other_key, WW_RECORD_DEVICE_UNSIGNED },
  { "another account signature", AFTER, account_signature, WW_RECORD_BAD_SIGNATURE },
  { "signed by a device", AFTER, signed_by_other_key, WW_RECORD_BAD_SIGNATURE },
  { "signed for another purpose", AFTER, signed_for_other_purpose, WW_RECORD_BAD_SIGNATURE },
};

static void
test_table (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TestRecord) test = { 0 };
      g_autoptr (WwRecord) record = NULL;

      g_test_message ("%s", cases[i].name);
      test_record_init (&test, 1);
      if (cases[i].stage == BEFORE)
        cases[i].change (&test);
      test_record_sign_devices (&test);
      if (cases[i].stage == LISTED)
        cases[i].change (&test);
      test_record_sign (&test);
      if (cases[i].stage == AFTER)
        cases[i].change (&test);
      g_assert_cmpint (ww_record_new (TEST_BYTES (test.bytes), WW_BYTES_OF (test.signature), &record), ==,
                       cases[i].status);
      g_assert_true ((record != NULL) == (cases[i].status == WW_RECORD_OK));
    }
}

static void
test_bytes (void)
{
  g_auto (TestRecord) test = { 0 };
  g_autofree uint8_t *copy = NULL;
  WwRecord *record = NULL;
  WwBytes bytes;

  test_record_init (&test, 1);
  test_record_sign_devices (&test);
  test_record_sign (&test);
  bytes = TEST_BYTES (test.bytes);
  copy = g_malloc0 (WW_MAX_RECORD + 1);

  g_assert_cmpint (ww_record_new (bytes, WW_BYTES (test.signature, 63), &record), ==, WW_RECORD_MALFORMED);
  g_assert_cmpint (ww_record_new (WW_BYTES (bytes.data, 0), WW_BYTES_OF (test.signature), &record), ==,
                   WW_RECORD_MALFORMED);
  g_assert_cmpint (ww_record_new (WW_BYTES (copy, WW_MAX_RECORD + 1), WW_BYTES_OF (test.signature), &record), ==,
                   WW_RECORD_MALFORMED);
  /* Whatever byte is altered, someone notices. */
  for (size_t i = 0; i < bytes.len; i++)
    {
      memcpy (copy, bytes.data, bytes.len);
      copy[i] ^= 0x20;
      g_assert_cmpint (ww_record_new (WW_BYTES (copy, bytes.len), WW_BYTES_OF (test.signature), &record), !=,
                       WW_RECORD_OK);
      g_assert_null (record);
    }
}

/* A record of the largest size, and one byte more: an unknown field fills it up. */
static void
test_largest (void)
{
  for (size_t more = 0; more <= 1; more++)
    {
      g_auto (TestRecord) test = { 0 };
      g_autoptr (WwRecord) record = NULL;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      uint8_t head[5] = { 0xa2, 0x06 };
      size_t content;
      WwBytes all;

      test_record_init (&test, 1);
      test_record_sign_devices (&test);
      test_record_sign (&test);
      g_byte_array_append (bytes, TEST_BYTES (test.bytes).data, (guint) g_bytes_get_size (test.bytes));
      content = WW_MAX_RECORD + more - bytes->len - sizeof head;
      head[2] = (uint8_t) (0x80 | (content & 0x7f));
      head[3] = (uint8_t) (0x80 | (content >> 7 & 0x7f));
      head[4] = (uint8_t) (content >> 14);
      g_byte_array_append (bytes, head, sizeof head);
      g_byte_array_set_size (bytes, WW_MAX_RECORD + (guint) more);
      memset (bytes->data + WW_MAX_RECORD + more - content, 'u', content);

      all = WW_BYTES (bytes->data, bytes->len);
      g_assert_cmpint (ww_signing_key_sign (test.account_key, WW_TAG_RECORD, &all, 1, test.signature), ==,
                       WW_CRYPTO_OK);
      g_assert_cmpint (ww_record_new (all, WW_BYTES_OF (test.signature), &record), ==,
                       more == 0 ? WW_RECORD_OK : WW_RECORD_MALFORMED);
    }
}

static void
reset (TestRecord *test)
{
  test->message.reset = TRUE;
}

static void
later (TestRecord *test)
{
  test->message.created_ms++;
}

static void
note_change (const WwChange *change, void *data)
{
  static const char *const words[] = { "+device", "-device", "+handle", "-handle", "reset" };
  GString *said = data;

  g_string_append (said, words[change->kind]);
  if (change->device != NULL)
    g_string_append_printf (said, " %02x", change->device->device_id[0]);
  if (change->handle != NULL)
    g_string_append_printf (said, " %c", change->handle[12]);
  g_string_append (said, "; ");
}

static void
another_device (TestRecord *test)
{
  test_record_add_device (test);
}

static void
another_handle (TestRecord *test)
{
  test->message.n_handles = 2;
}

static void
replaced_handle (TestRecord *test)
{
  g_free (test->handles[0]);
  test->handles[0] = g_strdup ("mailto:alice7@example.org");
}

/* Same id, but another push address. */
static void
altered_device (TestRecord *test)
{
  test->devices[0].push_address[0] ^= 1;
}

static void
replaced_device (TestRecord *test)
{
  memset (test->devices[0].id, 0x77, 16);
}

static void
reset_and_device (TestRecord *test)
{
  reset (test);
  another_device (test);
}

static void
test_compare (void)
{
  static const struct
  {
    Change first, second;
    const char *said;
  } pairs[] = {
    { nothing, nothing, "" },
    { nothing, later, "" },
    { nothing, another_device, "+device 22; " },
    { another_device, nothing, "-device 22; " },
    { nothing, another_handle, "+handle 1; " },
    { another_handle, nothing, "-handle 1; " },
    { nothing, replaced_handle, "-handle 0; +handle 7; " },
    { nothing, replaced_device, "-device 21; +device 77; " },
    { nothing, altered_device, "-device 21; +device 21; " },
    { nothing, reset_and_device, "reset; +device 22; " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_auto (TestRecord) a = { 0 };
      g_auto (TestRecord) b = { 0 };
      g_autoptr (WwRecord) first = NULL;
      g_autoptr (WwRecord) second = NULL;
      g_autoptr (GString) said = g_string_new (NULL);

      test_record_init (&a, 1);
      pairs[i].first (&a);
      first = test_record_make (&a);
      test_record_init (&b, 2);
      test_record_set_previous (&b, ww_record_hash (first));
      pairs[i].second (&b);
      second = test_record_make (&b);
      ww_record_compare (first, second, note_change, said);
      g_assert_cmpstr (said->str, ==, pairs[i].said);

      if (i == 0)
        {
          ww_record_compare (NULL, first, note_change, said);
          g_assert_cmpstr (said->str, ==, "+device 21; +handle 0; ");
        }
    }
}

/* A key that changed between records which aren't neighbours is a reset all the same. */
static void
test_compare_keys (void)
{
  g_auto (TestRecord) a = { 0 };
  g_auto (TestRecord) b = { 0 };
  g_autoptr (WwRecord) first = NULL;
  g_autoptr (WwRecord) second = NULL;
  g_autoptr (GString) said = g_string_new (NULL);

  test_record_init (&a, 1);
  first = test_record_make (&a);
  test_record_init (&b, 5);
  test_record_set_previous (&b, ww_record_hash (first));
  test_record_set_account_key (&b, 0x55);
  second = test_record_make (&b);
  ww_record_compare (first, second, note_change, said);
  g_assert_cmpstr (said->str, ==, "reset; ");
}

static void
test_words (void)
{
  for (int i = WW_RECORD_OK; i <= WW_RECORD_WRONG_KEY; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (ww_record_status_to_string ((WwRecordStatus) i), !=,
                       ww_record_status_to_string ((WwRecordStatus) j));
  g_assert_cmpstr (ww_record_status_to_string ((WwRecordStatus) 99), ==, "unknown status");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/accessors", test_accessors);
  g_test_add_func ("/record/table", test_table);
  g_test_add_func ("/record/bytes", test_bytes);
  g_test_add_func ("/record/largest", test_largest);
  g_test_add_func ("/record/compare", test_compare);
  g_test_add_func ("/record/compare-keys", test_compare_keys);
  g_test_add_func ("/record/words", test_words);

  return g_test_run ();
}
