/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-picture"

#include "ww-group-picture.h"

#include <glib/gi18n.h>

#include "ww-client.h"
#include "ww-picture.h"

#define SIDE 256
/* What is read of a file at most: a photo may be as large as that before it is made small. */
#define MAX_FILE WW_MEDIA_MAX_BYTES

static GdkPixbuf *
to_pixbuf (GdkTexture *texture)
{
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  g_autoptr (GBytes) bytes = NULL;
  gsize stride;

  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8A8);
  bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  return gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, TRUE, 8, gdk_texture_get_width (texture),
                                    gdk_texture_get_height (texture), (int) stride);
}

/* The middle of it, on white where it is transparent: JPEG knows no transparency. */
static GdkPixbuf *
cut_square (GdkPixbuf *whole)
{
  int width = gdk_pixbuf_get_width (whole), height = gdk_pixbuf_get_height (whole);
  int side = MIN (width, height);
  int wanted = MIN (side, SIDE);
  g_autoptr (GdkPixbuf) middle = gdk_pixbuf_new_subpixbuf (whole, (width - side) / 2, (height - side) / 2, side, side);

  return gdk_pixbuf_composite_color_simple (middle, wanted, wanted, GDK_INTERP_BILINEAR, 255, 16, 0xffffff, 0xffffff);
}

/**
 * ww_group_picture_make:
 * @max_size: how many bytes it may have
 *
 * Cuts a square out of the middle and writes it as a JPEG, with nothing but its pixels in it. Takes a moment: for a thread.
 */
GBytes *
ww_group_picture_make (GdkTexture *texture, gsize max_size, GError **error)
{
  static const char *const qualities[] = { "88", "75", "60", "40", "20" };
  g_autoptr (GdkPixbuf) whole = to_pixbuf (texture);
  g_autoptr (GdkPixbuf) square = cut_square (whole);

  for (gsize i = 0; i < G_N_ELEMENTS (qualities); i++)
    {
      char *data;
      gsize size;

      if (!gdk_pixbuf_save_to_buffer (square, &data, &size, "jpeg", error, "quality", qualities[i], NULL))
        return NULL;
      if (size <= max_size)
        return g_bytes_new_take (data, size);
      g_free (data);
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _ ("This picture can't be made small enough. Choose another."));
  return NULL;
}

static void
make_thread (GTask *task, gpointer source, gpointer texture, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *picture = ww_group_picture_make (texture, WW_GROUP_MAX_PICTURE, &error);

  if (picture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, picture, (GDestroyNotify) g_bytes_unref);
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GdkPaintable) paintable = ww_picture_load_finish (result, &error);

  if (paintable == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!GDK_IS_TEXTURE (paintable))
    {
      g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("This is no picture."));
      return;
    }
  g_task_set_task_data (task, g_steal_pointer (&paintable), g_object_unref);
  g_task_run_in_thread (task, make_thread);
}

static gboolean
read_more_cb (const char *data, goffset size, gpointer user_data)
{
  return size <= MAX_FILE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  char *data;
  gsize size;

  if (!g_file_load_partial_contents_finish (G_FILE (source), result, &data, &size, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  bytes = g_bytes_new_take (data, size);
  if (size > MAX_FILE)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                                     _ ("This picture is too large. Choose a smaller one."));
  else
    ww_picture_load_async (bytes, 2 * SIDE, 2 * SIDE, WW_PICTURE_STILL, g_task_get_cancellable (task), decoded_cb,
                           g_object_ref (task));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file == NULL)
    g_task_return_error (task, error);
  else
    g_file_load_partial_contents_async (file, g_task_get_cancellable (task), read_more_cb, read_cb,
                                        g_object_ref (task));
}

/**
 * ww_group_picture_choose_async:
 * @parent: (nullable): over which the person chooses
 *
 * Asks for a file and makes the picture of it; decoded by glycin, in its sandbox.
 */
void
ww_group_picture_choose_async (GtkWindow *parent, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (parent, cancellable, callback, user_data);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  g_task_set_source_tag (task, ww_group_picture_choose_async);
  gtk_file_filter_set_name (filter, _ ("Pictures"));
  gtk_file_filter_add_mime_type (filter, "image/*");
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, _ ("Picture of the Group"));
  gtk_file_dialog_set_accept_label (dialog, _ ("_Use"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, parent, cancellable, chosen_cb, g_steal_pointer (&task));
}

/**
 * ww_group_picture_choose_finish:
 *
 * Returns: (transfer full) (nullable): the picture, at most %WW_GROUP_MAX_PICTURE bytes; %NULL with %GTK_DIALOG_ERROR when
 *   the person chose none, or with a sentence
 */
GBytes *
ww_group_picture_choose_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
