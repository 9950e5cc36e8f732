/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WW_PHOTO_MAX_WIDTH  320
#define WW_PHOTO_MAX_HEIGHT 400
#define WW_PHOTO_TILE       156 /* the side of one of several */

/*
 * A photo in a bubble. It has its place from the moment when its size is known; a tiny preview stands there until the
 * picture itself comes. What moves moves while it is to be seen, and the person wants motion.
 */
#define WW_TYPE_PHOTO (ww_photo_get_type ())
G_DECLARE_FINAL_TYPE (WwPhoto, ww_photo, WW, PHOTO, GtkWidget)

GtkWidget *ww_photo_new (void);
void ww_photo_set_size (WwPhoto *self, guint width, guint height);
void ww_photo_set_tile (WwPhoto *self, gboolean tile);
void ww_photo_set_preview (WwPhoto *self, GdkPaintable *preview);
void ww_photo_set_paintable (WwPhoto *self, GdkPaintable *paintable);
GdkPaintable *ww_photo_get_paintable (WwPhoto *self);

void ww_photo_fit (guint width, guint height, int *fitted_width, int *fitted_height);

G_END_DECLS
