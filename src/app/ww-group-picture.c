/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-picture"

#include "ww-group-picture.h"

#include <glib/gi18n.h>

#include "ww-client.h"
#include "ww-media-decode.h"

#define SIDE 256

/* The middle of it, on white where it is transparent: JPEG knows no transparency. */
static GdkPixbuf *
cut_square (GdkPixbuf *whole)
{
  int width = gdk_pixbuf_get_width (whole), height = gdk_pixbuf_get_height (whole);
  int side = MIN (width, height);
  int wanted = MIN (side, SIDE);
  g_autoptr (GdkPixbuf) middle = gdk_pixbuf_new_subpixbuf (whole, (width - side) / 2, (height - side) / 2, side, side);
  g_autoptr (GdkPixbuf) small = gdk_pixbuf_scale_simple (middle, wanted, wanted, GDK_INTERP_BILINEAR);

  if (small == NULL)
    return NULL;
  return gdk_pixbuf_composite_color_simple (small, wanted, wanted, GDK_INTERP_NEAREST, 255, 16, 0xffffff, 0xffffff);
}

static GBytes *
write_small (GdkPixbuf *square, gsize max_size)
{
  static const char *const qualities[] = { "88", "75", "60", "40", "20" };

  for (gsize i = 0; i < G_N_ELEMENTS (qualities); i++)
    {
      char *data;
      gsize size;

      if (!gdk_pixbuf_save_to_buffer (square, &data, &size, "jpeg", NULL, "quality", qualities[i], NULL))
        return NULL;
      if (size <= max_size)
        return g_bytes_new_take (data, size);
      g_free (data);
    }
  return NULL;
}

/* In words for who chose it. */
static const char *
explain (const GError *error)
{
  if (g_error_matches (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_TOO_LARGE))
    return _ ("This picture is too large. Choose a smaller one.");
  return _ ("This file isn't a picture that can be read. Choose another.");
}

/**
 * ww_group_picture_make:
 * @file: what the person chose
 * @max_size: how many bytes the result may have
 *
 * Cuts a square out of the middle and writes it as a JPEG, with nothing but its pixels in it. Blocks, while the file is
 * decoded in a sandbox: on a thread of its own.
 *
 * Returns: (transfer full) (nullable): %NULL with a sentence, or %G_IO_ERROR_CANCELLED
 */
GBytes *
ww_group_picture_make (GBytes *file, gsize max_size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwMediaDecoded) decoded = ww_media_decode (file, cancellable, &local);
  g_autoptr (GdkPixbuf) square = decoded != NULL ? cut_square (decoded->pixels) : NULL;
  GBytes *picture = square != NULL ? write_small (square, max_size) : NULL;

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else if (picture == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, explain (local));
  return picture;
}

static void
make_thread (GTask *task, gpointer source, gpointer file, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *picture = ww_group_picture_make (file, WW_GROUP_MAX_PICTURE, cancellable, &error);

  if (picture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, picture, (GDestroyNotify) g_bytes_unref);
}

static gboolean
read_more_cb (const char *data, goffset size, gpointer user_data)
{
  return size <= WW_MEDIA_MAX_BYTES;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *data;
  gsize size;

  if (!g_file_load_partial_contents_finish (G_FILE (source), result, &data, &size, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, g_bytes_new_take (data, size), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, make_thread);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, &error);

  if (g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) ||
      g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nothing was chosen");
    }
  else if (file == NULL)
    g_task_return_error (task, error);
  else
    g_file_load_partial_contents_async (file, g_task_get_cancellable (task), read_more_cb, read_cb,
                                        g_object_ref (task));
}

/**
 * ww_group_picture_choose_async:
 * @parent: (nullable): over which the person chooses
 *
 * Asks for a file and makes the picture of it.
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
 * Returns: (transfer full) (nullable): the picture, at most %WW_GROUP_MAX_PICTURE bytes; %NULL with %G_IO_ERROR_CANCELLED
 *   when the person chose none, or with a sentence
 */
GBytes *
ww_group_picture_choose_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
