/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ww-store-alerts.h"

/*
 * A program that is killed at any moment while it writes loses nothing that it was told is stored, doubles nothing, and
 * leaves a store that opens. The killed program is this one, started again with WRITER as its first argument.
 */
#define WRITER "--writer"
#define ROUNDS 60
#define CANARY "the-quick-canary-sings-in-the-mine"

static guint64 next_number;

/* A message with what belongs to it, in one transaction: how the engine writes. */
static gboolean
write_one (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  guint64 number = *(guint64 *) data;
  g_autofree char *text = g_strdup_printf (CANARY " %" G_GUINT64_FORMAT, number);
  g_autoptr (WwMessageRow) row = test_message (number, number % 5, text);
  g_autoptr (WwAlertRow) alert = ww_alert_row_new ();
  WwInsertResult inserted;
  gboolean added;

  alert->source = g_bytes_new (&number, sizeof number);
  if (number % 2 == 0)
    {
      if (!ww_store_insert_message (database, row, test_peer, 1000, &inserted, error) || inserted == WW_INSERTED_OTHER)
        return FALSE;
    }
  else if (!ww_store_insert_outgoing (database, row, test_peer, 1000, error))
    {
      return FALSE;
    }

  return ww_store_insert_alert (database, alert, &added, error);
}

/* Tells the number through the pipe, as soon as it is safe. */
static DexFuture *
written_cb (DexFuture *completed, gpointer user_data)
{
  ssize_t written = write (STDOUT_FILENO, user_data, sizeof (guint64));

  g_assert_cmpint (written, ==, sizeof (guint64));
  return dex_future_new_true ();
}

G_NORETURN static void
run_writer (const char *directory, const char *first)
{
  WwStore *store = test_store_new (directory);

  next_number = g_ascii_strtoull (first, NULL, 10);
  while (TRUE)
    {
      /* Bursts of different sizes, so that transactions hold one or many. */
      DexFuture *last = NULL;

      for (guint i = 0; i < 1 + next_number % 7; i++)
        {
          guint64 *number = g_memdup2 (&next_number, sizeof next_number);

          dex_clear (&last);
          last = dex_future_then (ww_store_run (store, write_one, g_memdup2 (number, sizeof *number), g_free),
                                  written_cb, number, g_free);
          dex_future_disown (dex_ref (last));
          next_number++;
        }
      test_await (last);
    }
}

/* Reads until the writer is gone; the numbers that it acknowledged. */
static guint64
watch_writer (const char *program, const char *directory, guint64 first)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, first);
  const char *argv[] = { program, WRITER, directory, number, NULL };
  g_autoptr (GError) error = NULL;
  guint kill_after = (guint) g_test_rand_int_range (0, 40);
  guint seen = 0;
  guint64 acknowledged = first, value;
  GPid pid;
  int out, status;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL,
                            &error);
  g_assert_no_error (error);

  while (read (out, &value, sizeof value) == sizeof value)
    {
      g_assert_cmpuint (value, ==, acknowledged);
      acknowledged = value + 1;
      /* Somewhere after an acknowledgement, not only right behind one. */
      if (seen++ == kill_after)
        {
          g_usleep ((gulong) g_test_rand_int_range (0, 3000));
          kill (pid, SIGKILL);
        }
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  close (out);
  return acknowledged;
}

static void
check_store (const char *directory, guint64 acknowledged, guint64 *next)
{
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwStatement) check = ww_database_prepare (database, "PRAGMA integrity_check", NULL);
  gint64 n = test_database_int (database, "SELECT count(*) FROM messages");
  gint64 outgoing = test_database_int (database, "SELECT count(*) FROM messages WHERE outgoing");

  g_assert_cmpint (ww_statement_step (check, NULL), ==, WW_STEP_ROW);
  g_assert_cmpstr (ww_statement_text (check, 0), ==, "ok");

  /* What was acknowledged is there; what was on its way may be, whole; nothing in between is missing. */
  g_assert_cmpint (n, >=, acknowledged);
  for (gint64 i = 0; i < n; i++)
    {
      g_autoptr (WwMessageRow) row = NULL;
      guint8 id[16];

      test_id (id, (guint64) i);
      g_assert_true (ww_store_find_message (database, id, &row, NULL));
      g_assert_nonnull (row);
    }
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox"), ==, outgoing);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM alerts"), ==, n);
  g_assert_cmpint (test_database_int (database, "SELECT sum(unread) FROM conversations"), ==, n - outgoing);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM conversations c WHERE last_position<>"
                                                "(SELECT max(position) FROM messages WHERE conversation=c.id)"),
                   ==, 0);
  *next = (guint64) n;
}

/* Not a byte of a message is in any file, while they are in use, after a kill, and when they are closed. */
static void
search_files (const char *directory, guint expected_files)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  guint files = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *contents = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
      g_assert_null (memmem (contents, len, CANARY, strlen (CANARY)));
      g_assert_null (memmem (contents, len, "CREATE TABLE", 12));
      g_assert_null (memmem (contents, len, test_key.bytes, sizeof test_key.bytes));
      files++;
    }

  g_assert_cmpuint (files, >=, expected_files);
}

static const char *program;

static void
test_kills (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  guint64 next = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      guint64 acknowledged = watch_writer (program, directory, next);

      search_files (directory, 2);
      check_store (directory, acknowledged, &next);
    }

  g_test_message ("%d kills, %" G_GUINT64_FORMAT " messages", ROUNDS, next);
  search_files (directory, 1);
}

int
main (int argc, char **argv)
{
  dex_init ();
  if (argc == 4 && strcmp (argv[1], WRITER) == 0)
    run_writer (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/kills", test_kills);
  return g_test_run ();
}
