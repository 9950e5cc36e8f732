/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glycin.h>
#include <gtk/gtk.h>

#include "ww-media-file.h"

G_BEGIN_DECLS

/* A picture that moves. It begins still; each frame is asked of the sandboxed decoder when it is its turn. */
#define WW_TYPE_ANIMATION (ww_animation_get_type ())
G_DECLARE_FINAL_TYPE (WwAnimation, ww_animation, WW, ANIMATION, GObject)

GdkPaintable *ww_animation_new (WwMediaFile *file, GlyImage *image, GdkTexture *first, gint64 delay_us);
void ww_animation_set_playing (WwAnimation *self, gboolean playing);
gboolean ww_animation_get_playing (WwAnimation *self);
GdkTexture *ww_animation_get_texture (WwAnimation *self);

G_END_DECLS
