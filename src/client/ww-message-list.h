/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * A GListModel of WwMessage, oldest first: a window onto a conversation, at first onto its newest part, that grows at
 * either end on demand, so that a conversation of 100,000 messages opens by reading one page. New messages are appended
 * while it reaches the newest ("has-newer" is FALSE), older pages prepended; items never move. A jump to what it does not
 * hold lays it anew, as one change of all items. Everything it holds is loaded.
 */
#define WW_TYPE_MESSAGE_LIST (ww_message_list_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageList, ww_message_list, WW, MESSAGE_LIST, GObject)

#define WW_MESSAGE_LIST_PAGE 100

gboolean ww_message_list_get_has_older (WwMessageList *self); /* property "has-older" */
gboolean ww_message_list_get_has_newer (WwMessageList *self); /* property "has-newer" */
gboolean ww_message_list_get_loading (WwMessageList *self);   /* property "loading" */
/* Prepends, appends up to one page. Resolves to a guint, how many came. Calls while one is under way share it. */
DexFuture *ww_message_list_load_older (WwMessageList *self);
DexFuture *ww_message_list_load_newer (WwMessageList *self);
/* Each resolves to a guint, where the message is in the list then. The last one that was asked for counts: earlier ones that
 * are under way are rejected with WW_ERROR_CANCELLED. */
DexFuture *ww_message_list_jump (WwMessageList *self, const char *id);
DexFuture *ww_message_list_jump_newest (WwMessageList *self); /* G_MAXUINT: there is none */
/* The first message that nobody has read here; G_MAXUINT: all are read, and the newest page is there. */
DexFuture *ww_message_list_jump_unread (WwMessageList *self);

G_END_DECLS
