/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-message.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * `pool`: id → WwMessage, unowned, so that one message is one object however it was reached. The message takes itself out
 * when it goes. Made by ww_conversation_list_take_message() only, which has the names. `list` is not owned.
 */
WwMessage *ww_message_new (WwConversationList *list, const WwMessageRow *row, const char *sender_handle,
                           const char *sender_name, GHashTable *pool);
/* As the store has it now: wording, kind, quote, tapbacks; not the state. What is older than what is shown changes nothing. */
void ww_message_update (WwMessage *self, const WwMessageRow *row);
/* What happened to a group is told with the names that people have now. */
void ww_message_tell_anew (WwMessage *self);
/* The message that this one answers is now as `row` says. */
void ww_message_set_quoted (WwMessage *self, const WwMessageRow *row, const char *sender_name);
/* Serialised; NULL unless what is shown needs it. Transfer none. */
GBytes *ww_message_get_payload (WwMessage *self);
WwConversationList *ww_message_get_list (WwMessage *self); /* nullable */
/* Notifies what changed. TRUE when something did. */
gboolean ww_message_set_state (WwMessage *self, WwMessageState state, guint suite, const char *error);
const guint8 *ww_message_get_id_bytes (WwMessage *self);

G_END_DECLS
