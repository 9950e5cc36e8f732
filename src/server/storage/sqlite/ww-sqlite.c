/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <stdarg.h>
#include <string.h>

#include "ww-log.h"

/*
 * FULL: a commit is on the disk when it returns. secure_delete: what was acknowledged is overwritten, not
 * only unlinked. The sizes bound what the journal and the cache take.
 */
static const char connection_pragmas[] = "PRAGMA foreign_keys=ON;"
                                         "PRAGMA secure_delete=ON;"
                                         "PRAGMA synchronous=FULL;"
                                         "PRAGMA temp_store=MEMORY;"
                                         "PRAGMA cache_size=-16384;"
                                         "PRAGMA journal_size_limit=67108864;";

static void
finalize_cb (gpointer statement)
{
  sqlite3_finalize (statement);
}

/*
 * Opens the file, without creating or looking into it; the caller checks the schema. On failure NULL and a
 * sentence in `error`, to be freed by the caller.
 */
WwSqlite *
ww_sqlite_open (const char *path, bool writable, char **error)
{
  g_autoptr (WwSqlite) self = g_new0 (WwSqlite, 1);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_cb);
  self->mailbox_messages = WW_MAILBOX_MESSAGES;
  self->mailbox_ms = WW_MAILBOX_MS;
  flags |= writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2 (path, &self->handle, flags, NULL) != SQLITE_OK)
    {
      *error = g_strdup_printf ("cannot open the database %s: %s", path, sqlite3_errmsg (self->handle));
      return NULL;
    }
  sqlite3_busy_timeout (self->handle, 10000);
  if (sqlite3_exec (self->handle, connection_pragmas, NULL, NULL, NULL) != SQLITE_OK)
    {
      *error = g_strdup_printf ("cannot use the database %s: %s", path, sqlite3_errmsg (self->handle));
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* Finalises the statements and closes. */
void
ww_sqlite_close (WwSqlite *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self);
}

static void
note_failure (WwSqlite *self, int code)
{
  self->failed = true;
  ww_log_bounded (WW_LOG_ERROR, "database", "the database refused: %s (%d)", sqlite3_errstr (code), code);
}

static sqlite3_stmt *
find_statement (WwSqlite *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL)
    return statement;
  code = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK)
    {
      note_failure (self, code);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static int
bind_bytes (sqlite3_stmt *statement, int index, const uint8_t *data, size_t len)
{
  /* An empty value must not become NULL. */
  if (len == 0)
    return sqlite3_bind_zeroblob (statement, index, 0);
  return sqlite3_bind_blob64 (statement, index, data, len, SQLITE_STATIC);
}

static int
bind_one (sqlite3_stmt *statement, int index, char kind, va_list *arguments)
{
  WwBytes bytes;

  switch (kind)
    {
    case 'i':
      return sqlite3_bind_int64 (statement, index, va_arg (*arguments, int64_t));
    case 's':
      return sqlite3_bind_text (statement, index, va_arg (*arguments, const char *), -1, SQLITE_STATIC);
    case 'b':
      bytes = va_arg (*arguments, WwBytes);
      return bind_bytes (statement, index, bytes.data, bytes.len);
    case 'd':
      return bind_bytes (statement, index, va_arg (*arguments, const uint8_t *), WW_ID_SIZE);
    case 'h':
      return bind_bytes (statement, index, va_arg (*arguments, const uint8_t *), WW_HASH_SIZE);
    case 'k':
      return bind_bytes (statement, index, va_arg (*arguments, const uint8_t *), WW_POINT_SIZE);
    default:
      g_assert_not_reached ();
    }
}

static sqlite3_stmt *
query_valist (WwSqlite *self, const char *sql, const char *format, va_list *arguments)
{
  sqlite3_stmt *statement = find_statement (self, sql);

  if (statement == NULL)
    return NULL;
  for (int i = 0; format[i] != '\0'; i++)
    {
      int code = bind_one (statement, i + 1, format[i], arguments);

      if (code != SQLITE_OK)
        {
          note_failure (self, code);
          ww_sqlite_statement_done (&statement);
          return NULL;
        }
    }
  return statement;
}

/* A statement with its arguments bound. What they point to must live until ww_sqlite_statement_done(). */
sqlite3_stmt *
ww_sqlite_query (WwSqlite *self, const char *sql, const char *format, ...)
{
  va_list arguments;
  sqlite3_stmt *statement;

  va_start (arguments, format);
  statement = query_valist (self, sql, format, &arguments);
  va_end (arguments);
  return statement;
}

/* The next row. */
bool
ww_sqlite_step (WwSqlite *self, sqlite3_stmt *statement)
{
  int code;

  if (statement == NULL)
    return false;
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return true;
  if (code != SQLITE_DONE)
    note_failure (self, code);
  return false;
}

/* Runs a statement to its end; -1 when it failed. */
int
ww_sqlite_run (WwSqlite *self, const char *sql, const char *format, ...)
{
  va_list arguments;
  sqlite3_stmt *statement;
  int code;

  va_start (arguments, format);
  statement = query_valist (self, sql, format, &arguments);
  va_end (arguments);
  if (statement == NULL)
    return -1;

  do
    code = sqlite3_step (statement);
  while (code == SQLITE_ROW);
  ww_sqlite_statement_done (&statement);
  if (code != SQLITE_DONE)
    {
      note_failure (self, code);
      return -1;
    }
  return sqlite3_changes (self->handle);
}

/* Makes a statement ready for its next use and lets go of what was bound to it. */
void
ww_sqlite_statement_done (sqlite3_stmt **statement)
{
  if (*statement == NULL)
    return;
  sqlite3_reset (*statement);
  sqlite3_clear_bindings (*statement);
  *statement = NULL;
}

/* A column's bytes, until the next step. */
WwBytes
ww_sqlite_bytes (sqlite3_stmt *statement, int column)
{
  const uint8_t *data = sqlite3_column_blob (statement, column);

  return WW_BYTES (data, (size_t) sqlite3_column_bytes (statement, column));
}

/* Copies a column that must have exactly this length. */
bool
ww_sqlite_copy_fixed (sqlite3_stmt *statement, int column, uint8_t *out, size_t len)
{
  WwBytes bytes = ww_sqlite_bytes (statement, column);

  if (bytes.len != len || bytes.data == NULL)
    {
      memset (out, 0, len);
      return false;
    }
  memcpy (out, bytes.data, len);
  return true;
}

/* Copies a column. */
bool
ww_sqlite_copy_buffer (WwSqlite *self, sqlite3_stmt *statement, int column, WwBuffer *out)
{
  WwBytes bytes = ww_sqlite_bytes (statement, column);

  if (ww_buffer_copy (out, bytes.data, bytes.len))
    return true;
  note_failure (self, SQLITE_NOMEM);
  return false;
}

/* A column's text, to be freed with g_free(). */
char *
ww_sqlite_copy_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}
