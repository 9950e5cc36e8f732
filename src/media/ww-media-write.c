/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-write"

#include "ww-media-write.h"

#define QUALITY         "88"
#define PREVIEW_QUALITY "50"
/* What a preview is flattened on, when its transparency takes too much. */
#define PAPER 0xffffff

static gboolean
is_transparent (GdkPixbuf *pixels)
{
  const guint8 *data = gdk_pixbuf_read_pixels (pixels);
  int width = gdk_pixbuf_get_width (pixels), height = gdk_pixbuf_get_height (pixels);

  if (!gdk_pixbuf_get_has_alpha (pixels))
    return FALSE;
  for (int y = 0; y < height; y++)
    {
      const guint8 *row = data + (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixels);

      for (int x = 0; x < width; x++)
        if (row[4 * x + 3] != 255)
          return TRUE;
    }
  return FALSE;
}

static GBytes *
write_as (GdkPixbuf *pixels, const char *type, const char *quality, GError **error)
{
  const char *keys[] = { quality != NULL ? "quality" : NULL, NULL };
  const char *values[] = { quality, NULL };
  char *data;
  gsize size;

  if (!gdk_pixbuf_save_to_bufferv (pixels, &data, &size, type, (char **) keys, (char **) values, error))
    return NULL;
  return g_bytes_new_take (data, size);
}

/**
 * ww_media_write:
 * @format: (out): what it became
 *
 * Returns: (transfer full) (nullable): a file that holds the pixels and nothing that could tell where they come from
 */
GBytes *
ww_media_write (GdkPixbuf *pixels, WwMediaFormat *format, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean transparent = is_transparent (pixels);
  GBytes *bytes = transparent ? write_as (pixels, "png", NULL, &reason) : write_as (pixels, "jpeg", QUALITY, &reason);

  *format = transparent ? WW_MEDIA_FORMAT_PNG : WW_MEDIA_FORMAT_JPEG;
  if (bytes == NULL)
    g_set_error (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_FAILED, "%s", reason->message);
  return bytes;
}

GdkPixbuf *
ww_media_shrink (GdkPixbuf *pixels, guint side)
{
  int width = gdk_pixbuf_get_width (pixels), height = gdk_pixbuf_get_height (pixels);
  double scale = (double) side / MAX (width, height);

  if (scale >= 1)
    return g_object_ref (pixels);
  return gdk_pixbuf_scale_simple (pixels, MAX ((int) (width * scale + 0.5), 1), MAX ((int) (height * scale + 0.5), 1),
                                  GDK_INTERP_BILINEAR);
}

static GBytes *
write_tiny (GdkPixbuf *pixels, gsize max)
{
  g_autoptr (GdkPixbuf) flat = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (is_transparent (pixels))
    {
      bytes = write_as (pixels, "png", NULL, NULL);
      if (bytes != NULL && g_bytes_get_size (bytes) <= max)
        return g_steal_pointer (&bytes);
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  flat = gdk_pixbuf_composite_color_simple (pixels, gdk_pixbuf_get_width (pixels), gdk_pixbuf_get_height (pixels),
                                            GDK_INTERP_NEAREST, 255, 16, PAPER, PAPER);
  if (flat != NULL)
    bytes = write_as (flat, "jpeg", PREVIEW_QUALITY, NULL);
  return bytes != NULL && g_bytes_get_size (bytes) <= max ? g_steal_pointer (&bytes) : NULL;
}

static GBytes *
write_within (GdkPixbuf *pixels, const guint *sides, gsize n_sides, gsize max)
{
  for (gsize i = 0; i < n_sides; i++)
    {
      g_autoptr (GdkPixbuf) small = ww_media_shrink (pixels, sides[i]);
      GBytes *bytes = small != NULL ? write_tiny (small, max) : NULL;

      if (bytes != NULL)
        return bytes;
    }
  return NULL;
}

GBytes *
ww_media_write_preview (GdkPixbuf *pixels, gsize max)
{
  static const guint sides[] = { 40, 24, 12 };

  return write_within (pixels, sides, G_N_ELEMENTS (sides), max);
}

GBytes *
ww_media_write_poster (GdkPixbuf *pixels, gsize max)
{
  static const guint sides[] = { 240, 192, 160, 128, 96, 64, 40, 24, 12 };

  return write_within (pixels, sides, G_N_ELEMENTS (sides), max);
}
