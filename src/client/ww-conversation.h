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

/* The messages. Loads the first page on first use; the same object while anyone holds it. Transfer full. */
WwMessageList *ww_conversation_dup_messages (WwConversation *self);

/* Stores the message and puts it into the outbox; resolves to the WwMessage as soon as that is committed, whatever the
 * network does. Rejects empty or over-long text with WW_ERROR_INVALID_ARGUMENT. */
DexFuture *ww_conversation_send_text (WwConversation *self, const char *text);
DexFuture *ww_conversation_retry (WwConversation *self, WwMessage *failed);
/* Marks all up to its newest message as read, tells the account's other devices. Resolves to TRUE. */
DexFuture *ww_conversation_mark_read (WwConversation *self);
DexFuture *ww_conversation_set_draft (WwConversation *self, const char *draft);

G_END_DECLS
