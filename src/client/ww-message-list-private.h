/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-list.h"
#include "ww-message.h"

G_BEGIN_DECLS

/* Begins to load the newest page at once. */
WwMessageList *ww_message_list_new (WwConversation *conversation);
/* The message is in the store. */
void ww_message_list_add (WwMessageList *self, WwMessage *message);
/* Older ones have come into the store. */
void ww_message_list_deepen (WwMessageList *self);
/* The message is not in the store any more. */
void ww_message_list_remove (WwMessageList *self, WwMessage *message);

G_END_DECLS
