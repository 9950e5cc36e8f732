/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

static WwStorageStatus
done_or_unavailable (WwSqlite *db)
{
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* Bytes that the account's attachments count for; -1: there is no such account. */
static int64_t
count_bytes (WwSqlite *db, const uint8_t account_id[WW_ID_SIZE], uint64_t min_size)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT coalesce(sum(max(size, ?)), 0) FROM attachments WHERE account_id=?",
                                           "id", (int64_t) min_size, account_id);
  WW_AUTO_STATEMENT account = ww_sqlite_query (db, "SELECT 1 FROM accounts WHERE account_id=?", "d", account_id);

  if (!ww_sqlite_step (db, account) || !ww_sqlite_step (db, row))
    return -1;
  return sqlite3_column_int64 (row, 0);
}

/* A row for what will be uploaded. */
WwStorageStatus
ww_sqlite_prepare_upload (WwSqlite *db, WwPrepareUploadOp *op)
{
  const WwStoredAttachment *attachment = &op->attachment;
  int64_t used = count_bytes (db, attachment->account_id, op->min_size);
  uint64_t needed = MAX (attachment->size, op->min_size);

  if (used < 0)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  if (needed > op->quota || (uint64_t) used > op->quota - needed)
    return WW_STORAGE_FULL;
  ww_sqlite_run (db,
                 "INSERT INTO attachments (attachment_id, account_id, upload_hash, download_hash, size, expires_ms)"
                 " VALUES (?, ?, ?, ?, ?, ?)",
                 "ddhhii", attachment->attachment_id, attachment->account_id, attachment->upload_hash,
                 attachment->download_hash, (int64_t) attachment->size, attachment->expires_ms);
  return done_or_unavailable (db);
}

/* All that is known of it. */
WwStorageStatus
ww_sqlite_load_attachment (WwSqlite *db, WwLoadAttachmentOp *op)
{
  WwStoredAttachment *attachment = &op->attachment;
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT account_id, upload_hash, download_hash, size, received, expires_ms"
                                           " FROM attachments WHERE attachment_id=?",
                                           "d", attachment->attachment_id);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  if (!ww_sqlite_copy_fixed (row, 0, attachment->account_id, WW_ID_SIZE) ||
      !ww_sqlite_copy_fixed (row, 1, attachment->upload_hash, WW_HASH_SIZE) ||
      !ww_sqlite_copy_fixed (row, 2, attachment->download_hash, WW_HASH_SIZE))
    return WW_STORAGE_UNAVAILABLE;
  attachment->size = (uint64_t) sqlite3_column_int64 (row, 3);
  attachment->received = (uint64_t) sqlite3_column_int64 (row, 4);
  attachment->expires_ms = sqlite3_column_int64 (row, 5);
  return WW_STORAGE_OK;
}

static bool
is_there (WwSqlite *db, const uint8_t attachment_id[WW_ID_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM attachments WHERE attachment_id=?", "d", attachment_id);

  return ww_sqlite_step (db, row);
}

/* So much more is durable. Never beyond its size. */
WwStorageStatus
ww_sqlite_advance_upload (WwSqlite *db, WwAdvanceUploadOp *op)
{
  int changed = ww_sqlite_run (db,
                               "UPDATE attachments SET received=?, expires_ms=?"
                               " WHERE attachment_id=? AND received=? AND ?<=size",
                               "iidii", (int64_t) op->to, op->expires_ms, op->attachment_id, (int64_t) op->from,
                               (int64_t) op->to);

  if (changed == 1)
    return WW_STORAGE_OK;
  if (db->failed)
    return WW_STORAGE_UNAVAILABLE;
  return is_there (db, op->attachment_id)            ? WW_STORAGE_CONFLICT
         : done_or_unavailable (db) == WW_STORAGE_OK ? WW_STORAGE_NOT_FOUND
                                                     : WW_STORAGE_UNAVAILABLE;
}

/* On request of its account. */
WwStorageStatus
ww_sqlite_delete_attachment (WwSqlite *db, WwDeleteAttachmentOp *op)
{
  int changed = ww_sqlite_run (db, "DELETE FROM attachments WHERE attachment_id=? AND account_id=?", "dd",
                               op->attachment_id, op->account_id);

  if (changed < 0)
    return WW_STORAGE_UNAVAILABLE;
  return changed == 1 ? WW_STORAGE_OK : WW_STORAGE_NOT_FOUND;
}

static void
expire_clear (WwOperation *base)
{
  g_free (((WwExpireAttachmentsOp *) base)->ids);
}

/* The oldest first. */
WwStorageStatus
ww_sqlite_expire_attachments (WwSqlite *db, WwExpireAttachmentsOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT attachment_id FROM attachments WHERE expires_ms<=? ORDER BY expires_ms LIMIT ?", "ii", op->now_ms,
      (int64_t) op->max);

  op->base.clear = expire_clear;
  op->ids = g_malloc0_n (op->max, WW_ID_SIZE);
  while (op->n_ids < op->max && ww_sqlite_step (db, row))
    if (ww_sqlite_copy_fixed (row, 0, op->ids[op->n_ids], WW_ID_SIZE))
      op->n_ids++;
  for (unsigned i = 0; i < op->n_ids; i++)
    ww_sqlite_run (db, "DELETE FROM attachments WHERE attachment_id=?", "d", op->ids[i]);
  return done_or_unavailable (db);
}

static void
find_clear (WwOperation *base)
{
  g_free (((WwFindAttachmentsOp *) base)->known);
}

/* See the header. */
WwStorageStatus
ww_sqlite_find_attachments (WwSqlite *db, WwFindAttachmentsOp *op)
{
  op->base.clear = find_clear;
  op->known = g_new0 (bool, op->n_ids);
  for (size_t i = 0; i < op->n_ids; i++)
    op->known[i] = is_there (db, op->ids[i]);
  return done_or_unavailable (db);
}
