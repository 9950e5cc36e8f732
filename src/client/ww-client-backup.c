/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-attachment-file.h"
#include "ww-backup-file.h"
#include "ww-archive.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-store-archive.h"

/* Backups: docs/protocol.md, "Backups". */

/* One chunk on its way between the store and the file; counted, because each works on it on a thread of its own. */
typedef struct
{
  WwBackupFile *file;
  WwArchiveOrder order;
  WwArchiveCursor cursor;
  GBytes *chunk;
  gboolean last;
  guint64 messages; /* so far */
  guint64 total;    /* about so many in all; 0: nobody knows */
} Backup;

static void
backup_clear (gpointer data)
{
  Backup *self = data;

  ww_backup_file_unref (self->file);
  g_clear_pointer (&self->chunk, g_bytes_unref);
}

static void
backup_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, backup_clear);
}

/* What a fiber works for. */
typedef struct
{
  WwClient *client;
  Backup *backup;
  GCancellable *cancellable; /* nullable */
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->client);
  backup_unref (self->backup);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static gboolean
run_work (Backup *self, WwAttachmentWork work, GError **error)
{
  return dex_await (ww_attachment_work (work, g_atomic_rc_box_acquire (self), backup_unref), error);
}

static gboolean
run_store (WwClient *client, Backup *self, WwStoreFunc func, GError **error)
{
  if (client->store == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  return dex_await (ww_store_read (client->store, func, g_atomic_rc_box_acquire (self), backup_unref), error);
}

/* Between two chunks: says how far it is. FALSE: the person does not want it any more. */
static gboolean
go_on (Task *self, GError **error)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  g_signal_emit_by_name (self->client, "backup-progress", self->backup->messages, self->backup->total);
  return TRUE;
}

static Task *
task_new (WwClient *client, const char *path, const char *passphrase, GCancellable *cancellable)
{
  Task *task = g_new0 (Task, 1);

  task->client = g_object_ref (client);
  g_set_object (&task->cancellable, cancellable);
  task->backup = g_atomic_rc_box_new0 (Backup);
  task->backup->file = ww_backup_file_new (path, passphrase);
  memcpy (task->backup->order.account, ww_identity_get_account_id (client->identity), WW_ID_SIZE);
  return task;
}

/* --- Export -------------------------------------------------------------------------------- */

static gboolean
begin_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Backup *self = data;

  return ww_store_begin_archive (database, &self->cursor, &self->total, error);
}

static gboolean
read_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Backup *self = data;
  WwArchivePiece piece;

  if (!ww_store_read_archive (database, &self->order, &self->cursor, &piece, error))
    return FALSE;
  g_clear_pointer (&self->chunk, g_bytes_unref);
  self->chunk = piece.chunk;
  self->last = piece.last;
  self->messages += piece.messages;
  self->order.index++;
  return TRUE;
}

static gboolean
create_work (gpointer data, GError **error)
{
  return ww_backup_file_create (((Backup *) data)->file, error);
}

static gboolean
write_work (gpointer data, GError **error)
{
  Backup *self = data;

  return ww_backup_file_write (self->file, self->chunk, self->last, error);
}

static gboolean
discard_work (gpointer data, GError **error)
{
  ww_backup_file_discard (((Backup *) data)->file);
  return TRUE;
}

static gboolean export (Task *task, GError **error)
{
  Backup *self = task->backup;

  if (!run_work (self, create_work, error) || !run_store (task->client, self, begin_on_store, error))
    return FALSE;
  while (!self->last)
    if (!go_on (task, error) || !run_store (task->client, self, read_on_store, error) ||
        !run_work (self, write_work, error))
      return FALSE;
  return TRUE;
}

static DexFuture *
export_fiber (gpointer data)
{
  Task *task = data;
  Backup *self = task->backup;
  g_autoptr (GError) error = NULL;

  if (export (task, &error))
    return dex_future_new_for_uint64 (self->messages);
  run_work (self, discard_work, NULL);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_export:
 * @path: of a file that is not there yet
 * @passphrase: UTF-8, of at least WW_MIN_PASSPHRASE characters
 * @cancellable: (nullable): gives it up between two chunks: WW_ERROR_CANCELLED, and there is no file
 *
 * Writes everything that this device has, but for the bytes of attachments, into an encrypted file. Says how far it is by
 * "backup-progress".
 *
 * Returns: (transfer full): resolves to how many messages (guint64) are in it when it is on the disk
 */
DexFuture *
ww_client_export (WwClient *self, const char *path, const char *passphrase, GCancellable *cancellable)
{
  Task *task;

  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->store == NULL || self->identity == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!g_utf8_validate (passphrase, -1, NULL) || g_utf8_strlen (passphrase, -1) < WW_MIN_PASSPHRASE)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                                  ngettext ("A passphrase has at least %d character.",
                                            "A passphrase has at least %d characters.", WW_MIN_PASSPHRASE),
                                  WW_MIN_PASSPHRASE);
  task = task_new (self, path, passphrase, cancellable);
  task->backup->order.backup = TRUE;
  ww_random_bytes (task->backup->order.archive, sizeof task->backup->order.archive);
  return dex_scheduler_spawn (NULL, 0, export_fiber, task, task_free);
}

/* --- Import -------------------------------------------------------------------------------- */

static gboolean
open_work (gpointer data, GError **error)
{
  return ww_backup_file_open (((Backup *) data)->file, error);
}

static gboolean
read_work (gpointer data, GError **error)
{
  Backup *self = data;

  g_clear_pointer (&self->chunk, g_bytes_unref);
  self->chunk = ww_backup_file_read (self->file, &self->last, error);
  return self->chunk != NULL;
}

/* Chunks of one archive, in their order: what binds them in the file binds their contents, too. */
static gboolean
check_chunk (Backup *self, const Waxwing__ArchiveChunk *chunk, GError **error)
{
  if (self->order.index == 0)
    memcpy (self->order.archive, chunk->archive_id.data, WW_ID_SIZE);
  if (chunk->index == self->order.index && (chunk->last != 0) == self->last &&
      memcmp (chunk->archive_id.data, self->order.archive, WW_ID_SIZE) == 0)
    {
      self->order.index++;
      return TRUE;
    }
  ww_error_set (error, WW_ERROR_BACKUP_DAMAGED);
  return FALSE;
}

static gboolean
take_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Backup *self = data;
  Waxwing__ArchiveChunk *chunk = ww_archive_parse (self->chunk, NULL);
  WwArchiveTaken *taken = NULL;

  if (chunk == NULL)
    {
      ww_error_set (error, WW_ERROR_BACKUP_DAMAGED);
      return FALSE;
    }
  if (check_chunk (self, chunk, error))
    taken = ww_store_take_archive (database, self->order.account, chunk, ww_now_ms (), error);
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
  if (taken == NULL)
    return FALSE;
  self->messages += taken->added;
  g_value_init (result, WW_TYPE_ARCHIVE_TAKEN);
  g_value_take_boxed (result, taken);
  return TRUE;
}

static gboolean
take_chunk (WwClient *client, Backup *self, GError **error)
{
  g_autoptr (WwArchiveTaken) taken = NULL;

  if (client->store == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  taken = dex_await_boxed (ww_store_run (client->store, take_on_store, g_atomic_rc_box_acquire (self), backup_unref),
                           error);
  if (taken == NULL)
    return FALSE;
  if (client->store != NULL)
    ww_client_show_archive (client, taken);
  return TRUE;
}

static gboolean
import (Task *task, GError **error)
{
  Backup *self = task->backup;

  if (!run_work (self, open_work, error))
    return FALSE;
  while (!self->last)
    if (!go_on (task, error) || !run_work (self, read_work, error) || !take_chunk (task->client, self, error))
      return FALSE;
  return TRUE;
}

static DexFuture *
import_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GError) error = NULL;

  if (import (task, &error))
    return dex_future_new_for_uint64 (task->backup->messages);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_import:
 * @path: of a backup of this account
 * @passphrase: UTF-8
 * @cancellable: (nullable): gives it up between two chunks: WW_ERROR_CANCELLED; what was taken before stays
 *
 * What is here stays as it is; what is not here is added. May be done again. Should the file be damaged, what comes before
 * the damage has been taken.
 *
 * Returns: (transfer full): resolves to how many messages (guint64) are new; WW_ERROR_WRONG_PASSPHRASE,
 *   WW_ERROR_BACKUP_DAMAGED, WW_ERROR_OTHER_ACCOUNT
 */
DexFuture *
ww_client_import (WwClient *self, const char *path, const char *passphrase, GCancellable *cancellable)
{
  Task *task;

  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->store == NULL || self->identity == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!g_utf8_validate (passphrase, -1, NULL) || *passphrase == '\0')
    return ww_error_reject (WW_ERROR_WRONG_PASSPHRASE);
  task = task_new (self, path, passphrase, cancellable);
  return dex_scheduler_spawn (NULL, 0, import_fiber, task, task_free);
}

/* --- What it brought ----------------------------------------------------------------------- */

/* A person that only the archive knew is to have a name and a key here. */
static void
meet (WwClient *self, const WwContactRow *contact)
{
  ww_conversation_list_apply_contact (self->conversations, contact);
  if (contact->handle == NULL || *contact->handle == '\0')
    dex_future_disown (ww_client_add_work (self, ww_directory_get (self->directory, contact->account)));
}

void
ww_client_show_archive (WwClient *self, const WwArchiveTaken *taken)
{
  for (guint i = 0; i < taken->decided->len; i++)
    ww_conversation_list_apply_decided (self->conversations, taken->decided->pdata[i]);
  for (guint i = 0; i < taken->conversations->len; i++)
    ww_conversation_list_apply_deepened (self->conversations, taken->conversations->pdata[i]);
  for (guint i = 0; i < taken->contacts->len; i++)
    meet (self, taken->contacts->pdata[i]);
  for (guint i = 0; i < taken->changed->len; i++)
    ww_conversation_list_apply_changed (self->conversations, taken->changed->pdata[i]);
  if (taken->settings)
    ww_client_refresh_preferences (self);
  if (taken->decided->len > 0)
    ww_outbox_wake (self->outbox);
}
