/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-picture-strip"

#include "ww-picture-strip.h"

#include <string.h>

/*
 * JPEG, PNG, WebP and GIF are sequences of named pieces. What is known to be needed for the look is copied, everything else is
 * left out, and what stands behind the end too; the pixels are not touched. Of a JPEG's Exif data its orientation stays.
 */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  GByteArray *out;
} Strip;

static gboolean
has (const Strip *self, gsize n)
{
  return n <= self->size - self->at;
}

static gboolean
copy (Strip *self, gsize n)
{
  if (!has (self, n))
    return FALSE;
  g_byte_array_append (self->out, self->data + self->at, (guint) n);
  self->at += n;
  return TRUE;
}

static guint32
be16 (const guint8 *p)
{
  return (guint32) p[0] << 8 | p[1];
}

static guint32
be32 (const guint8 *p)
{
  return be16 (p) << 16 | be16 (p + 2);
}

static guint32
le32 (const guint8 *p)
{
  return (guint32) p[3] << 24 | (guint32) p[2] << 16 | (guint32) p[1] << 8 | p[0];
}

/* --- JPEG ---------------------------------------------------------------------------------- */

static guint
exif16 (const guint8 *p, gboolean big)
{
  return big ? (guint) p[0] << 8 | p[1] : (guint) p[1] << 8 | p[0];
}

/* The orientation in the first directory of Exif data (TIFF 6.0); 1 when there is none. */
static guint
find_orientation (const guint8 *tiff, gsize size)
{
  gboolean big;
  guint32 offset;
  guint n;

  if (size < 8 || (memcmp (tiff, "MM", 2) != 0 && memcmp (tiff, "II", 2) != 0))
    return 1;
  big = tiff[0] == 'M';
  offset = big ? be32 (tiff + 4) : le32 (tiff + 4);
  if (offset > size || size - offset < 2)
    return 1;
  n = exif16 (tiff + offset, big);
  for (guint i = 0; i < n && size - offset >= 2 + 12 * (gsize) (i + 1); i++)
    {
      const guint8 *entry = tiff + offset + 2 + 12 * (gsize) i;

      if (exif16 (entry, big) == 0x0112)
        return exif16 (entry + 8, big) >= 1 && exif16 (entry + 8, big) <= 8 ? exif16 (entry + 8, big) : 1;
    }
  return 1;
}

static void
write_orientation (Strip *self, guint orientation)
{
  guint8 exif[] = {
    0xff, 0xe1, 0, 34, 'E', 'x',  'i',  'f', 0, 0, 'M', 'M', 0, 42, 0,
    0,    0,    8, 0,  1,   0x01, 0x12, 0,   3, 0, 0,   0,   1, 0,  (guint8) orientation,
    0,    0,    0, 0,  0,   0,
  };

  g_byte_array_append (self->out, exif, sizeof exif);
}

static gboolean
keeps_segment (guint8 marker, const guint8 *body, gsize size)
{
  if (marker == 0xe2)
    return size > 12 && memcmp (body, "ICC_PROFILE\0", 12) == 0;
  if (marker == 0xee)
    return size >= 5 && memcmp (body, "Adobe", 5) == 0;
  return marker == 0xe0 || (marker >= 0xc0 && marker <= 0xdd && marker != 0xd8 && marker != 0xd9);
}

/* What is coded goes on to the next marker that is neither a stuffed byte nor a restart. */
static gboolean
copy_scan (Strip *self)
{
  gsize end = self->at;

  while (end + 1 < self->size && !(self->data[end] == 0xff && self->data[end + 1] != 0 &&
                                   (self->data[end + 1] < 0xd0 || self->data[end + 1] > 0xd7)))
    end++;
  return end + 1 < self->size && copy (self, end - self->at);
}

static gboolean
strip_jpeg (Strip *self)
{
  if (!copy (self, 2))
    return FALSE;
  while (has (self, 4))
    {
      guint8 marker = self->data[self->at + 1];
      gsize len;

      if (self->data[self->at] != 0xff)
        return FALSE;
      if (marker == 0xff)
        {
          self->at++;
          continue;
        }
      if (marker == 0xd9)
        return copy (self, 2);
      len = be16 (self->data + self->at + 2);
      if (len < 2 || !has (self, len + 2))
        return FALSE;
      if (marker == 0xe1 && len > 8 && memcmp (self->data + self->at + 4, "Exif\0\0", 6) == 0)
        {
          guint orientation = find_orientation (self->data + self->at + 10, len - 8);

          if (orientation != 1)
            write_orientation (self, orientation);
        }
      if (marker == 0xda)
        {
          if (!copy (self, len + 2) || !copy_scan (self))
            return FALSE;
        }
      else if (keeps_segment (marker, self->data + self->at + 4, len - 2))
        copy (self, len + 2);
      else
        self->at += len + 2;
    }
  /* The end marker, with nothing behind it. */
  return has (self, 2) && self->data[self->at] == 0xff && self->data[self->at + 1] == 0xd9 && copy (self, 2);
}

/* --- PNG ----------------------------------------------------------------------------------- */

static gboolean
strip_png (Strip *self)
{
  static const char kept[][5] = {
    "IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sRGB",
    "sBIT", "bKGD", "pHYs", "cICP", "acTL", "fcTL", "fdAT",
  };

  if (!copy (self, 8))
    return FALSE;
  while (has (self, 12))
    {
      gsize len = be32 (self->data + self->at);
      const char *name = (const char *) self->data + self->at + 4;
      gboolean keep = FALSE;

      if (!has (self, len + 12))
        return FALSE;
      if (memcmp (name, "IEND", 4) == 0)
        return copy (self, len + 12);
      for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        keep = keep || memcmp (name, kept[i], 4) == 0;
      if (keep)
        copy (self, len + 12);
      else
        self->at += len + 12;
    }
  return FALSE;
}

/* --- WebP ---------------------------------------------------------------------------------- */

#define VP8X_EXIF 0x08
#define VP8X_XMP  0x04

static gboolean
strip_webp (Strip *self)
{
  static const char kept[][5] = { "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP" };
  gsize end;
  guint32 size;

  if (!copy (self, 12))
    return FALSE;
  end = MIN ((gsize) le32 (self->data + 4) + 8, self->size);
  while (end - self->at >= 8 && self->at < end)
    {
      gsize len = le32 (self->data + self->at + 4), whole = 8 + len + (len & 1);
      gboolean keep = FALSE;

      if (whole > end - self->at)
        return FALSE;
      for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        keep = keep || memcmp (self->data + self->at, kept[i], 4) == 0;
      if (!keep)
        {
          self->at += whole;
          continue;
        }
      copy (self, whole);
      if (len >= 1 && memcmp (self->out->data + self->out->len - whole, "VP8X", 4) == 0)
        self->out->data[self->out->len - whole + 8] &= (guint8) ~(VP8X_EXIF | VP8X_XMP);
    }
  size = GUINT32_TO_LE (self->out->len - 8);
  memcpy (self->out->data + 4, &size, 4);
  return TRUE;
}

/* --- GIF ----------------------------------------------------------------------------------- */

static gsize
table_size (guint8 flags)
{
  return (flags & 0x80) != 0 ? 3 * ((gsize) 2 << (flags & 7)) : 0;
}

/* Pieces of up to 255 bytes, up to an empty one. */
static gsize
measure_pieces (const Strip *self, gsize from)
{
  gsize at = from;

  while (at < self->size && self->data[at] != 0)
    at += (gsize) self->data[at] + 1;
  return at < self->size ? at + 1 - self->at : G_MAXSIZE;
}

static gboolean
strip_gif (Strip *self)
{
  if (!has (self, 13) || !copy (self, 13 + table_size (self->data[10])))
    return FALSE;
  while (has (self, 2))
    {
      guint8 kind = self->data[self->at];

      if (kind == 0x3b)
        return copy (self, 1);
      if (kind == 0x21)
        {
          guint8 label = self->data[self->at + 1];
          gsize whole = measure_pieces (self, self->at + 2);
          gboolean loops = label == 0xff && has (self, 14) &&
                           (memcmp (self->data + self->at + 3, "NETSCAPE2.0", 11) == 0 ||
                            memcmp (self->data + self->at + 3, "ANIMEXTS1.0", 11) == 0);

          if (whole == G_MAXSIZE || !has (self, whole))
            return FALSE;
          if (label == 0xf9 || loops)
            copy (self, whole);
          else
            self->at += whole;
        }
      else if (kind == 0x2c && has (self, 11))
        {
          gsize whole = measure_pieces (self, self->at + 10 + table_size (self->data[self->at + 9]) + 1);

          if (whole == G_MAXSIZE || !copy (self, whole))
            return FALSE;
        }
      else
        return FALSE;
    }
  if (!has (self, 1))
    return FALSE;
  return self->data[self->at] == 0x3b && copy (self, 1);
}

/**
 * ww_picture_strip:
 * @picture: a file
 *
 * Returns: (transfer full) (nullable): the same picture with nothing beside it; %NULL when it is of another kind, or broken:
 *   then its pixels have to be written anew
 */
GBytes *
ww_picture_strip (GBytes *picture)
{
  Strip self = { .out = g_byte_array_new () };
  gboolean done = FALSE;

  self.data = g_bytes_get_data (picture, &self.size);
  if (self.size >= 12 && memcmp (self.data, "\xff\xd8\xff", 3) == 0)
    done = strip_jpeg (&self);
  else if (self.size >= 12 && memcmp (self.data, "\x89PNG\r\n\x1a\n", 8) == 0)
    done = strip_png (&self);
  else if (self.size >= 12 && memcmp (self.data, "RIFF", 4) == 0 && memcmp (self.data + 8, "WEBP", 4) == 0)
    done = strip_webp (&self);
  else if (self.size >= 13 && memcmp (self.data, "GIF8", 4) == 0)
    done = strip_gif (&self);
  if (done)
    return g_byte_array_free_to_bytes (self.out);
  g_byte_array_unref (self.out);
  return NULL;
}
