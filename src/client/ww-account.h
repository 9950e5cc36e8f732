/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-directory.h"
#include "ww-record-builder.h"

G_BEGIN_DECLS

/*
 * The own account: publishes its records and follows those that other devices publish. Its chain is in the directory like
 * anybody's; alerts come from there, in the transaction that stores a record.
 *
 * Signals: "changed" (WwRecord); "withheld" (WwRecord, the newest that is known) when the server spoke of a newer record and
 * does not show it.
 */
#define WW_TYPE_ACCOUNT (ww_account_get_type ())
G_DECLARE_FINAL_TYPE (WwAccount, ww_account, WW, ACCOUNT, GObject)

WwAccount *ww_account_new (WwLink *link, WwDirectory *directory, WwIdentity *identity);
void ww_account_close (WwAccount *self);
WwIdentity *ww_account_get_identity (WwAccount *self); /* transfer none */

/* Resolves to the record (boxed): from the store. */
DexFuture *ww_account_load (WwAccount *self);
WwRecord *ww_account_get_record (WwAccount *self); /* nullable before it was loaded; transfer none */
/* The server says that there is record `sequence`: asks for it unless it is known. */
void ww_account_follow (WwAccount *self, guint64 sequence);
/* Resolves when the record that the server last spoke of is here, or asking for it has failed once. */
DexFuture *ww_account_settle (WwAccount *self);
/* The server does not know this device any more: asks for the account's own word on that, without authentication. */
void ww_account_check_removal (WwAccount *self, const char *server);
/* The device's name as its record has it, for people; NULL when there is none. */
char *ww_account_dup_device_name (WwAccount *self, const WwRecordDevice *device);

/* What the server said to a record that takes a handle from another account: not yet. */
typedef struct
{
  gboolean held;
  gint64 due_ms;     /* from when the same request completes it */
  gint64 expires_ms; /* until when it can */
} WwHold;

/*
 * For fibers: makes the next record and publishes it, anew when another came first, and ends with that record in the
 * store. `token` (32 bytes, nullable) is that of the confirmed verification of `change->handle_added`. `hold` may be NULL
 * when there is no token. FALSE with an error. TRUE: it is published, or `hold->held`: then the same again, with the same
 * token, from `due_ms` on.
 */
gboolean ww_account_publish_change (WwAccount *self, const WwRecordChange *change, const guint8 *token, WwHold *hold,
                                    GError **error);

/* The same for other requests that bring a record. Makes the next record out of the current one; NULL with an error. */
typedef WwRecord *(*WwAccountBuild) (const WwRecord *current, gpointer data, GError **error);
/* Serialises it into a request and sends it. */
typedef DexFuture *(*WwAccountPublish) (WwLink *link, const WwRecord *next, gpointer data);
gboolean ww_account_publish (WwAccount *self, WwAccountBuild build, WwAccountPublish publish, gpointer data,
                             WwHold *hold, GError **error);

G_END_DECLS
