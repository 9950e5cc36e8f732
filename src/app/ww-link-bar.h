/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The preview that will go with a link that is being written. */
#define WW_TYPE_LINK_BAR (ww_link_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwLinkBar, ww_link_bar, WW, LINK_BAR, GtkWidget)

void ww_link_bar_set_text (WwLinkBar *self, const char *text);
WwLinkPreview *ww_link_bar_take (WwLinkBar *self);

G_END_DECLS
