/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-until.h"

/* The person proves that the handle is theirs: by a link, by a code, or by a message of their own. */

static void
take_state (WwEnrolmentRun *run, const Waxwing__VerificationState *state)
{
  gint64 wait_ms = (gint64) MIN (state->resend_after_ms, (guint64) WW_VERIFICATION_MS);

  ww_enrolment_set_times (run->enrolment, ww_now_ms () + wait_ms, ww_clamp_time (state->expires_ms));
  ww_enrolment_set_tries_left (run->enrolment, run->proof == WW_PROOF_CODE ? state->tries_left : 0);
  /* Told once, when it begins: the server itself keeps no more than a hash of it. */
  if (run->proof == WW_PROOF_INBOUND && *state->send_text != '\0')
    ww_enrolment_set_message (run->enrolment, state->send_to, state->send_text);
}

static WwReply *
ask_start (WwEnrolmentRun *run, gboolean again, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__StartVerification start = WAXWING__START_VERIFICATION__INIT;
  g_autofree char *language = ww_proof_dup_language ();

  start.handle = run->handle;
  start.language = language;
  start.inbound = run->proof == WW_PROOF_INBOUND;
  if (again)
    start.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  request.body_case = WAXWING__REQUEST__BODY_START_VERIFICATION;
  request.start_verification = &start;
  return ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_VERIFICATION, error);
}

static WwReply *
ask_watch (WwEnrolmentRun *run, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__WatchVerification watch = WAXWING__WATCH_VERIFICATION__INIT;

  watch.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  request.body_case = WAXWING__REQUEST__BODY_WATCH_VERIFICATION;
  request.watch_verification = &watch;
  return ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_VERIFICATION, error);
}

/* TRUE when it is confirmed; an error when it cannot be any more. */
static gboolean
is_confirmed (WwEnrolmentRun *run, const Waxwing__VerificationState *state, GError **error)
{
  if (memcmp (state->token.data, run->token, sizeof run->token) != 0)
    return FALSE;
  if (state->state == WAXWING__VERIFICATION_STATE__STATE__CONFIRMED)
    return TRUE;
  if (state->state != WAXWING__VERIFICATION_STATE__STATE__EXPIRED)
    take_state (run, state);
  else if (run->submitting == 0)
    /* While a code is on its way, its answer says better why this has ended. */
    g_propagate_error (error, ww_error_new_refused (WW_CODE_VERIFICATION_EXPIRED, NULL, FALSE));
  return FALSE;
}

/* Waits for the person, across lost connections. */
static gboolean
wait_confirmed (WwEnrolmentRun *run, GError **error)
{
  g_autoptr (GError) local = NULL;

  while (local == NULL)
    {
      g_autoptr (WwReply) event = ww_enrolment_run_next (run, &local);
      g_autoptr (WwReply) answer = NULL;

      if (run->failure != NULL)
        {
          g_clear_error (&local);
          local = g_steal_pointer (&run->failure);
          break;
        }
      if (event != NULL && ww_reply_event (event)->body_case == WAXWING__EVENT__BODY_VERIFICATION &&
          is_confirmed (run, ww_reply_event (event)->verification, &local))
        return TRUE;
      if (event != NULL || local != NULL)
        continue;
      answer = ask_watch (run, &local);
      if (answer != NULL && is_confirmed (run, ww_reply_response (answer)->verification, &local))
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
verify (WwEnrolmentRun *run, GError **error)
{
  g_autoptr (WwReply) reply = NULL;
  const Waxwing__VerificationState *state;

  if (!dex_await (ww_until (ww_link_wait_up (run->link), run->closing), error))
    return FALSE;
  ww_enrolment_set_verifies (run->enrolment, ww_link_get_verifies (run->link));
  if (!ww_proof_check (run->handle, run->flags, ww_link_get_verifies (run->link), error))
    return FALSE;
  reply = ask_start (run, FALSE, error);
  if (reply == NULL)
    return FALSE;
  state = ww_reply_response (reply)->verification;
  memcpy (run->token, state->token.data, sizeof run->token);
  take_state (run, state);
  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_CONFIRMING, NULL);
  return wait_confirmed (run, error);
}

gboolean
ww_enrolment_verify_handle (WwEnrolmentRun *run, GError **error)
{
  gboolean verified = verify (run, error);

  if (!verified)
    ww_proof_explain (error, run->handle, run->proof);
  return verified;
}

static DexFuture *
resend_fiber (gpointer data)
{
  WwEnrolmentRun *run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = ask_start (run, TRUE, &error);

  if (reply == NULL)
    {
      ww_proof_explain (&error, run->handle, run->proof);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  take_state (run, ww_reply_response (reply)->verification);
  return dex_future_new_true ();
}

static DexFuture *
reject_argument (const char *sentence)
{
  return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", sentence);
}

/**
 * ww_enrolment_resend:
 *
 * Has the mail or message sent again. Before "resend-at-ms" the server refuses.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_enrolment_resend (WwEnrolment *self)
{
  if (self->run == NULL || self->state != WW_ENROLMENT_STATE_CONFIRMING)
    return reject_argument (_ ("There is nothing to send again."));
  return dex_scheduler_spawn (NULL, 0, resend_fiber, ww_enrolment_run_ref (self->run),
                              (GDestroyNotify) ww_enrolment_run_unref);
}

typedef struct
{
  WwEnrolmentRun *run;
  char *code;
} Code;

static void
code_free (gpointer data)
{
  Code *self = data;

  ww_enrolment_run_unref (self->run);
  ww_wipe (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self);
}

static DexFuture *
code_fiber (gpointer data)
{
  Code *self = data;
  WwEnrolmentRun *run = self->run;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__ConfirmVerification confirm = WAXWING__CONFIRM_VERIFICATION__INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = NULL;

  confirm.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  confirm.code = self->code;
  request.body_case = WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION;
  request.confirm_verification = &confirm;
  run->submitting++;
  reply = ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_VERIFICATION, &error);
  run->submitting--;
  ww_proof_explain (&error, run->handle, run->proof);
  if (reply == NULL && g_str_equal (ww_error_get_code (error), WW_CODE_TOO_MANY_TRIES) && run->failure == NULL)
    run->failure = g_error_copy (error);
  if (reply == NULL && g_str_equal (ww_error_get_code (error), WW_CODE_WRONG_CODE) && run->enrolment->tries_left > 1)
    ww_enrolment_set_tries_left (run->enrolment, run->enrolment->tries_left - 1);
  /* Whoever waits asks for the state: it is confirmed now, or fewer tries are left. */
  ww_enrolment_run_look_again (run);
  return reply != NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_enrolment_submit_code:
 * @code: the digits that came by SMS, as typed
 *
 * Returns: (transfer full): a future of %TRUE when the server took them; WW_ERROR_REFUSED with "wrong-code" while there are
 *   tries left, with "too-many-tries" when the enrolment has failed for it
 */
DexFuture *
ww_enrolment_submit_code (WwEnrolment *self, const char *code)
{
  Code *data;

  if (self->run == NULL || self->state != WW_ENROLMENT_STATE_CONFIRMING || self->run->proof != WW_PROOF_CODE)
    return reject_argument (_ ("No code is expected now."));
  data = g_new0 (Code, 1);
  data->run = ww_enrolment_run_ref (self->run);
  data->code = ww_proof_strip_code (code);
  if (*data->code == '\0' || strlen (data->code) > WW_MAX_CODE)
    {
      code_free (data);
      return reject_argument (_ ("The code has six digits. Type it as it was sent."));
    }
  return dex_scheduler_spawn (NULL, 0, code_fiber, data, code_free);
}
