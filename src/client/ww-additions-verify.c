/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-additions"

#include "ww-additions-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-until.h"

/* What the person does with an addition: begins it, has it sent again, types its code, gives it up. */

typedef struct
{
  WwAdditions *additions;
  char *handle;
  WwEnrolmentFlags flags;
  WwHandleAddition *addition; /* nullable */
  char *code;                 /* nullable */
} Task;

static Task *
task_new (WwAdditions *additions, const char *handle, WwHandleAddition *addition)
{
  Task *self = g_new0 (Task, 1);

  self->additions = g_object_ref (additions);
  self->handle = g_strdup (handle);
  g_set_object (&self->addition, addition);
  return self;
}

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->additions);
  g_clear_object (&self->addition);
  g_free (self->handle);
  if (self->code != NULL)
    ww_wipe (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self);
}

static DexFuture *
reject_argument (const char *sentence)
{
  return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", sentence);
}

static DexFuture *
reject_explained (GError *error, const char *handle, WwProof proof)
{
  ww_proof_explain (&error, handle, proof);
  return dex_future_new_for_error (error);
}

/* `token` NULL: a new verification. */
static WwReply *
ask_start (WwAdditions *self, const char *handle, WwProof proof, const guint8 *token, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__StartVerification start = WAXWING__START_VERIFICATION__INIT;
  g_autofree char *language = ww_proof_dup_language ();

  start.handle = (char *) handle;
  start.language = language;
  start.inbound = proof == WW_PROOF_INBOUND;
  if (token != NULL)
    start.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, (guint8 *) token };
  request.body_case = WAXWING__REQUEST__BODY_START_VERIFICATION;
  request.start_verification = &start;
  return dex_await_boxed (
      ww_until (ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_VERIFICATION, WW_REQUEST_TIMEOUT_MS),
                self->closing),
      error);
}

static WwHandleAddition *
find (WwAdditions *self, const char *handle)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (g_str_equal (addition->row->handle, handle))
        return addition;
    }
  return NULL;
}

static DexFuture *
add_fiber (gpointer data)
{
  Task *task = data;
  WwAdditions *self = task->additions;
  WwProof proof = ww_proof_choose (task->handle, task->flags);
  g_autoptr (WwHandleAddition) addition = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = ask_start (self, task->handle, proof, NULL, &error);
  const Waxwing__VerificationState *state;
  WwAdditionRow *row;

  g_hash_table_remove (self->starting, task->handle);
  if (reply == NULL)
    return reject_explained (g_steal_pointer (&error), task->handle, proof);
  state = ww_reply_response (reply)->verification;
  row = g_new0 (WwAdditionRow, 1);
  row->handle = g_strdup (task->handle);
  row->inbound = proof == WW_PROOF_INBOUND;
  memcpy (row->token, state->token.data, sizeof row->token);
  addition = ww_handle_addition_new (self, row);
  ww_additions_take_state (self, addition, state);
  /* In the store before anybody hears of it: who is told that a mail is on its way can close the program. */
  if (!dex_await (ww_until (ww_additions_save (self, addition), self->closing), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  g_list_store_append (self->list, addition);
  ww_additions_advance (self, addition);
  return dex_future_new_take_object (g_steal_pointer (&addition));
}

static DexFuture *
same_cb (DexFuture *future, gpointer data)
{
  return dex_future_new_for_object (data);
}

/* Sent again, unless that was moments ago. */
static DexFuture *
add_again (WwAdditions *self, WwHandleAddition *addition)
{
  if (addition->state != WW_HANDLE_ADDITION_STATE_CONFIRMING || addition->row->resend_at_ms > g_get_real_time () / 1000)
    return dex_future_new_for_object (addition);
  return dex_future_then (ww_additions_resend (self, addition), same_cb, g_object_ref (addition), g_object_unref);
}

static const char *
why_not (WwAdditions *self, const char *handle)
{
  WwRecord *record = ww_account_get_record (self->account);
  size_t n_handles;

  if (record == NULL)
    return ww_error_get_sentence (WW_ERROR_NOT_ENROLLED);
  if (ww_record_has_handle (record, handle))
    return _ ("This belongs to your account already.");
  if (g_hash_table_contains (self->starting, handle))
    return _ ("This is being added already.");
  ww_record_handles (record, &n_handles);
  if (n_handles + g_list_model_get_n_items (G_LIST_MODEL (self->list)) >= WW_MAX_HANDLES)
    return _ ("An account has at most 20 addresses and numbers. Remove one first.");
  return NULL;
}

DexFuture *
ww_additions_add (WwAdditions *self, const char *handle, WwEnrolmentFlags flags)
{
  WwHandleAddition *before = find (self, handle);
  g_autoptr (GError) error = NULL;
  const char *sentence;
  Task *task;

  if (!ww_proof_check (handle, flags, ww_link_get_verifies (self->link), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (before != NULL && before->state != WW_HANDLE_ADDITION_STATE_FAILED &&
      (before->proof == ww_proof_choose (handle, flags) || before->state != WW_HANDLE_ADDITION_STATE_CONFIRMING))
    return add_again (self, before);
  /* One that failed, or another way to prove it, gives room to the new one. */
  if (before != NULL)
    dex_future_disown (ww_additions_cancel (self, before));
  sentence = why_not (self, handle);
  if (sentence != NULL)
    return reject_argument (sentence);
  g_hash_table_add (self->starting, g_strdup (handle));
  task = task_new (self, handle, NULL);
  task->flags = flags;
  return dex_scheduler_spawn (NULL, 0, add_fiber, task, task_free);
}

static DexFuture *
resend_fiber (gpointer data)
{
  Task *task = data;
  WwHandleAddition *addition = task->addition;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply)
      reply = ask_start (task->additions, addition->row->handle, addition->proof, addition->row->token, &error);

  if (reply == NULL)
    return reject_explained (g_steal_pointer (&error), addition->row->handle, addition->proof);
  ww_additions_take_state (task->additions, addition, ww_reply_response (reply)->verification);
  return ww_additions_save (task->additions, addition);
}

DexFuture *
ww_additions_resend (WwAdditions *self, WwHandleAddition *addition)
{
  if (addition->state != WW_HANDLE_ADDITION_STATE_CONFIRMING)
    return reject_argument (_ ("There is nothing to send again."));
  return dex_scheduler_spawn (NULL, 0, resend_fiber, task_new (self, NULL, addition), task_free);
}

static DexFuture *
code_fiber (gpointer data)
{
  Task *task = data;
  WwAdditions *self = task->additions;
  WwHandleAddition *addition = task->addition;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__ConfirmVerification confirm = WAXWING__CONFIRM_VERIFICATION__INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = NULL;

  confirm.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, addition->row->token };
  confirm.code = task->code;
  request.body_case = WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION;
  request.confirm_verification = &confirm;
  addition->submitting++;
  reply = dex_await_boxed (
      ww_until (ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_VERIFICATION, WW_REQUEST_TIMEOUT_MS),
                self->closing),
      &error);
  addition->submitting--;
  if (reply == NULL && g_str_equal (ww_error_get_code (error), WW_CODE_TOO_MANY_TRIES))
    ww_additions_fail (self, addition, error);
  if (reply == NULL && g_str_equal (ww_error_get_code (error), WW_CODE_WRONG_CODE) && addition->tries_left > 1)
    ww_handle_addition_set_tries_left (addition, addition->tries_left - 1);
  /* It is confirmed now, or fewer tries are left. */
  ww_additions_advance (self, addition);
  if (reply == NULL)
    return reject_explained (g_steal_pointer (&error), addition->row->handle, addition->proof);
  return dex_future_new_true ();
}

DexFuture *
ww_additions_submit_code (WwAdditions *self, WwHandleAddition *addition, const char *code)
{
  Task *task;

  if (addition->state != WW_HANDLE_ADDITION_STATE_CONFIRMING || addition->proof != WW_PROOF_CODE)
    return reject_argument (_ ("No code is expected now."));
  task = task_new (self, NULL, addition);
  task->code = ww_proof_strip_code (code);
  if (*task->code == '\0' || strlen (task->code) > WW_MAX_CODE)
    {
      task_free (task);
      return reject_argument (_ ("The code has six digits. Type it as it was sent."));
    }
  return dex_scheduler_spawn (NULL, 0, code_fiber, task, task_free);
}

DexFuture *
ww_additions_cancel (WwAdditions *self, WwHandleAddition *addition)
{
  if (addition->cancelled || addition->state == WW_HANDLE_ADDITION_STATE_DONE)
    return dex_future_new_true ();
  addition->cancelled = TRUE;
  ww_handle_addition_let_go (addition);
  return ww_additions_drop (self, addition);
}
