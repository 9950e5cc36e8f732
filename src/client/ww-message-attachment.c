/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-attachment"

#include "ww-message-attachment-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ww-attachment-file.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-file-name.h"
#include "ww-hex.h"
#include "ww-limits.h"

/* Names beside a name that is taken. */
#define MAX_NUMBER 9999

struct _WwAttachment
{
  GObject parent_instance;

  char *id;
  char *name;
  char *media_type;
  guint64 size;
  WwAttachmentKind kind;
  guint width, height;
  GBytes *preview;
  GBytes *levels;
  gint64 duration_ms;
  gboolean voice;
  gboolean has_pointer;
  WwAttachmentPointer pointer;
  guint8 message[WW_ID_SIZE]; /* whose it is */

  WwTransfers *transfers;
  WwTransfer *transfer; /* that brings or brought it; nullable */
};

G_DEFINE_FINAL_TYPE (WwAttachment, ww_attachment, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwAttachmentKind, ww_attachment_kind, G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_KIND_PHOTO, "photo"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_KIND_VIDEO, "video"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_KIND_AUDIO, "audio"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_KIND_FILE, "file"))

G_DEFINE_ENUM_TYPE (WwAttachmentState, ww_attachment_state,
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_UPLOADING, "uploading"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_REMOTE, "remote"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_HERE, "here"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (WW_ATTACHMENT_STATE_GONE, "gone"))

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_KIND,
  PROP_STATE,
  PROP_DONE,
  PROP_TOTAL,
  PROP_ERROR,
} WwAttachmentProperty;

static GParamSpec *properties[PROP_ERROR + 1];

/**
 * ww_attachment_state_to_string:
 *
 * Returns: (transfer none): the word of `waxwing-cli --json`
 */
const char *
ww_attachment_state_to_string (WwAttachmentState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (WW_TYPE_ATTACHMENT_STATE);
  GEnumValue *value = g_enum_get_value (klass, state);

  return value != NULL ? value->value_nick : "failed";
}

/* What is a photo is what every client can show; drawings that are programs are files. */
WwAttachmentKind
ww_attachment_kind_for_type (const char *media_type)
{
  static const char *const photos[] = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/heif", "image/heic", "image/jxl",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (photos); i++)
    if (g_ascii_strcasecmp (media_type, photos[i]) == 0)
      return WW_ATTACHMENT_KIND_PHOTO;
  if (g_ascii_strncasecmp (media_type, "video/", 6) == 0)
    return WW_ATTACHMENT_KIND_VIDEO;
  if (g_ascii_strncasecmp (media_type, "audio/", 6) == 0)
    return WW_ATTACHMENT_KIND_AUDIO;
  return WW_ATTACHMENT_KIND_FILE;
}

/* --- Its transfer -------------------------------------------------------------------------- */

static void
moved_cb (WwAttachment *self, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "done"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
  else if (g_str_equal (pspec->name, "total"))
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
      /* From now on it can be read. */
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  else
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

void
ww_attachment_set_transfer (WwAttachment *self, WwTransfer *transfer)
{
  if (self->transfer == transfer)
    return;
  if (self->transfer != NULL)
    g_signal_handlers_disconnect_by_func (self->transfer, moved_cb, self);
  g_set_object (&self->transfer, transfer);
  if (transfer != NULL)
    g_signal_connect_object (transfer, "notify", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static gboolean
is_upload (WwAttachment *self)
{
  return ww_transfer_get_direction (self->transfer) == WW_TRANSFER_UP;
}

WwAttachmentState
ww_attachment_get_state (WwAttachment *self)
{
  if (self->transfer == NULL)
    return self->has_pointer ? WW_ATTACHMENT_STATE_REMOTE : WW_ATTACHMENT_STATE_FAILED;
  switch (ww_transfer_get_state (self->transfer))
    {
    case WW_TRANSFER_RUNNING:
      return is_upload (self) ? WW_ATTACHMENT_STATE_UPLOADING : WW_ATTACHMENT_STATE_LOADING;
    case WW_TRANSFER_PAUSED:
      return WW_ATTACHMENT_STATE_PAUSED;
    case WW_TRANSFER_DONE:
      return WW_ATTACHMENT_STATE_HERE;
    case WW_TRANSFER_FAILED:
      return g_str_equal (ww_error_get_code (ww_transfer_get_error (self->transfer)), WW_CODE_NOT_FOUND)
                 ? WW_ATTACHMENT_STATE_GONE
                 : WW_ATTACHMENT_STATE_FAILED;
    case WW_TRANSFER_CANCELLED:
      return is_upload (self) ? WW_ATTACHMENT_STATE_GONE : WW_ATTACHMENT_STATE_REMOTE;
    }
  return WW_ATTACHMENT_STATE_FAILED;
}

void
ww_attachment_fetch (WwAttachment *self)
{
  g_autoptr (WwTransfer) transfer = NULL;

  if (self->transfers == NULL || !self->has_pointer)
    return;
  if (self->transfer != NULL && ww_transfer_get_state (self->transfer) != WW_TRANSFER_CANCELLED)
    {
      ww_transfer_resume (self->transfer);
      return;
    }
  /* It may stand in its message twice, and be here already. */
  transfer = ww_transfers_find (self->transfers, self->message, &self->pointer);
  transfer = transfer != NULL ? g_object_ref (transfer)
                              : ww_transfers_download_for (self->transfers, self->message, &self->pointer);
  ww_attachment_set_transfer (self, transfer);
}

void
ww_attachment_pause (WwAttachment *self)
{
  if (self->transfer != NULL)
    ww_transfer_pause (self->transfer);
}

void
ww_attachment_resume (WwAttachment *self)
{
  if (self->transfer != NULL && ww_transfer_get_state (self->transfer) != WW_TRANSFER_CANCELLED)
    ww_transfer_resume (self->transfer);
  else
    ww_attachment_fetch (self);
}

void
ww_attachment_cancel (WwAttachment *self)
{
  if (self->transfer != NULL && !is_upload (self))
    ww_transfer_cancel (self->transfer);
}

gboolean
ww_attachment_get_readable (WwAttachment *self)
{
  return self->transfer != NULL && ww_transfer_get_readable (self->transfer);
}

/* --- Reading ------------------------------------------------------------------------------- */

DexFuture *
ww_attachment_open (WwAttachment *self)
{
  GInputStream *stream = self->transfer != NULL ? ww_transfer_open (self->transfer) : NULL;

  if (stream == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return dex_future_new_take_object (stream);
}

/* What is done on a thread of its own, and what came of it. */
typedef struct
{
  GInputStream *stream;
  guint64 size;
  GBytes *bytes;
  char *directory;
  char *name; /* in it */
  char *saved;
} Job;

static void
job_clear (gpointer data)
{
  Job *self = data;

  g_clear_object (&self->stream);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->directory);
  g_free (self->name);
  g_free (self->saved);
}

static void
job_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, job_clear);
}

static Job *
job_new (WwAttachment *self)
{
  GInputStream *stream = self->transfer != NULL ? ww_transfer_open (self->transfer) : NULL;
  Job *job;

  if (stream == NULL)
    return NULL;
  job = g_atomic_rc_box_new0 (Job);
  job->stream = stream;
  job->size = self->size;
  return job;
}

static gboolean
load_work (gpointer data, GError **error)
{
  Job *self = data;
  g_autofree guint8 *bytes = g_try_malloc (MAX (self->size, 1));
  gsize read;

  if (bytes == NULL)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  if (!g_input_stream_read_all (self->stream, bytes, self->size, &read, NULL, error))
    return FALSE;
  if (read < self->size)
    {
      ww_error_set (error, WW_ERROR_MESSAGE_ALTERED);
      return FALSE;
    }
  self->bytes = g_bytes_new_take (g_steal_pointer (&bytes), self->size);
  return TRUE;
}

static DexFuture *
loaded_cb (DexFuture *future, gpointer data)
{
  Job *job = data;

  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_ref (job->bytes));
}

DexFuture *
ww_attachment_load_bytes (WwAttachment *self, gsize max)
{
  Job *job = self->size <= max ? job_new (self) : NULL;
  DexFuture *done;

  if (job == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  done = ww_attachment_work (load_work, g_atomic_rc_box_acquire (job), job_unref);
  return dex_future_then (done, loaded_cb, job, job_unref);
}

/* --- Saving -------------------------------------------------------------------------------- */

/* Whatever has the name already, a link included, keeps it: the file gets another one. */
static gboolean
save_work (gpointer data, GError **error)
{
  Job *self = data;

  for (guint number = 0; number <= MAX_NUMBER; number++)
    {
      g_autofree char *name = number == 0 ? g_strdup (self->name) : ww_file_name_numbered (self->name, number);
      gboolean taken;

      g_free (self->saved);
      self->saved = g_build_filename (self->directory, name, NULL);
      if (ww_attachment_file_write (self->saved, self->stream, self->size, &taken, error))
        return TRUE;
      if (!taken)
        return FALSE;
      if (number < MAX_NUMBER)
        g_clear_error (error);
    }
  return FALSE;
}

static DexFuture *
saved_cb (DexFuture *future, gpointer data)
{
  Job *job = data;

  return dex_future_new_take_object (g_file_new_for_path (job->saved));
}

/* Consumes the job; NULL: there is nothing to be saved. */
static DexFuture *
save (Job *job, const char *directory, const char *name)
{
  DexFuture *done;

  if (job != NULL && directory == NULL)
    g_clear_pointer (&job, job_unref);
  if (job == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  job->directory = g_strdup (directory);
  job->name = g_strdup (name);
  done = ww_attachment_work (save_work, g_atomic_rc_box_acquire (job), job_unref);
  return dex_future_then (done, saved_cb, job, job_unref);
}

static DexFuture *
save_as (Job *job, GFile *file)
{
  g_autoptr (GFile) directory = g_file_get_parent (file);
  g_autofree char *name = g_file_get_basename (file);

  return save (job, directory != NULL ? g_file_peek_path (directory) : NULL, name);
}

static Job *
job_new_for_bytes (GBytes *bytes)
{
  Job *job = g_atomic_rc_box_new0 (Job);

  job->stream = g_memory_input_stream_new_from_bytes (bytes);
  job->size = g_bytes_get_size (bytes);
  return job;
}

DexFuture *
ww_attachment_save_in (WwAttachment *self, GFile *directory)
{
  return save (job_new (self), g_file_peek_path (directory), self->name);
}

DexFuture *
ww_attachment_save_as (WwAttachment *self, GFile *file)
{
  return save_as (job_new (self), file);
}

DexFuture *
ww_bytes_save_in (GBytes *bytes, const char *name, GFile *directory)
{
  g_autofree char *clean = ww_file_name_clean (name, strlen (name), _ ("File"));

  return save (job_new_for_bytes (bytes), g_file_peek_path (directory), clean);
}

DexFuture *
ww_bytes_save_as (GBytes *bytes, GFile *file)
{
  return save_as (job_new_for_bytes (bytes), file);
}

/* --- What the sender said ------------------------------------------------------------------ */

const char *
ww_attachment_get_id (WwAttachment *self)
{
  return self->id;
}

const char *
ww_attachment_get_name (WwAttachment *self)
{
  return self->name;
}

const char *
ww_attachment_get_media_type (WwAttachment *self)
{
  return self->media_type;
}

guint64
ww_attachment_get_size (WwAttachment *self)
{
  return self->size;
}

WwAttachmentKind
ww_attachment_get_kind (WwAttachment *self)
{
  return self->kind;
}

guint
ww_attachment_get_width (WwAttachment *self)
{
  return self->width;
}

guint
ww_attachment_get_height (WwAttachment *self)
{
  return self->height;
}

GBytes *
ww_attachment_get_preview (WwAttachment *self)
{
  return self->preview;
}

GBytes *
ww_attachment_get_levels (WwAttachment *self)
{
  return self->levels;
}

gint64
ww_attachment_get_duration_ms (WwAttachment *self)
{
  return self->duration_ms;
}

gboolean
ww_attachment_get_voice (WwAttachment *self)
{
  return self->voice;
}

guint64
ww_attachment_get_done (WwAttachment *self)
{
  return self->transfer != NULL ? ww_transfer_get_done (self->transfer) : 0;
}

guint64
ww_attachment_get_total (WwAttachment *self)
{
  return self->transfer != NULL ? ww_transfer_get_total (self->transfer) : 0;
}

const char *
ww_attachment_get_error (WwAttachment *self)
{
  const GError *error = self->transfer != NULL ? ww_transfer_get_error (self->transfer) : NULL;

  if (error != NULL)
    return error->message;
  return self->transfer == NULL && !self->has_pointer
             ? _ ("This file was not sent: Waxwing ended before it was taken over. Send it again.")
             : NULL;
}

static const char *
name_for_kind (WwAttachmentKind kind)
{
  switch (kind)
    {
    case WW_ATTACHMENT_KIND_PHOTO:
      return _ ("Photo");
    case WW_ATTACHMENT_KIND_VIDEO:
      return _ ("Video");
    case WW_ATTACHMENT_KIND_AUDIO:
      return _ ("Audio");
    case WW_ATTACHMENT_KIND_FILE:
      return _ ("File");
    }
  return _ ("File");
}

static gboolean
take_pointer (WwAttachment *self, const Waxwing__Attachment *attachment)
{
  WwAttachmentPointer *pointer = &self->pointer;

  if (attachment->attachment_id.len != sizeof pointer->id ||
      attachment->download_token.len != sizeof pointer->download_token || attachment->key.len != sizeof pointer->key ||
      attachment->hash.len != sizeof pointer->hash)
    return FALSE;
  memcpy (pointer->id, attachment->attachment_id.data, sizeof pointer->id);
  memcpy (pointer->download_token, attachment->download_token.data, sizeof pointer->download_token);
  memcpy (pointer->key, attachment->key.data, sizeof pointer->key);
  memcpy (pointer->hash, attachment->hash.data, sizeof pointer->hash);
  pointer->size = attachment->size;
  return TRUE;
}

static void
take_picture (WwAttachment *self, const Waxwing__Picture *picture)
{
  if (picture == NULL)
    return;
  self->width = picture->width;
  self->height = picture->height;
  if (picture->preview.len > 0)
    self->preview = g_bytes_new (picture->preview.data, picture->preview.len);
}

/* See the header. */
char *
ww_attachment_dup_id (const guint8 message[16], guint ordinal)
{
  g_autofree char *hex = ww_hex_encode (message, WW_ID_SIZE);

  return g_strdup_printf ("%s-%u", hex, ordinal);
}

/* See the header. */
WwAttachment *
ww_attachment_new (WwTransfers *transfers, const guint8 message[16], guint ordinal,
                   const Waxwing__Attachment *attachment)
{
  WwAttachment *self = g_object_new (WW_TYPE_ATTACHMENT, NULL);
  const char *name = attachment->name != NULL ? attachment->name : "";

  memcpy (self->message, message, sizeof self->message);
  self->id = ww_attachment_dup_id (message, ordinal);
  self->media_type = g_utf8_make_valid (attachment->media_type != NULL ? attachment->media_type : "", -1);
  self->kind = ww_attachment_kind_for_type (self->media_type);
  self->name = ww_file_name_clean (name, strlen (name), name_for_kind (self->kind));
  self->size = attachment->size;
  self->duration_ms = (gint64) MIN (attachment->duration_ms, (guint64) G_MAXINT64);
  self->voice = attachment->voice;
  if (attachment->levels.len > 0 && attachment->levels.len <= WW_MAX_SOUND_LEVELS)
    self->levels = g_bytes_new (attachment->levels.data, attachment->levels.len);
  take_picture (self, attachment->picture);
  self->has_pointer = take_pointer (self, attachment);
  self->transfers = transfers != NULL ? g_object_ref (transfers) : NULL;
  if (transfers != NULL)
    ww_attachment_set_transfer (self, self->has_pointer ? ww_transfers_find (transfers, self->message, &self->pointer)
                                                        : ww_transfers_find_bound (transfers, self->id));
  return self;
}

/* --- The class ----------------------------------------------------------------------------- */

static void
ww_attachment_finalize (GObject *object)
{
  WwAttachment *self = WW_ATTACHMENT (object);

  g_clear_object (&self->transfer);
  g_clear_object (&self->transfers);
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_clear_pointer (&self->levels, g_bytes_unref);
  ww_wipe (&self->pointer, sizeof self->pointer);
  g_free (self->id);
  g_free (self->name);
  g_free (self->media_type);
  G_OBJECT_CLASS (ww_attachment_parent_class)->finalize (object);
}

static void
ww_attachment_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwAttachment *self = WW_ATTACHMENT (object);

  switch ((WwAttachmentProperty) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      return;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      return;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      return;
    case PROP_STATE:
      g_value_set_enum (value, ww_attachment_get_state (self));
      return;
    case PROP_DONE:
      g_value_set_uint64 (value, ww_attachment_get_done (self));
      return;
    case PROP_TOTAL:
      g_value_set_uint64 (value, ww_attachment_get_total (self));
      return;
    case PROP_ERROR:
      g_value_set_string (value, ww_attachment_get_error (self));
      return;
    }
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ww_attachment_class_init (WwAttachmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_attachment_finalize;
  object_class->get_property = ww_attachment_get_property;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, WW_TYPE_ATTACHMENT_KIND, WW_ATTACHMENT_KIND_FILE,
                                             flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_ATTACHMENT_STATE, WW_ATTACHMENT_STATE_REMOTE,
                                              flags);
  properties[PROP_DONE] = g_param_spec_uint64 ("done", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_TOTAL] = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_attachment_init (WwAttachment *self)
{
}
