/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "ww-error.h"
#include "ww-hex.h"
#include "ww-keyring.h"

/*
 * ww-keyring-tool PROFILE COMMAND: what WwKeyring answers, one line: a fingerprint of what it gave, "true", "false", or the
 * word of the error. For test_keyring.py, which has the keyring in its hands.
 */

static const guint8 account[16] = { 0xa1 };
static const guint8 device[16] = { 0xd1 };

static char *
fingerprint (const guint8 *secret, gsize len)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, secret, len);
}

static char *
describe_identity (WwIdentity *identity)
{
  guint8 public_key[65];

  ww_signing_key_public (ww_device_keys_signing (ww_identity_get_keys (identity)), public_key);
  g_assert_cmpmem (ww_identity_get_account_id (identity), 16, account, 16);
  g_assert_cmpmem (ww_identity_get_device_id (identity), 16, device, 16);
  return fingerprint (public_key, sizeof public_key);
}

static WwIdentity *
make_identity (void)
{
  WwDeviceKeys *keys = NULL;
  WwSigningKey *account_key = NULL;

  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signing_key_generate (&account_key), ==, WW_CRYPTO_OK);
  return ww_identity_new (account, device, keys, account_key);
}

static char *
describe (const GValue *value)
{
  if (G_VALUE_HOLDS (value, WW_TYPE_STORE_KEY))
    return fingerprint (((WwStoreKey *) g_value_get_boxed (value))->bytes, 32);
  if (G_VALUE_HOLDS (value, WW_TYPE_IDENTITY))
    return describe_identity (g_value_get_boxed (value));

  return g_strdup (g_value_get_boolean (value) ? "true" : "false");
}

static void
unlocked_cb (WwKeyring *keyring, gpointer user_data)
{
  g_print ("unlocked\n");
  g_main_loop_quit (user_data);
}

static DexFuture *
start (WwKeyring *keyring, const char *command)
{
  static const struct
  {
    const char *command;
    DexFuture *(*call) (WwKeyring *keyring);
  } calls[] = {
    { "create-store-key", ww_keyring_create_store_key },
    { "load-store-key", ww_keyring_load_store_key },
    { "load-identity", ww_keyring_load_identity },
    { "clear", ww_keyring_clear },
    { "is-locked", ww_keyring_is_locked },
    { "watch", ww_keyring_is_locked },
    { "unlock", ww_keyring_unlock },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      if (g_str_equal (calls[i].command, command))
        return calls[i].call (keyring);
    }

  g_error ("no command %s", command);
}

static DexFuture *
answered_cb (DexFuture *completed, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (completed, &error);
  g_autofree char *text = value != NULL ? describe (value) : g_strdup (ww_error_get_code (error));

  g_print ("%s\n", text);
  fflush (stdout);
  if (user_data != NULL)
    g_main_loop_quit (user_data);
  return dex_ref (completed);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WwKeyring) keyring = NULL;
  gboolean watch = argc == 3 && g_str_equal (argv[2], "watch");
  DexFuture *future;

  g_assert_cmpint (argc, ==, 3);
  dex_init ();
  keyring = ww_keyring_new (argv[1]);
  if (watch)
    g_signal_connect (keyring, "unlocked", G_CALLBACK (unlocked_cb), loop);

  if (g_str_equal (argv[2], "store-identity"))
    {
      g_autoptr (WwIdentity) identity = make_identity ();
      g_autofree char *text = describe_identity (identity);

      g_print ("%s ", text);
      future = ww_keyring_store_identity (keyring, identity);
    }
  else
    {
      future = start (keyring, argv[2]);
    }

  dex_future_disown (dex_future_finally (future, answered_cb, watch ? NULL : loop, NULL));
  g_main_loop_run (loop);
  return 0;
}
