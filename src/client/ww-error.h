/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

#define WW_ERROR (ww_error_quark ())

/*
 * Everything the engine reports. The message of such an error is a translated sentence for people that says
 * what happened and what to do; ww_error_get_code() is the stable word for scripts.
 */
typedef enum
{
  WW_ERROR_FAILED,
  WW_ERROR_CANCELLED,
  WW_ERROR_INVALID_ARGUMENT,
  WW_ERROR_KEYRING_LOCKED,
  WW_ERROR_KEYRING_UNAVAILABLE, /* no Secret Service answers */
  WW_ERROR_KEYS_MISSING,        /* the store exists, its keys do not: never enrol over it */
  WW_ERROR_STORE_FOREIGN,       /* not our database, or the key does not fit */
  WW_ERROR_STORE_NEWER,         /* written by a newer Waxwing */
  WW_ERROR_STORE_FULL,          /* the disk is full */
  WW_ERROR_STORE_FAILED,
  WW_ERROR_PROFILE_IN_USE, /* another process has this profile open */
  WW_ERROR_NOT_ENROLLED,
  WW_ERROR_OFFLINE, /* no connection to the server */
  WW_ERROR_TIMED_OUT,
  WW_ERROR_INSECURE_SERVER, /* plain HTTP to something else than loopback */
  WW_ERROR_PROTOCOL,        /* the server sent what the protocol does not allow */
  WW_ERROR_REFUSED,         /* the server refused: see ww_error_get_code() */
  WW_ERROR_NO_SUCH_PERSON,  /* nobody has this handle */
  WW_ERROR_RECORD_MALFORMED,
  WW_ERROR_RECORD_SIGNATURE,
  WW_ERROR_RECORD_DEVICE_UNSIGNED,
  WW_ERROR_RECORD_ROLLED_BACK,
  WW_ERROR_RECORD_FORKED,
  WW_ERROR_RECORD_GAP,
  WW_ERROR_RECORD_WRONG_ACCOUNT,
  WW_ERROR_RECORD_WRONG_KEY,
  WW_ERROR_MESSAGE_MALFORMED,
  WW_ERROR_MESSAGE_NOT_FOR_US, /* the wrap is for another device */
  WW_ERROR_MESSAGE_ALTERED,    /* commitment, body or its hash */
  WW_ERROR_MESSAGE_SIGNATURE,
  WW_ERROR_MESSAGE_SENDER_DEVICE, /* not a device of the sender's current record */
  WW_ERROR_MESSAGE_NOT_PARTICIPANT,
  WW_ERROR_MESSAGE_REPLAYED,   /* same id, other content */
  WW_ERROR_MESSAGE_WEAK_SUITE, /* weaker than this device's record offers */
  WW_ERROR_APPROVAL_DIGITS,    /* the digits differ */
  WW_ERROR_APPROVAL_ENDED,     /* refused, expired or cancelled */
  WW_ERROR_COST_NOT_ACCEPTED,  /* a text message may cost the person, who has not been asked */
  WW_ERROR_IDENTITY_CHANGED,   /* a contact's account key is another one; the person decides before anything goes out */
  WW_ERROR_BLOCKED,            /* the person has blocked this contact */
  WW_ERROR_LAST_HANDLE,        /* an account keeps at least one */
  WW_ERROR_TOO_MANY_DEVICES,   /* an account has at most WW_MAX_DEVICES */
  WW_ERROR_TOO_MANY_REQUESTS,  /* strangers' messages that wait for the person's decision; more were refused */
  WW_ERROR_NOT_IN_GROUP,       /* this account is not in the group (any more) */
  WW_ERROR_GROUP_FULL,         /* of people, or of changes */
  WW_ERROR_OTHER_ACCOUNT,      /* an archive of another account */
  WW_ERROR_WRONG_PASSPHRASE,   /* or the beginning of a backup is damaged */
  WW_ERROR_BACKUP_DAMAGED,
  WW_ERROR_NO_HISTORY, /* no other device has offered any */
  WW_ERROR_GROUP_CHANGE, /* somebody changed a group who may not, or the change was not signed by who is said to have made it */
} WwError;

GQuark ww_error_quark (void);
/* "keyring-locked" and the like; for WW_ERROR_REFUSED the server's own code. Never NULL, valid while the error is. */
const char *ww_error_get_code (const GError *error);
gboolean ww_error_is_retryable (const GError *error);

G_END_DECLS
