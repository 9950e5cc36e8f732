/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * A GListModel of WwMessage, oldest first: a window onto the newest part of a conversation that grows
 * backwards on demand, so that a conversation of 100,000 messages opens by reading one page. New messages
 * are appended, older pages prepended; items never move. Everything it holds is loaded.
 */
#define WW_TYPE_MESSAGE_LIST (ww_message_list_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageList, ww_message_list, WW, MESSAGE_LIST, GObject)

#define WW_MESSAGE_LIST_PAGE 100

gboolean ww_message_list_get_has_older (WwMessageList *self); /* property "has-older" */
gboolean ww_message_list_get_loading (WwMessageList *self);   /* property "loading" */
/* Prepends up to one page. Resolves to a guint, how many came. Calls while one is under way share it. */
DexFuture *ww_message_list_load_older (WwMessageList *self);

G_END_DECLS
