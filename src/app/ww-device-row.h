/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

GtkWidget *ww_device_row_new_for_own (WwClient *client, WwDevice *device);
const char *ww_device_row_get_device_id (GtkWidget *row);
GtkWidget *ww_device_row_new_for_contact (WwDevice *device, guint number);

G_END_DECLS
