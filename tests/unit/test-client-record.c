/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records that a device signs: each change alone, together, at the limits and one past them. */
#include <string.h>

#include "ww-checks.h"
#include "ww-error.h"
#include "ww-keyring.h"
#include "ww-record-builder.h"
#include "ww-store-records.h"

static WwSigningKey *key, *other_key;
static WwDeviceKeys *device_keys;
static guint8 account_id[16] = { 0xa1 };

/* A device of that number, which says that it belongs to the account of `account_key`. */
static WwNewDevice
new_device (guint8 number, const WwSigningKey *account_key, GBytes **statement)
{
  guint8 id[16] = { 0xd0, number }, push_address[32] = { number }, public_key[WW_POINT_SIZE];
  WwNewDevice device = { 0 };

  *statement = ww_device_statement_new (id, device_keys, push_address, 1000 + number);
  device.statement = WW_BYTES (g_bytes_get_data (*statement, NULL), g_bytes_get_size (*statement));
  ww_signing_key_public (account_key, public_key);
  g_assert_cmpint (ww_signing_key_sign_device (ww_device_keys_signing (device_keys), account_id, public_key,
                                               device.statement, device.signature),
                   ==, WW_CRYPTO_OK);
  return device;
}

static const guint8 *
device_id (guint8 number)
{
  static guint8 ids[WW_MAX_DEVICES + 2][16];

  ids[number][0] = 0xd0;
  ids[number][1] = number;
  return ids[number];
}

static WwRecord *
make_first (void)
{
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = new_device (0, key, &statement);
  WwRecord *record = ww_record_build_first (key, account_id, "mailto:a0@example.org", &device, 1000);

  g_assert_nonnull (record);
  return record;
}

/* The next one, which everybody must accept. */
static WwRecord *
follow (const WwRecord *previous, const WwRecordChange *change)
{
  g_autoptr (GError) error = NULL;
  WwRecord *next = ww_record_build_next (change->reset ? other_key : key, previous, change, 2000, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ww_record_check_next (previous, next), ==, WW_RECORD_OK);
  g_assert_cmpuint (ww_record_sequence (next), ==, ww_record_sequence (previous) + 1);
  return next;
}

static WwRecord *
follow_device (const WwRecord *previous, guint8 number)
{
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = new_device (number, key, &statement);
  WwRecordChange change = { .device_added = &device };

  return follow (previous, &change);
}

static WwRecord *
follow_handle (const WwRecord *previous, guint number)
{
  g_autofree char *handle = g_strdup_printf ("mailto:a%u@example.org", number);
  WwRecordChange change = { .handle_added = handle };

  return follow (previous, &change);
}

static char *
join_handles (const WwRecord *record)
{
  size_t n;
  const char *const *handles = ww_record_handles (record, &n);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    g_string_append_printf (joined, "%s%.2s", i > 0 ? " " : "", strchr (handles[i], ':') + 1);
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static void
assert_refused (const WwRecord *previous, const WwRecordChange *change, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ww_record_build_next (key, previous, change, 2000, &error));
  g_assert_error (error, WW_ERROR, code);
}

static void
test_devices (void)
{
  g_autoptr (WwRecord) first = make_first ();
  g_autoptr (WwRecord) two = follow_device (first, 1);
  g_autoptr (WwRecord) one = NULL;
  g_autoptr (WwRecord) wiped = NULL;
  WwRecordChange change = { .device_removed = device_id (1) };
  size_t n;

  ww_record_devices (two, &n);
  g_assert_cmpuint (n, ==, 2);
  one = follow (two, &change);
  ww_record_devices (one, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_null (ww_record_find_device (one, device_id (1)));
  g_assert_false (ww_record_wipes (one, device_id (1)));
  change.wipe = TRUE;
  wiped = follow (two, &change);
  g_assert_true (ww_record_wipes (wiped, device_id (1)));
  g_assert_false (ww_record_wipes (wiped, device_id (0)));

  /* Nothing of it stays in the record after. */
  change = (WwRecordChange) { 0 };
  g_clear_pointer (&one, ww_record_unref);
  one = follow (wiped, &change);
  g_assert_false (ww_record_wipes (one, device_id (1)));
  change.device_removed = device_id (1);
  assert_refused (one, &change, WW_ERROR_INVALID_ARGUMENT);
  change.device_removed = device_id (0);
  assert_refused (one, &change, WW_ERROR_INVALID_ARGUMENT);
}

static void
test_device_limit (void)
{
  WwRecord *record = make_first ();
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = new_device (WW_MAX_DEVICES, key, &statement);
  WwRecordChange change = { .device_added = &device };
  WwRecord *next;

  for (guint8 i = 1; i < WW_MAX_DEVICES; i++)
    {
      next = follow_device (record, i);
      ww_record_unref (record);
      record = next;
    }
  assert_refused (record, &change, WW_ERROR_TOO_MANY_DEVICES);
  change.device_removed = device_id (3);
  next = follow (record, &change);
  g_assert_nonnull (ww_record_find_device (next, device_id (WW_MAX_DEVICES)));
  ww_record_unref (next);

  /* One that is there is not added a second time. */
  change.device_removed = NULL;
  g_clear_pointer (&statement, g_bytes_unref);
  device = new_device (1, key, &statement);
  next = follow (record, &(WwRecordChange) { .device_removed = device_id (5) });
  assert_refused (next, &change, WW_ERROR_FAILED);
  ww_record_unref (next);
  ww_record_unref (record);
}

static void
test_names (void)
{
  static const guint8 sealed[] = "sealed anew, as far as this test knows........";
  g_autoptr (WwRecord) first = make_first ();
  g_autoptr (WwRecord) two = follow_device (first, 1);
  WwNewName name = { device_id (1), WW_BYTES (sealed, sizeof sealed) };
  WwRecordChange change = { .names = &name, .n_names = 1 };
  g_autoptr (WwRecord) renamed = follow (two, &change);

  g_assert_true (ww_bytes_equal (ww_record_find_device (renamed, device_id (1))->sealed_name, name.sealed_name));
  g_assert_cmpuint (ww_record_find_device (renamed, device_id (0))->sealed_name.len, ==, 0);
  g_assert_true (ww_bytes_equal (ww_record_find_device (renamed, device_id (1))->device,
                                 ww_record_find_device (two, device_id (1))->device));
  name.device_id = device_id (7);
  assert_refused (two, &change, WW_ERROR_INVALID_ARGUMENT);
}

static void
test_handles (void)
{
  g_autoptr (WwRecord) first = make_first ();
  g_autoptr (WwRecord) two = follow_handle (first, 1);
  g_autoptr (WwRecord) three = follow_handle (two, 2);
  g_autoptr (WwRecord) same = follow_handle (three, 1);
  static const struct
  {
    WwRecordChange change;
    const char *handles; /* NULL: refused */
    int code;
  } cases[] = {
    { { .first_handle = "mailto:a2@example.org" }, "a2 a0 a1", 0 },
    { { .first_handle = "mailto:a0@example.org" }, "a0 a1 a2", 0 },
    { { .first_handle = "mailto:a3@example.org" }, NULL, WW_ERROR_INVALID_ARGUMENT },
    { { .handle_removed = "mailto:a0@example.org" }, "a1 a2", 0 },
    { { .handle_removed = "mailto:a1@example.org" }, "a0 a2", 0 },
    { { .handle_removed = "mailto:a3@example.org" }, NULL, WW_ERROR_INVALID_ARGUMENT },
    { { .handle_removed = "mailto:a0@example.org", .first_handle = "mailto:a0@example.org" },
      NULL,
      WW_ERROR_INVALID_ARGUMENT },
    { { .handle_added = "mailto:a3@example.org", .first_handle = "mailto:a3@example.org" }, "a3 a0 a1 a2", 0 },
    { { .handle_added = "mailto:a3@example.org", .handle_removed = "mailto:a0@example.org" }, "a1 a2 a3", 0 },
    { { .handle_added = "not a handle" }, NULL, WW_ERROR_FAILED },
    { { .handle_added = "tel:+15550100200" }, "a0 a1 a2 +1", 0 },
  };
  WwRecordChange change = { .handle_removed = "mailto:a0@example.org" };
  g_autofree char *unchanged = join_handles (same);

  g_assert_cmpstr (unchanged, ==, "a0 a1 a2");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WwRecord) next = NULL;
      g_autofree char *handles = NULL;

      g_test_message ("case %zu", i);
      if (cases[i].handles == NULL)
        {
          assert_refused (three, &cases[i].change, cases[i].code);
          continue;
        }
      next = follow (three, &cases[i].change);
      handles = join_handles (next);
      g_assert_cmpstr (handles, ==, cases[i].handles);
    }
  assert_refused (first, &change, WW_ERROR_LAST_HANDLE);
}

static void
test_handle_limit (void)
{
  WwRecord *record = make_first ();
  WwRecordChange change = { .handle_added = "mailto:one.more@example.org" };
  WwRecord *next;

  for (guint i = 1; i < WW_MAX_HANDLES; i++)
    {
      next = follow_handle (record, i);
      ww_record_unref (record);
      record = next;
    }
  assert_refused (record, &change, WW_ERROR_INVALID_ARGUMENT);
  change.handle_removed = "mailto:a0@example.org";
  next = follow (record, &change);
  ww_record_unref (next);
  ww_record_unref (record);
}

/* Another key, and nothing of what was there but the number. */
static void
test_reset (void)
{
  g_autoptr (WwRecord) first = make_first ();
  g_autoptr (WwRecord) two = follow_device (first, 1);
  g_autoptr (WwRecord) three = follow_handle (two, 1);
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = new_device (5, other_key, &statement);
  WwRecordChange change = { .device_added = &device, .handle_added = "mailto:a0@example.org", .reset = TRUE };
  g_autoptr (WwRecord) next = follow (three, &change);
  g_autofree char *handles = join_handles (next);
  size_t n;

  g_assert_true (ww_record_is_reset (next));
  g_assert_cmpstr (handles, ==, "a0");
  ww_record_devices (next, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_nonnull (ww_record_find_device (next, device_id (5)));
  change.device_added = NULL;
  assert_refused (three, &change, WW_ERROR_INVALID_ARGUMENT);
  change.device_added = &device;
  change.handle_added = NULL;
  assert_refused (three, &change, WW_ERROR_LAST_HANDLE);
  /* Without saying so, another key is not accepted, and so not made. */
  change = (WwRecordChange) { 0 };
  g_assert_null (ww_record_build_next (other_key, three, &change, 2000, NULL));
}

/* The clock of one device may be behind another's. */
static void
test_clock (void)
{
  g_autoptr (WwRecord) first = make_first ();
  WwRecordChange change = { 0 };
  g_autoptr (WwRecord) next = ww_record_build_next (key, first, &change, 10, NULL);

  g_assert_cmpuint (ww_record_created_ms (next), ==, 1000);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signing_key_generate (&other_key), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_device_keys_generate (&device_keys), ==, WW_CRYPTO_OK);
  g_test_add_func ("/client/record/devices", test_devices);
  g_test_add_func ("/client/record/device-limit", test_device_limit);
  g_test_add_func ("/client/record/names", test_names);
  g_test_add_func ("/client/record/handles", test_handles);
  g_test_add_func ("/client/record/handle-limit", test_handle_limit);
  g_test_add_func ("/client/record/reset", test_reset);
  g_test_add_func ("/client/record/clock", test_clock);
  result = g_test_run ();
  ww_signing_key_free (key);
  ww_signing_key_free (other_key);
  ww_device_keys_free (device_keys);
  return result;
}
