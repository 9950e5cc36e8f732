/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-additions"

#include "ww-additions-private.h"

#include "ww-account-private.h"
#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-until.h"

/* Longer waits are taken in pieces, so that a clock that was set meanwhile is noticed. */
#define MAX_PAUSE_MS (10LL * 60 * 1000)
#define MIN_PAUSE_MS 1000
#define RETRY_MS     15000

G_DEFINE_FINAL_TYPE (WwAdditions, ww_additions, G_TYPE_OBJECT)

static gboolean
is_over (WwAdditions *self, WwHandleAddition *addition)
{
  return addition->cancelled || addition->state == WW_HANDLE_ADDITION_STATE_DONE ||
         addition->state == WW_HANDLE_ADDITION_STATE_FAILED || !dex_future_is_pending (DEX_FUTURE (self->closing));
}

static gboolean
write_row (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_set_addition (database, data, error);
}

static gboolean
delete_row (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_delete_addition (database, data, error);
}

DexFuture *
ww_additions_save (WwAdditions *self, WwHandleAddition *addition)
{
  if (addition->cancelled)
    return dex_future_new_true ();
  return ww_store_run (self->store, write_row, ww_addition_row_copy (addition->row),
                       (GDestroyNotify) ww_addition_row_free);
}

DexFuture *
ww_additions_drop (WwAdditions *self, WwHandleAddition *addition)
{
  guint position;

  g_clear_handle_id (&addition->timer, g_source_remove);
  if (g_list_store_find (self->list, addition, &position))
    g_list_store_remove (self->list, position);
  return ww_store_run (self->store, delete_row, g_strdup (addition->row->handle), g_free);
}

static void
finish (WwAdditions *self, WwHandleAddition *addition)
{
  if (is_over (self, addition))
    return;
  g_object_ref (addition);
  ww_handle_addition_set_state (addition, WW_HANDLE_ADDITION_STATE_DONE, NULL);
  dex_future_disown (ww_additions_drop (self, addition));
  g_object_unref (addition);
}

/* Nothing comes of it any more: stays to be seen, also after a restart. */
void
ww_additions_fail (WwAdditions *self, WwHandleAddition *addition, const GError *error)
{
  g_autoptr (GError) explained = g_error_copy (error);

  if (is_over (self, addition))
    return;
  ww_proof_explain (&explained, addition->row->handle, addition->proof);
  g_clear_handle_id (&addition->timer, g_source_remove);
  g_set_str (&addition->row->error, ww_error_get_code (explained));
  ww_handle_addition_set_tries_left (addition, 0);
  ww_handle_addition_set_state (addition, WW_HANDLE_ADDITION_STATE_FAILED, explained);
  dex_future_disown (ww_additions_save (self, addition));
}

/* Whoever published it: this device, before an answer was lost, or another one of the account's. */
static gboolean
belongs_to_us (WwAdditions *self, WwHandleAddition *addition)
{
  WwRecord *record = ww_account_get_record (self->account);

  return record != NULL && ww_record_has_handle (record, addition->row->handle);
}

void
ww_additions_take_state (WwAdditions *self, WwHandleAddition *addition, const Waxwing__VerificationState *state)
{
  gint64 wait_ms = (gint64) MIN (state->resend_after_ms, (guint64) WW_VERIFICATION_MS);

  ww_handle_addition_set_times (addition, ww_now_ms () + wait_ms, ww_clamp_time (state->expires_ms));
  /* Told once, when it begins: the server itself keeps no more than a hash of it. */
  if (addition->proof == WW_PROOF_INBOUND && *state->send_text != '\0')
    ww_handle_addition_set_message (addition, state->send_to, state->send_text);
  ww_handle_addition_set_tries_left (addition, addition->proof == WW_PROOF_CODE ? state->tries_left : 0);
}

static gboolean
timer_cb (gpointer data)
{
  WwHandleAddition *addition = data;

  addition->timer = 0;
  if (addition->additions != NULL)
    ww_additions_advance (addition->additions, addition);
  return G_SOURCE_REMOVE;
}

static void
set_timer (WwHandleAddition *addition, gint64 ms)
{
  g_clear_handle_id (&addition->timer, g_source_remove);
  addition->timer = g_timeout_add ((guint) CLAMP (ms, MIN_PAUSE_MS, MAX_PAUSE_MS), timer_cb, addition);
}

static void
hold (WwAdditions *self, WwHandleAddition *addition, const WwHold *held)
{
  ww_handle_addition_set_held_until (addition, held->due_ms);
  ww_handle_addition_set_state (addition, WW_HANDLE_ADDITION_STATE_HELD, NULL);
  dex_future_disown (ww_additions_save (self, addition));
  set_timer (addition, held->due_ms - ww_link_get_server_now_ms (self->link));
}

/* A refusal is the last word only if no earlier request, whose answer was lost, did it: that shows in the record. */
static void
take_failure (WwAdditions *self, WwHandleAddition *addition, const GError *error)
{
  g_autoptr (WwRecord) record = NULL;

  if (g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED))
    record = ww_account_refresh (self->account, NULL);
  if (is_over (self, addition))
    return;
  if (ww_error_is_retryable (error))
    set_timer (addition, RETRY_MS);
  else if (g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED) ||
           g_error_matches (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT))
    ww_additions_fail (self, addition, error);
}

static void
publish (WwAdditions *self, WwHandleAddition *addition)
{
  WwRecordChange change = { .handle_added = addition->row->handle };
  WwHold held = { 0 };
  g_autoptr (GError) error = NULL;

  if (addition->state == WW_HANDLE_ADDITION_STATE_CONFIRMING)
    ww_handle_addition_set_state (addition, WW_HANDLE_ADDITION_STATE_PUBLISHING, NULL);
  if (!ww_account_publish_change (self->account, &change, addition->row->token, &held, &error))
    take_failure (self, addition, error);
  else if (is_over (self, addition))
    return;
  else if (held.held)
    hold (self, addition, &held);
  else
    finish (self, addition);
}

/* Asks how the verification stands. TRUE when it is confirmed. */
static gboolean
watch (WwAdditions *self, WwHandleAddition *addition)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__WatchVerification watch_verification = WAXWING__WATCH_VERIFICATION__INIT;
  g_autoptr (WwReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  const Waxwing__VerificationState *state;

  watch_verification.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, addition->row->token };
  request.body_case = WAXWING__REQUEST__BODY_WATCH_VERIFICATION;
  request.watch_verification = &watch_verification;
  reply = dex_await_boxed (
      ww_until (ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_VERIFICATION, WW_REQUEST_TIMEOUT_MS),
                self->closing),
      &error);
  if (reply == NULL)
    {
      if (addition->submitting == 0)
        take_failure (self, addition, error);
      return FALSE;
    }
  state = ww_reply_response (reply)->verification;
  if (state->state == WAXWING__VERIFICATION_STATE__STATE__CONFIRMED)
    return TRUE;
  if (state->state != WAXWING__VERIFICATION_STATE__STATE__EXPIRED)
    ww_additions_take_state (self, addition, state);
  else if (addition->submitting == 0)
    {
      /* While a code is on its way, its answer says better why this has ended. */
      error = ww_error_new_refused (WW_CODE_VERIFICATION_EXPIRED, NULL, FALSE);
      take_failure (self, addition, error);
    }
  return FALSE;
}

static void
step (WwAdditions *self, WwHandleAddition *addition)
{
  if (is_over (self, addition))
    return;
  if (belongs_to_us (self, addition))
    finish (self, addition);
  else if (ww_link_get_state (self->link) != WW_LINK_STATE_UP)
    return;
  else if (addition->state != WW_HANDLE_ADDITION_STATE_CONFIRMING ||
           (watch (self, addition) && !is_over (self, addition)))
    publish (self, addition);
}

typedef struct
{
  WwAdditions *additions;
  WwHandleAddition *addition;
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->additions);
  g_object_unref (self->addition);
  g_free (self);
}

static DexFuture *
advance_fiber (gpointer data)
{
  Task *task = data;

  do
    {
      task->addition->again = FALSE;
      step (task->additions, task->addition);
    }
  while (task->addition->again && !is_over (task->additions, task->addition));
  task->addition->busy = FALSE;
  return dex_future_new_true ();
}

/* Goes on as far as it can; one fiber for each, however many ask. */
void
ww_additions_advance (WwAdditions *self, WwHandleAddition *addition)
{
  DexFuture *fiber;
  Task *task;

  addition->again = TRUE;
  if (addition->busy || is_over (self, addition))
    return;
  addition->busy = TRUE;
  task = g_new0 (Task, 1);
  task->additions = g_object_ref (self);
  task->addition = g_object_ref (addition);
  fiber = dex_scheduler_spawn (NULL, 0, advance_fiber, task, task_free);
  if (self->work != NULL && dex_future_is_pending (self->work))
    self->work = dex_future_all (self->work, dex_ref (fiber), NULL);
  else
    {
      dex_clear (&self->work);
      self->work = dex_ref (fiber);
    }
  dex_future_disown (fiber);
}

DexFuture *
ww_additions_settle (WwAdditions *self)
{
  return self->work != NULL ? dex_ref (self->work) : dex_future_new_true ();
}

/* From the end: those that are done leave the list. */
static void
advance_all (WwAdditions *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i > 0; i--)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (G_LIST_MODEL (self->list), i - 1);

      if (belongs_to_us (self, addition))
        finish (self, addition);
      else
        ww_additions_advance (self, addition);
    }
}

static void
link_state_cb (WwLink *link, GParamSpec *pspec, gpointer data)
{
  if (ww_link_get_state (link) == WW_LINK_STATE_UP)
    advance_all (data);
}

static void
account_changed_cb (WwAccount *account, WwRecord *record, gpointer data)
{
  WwAdditions *self = data;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i > 0; i--)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (G_LIST_MODEL (self->list), i - 1);

      if (ww_record_has_handle (record, addition->row->handle))
        finish (self, addition);
    }
}

void
ww_additions_take (WwAdditions *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  if (event->body_case != WAXWING__EVENT__BODY_VERIFICATION)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (addition->state == WW_HANDLE_ADDITION_STATE_CONFIRMING &&
          memcmp (addition->row->token, event->verification->token.data, WW_TOKEN_SIZE) == 0)
        ww_additions_advance (self, addition);
    }
}

static gboolean
read_rows (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GPtrArray *rows;

  if (!ww_store_list_additions (database, &rows, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

static DexFuture *
loaded_cb (DexFuture *future, gpointer data)
{
  WwAdditions *self = data;
  const GPtrArray *rows = g_value_get_boxed (dex_future_get_value (future, NULL));

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (WwHandleAddition) addition = ww_handle_addition_new (self, ww_addition_row_copy (rows->pdata[i]));

      g_list_store_append (self->list, addition);
    }
  return dex_future_new_true ();
}

DexFuture *
ww_additions_load (WwAdditions *self)
{
  return dex_future_then (ww_store_read (self->store, read_rows, NULL, NULL), loaded_cb, g_object_ref (self),
                          g_object_unref);
}

WwAdditions *
ww_additions_new (WwStore *store, WwLink *link, WwAccount *account, GListStore *list)
{
  WwAdditions *self = g_object_new (WW_TYPE_ADDITIONS, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->account = g_object_ref (account);
  self->list = g_object_ref (list);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (link_state_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (account, "changed", G_CALLBACK (account_changed_cb), self, G_CONNECT_DEFAULT);
  return self;
}

void
ww_additions_close (WwAdditions *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      g_clear_handle_id (&addition->timer, g_source_remove);
      ww_handle_addition_let_go (addition);
    }
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

static void
ww_additions_dispose (GObject *object)
{
  ww_additions_close (WW_ADDITIONS (object));
  G_OBJECT_CLASS (ww_additions_parent_class)->dispose (object);
}

static void
ww_additions_finalize (GObject *object)
{
  WwAdditions *self = WW_ADDITIONS (object);

  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_object (&self->account);
  g_clear_object (&self->list);
  g_clear_pointer (&self->starting, g_hash_table_unref);
  dex_clear (&self->closing);
  dex_clear (&self->work);
  G_OBJECT_CLASS (ww_additions_parent_class)->finalize (object);
}

static void
ww_additions_class_init (WwAdditionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_additions_dispose;
  object_class->finalize = ww_additions_finalize;
}

static void
ww_additions_init (WwAdditions *self)
{
  self->closing = dex_promise_new ();
  self->starting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
