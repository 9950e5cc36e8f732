/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation.h"
#include "ww-directory.h"
#include "ww-keyring.h"
#include "ww-message.h"
#include "ww-store-messages.h"
#include "ww-store-standing.h"
#include "ww-store.h"

G_BEGIN_DECLS

typedef struct _WwUploads WwUploads;
typedef struct _WwTransfers WwTransfers;

/*
 * The GListModel of WwConversation behind ww_client_get_conversations(): those with accepted people, newest first. It knows
 * the requests and the blocked ones too, and shows them in lists of their own. One object for the client's life,
 * empty until it has loaded. Lives on the client's thread. The _apply_ functions are called there after the
 * commit of what they are told, so that models and store agree; they may come in any order.
 *
 * What conversations write themselves (sending, reading, drafts) they write into the store, with the rows of the outbox,
 * in one transaction, and apply themselves. The signal "outbox-changed" then wakes the engine's outbox.
 *
 * Signals: "message-added" (WwConversation *, WwMessage *), "message-changed" (WwMessage *), "outbox-changed" ()
 */
#define WW_TYPE_CONVERSATION_LIST (ww_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (WwConversationList, ww_conversation_list, WW, CONVERSATION_LIST, GObject)

WwConversationList *ww_conversation_list_new (void);

/* Who this device is: names and handle of outgoing messages. Before _load(), and again when they change. */
void ww_conversation_list_set_self (WwConversationList *self, const guint8 account[16], const guint8 device[16],
                                    const char *name, const char *handle);
/* Reads all conversations with their last messages (not their pages). Resolves to TRUE. */
DexFuture *ww_conversation_list_load (WwConversationList *self, WwStore *store);
/* Empties the list and lets the store go; what conversations are asked afterwards is rejected. */
void ww_conversation_list_clear (WwConversationList *self);

/* What it takes to change groups: who signs, and who finds people. Until _clear(). */
void ww_conversation_list_set_parts (WwConversationList *self, WwIdentity *identity, WwDirectory *directory);
WwIdentity *ww_conversation_list_get_identity (WwConversationList *self);   /* nullable */
WwDirectory *ww_conversation_list_get_directory (WwConversationList *self); /* nullable */

WwStore *ww_conversation_list_get_store (WwConversationList *self);        /* nullable */
const guint8 *ww_conversation_list_get_account (WwConversationList *self); /* 16 */
const guint8 *ww_conversation_list_get_device (WwConversationList *self);  /* 16 */
const char *ww_conversation_list_get_handle (WwConversationList *self);

/* What carries the files of messages; nullable, transfer none. */
void ww_conversation_list_set_uploads (WwConversationList *self, WwUploads *uploads);
WwUploads *ww_conversation_list_get_uploads (WwConversationList *self);
WwTransfers *ww_conversation_list_get_transfers (WwConversationList *self);

/* Those of one standing, newest first; transfer none. */
GListModel *ww_conversation_list_get_shelf (WwConversationList *self, WwStanding standing);
/* What is known of a person with whom there is a conversation; nullable, transfer none. */
const WwContactRow *ww_conversation_list_get_contact (WwConversationList *self, const guint8 account[16]);

/* By id in hex; nullable, transfer none. */
WwConversation *ww_conversation_list_find (WwConversationList *self, const char *id);
/* By any of the other person's handles, normalised; nullable, transfer none. */
WwConversation *ww_conversation_list_find_by_handle (WwConversationList *self, const char *handle);
WwConversation *ww_conversation_list_find_by_peer (WwConversationList *self, const guint8 account[16]);
/* The message with that id if anyone holds it; nullable, transfer full. */
WwMessage *ww_conversation_list_find_message (WwConversationList *self, const char *id);
/* The one object of that row, made if need be: for rows read from the store. Transfer full. */
WwMessage *ww_conversation_list_take_message (WwConversationList *self, const WwMessageRow *row);

/* How somebody is called, the own account included: never empty. Transfer full. */
char *ww_conversation_list_dup_name (WwConversationList *self, const guint8 account[16]);
/* The same, and the handle; *handle is transfer none and may be NULL. */
char *ww_conversation_list_dup_sender (WwConversationList *self, const guint8 account[16], const char **handle);

/* After ww_store_create_conversation(). Transfer none. */
WwConversation *ww_conversation_list_apply_conversation (WwConversationList *self, const WwConversationRow *row);
/* After ww_store_insert_message() said WW_INSERTED, or ww_store_insert_outgoing(). Makes the conversation if need be. Call
 * _apply_contact() for a new person first. Emits "message-added". Transfer full. */
WwMessage *ww_conversation_list_apply_message (WwConversationList *self, const WwMessageRow *row,
                                               const guint8 peer[16]);
/* After ww_store_set_message_state() said changed. Emits "message-changed" when somebody holds the message. */
void ww_conversation_list_apply_state (WwConversationList *self, const guint8 id[16], WwMessageState state, guint suite,
                                       const char *error);
/* After ww_store_apply_read_state() or ww_store_mark_read(). */
void ww_conversation_list_apply_read (WwConversationList *self, const WwReadChange *change);
/* After a group has changed. */
void ww_conversation_list_apply_group (WwConversationList *self, const WwGroupRow *group);
/* After ww_store_amend(): the message as it is now. Emits "message-changed" when somebody holds the message. */
void ww_conversation_list_apply_changed (WwConversationList *self, const WwMessageRow *row);
/* After ww_store_delete_messages(); then _apply_settled() for the conversations. */
void ww_conversation_list_apply_deleted (WwConversationList *self, const guint8 id[16]);
/* The conversation as it is now: settings, last message, unread messages. Unknown ones stay unknown. */
void ww_conversation_list_apply_settled (WwConversationList *self, const WwConversationRow *row);
/* The same, after ww_store_take_archive(): it may be new, and older messages than those shown may have come. */
void ww_conversation_list_apply_deepened (WwConversationList *self, const WwConversationRow *row);
/* Somebody of the conversation writes, or has stopped. */
void ww_conversation_list_apply_typing (WwConversationList *self, const guint8 conversation[16],
                                        const guint8 account[16], gboolean active);
/* For conversations: emits "typing" (WwConversation *, gboolean). */
void ww_conversation_list_tell_typing (WwConversationList *self, WwConversation *conversation, gboolean active);
/* After any of ww_store_set_contact*(). */
void ww_conversation_list_apply_contact (WwConversationList *self, const WwContactRow *contact);
/* After ww_store_decide() or ww_store_apply_contact_state(). */
void ww_conversation_list_apply_decided (WwConversationList *self, const WwDecided *decided);
/* After ww_store_decide() has erased the messages. */
void ww_conversation_list_apply_erased (WwConversationList *self, const WwDecided *decided);
/* For conversations, when they wrote into the outbox. */
void ww_conversation_list_outbox_changed (WwConversationList *self);

G_END_DECLS
