/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite-claims.h"

#include <string.h>

/*
 * Taking what a verified handle gives a right to: the handle, or the account that has it. While that account has an
 * active device, its devices are asked first. All of it is part of the publication's transaction.
 */

/* --- The token ----------------------------------------------------------------------------- */

/* A token that was used to ask for a device's approval, or for a reset that is held back, still serves for a reset. */
static bool
serves_for_reset (WwSqlite *db, const WwPublishRecordOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      "SELECT 1 FROM pending_devices WHERE token_hash=?1 AND account_id=?2 AND granted=0 AND expires_ms>?3"
      " UNION ALL SELECT 1 FROM claims WHERE token_hash=?1 AND account_id=?2 AND kind=1 AND state=1",
      "hdi", op->token_hash, op->account_id, op->now_ms);

  return ww_sqlite_step (db, row);
}

/* What ww_sqlite_check_confirmed() does not tell of a used one. */
static WwStorageStatus
read_used (WwSqlite *db, const WwPublishRecordOp *op, char **handle, uint8_t push_address[WW_PUSH_ADDRESS_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT handle, push_address FROM verifications WHERE token_hash=?", "h",
                                           op->token_hash);

  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  *handle = ww_sqlite_copy_text (row, 0);
  ww_sqlite_copy_fixed (row, 1, push_address, WW_PUSH_ADDRESS_SIZE);
  return WW_STORAGE_OK;
}

/* Whether the claim of this token was refused, or there is a refusal that bars claims on its handle. */
static bool
is_barred (WwSqlite *db, const WwPublishRecordOp *op, const uint8_t *owner, const char *handle)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT 1 FROM claims WHERE account_id=? AND handle=? AND state=2 AND due_ms>?", "dsi", owner, handle,
      op->now_ms);

  return ww_sqlite_step (db, row);
}

/* What the token proves. `handle` is to be freed. */
static WwStorageStatus
check_token (WwSqlite *db, const WwPublishRecordOp *op, char **handle, uint8_t push_address[WW_PUSH_ADDRESS_SIZE])
{
  WwStoredClaim *claim = ww_sqlite_find_claim (db, op->token_hash);
  bool refused = claim != NULL && claim->state == WW_STORED_CLAIM_REFUSED && claim->due_ms > op->now_ms;
  WwStorageStatus status;

  g_clear_pointer (&claim, ww_stored_claim_free);
  *handle = NULL;
  if (refused)
    return WW_STORAGE_REFUSED;
  status = ww_sqlite_check_confirmed (db, op->token_hash, op->now_ms, handle, push_address);
  if (status == WW_STORAGE_USED && op->reset && serves_for_reset (db, op))
    status = read_used (db, op, handle, push_address);
  return status;
}

/* --- Asking the account -------------------------------------------------------------------- */

static bool
is_active (WwSqlite *db, const uint8_t *owner, int64_t now_ms)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT 1 FROM devices WHERE account_id=? AND last_seen_ms>? LIMIT 1",
                                           "di", owner, now_ms - WW_ACTIVE_MS);

  return ww_sqlite_step (db, row);
}

static bool
has_room (WwSqlite *db, const uint8_t *owner)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT count(*) FROM claims WHERE account_id=? AND state=1", "d",
                                           owner);

  return ww_sqlite_step (db, row) && sqlite3_column_int64 (row, 0) < WW_MAX_CLAIMS;
}

/* Whether a claim that was made with this token is the same request as this one. */
static bool
is_same_request (const WwStoredClaim *claim, const WwPublishRecordOp *op, const uint8_t *owner)
{
  if (memcmp (claim->account_id, owner, WW_ID_SIZE) != 0)
    return false;
  return op->reset ? claim->kind == WW_STORED_CLAIM_RESET
                   : claim->kind == WW_STORED_CLAIM_HANDLE && memcmp (claim->claimant, op->account_id, WW_ID_SIZE) == 0;
}

/* An account that proves the handle again, having lost its token, does not take a second place in the queue. */
static void
end_claim_of_same (WwSqlite *db, WwPublishRecordOp *op, const char *handle)
{
  uint8_t token_hash[WW_HASH_SIZE];
  bool found;

  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (
        db, "SELECT token_hash FROM claims WHERE claimant=? AND handle=? AND kind=2 AND state=1", "ds", op->account_id,
        handle);

    found = ww_sqlite_step (db, row) && ww_sqlite_copy_fixed (row, 0, token_hash, sizeof token_hash);
  }
  if (found)
    {
      WwStoredClaim *claim = ww_sqlite_find_claim (db, token_hash);

      if (claim != NULL)
        ww_sqlite_end_claim (db, claim, WW_STORED_CLAIM_EXPIRED, &op->claims);
    }
}

static void
report (WwSqlite *db, WwPublishRecordOp *op)
{
  WwStoredClaim *claim = ww_sqlite_find_claim (db, op->token_hash);

  if (claim == NULL)
    return;
  if (op->claims == NULL)
    op->claims = ww_sqlite_claims_new ();
  g_ptr_array_add (op->claims, claim);
}

static void
make_claim (WwSqlite *db, WwPublishRecordOp *op, const uint8_t *owner, const char *handle)
{
  op->due_ms = op->now_ms + op->hold_ms;
  op->claim_expires_ms = op->due_ms + WW_CLAIM_MS;
  ww_sqlite_run (db,
                 "INSERT INTO claims (claim_id, account_id, kind, state, handle, token_hash, requested_ms, due_ms,"
                 " expires_ms) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)",
                 "ddishiii", op->claim_id, owner,
                 (int64_t) (op->reset ? WW_STORED_CLAIM_RESET : WW_STORED_CLAIM_HANDLE), handle, op->token_hash,
                 op->now_ms, op->due_ms, op->claim_expires_ms);
  if (!op->reset)
    ww_sqlite_run (db, "UPDATE claims SET claimant=? WHERE claim_id=?", "dd", op->account_id, op->claim_id);
  /* What was proven must be good for as long as the claim. */
  ww_sqlite_run (db, "UPDATE verifications SET expires_ms=max(expires_ms, ?) WHERE token_hash=?", "ih",
                 op->claim_expires_ms, op->token_hash);
}

/* The record that is held back is what the devices see, so that the newest one counts. True when it is another. */
static bool
keep_record (WwSqlite *db, WwPublishRecordOp *op)
{
  return op->reset && ww_sqlite_run (db,
                                     "UPDATE claims SET record=?2, signature=?3"
                                     " WHERE token_hash=?1 AND (record IS NULL OR record<>?2)",
                                     "hbb", op->token_hash, op->record, op->signature) > 0;
}

/* Held, with a claim that waits; or OK, and what was claimed may be taken now. */
static WwStorageStatus
ask (WwSqlite *db, WwPublishRecordOp *op, const uint8_t *owner, const char *handle)
{
  WwStoredClaim *claim = ww_sqlite_find_claim (db, op->token_hash);
  bool is_new;

  if (claim != NULL && !is_same_request (claim, op, owner))
    {
      ww_sqlite_end_claim (db, claim, WW_STORED_CLAIM_EXPIRED, &op->claims);
      claim = NULL;
    }
  is_new = claim == NULL;
  if (!is_new && claim->state != WW_STORED_CLAIM_WAITING)
    {
      ww_stored_claim_free (claim);
      return WW_STORAGE_REFUSED;
    }
  if (!is_new)
    {
      op->due_ms = claim->due_ms;
      op->claim_expires_ms = claim->expires_ms;
    }
  op->held = op->hold_ms > 0 && is_active (db, owner, op->now_ms) && (is_new || op->due_ms > op->now_ms);
  if (!op->held && claim != NULL && op->claim_expires_ms > op->now_ms)
    ww_sqlite_end_claim (db, g_steal_pointer (&claim), WW_STORED_CLAIM_COMPLETED, &op->claims);
  g_clear_pointer (&claim, ww_stored_claim_free);
  if (is_barred (db, op, owner, handle))
    return WW_STORAGE_REFUSED;
  if (!is_new && op->claim_expires_ms <= op->now_ms)
    return WW_STORAGE_EXPIRED;
  if (!op->held)
    return WW_STORAGE_OK;
  if (is_new)
    {
      if (!op->reset)
        end_claim_of_same (db, op, handle);
      if (!has_room (db, owner))
        return WW_STORAGE_TOO_MANY;
      make_claim (db, op, owner, handle);
    }
  if (keep_record (db, op) || is_new)
    report (db, op);
  return WW_STORAGE_OK;
}

/* --- A handle ------------------------------------------------------------------------------ */

static bool
lists (const WwPublishRecordOp *op, const char *handle)
{
  for (size_t i = 0; i < op->n_handles; i++)
    if (strcmp (op->handles[i], handle) == 0)
      return true;
  return false;
}

static bool
find_owner (WwSqlite *db, const char *handle, uint8_t owner[WW_ID_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT account_id FROM handles WHERE handle=?", "s", handle);

  return ww_sqlite_step (db, row) && ww_sqlite_copy_fixed (row, 0, owner, WW_ID_SIZE);
}

static void
move_handle (WwSqlite *db, WwPublishRecordOp *op, const uint8_t *owner, const char *handle)
{
  ww_sqlite_end_claims (db, owner, handle, &op->claims);
  ww_sqlite_run (db, "UPDATE handles SET account_id=? WHERE handle=?", "ds", op->account_id, handle);
  ww_sqlite_run (db, "INSERT OR REPLACE INTO moved_handles (account_id, handle) VALUES (?, ?)", "ds", owner, handle);
  op->moved = g_strdup (handle);
  memcpy (op->moved_from, owner, WW_ID_SIZE);
}

/* See the header. */
WwStorageStatus
ww_sqlite_take_handle (WwSqlite *db, WwPublishRecordOp *op)
{
  g_autofree char *handle = NULL;
  uint8_t issued[WW_PUSH_ADDRESS_SIZE], owner[WW_ID_SIZE];
  WwStorageStatus status = check_token (db, op, &handle, issued);

  if (status != WW_STORAGE_OK)
    return status;
  if (!lists (op, handle) || (op->added != NULL && strcmp (op->added, handle) != 0))
    return WW_STORAGE_MISMATCH;
  if (!find_owner (db, handle, owner))
    ww_sqlite_run (db, "INSERT INTO handles (handle, account_id) VALUES (?, ?)", "sd", handle, op->account_id);
  else if (memcmp (owner, op->account_id, WW_ID_SIZE) != 0)
    {
      status = ask (db, op, owner, handle);
      if (status != WW_STORAGE_OK || op->held)
        return status;
      move_handle (db, op, owner, handle);
    }
  ww_sqlite_run (db, "DELETE FROM moved_handles WHERE account_id=? AND handle=?", "ds", op->account_id, handle);
  ww_sqlite_use_verification (db, op->token_hash);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* --- An account ---------------------------------------------------------------------------- */

/* See the header. What the record leaves out, devices and handles, the publication forgets. */
WwStorageStatus
ww_sqlite_take_account (WwSqlite *db, WwPublishRecordOp *op)
{
  g_autofree char *handle = NULL;
  uint8_t issued[WW_PUSH_ADDRESS_SIZE], owner[WW_ID_SIZE];
  WwStorageStatus status = check_token (db, op, &handle, issued);

  if (status != WW_STORAGE_OK)
    return status;
  if (op->n_handles != 1 || strcmp (op->handles[0], handle) != 0 || op->n_devices != 1 ||
      memcmp (op->devices[0].push_address, issued, sizeof issued) != 0 || !find_owner (db, handle, owner) ||
      memcmp (owner, op->account_id, WW_ID_SIZE) != 0)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_MISMATCH;
  status = ask (db, op, owner, handle);
  if (status != WW_STORAGE_OK)
    return status;
  ww_sqlite_run (db, "DELETE FROM pending_devices WHERE token_hash=? AND granted=0", "h", op->token_hash);
  if (op->held)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
  ww_sqlite_use_verification (db, op->token_hash);
  /* The others asked to join under the account key that goes. */
  ww_sqlite_run (db, "DELETE FROM pending_devices WHERE account_id=? AND granted=0", "d", op->account_id);
  ww_sqlite_end_claims (db, op->account_id, NULL, &op->claims);
  ww_sqlite_run (db, "DELETE FROM moved_handles WHERE account_id=?", "d", op->account_id);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* The device of this token has joined the account: it need not be started over for it. */
void
ww_sqlite_end_claim_of_device (WwSqlite *db, const uint8_t device_id[WW_ID_SIZE], GPtrArray **claims)
{
  uint8_t token_hash[WW_HASH_SIZE];
  WwStoredClaim *claim = NULL;
  bool found;

  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT token_hash FROM pending_devices WHERE device_id=?", "d",
                                             device_id);

    found = ww_sqlite_step (db, row) && ww_sqlite_copy_fixed (row, 0, token_hash, sizeof token_hash);
  }
  if (found)
    claim = ww_sqlite_find_claim (db, token_hash);
  if (claim != NULL)
    ww_sqlite_end_claim (db, claim, WW_STORED_CLAIM_EXPIRED, claims);
}
