/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-client-private.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-handle-text.h"
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

  WwServerAnswer *answer = g_value_get_boxed (dex_future_get_value (future, NULL));

  if (self->enrolment->run == NULL)
    {
      ww_enrolment_set_server (self->enrolment, self->address);
      ww_enrolment_set_verifies (self->enrolment, (const char *const *) answer->verifies);
    }
  return dex_future_new_for_string (answer->name);
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

static DexFuture *
generate_fiber (gpointer data)
{
  WwDeviceKeys *keys;

  if (ww_device_keys_generate (&keys) != WW_CRYPTO_OK)
    return ww_error_reject (WW_ERROR_FAILED);
  return dex_future_new_for_pointer (keys);
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
  return ww_enrolment_take_chain (run, reply, error);
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

  if (!check_keyring (run, error))
    return FALSE;
  ww_link_start (run->link);
  if (!ww_enrolment_verify_handle (run, error) || !prepare (run, error))
    return FALSE;
  ww_enrolment_set_further_device (run->enrolment, run->chain->len > 0);
  if (run->chain->len == 0)
    return ww_enrolment_create_account (run, error);
  if (!ww_enrolment_adopt (run, &adopted, error))
    return FALSE;
  if (adopted || ww_enrolment_join_account (run, error))
    return TRUE;
  return run->start_over != NULL && *error == NULL && ww_enrolment_reset_account (run, error);
}

static gboolean
go_on (WwEnrolmentRun *run, GError **error)
{
  if (run->before != NULL)
    dex_await (dex_ref (run->before), NULL);
  if (!run->online)
    return dex_await (dex_ref (run->closing), error);
  if (run->identity == NULL)
    return enrol (run, error);
  ww_link_start (run->link);
  return ww_enrolment_claim (run, error);
}

/* Keys and store of a claim that came to nothing. */
static void
forget (WwEnrolmentRun *run)
{
  WwClient *client = run->enrolment->client;

  if (client == NULL || client->profile_lock == NULL || client->state != WW_CLIENT_STATE_NOT_ENROLLED)
    return;
  dex_await (ww_client_discard_store (client), NULL);
  dex_await (ww_keyring_clear (client->keyring), NULL);
}

static void
let_go (WwEnrolmentRun *run, gboolean done, const GError *error)
{
  g_autoptr (WwStore) store = g_steal_pointer (&run->store);

  /* When it is done, the client has it. */
  if (store != NULL && !done)
    {
      dex_await (ww_store_close (store), NULL);
      if (run->forget)
        forget (run);
    }
  if (run->start_over != NULL && dex_future_is_pending (DEX_FUTURE (run->start_over)))
    {
      if (done)
        dex_promise_resolve_boolean (run->start_over, TRUE);
      else
        dex_promise_reject (run->start_over, g_error_copy (error));
    }
}

static DexFuture *
run_fiber (gpointer data)
{
  WwEnrolmentRun *run = data;
  WwEnrolment *self = run->enrolment;
  g_autoptr (GError) error = NULL;
  gboolean done = go_on (run, &error);

  ww_enrolment_run_stop (run);
  let_go (run, done, error);
  if (self->run == run)
    {
      g_clear_pointer (&self->run, ww_enrolment_run_unref);
      ww_enrolment_set_digits (self, NULL);
      ww_enrolment_set_held_until (self, 0);
      ww_enrolment_set_state (self, done ? WW_ENROLMENT_STATE_DONE : WW_ENROLMENT_STATE_FAILED, error);
    }
  dex_promise_resolve_boolean (run->ended, TRUE);
  return done ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
ww_enrolment_begin (WwEnrolment *self, WwEnrolmentRun *run, gboolean online)
{
  run->online = online;
  run->before = g_steal_pointer (&self->ended);
  self->ended = DEX_FUTURE (dex_ref (run->ended));
  self->run = ww_enrolment_run_ref (run);
  return dex_scheduler_spawn (NULL, 0, run_fiber, run, (GDestroyNotify) ww_enrolment_run_unref);
}

/* Everything that the last attempt left to be seen. */
static void
clear_traces (WwEnrolment *self)
{
  ww_enrolment_set_further_device (self, FALSE);
  ww_enrolment_set_times (self, 0, 0);
  ww_enrolment_set_tries_left (self, 0);
  ww_enrolment_set_message (self, NULL, NULL);
  ww_enrolment_set_held_until (self, 0);
}

static gboolean
check_settings (WwEnrolment *self, const char *name, const char *device_name, GError **error)
{
  const char *sentence = NULL;

  if (self->client == NULL || ww_client_get_state (self->client) != WW_CLIENT_STATE_NOT_ENROLLED)
    sentence = _ ("This device belongs to an account already, or its profile is not open.");
  else if (self->run != NULL)
    sentence = _ ("An enrolment is under way already.");
  else if (self->server == NULL)
    sentence = _ ("Choose a server first.");
  else if (*device_name == '\0' || strlen (device_name) > WW_MAX_DEVICE_NAME ||
           !g_utf8_validate (device_name, -1, NULL))
    sentence = _ ("Give this device a name of at most 64 bytes.");
  else if (strlen (name) > WW_MAX_DISPLAY_NAME || !g_utf8_validate (name, -1, NULL))
    sentence = _ ("Your name is too long.");
  if (sentence != NULL)
    g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, sentence);
  return sentence == NULL;
}

/**
 * ww_enrolment_start:
 * @handle: the address or number to enrol with, as typed
 * @name: what others see; may be ""
 * @device_name: must not be empty
 * @flags: what the person agreed to, and how a number is verified
 *
 * Asks for the mail or message and carries on until this device belongs to an account.
 *
 * Returns: (transfer full): a future of %TRUE when it does. Rejected at once with WW_ERROR_INVALID_ARGUMENT for what is
 *   neither address nor number, WW_ERROR_COST_NOT_ACCEPTED for a number without %WW_ENROLMENT_ACCEPT_COST, and
 *   WW_ERROR_REFUSED ("handle-unsupported") when the server cannot verify this kind
 */
DexFuture *
ww_enrolment_start (WwEnrolment *self, const char *handle, const char *name, const char *device_name,
                    WwEnrolmentFlags flags)
{
  g_autofree char *stripped = g_strstrip (g_strdup (device_name));
  g_autofree char *normalised = NULL;
  g_autoptr (GError) error = NULL;
  WwEnrolmentRun *run;

  if (!check_settings (self, name, stripped, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  normalised = ww_handle_text_normalise (handle);
  if (normalised == NULL)
    {
      g_autofree char *sentence = ww_handle_text_explain (handle);

      return reject_argument (sentence);
    }
  if (!ww_proof_check (normalised, flags, (const char *const *) self->verifies, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  clear_traces (self);
  ww_enrolment_set_handle (self, normalised);
  run = ww_enrolment_run_new (self, normalised, name, stripped, flags);
  ww_enrolment_set_proof (self, run->proof);
  ww_enrolment_set_state (self, WW_ENROLMENT_STATE_CONNECTING, NULL);
  return ww_enrolment_begin (self, run, TRUE);
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

/* Ends the run. What it holds goes with it, or stays for the next opening of the profile. */
static void
end_run (WwEnrolment *self, gboolean forget_claim)
{
  WwEnrolmentRun *run = g_steal_pointer (&self->run);

  if (run == NULL)
    return;
  cancel_join (run);
  run->forget = forget_claim;
  ww_enrolment_run_stop (run);
  ww_enrolment_run_unref (run);
}

static void
set_idle (WwEnrolment *self)
{
  if (self->state == WW_ENROLMENT_STATE_DONE)
    return;
  clear_traces (self);
  ww_enrolment_set_digits (self, NULL);
  ww_enrolment_set_device_id (self, NULL);
  ww_enrolment_set_state (self, WW_ENROLMENT_STATE_IDLE, NULL);
}

/**
 * ww_enrolment_cancel:
 *
 * Gives up what is under way. The state is IDLE again, and nothing stays behind: of a claim, keys and store go.
 */
void
ww_enrolment_cancel (WwEnrolment *self)
{
  end_run (self, TRUE);
  set_idle (self);
}

DexFuture *
ww_enrolment_suspend (WwEnrolment *self)
{
  end_run (self, FALSE);
  set_idle (self);
  return self->ended != NULL ? dex_ref (self->ended) : dex_future_new_true ();
}
