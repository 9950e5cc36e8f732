/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "ww-storage.h"

/*
 * One connection to the database, for one thread. Statements are prepared once and kept by the address
 * of their text, so that the texts must be literals.
 */
typedef struct
{
  sqlite3 *handle;
  GHashTable *statements;
  bool failed; /* a statement failed since ww_sqlite_begin_operation() */
  uint64_t mailbox_messages;
  int64_t mailbox_ms;
} WwSqlite;

WwSqlite *ww_sqlite_open (const char *path, bool writable, char **error);
void ww_sqlite_close (WwSqlite *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSqlite, ww_sqlite_close)

/*
 * Binds one argument for each letter of `format`: i int64_t · s const char* · b WwBytes · d const uint8_t*, an id of
 * 16 bytes · h const uint8_t*, 32 bytes · k const uint8_t*, a point of 65 bytes. NULL when it failed.
 */
sqlite3_stmt *ww_sqlite_query (WwSqlite *self, const char *sql, const char *format, ...);
/* Whether there is a row. False too when it failed. */
bool ww_sqlite_step (WwSqlite *self, sqlite3_stmt *statement);
/* A statement without rows; the number of rows that it changed, or -1. */
int ww_sqlite_run (WwSqlite *self, const char *sql, const char *format, ...);
void ww_sqlite_statement_done (sqlite3_stmt **statement);
#define WW_AUTO_STATEMENT __attribute__ ((cleanup (ww_sqlite_statement_done))) sqlite3_stmt *

WwBytes ww_sqlite_bytes (sqlite3_stmt *statement, int column);
bool ww_sqlite_copy_fixed (sqlite3_stmt *statement, int column, uint8_t *out, size_t len);
bool ww_sqlite_copy_buffer (WwSqlite *self, sqlite3_stmt *statement, int column, WwBuffer *out);
char *ww_sqlite_copy_text (sqlite3_stmt *statement, int column);

/* Schema: refuses what is not ours, creates in an empty file, migrates what is older. */
#define WW_SQLITE_APPLICATION_ID 0x57785376 /* "WxSv" */
#define WW_SQLITE_SCHEMA_VERSION 3
bool ww_sqlite_prepare_schema (WwSqlite *self, const char *path, char **error);
/* Whether this file is one of ours and of a version that this program reads. */
bool ww_sqlite_check_file (const char *path, char **error);

/* The engine */
WwStorage *ww_sqlite_storage_open (const char *path, void *loop, char **error);

/* Tools of the command line; they work while a server runs. */
bool ww_sqlite_backup (const char *path, const char *to, char **error);
bool ww_sqlite_restore (const char *path, const char *from, char **error);
typedef void (*WwSqliteAccountFunc) (const uint8_t account_id[WW_ID_SIZE], uint64_t sequence, unsigned devices,
                                     uint64_t waiting, int64_t created_ms, void *data);
bool ww_sqlite_list_accounts (const char *path, WwSqliteAccountFunc func, void *data, char **error);
bool ww_sqlite_forget_account (const char *path, const uint8_t account_id[WW_ID_SIZE], bool *found, char **error);
bool ww_sqlite_read_statistics (const char *path, WwLoadStatisticsOp *out, char **error);

/* What the operations do, each inside its own savepoint or, where it only reads, its own snapshot. */
WwStorageStatus ww_sqlite_start_verification (WwSqlite *db, WwStartVerificationOp *op);
WwStorageStatus ww_sqlite_resend_verification (WwSqlite *db, WwResendVerificationOp *op);
WwStorageStatus ww_sqlite_load_verification (WwSqlite *db, WwLoadVerificationOp *op);
WwStorageStatus ww_sqlite_confirm_verification (WwSqlite *db, WwConfirmVerificationOp *op);
WwStorageStatus ww_sqlite_consume_verification (WwSqlite *db, WwConsumeVerificationOp *op);
WwStorageStatus ww_sqlite_expire_verifications (WwSqlite *db, WwExpireVerificationsOp *op);
WwStorageStatus ww_sqlite_load_chain (WwSqlite *db, WwLoadChainOp *op);
WwStorageStatus ww_sqlite_load_device (WwSqlite *db, WwLoadDeviceOp *op);
WwStorageStatus ww_sqlite_prepare_device (WwSqlite *db, WwPrepareDeviceOp *op);
WwStorageStatus ww_sqlite_create_account (WwSqlite *db, WwCreateAccountOp *op);
WwStorageStatus ww_sqlite_publish_record (WwSqlite *db, WwPublishRecordOp *op);
WwStorageStatus ww_sqlite_load_claims (WwSqlite *db, WwLoadClaimsOp *op);
WwStorageStatus ww_sqlite_refuse_claim (WwSqlite *db, WwRefuseClaimOp *op);
WwStorageStatus ww_sqlite_expire_claims (WwSqlite *db, WwExpireClaimsOp *op);
WwStorageStatus ww_sqlite_touch_devices (WwSqlite *db, WwTouchDevicesOp *op);
WwStorageStatus ww_sqlite_load_activity (WwSqlite *db, WwLoadActivityOp *op);
WwStorageStatus ww_sqlite_retire_device (WwSqlite *db, WwRetireDeviceOp *op);
WwStorageStatus ww_sqlite_join_account (WwSqlite *db, WwJoinAccountOp *op);
WwStorageStatus ww_sqlite_forget_pending (WwSqlite *db, WwForgetPendingOp *op);
WwStorageStatus ww_sqlite_load_pending (WwSqlite *db, WwLoadPendingOp *op);
WwStorageStatus ww_sqlite_send (WwSqlite *db, WwSendOp *op);
WwStorageStatus ww_sqlite_load_deliveries (WwSqlite *db, WwLoadDeliveriesOp *op);
WwStorageStatus ww_sqlite_acknowledge (WwSqlite *db, WwAcknowledgeOp *op);
WwStorageStatus ww_sqlite_prepare_upload (WwSqlite *db, WwPrepareUploadOp *op);
WwStorageStatus ww_sqlite_load_attachment (WwSqlite *db, WwLoadAttachmentOp *op);
WwStorageStatus ww_sqlite_advance_upload (WwSqlite *db, WwAdvanceUploadOp *op);
WwStorageStatus ww_sqlite_delete_attachment (WwSqlite *db, WwDeleteAttachmentOp *op);
WwStorageStatus ww_sqlite_expire_attachments (WwSqlite *db, WwExpireAttachmentsOp *op);
WwStorageStatus ww_sqlite_find_attachments (WwSqlite *db, WwFindAttachmentsOp *op);
WwStorageStatus ww_sqlite_expire (WwSqlite *db, WwExpireOp *op);
WwStorageStatus ww_sqlite_load_statistics (WwSqlite *db, WwLoadStatisticsOp *op);

/* Shared between the operations above. */
bool ww_sqlite_remove_device (WwSqlite *db, int64_t number);
bool ww_sqlite_empty_mailbox (WwSqlite *db, int64_t number);
bool ww_sqlite_release_message (WwSqlite *db, int64_t message);
/* The stage of a verification by token, OK only if it is confirmed, in time and not used. */
WwStorageStatus ww_sqlite_check_confirmed (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE], int64_t now_ms,
                                           char **handle, uint8_t push_address[WW_PUSH_ADDRESS_SIZE]);
bool ww_sqlite_use_verification (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE]);

/*
 * For the publication of a record with a token: whether it may take what the token proves. OK with op->held: not yet,
 * and there is a claim. What ended and what moved stands in the operation.
 */
WwStorageStatus ww_sqlite_take_handle (WwSqlite *db, WwPublishRecordOp *op);
WwStorageStatus ww_sqlite_take_account (WwSqlite *db, WwPublishRecordOp *op);
/* The account's handle is free, or all that it had (NULL): nobody has to be asked for it any more. */
void ww_sqlite_end_claims (WwSqlite *db, const uint8_t account_id[WW_ID_SIZE], const char *handle, GPtrArray **claims);
void ww_sqlite_end_claim_of_device (WwSqlite *db, const uint8_t device_id[WW_ID_SIZE], GPtrArray **claims);
/* A full hour: what is stored of the time at which a device was there. */
int64_t ww_sqlite_seen_ms (int64_t now_ms);
