/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* The list of conversations, under what the person must see. Property "notice". Signal "open"
 * (WwConversation *, gboolean): the person chose it; TRUE when the keyboard should stay in the list. */
#define WW_TYPE_SIDEBAR (ww_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (WwSidebar, ww_sidebar, WW, SIDEBAR, AdwNavigationPage)

void ww_sidebar_set_client (WwSidebar *self, WwClient *client);
const char *ww_sidebar_get_notice (WwSidebar *self);
void ww_sidebar_set_banner (WwSidebar *self, const char *text);
void ww_sidebar_show_open (WwSidebar *self, WwConversation *conversation);
void ww_sidebar_open_search (WwSidebar *self);
gboolean ww_sidebar_close_search (WwSidebar *self);
gboolean ww_sidebar_close_requests (WwSidebar *self);
void ww_sidebar_open_neighbour (WwSidebar *self, int step);
void ww_sidebar_open_nth (WwSidebar *self, guint position);
void ww_sidebar_focus_list (WwSidebar *self);
void ww_sidebar_focus_header (WwSidebar *self);
/* Whether the widget, which is in the sidebar, is one of its conversations, or of what stands in their place. */
gboolean ww_sidebar_in_list (WwSidebar *self, GtkWidget *widget);

G_END_DECLS
