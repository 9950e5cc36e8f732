/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Property "sentence": the whole row for a screen reader. */
#define WW_TYPE_SIDEBAR_ROW (ww_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (WwSidebarRow, ww_sidebar_row, WW, SIDEBAR_ROW, GtkWidget)

GtkWidget *ww_sidebar_row_new (void);
void ww_sidebar_row_set_conversation (WwSidebarRow *self, WwConversation *conversation);

void ww_sidebar_row_show_menu (WwSidebarRow *self);

G_END_DECLS
