/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database that a server of version 1 wrote (make-database.c) is taken over, and nothing in it is lost. */
#include "ww-test-client.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

static void
parse_hex (const char *text, void *out, size_t len)
{
  uint8_t *bytes = out;

  g_assert_cmpuint (strlen (text), ==, 2 * len);
  for (size_t i = 0; i < len; i++)
    bytes[i] = (uint8_t) (g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
}

static WwBuffer
parse_secret (const char *text)
{
  WwBuffer secret = { 0 };
  size_t len = strlen (text) / 2;

  secret.data = malloc (len);
  secret.len = len;
  parse_hex (text, secret.data, len);
  return secret;
}

/* A line of make-database.c's print_device(). */
static TestDevice *
parse_device (const char *line, const char *handle)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", -1);
  TestAccount *account = test_account_new ();
  TestDevice *device = test_device_new (account);
  WwBuffer secret = parse_secret (fields[3]);
  WwBuffer keys = parse_secret (fields[6]);

  account->sequence = g_ascii_strtoull (fields[1], NULL, 10);
  parse_hex (fields[2], account->account_id, WW_ID_SIZE);
  g_clear_pointer (&account->account_key, ww_signing_key_free);
  g_assert_cmpint (ww_signing_key_parse (WW_BYTES_OF_BUFFER (&secret), &account->account_key), ==, WW_CRYPTO_OK);
  ww_signing_key_public (account->account_key, account->account_public);
  parse_hex (fields[4], account->hash, WW_HASH_SIZE);
  parse_hex (fields[5], device->id, WW_ID_SIZE);
  g_clear_pointer (&device->keys, ww_device_keys_free);
  g_assert_cmpint (ww_device_keys_parse (WW_BYTES_OF_BUFFER (&keys), &device->keys), ==, WW_CRYPTO_OK);
  parse_hex (fields[7], device->push_address, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (device);
  g_ptr_array_add (account->handles, g_strdup (handle));
  g_ptr_array_add (account->devices, device);
  ww_buffer_clear (&secret);
  ww_buffer_clear (&keys);
  return device;
}

static void
fill (TestServer *server, const char *sql)
{
  g_autofree char *path = g_build_filename (server->data, "waxwing.db", NULL);
  sqlite3 *handle = NULL;

  g_assert_cmpint (g_mkdir_with_parents (server->data, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static gint64
read_number (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return number;
}

static void
test_version_1 (void)
{
  g_autofree char *file = g_build_filename (g_getenv ("WAXWING_SOURCE"), "tests/integration/server/data/version-1.sql",
                                            NULL);
  TestServer *server = test_server_new (NULL);
  g_autofree char *kept = g_build_filename (server->data, "waxwing.db.version-1", NULL);
  g_autofree char *sql = NULL;
  g_auto (GStrv) lines = NULL;
  TestDevice *alice, *bob, *claimer;
  uint8_t token[WW_TOKEN_SIZE];

  g_assert_true (g_file_get_contents (file, &sql, NULL, NULL));
  lines = g_strsplit (sql, "\n", 5);
  alice = parse_device (lines[2], "mailto:alice@example.org");
  bob = parse_device (lines[3], "mailto:bob@example.org");
  fill (server, sql);
  /* It is an hour after the database was written. */
  test_server_set_clock (server, g_ascii_strtoll (lines[1] + 3, NULL, 10) + 3600000 - g_get_real_time () / 1000);
  test_server_start (server);
  g_assert_cmpint (read_number (kept, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (read_number (kept, "SELECT count(*) FROM deliveries"), ==, 2);
  {
    g_autoptr (TestLink) link = test_connect (server, alice);

    test_acknowledge (link, test_expect_text (link, "written for version 1"));
    test_acknowledge (link, test_expect_text (link, "and this one too"));
    test_assert_owner (link, "mailto:bob@example.org", bob->account);
    test_frame_free (test_publish (link, alice->account, NULL, WAXWING__RESPONSE__BODY_DONE));
  }
  /* Nobody knows when Bob's device was there last, so that it is asked. */
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM devices WHERE last_seen_ms>0"), ==, 2);
  {
    g_autoptr (TestLink) link = test_link_new (server);

    claimer = test_start_over (server, link, bob->account, "bob@example.org", token);
    test_frame_free (test_reset (link, claimer->account, token, WAXWING__RESPONSE__BODY_HELD));
  }
  {
    g_autoptr (TestLink) link = test_connect (server, bob);

    test_frame_free (test_expect_claim (link, WAXWING__CLAIM__STATE__WAITING, NULL));
  }
  test_server_free (server);
  test_leave (alice);
  test_leave (bob);
  test_leave (claimer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/migration/version-1", test_version_1);
  return g_test_run ();
}
