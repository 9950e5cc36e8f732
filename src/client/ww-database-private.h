/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-keyring.h"

G_BEGIN_DECLS

/*
 * For the store's thread only, which calls these. Opens the file with the key, checks that it is ours, makes or
 * migrates the schema. With `create`, a missing file is made (mode 0600).
 */
WwDatabase *ww_database_open (const char *path, const WwStoreKey *key, gboolean create, GError **error);
/* Ends every statement, moves the write-ahead log into the file, closes. */
void ww_database_close (WwDatabase *self);

gboolean ww_database_begin (WwDatabase *self, GError **error);
gboolean ww_database_commit (WwDatabase *self, GError **error);
void ww_database_rollback (WwDatabase *self);
/* FALSE when SQLite gave the transaction up by itself, as it does when the disk is full. */
gboolean ww_database_in_transaction (WwDatabase *self);
void ww_database_advance_stamp (WwDatabase *self);

/* Whether the search index turned out to be damaged since this was asked for the last time. */
gboolean ww_database_take_index_damage (WwDatabase *self);

gboolean ww_database_exec_undefended (WwDatabase *self, const char *sql, GError **error);

/* For tests: rows that statements stepped onto, and transactions, since the database was opened. */
guint64 ww_database_get_rows_read (WwDatabase *self);
guint64 ww_database_get_commits (WwDatabase *self);
guint ww_database_get_cached_statements (WwDatabase *self);

/* Leaves `error` as the last failure on this connection asks for. */
void ww_database_set_error (WwDatabase *self, GError **error);

#define WW_DATABASE_CACHED_STATEMENTS 64

G_END_DECLS
