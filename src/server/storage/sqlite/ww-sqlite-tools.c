/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Opens an existing database of ours. */
static WwSqlite *
open_existing (const char *path, bool writable, char **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      *error = g_strdup_printf ("there is no database %s", path);
      return NULL;
    }
  if (!ww_sqlite_check_file (path, error))
    return NULL;
  return ww_sqlite_open (path, writable, error);
}

static bool
sync_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  bool synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return synced;
}

/* Copies the database of one moment into a new file, readable by the owner only. An existing file is not overwritten. */
bool
ww_sqlite_backup (const char *path, const char *to, char **error)
{
  g_autoptr (WwSqlite) self = open_existing (path, false, error);
  char *sql;
  int fd, code;

  if (self == NULL)
    return false;
  fd = open (to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      *error = g_strdup_printf ("cannot create %s: %s", to, g_strerror (errno));
      return false;
    }
  close (fd);
  sql = sqlite3_mprintf ("VACUUM INTO %Q", to);
  code = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  sqlite3_free (sql);
  if (code == SQLITE_OK && sync_file (to))
    return true;
  *error = g_strdup_printf ("cannot write %s: %s", to, sqlite3_errmsg (self->handle));
  g_remove (to);
  return false;
}

static bool
rename_with_journal (const char *from, const char *to, char **error)
{
  static const char *const endings[] = { "-wal", "-shm" };

  if (g_rename (from, to) != 0)
    {
      *error = g_strdup_printf ("cannot move %s: %s", from, g_strerror (errno));
      return false;
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *a = g_strconcat (from, endings[i], NULL);
      g_autofree char *b = g_strconcat (to, endings[i], NULL);

      if (g_rename (a, b) != 0 && errno != ENOENT)
        {
          *error = g_strdup_printf ("cannot move %s: %s", a, g_strerror (errno));
          return false;
        }
    }
  return true;
}

/*
 * Puts a backup in the place of the database, which is kept beside it as PATH.before-restore. The caller
 * makes sure that no server runs.
 */
bool
ww_sqlite_restore (const char *path, const char *from, char **error)
{
  g_autofree char *fresh = g_strconcat (path, ".restoring", NULL);
  g_autofree char *old = g_strconcat (path, ".before-restore", NULL);

  g_remove (fresh);
  if (!ww_sqlite_backup (from, fresh, error))
    return false;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      if (g_file_test (old, G_FILE_TEST_EXISTS))
        {
          *error = g_strdup_printf ("%s exists; move it away first", old);
          g_remove (fresh);
          return false;
        }
      if (!rename_with_journal (path, old, error))
        return false;
    }
  if (g_rename (fresh, path) == 0)
    return true;
  *error = g_strdup_printf ("cannot move %s: %s", fresh, g_strerror (errno));
  return false;
}

/* Calls `func` for each account. */
bool
ww_sqlite_list_accounts (const char *path, WwSqliteAccountFunc func, void *data, char **error)
{
  g_autoptr (WwSqlite) self = open_existing (path, false, error);

  if (self == NULL)
    return false;
  WW_AUTO_STATEMENT row = ww_sqlite_query (self,
                                           "SELECT account_id, sequence, count(number), coalesce(sum(waiting), 0),"
                                           " created_ms FROM accounts LEFT JOIN devices USING (account_id)"
                                           " GROUP BY account_id ORDER BY created_ms",
                                           "");
  while (ww_sqlite_step (self, row))
    {
      uint8_t account_id[WW_ID_SIZE];

      if (ww_sqlite_copy_fixed (row, 0, account_id, sizeof account_id))
        func (account_id, (uint64_t) sqlite3_column_int64 (row, 1), (unsigned) sqlite3_column_int (row, 2),
              (uint64_t) sqlite3_column_int64 (row, 3), sqlite3_column_int64 (row, 4), data);
    }
  if (self->failed)
    *error = g_strdup_printf ("cannot read %s", path);
  return !self->failed;
}

static void
forget_rows (WwSqlite *self, const uint8_t *account_id)
{
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (int64_t));

  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (self, "SELECT number FROM devices WHERE account_id=?", "d", account_id);

    while (ww_sqlite_step (self, row))
      {
        int64_t number = sqlite3_column_int64 (row, 0);

        g_array_append_val (devices, number);
      }
  }
  for (guint i = 0; i < devices->len; i++)
    ww_sqlite_remove_device (self, g_array_index (devices, int64_t, i));
}

/* Removes an account with everything that belongs to it; its handles are free again. */
bool
ww_sqlite_forget_account (const char *path, const uint8_t account_id[WW_ID_SIZE], bool *found, char **error)
{
  g_autoptr (WwSqlite) self = open_existing (path, true, error);
  bool done;

  *found = false;
  if (self == NULL)
    return false;
  ww_sqlite_run (self, "BEGIN IMMEDIATE", "");
  forget_rows (self, account_id);
  *found = ww_sqlite_run (self, "DELETE FROM accounts WHERE account_id=?", "d", account_id) == 1;
  done = !self->failed && ww_sqlite_run (self, "COMMIT", "") >= 0;
  if (!done)
    *error = g_strdup_printf ("cannot change %s: %s", path, sqlite3_errmsg (self->handle));
  return done;
}

/* The numbers of the metrics, without a server. */
bool
ww_sqlite_read_statistics (const char *path, WwLoadStatisticsOp *out, char **error)
{
  g_autoptr (WwSqlite) self = open_existing (path, false, error);

  if (self == NULL)
    return false;
  if (ww_sqlite_load_statistics (self, out) == WW_STORAGE_OK)
    return true;
  *error = g_strdup_printf ("cannot read %s", path);
  return false;
}
