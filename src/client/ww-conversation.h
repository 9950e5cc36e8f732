/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

#define WW_TYPE_CONVERSATION (ww_conversation_get_type ())
G_DECLARE_FINAL_TYPE (WwConversation, ww_conversation, WW, CONVERSATION, GObject)

/* Properties of the same names, all notify. */
const char *ww_conversation_get_id (WwConversation *self);     /* 32 hex digits */
const char *ww_conversation_get_title (WwConversation *self);  /* the name for people, never empty */
const char *ww_conversation_get_handle (WwConversation *self); /* the other person's first handle */
/* One line of the last message, "" when there is none. */
const char *ww_conversation_get_preview (WwConversation *self);
gboolean ww_conversation_get_preview_outgoing (WwConversation *self);
WwMessage *ww_conversation_get_last_message (WwConversation *self); /* nullable, transfer none */
gint64 ww_conversation_get_last_ms (WwConversation *self);          /* position of the last message, or creation */
guint ww_conversation_get_unread (WwConversation *self);
const char *ww_conversation_get_draft (WwConversation *self); /* "" when there is none */
gboolean ww_conversation_get_weak (WwConversation *self);     /* the other side can only do suite 1 */
/* A sentence when the directory showed something refused; NULL else. */
const char *ww_conversation_get_problem (WwConversation *self);
const char *ww_conversation_get_self_handle (WwConversation *self);
const char *const *ww_conversation_get_handles (WwConversation *self); /* all of the person's, the first one first */

typedef enum
{
  WW_RECEIPTS_DEFAULT, /* as the account does it */
  WW_RECEIPTS_ON,
  WW_RECEIPTS_OFF,
} WwReceipts;
#define WW_TYPE_RECEIPTS (ww_receipts_get_type ())
GType ww_receipts_get_type (void);

gint64 ww_conversation_get_muted_until_ms (WwConversation *self); /* 0: not muted; G_MAXINT64: for good */
gboolean ww_conversation_get_muted (WwConversation *self);        /* now; notifies when the time is over, too */
gboolean ww_conversation_get_pinned (WwConversation *self);
WwReceipts ww_conversation_get_receipts (WwConversation *self);
const char *const *ww_conversation_get_typing (
    WwConversation *self); /* names of those who are writing; empty: nobody */
/* Of the last message that this account has read, on whichever device: what comes later is new. Position, not time. */
gint64 ww_conversation_get_read_position (WwConversation *self);
/* Each resolves to TRUE when it is stored; the account's other devices hear of it. */
DexFuture *ww_conversation_set_muted_until (WwConversation *self, gint64 until_ms);
DexFuture *ww_conversation_set_pinned (WwConversation *self, gboolean pinned);
DexFuture *ww_conversation_set_receipts (WwConversation *self, WwReceipts receipts);
/* The person is writing, or has stopped. To be called at every key: it tells the others rarely, and ends by itself. */
void ww_conversation_set_typing (WwConversation *self, gboolean active);

typedef enum
{
  WW_STANDING_REQUEST = 1, /* a stranger wrote; the person has not decided: text only, no receipts, nothing loaded */
  WW_STANDING_ACCEPTED,
  WW_STANDING_BLOCKED, /* what they write is dropped */
} WwStanding;
#define WW_TYPE_STANDING (ww_standing_get_type ())
GType ww_standing_get_type (void);

typedef enum
{
  WW_TRUST_UNVERIFIED,
  WW_TRUST_VERIFIED,         /* the safety number was compared */
  WW_TRUST_CHANGED,          /* another account key than before: nothing goes out until the person decides */
  WW_TRUST_VERIFIED_CHANGED, /* the same, of a person who was verified */
} WwTrust;
#define WW_TYPE_TRUST (ww_trust_get_type ())
GType ww_trust_get_type (void);

WwStanding ww_conversation_get_standing (WwConversation *self);
WwTrust ww_conversation_get_trust (WwConversation *self);
/* Each resolves to TRUE when it is stored; the account's other devices hear of it. */
DexFuture *ww_conversation_accept (WwConversation *self);
DexFuture *ww_conversation_block (WwConversation *self);
DexFuture *ww_conversation_unblock (WwConversation *self);
DexFuture *ww_conversation_delete (WwConversation *self); /* the messages too; a later message makes it anew */
/* CHANGED: writes to the new identity from now on ("Send Anyway"); what waited goes out. */
DexFuture *ww_conversation_accept_identity (WwConversation *self);
/* Of the number that the person compared, as ww_conversation_load_safety_number() gave it: refused with
 * WW_ERROR_IDENTITY_CHANGED when it is another one meanwhile. NULL: takes the mark away. */
DexFuture *ww_conversation_mark_verified (WwConversation *self, const char *number);
/* Resolves to 60 digits without spaces. The same on both sides; another one after either account was started over. */
DexFuture *ww_conversation_load_safety_number (WwConversation *self);

/* The messages. Loads the first page on first use; the same object while anyone holds it. Transfer full. */
WwMessageList *ww_conversation_dup_messages (WwConversation *self);

/* Stores the message and puts it into the outbox; resolves to the WwMessage as soon as that is committed, whatever the
 * network does. Rejects empty or over-long text with WW_ERROR_INVALID_ARGUMENT. */
DexFuture *ww_conversation_send_text (WwConversation *self, const char *text);
/* The same for whatever WwOutgoing holds. It is used up. */
DexFuture *ww_conversation_send (WwConversation *self, WwOutgoing *outgoing);
/* Each resolves to TRUE when it is stored here and on its way; the account's other devices hear of it. WW_ERROR_INVALID_ARGUMENT
 * for what ww_message_can_…() denies. */
DexFuture *ww_conversation_tap_back (WwConversation *self, WwMessage *message,
                                     const char *emoji); /* NULL: takes it away */
DexFuture *ww_conversation_edit (WwConversation *self, WwMessage *message, const char *text);
DexFuture *ww_conversation_unsend (WwConversation *self, WwMessage *message);
/* On all devices of this account, and nobody else's. `messages`: of WwMessage. */
DexFuture *ww_conversation_delete_messages (WwConversation *self, GPtrArray *messages);
DexFuture *ww_conversation_retry (WwConversation *self, WwMessage *failed);
/* Marks all up to its newest message as read, tells the account's other devices. Resolves to TRUE. */
DexFuture *ww_conversation_mark_read (WwConversation *self);
DexFuture *ww_conversation_set_draft (WwConversation *self, const char *draft);

G_END_DECLS
