/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A thin ring that fills, in the colour of its text. What stands in it is its child. */
#define WW_TYPE_PROGRESS_RING (ww_progress_ring_get_type ())
G_DECLARE_FINAL_TYPE (WwProgressRing, ww_progress_ring, WW, PROGRESS_RING, GtkWidget)

GtkWidget *ww_progress_ring_new (void);
void ww_progress_ring_set_child (WwProgressRing *self, GtkWidget *child);
void ww_progress_ring_set_fraction (WwProgressRing *self, double fraction);

G_END_DECLS
