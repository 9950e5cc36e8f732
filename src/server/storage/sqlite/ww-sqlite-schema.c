/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <glib/gstdio.h>

/*
 * Version 1. Ids, hashes and keys are blobs of the sizes in ww-limits.h. `devices.number` is the storage's
 * own short name of a device. A message is stored once, with one delivery for each device that it waits
 * for, and goes with the last of these. Numbers of messages and of sends ascend with time, so that what is too old is
 * found at the beginning.
 */
static const char schema_1[] = "CREATE TABLE accounts ("
                               "  account_id BLOB PRIMARY KEY NOT NULL,"
                               "  sequence INTEGER NOT NULL,"
                               "  created_ms INTEGER NOT NULL"
                               ") WITHOUT ROWID;"
                               "CREATE TABLE records ("
                               "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,"
                               "  sequence INTEGER NOT NULL,"
                               "  record BLOB NOT NULL,"
                               "  signature BLOB NOT NULL,"
                               "  PRIMARY KEY (account_id, sequence)"
                               ");"
                               "CREATE TABLE handles ("
                               "  handle TEXT PRIMARY KEY NOT NULL,"
                               "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX handles_account ON handles (account_id);"
                               "CREATE TABLE devices ("
                               "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
                               "  device_id BLOB NOT NULL UNIQUE,"
                               "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,"
                               "  signing_key BLOB NOT NULL,"
                               "  push_address BLOB NOT NULL UNIQUE,"
                               "  next_sequence INTEGER NOT NULL DEFAULT 1,"
                               "  waiting INTEGER NOT NULL DEFAULT 0"
                               ");"
                               "CREATE INDEX devices_account ON devices (account_id);"
                               "CREATE TABLE messages ("
                               "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
                               "  received_ms INTEGER NOT NULL,"
                               "  header BLOB NOT NULL,"
                               "  body BLOB NOT NULL"
                               ");"
                               "CREATE TABLE deliveries ("
                               "  device INTEGER NOT NULL,"
                               "  sequence INTEGER NOT NULL,"
                               "  message INTEGER NOT NULL,"
                               "  suite INTEGER NOT NULL,"
                               "  sealed_key BLOB NOT NULL,"
                               "  PRIMARY KEY (device, sequence)"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX deliveries_message ON deliveries (message);"
                               "CREATE TABLE sends ("
                               "  number INTEGER PRIMARY KEY,"
                               "  received_ms INTEGER NOT NULL,"
                               "  device INTEGER NOT NULL,"
                               "  message_id BLOB NOT NULL,"
                               "  UNIQUE (device, message_id)"
                               ");"
                               "CREATE TABLE verifications ("
                               "  token_hash BLOB PRIMARY KEY NOT NULL,"
                               "  handle TEXT NOT NULL,"
                               "  stage INTEGER NOT NULL,"
                               "  sent_ms INTEGER NOT NULL,"
                               "  expires_ms INTEGER NOT NULL,"
                               "  push_address BLOB"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX verifications_expires ON verifications (expires_ms);"
                               "CREATE TABLE verification_links ("
                               "  link_hash BLOB PRIMARY KEY NOT NULL,"
                               "  token_hash BLOB NOT NULL REFERENCES verifications ON DELETE CASCADE"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX verification_links_token ON verification_links (token_hash);"
                               "CREATE TABLE pending_devices ("
                               "  device_id BLOB PRIMARY KEY NOT NULL,"
                               "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,"
                               "  token_hash BLOB NOT NULL UNIQUE,"
                               "  device BLOB NOT NULL,"
                               "  signature BLOB NOT NULL,"
                               "  commitment BLOB NOT NULL,"
                               "  names BLOB NOT NULL,"
                               "  handle TEXT NOT NULL,"
                               "  requested_ms INTEGER NOT NULL,"
                               "  expires_ms INTEGER NOT NULL,"
                               "  joined_sequence INTEGER NOT NULL,"
                               "  granted INTEGER NOT NULL DEFAULT 0,"
                               "  sealed_account_key BLOB NOT NULL DEFAULT x''"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX pending_devices_account ON pending_devices (account_id);";

/*
 * Version 2. Verifications: which service asked, how the person proves it (0 link, 1 code, 2 inbound), and H(secret of the
 * way) of a code. Claims: what somebody wants of an account while its devices are asked. Devices: when last connected; those
 * of version 1 count as connected when they are migrated, since nobody knows and their people must be asked. Handles that
 * moved away: those that the account that had them still lists in its record.
 */
static const char schema_2[] =
    "ALTER TABLE verifications ADD COLUMN service TEXT NOT NULL DEFAULT 'messenger';"
    "ALTER TABLE verifications ADD COLUMN method INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE verifications ADD COLUMN code_hash BLOB;"
    "ALTER TABLE verifications ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE verifications ADD COLUMN sent INTEGER NOT NULL DEFAULT 1;"
    "CREATE INDEX verifications_handle ON verifications (handle);"
    "CREATE INDEX verifications_code ON verifications (code_hash) WHERE code_hash IS NOT NULL;"
    "ALTER TABLE devices ADD COLUMN last_seen_ms INTEGER NOT NULL DEFAULT 0;"
    "UPDATE devices SET last_seen_ms=CAST(strftime('%s','now') AS INTEGER)/3600*3600000;"
    "CREATE TABLE claims ("
    "  claim_id BLOB PRIMARY KEY NOT NULL,"
    "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE," /* whose it is now */
    "  kind INTEGER NOT NULL,"                                          /* as in Claim */
    "  state INTEGER NOT NULL,"
    "  handle TEXT NOT NULL,"
    "  token_hash BLOB NOT NULL UNIQUE,"
    "  claimant BLOB," /* account that wants the handle */
    "  record BLOB,"   /* of a reset */
    "  signature BLOB,"
    "  requested_ms INTEGER NOT NULL,"
    "  due_ms INTEGER NOT NULL,"
    "  expires_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX claims_account ON claims (account_id);"
    "CREATE INDEX claims_expires ON claims (expires_ms);"
    "CREATE TABLE moved_handles ("
    "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE," /* that had it, and still lists it */
    "  handle TEXT NOT NULL,"
    "  PRIMARY KEY (account_id, handle)"
    ") WITHOUT ROWID;";

/*
 * Version 3. Attachments: everything but their bytes. `received` of `size` bytes are durable in the attachment store.
 */
static const char schema_3[] = "CREATE TABLE attachments ("
                               "  attachment_id BLOB PRIMARY KEY NOT NULL,"
                               "  account_id BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,"
                               "  upload_hash BLOB NOT NULL,"
                               "  download_hash BLOB NOT NULL,"
                               "  size INTEGER NOT NULL,"
                               "  received INTEGER NOT NULL DEFAULT 0,"
                               "  expires_ms INTEGER NOT NULL"
                               ") WITHOUT ROWID;"
                               "CREATE INDEX attachments_account ON attachments (account_id);"
                               "CREATE INDEX attachments_expires ON attachments (expires_ms);";

/* What leads from one version to the next: migrations[0] from 0, an empty file, to 1. */
static const char *const migrations[WW_SQLITE_SCHEMA_VERSION] = { schema_1, schema_2, schema_3 };

static bool
read_number (WwSqlite *self, const char *sql, int64_t *out)
{
  sqlite3_stmt *statement = NULL;
  bool found = false;

  if (sqlite3_prepare_v2 (self->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    {
      *out = sqlite3_column_int64 (statement, 0);
      found = true;
    }
  sqlite3_finalize (statement);
  return found;
}

static char *
describe (WwSqlite *self, const char *path, const char *what)
{
  return g_strdup_printf ("%s: %s (%s)", path, what, sqlite3_errmsg (self->handle));
}

/* 0: an empty file; -1: not ours, or not readable, with the reason in error. */
static int64_t
read_version (WwSqlite *self, const char *path, char **error)
{
  int64_t application_id, version, objects;

  if (!read_number (self, "PRAGMA application_id", &application_id) ||
      !read_number (self, "PRAGMA user_version", &version) ||
      !read_number (self, "SELECT count(*) FROM sqlite_schema", &objects))
    {
      *error = describe (self, path, "this is not a database that the server can read");
      return -1;
    }
  if (application_id == 0 && version == 0 && objects == 0)
    return 0;
  if (application_id != WW_SQLITE_APPLICATION_ID)
    {
      *error = g_strdup_printf ("%s: this database belongs to another program; it was left as it is", path);
      return -1;
    }
  if (version < 1 || version > WW_SQLITE_SCHEMA_VERSION)
    {
      *error = g_strdup_printf ("%s: this database has version %" G_GINT64_FORMAT ", this server knows up to %d; "
                                "it was left as it is",
                                path, version, WW_SQLITE_SCHEMA_VERSION);
      return -1;
    }
  return version;
}

/* A copy beside the database, so that a migration that goes wrong costs nothing. */
static bool
snapshot (WwSqlite *self, const char *path, int64_t version, char **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.version-%" G_GINT64_FORMAT, path, version);
  char *statement = sqlite3_mprintf ("VACUUM INTO %Q", copy);
  int code;

  g_remove (copy);
  code = sqlite3_exec (self->handle, statement, NULL, NULL, NULL);
  sqlite3_free (statement);
  if (code != SQLITE_OK)
    *error = describe (self, path, "cannot make a copy before the migration");
  return code == SQLITE_OK;
}

static bool
migrate (WwSqlite *self, const char *path, int64_t version, char **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
                                            WW_SQLITE_APPLICATION_ID, WW_SQLITE_SCHEMA_VERSION);
  bool done = sqlite3_exec (self->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

  for (int64_t i = version; done && i < WW_SQLITE_SCHEMA_VERSION; i++)
    done = sqlite3_exec (self->handle, migrations[i], NULL, NULL, NULL) == SQLITE_OK;
  done = done && sqlite3_exec (self->handle, stamp, NULL, NULL, NULL) == SQLITE_OK;
  if (!done)
    {
      *error = describe (self, path, "cannot prepare the database");
      sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
    }
  return done;
}

/*
 * Makes the database ready for this version of the server: creates everything in an empty file, migrates an
 * older one after a snapshot, refuses a newer or a foreign one without touching it.
 */
bool
ww_sqlite_prepare_schema (WwSqlite *self, const char *path, char **error)
{
  int64_t version = read_version (self, path, error);

  if (version < 0)
    return false;
  if (sqlite3_exec (self->handle, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) != SQLITE_OK)
    {
      *error = describe (self, path, "cannot switch on the write-ahead log");
      return false;
    }
  if (version == WW_SQLITE_SCHEMA_VERSION)
    return true;
  if (version > 0 && !snapshot (self, path, version, error))
    return false;
  return migrate (self, path, version, error);
}

/* For files that somebody hands over: see the header. */
bool
ww_sqlite_check_file (const char *path, char **error)
{
  g_autoptr (WwSqlite) self = ww_sqlite_open (path, false, error);
  int64_t version;

  if (self == NULL)
    return false;
  version = read_version (self, path, error);
  if (version == 0)
    *error = g_strdup_printf ("%s: this file is empty", path);
  return version > 0;
}
