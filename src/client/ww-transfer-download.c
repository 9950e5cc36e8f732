/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfer-download"

#include "ww-transfer-private.h"

#include "ww-error-private.h"
#include "ww-until.h"

#define SEGMENTS_AT_ONCE 16
#define BATCH            (SEGMENTS_AT_ONCE * WW_ATTACHMENT_SEALED_SIZE)

/* What the disk is asked for, on a thread; counted, because the thread may be later than the fiber. */
typedef struct
{
  char *path;
  WwAttachmentLayout layout;
  WwAttachmentOpener *opener;
  GBytes *segments;
  guint64 done;
  guint8 hash[WW_ATTACHMENT_HASH_SIZE];
  GCancellable *cancellable;
} Work;

static void
work_clear (gpointer data)
{
  Work *self = data;

  g_free (self->path);
  ww_attachment_opener_free (self->opener);
  g_clear_pointer (&self->segments, g_bytes_unref);
  g_clear_object (&self->cancellable);
}

static void
work_unref (Work *self)
{
  g_atomic_rc_box_release_full (self, work_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_unref)

static gboolean
measure_work (gpointer data, GError **error)
{
  Work *self = data;

  return ww_attachment_file_measure (self->path, &self->layout, &self->done, error);
}

static gboolean
append_work (gpointer data, GError **error)
{
  Work *self = data;

  return ww_attachment_file_append (self->path, self->opener, self->done, self->segments, error);
}

static gboolean
check_work (gpointer data, GError **error)
{
  Work *self = data;

  return ww_attachment_file_check (self->path, &self->layout, self->hash, self->cancellable, error);
}

static gboolean
run (Work *self, WwAttachmentWork work, GError **error)
{
  return dex_await (ww_attachment_work (work, g_atomic_rc_box_acquire (self), (GDestroyNotify) work_unref), error);
}

static Work *
work_new (WwTransfer *self, GError **error)
{
  g_autoptr (Work) work = g_atomic_rc_box_new0 (Work);

  work->path = ww_transfer_dup_path (self);
  work->layout = self->layout;
  memcpy (work->hash, self->row->hash, sizeof work->hash);
  work->cancellable = g_object_ref (self->cancellable);
  if (ww_attachment_opener_new (self->row->key, self->row->size, &work->opener) == WW_CRYPTO_OK)
    return g_steal_pointer (&work);
  ww_error_set (error, WW_ERROR_FAILED);
  return NULL;
}

/* The first `len` bytes of what has arrived go to the disk. */
static gboolean
append (WwTransfer *self, Work *work, GByteArray *arrived, gsize len, GError **error)
{
  work->segments = g_bytes_new (arrived->data, len);
  if (!run (work, append_work, error))
    return FALSE;
  g_clear_pointer (&work->segments, g_bytes_unref);
  g_byte_array_remove_range (arrived, 0, (guint) len);
  work->done += len;
  ww_transfer_set_done (self, work->done);
  return TRUE;
}

/* What of this is whole segments; all of it at the end of the attachment. */
static gsize
count_whole (const Work *work, const GByteArray *arrived)
{
  if (work->done + arrived->len == work->layout.sealed)
    return arrived->len;
  return arrived->len / WW_ATTACHMENT_SEALED_SIZE * WW_ATTACHMENT_SEALED_SIZE;
}

/*
 * Until the end of the stream, of which `ended` says whether it came by itself. No more is read while the disk is asked, so
 * that memory stays flat. FALSE with an error of this side or of the contents.
 */
static gboolean
take_stream (WwTransfer *self, Work *work, GInputStream *stream, GError **error)
{
  g_autoptr (GByteArray) arrived = g_byte_array_sized_new (BATCH);

  while (TRUE)
    {
      gsize wanted = (gsize) MIN (BATCH - arrived->len, work->layout.sealed - work->done - arrived->len);
      g_autoptr (GBytes) bytes = wanted > 0 ? dex_await_boxed (ww_transfer_read (self, stream, wanted), NULL) : NULL;
      gsize len = bytes != NULL ? g_bytes_get_size (bytes) : 0, whole;

      if (len > 0)
        g_byte_array_append (arrived, g_bytes_get_data (bytes, NULL), (guint) len);
      whole = count_whole (work, arrived);
      if (whole > 0 && (len == 0 || arrived->len == BATCH || work->done + whole == work->layout.sealed) &&
          !append (self, work, arrived, whole, error))
        return FALSE;
      if (len == 0)
        return TRUE;
    }
}

/* The status; 0: no answer. The stream behind it, if it is what was asked for. */
static guint
ask (WwTransfer *self, guint64 offset, GInputStream **stream)
{
  g_autoptr (SoupMessage) message = ww_transfer_message (self, "GET", self->row->download_token);
  GInputStream *answer;
  guint status;

  *stream = NULL;
  if (offset > 0)
    soup_message_headers_set_range (soup_message_get_request_headers (message), (goffset) offset, -1);
  answer = dex_await_object (ww_transfer_send (self, message), NULL);
  if (answer == NULL)
    return 0;
  status = soup_message_get_status (message);
  if (status == (offset > 0 ? 206 : 200))
    *stream = answer;
  else
    ww_transfer_drain (self, answer);
  return status;
}

/* Moves on as far as one answer goes. `moved`: it brought something. */
static gboolean
take_answer (WwTransfer *self, Work *work, gboolean *moved, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  guint64 before = work->done;
  guint status = ask (self, work->done, &stream);
  gboolean good = TRUE;

  if (stream != NULL)
    {
      good = take_stream (self, work, stream, error);
      dex_await (dex_input_stream_close (stream, G_PRIORITY_DEFAULT), NULL);
    }
  *moved = work->done > before;
  if (good && g_cancellable_is_cancelled (self->cancellable))
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  return good && (stream != NULL || status == 0 || ww_transfer_may_retry (status, error));
}

gboolean
ww_transfer_download (WwTransfer *self, GError **error)
{
  g_autoptr (Work) work = work_new (self, error);
  guint attempt = 0;

  if (work == NULL || (self->row->row == 0 && !dex_await (ww_transfer_store (self), error)) ||
      !run (work, measure_work, error))
    return FALSE;
  ww_transfer_set_done (self, work->done);
  while (work->done < work->layout.sealed)
    {
      gboolean moved;

      if (!take_answer (self, work, &moved, error))
        return FALSE;
      attempt = moved ? 0 : attempt + 1;
      if (work->done < work->layout.sealed && !ww_transfer_wait_for_server (self, attempt, error))
        return FALSE;
    }
  return run (work, check_work, error);
}
