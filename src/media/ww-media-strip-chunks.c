/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-strip-chunks"

#include <string.h>

#include "ww-media-strip-private.h"

static gboolean
is_one_of (const guint8 *name, const char (*names)[5], gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (memcmp (name, names[i], 4) == 0)
      return TRUE;
  return FALSE;
}

/* --- PNG ----------------------------------------------------------------------------------- */

/* PNG specification, annex D */
static guint32
png_crc (const guint8 *data, gsize size)
{
  guint32 crc = G_MAXUINT32;

  for (gsize i = 0; i < size; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
    }
  return ~crc;
}

static void
write_png_orientation (WwMediaStrip *self, const guint8 *tiff, gsize size)
{
  guint orientation = ww_media_exif_find_orientation (tiff, size);
  guint8 chunk[12 + WW_MEDIA_EXIF_SIZE] = { 0, 0, 0, WW_MEDIA_EXIF_SIZE, 'e', 'X', 'I', 'f' };
  guint32 crc;

  if (orientation == 1)
    return;
  ww_media_exif_write (chunk + 8, orientation);
  crc = GUINT32_TO_BE (png_crc (chunk + 4, 4 + WW_MEDIA_EXIF_SIZE));
  memcpy (chunk + 8 + WW_MEDIA_EXIF_SIZE, &crc, sizeof crc);
  g_byte_array_append (self->out, chunk, sizeof chunk);
}

gboolean
ww_media_strip_png (WwMediaStrip *self)
{
  static const char kept[][5] = {
    "IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sRGB", "sBIT",
    "bKGD", "pHYs", "cICP", "mDCV", "cLLI", "acTL", "fcTL", "fdAT",
  };

  if (!ww_media_strip_copy (self, 8))
    return FALSE;
  while (ww_media_strip_has (self, 12))
    {
      const guint8 *chunk = self->data + self->at;
      gsize len = ww_media_be32 (chunk);

      if (!ww_media_strip_has (self, len + 12))
        return FALSE;
      if (memcmp (chunk + 4, "IEND", 4) == 0)
        return len == 0 && ww_media_strip_copy (self, 12);
      if (memcmp (chunk + 4, "eXIf", 4) == 0)
        write_png_orientation (self, chunk + 8, len);
      if (is_one_of (chunk + 4, kept, G_N_ELEMENTS (kept)))
        ww_media_strip_copy (self, len + 12);
      else
        ww_media_strip_skip (self, len + 12);
    }
  return FALSE;
}

/* --- WebP ---------------------------------------------------------------------------------- */

#define VP8X_EXIF 0x08
#define VP8X_XMP  0x04

static gboolean
write_webp_orientation (WwMediaStrip *self, const guint8 *body, gsize size)
{
  /* Some programs put JPEG's mark before the data. */
  gsize skip = size >= 6 && memcmp (body, "Exif\0\0", 6) == 0 ? 6 : 0;
  guint orientation = ww_media_exif_find_orientation (body + skip, size - skip);
  guint8 chunk[8 + WW_MEDIA_EXIF_SIZE] = { 'E', 'X', 'I', 'F', WW_MEDIA_EXIF_SIZE };

  if (orientation == 1)
    return FALSE;
  ww_media_exif_write (chunk + 8, orientation);
  g_byte_array_append (self->out, chunk, sizeof chunk);
  return TRUE;
}

/* The header says what follows, and how much. */
static void
mend_webp (WwMediaStrip *self, gsize vp8x, gboolean turned)
{
  guint32 size = GUINT32_TO_LE (self->out->len - 8);

  memcpy (self->out->data + 4, &size, sizeof size);
  if (vp8x == 0)
    return;
  self->out->data[vp8x] &= (guint8) ~(VP8X_EXIF | VP8X_XMP);
  if (turned)
    self->out->data[vp8x] |= VP8X_EXIF;
}

gboolean
ww_media_strip_webp (WwMediaStrip *self)
{
  static const char kept[][5] = { "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP" };
  gsize vp8x = 0;
  gboolean turned = FALSE;

  if (!ww_media_strip_copy (self, 12))
    return FALSE;
  self->size = MIN (self->size, (gsize) ww_media_le32 (self->data + 4) + 8);
  if (self->size < self->at)
    return FALSE;
  while (ww_media_strip_has (self, 8))
    {
      const guint8 *chunk = self->data + self->at;
      gsize len = ww_media_le32 (chunk + 4), whole = 8 + len + (len & 1);

      if (!ww_media_strip_has (self, whole))
        return FALSE;
      if (memcmp (chunk, "VP8X", 4) == 0 && len >= 10)
        vp8x = self->out->len + 8;
      if (memcmp (chunk, "EXIF", 4) == 0 && !turned)
        turned = write_webp_orientation (self, chunk + 8, len);
      if (is_one_of (chunk, kept, G_N_ELEMENTS (kept)))
        ww_media_strip_copy (self, whole);
      else
        ww_media_strip_skip (self, whole);
    }
  mend_webp (self, vp8x, turned);
  return self->out->len > 12;
}

/* --- GIF ----------------------------------------------------------------------------------- */

#define GIF_EXTENSION   0x21
#define GIF_IMAGE       0x2c
#define GIF_END         0x3b
#define GIF_CONTROL     0xf9
#define GIF_APPLICATION 0xff

static gsize
table_size (guint8 flags)
{
  return (flags & 0x80) != 0 ? 3 * ((gsize) 2 << (flags & 7)) : 0;
}

/* From here to behind the pieces of up to 255 bytes that begin at `from`, up to an empty one; 0 when there is no end. */
static gsize
measure_pieces (const WwMediaStrip *self, gsize from)
{
  gsize at = from;

  while (at < self->size && self->data[at] != 0)
    at += (gsize) self->data[at] + 1;
  return at < self->size ? at + 1 - self->at : 0;
}

/* How it moves stays; comments and what programs noted go. */
static gboolean
take_extension (WwMediaStrip *self)
{
  const guint8 *extension = self->data + self->at;
  gsize whole = measure_pieces (self, self->at + 2);
  gboolean loops = extension[1] == GIF_APPLICATION && whole >= 14 && extension[2] == 11 &&
                   (memcmp (extension + 3, "NETSCAPE2.0", 11) == 0 || memcmp (extension + 3, "ANIMEXTS1.0", 11) == 0);

  if (whole == 0)
    return FALSE;
  return extension[1] == GIF_CONTROL || loops ? ww_media_strip_copy (self, whole) : ww_media_strip_skip (self, whole);
}

static gboolean
take_image (WwMediaStrip *self)
{
  gsize whole;

  if (!ww_media_strip_has (self, 11))
    return FALSE;
  whole = measure_pieces (self, self->at + 10 + table_size (self->data[self->at + 9]) + 1);
  return whole > 0 && ww_media_strip_copy (self, whole);
}

gboolean
ww_media_strip_gif (WwMediaStrip *self)
{
  if (!ww_media_strip_has (self, 13) || !ww_media_strip_copy (self, 13 + table_size (self->data[10])))
    return FALSE;
  while (ww_media_strip_has (self, 1))
    {
      guint8 kind = self->data[self->at];

      if (kind == GIF_END)
        return ww_media_strip_copy (self, 1);
      if (kind == GIF_EXTENSION && ww_media_strip_has (self, 2) ? !take_extension (self)
                                                                : kind != GIF_IMAGE || !take_image (self))
        return FALSE;
    }
  return FALSE;
}
