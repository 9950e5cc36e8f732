/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* That somebody is writing: three dots in a bubble. */
#define WW_TYPE_TYPING_ROW (ww_typing_row_get_type ())
G_DECLARE_FINAL_TYPE (WwTypingRow, ww_typing_row, WW, TYPING_ROW, GtkWidget)

GtkWidget *ww_typing_row_new (WwConversation *conversation);
WwConversation *ww_typing_row_get_conversation (WwTypingRow *self);
char *ww_typing_dup_words (const char *const *names);

G_END_DECLS
