/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-strip"

#include "ww-media-strip.h"

#include <string.h>

#include "ww-media-format.h"
#include "ww-media-strip-private.h"

/*
 * JPEG, PNG, WebP and GIF are sequences of named pieces. What is known to be needed for the look is copied, everything else is
 * left out, and what stands behind the end too; the pixels are not touched. Of Exif data only the orientation stays.
 */

gboolean
ww_media_strip_has (const WwMediaStrip *self, gsize n)
{
  return n <= self->size - self->at;
}

gboolean
ww_media_strip_copy (WwMediaStrip *self, gsize n)
{
  if (!ww_media_strip_has (self, n))
    return FALSE;
  g_byte_array_append (self->out, self->data + self->at, (guint) n);
  self->at += n;
  return TRUE;
}

gboolean
ww_media_strip_skip (WwMediaStrip *self, gsize n)
{
  if (!ww_media_strip_has (self, n))
    return FALSE;
  self->at += n;
  return TRUE;
}

guint32
ww_media_be16 (const guint8 *p)
{
  return (guint32) p[0] << 8 | p[1];
}

guint32
ww_media_be32 (const guint8 *p)
{
  return ww_media_be16 (p) << 16 | ww_media_be16 (p + 2);
}

guint32
ww_media_le32 (const guint8 *p)
{
  return (guint32) p[3] << 24 | (guint32) p[2] << 16 | (guint32) p[1] << 8 | p[0];
}

/* --- Exif ---------------------------------------------------------------------------------- */

static guint
read16 (const guint8 *p, gboolean big)
{
  return big ? ww_media_be16 (p) : (guint) p[1] << 8 | p[0];
}

/* In the first directory (TIFF 6.0, section 2): entries of 12 bytes. */
guint
ww_media_exif_find_orientation (const guint8 *tiff, gsize size)
{
  gboolean big;
  gsize at;
  guint n;

  if (size < 8 || (memcmp (tiff, "MM\0\x2a", 4) != 0 && memcmp (tiff, "II\x2a\0", 4) != 0))
    return 1;
  big = tiff[0] == 'M';
  at = big ? ww_media_be32 (tiff + 4) : ww_media_le32 (tiff + 4);
  if (at > size || size - at < 2)
    return 1;
  n = read16 (tiff + at, big);
  at += 2;
  for (; n > 0 && size - at >= 12; n--, at += 12)
    if (read16 (tiff + at, big) == 0x0112)
      {
        guint orientation = read16 (tiff + at + 8, big);

        return orientation >= 1 && orientation <= 8 ? orientation : 1;
      }
  return 1;
}

void
ww_media_exif_write (guint8 out[WW_MEDIA_EXIF_SIZE], guint orientation)
{
  const guint8 tiff[WW_MEDIA_EXIF_SIZE] = {
    'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (guint8) orientation, 0, 0, 0, 0, 0, 0,
  };

  memcpy (out, tiff, sizeof tiff);
}

/**
 * ww_media_strip:
 * @picture: a file
 *
 * Returns: (transfer full) (nullable): the same picture with nothing beside it; %NULL when it is of another kind, or broken:
 *   then its pixels have to be written anew
 */
GBytes *
ww_media_strip (GBytes *picture)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  WwMediaStrip self = { .out = out };
  gboolean done = FALSE;

  self.data = g_bytes_get_data (picture, &self.size);
  if (self.size > G_MAXUINT / 2)
    return NULL;
  switch (ww_media_format_find (self.data, self.size))
    {
    case WW_MEDIA_FORMAT_JPEG:
      done = ww_media_strip_jpeg (&self);
      break;
    case WW_MEDIA_FORMAT_PNG:
      done = ww_media_strip_png (&self);
      break;
    case WW_MEDIA_FORMAT_WEBP:
      done = ww_media_strip_webp (&self);
      break;
    case WW_MEDIA_FORMAT_GIF:
      done = ww_media_strip_gif (&self);
      break;
    case WW_MEDIA_FORMAT_UNKNOWN:
    case WW_MEDIA_FORMAT_AVIF:
    case WW_MEDIA_FORMAT_HEIF:
    case WW_MEDIA_FORMAT_JXL:
      break;
    }
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}
