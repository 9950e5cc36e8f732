/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file that is read piece by piece, and what of it is kept. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  GByteArray *out;
} WwMediaStrip;

/* All of these are FALSE for what is not there, or not well-formed. */
gboolean ww_media_strip_has (const WwMediaStrip *self, gsize n);
gboolean ww_media_strip_copy (WwMediaStrip *self, gsize n);
gboolean ww_media_strip_skip (WwMediaStrip *self, gsize n);

gboolean ww_media_strip_jpeg (WwMediaStrip *self);
gboolean ww_media_strip_png (WwMediaStrip *self);
gboolean ww_media_strip_webp (WwMediaStrip *self);
gboolean ww_media_strip_gif (WwMediaStrip *self);

guint32 ww_media_be16 (const guint8 *p);
guint32 ww_media_be32 (const guint8 *p);
guint32 ww_media_le32 (const guint8 *p);

/* Exif data (TIFF 6.0) that says nothing but how a picture is turned. */
#define WW_MEDIA_EXIF_SIZE 26
guint ww_media_exif_find_orientation (const guint8 *tiff, gsize size); /* 1: not turned, or unknown */
void ww_media_exif_write (guint8 out[WW_MEDIA_EXIF_SIZE], guint orientation);

G_END_DECLS
