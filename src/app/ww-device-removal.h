/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

void ww_device_removal_ask (WwClient *client, const char *device_id, GtkWidget *parent);

G_END_DECLS
