/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#define HOUR_MS (60LL * 60 * 1000)

/* See the header. */
int64_t
ww_sqlite_seen_ms (int64_t now_ms)
{
  return now_ms - now_ms % HOUR_MS;
}

static void
touch_clear (WwOperation *base)
{
  g_free (((WwTouchDevicesOp *) base)->devices);
}

/* To the hour: nobody needs to know more. */
WwStorageStatus
ww_sqlite_touch_devices (WwSqlite *db, WwTouchDevicesOp *op)
{
  int64_t seen_ms = ww_sqlite_seen_ms (op->seen_ms);

  op->base.clear = touch_clear;
  for (size_t i = 0; i < op->n_devices && !db->failed; i++)
    ww_sqlite_run (db, "UPDATE devices SET last_seen_ms=?1 WHERE number=?2 AND last_seen_ms<?1", "ii", seen_ms,
                   op->devices[i]);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Of all devices of an account. */
WwStorageStatus
ww_sqlite_load_activity (WwSqlite *db, WwLoadActivityOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT device_id, number, last_seen_ms FROM devices WHERE account_id=? ORDER BY number", "d",
      op->account_id);

  while (op->n_devices < WW_MAX_DEVICES && ww_sqlite_step (db, row))
    {
      WwStoredActivity *device = &op->devices[op->n_devices++];

      ww_sqlite_copy_fixed (row, 0, device->device_id, WW_ID_SIZE);
      device->device = sqlite3_column_int64 (row, 1);
      device->last_seen_ms = sqlite3_column_int64 (row, 2);
    }
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* See ww-storage-claims.h. */
WwStorageStatus
ww_sqlite_retire_device (WwSqlite *db, WwRetireDeviceOp *op)
{
  ww_sqlite_empty_mailbox (db, op->device);
  ww_sqlite_run (db, "UPDATE devices SET last_seen_ms=0 WHERE number=?", "i", op->device);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}
