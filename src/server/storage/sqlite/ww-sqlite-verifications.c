/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <string.h>

#include <openssl/crypto.h>

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

static void
set_code (WwSqlite *db, const uint8_t code_hash[WW_HASH_SIZE], const uint8_t token_hash[WW_HASH_SIZE])
{
  ww_sqlite_run (db, "UPDATE verifications SET code_hash=? WHERE token_hash=?", "hh", code_hash, token_hash);
}

/* Whether nobody has guessed too often what was sent to this handle. */
static bool
may_guess (WwSqlite *db, const char *handle, const WwGuessing *guessing)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT sum(tries) FROM verifications WHERE handle=? AND method=? AND sent_ms>=?", "sii", handle,
      (int64_t) WW_VERIFICATION_BY_CODE, guessing->since_ms);

  return ww_sqlite_step (db, row) && sqlite3_column_int64 (row, 0) < guessing->max_wrong;
}

/* A new verification with its first secret. */
WwStorageStatus
ww_sqlite_start_verification (WwSqlite *db, WwStartVerificationOp *op)
{
  if (op->method == WW_VERIFICATION_BY_CODE && !may_guess (db, op->handle, &op->guessing))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_TOO_MANY;
  ww_sqlite_run (db,
                 "INSERT INTO verifications (token_hash, service, method, handle, stage, sent_ms, expires_ms)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?)",
                 "hsisiii", op->token_hash, op->service, (int64_t) op->method, op->handle,
                 (int64_t) WW_VERIFICATION_WAITING, op->now_ms, op->expires_ms);
  if (op->method == WW_VERIFICATION_BY_LINK)
    add_link (db, op->secret_hash, op->token_hash);
  else
    set_code (db, op->secret_hash, op->token_hash);
  return done_or_unavailable (db);
}

static void
resend_clear (WwOperation *base)
{
  g_free (((WwResendVerificationOp *) base)->handle);
}

static WwStorageStatus
check_resend (const WwResendVerificationOp *op, WwVerificationStage stage, int64_t sent)
{
  if (op->tries >= op->max_tries)
    return WW_STORAGE_TOO_MANY;
  if (stage != WW_VERIFICATION_WAITING)
    return WW_STORAGE_USED;
  if (op->expires_ms <= op->now_ms)
    return WW_STORAGE_EXPIRED;
  if (op->now_ms < op->sent_ms + op->min_interval_ms)
    return WW_STORAGE_TOO_EARLY;
  return sent >= op->max_sent[op->method] ? WW_STORAGE_TOO_MANY : WW_STORAGE_OK;
}

/* A further link or another code, unless the verification does not wait, the last one is too fresh, or there are many. */
WwStorageStatus
ww_sqlite_resend_verification (WwSqlite *db, WwResendVerificationOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (db,
                                           "SELECT handle, stage, sent_ms, expires_ms, sent, method, tries"
                                           " FROM verifications WHERE token_hash=? AND service=?",
                                           "hs", op->token_hash, op->service);
  WwStorageStatus status;

  op->base.clear = resend_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->handle = ww_sqlite_copy_text (row, 0);
  op->sent_ms = sqlite3_column_int64 (row, 2);
  op->expires_ms = sqlite3_column_int64 (row, 3);
  op->method = (WwVerificationMethod) CLAMP (sqlite3_column_int (row, 5), 0, WW_VERIFICATION_METHODS - 1);
  op->tries = (unsigned) sqlite3_column_int (row, 6);
  status = check_resend (op, (WwVerificationStage) sqlite3_column_int (row, 1), sqlite3_column_int64 (row, 4));
  if (status != WW_STORAGE_OK)
    return status;
  if (op->method == WW_VERIFICATION_BY_CODE && !may_guess (db, op->handle, &op->guessing))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_TOO_MANY;

  if (op->method == WW_VERIFICATION_BY_LINK)
    add_link (db, op->secret_hashes[op->method], op->token_hash);
  else
    set_code (db, op->secret_hashes[op->method], op->token_hash);
  if (op->method == WW_VERIFICATION_BY_CODE)
    op->expires_ms = op->code_expires_ms;
  ww_sqlite_run (db, "UPDATE verifications SET sent_ms=?, expires_ms=?, sent=sent+1 WHERE token_hash=?", "iih",
                 op->now_ms, op->expires_ms, op->token_hash);
  op->sent_ms = op->now_ms;
  return done_or_unavailable (db);
}

static void
load_clear (WwOperation *base)
{
  WwLoadVerificationOp *op = (WwLoadVerificationOp *) base;

  g_free (op->handle);
  g_free (op->of_service);
}

/* What is known of a verification. Expired ones are returned too, until they are forgotten. */
WwStorageStatus
ww_sqlite_load_verification (WwSqlite *db, WwLoadVerificationOp *op)
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db,
      op->by_link ? "SELECT handle, stage, expires_ms, sent_ms, method, tries, service FROM verification_links"
                    " JOIN verifications USING (token_hash) WHERE link_hash=?"
                  : "SELECT handle, stage, expires_ms, sent_ms, method, tries, service FROM verifications"
                    " WHERE token_hash=? AND service=?",
      op->by_link ? "h" : "hs", op->hash, op->service);

  op->base.clear = load_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  op->handle = ww_sqlite_copy_text (row, 0);
  op->stage = (WwVerificationStage) sqlite3_column_int (row, 1);
  op->expires_ms = sqlite3_column_int64 (row, 2);
  op->sent_ms = sqlite3_column_int64 (row, 3);
  op->method = (WwVerificationMethod) sqlite3_column_int (row, 4);
  op->tries = (unsigned) sqlite3_column_int (row, 5);
  op->of_service = ww_sqlite_copy_text (row, 6);
  return WW_STORAGE_OK;
}

static void
confirm_clear (WwOperation *base)
{
  WwConfirmVerificationOp *op = (WwConfirmVerificationOp *) base;

  g_free (op->handle);
  g_free (op->of_service);
}

#define CONFIRM_COLUMNS "token_hash, handle, stage, expires_ms, service, tries, code_hash"

static sqlite3_stmt *
find_to_confirm (WwSqlite *db, const WwConfirmVerificationOp *op)
{
  switch (op->method)
    {
    case WW_VERIFICATION_BY_CODE:
      return ww_sqlite_query (
          db, "SELECT " CONFIRM_COLUMNS " FROM verifications WHERE token_hash=? AND service=? AND method=1", "hs",
          op->token_hash, op->service);
    case WW_VERIFICATION_BY_INBOUND:
      return ww_sqlite_query (
          db, "SELECT " CONFIRM_COLUMNS " FROM verifications WHERE code_hash=? AND method=2 AND handle=?", "hs",
          op->secret_hash, op->sender);
    case WW_VERIFICATION_BY_LINK:
    default:
      return ww_sqlite_query (db,
                              "SELECT " CONFIRM_COLUMNS " FROM verification_links"
                              " JOIN verifications USING (token_hash) WHERE link_hash=?",
                              "h", op->secret_hash);
    }
}

/* Counts a wrong code. The last one that is allowed ends the verification. */
static WwStorageStatus
note_wrong_code (WwSqlite *db, WwConfirmVerificationOp *op)
{
  op->wrong = true;
  op->tries++;
  ww_sqlite_run (db, "UPDATE verifications SET tries=? WHERE token_hash=?", "ih", (int64_t) op->tries, op->token_hash);
  return done_or_unavailable (db);
}

/* The person has clicked, typed or sent: works once. */
WwStorageStatus
ww_sqlite_confirm_verification (WwSqlite *db, WwConfirmVerificationOp *op)
{
  WW_AUTO_STATEMENT row = find_to_confirm (db, op);
  uint8_t code_hash[WW_HASH_SIZE] = { 0 };
  int64_t expires_ms;

  op->base.clear = confirm_clear;
  if (!ww_sqlite_step (db, row))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_NOT_FOUND;
  ww_sqlite_copy_fixed (row, 0, op->token_hash, WW_HASH_SIZE);
  op->handle = ww_sqlite_copy_text (row, 1);
  expires_ms = sqlite3_column_int64 (row, 3);
  op->of_service = ww_sqlite_copy_text (row, 4);
  op->tries = (unsigned) sqlite3_column_int (row, 5);
  if (sqlite3_column_int64 (row, 2) != WW_VERIFICATION_WAITING)
    return WW_STORAGE_USED;
  if (op->method == WW_VERIFICATION_BY_CODE && op->tries >= op->max_tries)
    return WW_STORAGE_TOO_MANY;
  if (expires_ms <= op->now_ms)
    return WW_STORAGE_EXPIRED;
  if (op->method == WW_VERIFICATION_BY_CODE && !may_guess (db, op->handle, &op->guessing))
    return db->failed ? WW_STORAGE_UNAVAILABLE : WW_STORAGE_TOO_MANY;
  if (op->method == WW_VERIFICATION_BY_CODE && (!ww_sqlite_copy_fixed (row, 6, code_hash, WW_HASH_SIZE) ||
                                                CRYPTO_memcmp (code_hash, op->secret_hash, WW_HASH_SIZE) != 0))
    return note_wrong_code (db, op);

  op->expires_ms = MAX (expires_ms, op->expires_ms);
  ww_sqlite_run (db, "UPDATE verifications SET stage=?, expires_ms=? WHERE token_hash=?", "iih",
                 (int64_t) WW_VERIFICATION_CONFIRMED, op->expires_ms, op->token_hash);
  return done_or_unavailable (db);
}

static void
consume_clear (WwOperation *base)
{
  g_free (((WwConsumeVerificationOp *) base)->handle);
}

static WwStorageStatus
check_confirmed (WwSqlite *db, const char *service, const uint8_t token_hash[WW_HASH_SIZE], int64_t now_ms,
                 char **handle, uint8_t push_address[WW_PUSH_ADDRESS_SIZE])
{
  WW_AUTO_STATEMENT row = ww_sqlite_query (
      db, "SELECT handle, stage, expires_ms, push_address FROM verifications WHERE token_hash=? AND service=?", "hs",
      token_hash, service);

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

/*
 * Whether the holder of this token has proven its handle and not used that yet. `handle`, to be freed by the
 * caller, is set on OK; `push_address` is all zeros when none was issued.
 */
WwStorageStatus
ww_sqlite_check_confirmed (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE], int64_t now_ms, char **handle,
                           uint8_t push_address[WW_PUSH_ADDRESS_SIZE])
{
  return check_confirmed (db, WW_MESSENGER_SERVICE, token_hash, now_ms, handle, push_address);
}

/* For the services that keep nothing else here. */
WwStorageStatus
ww_sqlite_consume_verification (WwSqlite *db, WwConsumeVerificationOp *op)
{
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  WwStorageStatus status = check_confirmed (db, op->service, op->token_hash, op->now_ms, &op->handle, push_address);

  op->base.clear = consume_clear;
  if (status != WW_STORAGE_OK)
    return status;
  ww_sqlite_use_verification (db, op->token_hash);
  return done_or_unavailable (db);
}

/* Forgets, with their links, verifications that ended long ago. */
WwStorageStatus
ww_sqlite_expire_verifications (WwSqlite *db, WwExpireVerificationsOp *op)
{
  ww_sqlite_run (db, "DELETE FROM verifications WHERE expires_ms<?", "i", op->before_ms);
  return done_or_unavailable (db);
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
