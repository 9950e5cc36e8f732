/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* For how long a conversation is muted: what menus offer. */
typedef enum
{
  WW_MUTE_HOUR,
  WW_MUTE_TOMORROW,
  WW_MUTE_ALWAYS,
} WwMuteTerm;

GMenu *ww_mute_menu_new (const char *action);
gint64 ww_mute_end_ms (WwMuteTerm term, GDateTime *now);
void ww_mute_apply (WwConversation *conversation, WwMuteTerm term, GtkWidget *parent);
void ww_mute_end (WwConversation *conversation, GtkWidget *parent);
char *ww_mute_describe (WwConversation *conversation);

G_END_DECLS
