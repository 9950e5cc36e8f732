/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* What one writes about: the message that is answered or changed. Hidden while it is neither. Signal "cancel". */
#define WW_TYPE_COMPOSE_BAR (ww_compose_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwComposeBar, ww_compose_bar, WW, COMPOSE_BAR, GtkWidget)

void ww_compose_bar_set (WwComposeBar *self, WwMessage *message, gboolean edit);

G_END_DECLS
