/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * What is found in all conversations: people first, then messages, newest first. Signal "open" (WwConversation *, id of a
 * message or NULL).
 */
#define WW_TYPE_SEARCH_VIEW (ww_search_view_get_type ())
G_DECLARE_FINAL_TYPE (WwSearchView, ww_search_view, WW, SEARCH_VIEW, GtkWidget)

void ww_search_view_set_client (WwSearchView *self, WwClient *client);
void ww_search_view_set_text (WwSearchView *self, const char *text);
void ww_search_view_open_first (WwSearchView *self);

G_END_DECLS
