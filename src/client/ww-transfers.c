/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfers"

#include "ww-transfers.h"

#include <glib/gstdio.h>
#include <openssl/rand.h>

#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-transfer-private.h"

#define NAME_BYTES 16
#define AT_ONCE    3
#define STALL_S    60 /* after which a connection on which nothing moves is given up */

G_DEFINE_FINAL_TYPE (WwTransfers, ww_transfers, G_TYPE_OBJECT)

/* `address` is the server's, normalised. */
WwTransfers *
ww_transfers_new (WwStore *store, WwLink *link, const char *address, const char *profile_directory)
{
  WwTransfers *self = g_object_new (WW_TYPE_TRANSFERS, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->address = g_strdup (address);
  self->directory = g_build_filename (profile_directory, WW_ATTACHMENT_DIRECTORY, NULL);
  self->session = soup_session_new_with_options ("timeout", STALL_S, "max-conns-per-host", AT_ONCE + 1, NULL);
  return self;
}

GPtrArray *
ww_transfers_get_list (WwTransfers *self)
{
  return self->list;
}

static gboolean
is_of (const WwTransfer *self, const guint8 message[16])
{
  return self->row->has_message && memcmp (self->row->message, message, WW_ID_SIZE) == 0;
}

static gboolean
brings (const WwTransfer *self, const WwAttachmentPointer *pointer)
{
  const WwTransferRow *row = self->row;

  return row->has_id && row->size == pointer->size && memcmp (row->id, pointer->id, sizeof row->id) == 0 &&
         memcmp (row->key, pointer->key, sizeof row->key) == 0 &&
         memcmp (row->hash, pointer->hash, sizeof row->hash) == 0;
}

WwTransfer *
ww_transfers_find (WwTransfers *self, const guint8 message[16], const WwAttachmentPointer *pointer)
{
  for (guint i = 0; i < self->list->len; i++)
    if (is_of (self->list->pdata[i], message) && brings (self->list->pdata[i], pointer) &&
        ww_transfer_get_state (self->list->pdata[i]) != WW_TRANSFER_CANCELLED)
      return self->list->pdata[i];
  return NULL;
}

WwTransfer *
ww_transfers_find_file (WwTransfers *self, const char *file)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      WwTransfer *transfer = self->list->pdata[i];

      if (g_str_equal (transfer->row->file, file))
        return transfer;
    }
  return NULL;
}

void
ww_transfers_bind (WwTransfers *self, const char *attachment, WwTransfer *transfer)
{
  g_hash_table_insert (self->bound, g_strdup (attachment), g_object_ref (transfer));
}

WwTransfer *
ww_transfers_find_bound (WwTransfers *self, const char *attachment)
{
  return g_hash_table_lookup (self->bound, attachment);
}

/* --- Moving -------------------------------------------------------------------------------- */

static void
conclude (WwTransfer *self, gboolean done, const GError *error)
{
  if (self->row->state != WW_TRANSFER_RUNNING)
    return;
  if (done)
    ww_transfer_set_state (self, WW_TRANSFER_DONE, NULL);
  else if (!g_error_matches (error, WW_ERROR, WW_ERROR_CANCELLED))
    ww_transfer_set_state (self, WW_TRANSFER_FAILED, error);
}

/* Whatever became of it is in the row before anybody hears of it. */
static DexFuture *
move_fiber (gpointer data)
{
  WwTransfer *self = data;
  g_autoptr (WwTransfers) owner = g_object_ref (self->owner);
  g_autoptr (GError) error = NULL;
  gboolean up = self->row->direction == WW_TRANSFER_UP;
  gboolean done = up ? ww_transfer_upload (self, &error) : ww_transfer_download (self, &error);

  self->moving = FALSE;
  owner->moving--;
  if (self->owner == NULL)
    return dex_future_new_true ();
  if (self->row->state == WW_TRANSFER_CANCELLED)
    {
      ww_transfers_forget (owner, self);
    }
  else
    {
      WwTransferState before = self->row->state;

      if (done && before == WW_TRANSFER_RUNNING && self->row->row > 0)
        {
          self->row->state = WW_TRANSFER_DONE;
          done = dex_await (ww_transfer_store (self), &error);
          if (self->owner == NULL)
            {
              ww_transfers_wake (owner);
              return dex_future_new_true ();
            }
          self->row->state = before;
        }
      conclude (self, done, error);
      if (!done && self->row->row > 0)
        dex_future_disown (ww_transfer_store (self));
    }
  ww_transfers_wake (owner);
  return dex_future_new_true ();
}

static void
move (WwTransfer *self)
{
  self->moving = TRUE;
  self->owner->moving++;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  dex_clear (&self->stop);
  self->stop = dex_promise_new ();
  dex_future_disown (dex_scheduler_spawn (NULL, 0, move_fiber, g_object_ref (self), g_object_unref));
}

/* Whose turn it is. */
void
ww_transfers_wake (WwTransfers *self)
{
  for (guint i = 0; i < self->list->len && self->moving < AT_ONCE && !self->closed && !self->held; i++)
    {
      WwTransfer *transfer = self->list->pdata[i];

      if (transfer->row->state == WW_TRANSFER_RUNNING && !transfer->moving)
        move (transfer);
    }
}

/* --- Forgetting ---------------------------------------------------------------------------- */

static gboolean
unlink_work (gpointer data, GError **error)
{
  g_unlink (data);
  return TRUE;
}

static gboolean
delete_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const gint64 *row = data;

  return ww_store_delete_transfer (database, *row, error);
}

typedef struct
{
  WwLink *link;
  guint8 id[WW_ID_SIZE];
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *self = data;

  g_object_unref (self->link);
  g_free (self);
}

static DexFuture *
delete_fiber (gpointer data)
{
  Deletion *self = data;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__DeleteAttachment deletion = WAXWING__DELETE_ATTACHMENT__INIT;
  g_autoptr (WwReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  deletion.attachment_id = (ProtobufCBinaryData) { sizeof self->id, self->id };
  request.body_case = WAXWING__REQUEST__BODY_DELETE_ATTACHMENT;
  request.delete_attachment = &deletion;
  if (dex_await (ww_link_wait_up (self->link), &error))
    reply = dex_await_boxed (
        ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS), &error);
  if (reply == NULL)
    g_debug ("An attachment was not deleted on the server: %s", error->message);
  return dex_future_new_true ();
}

/* On the server too, if it can be reached before the program ends; what stays there goes by itself. */
static void
delete_on_server (WwTransfers *self, const WwTransferRow *row)
{
  Deletion *deletion = g_new0 (Deletion, 1);

  deletion->link = g_object_ref (self->link);
  memcpy (deletion->id, row->id, sizeof deletion->id);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, delete_fiber, deletion, deletion_free));
}

static gboolean
is_bound_to (gpointer attachment, gpointer transfer, gpointer wanted)
{
  return transfer == wanted;
}

/* Row, file, and what the server has. */
void
ww_transfers_forget (WwTransfers *self, WwTransfer *transfer)
{
  if (transfer->row->row > 0)
    dex_future_disown (ww_store_run (self->store, delete_on_store,
                                     g_memdup2 (&transfer->row->row, sizeof transfer->row->row), g_free));
  if (transfer->row->direction == WW_TRANSFER_UP && transfer->row->has_id && !transfer->stays_on_server)
    delete_on_server (self, transfer->row);
  dex_future_disown (ww_attachment_work (unlink_work, ww_transfer_dup_path (transfer), g_free));
  transfer->owner = NULL;
  g_hash_table_foreach_remove (self->bound, is_bound_to, transfer);
  g_ptr_array_remove (self->list, transfer);
}

/* What others were sent, they keep; what nobody can know of yet goes. */
static void
drop (WwTransfer *self, gboolean everywhere)
{
  g_autoptr (WwTransfer) held = g_object_ref (self);

  held->stays_on_server = held->row->state == WW_TRANSFER_DONE && !everywhere;
  ww_transfer_drop (held);
}

void
ww_transfers_forget_message (WwTransfers *self, const guint8 message[16], gboolean everywhere)
{
  for (guint i = self->list->len; i > 0; i--)
    if (is_of (self->list->pdata[i - 1], message))
      drop (self->list->pdata[i - 1], everywhere);
}

/* --- Beginning ----------------------------------------------------------------------------- */

static char *
make_name (void)
{
  guint8 bytes[NAME_BYTES];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    g_error ("There are no random bytes");
  return ww_hex_encode (bytes, sizeof bytes);
}

static WwTransfer *
begin (WwTransfers *self, WwTransferRow *row, const char *source)
{
  WwTransfer *transfer = ww_transfer_new (self, row, source);

  g_ptr_array_add (self->list, g_object_ref (transfer));
  ww_transfers_wake (self);
  return transfer;
}

static WwTransferRow *
row_new (WwTransferDirection direction, const guint8 *message)
{
  WwTransferRow *row = ww_transfer_row_new (direction);

  row->has_message = message != NULL;
  if (message != NULL)
    memcpy (row->message, message, sizeof row->message);
  return row;
}

WwTransfer *
ww_transfers_upload_for (WwTransfers *self, const guint8 message[16], const char *path, const char *file)
{
  WwTransferRow *row = row_new (WW_TRANSFER_UP, message);

  row->file = g_strdup (file);
  return begin (self, row, path);
}

WwTransfer *
ww_transfers_upload (WwTransfers *self, const char *path)
{
  g_autofree char *name = make_name ();

  return ww_transfers_upload_for (self, NULL, path, name);
}

WwTransfer *
ww_transfers_download (WwTransfers *self, const WwAttachmentPointer *pointer)
{
  return ww_transfers_download_for (self, NULL, pointer);
}

WwTransfer *
ww_transfers_download_for (WwTransfers *self, const guint8 message[16], const WwAttachmentPointer *pointer)
{
  WwTransferRow *row = row_new (WW_TRANSFER_DOWN, message);

  row->file = make_name ();
  row->has_id = TRUE;
  memcpy (row->id, pointer->id, sizeof row->id);
  memcpy (row->download_token, pointer->download_token, sizeof row->download_token);
  memcpy (row->key, pointer->key, sizeof row->key);
  memcpy (row->hash, pointer->hash, sizeof row->hash);
  row->size = pointer->size;
  return begin (self, row, NULL);
}

/* --- Taking up ----------------------------------------------------------------------------- */

static gboolean
list_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GPtrArray *rows;

  if (!ww_store_list_transfers (database, &rows, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

typedef struct
{
  char *directory;
  GHashTable *known; /* names */
} Sweeping;

static void
sweeping_free (gpointer data)
{
  Sweeping *self = data;

  g_free (self->directory);
  g_hash_table_unref (self->known);
  g_free (self);
}

/* Files that no row knows were being sealed, or should have been removed, when the program ended. */
static gboolean
sweep_work (gpointer data, GError **error)
{
  Sweeping *self = data;
  g_autoptr (GDir) directory = NULL;
  const char *name;
  guint8 id[NAME_BYTES];

  if (g_mkdir (self->directory, 0700) != 0 && !g_file_test (self->directory, G_FILE_TEST_IS_DIR))
    {
      ww_error_set (error, WW_ERROR_STORE_FAILED);
      return FALSE;
    }
  directory = g_dir_open (self->directory, 0, NULL);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (ww_hex_decode (name, id, sizeof id) && !g_hash_table_contains (self->known, name))
      {
        g_autofree char *path = g_build_filename (self->directory, name, NULL);

        g_unlink (path);
      }
  return TRUE;
}

static DexFuture *
load_fiber (gpointer data)
{
  WwTransfers *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = dex_await_boxed (ww_store_read (self->store, list_on_store, NULL, NULL), &error);
  Sweeping *sweeping;

  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  sweeping = g_new0 (Sweeping, 1);
  sweeping->directory = g_strdup (self->directory);
  sweeping->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (sweeping->known, g_strdup (((WwTransferRow *) rows->pdata[i])->file));
  if (!dex_await (ww_attachment_work (sweep_work, sweeping, sweeping_free), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  for (guint i = 0; i < rows->len && !self->closed; i++)
    {
      WwTransferRow *row = ww_transfer_row_copy (rows->pdata[i]);
      const char *sentence = row->error != NULL ? ww_error_get_sentence_for_code (row->error) : NULL;
      WwTransfer *transfer = ww_transfer_new (self, row, NULL);
      g_autoptr (GError) failure = NULL;

      if (row->state == WW_TRANSFER_FAILED)
        failure = g_error_new_literal (WW_ERROR, WW_ERROR_FAILED,
                                       sentence != NULL ? sentence : ww_error_get_sentence (WW_ERROR_FAILED));
      ww_transfer_set_state (transfer, row->state, failure);
      g_ptr_array_add (self->list, transfer);
    }
  ww_transfers_wake (self);
  return dex_future_new_true ();
}

DexFuture *
ww_transfers_load (WwTransfers *self)
{
  return dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref);
}

static gboolean
is_listed (GPtrArray *rows, gint64 row)
{
  for (guint i = 0; i < rows->len; i++)
    if (((WwTransferRow *) rows->pdata[i])->row == row)
      return TRUE;
  return FALSE;
}

static DexFuture *
reconcile_fiber (gpointer data)
{
  WwTransfers *self = data;
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  /* Those that had a row before the store is asked. */
  for (guint i = 0; i < self->list->len; i++)
    if (((WwTransfer *) self->list->pdata[i])->row->row > 0)
      g_ptr_array_add (known, g_object_ref (self->list->pdata[i]));
  rows = dex_await_boxed (ww_store_read (self->store, list_on_store, NULL, NULL), &error);
  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  for (guint i = 0; i < known->len; i++)
    if (!is_listed (rows, ((WwTransfer *) known->pdata[i])->row->row))
      drop (known->pdata[i], FALSE);
  return dex_future_new_true ();
}

DexFuture *
ww_transfers_reconcile (WwTransfers *self)
{
  return dex_scheduler_spawn (NULL, 0, reconcile_fiber, g_object_ref (self), g_object_unref);
}

void
ww_transfers_hold (WwTransfers *self)
{
  self->held = TRUE;
}

gboolean
ww_transfers_can_move (WwTransfers *self)
{
  return !self->closed && !self->held && ww_link_get_state (self->link) == WW_LINK_STATE_UP;
}

void
ww_transfers_close (WwTransfers *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  for (guint i = 0; i < self->list->len; i++)
    ww_transfer_stop (self->list->pdata[i]);
}

/* --- The class ----------------------------------------------------------------------------- */

static void
let_go_cb (gpointer data)
{
  WwTransfer *transfer = data;

  transfer->owner = NULL;
  g_object_unref (transfer);
}

static void
ww_transfers_finalize (GObject *object)
{
  WwTransfers *self = WW_TRANSFERS (object);

  g_hash_table_unref (self->bound);
  g_ptr_array_unref (self->list);
  g_clear_object (&self->session);
  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_free (self->address);
  g_free (self->directory);

  G_OBJECT_CLASS (ww_transfers_parent_class)->finalize (object);
}

static void
ww_transfers_class_init (WwTransfersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_transfers_finalize;
}

static void
ww_transfers_init (WwTransfers *self)
{
  self->list = g_ptr_array_new_with_free_func (let_go_cb);
  self->bound = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}
