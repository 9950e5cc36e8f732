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

static gboolean
too_large (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This picture is too large to be shown."));
  return FALSE;
}

/* glycin is asked asynchronously, so that it can be stopped; this thread waits. */
typedef struct
{
  GMainContext *context;
  GAsyncResult *result;
} Answer;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Answer *) user_data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_for_answer (Answer *self)
{
  g_clear_object (&self->result);
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);
  return self->result;
}

/* The decoder takes nothing but files. What a picture declared and what it is are two things. */
static gboolean
decode (Job *job, Answer *answer, GCancellable *cancellable, GError **error)
{
  g_autoptr (GlyLoader) loader = NULL;

  job->file = ww_media_file_new (job->bytes, error);
  if (job->file == NULL)
    return FALSE;
  loader = gly_loader_new (ww_media_file_get_file (job->file));
  gly_loader_load_async (loader, cancellable, answered_cb, answer);
  job->image = gly_loader_load_finish (loader, wait_for_answer (answer), error);
  if (job->image == NULL)
    return FALSE;
  if (!ww_media_size_is_sane (gly_image_get_width (job->image), gly_image_get_height (job->image)))
    return too_large (error);
  gly_image_next_frame_async (job->image, cancellable, answered_cb, answer);
  job->frame = gly_image_next_frame_finish (job->image, wait_for_answer (answer), error);
  if (job->frame == NULL)
    return FALSE;
  return ww_media_size_is_sane (gly_frame_get_width (job->frame), gly_frame_get_height (job->frame)) ||
         too_large (error);
}

/* On a thread: to start the sandbox is a fork, and that copies the page tables of the whole program. */
static void
decode_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  Answer answer = { .context = g_main_context_new () };
  g_autoptr (GdkTexture) whole = NULL;
  GdkTexture *texture = NULL;
  GError *error = NULL;

  g_main_context_push_thread_default (answer.context);
  if (decode (job, &answer, cancellable, &error))
    {
      whole = gly_gtk_frame_get_texture (job->frame);
      texture = ww_texture_fit (whole, job->width, job->height, &error);
    }
  g_main_context_pop_thread_default (answer.context);
  g_clear_object (&answer.result);
  g_main_context_unref (answer.context);
  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
is_moving (const Job *job)
{
  return job->mode == WW_PICTURE_MOVING && gly_frame_get_delay (job->frame) > 0 &&
         (guint64) gly_frame_get_width (job->frame) * gly_frame_get_height (job->frame) <= WW_PICTURE_MAX_MOVING_PIXELS;
}

/* The task is over: somebody else may decode. */
static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  running--;
  if (texture == NULL)
    g_task_return_error (task, error);
  else if (is_moving (job))
    g_task_return_pointer (task, ww_animation_new (job->file, job->image, texture, gly_frame_get_delay (job->frame)),
                           g_object_unref);
  else
    g_task_return_pointer (task, g_steal_pointer (&texture), g_object_unref);
  start_next ();
}

/* The task keeps the job, which is the thread's until it has answered. */
static void
start (GTask *task)
{
  g_autoptr (GTask) decoding = g_task_new (NULL, g_task_get_cancellable (task), decoded_cb, task);

  g_task_set_task_data (decoding, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (decoding, decode_thread);
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
