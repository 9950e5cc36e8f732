/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-conversation.h"
#include "ww-group.h"
#include "ww-group-row.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/* For WwConversationList and WwMessageList. `list` is not owned: it lets its conversations go with _detach(). */
WwConversation *ww_conversation_new (WwConversationList *list, const WwConversationRow *row);
void ww_conversation_detach (WwConversation *self);
WwConversationList *ww_conversation_get_list (WwConversation *self); /* nullable */

const guint8 *ww_conversation_get_id_bytes (WwConversation *self);
const guint8 *ww_conversation_get_peer (WwConversation *self);

void ww_conversation_set_contact (WwConversation *self, const WwContactRow *contact);
/* Of a group: as it is in the store. What its members are called comes from the list. */
void ww_conversation_set_group (WwConversation *self, const WwGroupRow *group);
/* What is known of its members may have changed. */
void ww_conversation_describe_members (WwConversation *self);
const WwGroupRow *ww_conversation_get_group (WwConversation *self); /* NULL for a person */
GListStore *ww_conversation_get_member_store (WwConversation *self);
void ww_conversation_take_group (WwConversation *self, const WwGroupRow *group);
void ww_conversation_take_summary (WwConversation *self, const char *title, WwTrust trust, gboolean weak,
                                   const char *problem);
void ww_conversation_set_self_handle (WwConversation *self, const char *handle);
/* The row is in the store: last message, unread count, and the message list when somebody looks. */
void ww_conversation_add_message (WwConversation *self, WwMessage *message, guint unread, gint64 stamp);
/* Its words, or what kind it is. */
void ww_conversation_message_changed (WwConversation *self, WwMessage *message);
/* Older messages have come into the store. */
void ww_conversation_deepen (WwConversation *self);
/* It is not in the store any more; ww_conversation_settle() says what is last then. */
void ww_conversation_remove_message (WwConversation *self, WwMessage *message);
/* All that the store says of the conversation itself. */
void ww_conversation_settle (WwConversation *self, const WwConversationRow *row);
gint64 ww_conversation_get_pin (WwConversation *self);
/* Who is writing just now, in the order in which they began; names for people. */
void ww_conversation_set_writing (WwConversation *self, const guint8 account[16], const char *name, gboolean active);
void ww_conversation_set_read (WwConversation *self, const WwReadChange *change);
/* The property only; the store is somebody else's affair. */
void ww_conversation_take_draft (WwConversation *self, const char *draft);

G_END_DECLS
