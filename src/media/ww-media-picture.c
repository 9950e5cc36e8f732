/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-picture"

#include "ww-media-picture.h"

#include "ww-media-decode.h"
#include "ww-media-strip.h"
#include "ww-media-write.h"

static void
set_bytes (WwMediaPicture *self, GBytes *bytes, WwMediaFormat format)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes;
  self->format = format;
  self->media_type = ww_media_format_get_type (format);
}

static gboolean
write_anew (WwMediaPicture *self, GdkPixbuf *pixels, guint side, GError **error)
{
  g_autoptr (GdkPixbuf) small = ww_media_shrink (pixels, side);
  WwMediaFormat format;
  GBytes *bytes;

  if (small == NULL)
    {
      g_set_error_literal (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_FAILED, "no memory");
      return FALSE;
    }
  bytes = ww_media_write (small, &format, error);
  if (bytes == NULL)
    return FALSE;
  set_bytes (self, bytes, format);
  self->width = (guint) gdk_pixbuf_get_width (small);
  self->height = (guint) gdk_pixbuf_get_height (small);
  self->animated = FALSE;
  return TRUE;
}

/* As the person wants it. What can't be taken apart without a loss is written anew, and so is what is to be smaller. */
static gboolean
choose_bytes (WwMediaPicture *self, GBytes *file, const WwMediaDecoded *decoded, WwMediaPictureFlags flags,
              GError **error)
{
  GBytes *bytes = NULL;
  gboolean smaller = (flags & WW_MEDIA_PICTURE_SMALLER) != 0 && !decoded->animated &&
                     MAX (self->width, self->height) > WW_MEDIA_SMALL_SIDE;

  if (smaller)
    return write_anew (self, decoded->pixels, WW_MEDIA_SMALL_SIDE, error);
  if ((flags & WW_MEDIA_PICTURE_KEEP_METADATA) != 0)
    bytes = g_bytes_ref (file);
  else
    bytes = ww_media_strip (file);
  if (bytes == NULL)
    return write_anew (self, decoded->pixels, WW_MEDIA_MAX_SIDE, error);
  set_bytes (self, bytes, decoded->format);
  return TRUE;
}

/**
 * ww_media_picture_prepare:
 * @file: the file of a picture
 * @max_preview: bytes of the preview
 *
 * Makes of a file what will be sent of it: without what its camera or program noted (place, time, owner) unless that is
 * to be kept; with its size and a tiny preview. It is decoded once, in the sandbox, whatever is done with it.
 */
WwMediaPicture *
ww_media_picture_prepare (GBytes *file, WwMediaPictureFlags flags, gsize max_preview, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (WwMediaDecoded) decoded = ww_media_decode (file, cancellable, error);
  g_autoptr (WwMediaPicture) self = NULL;

  if (decoded == NULL)
    return NULL;
  self = g_new0 (WwMediaPicture, 1);
  self->width = (guint) gdk_pixbuf_get_width (decoded->pixels);
  self->height = (guint) gdk_pixbuf_get_height (decoded->pixels);
  self->animated = decoded->animated;
  if (!choose_bytes (self, file, decoded, flags, error))
    return NULL;
  self->preview = ww_media_write_preview (decoded->pixels, max_preview);
  return g_steal_pointer (&self);
}

/**
 * ww_media_picture_scale:
 * @side: pixels of the longer side
 */
WwMediaPicture *
ww_media_picture_scale (GBytes *file, guint side, GCancellable *cancellable, GError **error)
{
  g_autoptr (WwMediaDecoded) decoded = ww_media_decode (file, cancellable, error);
  g_autoptr (WwMediaPicture) self = NULL;

  if (decoded == NULL)
    return NULL;
  self = g_new0 (WwMediaPicture, 1);
  return write_anew (self, decoded->pixels, side, error) ? g_steal_pointer (&self) : NULL;
}

void
ww_media_picture_free (WwMediaPicture *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_free (self);
}
