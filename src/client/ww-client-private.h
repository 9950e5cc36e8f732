/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-account.h"
#include "ww-additions.h"
#include "ww-approver.h"
#include "ww-client.h"
#include "ww-conversation-list.h"
#include "ww-directory.h"
#include "ww-handover.h"
#include "ww-inbox.h"
#include "ww-keyring.h"
#include "ww-link.h"
#include "ww-outbox.h"
#include "ww-profile.h"
#include "ww-search-keeper.h"
#include "ww-store-archive.h"
#include "ww-store.h"
#include "ww-transients.h"
#include "ww-uploads.h"

G_BEGIN_DECLS

/* What holds for the whole account, on all its devices: docs/protocol.md, "Settings". */
typedef struct
{
  gboolean send_receipts;
  gboolean send_typing;
  gboolean make_previews;
} WwPreferences;

/* The state, for the files of WwClient only. Everything lives on the thread that made the client. */
struct _WwClient
{
  GObject parent_instance;

  char *profile;
  WwClientState state;
  WwConnectionState connection;
  gint64 connection_since_ms;
  GError *connection_error;
  GError *error;
  char *server;
  char *account_id;
  char *device_id;
  char *device_name;
  char *name;
  GStrv handles;
  guint64 record_sequence;

  WwConversationList *conversations;
  GListStore *devices;
  GListStore *pending_devices;
  GListStore *alerts;
  GListStore *additions_list;
  GStrv verifies;
  WwEnrolment *enrolment;

  WwClientOpenFlags flags;
  DexPromise *opening; /* while ww_client_open() is at work; nullable */
  GPtrArray *waiters;  /* see ww-client-waits.c */
  WwProfile *profile_lock;
  WwKeyring *keyring;

  /* From READY on; all end with ww_client_stop(). Who comes later may use who comes earlier. */
  WwStore *store;
  WwIdentity *identity;
  WwLink *link;
  WwDirectory *directory;
  WwAccount *account;
  WwApprover *approver;
  WwAdditions *additions;
  WwUploads *uploads;
  WwOutbox *outbox;
  WwInbox *inbox;
  WwHandover *handover;
  WwSearchKeeper *keeper;
  WwTransients *transients;
  DexFuture *work; /* what the server's events set going; nullable */
  guint n_events;  /* that are being looked into */
  gboolean drained;
  WwPreferences preferences;
  gboolean leaving; /* this device is on its way out of the account by itself */
};

static inline void
ww_client_free_store_key (WwStoreKey *key)
{
  g_boxed_free (WW_TYPE_STORE_KEY, key);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwStoreKey, ww_client_free_store_key)

/* Keys of the store's single values. */
#define WW_META_ENROLLED    "enrolled" /* 1 once this device belongs to the account */
#define WW_META_SERVER      "server"
#define WW_META_NAME        "name" /* what others see */
#define WW_META_DEVICE_NAME "device-name"

void ww_client_set_state (WwClient *self, WwClientState state, const GError *error);
void ww_client_set_connection (WwClient *self, WwConnectionState connection, const GError *error);
/* Who this is; NULL, "" and 0 when nobody. */
void ww_client_set_self (WwClient *self, const char *server, const char *name, const char *device_name);
void ww_client_set_record (WwClient *self, WwRecord *record);
void ww_client_set_verifies (WwClient *self, const char *const *verifies);
void ww_client_emit_alert_added (WwClient *self, WwAlert *alert);
void ww_client_emit_pending_device_added (WwClient *self, WwPendingDevice *device);

/* ww-client-open.c. The account is there, store and keys with it: fills the lists, READY, brings the link up. */
DexFuture *ww_client_start (WwClient *self, WwStore *store, WwIdentity *identity);
/* Lets go of everything that READY brought, and closes the store. Resolves to TRUE. */
DexFuture *ww_client_stop (WwClient *self);
/* Removes the files of a store that never came to be enrolled. Resolves to TRUE. */
DexFuture *ww_client_discard_store (WwClient *self);

/* ww-client-events.c */
void ww_client_connect_parts (WwClient *self);
void ww_client_disconnect_parts (WwClient *self);

/* ww-client-alerts.c, ww-client-devices.c */
void ww_client_show_alert (WwClient *self, const WwAlertRow *row);
/* For fibers. Stores an alert of this device's own and shows it, once, however often it is told. Takes the row. */
gboolean ww_client_tell (WwClient *self, WwAlertRow *row, gboolean claim);
/* A lie that was caught: once for each handle and kind of lie, so that telling many of them fills nothing. */
void ww_client_tell_problem (WwClient *self, const char *kind, const char *handle, WwError code);
/* What an alert derives from; `kind` tells sources of one sort from those of another. `id` and `text` are nullable. */
GBytes *ww_client_alert_source (const char *kind, const guint8 *id, gsize id_len, const char *text);
/* The server spoke of a record after this one, and does not show it. */
void ww_client_tell_withheld (WwClient *self, WwRecord *record);
void ww_client_show_record (WwClient *self, WwRecord *record);

/* ww-client.c: notifies what is another now. ww-client-settings.c: reads them from the store; for fibers. */
void ww_client_set_preferences (WwClient *self, const WwPreferences *preferences);
gboolean ww_client_load_preferences (WwClient *self, GError **error);
/* Another own device set something. */
void ww_client_refresh_preferences (WwClient *self);
/* The person writes, or has stopped: those who may know hear of it. */
void ww_client_tell_typing (WwClient *self, WwConversation *conversation, gboolean active);

/* ww-client-backup.c: what an archive brought into the store. */
void ww_client_show_archive (WwClient *self, const WwArchiveTaken *taken);

/* ww-client-welcome.c: sends what was promised to devices that the record lists now. */
void ww_client_welcome (WwClient *self, WwRecord *record);

/* ww-client-people.c */
void ww_client_show_finding (WwClient *self, const WwFindingResult *result);

/* ww-client-claims.c. FALSE for events that are about something else. */
gboolean ww_client_take_claim (WwClient *self, WwReply *reply);
/* What the fiber of ww_client_spawn_event() gets. */
typedef struct
{
  WwClient *client;
  WwReply *reply; /* of the event */
} WwEventTask;
void ww_client_spawn_event (WwClient *self, WwReply *reply, DexFiberFunc fiber);
/* ww-client-moved.c. Whether our own record lists the handle; for fibers, asks for what is newer before it says no. */
void ww_client_take_moved (WwClient *self, WwReply *reply);
gboolean ww_client_owns_handle (WwClient *self, const char *handle);

/* ww-client-leave.c. The account's record does not list this device: REMOVED, or all is forgotten when it says so. */
void ww_client_take_removal (WwClient *self);
/* For the fiber that opens: the same, before there is a link. */
gboolean ww_client_open_removed (WwClient *self, GError **error);
/* For the fiber that opens: goes on with a wipe that was begun. *wiped: there was one; the state says the rest. */
gboolean ww_client_resume_wipe (WwClient *self, gboolean *wiped, GError **error);
/* Why nobody is enrolled here, when another device is the cause; nullable. */
GError *ww_client_dup_farewell (WwClient *self);

/* ww-client-waits.c. To be called whenever state or connection changed. */
void ww_client_check_waiters (WwClient *self);
void ww_client_waiter_free (gpointer waiter);
/* Whoever waits until everything has arrived waits for `work` too. Returns it. */
DexFuture *ww_client_add_work (WwClient *self, DexFuture *work);

G_END_DECLS
