/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

void ww_handle_actions_make_first (WwClient *client, const char *handle, GtkWidget *parent);
void ww_handle_actions_ask_removal (WwClient *client, const char *handle, GtkWidget *parent);

G_END_DECLS
