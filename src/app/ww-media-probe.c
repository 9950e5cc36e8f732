/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-probe"

#include "ww-media-probe.h"

#include <gst/gst.h>
#include <string.h>

#include "ww-media-decode.h"

/* Nobody waits longer before a message can be sent. */
#define LIMIT_US (5 * G_USEC_PER_SEC)
#define LOOK_MS  100
/* Films begin with darkness; what is a little later says more. */
#define POSTER_AT (1 * GST_SECOND)

/* Flags of playbin: pictures and sound, nothing else of it. */
#define PLAY_FLAGS (1 << 0 | 1 << 1)

void
ww_media_probe_free (WwMediaProbe *self)
{
  g_clear_object (&self->poster);
  g_free (self);
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "this can't be played");
  return FALSE;
}

/* Waits until the pipeline stands where it was sent. */
static gboolean
settle (GstBus *bus, gint64 deadline, GCancellable *cancellable, GError **error)
{
  while (g_get_monotonic_time () < deadline && !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_autoptr (GstMessage)
          message = gst_bus_timed_pop_filtered (bus, LOOK_MS * GST_MSECOND, GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR);

      if (message != NULL)
        return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ASYNC_DONE || fail (error);
    }
  return (error != NULL && *error != NULL) ? FALSE : fail (error);
}

/* Rows of a sample begin at multiples of four bytes. */
static GdkPixbuf *
to_pixels (GstSample *sample)
{
  const GstStructure *structure = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  g_autoptr (GBytes) bytes = NULL;
  int width = 0, height = 0;
  gsize stride;
  gpointer copy = NULL;
  gsize size = 0;

  if (buffer == NULL || !gst_structure_get_int (structure, "width", &width) ||
      !gst_structure_get_int (structure, "height", &height) || width <= 0 || height <= 0 ||
      !ww_media_size_is_sane ((guint) width, (guint) height))
    return NULL;
  stride = GST_ROUND_UP_4 ((gsize) width * 3);
  if (gst_buffer_get_size (buffer) < stride * (gsize) height)
    return NULL;
  gst_buffer_extract_dup (buffer, 0, stride * (gsize) height, &copy, &size);
  bytes = g_bytes_new_take (copy, size);
  return gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE, 8, width, height, (int) stride);
}

static GdkPixbuf *
take_poster (GstElement *player, GstBus *bus, gint64 duration, gint64 deadline, GCancellable *cancellable)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=RGB,pixel-aspect-ratio=1/1");
  g_autoptr (GstSample) sample = NULL;
  int pictures = 0;

  g_object_get (player, "n-video", &pictures, NULL);
  if (pictures <= 0)
    return NULL;
  if (duration > POSTER_AT &&
      gst_element_seek_simple (player, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT, POSTER_AT) &&
      !settle (bus, deadline, cancellable, NULL))
    return NULL;
  g_signal_emit_by_name (player, "convert-sample", caps, &sample);
  return sample != NULL ? to_pixels (sample) : NULL;
}

static WwMediaProbe *
probe (GstElement *player, GstBus *bus, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + LIMIT_US;
  WwMediaProbe *self;
  gint64 duration = 0;

  if (gst_element_set_state (player, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
    {
      fail (error);
      return NULL;
    }
  if (!settle (bus, deadline, cancellable, error))
    return NULL;
  if (!gst_element_query_duration (player, GST_FORMAT_TIME, &duration) || duration < 0)
    duration = 0;
  self = g_new0 (WwMediaProbe, 1);
  self->duration_ms = duration / (gint64) GST_MSECOND;
  self->poster = take_poster (player, bus, duration, deadline, cancellable);
  return self;
}

static void
probe_thread (GTask *task, gpointer source, gpointer uri, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) player = NULL;
  g_autoptr (GstBus) bus = NULL;
  WwMediaProbe *found = NULL;

  if (gst_init_check (NULL, NULL, &error) && (player = gst_element_factory_make ("playbin", NULL)) != NULL)
    {
      g_object_set (gst_object_ref_sink (player), "uri", uri, "flags", PLAY_FLAGS, "video-sink",
                    gst_element_factory_make ("fakesink", NULL), "audio-sink",
                    gst_element_factory_make ("fakesink", NULL), NULL);
      bus = gst_element_get_bus (player);
      found = probe (player, bus, cancellable, &error);
      gst_element_set_state (player, GST_STATE_NULL);
    }
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) ww_media_probe_free);
  else
    g_task_return_error (task, error != NULL ? g_steal_pointer (&error)
                                             : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "no player"));
}

void
ww_media_probe_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ww_media_probe_async);
  g_task_set_task_data (task, g_file_get_uri (file), g_free);
  g_task_run_in_thread (task, probe_thread);
}

WwMediaProbe *
ww_media_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
