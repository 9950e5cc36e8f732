/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-enrolment.h"
#include "ww-keyring.h"
#include "ww-link.h"
#include "ww-record.h"
#include "ww-store-records.h"
#include "ww-store.h"

G_BEGIN_DECLS

/* One attempt, from ww_enrolment_start() to its end. Its fiber holds it; cancelling rejects `closing`. */
typedef struct
{
  WwEnrolment *enrolment; /* owned */
  DexPromise *closing;
  char *handle;
  char *name;
  char *device_name;

  WwLink *link;        /* anonymous */
  GQueue events;       /* of WwReply */
  gboolean watch;      /* the link came up: what we missed is to be asked for */
  DexPromise *changed; /* of who waits for an event; nullable */

  guint8 token[32];
  WwDeviceKeys *keys;
  guint8 device_id[16];
  guint8 push_address[32];
  gint64 enrolled_ms;
  GPtrArray *chain; /* of WwRecord: the account that the handle belongs to; empty: nobody's */
  gboolean joined;  /* the server holds our request to join */
} WwEnrolmentRun;

WwEnrolmentRun *ww_enrolment_run_new (WwEnrolment *enrolment, const char *handle, const char *name,
                                      const char *device_name);
WwEnrolmentRun *ww_enrolment_run_ref (WwEnrolmentRun *self);
void ww_enrolment_run_unref (WwEnrolmentRun *self);
void ww_enrolment_run_stop (WwEnrolmentRun *self);

/* For its fiber. A request that waits for the link and is sent again until it is answered; NULL with the refusal. */
WwReply *ww_enrolment_run_ask (WwEnrolmentRun *self, const Waxwing__Request *request,
                               Waxwing__Response__BodyCase expected, GError **error);
/* The next event; NULL without an error when the link came up anew; NULL with one when cancelled. */
WwReply *ww_enrolment_run_next (WwEnrolmentRun *self, GError **error);
WwRecord *ww_enrolment_run_newest (WwEnrolmentRun *self);

/* The device as it will stand in the record. Two-step: `statement` must outlive it. */
GBytes *ww_enrolment_run_state_device (WwEnrolmentRun *self, const guint8 account_id[16], const guint8 account_key[65],
                                       guint8 signature[64], GError **error);

/* Each is one way to the end; FALSE with an error. */
gboolean ww_enrolment_create_account (WwEnrolmentRun *self, GError **error);
gboolean ww_enrolment_join_account (WwEnrolmentRun *self, GError **error);
/* Keys of an earlier attempt whose device is in the account: goes on with them. *adopted FALSE when there are none. */
gboolean ww_enrolment_adopt (WwEnrolmentRun *self, gboolean *adopted, GError **error);
/* Keys into the keyring, then records and settings into a new store. The store, or NULL. */
WwStore *ww_enrolment_store (WwEnrolmentRun *self, WwIdentity *identity, WwRecord *const *records, gsize n_records,
                             GError **error);
/* The account is there: the client goes on with it. */
gboolean ww_enrolment_finish (WwEnrolmentRun *self, WwStore *store, WwIdentity *identity, GError **error);

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
  WwEnrolmentRun *run; /* nullable */
};

WwEnrolment *ww_enrolment_new (WwClient *client);
/* The client goes: what is under way ends. */
void ww_enrolment_release (WwEnrolment *self);
void ww_enrolment_set_state (WwEnrolment *self, WwEnrolmentState state, const GError *error);
void ww_enrolment_set_server (WwEnrolment *self, const char *server);
void ww_enrolment_set_handle (WwEnrolment *self, const char *handle);
void ww_enrolment_set_times (WwEnrolment *self, gint64 resend_at_ms, gint64 expires_ms);
void ww_enrolment_set_further_device (WwEnrolment *self, gboolean further_device);
void ww_enrolment_set_digits (WwEnrolment *self, const char *digits);
void ww_enrolment_set_device_id (WwEnrolment *self, const char *device_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwEnrolmentRun, ww_enrolment_run_unref)

G_END_DECLS
