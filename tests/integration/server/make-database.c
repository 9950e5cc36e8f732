/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes what test-migration.c starts from: with WAXWING_SERVER naming a server of an older version, prints the SQL of a
 * database that it wrote, after the secrets of the two devices in it (which are good for nothing else).
 */
#include "ww-test-client.h"

#include <stdio.h>

#include <glib/gstdio.h>

static void
print_hex (const void *data, size_t len)
{
  const uint8_t *bytes = data;

  putchar (' ');
  for (size_t i = 0; i < len; i++)
    printf ("%02x", bytes[i]);
}

static void
print_device (const TestDevice *device)
{
  WwBuffer account = { 0 }, keys = { 0 };

  g_assert_cmpint (ww_signing_key_serialise (device->account->account_key, &account), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_device_keys_serialise (device->keys, &keys), ==, WW_CRYPTO_OK);
  printf ("-- %" G_GUINT64_FORMAT, device->account->sequence);
  print_hex (device->account->account_id, WW_ID_SIZE);
  print_hex (account.data, account.len);
  print_hex (device->account->hash, WW_HASH_SIZE);
  print_hex (device->id, WW_ID_SIZE);
  print_hex (keys.data, keys.len);
  print_hex (device->push_address, WW_PUSH_ADDRESS_SIZE);
  putchar ('\n');
  ww_buffer_clear (&account);
  ww_buffer_clear (&keys);
}

static int
print_row (void *data, int n, char **values, char **names)
{
  puts (values[0]);
  return 0;
}

/* Every row as an INSERT, after the schema. */
static void
print_database (TestServer *server)
{
  g_autofree char *path = g_build_filename (server->data, "waxwing.db", NULL);
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *handle = NULL;
  sqlite3_stmt *row = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  puts ("PRAGMA application_id=0x57785376;");
  g_assert_cmpint (sqlite3_exec (handle, "SELECT 'PRAGMA user_version='||user_version||';' FROM pragma_user_version",
                                 print_row, NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle,
                                 "SELECT sql||';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                                 " ORDER BY rowid",
                                 print_row, NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle,
                                       "SELECT name, (SELECT group_concat('quote('||name||')', '||'',''||') FROM"
                                       " pragma_table_info(t.name)) FROM sqlite_schema t WHERE type='table'"
                                       " AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
                                       -1, &row, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (row) == SQLITE_ROW)
    {
      const char *table = (const char *) sqlite3_column_text (row, 0);
      g_autofree char *sql = g_strdup_printf ("SELECT 'INSERT INTO %s VALUES('||%s||');' FROM %s", table,
                                              (const char *) sqlite3_column_text (row, 1), table);

      g_assert_cmpint (sqlite3_exec (handle, sql, print_row, NULL, NULL), ==, SQLITE_OK);
    }
  sqlite3_finalize (row);
  sqlite3_close (handle);
}

int
main (void)
{
  TestServer *server = test_server_start (test_server_new (NULL));
  TestDevice *alice = test_enroll (server, "alice@example.org");
  TestDevice *bob = test_enroll (server, "bob@example.org");
  g_autoptr (TestLink) link = test_connect (server, bob);
  uint8_t token[WW_TOKEN_SIZE];

  test_send_text (link, bob, alice->account, 1, "written for version 1");
  test_send_text (link, bob, alice->account, 2, "and this one too");
  test_start_verification (link, "mailto:carol@example.org", token);
  test_server_stop (server);
  puts ("-- SPDX-License-Identifier: GPL-3.0-or-later");
  printf ("-- %" G_GINT64_FORMAT "\n", g_get_real_time () / 1000);
  print_device (alice);
  print_device (bob);
  print_database (server);
  test_server_free (server);
  return 0;
}
