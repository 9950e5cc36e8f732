/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-limits.h"
#include "waxwing.pb-c.h"
#include "ww-bytes.h"

/*
 * Account records: parsed, checked in themselves, checked as the successor of another, compared. Shared by
 * the clients, who trust nobody else's checks, and the server, which refuses what clients would refuse.
 * Pure functions: no I/O, no clock.
 */

typedef enum
{
  WW_RECORD_OK = 0,
  WW_RECORD_MALFORMED,       /* does not parse, wrong sizes, a limit passed, duplicate device or handle */
  WW_RECORD_BAD_SIGNATURE,   /* not signed by the account key that it holds */
  WW_RECORD_DEVICE_UNSIGNED, /* a device did not sign back over account and keys */
  WW_RECORD_ROLLED_BACK,     /* an older record than one seen before */
  WW_RECORD_FORKED,          /* does not follow from the record seen before: two histories */
  WW_RECORD_GAP,             /* records are missing in between */
  WW_RECORD_WRONG_ACCOUNT,   /* of another account than asked for */
  WW_RECORD_WRONG_KEY,       /* account key changed without a reset */
} WwRecordStatus;

const char *ww_record_status_to_string (WwRecordStatus status);

typedef struct
{
  uint8_t device_id[WW_ID_SIZE];
  uint8_t signing_key[WW_POINT_SIZE];
  WwBytes p256_key; /* empty if not offered */
  WwBytes rsa_key;
  const uint32_t *suites;
  size_t n_suites;
  uint64_t enrolled_ms;
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  WwBytes sealed_name;
  WwBytes device;           /* serialised DeviceKeys, as signed */
  const uint8_t *signature; /* 64, of the device */
} WwRecordDevice;

/* Immutable, reference counted (atomically). */
typedef struct _WwRecord WwRecord;

/* Parses and checks everything that can be checked without another record: sizes, points, limits, account signature,
 * every device's signature, no duplicates, handles normalised. */
WwRecordStatus ww_record_new (WwBytes record, WwBytes signature, WwRecord **out);
WwRecord *ww_record_ref (WwRecord *self);
void ww_record_unref (WwRecord *self);

/* Whether `next` is the direct successor of `self`: same account, sequence + 1, hash of self, account key unless reset. */
WwRecordStatus ww_record_check_next (const WwRecord *self, const WwRecord *next);

/* For an answer that does not say which record is the current one. */
#define WW_RECORD_CURRENT_UNKNOWN UINT64_MAX

/*
 * A chain as a look-up returned it. `known` is the newest record seen before, or NULL: then the chain must start at 1.
 * On WW_RECORD_OK `out` has the new records in order (n may be 0), to be freed with ww_record_unref each and free().
 * `account_id` may be NULL when it is not known in advance.
 */
WwRecordStatus ww_record_check_chain (WwRecord *known, const uint8_t *account_id, Waxwing__SignedRecord **chain,
                                      size_t n_chain, uint64_t current_sequence, WwRecord ***out, size_t *n_out);

const uint8_t *ww_record_account_id (const WwRecord *self);
uint64_t ww_record_sequence (const WwRecord *self);
const uint8_t *ww_record_hash (const WwRecord *self);        /* 32: SHA-256 of the record's bytes */
const uint8_t *ww_record_previous (const WwRecord *self);    /* 32: hash of the record before; NULL in the first */
const uint8_t *ww_record_account_key (const WwRecord *self); /* 65 */
bool ww_record_is_reset (const WwRecord *self);
uint64_t ww_record_created_ms (const WwRecord *self);
WwBytes ww_record_bytes (const WwRecord *self);
const uint8_t *ww_record_signature (const WwRecord *self); /* 64 */
const char *const *ww_record_handles (const WwRecord *self, size_t *n);
const WwRecordDevice *ww_record_devices (const WwRecord *self, size_t *n);
const WwRecordDevice *ww_record_find_device (const WwRecord *self, const uint8_t device_id[WW_ID_SIZE]);
bool ww_record_has_handle (const WwRecord *self, const char *handle);
/* Whether this record, which removes the device, says that the device shall forget everything at once. */
bool ww_record_wipes (const WwRecord *self, const uint8_t device_id[WW_ID_SIZE]);

/* What changed between two records: the source of every alert (S12). `previous` NULL: everything is added. */
typedef enum
{
  WW_CHANGE_DEVICE_ADDED,
  WW_CHANGE_DEVICE_REMOVED,
  WW_CHANGE_HANDLE_ADDED,
  WW_CHANGE_HANDLE_REMOVED,
  WW_CHANGE_RESET,
} WwChangeKind;

typedef struct
{
  WwChangeKind kind;
  const WwRecordDevice *device; /* of the record that has it */
  const char *handle;
} WwChange;

typedef void (*WwChangeFunc) (const WwChange *change, void *data);
void ww_record_compare (const WwRecord *previous, const WwRecord *next, WwChangeFunc func, void *data);
