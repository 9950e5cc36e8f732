/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

/* Whether this device sent this message before. */
static bool
find_earlier_send (WwSqlite *db, WwSendOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT received_ms FROM sends WHERE device=? AND message_id=?", "id",
                                           op->sender, op->message_id);

  if (!ww_sqlite_step (db, row))
    return false;
  op->duplicate = true;
  op->received_ms = sqlite3_column_int64 (row, 0);
  return true;
}

static bool
sender_exists (WwSqlite *db, WwSendOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM devices WHERE number=?", "i", op->sender);

  return ww_sqlite_step (db, row);
}

static bool
record_is_current (WwSqlite *db, const WwStoredRecipient *recipient)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT sequence FROM accounts WHERE account_id=?", "d",
                                           recipient->account_id);

  return ww_sqlite_step (db, row) && (uint64_t) sqlite3_column_int64 (row, 0) == recipient->record_sequence;
}

static int
compare_wraps (const void *a, const void *b)
{
  return memcmp (((const WwStoredWrap *) a)->device_id, ((const WwStoredWrap *) b)->device_id, WW_ID_SIZE);
}

static WwStoredWrap *
find_wrap (WwSendOp *op, const uint8_t *device_id)
{
  WwStoredWrap key;

  memcpy (key.device_id, device_id, WW_ID_SIZE);
  return bsearch (&key, op->wraps, op->n_wraps, sizeof *op->wraps, compare_wraps);
}

/*
 * Finds the wrap of each device of one recipient. Returns how many there were, or -1 when a device of the
 * record has none (but for the one that sends).
 */
static int
match_devices (WwSqlite *db, WwSendOp *op, const WwStoredRecipient *recipient)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT number, device_id FROM devices WHERE account_id=?", "d",
                                           recipient->account_id);
  int matched = 0;

  while (ww_sqlite_step (db, row))
    {
      int64_t number = sqlite3_column_int64 (row, 0);
      uint8_t device_id[WW_ID_SIZE];
      WwStoredWrap *wrap;

      if (number == op->sender)
        continue;
      wrap = ww_sqlite_copy_fixed (row, 1, device_id, sizeof device_id) ? find_wrap (op, device_id) : NULL;
      if (wrap == NULL)
        return -1;
      if (wrap->device == 0)
        matched++;
      wrap->device = number;
    }
  return matched;
}

/* The wraps are exactly those of all devices of the recipients' current records, without the sending one. */
static bool
wraps_are_current (WwSqlite *db, WwSendOp *op)
{
  size_t matched = 0;

  qsort (op->wraps, op->n_wraps, sizeof *op->wraps, compare_wraps);
  for (size_t i = 0; i < op->n_recipients; i++)
    {
      int n;

      if (!record_is_current (db, &op->recipients[i]))
        return false;
      n = match_devices (db, op, &op->recipients[i]);
      if (n < 0)
        return false;
      matched += (size_t) n;
    }
  return matched == op->n_wraps;
}

/* One delivery in one mailbox; false when that is full or the database failed. */
static bool
deliver (WwSqlite *db, WwStoredWrap *wrap, int64_t message)
{
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                             "UPDATE devices SET next_sequence=next_sequence+1, waiting=waiting+1"
                                             " WHERE number=? AND waiting<? RETURNING next_sequence-1",
                                             "ii", wrap->device, (int64_t) db->mailbox_messages);

    if (!ww_sqlite_step (db, row))
      return false;
    wrap->sequence = (uint64_t) sqlite3_column_int64 (row, 0);
    /* An UPDATE with RETURNING is complete only when it has been stepped to its end. */
    ww_sqlite_step (db, row);
  }
  return ww_sqlite_run (
             db, "INSERT INTO deliveries (device, sequence, message, suite, sealed_key) VALUES (?, ?, ?, ?, ?)",
             "iiiib", wrap->device, (int64_t) wrap->sequence, message, (int64_t) wrap->suite, wrap->sealed_key) == 1;
}

static void
send_clear (WwOperation *base)
{
  WwSendOp *op = (WwSendOp *) base;

  g_free (op->wraps);
  g_free (op->recipients);
}

/* Accepts a message for all its devices, or for none. */
WwStorageStatus
ww_sqlite_send (WwSqlite *db, WwSendOp *op)
{
  int64_t message;

  op->base.clear = send_clear;
  if (!sender_exists (db, op))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  if (find_earlier_send (db, op))
    return WW_STORAGE_OK;
  if (db->failed)
    return WW_STORAGE_UNAVAILABLE;
  if (!wraps_are_current (db, op))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_STALE;

  op->received_ms = op->now_ms;
  ww_sqlite_run (db, "INSERT INTO sends (device, message_id, received_ms) VALUES (?, ?, ?)", "idi", op->sender,
                 op->message_id, op->now_ms);
  ww_sqlite_run (db, "INSERT INTO messages (received_ms, header, body) VALUES (?, ?, ?)", "ibb", op->now_ms, op->header,
                 op->body);
  message = sqlite3_last_insert_rowid (db->handle);
  for (size_t i = 0; i < op->n_wraps && !db->failed; i++)
    if (!deliver (db, &op->wraps[i], message))
      return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_FULL;
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

static void
deliveries_clear (WwOperation *base)
{
  WwLoadDeliveriesOp *op = (WwLoadDeliveriesOp *) base;

  for (unsigned i = 0; i < op->n_deliveries; i++)
    {
      ww_buffer_clear (&op->deliveries[i].header);
      ww_buffer_clear (&op->deliveries[i].body);
      ww_buffer_clear (&op->deliveries[i].sealed_key);
    }
  g_free (op->deliveries);
}

/* Deliveries from a sequence on, as many as the limits of the operation allow. */
WwStorageStatus
ww_sqlite_load_deliveries (WwSqlite *db, WwLoadDeliveriesOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT sequence, header, body, suite, sealed_key, received_ms"
                                           " FROM deliveries JOIN messages ON messages.number=deliveries.message"
                                           " WHERE device=? AND sequence>=? ORDER BY sequence LIMIT ?",
                                           "iii", op->device, (int64_t) op->from_sequence,
                                           (int64_t) op->max_deliveries + 1);
  size_t bytes = 0;

  op->base.clear = deliveries_clear;
  op->deliveries = g_new0 (WwStoredDelivery, op->max_deliveries);
  while (ww_sqlite_step (db, row))
    {
      WwStoredDelivery *delivery;

      if (op->n_deliveries == op->max_deliveries || (op->n_deliveries > 0 && bytes >= op->max_bytes))
        {
          op->more = true;
          break;
        }
      delivery = &op->deliveries[op->n_deliveries++];
      delivery->sequence = (uint64_t) sqlite3_column_int64 (row, 0);
      ww_sqlite_copy_buffer (db, row, 1, &delivery->header);
      ww_sqlite_copy_buffer (db, row, 2, &delivery->body);
      delivery->suite = (uint32_t) sqlite3_column_int64 (row, 3);
      ww_sqlite_copy_buffer (db, row, 4, &delivery->sealed_key);
      delivery->received_ms = sqlite3_column_int64 (row, 5);
      bytes += delivery->body.len;
    }
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Deletes a message that waits for nobody any more. */
bool
ww_sqlite_release_message (WwSqlite *db, int64_t message)
{
  return ww_sqlite_run (db,
                        "DELETE FROM messages WHERE number=?1"
                        " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message=?1)",
                        "i", message) >= 0;
}

/* Takes one delivery out of a mailbox; 1 if it was there. */
static int64_t
take_delivery (WwSqlite *db, int64_t device, uint64_t sequence)
{
  int64_t message;

  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (
        db, "DELETE FROM deliveries WHERE device=? AND sequence=? RETURNING message", "ii", device, (int64_t) sequence);

    if (!ww_sqlite_step (db, row))
      return 0;
    message = sqlite3_column_int64 (row, 0);
    ww_sqlite_step (db, row);
  }
  ww_sqlite_release_message (db, message);
  return 1;
}

/* The device has stored these; what was acknowledged before is no error. */
WwStorageStatus
ww_sqlite_acknowledge (WwSqlite *db, WwAcknowledgeOp *op)
{
  int64_t taken = 0;

  for (size_t i = 0; i < op->n_sequences && !db->failed; i++)
    if (op->sequences[i] <= INT64_MAX)
      taken += take_delivery (db, op->device, op->sequences[i]);
  if (taken > 0)
    ww_sqlite_run (db, "UPDATE devices SET waiting=waiting-? WHERE number=?", "ii", taken, op->device);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Nothing waits for this device any more. */
bool
ww_sqlite_empty_mailbox (WwSqlite *db, int64_t number)
{
  ww_sqlite_run (db,
                 "DELETE FROM messages WHERE number IN (SELECT message FROM deliveries WHERE device=?1)"
                 " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message=messages.number AND d.device<>?1)",
                 "i", number);
  ww_sqlite_run (db, "DELETE FROM deliveries WHERE device=?", "i", number);
  ww_sqlite_run (db, "UPDATE devices SET waiting=0 WHERE number=?", "i", number);
  return !db->failed;
}

/* A device that is no more, with all that waited for it. */
bool
ww_sqlite_remove_device (WwSqlite *db, int64_t number)
{
  ww_sqlite_empty_mailbox (db, number);
  ww_sqlite_run (db, "DELETE FROM sends WHERE device=?", "i", number);
  ww_sqlite_run (db, "DELETE FROM devices WHERE number=?", "i", number);
  return !db->failed;
}
