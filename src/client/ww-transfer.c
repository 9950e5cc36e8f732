/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfer"

#include "ww-transfer-private.h"

#include <glib/gstdio.h>

#include "ww-error-private.h"
#include "ww-sealed-stream.h"

G_DEFINE_FINAL_TYPE (WwTransfer, ww_transfer, G_TYPE_OBJECT)

typedef enum
{
  PROP_STATE = 1,
  PROP_DONE,
  PROP_TOTAL,
} WwTransferProperty;

static GParamSpec *properties[PROP_TOTAL + 1];

/* Takes the row over. */
WwTransfer *
ww_transfer_new (WwTransfers *owner, WwTransferRow *row, const char *source)
{
  WwTransfer *self = g_object_new (WW_TYPE_TRANSFER, NULL);

  self->owner = owner;
  self->row = row;
  self->source = g_strdup (source);
  if (source == NULL)
    ww_attachment_layout_init (&self->layout, row->size);
  return self;
}

WwTransferDirection
ww_transfer_get_direction (WwTransfer *self)
{
  return self->row->direction;
}

WwTransferState
ww_transfer_get_state (WwTransfer *self)
{
  return self->row->state;
}

guint64
ww_transfer_get_done (WwTransfer *self)
{
  return self->row->done;
}

guint64
ww_transfer_get_total (WwTransfer *self)
{
  return self->layout.sealed;
}

const GError *
ww_transfer_get_error (WwTransfer *self)
{
  return self->error;
}

/* See ww-transfers.h. */
gboolean
ww_transfer_get_pointer (WwTransfer *self, WwAttachmentPointer *out)
{
  const WwTransferRow *row = self->row;

  if (row->direction != WW_TRANSFER_UP || row->state != WW_TRANSFER_DONE)
    return FALSE;
  memcpy (out->id, row->id, sizeof out->id);
  memcpy (out->download_token, row->download_token, sizeof out->download_token);
  memcpy (out->key, row->key, sizeof out->key);
  memcpy (out->hash, row->hash, sizeof out->hash);
  out->size = row->size;
  return TRUE;
}

char *
ww_transfer_dup_path (WwTransfer *self)
{
  return g_build_filename (self->owner->directory, self->row->file, NULL);
}

void
ww_transfer_set_done (WwTransfer *self, guint64 done)
{
  if (self->row->done == done)
    return;
  self->row->done = done;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
}

static void
settle_finished (WwTransfer *self)
{
  if (!dex_future_is_pending (DEX_FUTURE (self->finished)))
    return;
  if (self->row->state == WW_TRANSFER_DONE)
    dex_promise_resolve_boolean (self->finished, TRUE);
  else if (self->row->state == WW_TRANSFER_FAILED)
    dex_promise_reject (self->finished, g_error_copy (self->error));
  else if (self->row->state == WW_TRANSFER_CANCELLED)
    dex_promise_reject (self->finished, ww_error_new (WW_ERROR_CANCELLED));
}

/* The row is not written. */
void
ww_transfer_set_state (WwTransfer *self, WwTransferState state, const GError *error)
{
  g_clear_error (&self->error);
  g_set_str (&self->row->error, error != NULL ? ww_error_get_code (error) : NULL);
  if (error != NULL)
    self->error = g_error_copy (error);
  self->row->state = state;
  settle_finished (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* --- The row ------------------------------------------------------------------------------- */

static gboolean
put_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwTransferRow *row = data;

  if (!ww_store_put_transfer (database, row, error))
    return FALSE;
  g_value_init (result, G_TYPE_INT64);
  g_value_set_int64 (result, row->row);
  return TRUE;
}

static DexFuture *
stored_cb (DexFuture *future, gpointer data)
{
  WwTransfer *self = data;
  gint64 row = g_value_get_int64 (dex_future_get_value (future, NULL));

  if (row > 0)
    {
      self->row->row = row;
      return NULL;
    }
  /* Its message went meanwhile. */
  ww_transfer_drop (self);
  return ww_error_reject (WW_ERROR_CANCELLED);
}

/* A row gets its number with its first writing, which its fiber waits for; nothing else writes before. */
DexFuture *
ww_transfer_store (WwTransfer *self)
{
  DexFuture *stored = ww_store_run (self->owner->store, put_on_store, ww_transfer_row_copy (self->row),
                                    (GDestroyNotify) ww_transfer_row_free);

  return dex_future_then (stored, stored_cb, g_object_ref (self), g_object_unref);
}

/* --- What the person does ------------------------------------------------------------------ */

void
ww_transfer_stop (WwTransfer *self)
{
  g_cancellable_cancel (self->cancellable);
  if (dex_future_is_pending (DEX_FUTURE (self->stop)))
    dex_promise_reject (self->stop, ww_error_new (WW_ERROR_CANCELLED));
}

static void
store_if_stored (WwTransfer *self)
{
  if (self->row->row > 0)
    dex_future_disown (ww_transfer_store (self));
}

void
ww_transfer_pause (WwTransfer *self)
{
  if (self->owner == NULL || self->row->state != WW_TRANSFER_RUNNING)
    return;
  ww_transfer_set_state (self, WW_TRANSFER_PAUSED, NULL);
  store_if_stored (self);
  ww_transfer_stop (self);
}

void
ww_transfer_resume (WwTransfer *self)
{
  if (self->owner == NULL || (self->row->state != WW_TRANSFER_PAUSED && self->row->state != WW_TRANSFER_FAILED))
    return;
  if (!dex_future_is_pending (DEX_FUTURE (self->finished)))
    {
      dex_clear (&self->finished);
      self->finished = dex_promise_new ();
    }
  ww_transfer_set_state (self, WW_TRANSFER_RUNNING, NULL);
  store_if_stored (self);
  ww_transfers_wake (self->owner);
}

void
ww_transfer_cancel (WwTransfer *self)
{
  if (self->row->state != WW_TRANSFER_DONE || self->row->direction != WW_TRANSFER_DOWN)
    ww_transfer_drop (self);
}

void
ww_transfer_drop (WwTransfer *self)
{
  if (self->owner == NULL || self->row->state == WW_TRANSFER_CANCELLED)
    return;
  ww_transfer_set_state (self, WW_TRANSFER_CANCELLED, NULL);
  ww_transfer_stop (self);
  /* Its fiber may still write to the file. */
  if (!self->moving)
    ww_transfers_forget (self->owner, self);
}

DexFuture *
ww_transfer_wait (WwTransfer *self)
{
  return DEX_FUTURE (dex_ref (self->finished));
}

/* --- Opening ------------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  char *destination;
  guint8 key[WW_ATTACHMENT_KEY_SIZE];
  guint64 size;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *self = data;

  g_free (self->path);
  g_free (self->destination);
  ww_wipe (self->key, sizeof self->key);
  g_free (self);
}

static gboolean
save_work (gpointer data, GError **error)
{
  Saving *self = data;

  return ww_attachment_file_open (self->path, self->key, self->size, self->destination, NULL, error);
}

/* See ww-transfers.h. */
DexFuture *
ww_transfer_save (WwTransfer *self, const char *destination)
{
  Saving *saving;

  if (self->owner == NULL || self->row->state != WW_TRANSFER_DONE)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  saving = g_new0 (Saving, 1);
  saving->path = ww_transfer_dup_path (self);
  saving->destination = g_strdup (destination);
  memcpy (saving->key, self->row->key, sizeof saving->key);
  saving->size = self->row->size;
  return ww_attachment_work (save_work, saving, saving_free);
}

/* See ww-transfers.h. A row without a number has no file yet that is complete. */
gboolean
ww_transfer_get_readable (WwTransfer *self)
{
  const WwTransferRow *row = self->row;

  if (self->owner == NULL || row->state == WW_TRANSFER_CANCELLED)
    return FALSE;
  return row->direction == WW_TRANSFER_UP ? self->source == NULL && row->row > 0 : row->state == WW_TRANSFER_DONE;
}

GInputStream *
ww_transfer_open (WwTransfer *self)
{
  g_autofree char *path = NULL;

  if (!ww_transfer_get_readable (self))
    return NULL;
  path = ww_transfer_dup_path (self);
  return ww_sealed_stream_new (path, self->row->key, self->row->size);
}

/* --- The class ----------------------------------------------------------------------------- */

static void
ww_transfer_finalize (GObject *object)
{
  WwTransfer *self = WW_TRANSFER (object);

  ww_transfer_row_free (self->row);
  g_free (self->source);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  dex_clear (&self->stop);
  dex_clear (&self->finished);

  G_OBJECT_CLASS (ww_transfer_parent_class)->finalize (object);
}

static void
ww_transfer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwTransfer *self = WW_TRANSFER (object);

  switch ((WwTransferProperty) id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->row->state);
      return;
    case PROP_DONE:
      g_value_set_uint64 (value, self->row->done);
      return;
    case PROP_TOTAL:
      g_value_set_uint64 (value, self->layout.sealed);
      return;
    }
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ww_transfer_class_init (WwTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_transfer_finalize;
  object_class->get_property = ww_transfer_get_property;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, WW_TRANSFER_CANCELLED, WW_TRANSFER_RUNNING,
                                              flags);
  properties[PROP_DONE] = g_param_spec_uint64 ("done", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_TOTAL] = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_transfer_init (WwTransfer *self)
{
  self->cancellable = g_cancellable_new ();
  self->stop = dex_promise_new ();
  self->finished = dex_promise_new ();
}
