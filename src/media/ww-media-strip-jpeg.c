/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-strip-jpeg"

#include <string.h>

#include "ww-media-strip-private.h"

/* ITU-T T.81, table B.1 */
#define APP0  0xe0
#define APP1  0xe1
#define APP2  0xe2
#define APP14 0xee
#define EOI   0xd9
#define SOS   0xda

/* JFIF without the small picture that it may hold: that may show what was cut off. */
static gboolean
write_jfif (WwMediaStrip *self, const guint8 *body, gsize size)
{
  guint8 segment[18] = { 0xff, APP0, 0, 16 };

  if (size < 14 || memcmp (body, "JFIF\0", 5) != 0)
    return FALSE;
  memcpy (segment + 4, body, 12);
  g_byte_array_append (self->out, segment, sizeof segment);
  return TRUE;
}

static void
write_orientation (WwMediaStrip *self, const guint8 *tiff, gsize size)
{
  guint orientation = ww_media_exif_find_orientation (tiff, size);
  guint8 segment[10 + WW_MEDIA_EXIF_SIZE] = { 0xff, APP1, 0, 8 + WW_MEDIA_EXIF_SIZE, 'E', 'x', 'i', 'f', 0, 0 };

  if (orientation == 1)
    return;
  ww_media_exif_write (segment + 10, orientation);
  g_byte_array_append (self->out, segment, sizeof segment);
}

/* Colour profiles, how colours are coded, and what the decoder needs. */
static gboolean
is_kept (guint8 marker, const guint8 *body, gsize size)
{
  if (marker == APP2)
    return size > 12 && memcmp (body, "ICC_PROFILE\0", 12) == 0;
  if (marker == APP14)
    return size >= 12 && memcmp (body, "Adobe", 5) == 0;
  return marker >= 0xc0 && marker <= 0xdd;
}

/* What is coded goes on to the next marker that is neither a stuffed byte nor a restart. */
static gboolean
copy_scan (WwMediaStrip *self)
{
  gsize end = self->at;

  while (end + 1 < self->size && !(self->data[end] == 0xff && self->data[end + 1] != 0 &&
                                   (self->data[end + 1] < 0xd0 || self->data[end + 1] > 0xd7)))
    end++;
  return end + 1 < self->size && ww_media_strip_copy (self, end - self->at);
}

static gboolean
take_segment (WwMediaStrip *self, guint8 marker, gboolean *turned)
{
  const guint8 *body = self->data + self->at + 4;
  gsize len = ww_media_be16 (self->data + self->at + 2);

  /* Markers without a length stand in scans only. */
  if (len < 2 || !ww_media_strip_has (self, len + 2) || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8))
    return FALSE;
  if (marker == SOS)
    return ww_media_strip_copy (self, len + 2) && copy_scan (self);
  if (is_kept (marker, body, len - 2))
    return ww_media_strip_copy (self, len + 2);
  if (marker == APP0)
    write_jfif (self, body, len - 2);
  if (marker == APP1 && !*turned && len >= 8 && memcmp (body, "Exif\0\0", 6) == 0)
    {
      write_orientation (self, body + 6, len - 8);
      *turned = TRUE;
    }
  return ww_media_strip_skip (self, len + 2);
}

gboolean
ww_media_strip_jpeg (WwMediaStrip *self)
{
  gboolean turned = FALSE;

  if (!ww_media_strip_copy (self, 2))
    return FALSE;
  while (ww_media_strip_has (self, 2))
    {
      guint8 marker = self->data[self->at + 1];

      if (self->data[self->at] != 0xff)
        return FALSE;
      if (marker == EOI)
        return ww_media_strip_copy (self, 2);
      /* Fill bytes. */
      if (marker == 0xff)
        self->at++;
      else if (!ww_media_strip_has (self, 4) || !take_segment (self, marker, &turned))
        return FALSE;
    }
  return FALSE;
}
