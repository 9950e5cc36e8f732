/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-client-private.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-server-address.h"
#include "ww-until.h"

static DexFuture *
reject_argument (const char *sentence)
{
  return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", sentence);
}

typedef struct
{
  WwEnrolment *enrolment;
  char *address;
} ServerCheck;

static void
server_check_free (gpointer data)
{
  ServerCheck *self = data;

  g_object_unref (self->enrolment);
  g_free (self->address);
  g_free (self);
}

static DexFuture *
checked_cb (DexFuture *future, gpointer data)
{
  ServerCheck *self = data;

  if (self->enrolment->run == NULL)
    ww_enrolment_set_server (self->enrolment, self->address);
  return dex_ref (future);
}

/**
 * ww_enrolment_check_server:
 * @server: what a person typed
 *
 * Asks the server who it is, and makes it the one to enrol with.
 *
 * Returns: (transfer full): a future of its name (string)
 */
DexFuture *
ww_enrolment_check_server (WwEnrolment *self, const char *server)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = ww_server_address_normalise (server, &error);
  ServerCheck *check;

  if (address == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  check = g_new0 (ServerCheck, 1);
  check->enrolment = g_object_ref (self);
  check->address = g_strdup (address);
  return dex_future_then (ww_server_address_check (address, NULL), checked_cb, check, server_check_free);
}

/* BCP 47, for the mail. */
static char *
get_language (void)
{
  g_autofree char *language = g_strdup (g_get_language_names ()[0]);

  if (g_str_equal (language, "C") || g_str_equal (language, "POSIX") || strlen (language) > 32)
    return g_strdup ("en");
  language[strcspn (language, ".@")] = '\0';
  return g_strdup (g_strdelimit (language, "_", '-'));
}

static void
take_times (WwEnrolment *self, const Waxwing__VerificationState *state)
{
  gint64 wait_ms = (gint64) MIN (state->resend_after_ms, (guint64) WW_VERIFICATION_MS);

  ww_enrolment_set_times (self, ww_now_ms () + wait_ms, ww_clamp_time (state->expires_ms));
}

static WwReply *
ask_start (WwEnrolmentRun *run, gboolean again, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__StartVerification start = WAXWING__START_VERIFICATION__INIT;
  g_autofree char *language = get_language ();

  start.handle = run->handle;
  start.language = language;
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
  if (state->state == WAXWING__VERIFICATION_STATE__STATE__EXPIRED)
    g_propagate_error (error, ww_error_new_refused (WW_CODE_VERIFICATION_EXPIRED,
                                                    _ ("The link in the mail has expired. Ask for a new one."), FALSE));
  else
    take_times (run->enrolment, state);
  return FALSE;
}

/* Waits for the click, across lost connections. */
static gboolean
wait_confirmed (WwEnrolmentRun *run, GError **error)
{
  g_autoptr (GError) local = NULL;

  while (local == NULL)
    {
      g_autoptr (WwReply) event = ww_enrolment_run_next (run, &local);
      g_autoptr (WwReply) answer = NULL;

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
verify_handle (WwEnrolmentRun *run, GError **error)
{
  g_autoptr (WwReply) reply = ask_start (run, FALSE, error);
  const Waxwing__VerificationState *state;

  if (reply == NULL)
    return FALSE;
  state = ww_reply_response (reply)->verification;
  memcpy (run->token, state->token.data, sizeof run->token);
  take_times (run->enrolment, state);
  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_CONFIRMING, NULL);
  return wait_confirmed (run, error);
}

static DexFuture *
generate_fiber (gpointer data)
{
  WwDeviceKeys *keys;

  if (ww_device_keys_generate (&keys) != WW_CRYPTO_OK)
    return ww_error_reject (WW_ERROR_FAILED);
  return dex_future_new_for_pointer (keys);
}

/* The account's history, checked from its beginning. */
static gboolean
take_chain (WwEnrolmentRun *run, const Waxwing__DevicePrepared *prepared, GError **error)
{
  WwRecord **records = NULL;
  size_t n_records = 0;
  WwRecordStatus status;

  if (prepared->n_chain == 0)
    return TRUE;
  status = ww_record_check_chain (NULL, NULL, prepared->chain, prepared->n_chain, prepared->n_chain, &records,
                                  &n_records);
  if (status == WW_RECORD_OK)
    for (size_t i = 0; i < n_records; i++)
      g_ptr_array_add (run->chain, records[i]);
  free (records);
  if (status == WW_RECORD_OK && run->chain->len == 0)
    status = WW_RECORD_MALFORMED;
  if (status == WW_RECORD_OK && !ww_record_has_handle (ww_enrolment_run_newest (run), run->handle))
    status = WW_RECORD_WRONG_ACCOUNT;
  if (status != WW_RECORD_OK)
    ww_error_set (error, ww_error_from_record (status));
  return status == WW_RECORD_OK;
}

static gboolean
prepare (WwEnrolmentRun *run, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__PrepareDevice prepare_device = WAXWING__PREPARE_DEVICE__INIT;
  g_autoptr (WwReply) reply = NULL;
  g_autofree char *id = NULL;

  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_PREPARING, NULL);
  run->keys = dex_await_pointer (
      dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, generate_fiber, NULL, NULL), error);
  if (run->keys == NULL)
    return FALSE;
  ww_random_bytes (run->device_id, sizeof run->device_id);
  run->enrolled_ms = ww_now_ms ();
  id = ww_hex_encode (run->device_id, sizeof run->device_id);
  ww_enrolment_set_device_id (run->enrolment, id);

  prepare_device.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  request.body_case = WAXWING__REQUEST__BODY_PREPARE_DEVICE;
  request.prepare_device = &prepare_device;
  reply = ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_DEVICE_PREPARED, error);
  if (reply == NULL)
    return FALSE;
  memcpy (run->push_address, ww_reply_response (reply)->device_prepared->push_address.data, sizeof run->push_address);
  return take_chain (run, ww_reply_response (reply)->device_prepared, error);
}

/* Before anyone is sent a mail: keys that could not be kept afterwards must not be made. */
static gboolean
check_keyring (WwEnrolmentRun *run, GError **error)
{
  WwClient *client = run->enrolment->client;
  g_autoptr (GError) local = NULL;
  gboolean locked;

  if (client == NULL || client->keyring == NULL)
    return TRUE;
  locked = dex_await_boolean (ww_keyring_is_locked (client->keyring), &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (locked)
    ww_error_set (error, WW_ERROR_KEYRING_LOCKED);
  else
    return TRUE;
  return FALSE;
}

static gboolean
enrol (WwEnrolmentRun *run, GError **error)
{
  gboolean adopted;

  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_CONNECTING, NULL);
  if (!check_keyring (run, error))
    return FALSE;
  ww_link_start (run->link);
  if (!verify_handle (run, error) || !prepare (run, error))
    return FALSE;
  ww_enrolment_set_further_device (run->enrolment, run->chain->len > 0);
  if (run->chain->len == 0)
    return ww_enrolment_create_account (run, error);
  if (!ww_enrolment_adopt (run, &adopted, error))
    return FALSE;
  return adopted || ww_enrolment_join_account (run, error);
}

static DexFuture *
enrol_fiber (gpointer data)
{
  WwEnrolmentRun *run = data;
  WwEnrolment *self = run->enrolment;
  g_autoptr (GError) error = NULL;
  gboolean done = enrol (run, &error);

  ww_enrolment_run_stop (run);
  if (self->run == run)
    {
      g_clear_pointer (&self->run, ww_enrolment_run_unref);
      ww_enrolment_set_digits (self, NULL);
      ww_enrolment_set_state (self, done ? WW_ENROLMENT_STATE_DONE : WW_ENROLMENT_STATE_FAILED, error);
    }
  return done ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_enrolment_start:
 * @handle: the address to enrol with, as typed
 * @name: what others see; may be ""
 * @device_name: must not be empty
 *
 * Asks for the mail and carries on until this device belongs to an account.
 *
 * Returns: (transfer full): a future of %TRUE when it does
 */
DexFuture *
ww_enrolment_start (WwEnrolment *self, const char *handle, const char *name, const char *device_name,
                    WwEnrolmentFlags flags)
{
  g_autofree char *stripped = g_strstrip (g_strdup (device_name));
  char *normalised = NULL;
  WwEnrolmentRun *run;

  if (self->client == NULL || ww_client_get_state (self->client) != WW_CLIENT_STATE_NOT_ENROLLED)
    return reject_argument (_ ("This device belongs to an account already, or its profile is not open."));
  if (self->run != NULL)
    return reject_argument (_ ("An enrolment is under way already."));
  if (self->server == NULL)
    return reject_argument (_ ("Choose a server first."));
  if (*stripped == '\0' || strlen (stripped) > WW_MAX_DEVICE_NAME || !g_utf8_validate (stripped, -1, NULL))
    return reject_argument (_ ("Give this device a name of at most 64 bytes."));
  if (strlen (name) > WW_MAX_DISPLAY_NAME || !g_utf8_validate (name, -1, NULL))
    return reject_argument (_ ("Your name is too long."));
  if (ww_handle_normalise (handle, &normalised) == WW_HANDLE_INVALID)
    return reject_argument (_ ("This is neither a mail address nor a phone number."));
  ww_enrolment_set_handle (self, normalised);
  ww_enrolment_set_further_device (self, FALSE);
  ww_enrolment_set_times (self, 0, 0);
  run = ww_enrolment_run_new (self, normalised, name, stripped);
  free (normalised);
  self->run = ww_enrolment_run_ref (run);
  return dex_scheduler_spawn (NULL, 0, enrol_fiber, run, (GDestroyNotify) ww_enrolment_run_unref);
}

static DexFuture *
resend_fiber (gpointer data)
{
  WwEnrolmentRun *run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = ask_start (run, TRUE, &error);

  if (reply == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  take_times (run->enrolment, ww_reply_response (reply)->verification);
  return dex_future_new_true ();
}

/**
 * ww_enrolment_resend:
 *
 * Has the mail sent again. Before "resend-at-ms" the server refuses.
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
  g_free (self->code);
  g_free (self);
}

static DexFuture *
code_fiber (gpointer data)
{
  Code *self = data;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__ConfirmVerification confirm = WAXWING__CONFIRM_VERIFICATION__INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwReply) reply = NULL;

  confirm.token = (ProtobufCBinaryData) { sizeof self->run->token, self->run->token };
  confirm.code = self->code;
  request.body_case = WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION;
  request.confirm_verification = &confirm;
  reply = ww_enrolment_run_ask (self->run, &request, WAXWING__RESPONSE__BODY_VERIFICATION, &error);
  if (reply == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  /* Whoever waits asks for the state, which is confirmed now. */
  self->run->watch = TRUE;
  if (self->run->changed != NULL)
    dex_promise_resolve_boolean (self->run->changed, TRUE);
  dex_clear (&self->run->changed);
  return dex_future_new_true ();
}

/**
 * ww_enrolment_submit_code:
 * @code: the digits that came by SMS
 *
 * Returns: (transfer full): a future of %TRUE when the server took them
 */
DexFuture *
ww_enrolment_submit_code (WwEnrolment *self, const char *code)
{
  Code *data;

  if (self->run == NULL || self->state != WW_ENROLMENT_STATE_CONFIRMING)
    return reject_argument (_ ("No code is expected now."));
  data = g_new0 (Code, 1);
  data->run = ww_enrolment_run_ref (self->run);
  data->code = g_strstrip (g_strdup (code));
  return dex_scheduler_spawn (NULL, 0, code_fiber, data, code_free);
}

/* Tells the server, if it can still hear us; it forgets by itself otherwise. */
static void
cancel_join (WwEnrolmentRun *run)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__CancelJoin cancel = WAXWING__CANCEL_JOIN__INIT;

  if (!run->joined || ww_link_get_state (run->link) != WW_LINK_STATE_UP)
    return;
  cancel.device_id = (ProtobufCBinaryData) { sizeof run->device_id, run->device_id };
  request.body_case = WAXWING__REQUEST__BODY_CANCEL_JOIN;
  request.cancel_join = &cancel;
  dex_future_disown (ww_link_request (run->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS));
}

/**
 * ww_enrolment_cancel:
 *
 * Gives up what is under way. The state is IDLE again, and nothing stays behind.
 */
void
ww_enrolment_cancel (WwEnrolment *self)
{
  WwEnrolmentRun *run = g_steal_pointer (&self->run);

  if (run != NULL)
    {
      cancel_join (run);
      ww_enrolment_run_stop (run);
      ww_enrolment_run_unref (run);
    }
  if (self->state == WW_ENROLMENT_STATE_DONE)
    return;
  ww_enrolment_set_digits (self, NULL);
  ww_enrolment_set_device_id (self, NULL);
  ww_enrolment_set_state (self, WW_ENROLMENT_STATE_IDLE, NULL);
}
