/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-uploads"

#include "ww-uploads.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-message-attachment-private.h"
#include "ww-outgoing-private.h"
#include "ww-store-outbox.h"
#include "ww-store-uploads.h"

struct _WwUploads
{
  GObject parent_instance;

  WwStore *store;
  WwTransfers *transfers;
  WwConversationList *conversations;
  GHashTable *messages; /* id in hex → Upload */
  GPtrArray *waiters;   /* of DexPromise, for ww_uploads_settle() */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (WwUploads, ww_uploads, G_TYPE_OBJECT)

/* The files of one message. */
typedef struct
{
  WwUploads *owner;
  guint8 id[WW_ID_SIZE];
  GPtrArray *transfers; /* of WwTransfer, in the order of the files; NULL for one that was never sealed */
  gboolean settling;
} Upload;

static void check (Upload *upload);

static void tell_waiters (WwUploads *self);

static void
state_cb (Upload *upload)
{
  WwUploads *owner = upload->owner;

  check (upload);
  tell_waiters (owner);
}

static void
transfer_unref (gpointer transfer)
{
  if (transfer != NULL)
    g_object_unref (transfer);
}

static void
upload_free (gpointer data)
{
  Upload *self = data;

  for (guint i = 0; i < self->transfers->len; i++)
    if (self->transfers->pdata[i] != NULL)
      g_signal_handlers_disconnect_by_data (self->transfers->pdata[i], self);
  g_ptr_array_unref (self->transfers);
  g_free (self);
}

static Upload *
upload_new (WwUploads *owner, const guint8 id[WW_ID_SIZE])
{
  Upload *self = g_new0 (Upload, 1);

  self->owner = owner;
  memcpy (self->id, id, sizeof self->id);
  self->transfers = g_ptr_array_new_with_free_func (transfer_unref);
  g_hash_table_insert (owner->messages, ww_hex_encode (id, WW_ID_SIZE), self);
  return self;
}

/* `transfer`: full, nullable. */
static void
upload_add (Upload *self, WwTransfer *transfer)
{
  g_autofree char *key = ww_attachment_dup_id (self->id, self->transfers->len);

  g_ptr_array_add (self->transfers, transfer);
  if (transfer == NULL)
    return;
  ww_transfers_bind (self->owner->transfers, key, transfer);
  g_signal_connect_swapped (transfer, "notify::state", G_CALLBACK (state_cb), self);
}

/* --- Who waits for it ---------------------------------------------------------------------- */

static gboolean
is_moving (const Upload *self)
{
  for (guint i = 0; i < self->transfers->len; i++)
    if (self->transfers->pdata[i] != NULL && ww_transfer_get_state (self->transfers->pdata[i]) == WW_TRANSFER_RUNNING)
      return TRUE;
  return self->settling;
}

static gboolean
is_anything_moving (WwUploads *self)
{
  GHashTableIter iter;
  gpointer upload;

  if (self->closed || !ww_transfers_can_move (self->transfers))
    return FALSE;
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &upload))
    if (is_moving (upload))
      return TRUE;
  return FALSE;
}

static void
tell_waiters (WwUploads *self)
{
  g_autoptr (GPtrArray) waiters = NULL;

  if (self->waiters->len == 0 || is_anything_moving (self))
    return;
  waiters = g_steal_pointer (&self->waiters);
  self->waiters = g_ptr_array_new_with_free_func (dex_unref);
  for (guint i = 0; i < waiters->len; i++)
    dex_promise_resolve_boolean (waiters->pdata[i], TRUE);
}

DexFuture *
ww_uploads_settle (WwUploads *self)
{
  DexPromise *promise = dex_promise_new ();

  g_ptr_array_add (self->waiters, dex_ref (promise));
  tell_waiters (self);
  return DEX_FUTURE (promise);
}

/* --- How it ends --------------------------------------------------------------------------- */

typedef struct
{
  WwUploads *owner;
  guint8 id[WW_ID_SIZE];
  WwUploadPlace *places; /* NULL: it has failed */
  guint n_places;
  char *sentence;
} Ending;

static void
ending_free (gpointer data)
{
  Ending *self = data;

  g_clear_object (&self->owner);
  if (self->places != NULL)
    ww_wipe (self->places, self->n_places * sizeof *self->places);
  g_free (self->places);
  g_free (self->sentence);
  g_free (self);
}

static Ending *
ending_copy (const Ending *self)
{
  Ending *copy = g_new0 (Ending, 1);

  memcpy (copy->id, self->id, sizeof copy->id);
  copy->places = g_memdup2 (self->places, self->n_places * sizeof *self->places);
  copy->n_places = self->n_places;
  copy->sentence = g_strdup (self->sentence);
  return copy;
}

static gboolean
end_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Ending *self = data;
  g_autoptr (GPtrArray) outcomes = NULL;
  g_autoptr (GPtrArray) changes = ww_state_changes_new ();

  gboolean waits;

  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, TRUE);
  /* Whatever was deleted or taken back meanwhile stays so. */
  if (!ww_store_has_uploads (database, self->id, &waits, error))
    return FALSE;
  if (!waits)
    return TRUE;
  if (self->places != NULL)
    return ww_store_finish_uploads (database, self->id, self->places, self->n_places, error);
  outcomes = ww_outbox_outcomes_new ();
  ww_outbox_outcomes_add (outcomes, self->id, 0, self->sentence);
  return ww_store_settle_outbox (database, outcomes, changes, error);
}

static void
tell_end (WwUploads *self, const Ending *ending, const char *hex)
{
  if (ending->places == NULL)
    {
      ww_conversation_list_apply_state (self->conversations, ending->id, WW_MESSAGE_STATE_FAILED, 0, ending->sentence);
      return;
    }
  g_hash_table_remove (self->messages, hex);
  ww_conversation_list_outbox_changed (self->conversations);
}

static DexFuture *
end_fiber (gpointer data)
{
  Ending *self = data;
  WwUploads *owner = self->owner;
  g_autofree char *hex = ww_hex_encode (self->id, sizeof self->id);
  g_autoptr (GError) error = NULL;
  Upload *upload;

  if (!dex_await (ww_store_run (owner->store, end_on_store, ending_copy (self), ending_free), &error))
    g_warning ("What became of a message's files was not stored: %s", error->message);
  upload = g_hash_table_lookup (owner->messages, hex);
  if (upload != NULL)
    upload->settling = FALSE;
  if (upload != NULL && error == NULL && !owner->closed)
    tell_end (owner, self, hex);
  tell_waiters (owner);
  return dex_future_new_true ();
}

static void
end (Upload *upload, WwUploadPlace *places, const char *sentence)
{
  Ending *ending = g_new0 (Ending, 1);

  upload->settling = TRUE;
  ending->owner = g_object_ref (upload->owner);
  memcpy (ending->id, upload->id, sizeof ending->id);
  ending->places = places;
  ending->n_places = places != NULL ? upload->transfers->len : 0;
  ending->sentence = g_strdup (sentence);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, end_fiber, ending, ending_free));
}

static gboolean
take_place (WwTransfer *transfer, WwUploadPlace *place)
{
  WwAttachmentPointer pointer;

  if (!ww_transfer_get_pointer (transfer, &pointer))
    return FALSE;
  memcpy (place->id, pointer.id, sizeof place->id);
  memcpy (place->download_token, pointer.download_token, sizeof place->download_token);
  memcpy (place->key, pointer.key, sizeof place->key);
  memcpy (place->hash, pointer.hash, sizeof place->hash);
  place->size = pointer.size;
  ww_wipe (&pointer, sizeof pointer);
  return TRUE;
}

/* Whether all of its files have arrived, or one of them never will. */
static void
check (Upload *upload)
{
  g_autofree WwUploadPlace *places = g_new0 (WwUploadPlace, upload->transfers->len);
  guint done = 0;

  if (upload->settling || upload->owner->closed)
    return;
  for (guint i = 0; i < upload->transfers->len; i++)
    {
      WwTransfer *transfer = upload->transfers->pdata[i];
      WwTransferState state = transfer != NULL ? ww_transfer_get_state (transfer) : WW_TRANSFER_CANCELLED;

      if (state == WW_TRANSFER_DONE && take_place (transfer, &places[i]))
        done++;
      else if (state == WW_TRANSFER_FAILED)
        {
          end (upload, NULL, ww_transfer_get_error (transfer)->message);
          return;
        }
      else if (state == WW_TRANSFER_CANCELLED)
        {
          end (upload, NULL, _ ("A file of this message isn't there any more. Send it again."));
          return;
        }
    }
  if (done == upload->transfers->len)
    end (upload, g_steal_pointer (&places), NULL);
}

/* --- How it begins ------------------------------------------------------------------------- */

void
ww_uploads_begin (WwUploads *self, const guint8 message[16], WwOutgoing *outgoing)
{
  GPtrArray *files = ww_outgoing_get_files (outgoing);
  Upload *upload;

  if (files->len == 0)
    return;
  upload = upload_new (self, message);
  for (guint i = 0; i < files->len; i++)
    {
      WwOutgoingFile *file = files->pdata[i];
      WwTransfer *transfer = ww_transfers_upload_for (self->transfers, message, file->path, file->transfer);

      /* Bytes that are in no file are there until they are sealed. */
      if (file->memory != NULL)
        g_object_set_data_full (G_OBJECT (transfer), "source", ww_outgoing_memory_ref (file->memory),
                                (GDestroyNotify) ww_outgoing_memory_unref);
      upload_add (upload, transfer);
    }
}

void
ww_uploads_retry (WwUploads *self, const guint8 message[16])
{
  g_autofree char *hex = ww_hex_encode (message, WW_ID_SIZE);
  Upload *upload = g_hash_table_lookup (self->messages, hex);

  if (upload == NULL)
    return;
  for (guint i = 0; i < upload->transfers->len; i++)
    if (upload->transfers->pdata[i] != NULL)
      ww_transfer_resume (upload->transfers->pdata[i]);
  check (upload);
}

void
ww_uploads_forget (WwUploads *self, const guint8 message[16], gboolean everywhere)
{
  g_autofree char *hex = ww_hex_encode (message, WW_ID_SIZE);

  g_hash_table_remove (self->messages, hex);
  ww_transfers_forget_message (self->transfers, message, everywhere);
  tell_waiters (self);
}

static gboolean
list_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GPtrArray *rows;

  if (!ww_store_list_uploads (database, &rows, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

static DexFuture *
load_fiber (gpointer data)
{
  WwUploads *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = dex_await_boxed (ww_store_read (self->store, list_on_store, NULL, NULL), &error);
  GHashTableIter iter;
  gpointer upload;

  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  for (guint i = 0; i < rows->len && !self->closed; i++)
    {
      WwUploadRow *row = rows->pdata[i];
      g_autofree char *hex = ww_hex_encode (row->message, sizeof row->message);
      WwTransfer *transfer = ww_transfers_find_file (self->transfers, row->file);

      upload = g_hash_table_lookup (self->messages, hex);
      upload_add (upload != NULL ? upload : upload_new (self, row->message),
                  transfer != NULL ? g_object_ref (transfer) : NULL);
    }
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &upload))
    check (upload);
  return dex_future_new_true ();
}

DexFuture *
ww_uploads_load (WwUploads *self)
{
  return dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref);
}

void
ww_uploads_close (WwUploads *self)
{
  self->closed = TRUE;
  ww_transfers_close (self->transfers);
  tell_waiters (self);
}

WwTransfers *
ww_uploads_get_transfers (WwUploads *self)
{
  return self->transfers;
}

/* --- The class ----------------------------------------------------------------------------- */

WwUploads *
ww_uploads_new (WwStore *store, WwTransfers *transfers, WwConversationList *conversations)
{
  WwUploads *self = g_object_new (WW_TYPE_UPLOADS, NULL);

  self->store = g_object_ref (store);
  self->transfers = g_object_ref (transfers);
  self->conversations = g_object_ref (conversations);
  return self;
}

static void
ww_uploads_finalize (GObject *object)
{
  WwUploads *self = WW_UPLOADS (object);

  g_clear_pointer (&self->messages, g_hash_table_unref);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->transfers);
  g_clear_object (&self->conversations);
  G_OBJECT_CLASS (ww_uploads_parent_class)->finalize (object);
}

static void
ww_uploads_class_init (WwUploadsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_uploads_finalize;
}

static void
ww_uploads_init (WwUploads *self)
{
  self->messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, upload_free);
  self->waiters = g_ptr_array_new_with_free_func (dex_unref);
}
