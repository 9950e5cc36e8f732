/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WW_TYPE_BUBBLE_LAYOUT (ww_bubble_layout_get_type ())
G_DECLARE_FINAL_TYPE (WwBubbleLayout, ww_bubble_layout, WW, BUBBLE_LAYOUT, GtkLayoutManager)

void ww_bubble_layout_set_own (WwBubbleLayout *self, gboolean own);

G_END_DECLS
