/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-enrolment.h"
#include "ww-keyring.h"
#include "ww-link.h"
#include "ww-proof.h"
#include "ww-record.h"
#include "ww-store-records.h"
#include "ww-store.h"

G_BEGIN_DECLS

/* What of a claim is in the store, so that the program can be closed meanwhile. NULL: none. On the store's thread. */
typedef struct
{
  char *handle;
  guint8 token[32];
  guint8 push_address[32];
  gint64 enrolled_ms;
  gint64 due_ms;
  WwRecord *newest; /* the account's, before the one that is claimed; only read */
} WwHeldClaim;
#define WW_TYPE_HELD_CLAIM (ww_held_claim_get_type ())
GType ww_held_claim_get_type (void);
WwHeldClaim *ww_held_claim_copy (const WwHeldClaim *self);
void ww_held_claim_free (WwHeldClaim *self);
gboolean ww_store_has_held_claim (WwDatabase *database, gboolean *found, GError **error);
gboolean ww_store_get_held_claim (WwDatabase *database, const guint8 account[16], WwHeldClaim **claim, GError **error);
/* Without `newest`: records are stored like any others. */
gboolean ww_store_set_held_claim (WwDatabase *database, const WwHeldClaim *claim, GError **error);
gboolean ww_store_set_held_due (WwDatabase *database, gint64 due_ms, GError **error);
gboolean ww_store_delete_held_claim (WwDatabase *database, GError **error);

/* One attempt, from ww_enrolment_start() to its end. Its fiber holds it; cancelling rejects `closing`. */
typedef struct
{
  WwEnrolment *enrolment; /* owned */
  DexPromise *closing;
  char *handle;
  char *name;
  char *device_name;
  WwEnrolmentFlags flags;
  WwProof proof;

  WwLink *link;        /* anonymous */
  GQueue events;       /* of WwReply */
  guint n_ups;         /* how often the link came up */
  gboolean watch;      /* the link came up: what we missed is to be asked for */
  DexPromise *changed; /* of who waits for an event; nullable */

  guint8 token[32];
  guint submitting; /* codes on their way */
  GError *failure;  /* why nothing can be confirmed any more; nullable */
  WwDeviceKeys *keys;
  guint8 device_id[16];
  guint8 push_address[32];
  gint64 enrolled_ms;
  GPtrArray *chain; /* of WwRecord: the account that the handle belongs to; empty: nobody's */
  gboolean joined;  /* the server holds our request to join */

  /* Starting over: see ww-enrolment-reset.c. */
  DexPromise *start_over; /* of who asked for it; nullable */
  WwStore *store;         /* holds all that the claim needs to go on after a restart */
  WwIdentity *identity;
  gint64 due_ms;     /* by the server's clock; 0 while it has not said */
  gboolean held;     /* the server has said so in this run */
  gboolean forget;   /* cancelled, not only closed: keys and store go */
  DexPromise *ended; /* resolved when the fiber has let go of everything */
  DexFuture *before; /* of the run before this one: its end is waited for; nullable */
  gboolean online;
} WwEnrolmentRun;

WwEnrolmentRun *ww_enrolment_run_new (WwEnrolment *enrolment, const char *handle, const char *name,
                                      const char *device_name, WwEnrolmentFlags flags);
WwEnrolmentRun *ww_enrolment_run_ref (WwEnrolmentRun *self);
void ww_enrolment_run_unref (WwEnrolmentRun *self);
void ww_enrolment_run_stop (WwEnrolmentRun *self);

/* For its fiber. A request that waits for the link and is sent again until it is answered; NULL with the refusal. */
WwReply *ww_enrolment_run_ask (WwEnrolmentRun *self, const Waxwing__Request *request,
                               Waxwing__Response__BodyCase expected, GError **error);
/* The next event; NULL without an error when the link came up anew; NULL with one when cancelled. */
WwReply *ww_enrolment_run_next (WwEnrolmentRun *self, GError **error);
/* Until the link came up anew, or the time is over; FALSE when cancelled. */
gboolean ww_enrolment_run_pause (WwEnrolmentRun *self, gint64 ms, GError **error);
/* Whoever waits looks again at how things stand. */
void ww_enrolment_run_look_again (WwEnrolmentRun *self);
WwRecord *ww_enrolment_run_newest (WwEnrolmentRun *self);

/* What the store keeps of a claim of this run. */
WwHeldClaim *ww_enrolment_run_dup_claim (WwEnrolmentRun *self);
/* The device as it will stand in the record. Two-step: `statement` must outlive it. */
GBytes *ww_enrolment_run_state_device (WwEnrolmentRun *self, const WwDeviceKeys *keys, const guint8 account_id[16],
                                       const guint8 account_key[65], guint8 signature[64], GError **error);

/* TRUE when the person has proven that the handle is theirs; `token` then says so. */
gboolean ww_enrolment_verify_handle (WwEnrolmentRun *self, GError **error);
/* The account's history, from what DevicePrepared brought to its end. */
gboolean ww_enrolment_take_chain (WwEnrolmentRun *self, WwReply *reply, GError **error);
gboolean ww_enrolment_follow_chain (WwEnrolmentRun *self, GError **error);

/* Each is one way to the end; FALSE with an error. */
gboolean ww_enrolment_create_account (WwEnrolmentRun *self, GError **error);
/* Also FALSE, without an error, when the person gave up waiting and wants to start over. */
gboolean ww_enrolment_join_account (WwEnrolmentRun *self, GError **error);
/* Keys and all that the claim needs into keyring and store, then as the next one. */
gboolean ww_enrolment_reset_account (WwEnrolmentRun *self, GError **error);
/* Asks for the reset, and again, until it is done or refused. */
gboolean ww_enrolment_claim (WwEnrolmentRun *self, GError **error);
/* Keys of an earlier attempt whose device is in the account: goes on with them. *adopted FALSE when there are none. */
gboolean ww_enrolment_adopt (WwEnrolmentRun *self, gboolean *adopted, GError **error);
/* Keys into the keyring, then records and settings into a new store. The store, or NULL. */
WwStore *ww_enrolment_store (WwEnrolmentRun *self, WwIdentity *identity, WwRecord *const *records, gsize n_records,
                             GError **error);
/* The account is there: the client goes on with it. `records` (of WwRecord, nullable) are what the store lacks of it. */
gboolean ww_enrolment_finish (WwEnrolmentRun *self, WwStore *store, WwIdentity *identity, GPtrArray *records,
                              GError **error);
/* Whether the record holds the identity's device with exactly these keys, under this account key. */
gboolean ww_enrolment_record_has_identity (const WwRecord *record, WwIdentity *identity);

/* The state, for the files of WwEnrolment only. */
struct _WwEnrolment
{
  GObject parent_instance;

  WwClient *client; /* not owned: it owns us */
  WwEnrolmentState state;
  GError *error;
  char *server;
  char *handle;
  gint64 resend_at_ms;
  gint64 expires_ms;
  gboolean further_device;
  char digits[7]; /* "" when there are none */
  char *device_id;
  GStrv verifies;
  WwProof proof;
  char *send_to;
  char *send_text;
  guint tries_left;
  gint64 held_until_ms;
  WwEnrolmentRun *run; /* nullable */
  DexFuture *ended;    /* of the last run: what comes next waits until that one has let go; nullable */
};

WwEnrolment *ww_enrolment_new (WwClient *client);
/* The client goes: what is under way ends. */
void ww_enrolment_release (WwEnrolment *self);
/* Ends what is under way, and keeps what goes on when the profile is opened again. Resolves when all is let go of. */
DexFuture *ww_enrolment_suspend (WwEnrolment *self);
/* For fibers. Goes on with the claim that the store holds. `online`: also over the network. FALSE when there is none, or
 * with an error. */
gboolean ww_enrolment_resume (WwEnrolment *self, WwStore *store, WwIdentity *identity, const char *server,
                              const char *name, const char *device_name, gboolean online, GError **error);
/* Takes `run` as the one that is under way, and starts its fiber; a future of its end. `run` is transfer full. */
DexFuture *ww_enrolment_begin (WwEnrolment *self, WwEnrolmentRun *run, gboolean online);
void ww_enrolment_set_state (WwEnrolment *self, WwEnrolmentState state, const GError *error);
void ww_enrolment_set_server (WwEnrolment *self, const char *server);
void ww_enrolment_set_handle (WwEnrolment *self, const char *handle);
void ww_enrolment_set_times (WwEnrolment *self, gint64 resend_at_ms, gint64 expires_ms);
void ww_enrolment_set_further_device (WwEnrolment *self, gboolean further_device);
void ww_enrolment_set_digits (WwEnrolment *self, const char *digits);
void ww_enrolment_set_device_id (WwEnrolment *self, const char *device_id);
void ww_enrolment_set_verifies (WwEnrolment *self, const char *const *verifies);
void ww_enrolment_set_proof (WwEnrolment *self, WwProof proof);
/* What is to be sent where; NULL or "": nothing. */
void ww_enrolment_set_message (WwEnrolment *self, const char *send_to, const char *send_text);
void ww_enrolment_set_tries_left (WwEnrolment *self, guint tries_left);
void ww_enrolment_set_held_until (WwEnrolment *self, gint64 held_until_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwEnrolmentRun, ww_enrolment_run_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwHeldClaim, ww_held_claim_free)

G_END_DECLS
