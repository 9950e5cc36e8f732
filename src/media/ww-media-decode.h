/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "ww-media-error.h"
#include "ww-media-format.h"

G_BEGIN_DECLS

/* What is more is refused before it is decoded. */
#define WW_MEDIA_MAX_BYTES  (64 * 1024 * 1024)
#define WW_MEDIA_MAX_SIDE   16384
#define WW_MEDIA_MAX_PIXELS (80 * 1000 * 1000)
/* How long a decoder may take. */
#define WW_MEDIA_DECODE_MS (30 * 1000)

/* The first picture of a file, as it is shown: turned as it says, colours sRGB, 8 bits each, alpha not multiplied in. */
typedef struct
{
  GdkPixbuf *pixels;
  WwMediaFormat format;
  gboolean animated;
} WwMediaDecoded;

/* Blocks: on a thread of its own. WW_MEDIA_ERROR_…, and G_IO_ERROR_CANCELLED. */
WwMediaDecoded *ww_media_decode (GBytes *file, GCancellable *cancellable, GError **error);
gboolean ww_media_size_is_sane (guint64 width, guint64 height);
void ww_media_decoded_free (WwMediaDecoded *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMediaDecoded, ww_media_decoded_free)

G_END_DECLS
