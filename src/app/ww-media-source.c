/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-source"

#include "ww-media-source.h"

#include <gst/base/gstbasesrc.h>
#include <gst/gst.h>

#define SCHEME "waxwing-media"

/* The source of one pipeline: reads on the pipeline's thread from the stream whose number the address names. */
#define WW_TYPE_MEDIA_SOURCE (ww_media_source_get_type ())
G_DECLARE_FINAL_TYPE (WwMediaSource, ww_media_source, WW, MEDIA_SOURCE, GstBaseSrc)

struct _WwMediaSource
{
  GstBaseSrc parent_instance;
  char *uri;
  GInputStream *stream;
  guint64 size;
  GCancellable *cancellable;
};

static void uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwMediaSource, ww_media_source, GST_TYPE_BASE_SRC,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, uri_handler_init))

/* Streams that can be played, by their address. Pipelines look here from their own threads. */
static GMutex lock;
static GHashTable *streams;

static GInputStream *
ref_stream (const char *uri)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GInputStream *stream = uri != NULL && streams != NULL ? g_hash_table_lookup (streams, uri) : NULL;

  return stream != NULL ? g_object_ref (stream) : NULL;
}

static void
forget_stream (gpointer data, GObject *gone)
{
  g_autofree char *uri = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  g_hash_table_remove (streams, uri);
}

static gboolean
ww_media_source_start (GstBaseSrc *source)
{
  WwMediaSource *self = WW_MEDIA_SOURCE (source);
  goffset end;

  g_set_object (&self->stream, NULL);
  self->stream = ref_stream (self->uri);
  if (self->stream == NULL || !G_IS_SEEKABLE (self->stream) ||
      !g_seekable_seek (G_SEEKABLE (self->stream), 0, G_SEEK_END, NULL, NULL))
    {
      GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND, (NULL), ("there is no such stream"));
      return FALSE;
    }
  end = g_seekable_tell (G_SEEKABLE (self->stream));
  self->size = end > 0 ? (guint64) end : 0;
  return TRUE;
}

static gboolean
ww_media_source_stop (GstBaseSrc *source)
{
  g_clear_object (&WW_MEDIA_SOURCE (source)->stream);
  return TRUE;
}

static gboolean
ww_media_source_get_size (GstBaseSrc *source, guint64 *size)
{
  *size = WW_MEDIA_SOURCE (source)->size;
  return TRUE;
}

static gboolean
ww_media_source_is_seekable (GstBaseSrc *source)
{
  return TRUE;
}

static GstFlowReturn
ww_media_source_fill (GstBaseSrc *source, guint64 offset, guint size, GstBuffer *buffer)
{
  WwMediaSource *self = WW_MEDIA_SOURCE (source);
  g_autoptr (GError) error = NULL;
  gsize done = 0;
  gboolean read;
  GstMapInfo map;

  if (offset >= self->size)
    return GST_FLOW_EOS;
  if (!gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  read = g_seekable_seek (G_SEEKABLE (self->stream), (goffset) offset, G_SEEK_SET, self->cancellable, &error) &&
         g_input_stream_read_all (self->stream, map.data, size, &done, self->cancellable, &error);
  gst_buffer_unmap (buffer, &map);
  if (!read)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return GST_FLOW_FLUSHING;
      GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), ("%s", error->message));
      return GST_FLOW_ERROR;
    }
  gst_buffer_resize (buffer, 0, (gssize) done);
  GST_BUFFER_OFFSET (buffer) = offset;
  GST_BUFFER_OFFSET_END (buffer) = offset + done;
  return done > 0 ? GST_FLOW_OK : GST_FLOW_EOS;
}

static gboolean
ww_media_source_unlock (GstBaseSrc *source)
{
  g_cancellable_cancel (WW_MEDIA_SOURCE (source)->cancellable);
  return TRUE;
}

static gboolean
ww_media_source_unlock_stop (GstBaseSrc *source)
{
  g_cancellable_reset (WW_MEDIA_SOURCE (source)->cancellable);
  return TRUE;
}

static GstURIType
uri_type (GType type)
{
  return GST_URI_SRC;
}

static const char *const *
uri_protocols (GType type)
{
  static const char *const protocols[] = { SCHEME, NULL };

  return protocols;
}

static char *
uri_get (GstURIHandler *handler)
{
  return g_strdup (WW_MEDIA_SOURCE (handler)->uri);
}

static gboolean
uri_set (GstURIHandler *handler, const char *uri, GError **error)
{
  g_set_str (&WW_MEDIA_SOURCE (handler)->uri, uri);
  return TRUE;
}

static void
uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = uri_type;
  handler->get_protocols = uri_protocols;
  handler->get_uri = uri_get;
  handler->set_uri = uri_set;
}

static void
ww_media_source_finalize (GObject *object)
{
  WwMediaSource *self = WW_MEDIA_SOURCE (object);

  g_clear_object (&self->stream);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->uri, g_free);
  G_OBJECT_CLASS (ww_media_source_parent_class)->finalize (object);
}

static void
ww_media_source_class_init (WwMediaSourceClass *klass)
{
  static GstStaticPadTemplate pad = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstBaseSrcClass *source_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ww_media_source_finalize;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &pad);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Sealed attachment", "Source",
                                         "Reads what only this program can open", "Waxwing");
  source_class->start = ww_media_source_start;
  source_class->stop = ww_media_source_stop;
  source_class->get_size = ww_media_source_get_size;
  source_class->is_seekable = ww_media_source_is_seekable;
  source_class->fill = ww_media_source_fill;
  source_class->unlock = ww_media_source_unlock;
  source_class->unlock_stop = ww_media_source_unlock_stop;
}

static void
ww_media_source_init (WwMediaSource *self)
{
  self->cancellable = g_cancellable_new ();
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_BYTES);
}

static void
set_up (void)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;
  gst_init (NULL, NULL);
  gst_element_register (NULL, "waxwingmediasrc", GST_RANK_PRIMARY, WW_TYPE_MEDIA_SOURCE);
  streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_once_init_leave (&done, 1);
}

/**
 * ww_media_source_play:
 * @stream: seekable, and read on another thread from now on, by nobody else
 *
 * Returns: (transfer full): what plays it, not playing yet. The stream is let go of with it.
 */
GtkMediaStream *
ww_media_source_play (GInputStream *stream)
{
  static guint number = 0;
  g_autofree char *uri = NULL;
  g_autoptr (GFile) file = NULL;
  GtkMediaStream *media;

  set_up ();
  uri = g_strdup_printf (SCHEME ":///%u", ++number);
  file = g_file_new_for_uri (uri);
  g_mutex_lock (&lock);
  g_hash_table_insert (streams, g_file_get_uri (file), g_object_ref (stream));
  g_mutex_unlock (&lock);
  media = gtk_media_file_new_for_file (file);
  g_object_weak_ref (G_OBJECT (media), forget_stream, g_file_get_uri (file));
  return media;
}
