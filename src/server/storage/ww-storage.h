/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "ww-limits.h"
#include "ww-operation.h"
#include "ww-bytes.h"
#include "ww-verification-store.h"

/*
 * What the server remembers. An engine implements WwStorageEngine; the rest of the server knows only
 * this header.
 *
 * Every operation is asynchronous: ww-operation.h.
 *
 * All operations that change something run one after the other, in the order in which they were
 * submitted, and each is atomic. Times are milliseconds since 1970-01-01 UTC.
 */
typedef struct _WwStorage WwStorage;

/* The name under which the messenger asks for verifications; only its tokens open anything here. */
#define WW_MESSENGER_SERVICE "messenger"

/* A record with its signature. Owned by the operation that holds it. */
typedef struct
{
  WwBuffer record;
  uint8_t signature[WW_SIGNATURE_SIZE];
} WwStoredRecord;

typedef struct
{
  uint8_t device_id[WW_ID_SIZE];
  uint8_t signing_key[WW_POINT_SIZE];
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
} WwStoredDevice;

/* --- Accounts ------------------------------------------------------------------------------ */

/* A chain, or the end of one. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  const char *handle;             /* or NULL: by account id */
  uint8_t account_id[WW_ID_SIZE]; /* in and out */
  uint64_t since;                 /* records after this one */
  bool only_current;
  unsigned max_records;
  size_t max_bytes;
  /* out */
  uint64_t current_sequence;
  WwStoredRecord *records;
  unsigned n_records;
} WwLoadChainOp;

/* What a link's authentication needs. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t device_id[WW_ID_SIZE];
  /* out */
  int64_t number; /* the storage's own name of the device */
  uint8_t account_id[WW_ID_SIZE];
  uint8_t signing_key[WW_POINT_SIZE];
  uint64_t record_sequence;
  uint64_t waiting;
  uint64_t next_sequence; /* of the next delivery to be stored */
  int64_t last_seen_ms;
} WwLoadDeviceOp;

/* Issues a push address for the device that this verification is for; the same one when asked again. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t token_hash[WW_HASH_SIZE];
  int64_t now_ms;
  /* in: the one to issue; out: the one issued */
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  /* out */
  char *handle;
  bool has_account;
  uint8_t account_id[WW_ID_SIZE];
} WwPrepareDeviceOp;

typedef struct
{
  WwOperation base;
  /* in */
  uint8_t token_hash[WW_HASH_SIZE];
  int64_t now_ms;
  uint8_t account_id[WW_ID_SIZE];
  const char *handle;
  WwBytes record;
  WwBytes signature;
  WwStoredDevice device;
} WwCreateAccountOp;

#include "ww-storage-claims.h"

/*
 * A further record. The caller has checked it against the one before, also that it adds no handle but perhaps `added`;
 * here it is refused (CONFLICT) unless that one is still current. Devices and handles that it no longer has are
 * forgotten together with their mailboxes. With `grant`, the pending device's row gets the result in the same
 * transaction. With a token, the handle that it proves becomes the account's, or is claimed of the one that has it; with
 * `reset`, the same goes for the whole account. What is claimed is `held`: nothing is published then.
 */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t account_id[WW_ID_SIZE];
  uint64_t sequence;
  WwBytes record;
  WwBytes signature;
  const char *const *handles;
  size_t n_handles;
  WwStoredDevice *devices;
  size_t n_devices;
  bool grant;
  uint8_t granted_device[WW_ID_SIZE];
  WwBytes sealed_account_key;
  int64_t now_ms;
  const uint8_t *token_hash; /* NULL: without a token */
  const char *added;         /* a handle that the record before did not have; NULL: none */
  bool reset;
  int64_t hold_ms;
  uint8_t claim_id[WW_ID_SIZE]; /* for a claim, if there has to be one */
  /* out */
  int64_t removed[WW_MAX_DEVICES]; /* numbers */
  size_t n_removed;
  bool held;
  int64_t due_ms;
  int64_t claim_expires_ms;
  GPtrArray *claims; /* of WwStoredClaim, whose devices are to be told; NULL: none */
  char *moved;       /* a handle that was another account's; NULL: none */
  uint8_t moved_from[WW_ID_SIZE];
} WwPublishRecordOp;

/* --- Pending devices ----------------------------------------------------------------------- */

typedef struct
{
  uint8_t device_id[WW_ID_SIZE];
  uint8_t account_id[WW_ID_SIZE];
  uint8_t token_hash[WW_HASH_SIZE];
  WwBuffer device;
  uint8_t signature[WW_SIGNATURE_SIZE];
  uint8_t commitment[WW_HASH_SIZE];
  WwBuffer names; /* as the approval relay serialised them */
  char *handle;
  int64_t requested_ms;
  int64_t expires_ms;
  uint64_t joined_sequence; /* the account's record when it asked */
  bool granted;
  WwBuffer sealed_account_key;
} WwStoredPending;

/* Uses the verification up. Repeated with the same token and device it succeeds again, changing nothing. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t token_hash[WW_HASH_SIZE];
  int64_t now_ms;
  uint8_t account_id[WW_ID_SIZE];
  uint8_t device_id[WW_ID_SIZE];
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  WwBytes device;
  WwBytes signature;
  WwBytes commitment;
  WwBytes names;
  int64_t expires_ms; /* in; out: the earlier one, when repeated */
  /* out */
  bool repeated;
  char *handle;
  uint64_t joined_sequence;
} WwJoinAccountOp;

typedef struct
{
  WwOperation base;
  /* in */
  uint8_t device_id[WW_ID_SIZE];
} WwForgetPendingOp;

/* All that are left, for the start of the server. Read only. */
typedef struct
{
  WwOperation base;
  /* out */
  WwStoredPending *pending;
  size_t n_pending;
} WwLoadPendingOp;

/* --- Mailboxes ----------------------------------------------------------------------------- */

typedef struct
{
  uint8_t device_id[WW_ID_SIZE];
  uint32_t suite;
  WwBytes sealed_key;
  /* out */
  int64_t device; /* number */
  uint64_t sequence;
} WwStoredWrap;

typedef struct
{
  uint8_t account_id[WW_ID_SIZE];
  uint64_t record_sequence;
} WwStoredRecipient;

/* Idempotent by (sending device, message id). NOT_FOUND: the sending device is no more. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t sender; /* number */
  uint8_t message_id[WW_ID_SIZE];
  WwBytes header;
  WwBytes body;
  WwStoredWrap *wraps; /* in and out; owned by the operation */
  size_t n_wraps;
  WwStoredRecipient *recipients; /* owned by the operation */
  size_t n_recipients;
  int64_t now_ms;
  /* out */
  bool duplicate;
  int64_t received_ms;
} WwSendOp;

typedef struct
{
  uint64_t sequence;
  WwBuffer header;
  WwBuffer body;
  uint32_t suite;
  WwBuffer sealed_key;
  int64_t received_ms;
} WwStoredDelivery;

/* The next deliveries of a device, in order. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t device;
  uint64_t from_sequence;
  unsigned max_deliveries;
  size_t max_bytes; /* at least one is returned, whatever its size */
  /* out */
  WwStoredDelivery *deliveries;
  unsigned n_deliveries;
  bool more; /* there were more than asked for */
} WwLoadDeliveriesOp;

typedef struct
{
  WwOperation base;
  /* in */
  int64_t device;
  const uint64_t *sequences;
  size_t n_sequences;
} WwAcknowledgeOp;

/* --- Attachments --------------------------------------------------------------------------- */

#include "ww-storage-attachments.h"

/* --- Housekeeping -------------------------------------------------------------------------- */

/* Forgets what is too old, at most `max_rows` of each kind. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t now_ms;
  unsigned max_rows;
  /* out */
  unsigned n_messages;
  bool more;
} WwExpireOp;

typedef struct
{
  WwOperation base;
  /* out */
  int64_t accounts;
  int64_t devices;
  int64_t deliveries; /* that wait, over all devices */
  int64_t bytes;      /* of the database */
} WwLoadStatisticsOp;

/* --- The engine ---------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  void (*close) (WwStorage *self); /* finishes what was submitted; every `done` has been called when it returns */
  void (*set_limits) (WwStorage *self, uint64_t mailbox_messages, int64_t mailbox_ms);

  void (*load_chain) (WwStorage *self, WwLoadChainOp *op);
  void (*load_device) (WwStorage *self, WwLoadDeviceOp *op);
  void (*prepare_device) (WwStorage *self, WwPrepareDeviceOp *op);
  void (*create_account) (WwStorage *self, WwCreateAccountOp *op);
  void (*publish_record) (WwStorage *self, WwPublishRecordOp *op);

  void (*load_claims) (WwStorage *self, WwLoadClaimsOp *op);
  void (*refuse_claim) (WwStorage *self, WwRefuseClaimOp *op);
  void (*expire_claims) (WwStorage *self, WwExpireClaimsOp *op);
  void (*touch_devices) (WwStorage *self, WwTouchDevicesOp *op);
  void (*load_activity) (WwStorage *self, WwLoadActivityOp *op);
  void (*retire_device) (WwStorage *self, WwRetireDeviceOp *op);

  void (*join_account) (WwStorage *self, WwJoinAccountOp *op);
  void (*forget_pending) (WwStorage *self, WwForgetPendingOp *op);
  void (*load_pending) (WwStorage *self, WwLoadPendingOp *op);

  void (*send) (WwStorage *self, WwSendOp *op);
  void (*load_deliveries) (WwStorage *self, WwLoadDeliveriesOp *op);
  void (*acknowledge) (WwStorage *self, WwAcknowledgeOp *op);

  void (*prepare_upload) (WwStorage *self, WwPrepareUploadOp *op);
  void (*load_attachment) (WwStorage *self, WwLoadAttachmentOp *op);
  void (*advance_upload) (WwStorage *self, WwAdvanceUploadOp *op);
  void (*delete_attachment) (WwStorage *self, WwDeleteAttachmentOp *op);
  void (*expire_attachments) (WwStorage *self, WwExpireAttachmentsOp *op);
  void (*find_attachments) (WwStorage *self, WwFindAttachmentsOp *op);

  void (*expire) (WwStorage *self, WwExpireOp *op);
  void (*load_statistics) (WwStorage *self, WwLoadStatisticsOp *op);
} WwStorageEngine;

struct _WwStorage
{
  const WwStorageEngine *engine;
  WwVerificationStore *verifications; /* the part of the engine that the verification service uses */
};

void ww_stored_pending_clear (WwStoredPending *self);
bool ww_buffer_copy (WwBuffer *self, const void *data, size_t len);
