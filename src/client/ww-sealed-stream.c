/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-sealed-stream"

#include "ww-sealed-stream.h"

#include <string.h>

#include "ww-attachment-file.h"
#include "ww-error-private.h"

struct _WwSealedStream
{
  GInputStream parent_instance;

  char *path;
  guint64 size;
  guint64 position;
  WwAttachmentOpener *opener;
  guint8 *plain; /* of one segment */
  gsize plain_len;
  guint64 segment; /* which */
};

static void seekable_init (GSeekableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwSealedStream, ww_sealed_stream, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SEEKABLE, seekable_init))

static gboolean
load_segment (WwSealedStream *self, guint64 segment, GError **error)
{
  const WwAttachmentLayout *layout = ww_attachment_opener_get_layout (self->opener);
  g_autoptr (GBytes) sealed = NULL;
  gsize len;
  const guint8 *data;

  if (self->plain_len > 0 && self->segment == segment)
    return TRUE;
  self->plain_len = 0;
  sealed = ww_attachment_file_read (self->path, segment * WW_ATTACHMENT_SEALED_SIZE,
                                    ww_attachment_layout_sealed_bytes (layout, segment), error);
  if (sealed == NULL)
    return FALSE;
  data = g_bytes_get_data (sealed, &len);
  if (ww_attachment_opener_open (self->opener, segment, WW_BYTES (data, len), self->plain, &self->plain_len) !=
      WW_CRYPTO_OK)
    {
      self->plain_len = 0;
      ww_error_set (error, WW_ERROR_MESSAGE_ALTERED);
      return FALSE;
    }
  self->segment = segment;
  return TRUE;
}

static gssize
ww_sealed_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  WwSealedStream *self = WW_SEALED_STREAM (stream);
  gsize at = (gsize) (self->position % WW_ATTACHMENT_PLAIN_SIZE), n;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->position >= self->size || count == 0)
    return 0;
  if (!load_segment (self, self->position / WW_ATTACHMENT_PLAIN_SIZE, error))
    return -1;
  n = (gsize) MIN ((guint64) count, self->size - self->position);
  n = MIN (n, self->plain_len - MIN (at, self->plain_len));
  if (n == 0)
    {
      ww_error_set (error, WW_ERROR_MESSAGE_ALTERED);
      return -1;
    }
  memcpy (buffer, self->plain + at, n);
  self->position += n;
  return (gssize) n;
}

static goffset
ww_sealed_stream_tell (GSeekable *seekable)
{
  return (goffset) WW_SEALED_STREAM (seekable)->position;
}

static gboolean
ww_sealed_stream_can_seek (GSeekable *seekable)
{
  return TRUE;
}

static gboolean
ww_sealed_stream_seek (GSeekable *seekable, goffset offset, GSeekType type, GCancellable *cancellable, GError **error)
{
  WwSealedStream *self = WW_SEALED_STREAM (seekable);
  goffset base = type == G_SEEK_CUR ? (goffset) self->position : type == G_SEEK_END ? (goffset) self->size : 0;
  goffset target;

  if (__builtin_add_overflow (base, offset, &target) || target < 0 || (guint64) target > self->size)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "outside of the file");
      return FALSE;
    }
  self->position = (guint64) target;
  return TRUE;
}

static gboolean
ww_sealed_stream_can_truncate (GSeekable *seekable)
{
  return FALSE;
}

static void
seekable_init (GSeekableIface *iface)
{
  iface->tell = ww_sealed_stream_tell;
  iface->can_seek = ww_sealed_stream_can_seek;
  iface->seek = ww_sealed_stream_seek;
  iface->can_truncate = ww_sealed_stream_can_truncate;
}

static void
ww_sealed_stream_finalize (GObject *object)
{
  WwSealedStream *self = WW_SEALED_STREAM (object);

  g_clear_pointer (&self->opener, ww_attachment_opener_free);
  ww_wipe (self->plain, WW_ATTACHMENT_PLAIN_SIZE);
  g_free (self->plain);
  g_free (self->path);
  G_OBJECT_CLASS (ww_sealed_stream_parent_class)->finalize (object);
}

static void
ww_sealed_stream_class_init (WwSealedStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_sealed_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = ww_sealed_stream_read;
}

static void
ww_sealed_stream_init (WwSealedStream *self)
{
  self->plain = g_malloc0 (WW_ATTACHMENT_PLAIN_SIZE);
}

/* See the header. */
GInputStream *
ww_sealed_stream_new (const char *path, const guint8 key[WW_ATTACHMENT_KEY_SIZE], guint64 size)
{
  g_autoptr (WwSealedStream) self = g_object_new (WW_TYPE_SEALED_STREAM, NULL);

  if (ww_attachment_opener_new (key, size, &self->opener) != WW_CRYPTO_OK)
    return NULL;
  self->path = g_strdup (path);
  self->size = size;
  return G_INPUT_STREAM (g_steal_pointer (&self));
}
