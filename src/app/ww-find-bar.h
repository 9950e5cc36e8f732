/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * Looks for words within one conversation. Signals: "show-match" (id of a message), "highlight" (what is to be marked; NULL for
 * nothing), "closed" (by the person).
 */
#define WW_TYPE_FIND_BAR (ww_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwFindBar, ww_find_bar, WW, FIND_BAR, GtkWidget)

void ww_find_bar_set_conversation (WwFindBar *self, WwConversation *conversation);
void ww_find_bar_open (WwFindBar *self);
gboolean ww_find_bar_close (WwFindBar *self);

G_END_DECLS
