/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* What people tapped back with, as a row of pills. Signal "chosen": one was clicked. */
#define WW_TYPE_TAPBACK_PILLS (ww_tapback_pills_get_type ())
G_DECLARE_FINAL_TYPE (WwTapbackPills, ww_tapback_pills, WW, TAPBACK_PILLS, GtkWidget)

GtkWidget *ww_tapback_pills_new (void);
void ww_tapback_pills_set (WwTapbackPills *self, GListModel *tapbacks, gboolean pop);

G_END_DECLS
