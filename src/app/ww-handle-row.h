/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

GtkWidget *ww_handle_row_new (const char *handle, gboolean first, gboolean last);
GtkWidget *ww_handle_row_new_for_addition (WwHandleAddition *addition);
const char *ww_handle_row_get_handle (GtkWidget *row);
WwHandleAddition *ww_handle_row_get_addition (GtkWidget *row);

G_END_DECLS
