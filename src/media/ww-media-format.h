/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kinds of pictures that are decoded, by how their files begin. Drawings (SVG) are none. */
typedef enum
{
  WW_MEDIA_FORMAT_UNKNOWN,
  WW_MEDIA_FORMAT_PNG,
  WW_MEDIA_FORMAT_JPEG,
  WW_MEDIA_FORMAT_GIF,
  WW_MEDIA_FORMAT_WEBP,
  WW_MEDIA_FORMAT_AVIF,
  WW_MEDIA_FORMAT_HEIF,
  WW_MEDIA_FORMAT_JXL,
} WwMediaFormat;

/* So much of a file tells. */
#define WW_MEDIA_FORMAT_BYTES 12

WwMediaFormat ww_media_format_find (const guint8 *data, gsize size);
const char *ww_media_format_get_type (WwMediaFormat format);   /* "image/jpeg"; NULL for UNKNOWN */
const char *ww_media_format_get_ending (WwMediaFormat format); /* ".jpg"; NULL for UNKNOWN */

G_END_DECLS
