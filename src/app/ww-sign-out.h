/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

void ww_sign_out_ask (WwClient *client, GtkWidget *parent);
void ww_sign_out_ask_erase (WwClient *client, GtkWidget *parent);

G_END_DECLS
