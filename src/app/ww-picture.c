/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-picture"

#include "ww-picture.h"

#include <glib/gi18n.h>
#include <glycin-gtk4.h>

#include "ww-animation.h"
#include "ww-texture.h"

/* One picture on its way through the decoder. */
typedef struct
{
  GBytes *bytes;
  int width, height; /* in pixels, what it is made for */
  WwPictureMode mode;
  WwMediaFile *file;
  GlyImage *image;
  GlyFrame *frame;
} Job;

/* Tasks that wait for a decoder, in the order in which they came. */
static GQueue waiting = G_QUEUE_INIT;
static guint running;

static void start_next (void);

static void
job_free (Job *job)
{
  g_bytes_unref (job->bytes);
  g_clear_object (&job->image);
  g_clear_object (&job->frame);
  g_clear_pointer (&job->file, ww_media_file_unref);
  g_free (job);
}

static GError *
too_large (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This picture is too large to be shown."));
}

/* The task is over: somebody else may decode. */
static void
finish (GTask *task, GdkPaintable *paintable, GError *error)
{
  running--;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, paintable, g_object_unref);
  g_object_unref (task);
  start_next ();
}

static void
scaled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  GdkTexture *texture = ww_texture_fit_finish (result, &error);
  gboolean moves;

  if (texture == NULL)
    {
      finish (task, NULL, error);
      return;
    }
  moves = job->mode == WW_PICTURE_MOVING && gly_frame_get_delay (job->frame) > 0 &&
          (guint64) gly_frame_get_width (job->frame) * gly_frame_get_height (job->frame) <=
              WW_PICTURE_MAX_MOVING_PIXELS;
  if (!moves)
    {
      finish (task, GDK_PAINTABLE (texture), NULL);
      return;
    }
  finish (task, ww_animation_new (job->file, job->image, texture, gly_frame_get_delay (job->frame)), NULL);
  g_object_unref (texture);
}

static void
frame_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  job->frame = gly_image_next_frame_finish (job->image, result, &error);
  if (job->frame == NULL)
    {
      finish (task, NULL, error);
      return;
    }
  /* What it declared and what it is are two things. */
  if (!ww_media_size_is_sane (gly_frame_get_width (job->frame), gly_frame_get_height (job->frame)))
    {
      finish (task, NULL, too_large ());
      return;
    }
  texture = gly_gtk_frame_get_texture (job->frame);
  ww_texture_fit_async (texture, job->width, job->height, g_task_get_cancellable (task), scaled_cb, task);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  job->image = gly_loader_load_finish (GLY_LOADER (source), result, &error);
  if (job->image == NULL)
    {
      finish (task, NULL, error);
      return;
    }
  if (!ww_media_size_is_sane (gly_image_get_width (job->image), gly_image_get_height (job->image)))
    {
      finish (task, NULL, too_large ());
      return;
    }
  gly_image_next_frame_async (job->image, g_task_get_cancellable (task), frame_cb, task);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GlyLoader) loader = NULL;

  job->file = g_task_propagate_pointer (G_TASK (result), &error);
  if (job->file == NULL)
    {
      finish (task, NULL, error);
      return;
    }
  loader = gly_loader_new (ww_media_file_get_file (job->file));
  gly_loader_load_async (loader, g_task_get_cancellable (task), loaded_cb, task);
}

static void
copy_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  WwMediaFile *file = ww_media_file_new (task_data, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify) ww_media_file_unref);
  else
    g_task_return_error (task, error);
}

/* The decoder takes nothing but files. */
static void
start (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr (GTask) copying = g_task_new (NULL, g_task_get_cancellable (task), copied_cb, task);

  g_task_set_task_data (copying, g_bytes_ref (job->bytes), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (copying, copy_thread);
}

static void
start_next (void)
{
  while (running < WW_PICTURE_DECODERS && !g_queue_is_empty (&waiting))
    {
      GTask *task = g_queue_pop_head (&waiting);

      /* Whoever wanted it may have scrolled on meanwhile. */
      if (g_task_return_error_if_cancelled (task))
        {
          g_object_unref (task);
          continue;
        }
      running++;
      start (task);
    }
}

/**
 * ww_picture_load_async:
 * @bytes: the file
 * @width: for how many pixels it is wanted; a larger picture is made smaller, a smaller one stays as it is
 * @height: the same, upwards
 * @mode: what becomes of an animated one
 */
void
ww_picture_load_async (GBytes *bytes, int width, int height, WwPictureMode mode, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, ww_picture_load_async);
  job->bytes = g_bytes_ref (bytes);
  job->width = width;
  job->height = height;
  job->mode = mode;
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (size > WW_MEDIA_MAX_BYTES || ww_media_format_find (data, size) == WW_MEDIA_FORMAT_UNKNOWN)
    {
      g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                       _ ("This isn't a picture that can be shown."));
      return;
    }
  g_queue_push_tail (&waiting, g_steal_pointer (&task));
  start_next ();
}

/**
 * ww_picture_load_finish:
 *
 * Returns: (transfer full): a #GdkTexture, or a #WwAnimation
 */
GdkPaintable *
ww_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
