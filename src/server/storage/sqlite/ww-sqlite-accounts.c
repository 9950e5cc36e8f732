/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

static bool
find_account (WwSqlite *db, WwLoadChainOp *op)
{
  WW_AUTO_STATEMENT row = op->handle != NULL
                              ? ww_sqlite_query (db,
                                                 "SELECT account_id, sequence FROM handles JOIN accounts"
                                                 " USING (account_id) WHERE handle=?",
                                                 "s", op->handle)
                              : ww_sqlite_query (db, "SELECT account_id, sequence FROM accounts WHERE account_id=?",
                                                 "d", op->account_id);

  if (!ww_sqlite_step (db, row))
    return false;
  op->current_sequence = (uint64_t) sqlite3_column_int64 (row, 1);
  return ww_sqlite_copy_fixed (row, 0, op->account_id, WW_ID_SIZE);
}

static void
chain_clear (WwOperation *base)
{
  WwLoadChainOp *op = (WwLoadChainOp *) base;

  for (unsigned i = 0; i < op->n_records; i++)
    ww_buffer_clear (&op->records[i].record);
  g_free (op->records);
}

/* Records in ascending order, as many as the limits of the operation allow. */
WwStorageStatus
ww_sqlite_load_chain (WwSqlite *db, WwLoadChainOp *op)
{
  size_t bytes = 0;
  uint64_t since;

  op->base.clear = chain_clear;
  if (!find_account (db, op))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  since = op->only_current ? op->current_sequence - 1 : op->since;
  if (since >= op->current_sequence)
    return WW_STORAGE_OK;

  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT record, signature FROM records WHERE account_id=? AND sequence>?"
                                           " ORDER BY sequence LIMIT ?",
                                           "dii", op->account_id, (int64_t) since, (int64_t) op->max_records);
  op->records = g_new0 (WwStoredRecord, MIN (op->max_records, op->current_sequence - since));
  while (ww_sqlite_step (db, row))
    {
      WwStoredRecord *record = &op->records[op->n_records];

      bytes += ww_sqlite_bytes (row, 0).len + WW_SIGNATURE_SIZE;
      if (op->n_records > 0 && bytes > op->max_bytes)
        break;
      if (!ww_sqlite_copy_buffer (db, row, 0, &record->record))
        break;
      op->n_records++;
      ww_sqlite_copy_fixed (row, 1, record->signature, WW_SIGNATURE_SIZE);
    }
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* A device of a current record. */
WwStorageStatus
ww_sqlite_load_device (WwSqlite *db, WwLoadDeviceOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      "SELECT number, account_id, signing_key, sequence, waiting, next_sequence,"
      " last_seen_ms FROM devices JOIN accounts USING (account_id) WHERE device_id=?",
      "d", op->device_id);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->number = sqlite3_column_int64 (row, 0);
  ww_sqlite_copy_fixed (row, 1, op->account_id, WW_ID_SIZE);
  ww_sqlite_copy_fixed (row, 2, op->signing_key, WW_POINT_SIZE);
  op->record_sequence = (uint64_t) sqlite3_column_int64 (row, 3);
  op->waiting = (uint64_t) sqlite3_column_int64 (row, 4);
  op->next_sequence = (uint64_t) sqlite3_column_int64 (row, 5);
  op->last_seen_ms = sqlite3_column_int64 (row, 6);
  return WW_STORAGE_OK;
}

static void
add_record (WwSqlite *db, const uint8_t *account_id, uint64_t sequence, WwBytes record, WwBytes signature)
{
  ww_sqlite_run (db, "INSERT INTO records (account_id, sequence, record, signature) VALUES (?, ?, ?, ?)", "dibb",
                 account_id, (int64_t) sequence, record, signature);
}

static bool
device_exists (WwSqlite *db, const uint8_t *device_id)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM devices WHERE device_id=?", "d", device_id);

  return ww_sqlite_step (db, row);
}

/* A new device has just been there. */
static void
add_device (WwSqlite *db, const uint8_t *account_id, const WwStoredDevice *device, int64_t now_ms)
{
  ww_sqlite_run (
      db, "INSERT INTO devices (device_id, account_id, signing_key, push_address, last_seen_ms) VALUES (?, ?, ?, ?, ?)",
      "ddkhi", device->device_id, account_id, device->signing_key, device->push_address, ww_sqlite_seen_ms (now_ms));
}

/* Whether a row with this id or handle stands in the way of a new account. */
static bool
account_conflicts (WwSqlite *db, WwCreateAccountOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT 1 FROM handles WHERE handle=? UNION ALL"
                                           " SELECT 1 FROM accounts WHERE account_id=?",
                                           "sd", op->handle, op->account_id);

  return ww_sqlite_step (db, row) || device_exists (db, op->device.device_id);
}

/* A new account with its first record and device, for the handle that the token proves. */
WwStorageStatus
ww_sqlite_create_account (WwSqlite *db, WwCreateAccountOp *op)
{
  g_autofree char *handle = NULL;
  uint8_t issued[WW_PUSH_ADDRESS_SIZE];
  WwStorageStatus status = ww_sqlite_check_confirmed (db, op->token_hash, op->now_ms, &handle, issued);

  if (status != WW_STORAGE_OK)
    return status;
  if (strcmp (handle, op->handle) != 0 || memcmp (issued, op->device.push_address, sizeof issued) != 0)
    return WW_STORAGE_MISMATCH;
  if (account_conflicts (db, op))
    return WW_STORAGE_CONFLICT;

  ww_sqlite_run (db, "INSERT INTO accounts (account_id, sequence, created_ms) VALUES (?, 1, ?)", "di", op->account_id,
                 op->now_ms);
  add_record (db, op->account_id, 1, op->record, op->signature);
  ww_sqlite_run (db, "INSERT INTO handles (handle, account_id) VALUES (?, ?)", "sd", op->handle, op->account_id);
  add_device (db, op->account_id, &op->device, op->now_ms);
  ww_sqlite_use_verification (db, op->token_hash);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

static const WwStoredDevice *
find_published (const WwPublishRecordOp *op, const uint8_t *device_id)
{
  for (size_t i = 0; i < op->n_devices; i++)
    if (memcmp (op->devices[i].device_id, device_id, WW_ID_SIZE) == 0)
      return &op->devices[i];
  return NULL;
}

/* Forgets the devices that the new record no longer has. */
static void
remove_old_devices (WwSqlite *db, WwPublishRecordOp *op)
{
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT number, device_id FROM devices WHERE account_id=?", "d",
                                             op->account_id);

    while (ww_sqlite_step (db, row))
      {
        uint8_t device_id[WW_ID_SIZE];

        if (ww_sqlite_copy_fixed (row, 1, device_id, sizeof device_id) && find_published (op, device_id) == NULL &&
            op->n_removed < WW_MAX_DEVICES)
          op->removed[op->n_removed++] = sqlite3_column_int64 (row, 0);
      }
  }
  for (size_t i = 0; i < op->n_removed; i++)
    ww_sqlite_remove_device (db, op->removed[i]);
}

static bool
has_handle (const WwPublishRecordOp *op, const char *handle)
{
  for (size_t i = 0; i < op->n_handles; i++)
    if (strcmp (op->handles[i], handle) == 0)
      return true;
  return false;
}

/* The texts of a query's first column, to be freed. */
static GPtrArray *
read_handles (WwSqlite *db, const char *sql, const uint8_t *account_id)
{
  GPtrArray *handles = g_ptr_array_new_with_free_func (g_free);
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, sql, "d", account_id);

  while (ww_sqlite_step (db, row))
    g_ptr_array_add (handles, ww_sqlite_copy_text (row, 0));
  return handles;
}

/*
 * Handles that the record dropped are free for others at once. Those that it lists though another account has them
 * stay with that one.
 */
static void
update_handles (WwSqlite *db, WwPublishRecordOp *op)
{
  g_autoptr (GPtrArray) owned = read_handles (db, "SELECT handle FROM handles WHERE account_id=?", op->account_id);
  g_autoptr (GPtrArray)
      moved = read_handles (db, "SELECT handle FROM moved_handles WHERE account_id=?", op->account_id);

  for (guint i = 0; i < owned->len; i++)
    if (!has_handle (op, owned->pdata[i]))
      {
        ww_sqlite_run (db, "DELETE FROM handles WHERE handle=?", "s", (const char *) owned->pdata[i]);
        ww_sqlite_end_claims (db, op->account_id, owned->pdata[i], &op->claims);
      }
  for (guint i = 0; i < moved->len; i++)
    if (!has_handle (op, moved->pdata[i]))
      ww_sqlite_run (db, "DELETE FROM moved_handles WHERE account_id=? AND handle=?", "ds", op->account_id,
                     (const char *) moved->pdata[i]);
}

/* The pending device joins; what it needs to go on waits in its row until it has authenticated. */
static WwStorageStatus
grant_pending (WwSqlite *db, WwPublishRecordOp *op)
{
  const WwStoredDevice *device = find_published (op, op->granted_device);

  if (device == NULL || device_exists (db, op->granted_device))
    return WW_STORAGE_MISMATCH;
  if (ww_sqlite_run (db,
                     "UPDATE pending_devices SET granted=1, sealed_account_key=?"
                     " WHERE device_id=? AND account_id=? AND granted=0 AND expires_ms>?",
                     "bddi", op->sealed_account_key, op->granted_device, op->account_id, op->now_ms) != 1)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_EXPIRED;
  ww_sqlite_end_claim_of_device (db, op->granted_device, &op->claims);
  add_device (db, op->account_id, device, op->now_ms);
  return WW_STORAGE_OK;
}

/* The only device of an account that is started over. */
static WwStorageStatus
add_claiming_device (WwSqlite *db, WwPublishRecordOp *op)
{
  if (device_exists (db, op->devices[0].device_id))
    return WW_STORAGE_MISMATCH;
  add_device (db, op->account_id, &op->devices[0], op->now_ms);
  return WW_STORAGE_OK;
}

static void
publish_clear (WwOperation *base)
{
  WwPublishRecordOp *op = (WwPublishRecordOp *) base;

  g_clear_pointer (&op->claims, g_ptr_array_unref);
  g_clear_pointer (&op->moved, g_free);
}

static bool
is_next (WwSqlite *db, const WwPublishRecordOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM accounts WHERE account_id=? AND sequence=?", "di",
                                           op->account_id, (int64_t) op->sequence - 1);

  return ww_sqlite_step (db, row);
}

/* The next record, with nothing left that could stand against it but its devices. */
static WwStorageStatus
publish (WwSqlite *db, WwPublishRecordOp *op)
{
  WwStorageStatus status = WW_STORAGE_OK;

  ww_sqlite_run (db, "UPDATE accounts SET sequence=? WHERE account_id=?", "id", (int64_t) op->sequence, op->account_id);
  update_handles (db, op);
  remove_old_devices (db, op);
  if (op->grant)
    status = grant_pending (db, op);
  else if (op->reset)
    status = add_claiming_device (db, op);
  if (status != WW_STORAGE_OK)
    return status;
  add_record (db, op->account_id, op->sequence, op->record, op->signature);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* The next record of an account, if it still is the next one; or a claim, if its devices have to be asked. */
WwStorageStatus
ww_sqlite_publish_record (WwSqlite *db, WwPublishRecordOp *op)
{
  WwStorageStatus status = WW_STORAGE_OK;

  op->base.clear = publish_clear;
  if (!is_next (db, op))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_CONFLICT;
  if (op->token_hash != NULL)
    status = op->reset ? ww_sqlite_take_account (db, op) : ww_sqlite_take_handle (db, op);
  if (status != WW_STORAGE_OK || op->held)
    return status;
  return publish (db, op);
}
