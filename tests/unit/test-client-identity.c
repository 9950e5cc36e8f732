/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include "ww-identity-private.h"

static WwIdentity *
make_identity (gboolean with_account_key)
{
  WwDeviceKeys *keys = NULL;
  WwSigningKey *account_key = NULL;

  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  if (with_account_key)
    g_assert_cmpint (ww_signing_key_generate (&account_key), ==, WW_CRYPTO_OK);
  return ww_identity_new (test_self, test_device, keys, account_key);
}

static void
test_round_trip (gconstpointer data)
{
  gboolean with_account_key = GPOINTER_TO_INT (data);
  g_autoptr (WwIdentity) identity = make_identity (with_account_key);
  g_autoptr (WwIdentity) parsed = NULL;
  WW_AUTO_BUFFER bytes = { 0 };
  WW_AUTO_BUFFER again = { 0 };

  g_assert_true (ww_identity_serialise (identity, &bytes));
  parsed = ww_identity_parse (WW_BYTES_OF_BUFFER (&bytes));
  g_assert_nonnull (parsed);
  g_assert_cmpmem (ww_identity_get_account_id (parsed), 16, test_self, 16);
  g_assert_cmpmem (ww_identity_get_device_id (parsed), 16, test_device, 16);
  g_assert_cmpint (ww_identity_get_account_key (parsed) != NULL, ==, with_account_key);
  g_assert_true (ww_identity_serialise (parsed, &again));
  g_assert_cmpmem (bytes.data, bytes.len, again.data, again.len);
}

/* Anything but what was written is refused: cut at each length, one byte more, another version, a flip in the lengths. */
static void
test_malformed (void)
{
  g_autoptr (WwIdentity) identity = make_identity (TRUE);
  WW_AUTO_BUFFER bytes = { 0 };
  g_autofree guint8 *copy = NULL;

  g_assert_true (ww_identity_serialise (identity, &bytes));
  for (gsize len = 0; len < bytes.len; len++)
    {
      g_autofree guint8 *cut = g_memdup2 (bytes.data, len);

      g_assert_null (ww_identity_parse (WW_BYTES (cut, len)));
    }

  copy = g_malloc0 (bytes.len + 1);
  memcpy (copy, bytes.data, bytes.len);
  g_assert_null (ww_identity_parse (WW_BYTES (copy, bytes.len + 1)));
  copy[0]++;
  g_assert_null (ww_identity_parse (WW_BYTES (copy, bytes.len)));
  copy[0]--;
  for (guint bit = 0; bit < 16; bit++)
    {
      copy[33 + bit / 8] ^= (guint8) (1 << bit % 8);
      g_assert_null (ww_identity_parse (WW_BYTES (copy, bytes.len)));
      copy[33 + bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/identity/whole", GINT_TO_POINTER (TRUE), test_round_trip);
  g_test_add_data_func ("/identity/pending", GINT_TO_POINTER (FALSE), test_round_trip);
  g_test_add_func ("/identity/malformed", test_malformed);
  return g_test_run ();
}
