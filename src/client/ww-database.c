/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-database"

#include "ww-database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "ww-database-memory.h"
#include "ww-error-private.h"
#include "ww-search-tokenizer.h"
#include "ww-store-schema.h"

struct _WwStatement
{
  WwDatabase *database;
  sqlite3_stmt *handle;
  char *sql;
  int failure; /* of the first bind that failed */
  gboolean in_use;
  gboolean cached;
  GList link; /* in the database's order of use */
};

struct _WwDatabase
{
  sqlite3 *handle;
  GThread *owner;
  GHashTable *statements; /* SQL → WwStatement, those that are cached */
  GQueue order;           /* most recently used first */
  gint64 stamp;
  guint64 rows_read;
  guint64 commits;
  gboolean index_damaged;
};

static void
assert_owner (WwDatabase *self)
{
  g_assert (self->owner == g_thread_self ());
}

static void
statement_free (WwStatement *self)
{
  sqlite3_finalize (self->handle);
  g_free (self->sql);
  g_free (self);
}

/* Whether the system said that there is no room, whatever SQLite made of it. */
static gboolean
is_full (sqlite3 *handle, int result)
{
  int system_errno = handle != NULL ? sqlite3_system_errno (handle) : 0;

  if ((result & 0xff) == SQLITE_FULL)
    return TRUE;

  return (result & 0xff) == SQLITE_IOERR && (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

/* Never passes SQLite's own text on: it can hold values. */
static void
set_error (sqlite3 *handle, int result, GError **error)
{
  if (is_full (handle, result))
    ww_error_set (error, WW_ERROR_STORE_FULL);
  else if ((result & 0xff) == SQLITE_NOTADB)
    ww_error_set (error, WW_ERROR_STORE_FOREIGN);
  else
    ww_error_set (error, WW_ERROR_STORE_FAILED);

  g_debug ("The store reports %d", result);
}

/* Only the search index is a virtual table. What is wrong with it is no reason to distrust the rest. */
static void
report (WwDatabase *self, int result, GError **error)
{
  if (result == SQLITE_CORRUPT_VTAB)
    self->index_damaged = TRUE;
  set_error (self->handle, result, error);
}

gboolean
ww_database_take_index_damage (WwDatabase *self)
{
  gboolean damaged = self->index_damaged;

  self->index_damaged = FALSE;
  return damaged;
}

void
ww_database_set_error (WwDatabase *self, GError **error)
{
  set_error (self->handle, sqlite3_extended_errcode (self->handle), error);
}

/*
 * A raw key in SQLCipher's form, x'…' (sqlcipher API, "Raw Key Data"): no key derivation, which would only slow down
 * a key that is random already.
 */
static int
set_key (sqlite3 *handle, const WwStoreKey *key)
{
  static const char digits[] = "0123456789abcdef";
  char text[2 + 2 * sizeof key->bytes + 1];
  int result;

  text[0] = 'x';
  text[1] = '\'';
  for (gsize i = 0; i < sizeof key->bytes; i++)
    {
      text[2 + 2 * i] = digits[key->bytes[i] >> 4];
      text[3 + 2 * i] = digits[key->bytes[i] & 0x0f];
    }
  text[sizeof text - 1] = '\'';

  result = sqlite3_key_v2 (handle, "main", text, sizeof text);
  ww_wipe (text, sizeof text);
  return result;
}

static int
found_cb (void *found, int n, char **values, char **names)
{
  *(gboolean *) found = n > 0 && values[0] != NULL;
  return 0;
}

/*
 * Other libraries of the process link SQLite itself, which has the same symbols and would write everything in clear. Which of
 * the two we got is for the dynamic linker to decide, so that it is asked, every time.
 */
static gboolean
is_sqlcipher (sqlite3 *handle)
{
  gboolean found = FALSE;

  sqlite3_exec (handle, "PRAGMA cipher_version", found_cb, &found, NULL);
  return found;
}

static gboolean
configure (WwDatabase *self, GError **error)
{
  static const char *const pragmas[] = {
    "PRAGMA journal_mode=WAL",   "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",   "PRAGMA temp_store=MEMORY",
    "PRAGMA foreign_keys=ON",    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON", "PRAGMA journal_size_limit=1048576",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pragmas); i++)
    {
      if (!ww_database_exec (self, pragmas[i], error))
        return FALSE;
    }

  return TRUE;
}

/* SQLite makes files as the umask says; ours are for their owner alone, and the log takes after the file. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      ww_error_set (error, errno == ENOSPC || errno == EDQUOT ? WW_ERROR_STORE_FULL : WW_ERROR_STORE_FAILED);
      return FALSE;
    }

  return g_close (fd, error);
}

/* A file without a byte is none of ours unless we are about to make it. */
static gboolean
check_file (const char *path, gboolean create, GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      if (errno == ENOENT && create)
        return make_file (path, error);

      ww_error_set (error, WW_ERROR_STORE_FAILED);
      return FALSE;
    }

  if (!S_ISREG (info.st_mode) || (info.st_size == 0 && !create))
    {
      ww_error_set (error, WW_ERROR_STORE_FOREIGN);
      return FALSE;
    }

  return TRUE;
}

/**
 * ww_database_open:
 * @path: the file
 * @key: its raw key
 * @create: whether a missing file is made
 * @error: WW_ERROR_STORE_FOREIGN for a file that this key does not open or that is no store, WW_ERROR_STORE_NEWER,
 *   WW_ERROR_STORE_FULL, WW_ERROR_STORE_FAILED
 *
 * Belongs to the calling thread from now on. Touches nothing of a file that it refuses.
 */
WwDatabase *
ww_database_open (const char *path, const WwStoreKey *key, gboolean create, GError **error)
{
  sqlite3 *handle = NULL;
  WwDatabase *self;
  int result;

  if (!check_file (path, create, error))
    return NULL;

  ww_database_wipe_memory ();
  result = sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (result == SQLITE_OK && !is_sqlcipher (handle))
    result = SQLITE_MISUSE;
  /* SQLCipher would write to standard error; what went wrong is told by the error. */
  if (result == SQLITE_OK)
    result = sqlite3_exec (handle, "PRAGMA cipher_log_level=NONE", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = set_key (handle, key);
  /* The profile's lock keeps everyone else out, so the index of the log needs no shared file: what is there can be
   * read when the disk is full. Before the first read, which would make that file. */
  if (result == SQLITE_OK)
    result = sqlite3_exec (handle, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = ww_search_tokenizer_register (handle);
  if (result != SQLITE_OK)
    {
      set_error (handle, result, error);
      sqlite3_close (handle);
      return NULL;
    }

  sqlite3_extended_result_codes (handle, 1);
  sqlite3_busy_timeout (handle, 5000);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  self = g_new0 (WwDatabase, 1);
  self->handle = handle;
  self->owner = g_thread_self ();
  self->statements = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);

  if (!ww_store_schema_check (self, error) || !configure (self, error) || !ww_store_schema_prepare (self, error))
    {
      ww_database_close (self);
      return NULL;
    }

  return self;
}

void
ww_database_close (WwDatabase *self)
{
  GList *link;

  assert_owner (self);

  while ((link = g_queue_pop_head_link (&self->order)) != NULL)
    {
      WwStatement *statement = link->data;

      g_assert (!statement->in_use);
      statement_free (statement);
    }
  g_hash_table_unref (self->statements);

  /* The last connection to close checkpoints the log and removes it. */
  if (sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("The store was closed with statements under way");

  g_free (self);
}

gboolean
ww_database_begin (WwDatabase *self, GError **error)
{
  return ww_database_exec (self, "BEGIN IMMEDIATE", error);
}

gboolean
ww_database_commit (WwDatabase *self, GError **error)
{
  self->commits++;
  return ww_database_exec (self, "COMMIT", error);
}

/* Rolling back what SQLite has rolled back already is no failure, and any other is told by the next statement. */
void
ww_database_rollback (WwDatabase *self)
{
  if (ww_database_in_transaction (self))
    ww_database_exec (self, "ROLLBACK", NULL);
}

gboolean
ww_database_in_transaction (WwDatabase *self)
{
  return !sqlite3_get_autocommit (self->handle);
}

void
ww_database_advance_stamp (WwDatabase *self)
{
  self->stamp++;
}

gint64
ww_database_get_stamp (WwDatabase *self)
{
  return self->stamp;
}

guint64
ww_database_get_rows_read (WwDatabase *self)
{
  return self->rows_read;
}

guint64
ww_database_get_commits (WwDatabase *self)
{
  return self->commits;
}

guint
ww_database_get_cached_statements (WwDatabase *self)
{
  return g_hash_table_size (self->statements);
}

/* The least recently used one that nobody holds makes room. */
static void
trim_cache (WwDatabase *self)
{
  GList *link = self->order.tail;

  while (link != NULL && g_hash_table_size (self->statements) >= WW_DATABASE_CACHED_STATEMENTS)
    {
      WwStatement *statement = link->data;

      link = link->prev;
      if (statement->in_use)
        continue;

      g_queue_unlink (&self->order, &statement->link);
      g_hash_table_remove (self->statements, statement->sql);
      statement_free (statement);
    }
}

/**
 * ww_database_prepare:
 * @sql: one statement
 *
 * Returns: (transfer full): to be given back with ww_statement_release(), on the same thread; %NULL with @error set
 */
WwStatement *
ww_database_prepare (WwDatabase *self, const char *sql, GError **error)
{
  WwStatement *statement;
  sqlite3_stmt *handle = NULL;
  int result;

  assert_owner (self);

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement != NULL && !statement->in_use)
    {
      g_queue_unlink (&self->order, &statement->link);
      g_queue_push_head_link (&self->order, &statement->link);
      statement->in_use = TRUE;
      return statement;
    }

  result = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
  if (result != SQLITE_OK)
    {
      report (self, result, error);
      return NULL;
    }

  /* One that is in use already is prepared once more, for this use only. */
  gboolean cached = statement == NULL;

  if (cached)
    trim_cache (self);

  statement = g_new0 (WwStatement, 1);
  statement->database = self;
  statement->handle = handle;
  statement->sql = g_strdup (sql);
  statement->in_use = TRUE;
  statement->cached = cached;
  statement->link.data = statement;

  if (cached)
    {
      g_hash_table_insert (self->statements, statement->sql, statement);
      g_queue_push_head_link (&self->order, &statement->link);
    }

  return statement;
}

/**
 * ww_database_exec:
 * @sql: one or more statements without parameters, whose rows nobody needs
 */
gboolean
ww_database_exec (WwDatabase *self, const char *sql, GError **error)
{
  int result;

  assert_owner (self);

  result = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  if (result == SQLITE_OK)
    return TRUE;

  report (self, result, error);
  return FALSE;
}

/**
 * ww_database_exec_undefended:
 *
 * As ww_database_exec(), where a virtual table's own tables have to be written to.
 */
gboolean
ww_database_exec_undefended (WwDatabase *self, const char *sql, GError **error)
{
  gboolean done;

  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  done = ww_database_exec (self, sql, error);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return done;
}

gint64
ww_database_last_row (WwDatabase *self)
{
  assert_owner (self);

  return sqlite3_last_insert_rowid (self->handle);
}

guint
ww_database_changes (WwDatabase *self)
{
  assert_owner (self);

  return (guint) sqlite3_changes (self->handle);
}

static void
note_failure (WwStatement *self, int result)
{
  if (result != SQLITE_OK && self->failure == SQLITE_OK)
    self->failure = result;
}

void
ww_statement_bind_int (WwStatement *self, int index, gint64 value)
{
  note_failure (self, sqlite3_bind_int64 (self->handle, index, value));
}

void
ww_statement_bind_text (WwStatement *self, int index, const char *value)
{
  note_failure (self, sqlite3_bind_text (self->handle, index, value, -1, SQLITE_TRANSIENT));
}

/**
 * ww_statement_bind_blob:
 * @data: (nullable): %NULL with @len 0 is an empty blob, not NULL
 */
void
ww_statement_bind_blob (WwStatement *self, int index, const void *data, gsize len)
{
  note_failure (self, sqlite3_bind_blob64 (self->handle, index, len > 0 ? data : "", len, SQLITE_TRANSIENT));
}

void
ww_statement_bind_null (WwStatement *self, int index)
{
  note_failure (self, sqlite3_bind_null (self->handle, index));
}

/**
 * ww_statement_step:
 *
 * Also tells of a parameter that could not be bound before.
 */
WwStep
ww_statement_step (WwStatement *self, GError **error)
{
  int result = self->failure;

  assert_owner (self->database);

  if (result == SQLITE_OK)
    result = sqlite3_step (self->handle);

  if (result == SQLITE_ROW)
    {
      self->database->rows_read++;
      return WW_STEP_ROW;
    }
  if (result == SQLITE_DONE)
    return WW_STEP_DONE;

  report (self->database, result, error);
  return WW_STEP_ERROR;
}

gboolean
ww_statement_run (WwStatement *self, GError **error)
{
  WwStep step;

  while ((step = ww_statement_step (self, error)) == WW_STEP_ROW)
    ;

  return step == WW_STEP_DONE;
}

gint64
ww_statement_int (WwStatement *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}

const char *
ww_statement_text (WwStatement *self, int column)
{
  return (const char *) sqlite3_column_text (self->handle, column);
}

const guint8 *
ww_statement_blob (WwStatement *self, int column, gsize *len)
{
  const guint8 *data = sqlite3_column_blob (self->handle, column);

  *len = (gsize) sqlite3_column_bytes (self->handle, column);
  return data;
}

gboolean
ww_statement_is_null (WwStatement *self, int column)
{
  return sqlite3_column_type (self->handle, column) == SQLITE_NULL;
}

/**
 * ww_statement_release:
 *
 * Resets it and forgets its parameters, which may be secret.
 */
void
ww_statement_release (WwStatement *self)
{
  assert_owner (self->database);

  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
  self->failure = SQLITE_OK;
  self->in_use = FALSE;

  if (!self->cached)
    statement_free (self);
}
