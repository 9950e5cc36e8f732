/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-media-format.h"

#include <string.h>

static const struct
{
  const char *type;
  const char *ending;
} names[] = {
  [WW_MEDIA_FORMAT_UNKNOWN] = { NULL, NULL },         [WW_MEDIA_FORMAT_PNG] = { "image/png", ".png" },
  [WW_MEDIA_FORMAT_JPEG] = { "image/jpeg", ".jpg" },  [WW_MEDIA_FORMAT_GIF] = { "image/gif", ".gif" },
  [WW_MEDIA_FORMAT_WEBP] = { "image/webp", ".webp" }, [WW_MEDIA_FORMAT_AVIF] = { "image/avif", ".avif" },
  [WW_MEDIA_FORMAT_HEIF] = { "image/heif", ".heic" }, [WW_MEDIA_FORMAT_JXL] = { "image/jxl", ".jxl" },
};

/* ISO 14496-12, 4.3: the brand of the file. */
static WwMediaFormat
find_by_brand (const guint8 *brand)
{
  static const char *const heif[] = { "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1" };

  if (memcmp (brand, "avif", 4) == 0 || memcmp (brand, "avis", 4) == 0)
    return WW_MEDIA_FORMAT_AVIF;
  for (gsize i = 0; i < G_N_ELEMENTS (heif); i++)
    if (memcmp (brand, heif[i], 4) == 0)
      return WW_MEDIA_FORMAT_HEIF;
  return WW_MEDIA_FORMAT_UNKNOWN;
}

/**
 * ww_media_format_find:
 * @data: how a file begins; %WW_MEDIA_FORMAT_BYTES of it are enough
 */
WwMediaFormat
ww_media_format_find (const guint8 *data, gsize size)
{
  if (size < WW_MEDIA_FORMAT_BYTES)
    return WW_MEDIA_FORMAT_UNKNOWN;
  if (memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return WW_MEDIA_FORMAT_PNG;
  if (memcmp (data, "\xff\xd8\xff", 3) == 0)
    return WW_MEDIA_FORMAT_JPEG;
  if (memcmp (data, "GIF87a", 6) == 0 || memcmp (data, "GIF89a", 6) == 0)
    return WW_MEDIA_FORMAT_GIF;
  if (memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return WW_MEDIA_FORMAT_WEBP;
  if (memcmp (data, "\xff\x0a", 2) == 0 || memcmp (data, "\0\0\0\x0cJXL \r\n\x87\n", 12) == 0)
    return WW_MEDIA_FORMAT_JXL;
  return memcmp (data + 4, "ftyp", 4) == 0 ? find_by_brand (data + 8) : WW_MEDIA_FORMAT_UNKNOWN;
}

const char *
ww_media_format_get_type (WwMediaFormat format)
{
  return names[format].type;
}

const char *
ww_media_format_get_ending (WwMediaFormat format)
{
  return names[format].ending;
}
