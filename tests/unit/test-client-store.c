/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "ww-error.h"
#include "ww-store-meta.h"
#include "ww-store-schema.h"

static char *
store_path (const char *directory)
{
  return g_build_filename (directory, "store.db", NULL);
}

static void
test_reopen (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = store_path (directory);
  WwStore *store = test_store_new (directory);
  GStatBuf info;

  test_await (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('a', 'b')"));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  test_store_close (store);

  store = g_value_dup_object (test_await (ww_store_open (path, &test_key, FALSE)));
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta WHERE key='a' AND value='b'"), ==, 1);
  g_assert_cmpint (test_store_int (store, "PRAGMA user_version"), ==, WW_STORE_VERSION);
  g_assert_cmpint (test_store_int (store, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (test_store_int (store, "PRAGMA secure_delete"), ==, 1);
  g_assert_cmpint (test_store_int (store, "PRAGMA temp_store"), ==, 2);
  test_store_close (store);
}

typedef enum
{
  FILE_MISSING,
  FILE_EMPTY,
  FILE_TEXT,
  FILE_PLAIN_SQLITE,
  FILE_OTHER_KEY,
  FILE_OTHER_APPLICATION,
  FILE_NEWER,
  FILE_TRUNCATED,
  FILE_FLIPPED,
  FILE_DIRECTORY,
} FileKind;

/* A database of ours, closed, then changed by one statement. */
static void
make_store (const char *directory, const char *sql)
{
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GError) error = NULL;

  ww_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

static void
make_file (FileKind kind, const char *directory, const char *path)
{
  g_autofree char *contents = NULL;
  g_autofree char *argv = NULL;
  gsize len;

  switch (kind)
    {
    case FILE_MISSING:
      break;
    case FILE_EMPTY:
      g_assert_true (g_file_set_contents (path, "", 0, NULL));
      break;
    case FILE_TEXT:
      g_assert_true (g_file_set_contents (path, "Dear diary, this is no database.\n", -1, NULL));
      break;
    case FILE_PLAIN_SQLITE:
      argv = g_strdup_printf ("sqlite3 '%s' 'CREATE TABLE diary (day)'", path);
      g_assert_true (g_spawn_command_line_sync (argv, NULL, NULL, NULL, NULL));
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
      break;
    case FILE_OTHER_KEY:
      make_store (directory, "SELECT 1");
      break;
    case FILE_OTHER_APPLICATION:
      make_store (directory, "PRAGMA application_id=7");
      break;
    case FILE_NEWER:
      make_store (directory, "PRAGMA user_version=999");
      break;
    case FILE_TRUNCATED:
      make_store (directory, "SELECT 1");
      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      g_assert_true (g_file_set_contents (path, contents, 1000, NULL));
      break;
    case FILE_FLIPPED:
      make_store (directory, "SELECT 1");
      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      contents[100] ^= 1;
      g_assert_true (g_file_set_contents (path, contents, (gssize) len, NULL));
      break;
    case FILE_DIRECTORY:
      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      break;
    }
}

/* What is not ours gives its own error and is left exactly as it is, whether or not one may be made. */
static void
test_refuses (void)
{
  static const struct
  {
    FileKind kind;
    gboolean create;
    int error; /* -1: opens */
  } rows[] = {
    { FILE_MISSING, FALSE, WW_ERROR_STORE_FAILED },
    { FILE_MISSING, TRUE, -1 },
    { FILE_EMPTY, FALSE, WW_ERROR_STORE_FOREIGN },
    { FILE_EMPTY, TRUE, -1 },
    { FILE_TEXT, FALSE, WW_ERROR_STORE_FOREIGN },
    { FILE_TEXT, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_PLAIN_SQLITE, FALSE, WW_ERROR_STORE_FOREIGN },
    { FILE_PLAIN_SQLITE, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_OTHER_KEY, FALSE, WW_ERROR_STORE_FOREIGN },
    { FILE_OTHER_KEY, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_OTHER_APPLICATION, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_NEWER, FALSE, WW_ERROR_STORE_NEWER },
    { FILE_NEWER, TRUE, WW_ERROR_STORE_NEWER },
    { FILE_TRUNCATED, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_FLIPPED, TRUE, WW_ERROR_STORE_FOREIGN },
    { FILE_DIRECTORY, TRUE, WW_ERROR_STORE_FOREIGN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TestDirectory) directory = test_directory_new ();
      g_autofree char *path = store_path (directory);
      g_autofree char *before = NULL, *after = NULL;
      gsize before_len = 0, after_len = 0;
      WwStoreKey key = test_key;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      make_file (rows[i].kind, directory, path);
      if (rows[i].kind == FILE_OTHER_KEY)
        key.bytes[31] ^= 1;
      g_file_get_contents (path, &before, &before_len, NULL);

      if (rows[i].error >= 0)
        {
          test_await_error (ww_store_open (path, &key, rows[i].create), rows[i].error);
          g_file_get_contents (path, &after, &after_len, NULL);
          g_assert_cmpmem (before, before_len, after, after_len);
        }
      else
        {
          g_autoptr (WwStore) store = g_value_dup_object (test_await (ww_store_open (path, &key, rows[i].create)));

          test_await (ww_store_close (store));
        }
    }
}

/* A wrong key leaves alone what is still only in the write-ahead log. */
static void
test_wrong_key_keeps_log (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (TestDirectory) copy = test_directory_new ();
  static const char *const names[] = { "store.db", "store.db-wal" };
  g_autofree char *path = store_path (copy);
  WwStore *store = test_store_new (directory);
  WwStoreKey key = test_key;

  test_await (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('in', 'log')"));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (directory, names[i], NULL);
      g_autofree char *to = g_build_filename (copy, names[i], NULL);
      g_autofree char *contents = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (from, &contents, &len, NULL));
      g_assert_cmpuint (len, >, 0);
      g_assert_true (g_file_set_contents (to, contents, (gssize) len, NULL));
    }
  test_store_close (store);

  key.bytes[0] ^= 1;
  test_await_error (ww_store_open (path, &key, TRUE), WW_ERROR_STORE_FOREIGN);

  store = test_store_new (copy);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta WHERE key='in'"), ==, 1);
  test_store_close (store);
}

/* A page that was damaged later: said so, and not taken for another file. */
static void
test_damaged_page (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = store_path (directory);
  g_autofree char *contents = NULL;
  gsize len;
  WwStore *store;

  make_store (directory, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 2000)"
                         " INSERT INTO meta (key, value) SELECT i, hex(randomblob(64)) FROM n");
  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  for (gsize at = len - 40000; at < len; at += 4096)
    contents[at] ^= 1;
  g_assert_true (g_file_set_contents (path, contents, (gssize) len, NULL));

  store = test_store_new (directory);
  test_await_error (test_store_exec (store, "SELECT sum(length(value)) FROM meta"), WW_ERROR_STORE_FAILED);
  test_store_close (store);
}

static gboolean
insert_then_fail (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_assert_true (ww_database_exec (database, "INSERT INTO meta (key, value) VALUES ('lost', 1)", NULL));
  return FALSE;
}

static gboolean
read_commits (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_value_init (result, G_TYPE_UINT64);
  g_value_set_uint64 (result, ww_database_get_commits (database));
  return TRUE;
}

/* Thousands that wait behind one another share transactions; one that fails takes none of its neighbours along. */
static void
test_groups (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);
  g_autoptr (GPtrArray) futures = g_ptr_array_new ();

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO meta (key, value) VALUES ('k%u', %u)", i, i);

      g_ptr_array_add (futures, test_store_exec (store, sql));
      if (i % 1000 == 500)
        g_ptr_array_add (futures, ww_store_run (store, insert_then_fail, NULL, NULL));
    }

  for (guint i = 0, failures = 0; i < futures->len; i++)
    {
      if (i % 1001 == 501)
        {
          test_await_error (futures->pdata[i], WW_ERROR_FAILED);
          failures++;
        }
      else
        {
          test_await (futures->pdata[i]);
        }
      g_assert_cmpuint (failures, <=, 5);
    }

  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta WHERE key LIKE 'k%'"), ==, 5000);
  g_assert_cmpuint (g_value_get_uint64 (test_await (ww_store_read (store, read_commits, NULL, NULL))), <, 1000);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta WHERE key='lost'"), ==, 0);
  test_store_close (store);
}

static gboolean
note_order (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  static guint next;

  g_assert_cmpuint (GPOINTER_TO_UINT (data), ==, next++);
  return TRUE;
}

static void
test_order (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);
  DexFuture *last = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      dex_clear (&last);
      last = (i % 7 == 3 ? ww_store_read : ww_store_run) (store, note_order, GUINT_TO_POINTER (i), NULL);
    }

  test_await (last);
  test_store_close (store);
}

static gboolean
try_to_write (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_database_exec (database, "INSERT INTO meta (key, value) VALUES ('lost', 1)", error);
}

/* A read sees what was committed before it and cannot write. */
static void
test_reads (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);

  dex_future_disown (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('a', 1)"));
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 1);
  test_await_error (ww_store_read (store, try_to_write, NULL, NULL), WW_ERROR_STORE_FAILED);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 1);
  test_store_close (store);
}

static void
test_closed (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);
  DexFuture *before = test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('a', 1)");
  DexFuture *closed = ww_store_close (store);
  DexFuture *after = test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('b', 1)");
  g_autofree char *log = g_build_filename (directory, "store.db-wal", NULL);

  test_await (before);
  test_await (closed);
  test_await_error (after, WW_ERROR_CANCELLED);
  test_await (ww_store_close (store));
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_object_unref (store);

  /* One that nobody closes ends its thread by itself. */
  store = test_store_new (directory);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 1);
  g_object_unref (store);
}

static int holding;

static gboolean
hold (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GMutex *gate = data;

  g_atomic_int_set (&holding, 1);
  g_mutex_lock (gate);
  g_mutex_unlock (gate);
  return TRUE;
}

/* SQLite gives up the whole transaction when there is no room: whoever shared it hears of it, and nobody is told yes. */
static void
test_full_group (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);
  DexFuture *before, *held, *large, *after;
  GMutex gate;

  g_mutex_init (&gate);
  test_await (test_store_exec (store, "PRAGMA max_page_count=60"));

  g_mutex_lock (&gate);
  held = ww_store_run (store, hold, &gate, NULL);
  test_wait_for (g_atomic_int_get (&holding));
  before = test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('before', 1)");
  large = test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('large', zeroblob(3000000))");
  after = test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('after', 1)");
  g_mutex_unlock (&gate);

  test_await (held);
  test_await_error (large, WW_ERROR_STORE_FULL);
  test_await_error (before, WW_ERROR_STORE_FULL);
  test_await_error (after, WW_ERROR_STORE_FULL);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 0);
  test_store_close (store);
  g_mutex_clear (&gate);
}

/* No room, as the system says it (EFBIG stands for ENOSPC): its own error, nothing half done, and on it goes. */
static void
test_full_disk (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);
  struct rlimit before, tight;
  g_autofree char *large = g_strnfill (3000000, 'x');
  g_autofree char *sql = g_strdup_printf ("INSERT INTO meta (key, value) VALUES ('large', '%s')", large);
  DexFuture *first, *second;

  test_await (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('small', 1)"));

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = before;
  tight.rlim_cur = 1000000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);

  first = test_store_exec (store, sql);
  second = test_store_exec (store, sql);
  test_await_error (first, WW_ERROR_STORE_FULL);
  test_await_error (second, WW_ERROR_STORE_FULL);
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 1);

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  test_await (test_store_exec (store, sql));
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 2);
  test_store_close (store);
}

/* The same, as SQLite says it. */
static void
test_full_database (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  WwStore *store = test_store_new (directory);

  test_await (test_store_exec (store, "PRAGMA max_page_count=60"));
  test_await_error (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('large', zeroblob(3000000))"),
                    WW_ERROR_STORE_FULL);
  test_await (test_store_exec (store, "INSERT INTO meta (key, value) VALUES ('small', 1)"));
  g_assert_cmpint (test_store_int (store, "SELECT count(*) FROM meta"), ==, 1);
  test_store_close (store);
}

static void
test_statements (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GError) error = NULL;
  gsize len;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT %u", i);

      g_assert_cmpint (test_database_int (database, sql), ==, i);
      g_assert_cmpuint (ww_database_get_cached_statements (database), <=, WW_DATABASE_CACHED_STATEMENTS);
    }

  {
    g_autoptr (WwStatement) outer = ww_database_prepare (database, "SELECT ?1, ?2, ?3", NULL);
    g_autoptr (WwStatement) inner = ww_database_prepare (database, "SELECT ?1, ?2, ?3", NULL);

    g_assert_true (outer != inner);
    ww_statement_bind_int (outer, 1, G_MININT64);
    ww_statement_bind_text (outer, 2, "ü");
    ww_statement_bind_blob (outer, 3, NULL, 0);
    g_assert_cmpint (ww_statement_step (outer, NULL), ==, WW_STEP_ROW);
    g_assert_cmpint (ww_statement_step (inner, NULL), ==, WW_STEP_ROW);
    g_assert_cmpint (ww_statement_int (outer, 0), ==, G_MININT64);
    g_assert_cmpstr (ww_statement_text (outer, 1), ==, "ü");
    ww_statement_blob (outer, 2, &len);
    g_assert_cmpuint (len, ==, 0);
    g_assert_false (ww_statement_is_null (outer, 2));
    g_assert_true (ww_statement_is_null (inner, 0));
  }

  {
    g_autoptr (WwStatement) again = ww_database_prepare (database, "SELECT ?1, ?2, ?3", NULL);

    g_assert_cmpint (ww_statement_step (again, NULL), ==, WW_STEP_ROW);
    g_assert_true (ww_statement_is_null (again, 0));
  }

  {
    g_autoptr (WwStatement) wrong = ww_database_prepare (database, "SELECT 1", NULL);

    ww_statement_bind_int (wrong, 2, 1);
    g_assert_cmpint (ww_statement_step (wrong, &error), ==, WW_STEP_ERROR);
    g_assert_error (error, WW_ERROR, WW_ERROR_STORE_FAILED);
  }

  g_clear_error (&error);
  g_assert_null (ww_database_prepare (database, "SELEKT", &error));
  g_assert_error (error, WW_ERROR, WW_ERROR_STORE_FAILED);
}

static void
test_meta (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autofree char *text = NULL;
  gint64 value;

  g_assert_true (ww_store_get_meta_text (database, "server", &text, NULL));
  g_assert_null (text);
  g_assert_true (ww_store_set_meta_text (database, "server", "https://example.org", NULL));
  g_assert_true (ww_store_set_meta_text (database, "server", "https://example.net", NULL));
  g_assert_true (ww_store_get_meta_text (database, "server", &text, NULL));
  g_assert_cmpstr (text, ==, "https://example.net");
  g_clear_pointer (&text, g_free);
  g_assert_true (ww_store_set_meta_text (database, "server", NULL, NULL));
  g_assert_true (ww_store_get_meta_text (database, "server", &text, NULL));
  g_assert_null (text);

  g_assert_true (ww_store_get_meta_int (database, "n", -7, &value, NULL));
  g_assert_cmpint (value, ==, -7);
  g_assert_true (ww_store_set_meta_int (database, "n", G_MAXINT64, NULL));
  g_assert_true (ww_store_get_meta_int (database, "n", -7, &value, NULL));
  g_assert_cmpint (value, ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/store/reopen", test_reopen);
  g_test_add_func ("/store/refuses", test_refuses);
  g_test_add_func ("/store/wrong-key-keeps-log", test_wrong_key_keeps_log);
  g_test_add_func ("/store/damaged-page", test_damaged_page);
  g_test_add_func ("/store/groups", test_groups);
  g_test_add_func ("/store/order", test_order);
  g_test_add_func ("/store/reads", test_reads);
  g_test_add_func ("/store/closed", test_closed);
  g_test_add_func ("/store/full-disk", test_full_disk);
  g_test_add_func ("/store/full-database", test_full_database);
  g_test_add_func ("/store/full-group", test_full_group);
  g_test_add_func ("/store/statements", test_statements);
  g_test_add_func ("/store/meta", test_meta);

  return g_test_run ();
}
