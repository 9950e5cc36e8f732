/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The least that a mailbox on SQLite can do under the server's promise: a message is on the disk before it is passed
 * on, and it is gone from the disk, overwritten, when it was acknowledged. Prints “messages seconds cpu-seconds”.
 *
 * Arguments: FILE GROUP SECONDS BYTES. GROUP messages share a transaction, and their deletions another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include <glib.h>
#include <sqlite3.h>

typedef struct
{
  sqlite3 *handle;
  sqlite3_stmt *begin, *insert, *delete, *commit;
} Store;

static void
check (Store *self, int code)
{
  if (code != SQLITE_OK && code != SQLITE_DONE)
    g_error ("SQLite: %s", sqlite3_errmsg (self->handle));
}

static void
run (Store *self, sqlite3_stmt *statement)
{
  check (self, sqlite3_step (statement));
  check (self, sqlite3_reset (statement));
}

static sqlite3_stmt *
prepare (Store *self, const char *sql)
{
  sqlite3_stmt *statement;

  check (self, sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

static void
store_open (Store *self, const char *path)
{
  check (self, sqlite3_open (path, &self->handle));
  check (self, sqlite3_exec (self->handle,
                             "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                             "CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)",
                             NULL, NULL, NULL));
  self->begin = prepare (self, "BEGIN IMMEDIATE");
  self->insert = prepare (self, "INSERT INTO messages (body) VALUES (?)");
  self->delete = prepare (self, "DELETE FROM messages WHERE number=?");
  self->commit = prepare (self, "COMMIT");
}

static void
store_close (Store *self)
{
  sqlite3_finalize (self->begin);
  sqlite3_finalize (self->insert);
  sqlite3_finalize (self->delete);
  sqlite3_finalize (self->commit);
  sqlite3_close (self->handle);
}

static void
pass_group (Store *self, unsigned group, const void *body, int len)
{
  gint64 last;

  run (self, self->begin);
  for (unsigned i = 0; i < group; i++)
    {
      check (self, sqlite3_bind_blob (self->insert, 1, body, len, SQLITE_STATIC));
      run (self, self->insert);
    }
  run (self, self->commit);
  last = sqlite3_last_insert_rowid (self->handle);
  run (self, self->begin);
  for (unsigned i = 0; i < group; i++)
    {
      check (self, sqlite3_bind_int64 (self->delete, 1, last - i));
      run (self, self->delete);
    }
  run (self, self->commit);
}

static double
cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int
main (int argc, char **argv)
{
  Store store;
  g_autofree char *body = NULL;
  guint64 messages = 0;
  gint64 start, end;
  unsigned group;
  int len;
  double cpu;

  if (argc != 5)
    {
      fprintf (stderr, "usage: %s FILE GROUP SECONDS BYTES\n", argv[0]);
      return 2;
    }
  group = (unsigned) atoi (argv[2]);
  len = atoi (argv[4]);
  body = g_malloc ((gsize) len);
  memset (body, 'w', (size_t) len);
  store_open (&store, argv[1]);
  cpu = cpu_s ();
  start = g_get_monotonic_time ();
  end = start + (gint64) (atof (argv[3]) * 1e6);
  for (; g_get_monotonic_time () < end; messages += group)
    pass_group (&store, group, body, len);
  printf ("%" G_GUINT64_FORMAT " %.6f %.6f\n", messages, (double) (g_get_monotonic_time () - start) / 1e6,
          cpu_s () - cpu);
  store_close (&store);
  return EXIT_SUCCESS;
}
