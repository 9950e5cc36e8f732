/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glycin.h>

G_BEGIN_DECLS

/* What a decoder answered, as 8 bits for each of red, green, blue and perhaps alpha (not multiplied in). NULL when the bytes
 * are not as many as they have to be. Bytes that have that form already are not copied. */
GdkPixbuf *ww_media_pixels_new (GBytes *bytes, GlyMemoryFormat format, guint width, guint height, gsize stride);

G_END_DECLS
