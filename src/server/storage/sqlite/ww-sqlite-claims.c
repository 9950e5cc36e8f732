/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite-claims.h"

#include <string.h>

#define CLAIM_COLUMNS                                                                                          \
  "claim_id, account_id, kind, state, handle, token_hash, claimant, record, signature, requested_ms, due_ms, " \
  "expires_ms"

/* --- Rows ---------------------------------------------------------------------------------- */

static WwStoredClaim *
read_claim (WwSqlite *db, sqlite3_stmt *row)
{
  WwStoredClaim *claim = g_new0 (WwStoredClaim, 1);

  ww_sqlite_copy_fixed (row, 0, claim->claim_id, WW_ID_SIZE);
  ww_sqlite_copy_fixed (row, 1, claim->account_id, WW_ID_SIZE);
  claim->kind = (WwStoredClaimKind) sqlite3_column_int (row, 2);
  claim->state = (WwStoredClaimState) sqlite3_column_int (row, 3);
  claim->handle = ww_sqlite_copy_text (row, 4);
  ww_sqlite_copy_fixed (row, 5, claim->token_hash, WW_HASH_SIZE);
  claim->has_claimant = ww_sqlite_copy_fixed (row, 6, claim->claimant, WW_ID_SIZE);
  if (sqlite3_column_type (row, 7) != SQLITE_NULL)
    claim->has_record = ww_sqlite_copy_buffer (db, row, 7, &claim->record.record) &&
                        ww_sqlite_copy_fixed (row, 8, claim->record.signature, WW_SIGNATURE_SIZE);
  claim->requested_ms = sqlite3_column_int64 (row, 9);
  claim->due_ms = sqlite3_column_int64 (row, 10);
  claim->expires_ms = sqlite3_column_int64 (row, 11);
  return claim;
}

static void
free_claim (gpointer claim)
{
  ww_stored_claim_free (claim);
}

/* For what an operation reports. */
GPtrArray *
ww_sqlite_claims_new (void)
{
  return g_ptr_array_new_with_free_func (free_claim);
}

static GPtrArray *
read_claims (WwSqlite *db, sqlite3_stmt *row)
{
  GPtrArray *claims = ww_sqlite_claims_new ();

  while (ww_sqlite_step (db, row))
    g_ptr_array_add (claims, read_claim (db, row));
  return claims;
}

/* See the header. */
WwStoredClaim *
ww_sqlite_find_claim (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT " CLAIM_COLUMNS " FROM claims WHERE token_hash=?", "h",
                                           token_hash);

  return ww_sqlite_step (db, row) ? read_claim (db, row) : NULL;
}

/* See the header. */
void
ww_sqlite_end_claim (WwSqlite *db, WwStoredClaim *claim, WwStoredClaimState state, GPtrArray **claims)
{
  ww_sqlite_run (db, "DELETE FROM claims WHERE claim_id=?", "d", claim->claim_id);
  /* Of a refusal the devices know; that it has served is nothing new. */
  if (claim->state != WW_STORED_CLAIM_WAITING)
    {
      ww_stored_claim_free (claim);
      return;
    }
  claim->state = state;
  if (*claims == NULL)
    *claims = ww_sqlite_claims_new ();
  g_ptr_array_add (*claims, claim);
}

/* See the header. */
void
ww_sqlite_end_claims (WwSqlite *db, const uint8_t account_id[WW_ID_SIZE], const char *handle, GPtrArray **claims)
{
  g_autoptr (GPtrArray) ended = NULL;

  {
    WW_AUTO_STATEMENT row = handle != NULL
                                ? ww_sqlite_query (
                                      db, "SELECT " CLAIM_COLUMNS " FROM claims WHERE account_id=? AND handle=?", "ds",
                                      account_id, handle)
                                : ww_sqlite_query (db, "SELECT " CLAIM_COLUMNS " FROM claims WHERE account_id=?", "d",
                                                   account_id);

    ended = read_claims (db, row);
  }
  while (ended->len > 0)
    ww_sqlite_end_claim (db, g_ptr_array_steal_index (ended, 0), WW_STORED_CLAIM_EXPIRED, claims);
}

/* --- What a device hears when it connects -------------------------------------------------- */

static void
load_clear (WwOperation *base)
{
  WwLoadClaimsOp *op = (WwLoadClaimsOp *) base;

  g_clear_pointer (&op->claims, g_ptr_array_unref);
  for (size_t i = 0; i < op->n_moved; i++)
    g_free (op->moved[i].handle);
  g_free (op->moved);
}

/* Claims that wait or were refused, and handles that the account still lists though another one has them. */
WwStorageStatus
ww_sqlite_load_claims (WwSqlite *db, WwLoadClaimsOp *op)
{
  g_autoptr (GArray) moved = g_array_new (FALSE, TRUE, sizeof (WwMovedHandle));

  op->base.clear = load_clear;
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (
        db, "SELECT " CLAIM_COLUMNS " FROM claims WHERE account_id=? ORDER BY requested_ms", "d", op->account_id);

    op->claims = read_claims (db, row);
  }
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                             "SELECT handle, h.account_id FROM moved_handles m JOIN handles h"
                                             " USING (handle) WHERE m.account_id=?",
                                             "d", op->account_id);

    while (ww_sqlite_step (db, row))
      {
        WwMovedHandle one = { .handle = ww_sqlite_copy_text (row, 0) };

        ww_sqlite_copy_fixed (row, 1, one.account_id, WW_ID_SIZE);
        g_array_append_val (moved, one);
      }
  }
  op->n_moved = moved->len;
  op->moved = (WwMovedHandle *) g_array_steal (moved, NULL);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

/* --- Refused and expired ------------------------------------------------------------------- */

static void
refuse_clear (WwOperation *base)
{
  g_clear_pointer (&((WwRefuseClaimOp *) base)->claims, g_ptr_array_unref);
}

static WwStoredClaim *
find_own_claim (WwSqlite *db, const WwRefuseClaimOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db, "SELECT " CLAIM_COLUMNS " FROM claims WHERE claim_id=? AND account_id=?",
                                           "dd", op->claim_id, op->account_id);

  return ww_sqlite_step (db, row) ? read_claim (db, row) : NULL;
}

/*
 * Whoever was refused has to prove the handle anew before asking again. A refusal is about the handle: it ends all
 * claims on it, so that who has its mailbox can't hide one claim behind another.
 */
WwStorageStatus
ww_sqlite_refuse_claim (WwSqlite *db, WwRefuseClaimOp *op)
{
  WwStoredClaim *asked = find_own_claim (db, op);

  op->base.clear = refuse_clear;
  if (asked == NULL)
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                             "SELECT " CLAIM_COLUMNS " FROM claims"
                                             " WHERE account_id=? AND handle=? AND state=?",
                                             "dsi", op->account_id, asked->handle, (int64_t) WW_STORED_CLAIM_WAITING);

    if (asked->state == WW_STORED_CLAIM_WAITING)
      op->claims = read_claims (db, row);
  }
  ww_stored_claim_free (asked);
  for (guint i = 0; op->claims != NULL && i < op->claims->len; i++)
    {
      WwStoredClaim *claim = op->claims->pdata[i];

      claim->state = WW_STORED_CLAIM_REFUSED;
      claim->expires_ms = claim->due_ms;
      ww_sqlite_run (db, "UPDATE claims SET state=?, expires_ms=due_ms WHERE claim_id=?", "id", (int64_t) claim->state,
                     claim->claim_id);
      ww_sqlite_use_verification (db, claim->token_hash);
    }
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}

static void
expire_clear (WwOperation *base)
{
  g_clear_pointer (&((WwExpireClaimsOp *) base)->claims, g_ptr_array_unref);
}

/* See ww-storage-claims.h. */
WwStorageStatus
ww_sqlite_expire_claims (WwSqlite *db, WwExpireClaimsOp *op)
{
  g_autoptr (GPtrArray) old = NULL;

  op->base.clear = expire_clear;
  {
    WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                             "SELECT " CLAIM_COLUMNS " FROM claims WHERE expires_ms<=?"
                                             " ORDER BY expires_ms LIMIT ?",
                                             "ii", op->now_ms, (int64_t) op->max_rows);

    old = read_claims (db, row);
  }
  while (old->len > 0)
    ww_sqlite_end_claim (db, g_ptr_array_steal_index (old, 0), WW_STORED_CLAIM_EXPIRED, &op->claims);
  return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_OK;
}
