/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-alert.h"
#include "ww-card.h"
#include "ww-client-history.h"
#include "ww-contact.h"
#include "ww-conversation.h"
#include "ww-device.h"
#include "ww-enrolment.h"
#include "ww-error.h"
#include "ww-group.h"
#include "ww-handle-addition.h"
#include "ww-handle-text.h"
#include "ww-member.h"
#include "ww-link-fetch.h"
#include "ww-message-attachment.h"
#include "ww-message-list.h"
#include "ww-message-media.h"
#include "ww-message.h"
#include "ww-outgoing.h"
#include "ww-pending-device.h"
#include "ww-search.h"

G_BEGIN_DECLS

typedef enum
{
  WW_CLIENT_STATE_CLOSED,
  WW_CLIENT_STATE_OPENING,
  WW_CLIENT_STATE_LOCKED, /* the keyring is locked: no text is shown; ww_client_unlock() or an unlock elsewhere goes on */
  WW_CLIENT_STATE_NOT_ENROLLED,
  WW_CLIENT_STATE_READY,   /* store open, lists filled; the link may be up or not */
  WW_CLIENT_STATE_REMOVED, /* another device removed this one from the account */
  WW_CLIENT_STATE_FAILED,  /* see "error" */
} WwClientState;
#define WW_TYPE_CLIENT_STATE (ww_client_state_get_type ())
GType ww_client_state_get_type (void);

typedef enum
{
  WW_CONNECTION_STATE_OFFLINE,
  WW_CONNECTION_STATE_CONNECTING,
  WW_CONNECTION_STATE_DRAINING, /* connected, what waited is arriving */
  WW_CONNECTION_STATE_ONLINE,
} WwConnectionState;
#define WW_TYPE_CONNECTION_STATE (ww_connection_state_get_type ())
GType ww_connection_state_get_type (void);

#define WW_TYPE_CLIENT (ww_client_get_type ())
G_DECLARE_FINAL_TYPE (WwClient, ww_client, WW, CLIENT, GObject)

/* First thing in main(), before any other thread. */
void ww_client_prepare_process (void);

/* `profile`: a name ("default", "work") below $XDG_DATA_HOME/waxwing/, or a path with a slash; NULL is "default". */
WwClient *ww_client_new (const char *profile);

/* Properties of the same names, all notify. All on the thread that made the client (its main context). */
WwClientState ww_client_get_state (WwClient *self);
WwConnectionState ww_client_get_connection (WwClient *self);
gint64 ww_client_get_connection_since_ms (WwClient *self);
const GError *ww_client_get_connection_error (
    WwClient *self); /* why it is OFFLINE, or why what arrives can't be stored; nullable */
/* Of LOCKED and FAILED; in REMOVED, and in NOT_ENROLLED after another device had everything forgotten here: why. */
const GError *ww_client_get_error (WwClient *self);
const char *ww_client_get_server (WwClient *self); /* URL; NULL before enrolment */
const char *ww_client_get_account_id (WwClient *self);
const char *ww_client_get_device_id (WwClient *self);
const char *ww_client_get_device_name (WwClient *self);
const char *ww_client_get_name (WwClient *self); /* what others see */
const char *const *ww_client_get_handles (WwClient *self);
guint64 ww_client_get_record_sequence (WwClient *self);

/* For the whole account, on all its devices. Each setter resolves to TRUE when it is stored. TRUE unless the person says
 * otherwise. */
gboolean ww_client_get_send_receipts (WwClient *self); /* whether others see what was read; a conversation can differ */
gboolean ww_client_get_send_typing (WwClient *self);   /* whether others see that the person writes */
gboolean ww_client_get_make_previews (WwClient *self); /* whether links that are sent get a preview */
DexFuture *ww_client_set_send_receipts (WwClient *self, gboolean send);
DexFuture *ww_client_set_send_typing (WwClient *self, gboolean send);
DexFuture *ww_client_set_make_previews (WwClient *self, gboolean make);

/* The same objects for the client's life; empty until READY. */
GListModel *ww_client_get_conversations (WwClient *self);   /* of WwConversation, newest first: with accepted people */
GListModel *ww_client_get_requests (WwClient *self);        /* of WwConversation, newest first: strangers who wrote */
GListModel *ww_client_get_blocked (WwClient *self);         /* of WwConversation: with blocked people */
GListModel *ww_client_get_additions (WwClient *self);       /* of WwHandleAddition that are not DONE */
GListModel *ww_client_get_devices (WwClient *self);         /* of WwDevice, this one first */
GListModel *ww_client_get_pending_devices (WwClient *self); /* of WwPendingDevice */
GListModel *ww_client_get_alerts (WwClient *self);          /* of WwAlert, newest first, at most the last 200 */
WwEnrolment *ww_client_get_enrolment (WwClient *self);      /* transfer none */

/*
 * Opens profile, keyring and store, fills the lists, then brings the link up in the background. Resolves to TRUE when
 * the state is READY or NOT_ENROLLED; rejects with WW_ERROR_KEYRING_LOCKED (state LOCKED), … (state FAILED). Without
 * WW_CLIENT_OPEN_OFFLINE it also connects. With WW_CLIENT_OPEN_PROMPT a locked keyring asks the person at once.
 */
typedef enum
{
  WW_CLIENT_OPEN_DEFAULT = 0,
  WW_CLIENT_OPEN_OFFLINE = 1 << 0, /* local only: no link */
  WW_CLIENT_OPEN_PROMPT = 1 << 1,
} WwClientOpenFlags;
DexFuture *ww_client_open (WwClient *self, WwClientOpenFlags flags);
DexFuture *ww_client_unlock (WwClient *self); /* asks the keyring to prompt; resolves as open does */
DexFuture *ww_client_close (WwClient *self);  /* commits, disconnects; resolves to TRUE */

DexFuture *ww_client_wait_online (WwClient *self, gint timeout_ms);  /* TRUE, or OFFLINE / TIMED_OUT */
DexFuture *ww_client_wait_drained (WwClient *self, gint timeout_ms); /* all that waited on the server is here */
DexFuture *ww_client_flush (WwClient *self, gint timeout_ms);        /* nothing more can go out now */

/* Resolves to a WwContact; verifies signatures and chain, remembers what it saw. */
DexFuture *ww_client_look_up (WwClient *self, const char *handle);
/* Resolves to the WwConversation with that person, made if need be. Needs the network only for a person never seen. */
DexFuture *ww_client_start_conversation (WwClient *self, const char *handle);
WwConversation *ww_client_find_conversation (WwClient *self, const char *id_or_handle); /* nullable, transfer full */
/* Resolves to a GListModel of WwMessage, oldest first: up to `limit` before the message `before` (hex id; NULL: the newest). */
DexFuture *ww_client_list_messages (WwClient *self, const char *conversation_id, guint limit, const char *before);
/* Resolves to the WwMessage of that id; WW_ERROR_INVALID_ARGUMENT when it is not on this device. */
DexFuture *ww_client_load_message (WwClient *self, const char *message_id);
/* Whether the server takes files, and of how many bytes: each message can have up to 32 of them. */
gboolean ww_client_get_file_limit (WwClient *self, guint64 *limit);
DexFuture *ww_client_wait_message_state (WwClient *self, const char *message_id, WwMessageState state, gint timeout_ms);

/* Resolves to TRUE when the record without the device is published. Not for this device itself. With `wipe` the record
 * says that the device shall forget its keys and messages at once; without, its person is asked. */
DexFuture *ww_client_remove_device (WwClient *self, const char *device_id, gboolean wipe);
DexFuture *ww_client_rename_device (WwClient *self, const char *device_id, const char *name);
/* Asks the server when each device was last connected; sets it in the WwDevices. */
DexFuture *ww_client_refresh_activity (WwClient *self);
/* Leaves the account from this device, then ww_client_wipe(). The last device of an account leaves it without any: only
 * starting over leads back. Resolves to TRUE; state NOT_ENROLLED. */
DexFuture *ww_client_sign_out (WwClient *self);
/* Forgets keys and messages on this device. In READY only through ww_client_sign_out(). State NOT_ENROLLED. */
DexFuture *ww_client_wipe (WwClient *self);

/* Resolves to a WwHandleAddition as soon as the server has sent the mail or message (or said where to send one). The same
 * one, sent again, while one is under way. `flags` as for ww_enrolment_start(). */
DexFuture *ww_client_add_handle (WwClient *self, const char *handle, WwEnrolmentFlags flags);
DexFuture *ww_client_remove_handle (WwClient *self, const char *handle);    /* not the last one: WW_ERROR_LAST_HANDLE */
DexFuture *ww_client_set_first_handle (WwClient *self, const char *handle); /* the one that people see first */
/* What this server can verify, as ww_enrolment_get_verifies(); empty while never connected. */
const char *const *ww_client_get_verifies (WwClient *self);
/* Of an alert with "can-refuse". Resolves to TRUE when the server has dropped the claim. */
DexFuture *ww_client_refuse_claim (WwClient *self, WwAlert *alert);
/* What a QR code or a "waxwing:verify?number=…" link says against the safety numbers of the people this account knows.
 * Resolves to the WwConversation whose number it is, or WW_ERROR_NO_SUCH_PERSON. Changes nothing. */
DexFuture *ww_client_find_safety_number (WwClient *self, const char *number);
/* What own devices have of earlier times, on its way from one to another. A device that was just approved gets it by itself.
 * Resolve to a GPtrArray of WwHistoryEntry; to TRUE. */
DexFuture *ww_client_load_history (WwClient *self);
DexFuture *ww_client_ask_for_history (WwClient *self);
DexFuture *ww_client_offer_history (WwClient *self, const char *device_id);

/* A backup: an encrypted file with everything that is here but the bytes of attachments. Resolves to how many messages are in
 * it (guint64); WW_ERROR_INVALID_ARGUMENT when the file cannot be made, or is there, or the passphrase is too short. */
#define WW_MIN_PASSPHRASE 8
DexFuture *ww_client_export (WwClient *self, const char *path, const char *passphrase);
/* Takes what is not here out of a backup of this account. Resolves to how many messages are new (guint64). */
DexFuture *ww_client_import (WwClient *self, const char *path, const char *passphrase);

DexFuture *ww_client_mark_alert_seen (WwClient *self, WwAlert *alert);
DexFuture *ww_client_mark_alert_notified (WwClient *self, WwAlert *alert);

/*
 * Signals:
 *   "message-added" (WwConversation *, WwMessage *): stored, incoming or outgoing, from any device
 *   "message-changed" (WwMessage *): state, words, tapbacks; of messages that somebody holds
 *   "message-amended" (WwMessage *, WwMessageChange, const char *account): before that, of all messages
 *   "alert-added" (WwAlert *)
 *   "pending-device-added" (WwPendingDevice *)
 *   "history-changed" (): what ww_client_load_history() would say
 */

G_END_DECLS
