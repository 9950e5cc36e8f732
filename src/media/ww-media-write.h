/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "ww-media-error.h"
#include "ww-media-format.h"

G_BEGIN_DECLS

/* Pixels, and nothing else, as a file: PNG if something can be seen through, otherwise JPEG. */
GBytes *ww_media_write (GdkPixbuf *pixels, WwMediaFormat *format, GError **error);
/* The same picture in a square of `side`; one that fits is the same. NULL: there is no memory for it. */
GdkPixbuf *ww_media_shrink (GdkPixbuf *pixels, guint side);
/* A picture of a few pixels in at most `max` bytes. NULL: it cannot be made so small. */
GBytes *ww_media_write_preview (GdkPixbuf *pixels, gsize max);
/* The same of a film, of which nothing else is shown before it is played: as large as there is room for. */
GBytes *ww_media_write_poster (GdkPixbuf *pixels, gsize max);

G_END_DECLS
