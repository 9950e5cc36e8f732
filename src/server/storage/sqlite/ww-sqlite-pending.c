/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

static void
join_clear (WwOperation *base)
{
  g_free (((WwJoinAccountOp *) base)->handle);
}

/*
 * Whether this device asked before. The same token, device and commitment are the same request; anything else
 * under the same device id is somebody else's.
 */
static WwStorageStatus
find_earlier (WwSqlite *db, WwJoinAccountOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT token_hash, device, commitment, handle, joined_sequence, expires_ms"
                                           " FROM pending_devices WHERE device_id=?",
                                           "d", op->device_id);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  if (!ww_bytes_equal (ww_sqlite_bytes (row, 0), WW_BYTES_OF (op->token_hash)) ||
      !ww_bytes_equal (ww_sqlite_bytes (row, 1), op->device) ||
      !ww_bytes_equal (ww_sqlite_bytes (row, 2), op->commitment))
    return WW_STORAGE_MISMATCH;
  op->handle = ww_sqlite_copy_text (row, 3);
  op->joined_sequence = (uint64_t) sqlite3_column_int64 (row, 4);
  op->expires_ms = sqlite3_column_int64 (row, 5);
  op->repeated = true;
  return WW_STORAGE_OK;
}

/* Whether the handle is this account's and the account has room for one more device that waits. */
static WwStorageStatus
check_account (WwSqlite *db, WwJoinAccountOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      "SELECT sequence, (SELECT count(*) FROM devices d WHERE d.account_id=a.account_id),"
      " (SELECT count(*) FROM pending_devices p WHERE p.account_id=a.account_id AND p.granted=0 AND p.expires_ms>?)"
      " FROM accounts a JOIN handles USING (account_id) WHERE handle=? AND account_id=?",
      "isd", op->now_ms, op->handle, op->account_id);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_MISMATCH;
  op->joined_sequence = (uint64_t) sqlite3_column_int64 (row, 0);
  if (sqlite3_column_int64 (row, 1) >= WW_MAX_DEVICES)
    return WW_STORAGE_FULL;
  if (sqlite3_column_int64 (row, 2) >= WW_MAX_PENDING_DEVICES)
    return WW_STORAGE_TOO_MANY;
  return WW_STORAGE_OK;
}

static bool
device_is_known (WwSqlite *db, const uint8_t *device_id)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM devices WHERE device_id=?", "d", device_id);

  return ww_sqlite_step (db, row);
}

/* A device waits for the approval of another one. Uses the verification up. */
WwStorageStatus
ww_sqlite_join_account (WwSqlite *db, WwJoinAccountOp *op)
{
  uint8_t issued[WW_PUSH_ADDRESS_SIZE];
  WwStorageStatus status;

  op->base.clear = join_clear;
  status = find_earlier (db, op);
  if (status != WW_STORAGE_NOT_FOUND)
    return status;
  status = ww_sqlite_check_confirmed (db, op->token_hash, op->now_ms, &op->handle, issued);
  if (status != WW_STORAGE_OK)
    return status;
  if (memcmp (issued, op->push_address, sizeof issued) != 0 || device_is_known (db, op->device_id))
    return WW_STORAGE_MISMATCH;
  status = check_account (db, op);
  if (status != WW_STORAGE_OK)
    return status;

  ww_sqlite_run (db,
                 "INSERT INTO pending_devices (device_id, account_id, token_hash, device, signature, commitment, names,"
                 " handle, requested_ms, expires_ms, joined_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 "ddhbbbbsiii", op->device_id, op->account_id, op->token_hash, op->device, op->signature,
                 op->commitment, op->names, op->handle, op->now_ms, op->expires_ms, (int64_t) op->joined_sequence);
  ww_sqlite_use_verification (db, op->token_hash);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Nothing waits for this device any more. */
WwStorageStatus
ww_sqlite_forget_pending (WwSqlite *db, WwForgetPendingOp *op)
{
  ww_sqlite_run (db, "DELETE FROM pending_devices WHERE device_id=?", "d", op->device_id);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

static void
pending_clear (WwOperation *base)
{
  WwLoadPendingOp *op = (WwLoadPendingOp *) base;

  for (size_t i = 0; i < op->n_pending; i++)
    ww_stored_pending_clear (&op->pending[i]);
  g_free (op->pending);
}

static void
read_pending (WwSqlite *db, sqlite3_stmt *row, WwStoredPending *out)
{
  ww_sqlite_copy_fixed (row, 0, out->device_id, WW_ID_SIZE);
  ww_sqlite_copy_fixed (row, 1, out->account_id, WW_ID_SIZE);
  ww_sqlite_copy_fixed (row, 2, out->token_hash, WW_HASH_SIZE);
  ww_sqlite_copy_buffer (db, row, 3, &out->device);
  ww_sqlite_copy_fixed (row, 4, out->signature, WW_SIGNATURE_SIZE);
  ww_sqlite_copy_fixed (row, 5, out->commitment, WW_HASH_SIZE);
  ww_sqlite_copy_buffer (db, row, 6, &out->names);
  out->handle = ww_sqlite_copy_text (row, 7);
  out->requested_ms = sqlite3_column_int64 (row, 8);
  out->expires_ms = sqlite3_column_int64 (row, 9);
  out->joined_sequence = (uint64_t) sqlite3_column_int64 (row, 10);
  out->granted = sqlite3_column_int64 (row, 11) != 0;
  ww_sqlite_copy_buffer (db, row, 12, &out->sealed_account_key);
}

/* Every device that waits for an approval or for the result of one. */
WwStorageStatus
ww_sqlite_load_pending (WwSqlite *db, WwLoadPendingOp *op)
{
  g_autoptr (GArray) pending = g_array_new (FALSE, TRUE, sizeof (WwStoredPending));
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT device_id, account_id, token_hash, device, signature, commitment,"
                                           " names, handle, requested_ms, expires_ms, joined_sequence, granted,"
                                           " sealed_account_key FROM pending_devices",
                                           "");

  op->base.clear = pending_clear;
  while (ww_sqlite_step (db, row))
    {
      WwStoredPending one = { 0 };

      read_pending (db, row, &one);
      g_array_append_val (pending, one);
    }
  op->n_pending = pending->len;
  op->pending = (WwStoredPending *) g_array_steal (pending, NULL);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}
