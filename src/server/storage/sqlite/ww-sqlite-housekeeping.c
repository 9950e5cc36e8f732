/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

/* The oldest message, if it is too old; 0 if not. */
static int64_t
find_old_message (WwSqlite *db, int64_t before_ms)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT number, received_ms FROM messages ORDER BY number LIMIT 1", "");

  if (!ww_sqlite_step (db, row) || sqlite3_column_int64 (row, 1) > before_ms)
    return 0;
  return sqlite3_column_int64 (row, 0);
}

static void
expire_message (WwSqlite *db, int64_t message)
{
  ww_sqlite_run (db,
                 "UPDATE devices SET waiting=waiting-1"
                 " WHERE number IN (SELECT device FROM deliveries WHERE message=?)",
                 "i", message);
  ww_sqlite_run (db, "DELETE FROM deliveries WHERE message=?", "i", message);
  ww_sqlite_run (db, "DELETE FROM messages WHERE number=?", "i", message);
}

/* The sends are in the order of time: those before the first that is young enough go. */
static int
expire_sends (WwSqlite *db, int64_t before_ms, unsigned max_rows)
{
  return ww_sqlite_run (db,
                        "DELETE FROM sends WHERE number IN"
                        " (SELECT number FROM (SELECT number, received_ms FROM sends ORDER BY number LIMIT ?)"
                        "  WHERE received_ms<=?)",
                        "ii", (int64_t) max_rows, before_ms);
}

/* A part of what is too old. `more` asks for another turn. */
WwStorageStatus
ww_sqlite_expire (WwSqlite *db, WwExpireOp *op)
{
  int64_t before_ms = op->now_ms - db->mailbox_ms;

  while (op->n_messages < op->max_rows)
    {
      int64_t message = find_old_message (db, before_ms);

      if (message == 0)
        break;
      expire_message (db, message);
      op->n_messages++;
    }
  op->more = op->n_messages == op->max_rows;
  if (expire_sends (db, before_ms, op->max_rows) == (int) op->max_rows)
    op->more = true;
  ww_sqlite_run (db, "DELETE FROM pending_devices WHERE expires_ms<?", "i", op->now_ms - db->mailbox_ms);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Numbers for the metrics and for `waxwing-server stats`. */
WwStorageStatus
ww_sqlite_load_statistics (WwSqlite *db, WwLoadStatisticsOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM devices),"
                                           " (SELECT coalesce(sum(waiting), 0) FROM devices),"
                                           " (SELECT page_count FROM pragma_page_count)"
                                           " * (SELECT page_size FROM pragma_page_size)",
                                           "");

  if (!ww_sqlite_step (db, row))
    return WW_STORAGE_UNAVAILABLE;
  op->accounts = sqlite3_column_int64 (row, 0);
  op->devices = sqlite3_column_int64 (row, 1);
  op->deliveries = sqlite3_column_int64 (row, 2);
  op->bytes = sqlite3_column_int64 (row, 3);
  return WW_STORAGE_OK;
}
