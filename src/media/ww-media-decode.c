/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-decode"

#include "ww-media-decode.h"

#include <glycin.h>

#include "ww-media-file.h"
#include "ww-media-pixels.h"

G_DEFINE_QUARK (ww - media - error - quark, ww_media_error)

/* One picture in the sandbox. The decoder is asked asynchronously, so that it can be stopped; this thread waits. */
typedef struct
{
  WwMediaFile *file;
  GMainContext *context;
  GCancellable *cancellable; /* our own: follows the caller's, and the time */
  GAsyncResult *result;
  gboolean timed_out;
  GlyImage *image;
  GlyFrame *frame;
} Decoding;

static void
decoding_clear (Decoding *self)
{
  g_clear_pointer (&self->file, ww_media_file_unref);
  g_clear_object (&self->result);
  g_clear_object (&self->image);
  g_clear_object (&self->frame);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->context, g_main_context_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoding, decoding_clear)

static gboolean
timed_out_cb (gpointer data)
{
  Decoding *self = data;

  self->timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Decoding *self = data;

  self->result = g_object_ref (result);
}

static GAsyncResult *
wait_for_answer (Decoding *self)
{
  g_clear_object (&self->result);
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);
  return self->result;
}

/* Whether a picture of so many pixels may be decoded. */
gboolean
ww_media_size_is_sane (guint64 width, guint64 height)
{
  return width > 0 && height > 0 && width <= WW_MEDIA_MAX_SIDE && height <= WW_MEDIA_MAX_SIDE &&
         width * height <= WW_MEDIA_MAX_PIXELS;
}

/* Which of our errors the decoder's is. */
static void
explain (const Decoding *self, GError *reason, GCancellable *cancellable, GError **error)
{
  if (cancellable != NULL && g_cancellable_set_error_if_cancelled (cancellable, error))
    ;
  else if (self->timed_out)
    g_set_error_literal (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_TIMED_OUT, "the decoder takes too long");
  else
    g_set_error (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_BROKEN, "%s", reason != NULL ? reason->message : "no frame");
  g_clear_error (&reason);
}

static gboolean
fetch_frame (Decoding *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GlyLoader) loader = gly_loader_new (ww_media_file_get_file (self->file));
  GError *reason = NULL;

  gly_loader_load_async (loader, self->cancellable, answered_cb, self);
  self->image = gly_loader_load_finish (loader, wait_for_answer (self), &reason);
  if (self->image != NULL &&
      !ww_media_size_is_sane (gly_image_get_width (self->image), gly_image_get_height (self->image)))
    {
      g_set_error_literal (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_TOO_LARGE, "too many pixels");
      return FALSE;
    }
  if (self->image != NULL)
    {
      gly_image_next_frame_async (self->image, self->cancellable, answered_cb, self);
      self->frame = gly_image_next_frame_finish (self->image, wait_for_answer (self), &reason);
    }
  if (self->frame == NULL)
    explain (self, reason, cancellable, error);
  return self->frame != NULL;
}

/* What it declared and what it is are two things; what the sandbox says of its own answer is a third. */
static GdkPixbuf *
take_pixels (Decoding *self, GError **error)
{
  guint width = gly_frame_get_width (self->frame), height = gly_frame_get_height (self->frame);
  GdkPixbuf *pixels = NULL;

  if (ww_media_size_is_sane (width, height))
    pixels = ww_media_pixels_new (gly_frame_get_buf_bytes (self->frame), gly_frame_get_memory_format (self->frame),
                                  width, height, gly_frame_get_stride (self->frame));
  if (pixels == NULL)
    g_set_error_literal (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_BROKEN, "the decoder's answer is not a picture");
  return pixels;
}

static void
follow_cb (GCancellable *cancellable, GCancellable *own)
{
  g_cancellable_cancel (own);
}

static WwMediaDecoded *
decode (Decoding *self, WwMediaFormat format, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSource) timeout = g_timeout_source_new (WW_MEDIA_DECODE_MS);
  gulong handler = 0;
  GdkPixbuf *pixels = NULL;
  WwMediaDecoded *decoded;

  g_source_set_callback (timeout, timed_out_cb, self, NULL);
  g_source_attach (timeout, self->context);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (follow_cb), g_object_ref (self->cancellable),
                                     g_object_unref);
  if (fetch_frame (self, cancellable, error))
    pixels = take_pixels (self, error);
  g_cancellable_disconnect (cancellable, handler);
  g_source_destroy (timeout);
  if (pixels == NULL)
    return NULL;
  decoded = g_new0 (WwMediaDecoded, 1);
  decoded->pixels = pixels;
  decoded->format = format;
  decoded->animated = gly_frame_get_delay (self->frame) > 0;
  return decoded;
}

/**
 * ww_media_decode:
 * @file: bytes that anybody may have made
 *
 * Decodes a picture in glycin's sandbox. What is of a kind that no photo is, or declares more than is good, is refused
 * before that. Blocks for as long as it takes, but not longer than %WW_MEDIA_DECODE_MS.
 *
 * Returns: (transfer full) (nullable): the picture
 */
WwMediaDecoded *
ww_media_decode (GBytes *file, GCancellable *cancellable, GError **error)
{
  g_auto (Decoding) self = { 0 };
  g_autoptr (GError) reason = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  WwMediaFormat format = ww_media_format_find (data, size);
  WwMediaDecoded *decoded;

  if (format == WW_MEDIA_FORMAT_UNKNOWN || size > WW_MEDIA_MAX_BYTES)
    {
      g_set_error_literal (error, WW_MEDIA_ERROR,
                           size > WW_MEDIA_MAX_BYTES ? WW_MEDIA_ERROR_TOO_LARGE : WW_MEDIA_ERROR_UNKNOWN,
                           "not a picture to be decoded");
      return NULL;
    }
  self.file = ww_media_file_new (file, &reason);
  if (self.file == NULL)
    {
      g_set_error_literal (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_FAILED, reason->message);
      return NULL;
    }
  self.context = g_main_context_new ();
  self.cancellable = g_cancellable_new ();
  g_main_context_push_thread_default (self.context);
  decoded = decode (&self, format, cancellable, error);
  g_main_context_pop_thread_default (self.context);
  return decoded;
}

void
ww_media_decoded_free (WwMediaDecoded *self)
{
  g_object_unref (self->pixels);
  g_free (self);
}
