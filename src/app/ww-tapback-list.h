/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Who tapped back, and with what. Signal "remove" (always ""): the person takes the own one away. */
#define WW_TYPE_TAPBACK_LIST (ww_tapback_list_get_type ())
G_DECLARE_FINAL_TYPE (WwTapbackList, ww_tapback_list, WW, TAPBACK_LIST, GtkWidget)

GtkWidget *ww_tapback_list_new (GListModel *tapbacks);

G_END_DECLS
