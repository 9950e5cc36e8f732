/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation.h"

G_BEGIN_DECLS

/* A GListModel of WwConversation, newest first. Holds them; what they are is somebody else's affair. */
#define WW_TYPE_CONVERSATION_SHELF (ww_conversation_shelf_get_type ())
G_DECLARE_FINAL_TYPE (WwConversationShelf, ww_conversation_shelf, WW, CONVERSATION_SHELF, GObject)

WwConversationShelf *ww_conversation_shelf_new (void);
/* All at once; transfer none, in any order. */
void ww_conversation_shelf_fill (WwConversationShelf *self, GPtrArray *conversations);
void ww_conversation_shelf_add (WwConversationShelf *self, WwConversation *conversation);
void ww_conversation_shelf_remove (WwConversationShelf *self, WwConversation *conversation);
/* Its last message is another one. */
void ww_conversation_shelf_moved (WwConversationShelf *self, WwConversation *conversation);

G_END_DECLS
