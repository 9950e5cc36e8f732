/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-alert-private.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-store-history.h"

/*
 * A handle that belongs to another account now: docs/protocol.md, "Claims". The server's event is a hint; that it is so, the
 * other account's own record says.
 */

/* Whether our own record lists the handle; asks for what is newer before it says no. */
gboolean
ww_client_owns_handle (WwClient *self, const char *handle)
{
  g_autoptr (WwAccount) account = self->account != NULL ? g_object_ref (self->account) : NULL;
  g_autoptr (WwDirectory) directory = self->directory != NULL ? g_object_ref (self->directory) : NULL;
  g_autoptr (WwRecord) fresh = NULL;
  WwRecord *record;

  if (account == NULL || directory == NULL)
    return FALSE;
  record = ww_account_get_record (account);
  if (record != NULL && ww_record_has_handle (record, handle))
    return TRUE;
  fresh = dex_await_boxed (
      ww_directory_refresh (directory, ww_identity_get_account_id (ww_account_get_identity (account))), NULL);
  return fresh != NULL && ww_record_has_handle (fresh, handle);
}

typedef struct
{
  guint8 account[16];
  char *handle;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->handle);
  g_free (self);
}

static gboolean
read_since (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  guint8 hash[WW_HASH_SIZE];

  if (!ww_store_find_handle_since (database, question->account, question->handle, hash, error))
    return FALSE;
  g_value_init (result, G_TYPE_BYTES);
  g_value_take_boxed (result, g_bytes_new (hash, sizeof hash));
  return TRUE;
}

/* The same on every device, and another one when the handle comes back and moves again: since when it was ours, to whom. */
static GBytes *
moved_source (WwClient *self, const Waxwing__HandleMoved *moved)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (GBytes) since = NULL;
  guint8 ids[WW_HASH_SIZE + WW_ID_SIZE];

  memcpy (question->account, ww_identity_get_account_id (self->identity), WW_ID_SIZE);
  question->handle = g_strdup (moved->handle);
  since = dex_await_boxed (ww_store_read (self->store, read_since, question, question_free), NULL);
  if (since == NULL)
    return NULL;
  memcpy (ids, g_bytes_get_data (since, NULL), WW_HASH_SIZE);
  memcpy (ids + WW_HASH_SIZE, moved->account_id.data, WW_ID_SIZE);
  return ww_client_alert_source ("moved", ids, sizeof ids, moved->handle);
}

/* Ours no longer: the record says so as soon as another handle is there to be found under. */
static void
give_up (WwClient *self, const char *handle)
{
  g_autoptr (WwAccount) account = g_object_ref (self->account);
  WwRecordChange change = { .handle_removed = handle };
  g_autoptr (GError) error = NULL;

  if (!ww_account_publish_change (account, &change, NULL, NULL, &error))
    g_debug ("a moved handle stays in the record: %s", error->message);
}

static DexFuture *
moved_fiber (gpointer data)
{
  WwEventTask *task = data;
  WwClient *self = task->client;
  const Waxwing__HandleMoved *moved = ww_reply_event (task->reply)->handle_moved;
  g_autoptr (WwRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  WwAlertRow *row;
  size_t n_handles;

  /* What is not ours any more was given up already. */
  if (!ww_client_owns_handle (self, moved->handle) || self->account == NULL ||
      memcmp (moved->account_id.data, ww_identity_get_account_id (self->identity), WW_ID_SIZE) == 0)
    return dex_future_new_true ();
  record = dex_await_boxed (ww_directory_refresh (self->directory, moved->account_id.data), &error);
  if (self->account == NULL)
    return dex_future_new_true ();
  if (record == NULL && !g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    return dex_future_new_true ();
  if (record == NULL || !ww_record_has_handle (record, moved->handle))
    {
      ww_client_tell_problem (self, "moved-lie", moved->handle, WW_ERROR_RECORD_WRONG_ACCOUNT);
      return dex_future_new_true ();
    }
  row = ww_alert_row_new ();
  row->kind = WW_ALERT_KIND_HANDLE_MOVED;
  row->at_ms = ww_now_ms ();
  row->handle = g_strdup (moved->handle);
  ww_record_handles (ww_account_get_record (self->account), &n_handles);
  row->code = n_handles == 1 ? g_strdup (WW_ALERT_CODE_LAST_HANDLE) : NULL;
  row->source = moved_source (self, moved);
  if (row->source == NULL)
    ww_alert_row_free (row);
  else if (ww_client_tell (self, row, FALSE) && self->account != NULL && n_handles > 1)
    give_up (self, moved->handle);
  return dex_future_new_true ();
}

void
ww_client_take_moved (WwClient *self, WwReply *reply)
{
  ww_client_spawn_event (self, reply, moved_fiber);
}
