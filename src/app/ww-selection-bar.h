/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What can be done with several messages at once. Signals "cancel", "copy", "delete". */
#define WW_TYPE_SELECTION_BAR (ww_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwSelectionBar, ww_selection_bar, WW, SELECTION_BAR, GtkWidget)

void ww_selection_bar_set_count (WwSelectionBar *self, guint count);

G_END_DECLS
