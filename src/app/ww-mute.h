/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* For how long a conversation is muted, in hours: what menus offer. */
#define WW_MUTE_OFF    0
#define WW_MUTE_ALWAYS (-1)

GMenuModel *ww_mute_menu_new (gboolean muted, const char *action);
void ww_mute_apply (WwConversation *conversation, int hours, GtkWidget *parent);
char *ww_mute_describe (WwConversation *conversation);

G_END_DECLS
