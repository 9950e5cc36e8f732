/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* How long a server has to say how a request stands. */
#define ANSWER_SECONDS 30

static char *server;
static char *handle;
static char *own_name;
static char *device_name;
static char *code;
static gboolean accept_sms_cost;
static gboolean inbound;
static gboolean start_over;
static gboolean wait_hold;
static gboolean give_up;

static const GOptionEntry options[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, &server, N_ ("The server: a domain, or an address"), N_ ("URL") },
  { "handle", 0, 0, G_OPTION_ARG_STRING, &handle, N_ ("Your address or number, by which others find you"),
    N_ ("HANDLE") },
  { "name", 'n', 0, G_OPTION_ARG_STRING, &own_name, N_ ("What others see (nothing)"), N_ ("NAME") },
  { "device-name", 'd', 0, G_OPTION_ARG_STRING, &device_name,
    N_ ("What your other devices call this one (the host name)"), N_ ("NAME") },
  { "code", 0, 0, G_OPTION_ARG_STRING, &code, N_ ("The code from the text message (standard input)"), N_ ("CODE") },
  { "accept-sms-cost", 0, 0, G_OPTION_ARG_NONE, &accept_sms_cost, N_ ("A text message may cost me money"), NULL },
  { "inbound", 0, 0, G_OPTION_ARG_NONE, &inbound, N_ ("I send the text message myself"), NULL },
  { "start-over", 0, 0, G_OPTION_ARG_NONE, &start_over,
    N_ ("None of my other devices is at hand: start the account over"), NULL },
  { "wait", 'w', 0, G_OPTION_ARG_NONE, &wait_hold, N_ ("Wait until the other devices’ time to refuse is over"), NULL },
  { "give-up", 0, 0, G_OPTION_ARG_NONE, &give_up, N_ ("Drop the request that waits"), NULL },
  G_OPTION_ENTRY_NULL,
};

static JsonObject *
object_of_step (const char *step, WwEnrolment *enrolment)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "step", step);
  ww_cli_object_set (object, "handle", ww_enrolment_get_handle (enrolment));
  ww_cli_object_set (object, "server", ww_enrolment_get_server (enrolment));
  json_object_set_int_member (object, "expires_ms", ww_enrolment_get_expires_ms (enrolment));
  if (g_str_equal (step, "confirming"))
    {
      ww_cli_object_set (object, "proof", ww_proof_to_string (ww_enrolment_get_proof (enrolment)));
      ww_cli_object_set (object, "send_to", ww_enrolment_get_send_to (enrolment));
      ww_cli_object_set (object, "send_text", ww_enrolment_get_send_text (enrolment));
      json_object_set_int_member (object, "tries_left", ww_enrolment_get_tries_left (enrolment));
      json_object_set_int_member (object, "resend_at_ms", ww_enrolment_get_resend_at_ms (enrolment));
    }
  else if (g_str_equal (step, "approving"))
    {
      ww_cli_object_set (object, "device", ww_enrolment_get_device_id (enrolment));
      ww_cli_object_set (object, "digits", ww_enrolment_get_digits (enrolment));
    }
  else if (g_str_equal (step, "held"))
    json_object_set_int_member (object, "held_until_ms", ww_enrolment_get_held_until_ms (enrolment));
  return object;
}

static DexFuture *
submit_code (gpointer enrolment, const char *typed)
{
  return ww_enrolment_submit_code (enrolment, typed);
}

static void
say_wrong_code (WwCli *cli, gpointer enrolment)
{
  if (cli->json)
    {
      JsonObject *object = object_of_step ("confirming", enrolment);

      ww_cli_object_set (object, "error", "wrong-code");
      ww_cli_print_object (object);
    }
  else
    ww_cli_say_wrong_code (ww_enrolment_get_tries_left (enrolment));
}

/* What runs beside the steps: the end of it is the end of the command when it fails. */
typedef struct
{
  WwCli *cli;
  WwEnrolment *enrolment;
  DexPromise *broken;
  gboolean asked;
  gboolean starting_over;
} Watcher;

static DexFuture *
break_off_cb (DexFuture *future, gpointer promise)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (dex_future_is_pending (promise))
    dex_promise_reject (promise, g_steal_pointer (&error));
  return dex_future_new_for_boolean (FALSE);
}

static void
end_when_it_fails (Watcher *watcher, DexFuture *work)
{
  dex_future_disown (dex_future_catch (work, break_off_cb, dex_ref (watcher->broken), dex_unref));
}

/* A number is confirmed with a code, from the command line or typed, or by what the person sends; a mail address with
 * the link in the mail. */
static void
ask_to_confirm (Watcher *watcher)
{
  WwEnrolment *enrolment = watcher->enrolment;

  if (watcher->cli->json)
    ww_cli_print_object (object_of_step ("confirming", enrolment));
  else
    ww_cli_say_how_to_confirm (ww_enrolment_get_handle (enrolment), ww_enrolment_get_proof (enrolment),
                               ww_enrolment_get_send_to (enrolment), ww_enrolment_get_send_text (enrolment));
  if (ww_enrolment_get_proof (enrolment) != WW_PROOF_CODE || watcher->asked)
    return;
  watcher->asked = TRUE;
  if (code != NULL)
    end_when_it_fails (watcher, ww_enrolment_submit_code (enrolment, code));
  else
    end_when_it_fails (watcher, ww_cli_ask_code (watcher->cli, enrolment, submit_code, say_wrong_code));
}

static void
show_approval (WwCli *cli, WwEnrolment *enrolment)
{
  const char *digits = ww_enrolment_get_digits (enrolment);

  if (cli->json)
    ww_cli_print_object (object_of_step ("approving", enrolment));
  else if (digits == NULL)
    ww_cli_print ("%s\n",
                  _ ("This address has an account already. Approve this device from one of the others; this waits for "
                     "it. If none is at hand, end this and begin again with --start-over."));
  else
    ww_cli_print (_ ("Approve this device only if your other device shows the same six digits: %s\n"), digits);
}

static void
show_hold (WwCli *cli, WwEnrolment *enrolment)
{
  g_autofree char *until = ww_cli_text_time (ww_enrolment_get_held_until_ms (enrolment));

  if (cli->json)
    ww_cli_print_object (object_of_step ("held", enrolment));
  else
    ww_cli_print (_ ("The account’s other devices are asked first, and can refuse until %s. Then “waxwing-cli enroll” "
                     "goes on.\n"),
                  until);
}

static void
state_changed_cb (Watcher *watcher)
{
  switch (ww_enrolment_get_state (watcher->enrolment))
    {
    case WW_ENROLMENT_STATE_CONFIRMING:
      ask_to_confirm (watcher);
      break;
    case WW_ENROLMENT_STATE_PREPARING:
      if (watcher->cli->json)
        ww_cli_print_object (object_of_step ("preparing", watcher->enrolment));
      else
        ww_cli_print (_ ("Confirmed. Making the keys of this device.\n"));
      break;
    case WW_ENROLMENT_STATE_APPROVING:
      if (!start_over)
        show_approval (watcher->cli, watcher->enrolment);
      else if (!watcher->starting_over)
        end_when_it_fails (watcher, ww_enrolment_start_over (watcher->enrolment));
      watcher->starting_over = start_over;
      break;
    case WW_ENROLMENT_STATE_HELD:
      show_hold (watcher->cli, watcher->enrolment);
      break;
    case WW_ENROLMENT_STATE_IDLE:
    case WW_ENROLMENT_STATE_CONNECTING:
    case WW_ENROLMENT_STATE_DONE:
    case WW_ENROLMENT_STATE_FAILED:
      break;
    }
}

static void
digits_changed_cb (Watcher *watcher)
{
  if (ww_enrolment_get_state (watcher->enrolment) == WW_ENROLMENT_STATE_APPROVING && !start_over &&
      ww_enrolment_get_digits (watcher->enrolment) != NULL)
    show_approval (watcher->cli, watcher->enrolment);
}

static gboolean
is_phone (const char *typed)
{
  g_autofree char *normal = ww_handle_text_normalise (typed);

  return normal != NULL && ww_handle_text_is_phone (normal);
}

static gboolean
check_options (GError **error)
{
  if (server == NULL || handle == NULL)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                         _ ("Say which server, and which address is yours: --server URL --handle HANDLE."));
  else if (is_phone (handle) && !accept_sms_cost)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, ww_cli_cost_sentence ());
  else
    return TRUE;
  return FALSE;
}

static gboolean
open_unenrolled (WwCli *cli, GError **error)
{
  if (!dex_await (ww_cli_bounded (cli, ww_client_open (cli->client, WW_CLIENT_OPEN_DEFAULT)), error))
    return FALSE;
  if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_NOT_ENROLLED)
    return TRUE;
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
               _ ("This profile is enrolled already, as “%s”. Choose another with --profile."),
               ww_client_get_device_name (cli->client));
  return FALSE;
}

static gboolean
has_come_far_enough (gpointer enrolment)
{
  WwEnrolmentState state = ww_enrolment_get_state (enrolment);

  return state == WW_ENROLMENT_STATE_DONE || state == WW_ENROLMENT_STATE_FAILED ||
         (state == WW_ENROLMENT_STATE_HELD && !wait_hold);
}

/* A new enrolment, up to its end or to the hold. */
static DexFuture *
begin (WwCli *cli, WwEnrolment *enrolment)
{
  WwEnrolmentFlags flags = (accept_sms_cost ? WW_ENROLMENT_ACCEPT_COST : 0) | (inbound ? WW_ENROLMENT_INBOUND : 0);
  DexFuture *started = ww_enrolment_start (enrolment, handle, own_name != NULL ? own_name : "",
                                           device_name != NULL ? device_name : g_get_host_name (), flags);

  return ww_cli_first (started, ww_cli_until (enrolment, "notify::state", has_come_far_enough));
}

static gboolean
has_been_answered (gpointer enrolment)
{
  return ww_enrolment_get_state (enrolment) != WW_ENROLMENT_STATE_HELD;
}

static DexFuture *
offline_cb (DexFuture *future, gpointer data)
{
  return dex_future_new_reject (WW_ERROR, WW_ERROR_OFFLINE, "%s",
                                _ ("The server doesn't answer. The request waits here; “waxwing-cli enroll” goes on."));
}

/* One that was held when an earlier command ended goes on by itself, as soon as the server is there. */
static DexFuture *
resume (WwCli *cli, WwEnrolment *enrolment)
{
  DexFuture *bound;

  if (wait_hold)
    return ww_cli_until (enrolment, "notify::state", has_been_answered);
  if (cli->patient)
    return ww_enrolment_start_over (enrolment);
  bound = dex_future_catch (dex_timeout_new_seconds (ANSWER_SECONDS), offline_cb, NULL, NULL);
  return ww_cli_first (ww_enrolment_start_over (enrolment), bound);
}

static gboolean
run_steps (WwCli *cli, WwEnrolment *enrolment, gboolean resumed, GError **error)
{
  g_autoptr (DexPromise) broken = dex_promise_new ();
  Watcher watcher = { .cli = cli, .enrolment = enrolment, .broken = broken };
  gulong on_state = g_signal_connect_swapped (enrolment, "notify::state", G_CALLBACK (state_changed_cb), &watcher);
  gulong on_digits = g_signal_connect_swapped (enrolment, "notify::digits", G_CALLBACK (digits_changed_cb), &watcher);
  DexFuture *work = resumed ? resume (cli, enrolment) : begin (cli, enrolment);
  gboolean done;

  if (resumed)
    show_hold (cli, enrolment);
  done = dex_await (ww_cli_bounded (cli, ww_cli_first (work, dex_ref (DEX_FUTURE (broken)))), error);
  g_signal_handler_disconnect (enrolment, on_state);
  g_signal_handler_disconnect (enrolment, on_digits);
  if (done && ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_FAILED)
    {
      g_propagate_error (error, g_error_copy (ww_enrolment_get_error (enrolment)));
      return FALSE;
    }
  return done;
}

/* Another address than that of the request that waits here is no way to go on with it. */
static gboolean
check_same (WwEnrolment *enrolment, GError **error)
{
  g_autofree char *normal = handle != NULL ? ww_handle_text_normalise (handle) : NULL;

  if (handle == NULL || g_strcmp0 (normal, ww_enrolment_get_handle (enrolment)) == 0)
    return TRUE;
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
               _ ("A request for “%s” waits in this profile. --give-up drops it."),
               ww_handle_text_for_people (ww_enrolment_get_handle (enrolment)));
  return FALSE;
}

static gboolean
run_enroll (WwCli *cli, const char *const *arguments, GError **error)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (cli->client);
  g_autofree char *server_name = NULL;
  gboolean held;

  if ((server != NULL || handle != NULL) && !check_options (error))
    return FALSE;
  if (!open_unenrolled (cli, error))
    return FALSE;
  held = ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_HELD;
  if (held && give_up)
    {
      ww_enrolment_cancel (enrolment);
      return TRUE;
    }
  if (held && !check_same (enrolment, error))
    return FALSE;
  if (!held)
    {
      if (!check_options (error))
        return FALSE;
      server_name = dex_await_string (ww_cli_bounded (cli, ww_enrolment_check_server (enrolment, server)), error);
      if (server_name == NULL)
        return FALSE;
    }
  if (!run_steps (cli, enrolment, held, error))
    {
      /* Nothing half made stays behind, on the server neither: the next try starts afresh. */
      if (ww_enrolment_get_state (enrolment) != WW_ENROLMENT_STATE_HELD)
        ww_enrolment_cancel (enrolment);
      return FALSE;
    }
  if (ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_HELD)
    return TRUE;
  if (cli->json)
    {
      JsonObject *object = ww_cli_object_of_account (cli->client);

      ww_cli_object_set (object, "step", "done");
      ww_cli_print_object (object);
    }
  else
    ww_cli_print (_ ("This device is enrolled.\n"));
  return TRUE;
}

const WwCliCommand ww_cli_command_enroll = {
  .name = "enroll",
  .summary = N_ ("Enrol this device: a new account, or a further device of one"),
  .details = N_ ("Prints each step, waits until the address is confirmed and, on a further device, until one of the "
                 "account's other devices approves it. With --start-over the other devices are asked for a day "
                 "whether they refuse: then this ends, and “waxwing-cli enroll” without options goes on."),
  .options = options,
  .run = run_enroll,
};
