/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-record.h"
#include "ww-signature.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwRecord, ww_record_unref)

static WwRecord *
make (TestRecord *test)
{
  WwRecord *record = NULL;

  test_record_sign_devices (test);
  test_record_sign (test);
  g_assert_cmpint (ww_record_new (TEST_BYTES (test->bytes), WW_BYTES_OF (test->signature), &record), ==, WW_RECORD_OK);

  return record;
}

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
  record = make (&test);

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

/*
 * A history: records 1 to 5 of an account, 4 being a reset to another key; what a hostile server could
 * put beside them.
 */
typedef enum
{
  R1,
  R2,
  R3,
  R4,
  R5,
  OTHER_R2,   /* another second record, of another time */
  OTHER_R3,   /* follows OTHER_R2 */
  NEW_KEY_R3, /* follows R2 with another account key, without a reset */
  FOREIGN_R1, /* first record of another account */
  FOREIGN_R3, /* another account's, but with R2 as its predecessor */
  UNSIGNED_R3,
  N_RECORDS,
  NONE = -1,
} Which;

typedef struct
{
  TestRecord tests[N_RECORDS];
  WwRecord *records[N_RECORDS];
} History;

static void
history_add (History *self, Which which, uint64_t sequence, Which previous, uint8_t account_key, Change change)
{
  TestRecord *test = &self->tests[which];

  test_record_init (test, sequence);
  if (previous != NONE)
    test_record_set_previous (test, ww_record_hash (self->records[previous]));
  if (account_key != 0)
    test_record_set_account_key (test, account_key);
  change (test);
  self->records[which] = make (test);
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
foreign (TestRecord *test)
{
  memset (test->id, 0xb2, sizeof test->id);
}

static void
history_init (History *self)
{
  memset (self, 0, sizeof *self);
  history_add (self, R1, 1, NONE, 0, nothing);
  history_add (self, R2, 2, R1, 0, nothing);
  history_add (self, R3, 3, R2, 0, nothing);
  history_add (self, R4, 4, R3, 0x55, reset);
  history_add (self, R5, 5, R4, 0x55, nothing);
  history_add (self, OTHER_R2, 2, R1, 0, later);
  history_add (self, OTHER_R3, 3, OTHER_R2, 0, nothing);
  history_add (self, NEW_KEY_R3, 3, R2, 0x55, nothing);
  history_add (self, FOREIGN_R1, 1, NONE, 0, foreign);
  history_add (self, FOREIGN_R3, 3, R2, 0, foreign);
  history_add (self, UNSIGNED_R3, 3, R2, 0, nothing);
  self->tests[UNSIGNED_R3].signature[0] ^= 1;
}

static void
history_clear (History *self)
{
  for (int i = 0; i < N_RECORDS; i++)
    {
      test_record_clear (&self->tests[i]);
      ww_record_unref (self->records[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (History, history_clear)

static void
test_next (void)
{
  static const struct
  {
    Which self, next;
    WwRecordStatus status;
  } successors[] = {
    { R1, R2, WW_RECORD_OK },
    { R2, R3, WW_RECORD_OK },
    { R3, R4, WW_RECORD_OK },
    { R4, R5, WW_RECORD_OK },
    { R1, OTHER_R2, WW_RECORD_OK },
    { R1, R1, WW_RECORD_ROLLED_BACK },
    { R2, R1, WW_RECORD_ROLLED_BACK },
    { R5, R2, WW_RECORD_ROLLED_BACK },
    { R2, OTHER_R2, WW_RECORD_FORKED },
    { R2, OTHER_R3, WW_RECORD_FORKED },
    { OTHER_R2, R3, WW_RECORD_FORKED },
    { R1, R3, WW_RECORD_GAP },
    { R1, R5, WW_RECORD_GAP },
    { R2, NEW_KEY_R3, WW_RECORD_WRONG_KEY },
    { R2, FOREIGN_R3, WW_RECORD_WRONG_ACCOUNT },
    { R1, FOREIGN_R1, WW_RECORD_WRONG_ACCOUNT },
  };
  g_auto (History) history = { 0 };

  history_init (&history);
  for (size_t i = 0; i < G_N_ELEMENTS (successors); i++)
    {
      g_test_message ("%d, %d", successors[i].self, successors[i].next);
      g_assert_cmpint (ww_record_check_next (history.records[successors[i].self], history.records[successors[i].next]),
                       ==, successors[i].status);
    }
}

#define UNKNOWN WW_RECORD_CURRENT_UNKNOWN

static const struct
{
  const char *name;
  Which known;
  Which chain[6]; /* up to NONE */
  uint64_t current;
  WwRecordStatus status;
  uint64_t first_new; /* sequence of the first record of the result, 0: none is new */
} chains[] = {
  { "all from the start", NONE, { R1, R2, R3, R4, R5, NONE }, 5, WW_RECORD_OK, 1 },
  { "all, not told the current one", NONE, { R1, R2, NONE }, UNKNOWN, WW_RECORD_OK, 1 },
  { "a first part", NONE, { R1, R2, NONE }, 5, WW_RECORD_OK, 1 },
  { "the rest", R2, { R3, R4, R5, NONE }, 5, WW_RECORD_OK, 3 },
  { "one part of the rest", R2, { R3, NONE }, 5, WW_RECORD_OK, 3 },
  { "nothing newer", R3, { NONE }, 3, WW_RECORD_OK, 0 },
  { "nothing newer, not told", R3, { NONE }, UNKNOWN, WW_RECORD_OK, 0 },
  { "the known one again", R3, { R3, NONE }, 3, WW_RECORD_OK, 0 },
  { "the known one and the rest", R3, { R3, R4, R5, NONE }, 5, WW_RECORD_OK, 4 },
  { "from before the known one", R3, { R1, R2, R3, R4, NONE }, 4, WW_RECORD_OK, 4 },
  { "up to the known one", R3, { R1, R2, R3, NONE }, 3, WW_RECORD_OK, 0 },

  { "ends before the known one", R3, { R1, R2, NONE }, 3, WW_RECORD_ROLLED_BACK, 0 },
  { "ends before the known one, not told", R3, { R1, R2, NONE }, UNKNOWN, WW_RECORD_ROLLED_BACK, 0 },
  { "an older one only", R3, { R2, NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "an older one is said to be current", R3, { NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "none is said to be current", R3, { NONE }, 0, WW_RECORD_ROLLED_BACK, 0 },
  { "newer ones than the current one", R3, { R4, R5, NONE }, 4, WW_RECORD_ROLLED_BACK, 0 },
  { "newer ones than the current one, from the start", NONE, { R1, R2, NONE }, 1, WW_RECORD_ROLLED_BACK, 0 },
  { "backwards", NONE, { R1, R2, R1, NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "twice the same", NONE, { R1, R1, NONE }, 1, WW_RECORD_ROLLED_BACK, 0 },

  { "another second one in the answer", NONE, { R1, R2, OTHER_R2, NONE }, 2, WW_RECORD_FORKED, 0 },
  { "two histories in the answer", NONE, { R1, R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "another one than the known", R2, { OTHER_R2, NONE }, 2, WW_RECORD_FORKED, 0 },
  { "another one than the known, and further", R2, { OTHER_R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "past the known one on another branch", R2, { R1, OTHER_R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "continues another branch", R2, { OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },

  { "starts late", NONE, { R2, R3, NONE }, 3, WW_RECORD_GAP, 0 },
  { "leaves one out", NONE, { R1, R3, NONE }, 3, WW_RECORD_GAP, 0 },
  { "leaves one out after the known", R2, { R4, R5, NONE }, 5, WW_RECORD_GAP, 0 },
  { "withholds what is newer", R3, { NONE }, 5, WW_RECORD_GAP, 0 },
  { "withholds all", NONE, { NONE }, 5, WW_RECORD_GAP, 0 },
  { "only the known one, but there are newer", R3, { R3, NONE }, 5, WW_RECORD_GAP, 0 },

  { "another account", NONE, { FOREIGN_R1, NONE }, 1, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another account's successor", R2, { FOREIGN_R3, NONE }, 3, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another account in between", NONE, { R1, R2, FOREIGN_R3, NONE }, 3, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another key", R2, { NEW_KEY_R3, NONE }, 3, WW_RECORD_WRONG_KEY, 0 },
  { "another key in between", NONE, { R1, R2, NEW_KEY_R3, NONE }, 3, WW_RECORD_WRONG_KEY, 0 },
  { "an unsigned one", R2, { UNSIGNED_R3, NONE }, 3, WW_RECORD_BAD_SIGNATURE, 0 },
};

static void
test_chains (void)
{
  g_auto (History) history = { 0 };

  history_init (&history);
  for (size_t i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      Waxwing__SignedRecord *chain[6];
      size_t n = 0, n_out = 99;
      WwRecord **out = NULL;
      WwRecord *known = chains[i].known == NONE ? NULL : history.records[chains[i].known];

      for (; chains[i].chain[n] != NONE; n++)
        chain[n] = &history.tests[chains[i].chain[n]].signed_record;
      g_test_message ("%s", chains[i].name);
      g_assert_cmpint (ww_record_check_chain (known, history.tests[R1].id, chain, n, chains[i].current, &out, &n_out),
                       ==, chains[i].status);
      g_assert_true ((out != NULL) == (chains[i].status == WW_RECORD_OK));
      if (chains[i].first_new == 0)
        g_assert_cmpuint (n_out, ==, 0);
      for (size_t j = 0; j < n_out; j++)
        {
          g_assert_cmpuint (ww_record_sequence (out[j]), ==, chains[i].first_new + j);
          ww_record_unref (out[j]);
        }
      if (chains[i].first_new > 0)
        g_assert_cmpuint (chains[i].first_new + n_out - 1, ==,
                          ww_record_sequence (history.records[chains[i].chain[n - 1]]));
      free (out);
    }
}

/* When nobody knows which account it will be: the first record says, and the others keep to it. */
static void
test_chain_accounts (void)
{
  g_auto (History) history = { 0 };
  Waxwing__SignedRecord *chain[2];
  WwRecord **out = NULL;
  size_t n_out;

  history_init (&history);
  chain[0] = &history.tests[FOREIGN_R1].signed_record;
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, 1, 1, &out, &n_out), ==, WW_RECORD_OK);
  g_assert_cmpuint (n_out, ==, 1);
  ww_record_unref (out[0]);
  free (out);

  chain[0] = &history.tests[R1].signed_record;
  chain[1] = &history.tests[FOREIGN_R3].signed_record;
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, 2, 3, &out, &n_out), ==, WW_RECORD_WRONG_ACCOUNT);
  chain[0] = &history.tests[FOREIGN_R1].signed_record;
  g_assert_cmpint (ww_record_check_chain (history.records[R1], NULL, chain, 1, 1, &out, &n_out), ==,
                   WW_RECORD_WRONG_ACCOUNT);
  g_assert_cmpint (ww_record_check_chain (history.records[R1], history.tests[FOREIGN_R1].id, chain, 0, 1, &out, &n_out),
                   ==, WW_RECORD_WRONG_ACCOUNT);
}

static void
test_chain_length (void)
{
  Waxwing__SignedRecord *chain[WW_MAX_CHAIN + 1];
  WwRecord *records[WW_MAX_CHAIN + 1];
  TestRecord *tests = g_new0 (TestRecord, WW_MAX_CHAIN + 1);
  WwRecord **out = NULL;
  size_t n_out;

  for (size_t i = 0; i <= WW_MAX_CHAIN; i++)
    {
      test_record_init (&tests[i], i + 1);
      if (i > 0)
        test_record_set_previous (&tests[i], ww_record_hash (records[i - 1]));
      records[i] = make (&tests[i]);
      chain[i] = &tests[i].signed_record;
    }
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, WW_MAX_CHAIN + 1, WW_MAX_CHAIN + 1, &out, &n_out), ==,
                   WW_RECORD_MALFORMED);
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, WW_MAX_CHAIN, WW_MAX_CHAIN + 1, &out, &n_out), ==,
                   WW_RECORD_OK);
  g_assert_cmpuint (n_out, ==, WW_MAX_CHAIN);
  for (size_t i = 0; i < n_out; i++)
    ww_record_unref (out[i]);
  free (out);

  for (size_t i = 0; i <= WW_MAX_CHAIN; i++)
    {
      ww_record_unref (records[i]);
      test_record_clear (&tests[i]);
    }
  g_free (tests);
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
      first = make (&a);
      test_record_init (&b, 2);
      test_record_set_previous (&b, ww_record_hash (first));
      pairs[i].second (&b);
      second = make (&b);
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
  g_auto (History) history = { 0 };
  g_autoptr (GString) said = g_string_new (NULL);

  history_init (&history);
  ww_record_compare (history.records[R2], history.records[R5], note_change, said);
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
  g_test_add_func ("/record/next", test_next);
  g_test_add_func ("/record/chains", test_chains);
  g_test_add_func ("/record/chain-accounts", test_chain_accounts);
  g_test_add_func ("/record/chain-length", test_chain_length);
  g_test_add_func ("/record/compare", test_compare);
  g_test_add_func ("/record/compare-keys", test_compare_keys);
  g_test_add_func ("/record/words", test_words);

  return g_test_run ();
}
