/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfer-upload"

#include "ww-transfer-private.h"

#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-until.h"

#define PART       (1024 * 1024) /* what is sent again at most */
#define MAX_PLACES 3             /* that the server may forget */

/* --- Sealing ------------------------------------------------------------------------------- */

typedef struct
{
  char *source;
  char *path;
  guint64 max_sealed;
  GCancellable *cancellable;
  WwSealedFile sealed;
} Sealing;

static void
sealing_clear (gpointer data)
{
  Sealing *self = data;

  g_free (self->source);
  g_free (self->path);
  g_clear_object (&self->cancellable);
  ww_wipe (&self->sealed, sizeof self->sealed);
}

static void
sealing_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, sealing_clear);
}

static gboolean
seal_work (gpointer data, GError **error)
{
  Sealing *self = data;

  return ww_attachment_file_seal (self->source, self->path, self->max_sealed, NULL, self->cancellable, &self->sealed,
                                  error);
}

/* From here on the row knows the file; before, nothing is left of it but a file without a row, which goes at the next start. */
static gboolean
seal (WwTransfer *self, GError **error)
{
  Sealing *sealing = g_atomic_rc_box_new0 (Sealing);
  gboolean done;

  sealing->source = g_strdup (self->source);
  sealing->path = ww_transfer_dup_path (self);
  sealing->max_sealed = ww_link_get_max_attachment (self->owner->link);
  sealing->cancellable = g_object_ref (self->cancellable);
  done = dex_await (ww_attachment_work (seal_work, g_atomic_rc_box_acquire (sealing), sealing_unref), error);
  if (done)
    {
      memcpy (self->row->key, sealing->sealed.key, sizeof self->row->key);
      memcpy (self->row->hash, sealing->sealed.hash, sizeof self->row->hash);
      self->row->size = sealing->sealed.size;
      ww_attachment_layout_init (&self->layout, self->row->size);
      g_clear_pointer (&self->source, g_free);
      /* What it was read from, when that was memory: ww-uploads.c. */
      g_object_set_data (G_OBJECT (self), "source", NULL);
      done = dex_await (ww_transfer_store (self), error);
      /* From now on it can be read. */
      g_object_notify (G_OBJECT (self), "total");
    }
  sealing_unref (sealing);
  return done;
}

/* --- A place on the server ----------------------------------------------------------------- */

static gboolean
take_place (WwTransfer *self, WwReply *reply)
{
  const Waxwing__UploadPrepared *prepared = ww_reply_response (reply)->upload_prepared;

  memcpy (self->row->id, prepared->attachment_id.data, sizeof self->row->id);
  memcpy (self->row->upload_token, prepared->upload_token.data, sizeof self->row->upload_token);
  memcpy (self->row->download_token, prepared->download_token.data, sizeof self->row->download_token);
  self->row->has_id = TRUE;
  self->row->done = 0;
  return dex_await (ww_transfer_store (self), NULL);
}

/* Whether a later attempt may bring it. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, WW_ERROR, WW_ERROR_OFFLINE) || g_error_matches (error, WW_ERROR, WW_ERROR_TIMED_OUT) ||
         (g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED) && ww_error_is_retryable (error));
}

static gboolean
prepare (WwTransfer *self, GError **error)
{
  for (guint attempt = 0;; attempt++)
    {
      Waxwing__Request request = WAXWING__REQUEST__INIT;
      Waxwing__PrepareUpload upload = WAXWING__PREPARE_UPLOAD__INIT;
      g_autoptr (GError) local = NULL;
      g_autoptr (WwReply) reply = NULL;

      upload.size = self->layout.sealed;
      request.body_case = WAXWING__REQUEST__BODY_PREPARE_UPLOAD;
      request.prepare_upload = &upload;
      reply = dex_await_boxed (
          ww_until (ww_link_request (self->owner->link, &request, WAXWING__RESPONSE__BODY_UPLOAD_PREPARED,
                                     WW_REQUEST_TIMEOUT_MS),
                    self->stop),
          &local);
      if (reply != NULL)
        {
          if (take_place (self, reply))
            return TRUE;
          ww_error_set (error, WW_ERROR_STORE_FAILED);
          return FALSE;
        }
      if (!is_passing (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!ww_transfer_wait_for_server (self, attempt, error))
        return FALSE;
    }
}

/* --- Parts --------------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  guint64 offset;
  gsize len;
  GBytes *bytes;
} Reading;

static void
reading_clear (gpointer data)
{
  Reading *self = data;

  g_free (self->path);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

static void
reading_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, reading_clear);
}

static gboolean
read_work (gpointer data, GError **error)
{
  Reading *self = data;

  self->bytes = ww_attachment_file_read (self->path, self->offset, self->len, error);
  return self->bytes != NULL;
}

static GBytes *
read_part (WwTransfer *self, GError **error)
{
  Reading *reading = g_atomic_rc_box_new0 (Reading);
  GBytes *bytes = NULL;

  reading->path = ww_transfer_dup_path (self);
  reading->offset = self->row->done;
  reading->len = (gsize) MIN (PART, self->layout.sealed - self->row->done);
  if (dex_await (ww_attachment_work (read_work, g_atomic_rc_box_acquire (reading), reading_unref), error))
    bytes = g_bytes_ref (reading->bytes);
  reading_unref (reading);
  return bytes;
}

/* The status, or 0 when there was no answer. */
static guint
ask (WwTransfer *self, SoupMessage *message)
{
  GInputStream *stream = dex_await_object (ww_transfer_send (self, message), NULL);

  if (stream == NULL)
    return 0;
  ww_transfer_drain (self, stream);
  return soup_message_get_status (message);
}

static guint
put_part (WwTransfer *self, GBytes *bytes, guint64 *offset)
{
  g_autoptr (SoupMessage) message = ww_transfer_message (self, "PUT", self->row->upload_token);
  guint64 first = self->row->done, end = first + g_bytes_get_size (bytes);
  g_autofree char *range = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                                            first, end - 1, self->layout.sealed);
  guint status;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Content-Range", range);
  soup_message_set_request_body_from_bytes (message, "application/octet-stream", bytes);
  status = ask (self, message);
  if ((status == 204 || status == 409) && !ww_transfer_header (message, "Upload-Offset", offset))
    return 400;
  return status;
}

static guint
ask_offset (WwTransfer *self, guint64 *offset)
{
  g_autoptr (SoupMessage) message = ww_transfer_message (self, "HEAD", self->row->upload_token);
  guint status = ask (self, message);

  return status == 204 && !ww_transfer_header (message, "Upload-Offset", offset) ? 400 : status;
}

/* What the server has counts. */
static gboolean
move_to (WwTransfer *self, guint64 offset, GError **error)
{
  if (offset > self->layout.sealed)
    {
      ww_error_set (error, WW_ERROR_PROTOCOL);
      return FALSE;
    }
  ww_transfer_set_done (self, offset);
  return dex_await (ww_transfer_store (self), error);
}

/* One part, or the question where to go on. The status, 0 for none; FALSE when that cannot be, or with an error of this side. */
static gboolean
take_step (WwTransfer *self, gboolean known, guint *status, GError **error)
{
  guint64 offset = 0;

  if (known)
    {
      g_autoptr (GBytes) bytes = read_part (self, error);

      if (bytes == NULL)
        return FALSE;
      *status = put_part (self, bytes, &offset);
    }
  else
    {
      *status = ask_offset (self, &offset);
    }
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  return *status != 204 && *status != 409 ? TRUE : move_to (self, offset, error);
}

/* FALSE with an error, or, without one, when the server has forgotten the place. */
static gboolean
send_parts (WwTransfer *self, GError **error)
{
  gboolean known = FALSE;
  guint attempt = 0, status = 0;

  while (!known || self->row->done < self->layout.sealed)
    {
      if (!take_step (self, known, &status, error))
        return FALSE;
      if (status == 204 || status == 409)
        {
          known = TRUE;
          attempt = 0;
          continue;
        }
      if (status == 404 || (status != 0 && !ww_transfer_may_retry (status, error)))
        return FALSE;
      /* Whatever became of the part, the server knows. */
      known = FALSE;
      if (!ww_transfer_wait_for_server (self, attempt++, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ww_transfer_upload (WwTransfer *self, GError **error)
{
  if (self->source != NULL && !seal (self, error))
    return FALSE;
  for (guint places = 0; places < MAX_PLACES; places++)
    {
      g_autoptr (GError) local = NULL;

      if (!self->row->has_id && !prepare (self, error))
        return FALSE;
      if (send_parts (self, &local))
        return TRUE;
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      self->row->has_id = FALSE;
      ww_transfer_set_done (self, 0);
    }
  ww_error_set (error, WW_ERROR_PROTOCOL);
  return FALSE;
}
