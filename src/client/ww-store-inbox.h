/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-group-change.h"
#include "ww-reply.h"
#include "ww-store-alerts.h"
#include "ww-store-outbox.h"
#include "ww-store-standing.h"

G_BEGIN_DECLS

/*
 * A delivery on its way into the store. `code` is set when a check refused it; the rest is filled in only when it passed
 * all the checks that need no store.
 */
typedef struct
{
  WwReply *reply; /* its frame is the event with the delivery */
  char *code;     /* stable word of the refusal; NULL: authentic, and for us */
  guint8 id[16];
  guint8 account[16]; /* the sender's */
  guint8 device[16];
  guint8 conversation[16];
  guint8 peer[16];   /* the other person of the conversation */
  gboolean own;      /* from another device of the own account */
  gboolean own_only; /* for the own devices only: no conversation needed */
  guint kind;        /* WwEnvelopeKind */
  guint suite;
  gint64 created_ms;
  GBytes *payload;
  guint8 content_hash[32];
  char *sender_name;
  char *handle; /* the sender's, for alerts; nullable */

  /* Sealed in a group: whom it names, and on which changes; `peer` is the group then. NULL otherwise. */
  GArray *participants; /* of guint8[16], ascending */
  GArray *heads;        /* of guint8[32], ascending */
  GPtrArray *changes;   /* of WwGroupChange, signatures checked: what it says about a group; nullable */
} WwArrival;

WwArrival *ww_arrival_new (WwReply *reply);
void ww_arrival_free (WwArrival *self);
void ww_arrival_refuse (WwArrival *self, const char *code);

/* What the transaction changed, for the models. Boxed, counted. */
typedef struct
{
  GPtrArray *messages;      /* of WwMessageRow, in order */
  GPtrArray *peers;         /* of GBytes, one for each of them */
  GPtrArray *states;        /* of WwStateChange */
  GPtrArray *reads;         /* of WwReadChange */
  GPtrArray *contacts;      /* of WwContactRow */
  GPtrArray *alerts;        /* of WwAlertRow */
  GPtrArray *decided;       /* of WwDecided: what other own devices decided */
  GPtrArray *changed;       /* of WwMessageRow: tapped back, edited, unsent */
  GPtrArray *deleted;       /* of GBytes: messages that the person deleted elsewhere */
  GPtrArray *conversations; /* of WwConversationRow: other settings, another last message */
  GPtrArray *groups;        /* of WwConversationRow: whose group has changed */
  gboolean settings;        /* of the account */
  gboolean history;         /* between own devices: there may be something to do */
  gboolean purge;           /* something is to leave no trace: ww_store_purge() */
  gboolean outbox;          /* receipts were put into the outbox */
} WwTaken;

#define WW_TYPE_TAKEN (ww_taken_get_type ())
GType ww_taken_get_type (void);
WwTaken *ww_taken_ref (WwTaken *self);
void ww_taken_unref (WwTaken *self);

/*
 * All of `arrivals`, in their order, in this transaction: messages, receipts and read states take effect, what is known
 * already changes nothing, what is refused is kept aside with an alert, receipts for new messages enter the outbox.
 */
WwTaken *ww_store_take_arrivals (WwDatabase *database, const guint8 own_account[16], GPtrArray *arrivals, gint64 now_ms,
                                 GError **error);

/*
 * Deliveries from `account` that were refused only because of what the directory showed then. Each is an event, as
 * WwReply reads it (GBytes); `numbers` (gint64) are their rows.
 */
gboolean ww_store_list_refused (WwDatabase *database, const guint8 account[16], GPtrArray **events, GArray **numbers,
                                GError **error);
gboolean ww_store_forget_refused (WwDatabase *database, gint64 number, GError **error);

#define WW_REFUSED_KEPT 1000
#define WW_SEEN_MS      (60LL * 24 * 60 * 60 * 1000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwTaken, ww_taken_unref)

G_END_DECLS
