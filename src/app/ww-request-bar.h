/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* In place of the composer while a stranger's request isn't decided. Signals "accept", "delete" and "block". */
#define WW_TYPE_REQUEST_BAR (ww_request_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwRequestBar, ww_request_bar, WW, REQUEST_BAR, GtkWidget)

void ww_request_bar_set_conversation (WwRequestBar *self, WwConversation *conversation);

G_END_DECLS
