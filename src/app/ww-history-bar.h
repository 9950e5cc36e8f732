/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Earlier messages on their way to this device, or from it to another one. Nothing when there are none. */
#define WW_TYPE_HISTORY_BAR (ww_history_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwHistoryBar, ww_history_bar, WW, HISTORY_BAR, GtkBox)

void ww_history_bar_set_client (WwHistoryBar *self, WwClient *client);

G_END_DECLS
