/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Claims, handles that moved, and when devices were there (docs/protocol.md, "Claims"). A part of ww-storage.h, which
 * includes this.
 */

typedef enum
{
  WW_STORED_CLAIM_RESET = 1,
  WW_STORED_CLAIM_HANDLE = 2,
} WwStoredClaimKind;

/* Completed and expired ones are no longer stored: they are only told. */
typedef enum
{
  WW_STORED_CLAIM_WAITING = 1,
  WW_STORED_CLAIM_REFUSED = 2, /* kept until it would have been due, and bars other claims on the handle */
  WW_STORED_CLAIM_COMPLETED = 3,
  WW_STORED_CLAIM_EXPIRED = 4,
} WwStoredClaimState;

typedef struct
{
  uint8_t claim_id[WW_ID_SIZE];
  uint8_t account_id[WW_ID_SIZE]; /* whose devices are asked */
  WwStoredClaimKind kind;
  WwStoredClaimState state;
  char *handle;
  uint8_t token_hash[WW_HASH_SIZE];
  bool has_claimant; /* HANDLE */
  uint8_t claimant[WW_ID_SIZE];
  bool has_record; /* RESET */
  WwStoredRecord record;
  int64_t requested_ms;
  int64_t due_ms;
  int64_t expires_ms;
} WwStoredClaim;

typedef struct
{
  char *handle;
  uint8_t account_id[WW_ID_SIZE]; /* that has it now */
} WwMovedHandle;

/* What a device of this account has to hear of when it connects. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t account_id[WW_ID_SIZE];
  /* out */
  GPtrArray *claims; /* of WwStoredClaim */
  WwMovedHandle *moved;
  size_t n_moved;
} WwLoadClaimsOp;

/* NOT_FOUND: the account has no such claim. Refused before: OK, and nothing changes. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t account_id[WW_ID_SIZE];
  uint8_t claim_id[WW_ID_SIZE];
  /* out */
  GPtrArray *claims; /* of WwStoredClaim: this one, and the others on its handle */
} WwRefuseClaimOp;

/* Forgets claims that nobody completed and refusals that have served, at most `max_rows`. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t now_ms;
  unsigned max_rows;
  /* out */
  GPtrArray *claims; /* of WwStoredClaim */
} WwExpireClaimsOp;

/* --- Activity ------------------------------------------------------------------------------ */

/* These devices were there. Never makes the time earlier. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t *devices; /* numbers; owned by the operation */
  size_t n_devices;
  int64_t seen_ms;
} WwTouchDevicesOp;

typedef struct
{
  uint8_t device_id[WW_ID_SIZE];
  int64_t device; /* number */
  int64_t last_seen_ms;
} WwStoredActivity;

/* Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t account_id[WW_ID_SIZE];
  /* out */
  WwStoredActivity devices[WW_MAX_DEVICES];
  size_t n_devices;
} WwLoadActivityOp;

/* The device counts as never active, and nothing waits for it any more. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t device;
} WwRetireDeviceOp;

void ww_stored_claim_free (WwStoredClaim *self);
