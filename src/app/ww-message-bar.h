/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-transcript-row.h"

G_BEGIN_DECLS

/* What one does most with a message, beside it while the pointer or the keyboard is there. */
#define WW_TYPE_MESSAGE_BAR (ww_message_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageBar, ww_message_bar, WW, MESSAGE_BAR, GtkWidget)

GtkWidget *ww_message_bar_new (void);
void ww_message_bar_set_row (WwMessageBar *self, WwTranscriptRow *row);

G_END_DECLS
