/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-texture"

#include "ww-texture.h"

/* Straight alpha, 8 bits: what can be averaged simply. What has it already isn't copied. */
static GdkPixbuf *
download (GdkTexture *texture)
{
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  g_autoptr (GBytes) bytes = NULL;
  gboolean opaque = gdk_texture_get_format (texture) == GDK_MEMORY_R8G8B8;
  gsize stride;

  gdk_texture_downloader_set_format (downloader, opaque ? GDK_MEMORY_R8G8B8 : GDK_MEMORY_R8G8B8A8);
  bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  return gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, !opaque, 8, gdk_texture_get_width (texture),
                                    gdk_texture_get_height (texture), (int) stride);
}

/**
 * ww_texture_fit:
 * @width: what it has to cover, in pixels
 * @height: the same, upwards
 *
 * Makes a texture just as large as it has to be to cover that; one that is smaller already stays as it is. For threads.
 */
GdkTexture *
ww_texture_fit (GdkTexture *texture, int width, int height, GError **error)
{
  int own_width = gdk_texture_get_width (texture), own_height = gdk_texture_get_height (texture);
  double scale = MAX ((double) width / own_width, (double) height / own_height);
  int fitted_width = MAX ((int) (own_width * scale + 0.5), 1),
      fitted_height = MAX ((int) (own_height * scale + 0.5), 1);
  g_autoptr (GdkPixbuf) whole = NULL;
  g_autoptr (GdkPixbuf) fitted = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (scale >= 1)
    return g_object_ref (texture);
  whole = download (texture);
  fitted = gdk_pixbuf_scale_simple (whole, fitted_width, fitted_height, GDK_INTERP_BILINEAR);
  if (fitted == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror (ENOMEM));
      return NULL;
    }
  bytes = gdk_pixbuf_read_pixel_bytes (fitted);
  return gdk_memory_texture_new (fitted_width, fitted_height,
                                 gdk_pixbuf_get_has_alpha (fitted) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, bytes,
                                 (gsize) gdk_pixbuf_get_rowstride (fitted));
}

/* The newest is at the head; what has not been asked for the longest goes first. */
typedef struct
{
  char *key;
  GdkTexture *texture;
  gsize bytes;
} Entry;

static GQueue entries = G_QUEUE_INIT;
static gsize total;

static void
entry_free (Entry *entry)
{
  total -= entry->bytes;
  g_object_unref (entry->texture);
  g_free (entry->key);
  g_free (entry);
}

static GList *
find_entry (const char *key)
{
  for (GList *link = entries.head; link != NULL; link = link->next)
    if (g_str_equal (((Entry *) link->data)->key, key))
      return link;
  return NULL;
}

/**
 * ww_texture_cache_lookup:
 *
 * Returns: (transfer none) (nullable): what was put in under that key, if it is still there
 */
GdkTexture *
ww_texture_cache_lookup (const char *key)
{
  GList *link = find_entry (key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&entries, link);
  g_queue_push_head_link (&entries, link);
  return ((Entry *) link->data)->texture;
}

/**
 * ww_texture_cache_insert:
 *
 * Keeps a texture for as long as there is room. One that takes a quarter of the room by itself is not kept.
 */
void
ww_texture_cache_insert (const char *key, GdkTexture *texture)
{
  gsize bytes = (gsize) gdk_texture_get_width (texture) * (gsize) gdk_texture_get_height (texture) * 4;
  GList *before = find_entry (key);
  Entry *entry;

  if (before != NULL)
    {
      entry_free (before->data);
      g_queue_delete_link (&entries, before);
    }
  if (bytes > WW_TEXTURE_CACHE_BYTES / 4)
    return;
  while (total + bytes > WW_TEXTURE_CACHE_BYTES)
    entry_free (g_queue_pop_tail (&entries));
  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->texture = g_object_ref (texture);
  entry->bytes = bytes;
  total += bytes;
  g_queue_push_head (&entries, entry);
}

/* Nothing of what was seen stays: the account is gone from this device. */
void
ww_texture_cache_clear (void)
{
  g_queue_clear_full (&entries, (GDestroyNotify) entry_free);
}

gsize
ww_texture_cache_get_bytes (void)
{
  return total;
}
