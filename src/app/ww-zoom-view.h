/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A picture that one can come closer to: keys, wheel, two fingers; and move about in. Starts as large as fits. */
#define WW_TYPE_ZOOM_VIEW (ww_zoom_view_get_type ())
G_DECLARE_FINAL_TYPE (WwZoomView, ww_zoom_view, WW, ZOOM_VIEW, GtkWidget)

void ww_zoom_view_set_paintable (WwZoomView *self, GdkPaintable *paintable);
double ww_zoom_view_get_zoom (WwZoomView *self);
gboolean ww_zoom_view_step (WwZoomView *self, int steps);
void ww_zoom_view_fit (WwZoomView *self);
void ww_zoom_view_pan (WwZoomView *self, double x, double y);

G_END_DECLS
