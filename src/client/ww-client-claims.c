/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-alert-private.h"
#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-store-history.h"
#include "ww-until.h"

/*
 * Somebody else receives what is sent to one of the account's handles: docs/protocol.md, "Claims". That there is a claim is
 * the server's word, and cannot be more: nothing is signed before it is due. What it can be held against, it is: the handle
 * is ours, a reset is the record that would follow, a moved handle stands in the other account's record.
 */

typedef struct
{
  WwClient *client;
  WwReply *reply; /* of the event */
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->client);
  ww_reply_unref (self->reply);
  g_free (self);
}

static void
spawn (WwClient *client, WwReply *reply, DexFiberFunc fiber)
{
  Task *task = g_new0 (Task, 1);

  task->client = g_object_ref (client);
  task->reply = ww_reply_ref (reply);
  dex_future_disown (ww_client_add_work (client, dex_scheduler_spawn (NULL, 0, fiber, task, task_free)));
}

typedef struct
{
  WwAlertRow *row;
  gboolean claim;
} Insertion;

static void
insertion_free (gpointer data)
{
  Insertion *self = data;

  ww_alert_row_free (self->row);
  g_free (self);
}

/* The result is the row when there is something to show. */
static gboolean
insert (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Insertion *self = data;
  gboolean added = FALSE, changed = FALSE;

  if (self->claim ? !ww_store_apply_claim (database, self->row, &added, &changed, error)
                  : !ww_store_insert_alert (database, self->row, &added, error))
    return FALSE;
  g_value_init (result, WW_TYPE_ALERT_ROW);
  if (added || changed)
    g_value_set_boxed (result, self->row);
  return TRUE;
}

static WwAlert *
find_alert (WwClient *self, gint64 row)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (G_LIST_MODEL (self->alerts), i);

      if (ww_alert_get_row (alert) == row)
        return g_steal_pointer (&alert);
    }
  return NULL;
}

/* For fibers. Stores it and shows it, once, however often it comes. Takes the row. */
static gboolean
tell (WwClient *self, WwAlertRow *row, gboolean claim)
{
  Insertion *insertion = g_new0 (Insertion, 1);
  g_autoptr (WwStore) store = self->store != NULL ? g_object_ref (self->store) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwAlertRow) written = NULL;
  g_autoptr (WwAlert) alert = NULL;

  insertion->row = row;
  insertion->claim = claim;
  if (store == NULL)
    {
      insertion_free (insertion);
      return FALSE;
    }
  written = dex_await_boxed (ww_store_run (store, insert, insertion, insertion_free), &error);
  if (error != NULL || self->store != store)
    return FALSE;
  if (written == NULL)
    return TRUE;
  alert = find_alert (self, written->row);
  if (alert != NULL)
    ww_alert_set_claim_state (alert, written->claim_state);
  else
    ww_client_show_alert (self, written);
  return TRUE;
}

/* The first part tells sources of one kind from those of another. */
static GBytes *
join_source (const char *kind, const guint8 *id, gsize id_len, const char *text)
{
  g_autoptr (GByteArray) source = g_byte_array_new ();

  g_byte_array_append (source, (const guint8 *) kind, (guint) strlen (kind) + 1);
  if (id != NULL)
    g_byte_array_append (source, id, (guint) id_len);
  if (text != NULL)
    g_byte_array_append (source, (const guint8 *) text, (guint) strlen (text));
  return g_byte_array_free_to_bytes (g_steal_pointer (&source));
}

/* A lie that was caught: once for each handle and kind of lie, so that telling many of them fills nothing. */
static void
tell_problem (WwClient *self, const char *kind, const char *handle, WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);
  WwAlertRow *row = ww_alert_row_new ();
  WwRecord *record = ww_account_get_record (self->account);
  const char *ours = record != NULL && handle != NULL && ww_record_has_handle (record, handle) ? handle : NULL;

  g_message ("the server said something about this account that its record does not bear out");
  row->kind = WW_ALERT_KIND_RECORD_PROBLEM;
  row->at_ms = ww_now_ms ();
  row->code = g_strdup (ww_error_get_code (error));
  row->handle = g_strdup (ours);
  row->source = join_source (kind, (const guint8 *) row->code, strlen (row->code), ours);
  tell (self, row, FALSE);
}

/* Whether our own record lists the handle; asks for what is newer before it says no. */
static gboolean
is_ours (WwClient *self, const char *handle)
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

/* The record that a reset would publish: whole, our account's, with that one handle, and a next one of what we know. */
static WwRecordStatus
check_reset (WwClient *self, const Waxwing__Claim *claim)
{
  g_autoptr (WwRecord) record = NULL;
  WwRecordStatus status;
  size_t n_handles, n_devices;

  if (claim->record == NULL)
    return WW_RECORD_MALFORMED;
  status = ww_record_new (WW_BYTES (claim->record->record.data, claim->record->record.len),
                          WW_BYTES (claim->record->signature.data, claim->record->signature.len), &record);
  if (status != WW_RECORD_OK)
    return status;
  if (memcmp (ww_record_account_id (record), ww_identity_get_account_id (self->identity), WW_ID_SIZE) != 0)
    return WW_RECORD_WRONG_ACCOUNT;
  ww_record_handles (record, &n_handles);
  ww_record_devices (record, &n_devices);
  if (!ww_record_is_reset (record) || n_handles != 1 || n_devices != 1 || !ww_record_has_handle (record, claim->handle))
    return WW_RECORD_MALFORMED;
  /* The account may have gone on since it was held back: then its claimer signs another one. */
  if (!dex_await_boolean (
          ww_directory_has_hash (self->directory, ww_record_account_id (record), ww_record_previous (record)), NULL))
    return WW_RECORD_FORKED;
  return WW_RECORD_OK;
}

static WwClaimState
claim_state (const Waxwing__Claim *claim)
{
  if (claim->state == WAXWING__CLAIM__STATE__REFUSED)
    return WW_CLAIM_REFUSED;
  if (claim->state == WAXWING__CLAIM__STATE__COMPLETED)
    return WW_CLAIM_COMPLETED;
  return claim->state == WAXWING__CLAIM__STATE__EXPIRED ? WW_CLAIM_EXPIRED : WW_CLAIM_WAITING;
}

static WwAlertRow *
claim_row (const Waxwing__Claim *claim)
{
  WwAlertRow *row = ww_alert_row_new ();

  row->kind = claim->kind == WAXWING__CLAIM__KIND__RESET ? WW_ALERT_KIND_RESET_CLAIMED : WW_ALERT_KIND_HANDLE_CLAIMED;
  row->at_ms = ww_clamp_time (claim->requested_ms);
  row->handle = g_strdup (claim->handle);
  memcpy (row->claim, claim->claim_id.data, WW_ID_SIZE);
  row->claim_state = claim_state (claim);
  row->due_ms = ww_clamp_time (claim->due_ms);
  row->source = g_bytes_new (claim->claim_id.data, WW_ID_SIZE);
  return row;
}

static gboolean
is_known (WwClient *self, const guint8 claim[16])
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (G_LIST_MODEL (self->alerts), i);
      const guint8 *known = ww_alert_get_claim (alert);

      if (known != NULL && memcmp (known, claim, WW_ID_SIZE) == 0)
        return TRUE;
    }
  return FALSE;
}

static DexFuture *
claim_fiber (gpointer data)
{
  Task *task = data;
  WwClient *self = task->client;
  const Waxwing__Claim *claim = ww_reply_event (task->reply)->claim;
  WwRecordStatus status = WW_RECORD_OK;

  /* The end of one that was told is not held against what is ours by now. */
  if (claim_state (claim) == WW_CLAIM_WAITING || !is_known (self, claim->claim_id.data))
    {
      if (claim->kind != WAXWING__CLAIM__KIND__RESET && claim->kind != WAXWING__CLAIM__KIND__HANDLE)
        return dex_future_new_true ();
      if (!is_ours (self, claim->handle))
        {
          if (self->account != NULL && claim_state (claim) == WW_CLAIM_WAITING)
            tell_problem (self, "claim", claim->handle, WW_ERROR_PROTOCOL);
          return dex_future_new_true ();
        }
      if (claim->kind == WAXWING__CLAIM__KIND__RESET && claim_state (claim) == WW_CLAIM_WAITING &&
          self->account != NULL)
        status = check_reset (self, claim);
    }
  if (self->account == NULL)
    return dex_future_new_true ();
  if (status != WW_RECORD_OK)
    tell_problem (self, "claim", claim->handle, ww_error_from_record (status));
  else
    tell (self, claim_row (claim), TRUE);
  return dex_future_new_true ();
}

/* --- Handles that moved --- */

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
  return join_source ("moved", ids, sizeof ids, moved->handle);
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
  Task *task = data;
  WwClient *self = task->client;
  const Waxwing__HandleMoved *moved = ww_reply_event (task->reply)->handle_moved;
  g_autoptr (WwRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  WwAlertRow *row;
  size_t n_handles;

  /* What is not ours any more was given up already. */
  if (!is_ours (self, moved->handle) || self->account == NULL ||
      memcmp (moved->account_id.data, ww_identity_get_account_id (self->identity), WW_ID_SIZE) == 0)
    return dex_future_new_true ();
  record = dex_await_boxed (ww_directory_refresh (self->directory, moved->account_id.data), &error);
  if (self->account == NULL)
    return dex_future_new_true ();
  if (record == NULL && !g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    return dex_future_new_true ();
  if (record == NULL || !ww_record_has_handle (record, moved->handle))
    {
      tell_problem (self, "moved-lie", moved->handle, WW_ERROR_RECORD_WRONG_ACCOUNT);
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
  else if (tell (self, row, FALSE) && self->account != NULL && n_handles > 1)
    give_up (self, moved->handle);
  return dex_future_new_true ();
}

gboolean
ww_client_take_claim (WwClient *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  if (event->body_case == WAXWING__EVENT__BODY_CLAIM)
    spawn (self, reply, claim_fiber);
  else if (event->body_case == WAXWING__EVENT__BODY_HANDLE_MOVED)
    spawn (self, reply, moved_fiber);
  else
    return FALSE;
  return TRUE;
}

/* --- A record that the server speaks of and does not show --- */

typedef struct
{
  WwClient *client;
  WwRecord *record;
} Withheld;

static void
withheld_free (gpointer data)
{
  Withheld *self = data;

  g_object_unref (self->client);
  ww_record_unref (self->record);
  g_free (self);
}

static DexFuture *
withheld_fiber (gpointer data)
{
  Withheld *self = data;
  g_autoptr (GError) error = ww_error_new (WW_ERROR_RECORD_GAP);
  WwAlertRow *row = ww_alert_row_new ();

  row->kind = WW_ALERT_KIND_RECORD_PROBLEM;
  row->at_ms = ww_now_ms ();
  row->code = g_strdup (ww_error_get_code (error));
  row->source = join_source ("withheld", ww_record_hash (self->record), WW_HASH_SIZE, NULL);
  tell (self->client, row, FALSE);
  return dex_future_new_true ();
}

void
ww_client_tell_withheld (WwClient *self, WwRecord *record)
{
  Withheld *withheld = g_new0 (Withheld, 1);

  withheld->client = g_object_ref (self);
  withheld->record = ww_record_ref (record);
  dex_future_disown (ww_client_add_work (self, dex_scheduler_spawn (NULL, 0, withheld_fiber, withheld, withheld_free)));
}

/* --- Saying no --- */

typedef struct
{
  WwClient *client;
  WwAlert *alert;
} Refusal;

static void
refusal_free (gpointer data)
{
  Refusal *self = data;

  g_object_unref (self->client);
  g_object_unref (self->alert);
  g_free (self);
}

static DexFuture *
ask_refuse (WwLink *link, const guint8 claim[16])
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__RefuseClaim refuse = WAXWING__REFUSE_CLAIM__INIT;

  refuse.claim_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) claim };
  request.body_case = WAXWING__REQUEST__BODY_REFUSE_CLAIM;
  request.refuse_claim = &refuse;
  return ww_link_request (link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

static void
tell_end (Refusal *self, WwClaimState state)
{
  WwAlertRow *row = ww_alert_row_new ();

  memcpy (row->claim, ww_alert_get_claim (self->alert), WW_ID_SIZE);
  row->kind = ww_alert_get_kind (self->alert);
  row->claim_state = state;
  row->source = g_bytes_new (row->claim, sizeof row->claim);
  tell (self->client, row, TRUE);
}

static DexFuture *
refuse_fiber (gpointer data)
{
  Refusal *self = data;
  g_autoptr (GError) error = NULL;
  gboolean refused = dex_await (ask_refuse (self->client->link, ww_alert_get_claim (self->alert)), &error);

  if (refused)
    tell_end (self, WW_CLAIM_REFUSED);
  else if (g_str_equal (ww_error_get_code (error), WW_CODE_NOT_FOUND))
    tell_end (self, WW_CLAIM_EXPIRED);
  if (!refused)
    return dex_future_new_for_error (g_steal_pointer (&error));
  dex_await (ww_client_mark_alert_seen (self->client, self->alert), NULL);
  return dex_future_new_true ();
}

/**
 * ww_client_refuse_claim:
 * @alert: whose ww_alert_get_can_refuse() says yes
 *
 * Returns: (transfer full): a future of %TRUE when the server has dropped the claim. The alert counts as seen then
 */
DexFuture *
ww_client_refuse_claim (WwClient *self, WwAlert *alert)
{
  Refusal *refusal;

  if (self->link == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!ww_alert_get_can_refuse (alert))
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("This can no longer be refused."));
  refusal = g_new0 (Refusal, 1);
  refusal->client = g_object_ref (self);
  refusal->alert = g_object_ref (alert);
  return dex_scheduler_spawn (NULL, 0, refuse_fiber, refusal, refusal_free);
}
