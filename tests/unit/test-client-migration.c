/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores that earlier versions left (data/client-store-N.sql) are taken over, and nothing in them is lost. */
#include "ww-client-fixture.h"

#include "ww-store-schema.h"
#include "ww-store-search-index.h"

static void
exec (WwDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  ww_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

static char *
read_text (WwDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ww_statement_step (statement, &error), ==, WW_STEP_ROW);
  return g_strdup (ww_statement_text (statement, 0));
}

/* An empty database under our key: what a new one is made of is taken out again. */
static void
empty (WwDatabase *database)
{
  exec (database, "DROP TABLE search");
  for (;;)
    {
      g_autofree char *name = NULL;
      g_autofree char *drop = NULL;

      if (test_database_int (database, "SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view')"
                                       " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'") == 0)
        return;
      name = read_text (database, "SELECT type || ' ' || name FROM sqlite_schema WHERE type IN ('table', 'view')"
                                  " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
      drop = g_strconcat ("DROP ", name, NULL);
      exec (database, drop);
    }
}

static void
make_old (const char *directory, guint version)
{
  g_autofree char *name = g_strdup_printf ("client-store-%u.sql", version);
  g_autofree char *path = g_build_filename (g_getenv ("WAXWING_SOURCE"), "tests/unit/data", name, NULL);
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  empty (database);
  exec (database, sql);
  g_assert_cmpint (test_database_int (database, "PRAGMA user_version"), ==, version);
}

/* What a version left is what the present one would have made; nobody sees which way it came. */
static void
check_schema (WwDatabase *database)
{
  static const char
      *const sql = "SELECT group_concat (type || ' ' || name || ' ' || coalesce (sql, ''), char (10)) FROM"
                   " (SELECT * FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                   " ORDER BY type, name)";
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) fresh = test_database_new (directory);
  g_autofree char *expected = read_text (fresh, sql);
  g_autofree char *found = read_text (database, sql);
  /* The dumps have no comments, and SQLite keeps those of a statement. */
  g_autoptr (GRegex) noise = g_regex_new ("(--[^\\n]*)|\\s+", 0, 0, NULL);
  g_autofree char *expected_plain = g_regex_replace_literal (noise, expected, -1, 0, "", 0, NULL);
  g_autofree char *found_plain = g_regex_replace_literal (noise, found, -1, 0, "", 0, NULL);

  g_assert_cmpstr (found_plain, ==, expected_plain);
}

static void
check_rows (WwDatabase *database, guint version)
{
  static const struct
  {
    guint since;
    const char *sql;
    int value;
  } rows[] = {
    { 1, "SELECT count(*) FROM meta WHERE key='kept' AND value='since version 1'", 1 },
    { 1, "SELECT count(*) FROM messages WHERE row<=3 AND notice IS NULL", 3 },
    { 1, "SELECT count(*) FROM messages WHERE text='日本語のお茶' AND edited_ms=0 AND names=''", 1 },
    { 1, "SELECT count(*) FROM conversations WHERE draft='half a thought' AND muted_until_ms=0", 1 },
    { 1, "SELECT count(*) FROM contacts WHERE name='Bob' AND standing=2", 1 },
    { 1, "SELECT count(*) FROM outbox WHERE payload=x'0a00' AND extra IS NULL", 1 },
    { 1, "SELECT count(*) FROM alerts WHERE device_name='tablet' AND seen=1 AND claim_state=0", 1 },
    { 2, "SELECT count(*) FROM contacts WHERE verified=1 AND length (trusted_key)=65", 1 },
    { 2, "SELECT count(*) FROM additions WHERE handle='mailto:new@example.org'", 1 },
    { 3, "SELECT count(*) FROM transfers WHERE file='f1' AND size=99 AND message IS NULL", 1 },
    { 4, "SELECT count(*) FROM tapbacks WHERE emoji='👍'", 1 },
    { 4, "SELECT count(*) FROM wordings WHERE text='The kettle is off'", 1 },
    { 4, "SELECT count(*) FROM deleted", 1 },
    { 4, "SELECT count(*) FROM settings WHERE key='pinned' AND number=1", 1 },
    { 4, "SELECT count(*) FROM conversations WHERE pinned=1", 1 },
    { 6, "SELECT count(*) FROM groups WHERE name='Tea'", 1 },
    { 6, "SELECT count(*) FROM group_members", 1 },
    { 7, "SELECT count(*) FROM uploads WHERE file='f2'", 1 },
    { 7, "SELECT count(*) FROM messages WHERE names='walnut.jpg'", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (version >= rows[i].since)
      {
        g_test_message ("version %u: %s", version, rows[i].sql);
        g_assert_cmpint (test_database_int (database, rows[i].sql), ==, rows[i].value);
      }
}

static gboolean
step_index (WwDatabase *database)
{
  gint64 now_ms = 1;
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  exec (database, "BEGIN");
  ww_store_search_build (database, &now_ms, &result, &error);
  g_assert_no_error (error);
  exec (database, "COMMIT");
  return g_value_get_boolean (&result);
}

/* What was in the index is as the present version would index it, and what was not comes into it. */
static void
check_index (WwDatabase *database, guint version)
{
  static const char *const sql = "SELECT count(*) FROM search WHERE search MATCH '\"wal\"'";
  gboolean more = TRUE;

  exec (database, "INSERT INTO search (search, rank) VALUES ('integrity-check', 0)");
  g_assert_cmpint (test_database_int (database, sql), ==, version >= 5 ? 1 : 0);
  while (more)
    more = step_index (database);
  g_assert_cmpint (test_database_int (database, sql), ==, version >= 5 ? 2 : 1);
  exec (database, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
}

static void
test_version (gconstpointer data)
{
  guint version = GPOINTER_TO_UINT (data);
  g_autoptr (TestDirectory) directory = test_directory_new ();

  make_old (directory, version);
  {
    g_autoptr (WwDatabase) database = test_database_new (directory);

    g_assert_cmpint (test_database_int (database, "PRAGMA user_version"), ==, WW_STORE_VERSION);
    g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
    check_schema (database);
    check_rows (database, version);
    check_index (database, version);
  }
  {
    /* Once is enough: it opens as it is. */
    g_autoptr (WwDatabase) database = test_database_new (directory);

    check_rows (database, version);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint version = 1; version < WW_STORE_VERSION; version++)
    {
      g_autofree char *name = g_strdup_printf ("/migration/%u", version);

      g_test_add_data_func (name, GUINT_TO_POINTER (version), test_version);
    }
  return g_test_run ();
}
