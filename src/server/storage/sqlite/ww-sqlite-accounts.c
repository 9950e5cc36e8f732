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
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT number, account_id, signing_key, sequence, waiting, next_sequence"
                                           " FROM devices JOIN accounts USING (account_id) WHERE device_id=?",
                                           "d", op->device_id);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->number = sqlite3_column_int64 (row, 0);
  ww_sqlite_copy_fixed (row, 1, op->account_id, WW_ID_SIZE);
  ww_sqlite_copy_fixed (row, 2, op->signing_key, WW_POINT_SIZE);
  op->record_sequence = (uint64_t) sqlite3_column_int64 (row, 3);
  op->waiting = (uint64_t) sqlite3_column_int64 (row, 4);
  op->next_sequence = (uint64_t) sqlite3_column_int64 (row, 5);
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

static void
add_device (WwSqlite *db, const uint8_t *account_id, const WwStoredDevice *device)
{
  ww_sqlite_run (db, "INSERT INTO devices (device_id, account_id, signing_key, push_address) VALUES (?, ?, ?, ?)",
                 "ddkh", device->device_id, account_id, device->signing_key, device->push_address);
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
  add_device (db, op->account_id, &op->device);
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

/* Every handle of the record must be the account's; those that it dropped are free for others again. */
static WwStorageStatus
update_handles (WwSqlite *db, WwPublishRecordOp *op)
{
  g_autoptr (GPtrArray) dropped = g_ptr_array_new_with_free_func (g_free);
  size_t kept = 0;

  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT handle FROM handles WHERE account_id=?", "d", op->account_id);

    while (ww_sqlite_step (db, row))
      {
        g_autofree char *handle = ww_sqlite_copy_text (row, 0);

        if (has_handle (op, handle))
          kept++;
        else
          g_ptr_array_add (dropped, g_steal_pointer (&handle));
      }
  }
  if (kept != op->n_handles)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_MISMATCH;
  for (guint i = 0; i < dropped->len; i++)
    ww_sqlite_run (db, "DELETE FROM handles WHERE handle=?", "s", (const char *) dropped->pdata[i]);
  return WW_STORAGE_OK;
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
  add_device (db, op->account_id, device);
  return WW_STORAGE_OK;
}

/* The next record of an account, if it still is the next one. */
WwStorageStatus
ww_sqlite_publish_record (WwSqlite *db, WwPublishRecordOp *op)
{
  WwStorageStatus status;

  if (ww_sqlite_run (db, "UPDATE accounts SET sequence=? WHERE account_id=? AND sequence=?", "idi",
                     (int64_t) op->sequence, op->account_id, (int64_t) op->sequence - 1) != 1)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_CONFLICT;
  status = update_handles (db, op);
  if (status == WW_STORAGE_OK)
    {
      remove_old_devices (db, op);
      if (op->grant)
        status = grant_pending (db, op);
    }
  if (status != WW_STORAGE_OK)
    return status;
  add_record (db, op->account_id, op->sequence, op->record, op->signature);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}
