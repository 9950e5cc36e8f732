/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

static WwStorageStatus
done_or_unavailable (WwSqlite *db)
{
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

static void
add_link (WwSqlite *db, const uint8_t link_hash[WW_HASH_SIZE], const uint8_t token_hash[WW_HASH_SIZE])
{
  ww_sqlite_run (db, "INSERT INTO verification_links (link_hash, token_hash) VALUES (?, ?)", "hh", link_hash,
                 token_hash);
}

/* A new verification with its first link. */
WwStorageStatus
ww_sqlite_start_verification (WwSqlite *db, WwStartVerificationOp *op)
{
  ww_sqlite_run (db,
                 "INSERT INTO verifications (token_hash, handle, stage, sent_ms, expires_ms) VALUES (?, ?, ?, ?, ?)",
                 "hsiii", op->token_hash, op->handle, (int64_t) WW_VERIFICATION_WAITING, op->now_ms, op->expires_ms);
  add_link (db, op->link_hash, op->token_hash);
  return done_or_unavailable (db);
}

static void
resend_clear (WwOperation *base)
{
  g_free (((WwResendVerificationOp *) base)->handle);
}

/* A further link, unless the verification does not wait, the last one is too fresh, or there are many. */
WwStorageStatus
ww_sqlite_resend_verification (WwSqlite *db, WwResendVerificationOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      "SELECT handle, stage, sent_ms, expires_ms,"
      " (SELECT count(*) FROM verification_links l WHERE l.token_hash=v.token_hash)"
      " FROM verifications v WHERE token_hash=?",
      "h", op->token_hash);

  op->base.clear = resend_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->handle = ww_sqlite_copy_text (row, 0);
  op->sent_ms = sqlite3_column_int64 (row, 2);
  op->expires_ms = sqlite3_column_int64 (row, 3);
  if (op->expires_ms <= op->now_ms)
    return WW_STORAGE_EXPIRED;
  if (sqlite3_column_int64 (row, 1) != WW_VERIFICATION_WAITING)
    return WW_STORAGE_USED;
  if (op->now_ms < op->sent_ms + op->min_interval_ms)
    return WW_STORAGE_TOO_EARLY;
  if (sqlite3_column_int64 (row, 4) >= op->max_links)
    return WW_STORAGE_TOO_MANY;

  add_link (db, op->link_hash, op->token_hash);
  ww_sqlite_run (db, "UPDATE verifications SET sent_ms=? WHERE token_hash=?", "ih", op->now_ms, op->token_hash);
  op->sent_ms = op->now_ms;
  return done_or_unavailable (db);
}

static void
load_clear (WwOperation *base)
{
  g_free (((WwLoadVerificationOp *) base)->handle);
}

/* What is known of a verification. Expired ones are returned too, until they are forgotten. */
WwStorageStatus
ww_sqlite_load_verification (WwSqlite *db, WwLoadVerificationOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      op->by_link ? "SELECT v.handle, v.stage, v.expires_ms, v.sent_ms FROM verification_links l"
                    " JOIN verifications v USING (token_hash) WHERE l.link_hash=?"
                  : "SELECT handle, stage, expires_ms, sent_ms FROM verifications WHERE token_hash=?",
      "h", op->hash);

  op->base.clear = load_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->handle = ww_sqlite_copy_text (row, 0);
  op->stage = (WwVerificationStage) sqlite3_column_int (row, 1);
  op->expires_ms = sqlite3_column_int64 (row, 2);
  op->sent_ms = sqlite3_column_int64 (row, 3);
  return WW_STORAGE_OK;
}

static void
confirm_clear (WwOperation *base)
{
  g_free (((WwConfirmVerificationOp *) base)->handle);
}

/* The person has clicked: works once. */
WwStorageStatus
ww_sqlite_confirm_verification (WwSqlite *db, WwConfirmVerificationOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT token_hash, handle, stage, expires_ms FROM verification_links"
                                           " JOIN verifications USING (token_hash) WHERE link_hash=?",
                                           "h", op->link_hash);
  int64_t expires_ms;

  op->base.clear = confirm_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  ww_sqlite_copy_fixed (row, 0, op->token_hash, WW_HASH_SIZE);
  op->handle = ww_sqlite_copy_text (row, 1);
  expires_ms = sqlite3_column_int64 (row, 3);
  if (sqlite3_column_int64 (row, 2) != WW_VERIFICATION_WAITING)
    return WW_STORAGE_USED;
  if (expires_ms <= op->now_ms)
    return WW_STORAGE_EXPIRED;

  op->expires_ms = MAX (expires_ms, op->expires_ms);
  ww_sqlite_run (db, "UPDATE verifications SET stage=?, expires_ms=? WHERE token_hash=?", "iih",
                 (int64_t) WW_VERIFICATION_CONFIRMED, op->expires_ms, op->token_hash);
  return done_or_unavailable (db);
}

/*
 * Whether the holder of this token has proven its handle and not used that yet. `handle`, to be freed by the
 * caller, is set on OK; `push_address` is all zeros when none was issued.
 */
WwStorageStatus
ww_sqlite_check_confirmed (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE], int64_t now_ms, char **handle,
                           uint8_t push_address[WW_PUSH_ADDRESS_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT handle, stage, expires_ms, push_address FROM verifications WHERE token_hash=?", "h", token_hash);

  *handle = NULL;
  memset (push_address, 0, WW_PUSH_ADDRESS_SIZE);
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  switch ((WwVerificationStage) sqlite3_column_int (row, 1))
    {
    case WW_VERIFICATION_USED:
      return WW_STORAGE_USED;
    case WW_VERIFICATION_WAITING:
      return sqlite3_column_int64 (row, 2) <= now_ms ? WW_STORAGE_EXPIRED : WW_STORAGE_NOT_CONFIRMED;
    case WW_VERIFICATION_CONFIRMED:
      break;
    default:
      return WW_STORAGE_UNAVAILABLE;
    }
  if (sqlite3_column_int64 (row, 2) <= now_ms)
    return WW_STORAGE_EXPIRED;
  *handle = ww_sqlite_copy_text (row, 0);
  ww_sqlite_copy_fixed (row, 3, push_address, WW_PUSH_ADDRESS_SIZE);
  return WW_STORAGE_OK;
}

/* The verification has served; its token works no more. */
bool
ww_sqlite_use_verification (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE])
{
  return ww_sqlite_run (db, "UPDATE verifications SET stage=? WHERE token_hash=?", "ih", (int64_t) WW_VERIFICATION_USED,
                        token_hash) == 1;
}

static void
prepare_clear (WwOperation *base)
{
  g_free (((WwPrepareDeviceOp *) base)->handle);
}

/* Ties a push address to the verification and says whose handle it is. */
WwStorageStatus
ww_sqlite_prepare_device (WwSqlite *db, WwPrepareDeviceOp *op)
{
  static const uint8_t none[WW_PUSH_ADDRESS_SIZE];
  uint8_t issued[WW_PUSH_ADDRESS_SIZE];
  WwStorageStatus status = ww_sqlite_check_confirmed (db, op->token_hash, op->now_ms, &op->handle, issued);

  op->base.clear = prepare_clear;
  if (status != WW_STORAGE_OK)
    return status;
  if (memcmp (issued, none, sizeof none) == 0)
    ww_sqlite_run (db, "UPDATE verifications SET push_address=? WHERE token_hash=?", "hh", op->push_address,
                   op->token_hash);
  else
    memcpy (op->push_address, issued, sizeof issued);

  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT account_id FROM handles WHERE handle=?", "s", op->handle);
  op->has_account = ww_sqlite_step (db, row) && ww_sqlite_copy_fixed (row, 0, op->account_id, WW_ID_SIZE);
  return done_or_unavailable (db);
}
