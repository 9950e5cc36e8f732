/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-transcript-item.h"

G_BEGIN_DECLS

/* What one may do with messages that are in a conversation. What goes wrong is said where `widget` is. */
void ww_message_actions_tap_back (WwTranscriptItem *item, const char *emoji, GtkWidget *widget);
void ww_message_actions_ask_unsend (WwTranscriptItem *item, GtkWidget *widget);
void ww_message_actions_ask_delete (GListModel *items, GtkWidget *widget);
char *ww_message_actions_dup_text (GListModel *items);

G_END_DECLS
