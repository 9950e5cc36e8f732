/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-texture"

#include "ww-texture.h"

typedef struct
{
  GdkTexture *texture;
  int width, height; /* 0: as it is */
} Fitting;

static void
fitting_free (Fitting *fitting)
{
  g_object_unref (fitting->texture);
  g_free (fitting);
}

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

static void
fit_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fitting *fitting = task_data;
  g_autoptr (GdkPixbuf) whole = download (fitting->texture);
  g_autoptr (GdkPixbuf) fitted = gdk_pixbuf_scale_simple (whole, fitting->width, fitting->height, GDK_INTERP_BILINEAR);
  g_autoptr (GBytes) bytes = NULL;

  if (fitted == NULL)
    {
      g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror (ENOMEM));
      return;
    }
  bytes = gdk_pixbuf_read_pixel_bytes (fitted);
  g_task_return_pointer (
      task,
      gdk_memory_texture_new (fitting->width, fitting->height,
                              gdk_pixbuf_get_has_alpha (fitted) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, bytes,
                              (gsize) gdk_pixbuf_get_rowstride (fitted)),
      g_object_unref);
}

/**
 * ww_texture_fit_async:
 * @width: what it has to cover, in pixels
 * @height: the same, upwards
 *
 * Makes a texture just as large as it has to be to cover that, on a thread; one that is smaller already stays as it is.
 */
void
ww_texture_fit_async (GdkTexture *texture, int width, int height, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (texture, cancellable, callback, user_data);
  int own_width = gdk_texture_get_width (texture), own_height = gdk_texture_get_height (texture);
  double scale = MAX ((double) width / own_width, (double) height / own_height);
  Fitting *fitting;

  g_task_set_source_tag (task, ww_texture_fit_async);
  if (scale >= 1)
    {
      g_task_return_pointer (task, g_object_ref (texture), g_object_unref);
      return;
    }
  fitting = g_new0 (Fitting, 1);
  fitting->texture = g_object_ref (texture);
  fitting->width = MAX ((int) (own_width * scale + 0.5), 1);
  fitting->height = MAX ((int) (own_height * scale + 0.5), 1);
  g_task_set_task_data (task, fitting, (GDestroyNotify) fitting_free);
  g_task_run_in_thread (task, fit_thread);
}

GdkTexture *
ww_texture_fit_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  GdkTexture *texture;
  int side;
  int quality;
} Encoding;

static void
encoding_free (Encoding *encoding)
{
  g_object_unref (encoding->texture);
  g_free (encoding);
}

static void
encode_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Encoding *encoding = task_data;
  g_autoptr (GdkPixbuf) whole = download (encoding->texture);
  g_autoptr (GdkPixbuf) fitted = NULL;
  g_autofree char *quality = g_strdup_printf ("%d", encoding->quality);
  g_autofree char *buffer = NULL;
  double scale = MIN (1.0, (double) encoding->side / MAX (gdk_pixbuf_get_width (whole), gdk_pixbuf_get_height (whole)));
  GError *error = NULL;
  gsize size;

  fitted = gdk_pixbuf_scale_simple (whole, MAX ((int) (gdk_pixbuf_get_width (whole) * scale), 1),
                                    MAX ((int) (gdk_pixbuf_get_height (whole) * scale), 1), GDK_INTERP_BILINEAR);
  if (fitted == NULL || !gdk_pixbuf_save_to_buffer (fitted, &buffer, &size, "jpeg", &error, "quality", quality, NULL))
    {
      g_task_return_error (
          task, error != NULL ? error : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror (ENOMEM)));
      return;
    }
  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&buffer), size), (GDestroyNotify) g_bytes_unref);
}

/**
 * ww_texture_encode_async:
 * @side: the most pixels, wide and high
 * @quality: of the JPEG, up to 100
 *
 * Only pixels are written: nothing that a camera noted.
 */
void
ww_texture_encode_async (GdkTexture *texture, int side, int quality, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (texture, cancellable, callback, user_data);
  Encoding *encoding = g_new0 (Encoding, 1);

  g_task_set_source_tag (task, ww_texture_encode_async);
  encoding->texture = g_object_ref (texture);
  encoding->side = side;
  encoding->quality = quality;
  g_task_set_task_data (task, encoding, (GDestroyNotify) encoding_free);
  g_task_run_in_thread (task, encode_thread);
}

GBytes *
ww_texture_encode_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
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
