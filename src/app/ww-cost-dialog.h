/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* `flags`: what the person agreed to. Not called when they did not. */
typedef void (*WwCostFunc) (gpointer owner, WwEnrolmentFlags flags);

void ww_cost_dialog_ask (GtkWidget *parent, const char *handle, const char *const *verifies, gpointer owner,
                         WwCostFunc func);

G_END_DECLS
