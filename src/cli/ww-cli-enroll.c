/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static char *server;
static char *handle;
static char *own_name;
static char *device_name;
static char *code;
static gboolean accept_sms_cost;

static const GOptionEntry options[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, &server, N_ ("The server: a domain, or an address"), N_ ("URL") },
  { "handle", 0, 0, G_OPTION_ARG_STRING, &handle, N_ ("Your address, by which others find you"), N_ ("HANDLE") },
  { "name", 'n', 0, G_OPTION_ARG_STRING, &own_name, N_ ("What others see (nothing)"), N_ ("NAME") },
  { "device-name", 'd', 0, G_OPTION_ARG_STRING, &device_name,
    N_ ("What your other devices call this one (the host name)"), N_ ("NAME") },
  { "code", 0, 0, G_OPTION_ARG_STRING, &code, N_ ("The code from the text message"), N_ ("CODE") },
  { "accept-sms-cost", 0, 0, G_OPTION_ARG_NONE, &accept_sms_cost, N_ ("A text message may be sent to me at my cost"),
    NULL },
  G_OPTION_ENTRY_NULL,
};

static void
print_step (WwCli *cli, const char *step, WwEnrolment *enrolment)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "step", step);
  ww_cli_object_set (object, "handle", ww_enrolment_get_handle (enrolment));
  ww_cli_object_set (object, "server", ww_enrolment_get_server (enrolment));
  json_object_set_int_member (object, "expires_ms", ww_enrolment_get_expires_ms (enrolment));
  if (g_str_equal (step, "approving"))
    {
      ww_cli_object_set (object, "device", ww_enrolment_get_device_id (enrolment));
      ww_cli_object_set (object, "digits", ww_enrolment_get_digits (enrolment));
    }
  ww_cli_print_object (object);
}

static gboolean
is_phone (WwEnrolment *enrolment)
{
  const char *chosen = ww_enrolment_get_handle (enrolment);

  return chosen != NULL && g_str_has_prefix (chosen, "tel:");
}

static DexFuture *
submit_typed_code_cb (DexFuture *future, gpointer data)
{
  const GValue *typed = dex_future_get_value (future, NULL);

  return ww_enrolment_submit_code (data, g_value_get_string (typed));
}

/* A number is confirmed with a code, from the command line or typed; a mail address with the link in the mail. */
static void
ask_to_confirm (WwCli *cli, WwEnrolment *enrolment)
{
  g_autofree char *safe = ww_cli_text_line (ww_enrolment_get_handle (enrolment));

  if (cli->json)
    print_step (cli, "confirming", enrolment);
  else if (is_phone (enrolment))
    ww_cli_print (_ ("A text message is on its way to %s. Type the code in it:\n"), safe);
  else
    ww_cli_print (_ ("A mail is on its way to %s. Open the link in it and confirm there; this waits for it.\n"), safe);
  if (code != NULL)
    dex_future_disown (ww_enrolment_submit_code (enrolment, code));
  else if (is_phone (enrolment))
    dex_future_disown (
        dex_future_then (ww_cli_read_input (TRUE), submit_typed_code_cb, g_object_ref (enrolment), g_object_unref));
}

static void
show_approval (WwCli *cli, WwEnrolment *enrolment)
{
  const char *digits = ww_enrolment_get_digits (enrolment);

  if (cli->json)
    print_step (cli, "approving", enrolment);
  else if (digits == NULL)
    ww_cli_print (
        _ ("This address has an account already. Approve this device from one of the others; this waits for it.\n"));
  else
    ww_cli_print (_ ("Approve this device only if your other device shows the same six digits: %s\n"), digits);
}

typedef struct
{
  WwCli *cli;
  WwEnrolment *enrolment;
} Watcher;

static void
state_changed_cb (Watcher *watcher)
{
  switch (ww_enrolment_get_state (watcher->enrolment))
    {
    case WW_ENROLMENT_STATE_CONFIRMING:
      ask_to_confirm (watcher->cli, watcher->enrolment);
      break;
    case WW_ENROLMENT_STATE_PREPARING:
      if (watcher->cli->json)
        print_step (watcher->cli, "preparing", watcher->enrolment);
      else
        ww_cli_print (_ ("Confirmed. Making the keys of this device.\n"));
      break;
    case WW_ENROLMENT_STATE_APPROVING:
      show_approval (watcher->cli, watcher->enrolment);
      break;
    case WW_ENROLMENT_STATE_IDLE:
    case WW_ENROLMENT_STATE_CONNECTING:
    case WW_ENROLMENT_STATE_HELD:
    case WW_ENROLMENT_STATE_DONE:
    case WW_ENROLMENT_STATE_FAILED:
      break;
    }
}

static void
digits_changed_cb (Watcher *watcher)
{
  if (ww_enrolment_get_state (watcher->enrolment) == WW_ENROLMENT_STATE_APPROVING &&
      ww_enrolment_get_digits (watcher->enrolment) != NULL)
    show_approval (watcher->cli, watcher->enrolment);
}

static gboolean
check_options (GError **error)
{
  g_autofree char *lower = handle != NULL ? g_ascii_strdown (handle, -1) : NULL;

  if (server == NULL || handle == NULL)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                         _ ("Say which server, and which address is yours: --server URL --handle HANDLE."));
  else if ((g_str_has_prefix (lower, "tel:") || lower[0] == '+') && !accept_sms_cost && code == NULL)
    g_set_error_literal (
        error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
        _ ("Confirming a number sends it a text message, which may cost you. Add --accept-sms-cost to agree."));
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
run_enroll (WwCli *cli, const char *const *arguments, GError **error)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (cli->client);
  Watcher watcher = { cli, enrolment };
  g_autofree char *server_name = NULL;
  gulong on_state, on_digits;
  gboolean done;

  if (!check_options (error) || !open_unenrolled (cli, error))
    return FALSE;
  server_name = dex_await_string (ww_cli_bounded (cli, ww_enrolment_check_server (enrolment, server)), error);
  if (server_name == NULL)
    return FALSE;
  on_state = g_signal_connect_swapped (enrolment, "notify::state", G_CALLBACK (state_changed_cb), &watcher);
  on_digits = g_signal_connect_swapped (enrolment, "notify::digits", G_CALLBACK (digits_changed_cb), &watcher);
  done = dex_await (ww_cli_bounded (cli, ww_enrolment_start (enrolment, handle, own_name != NULL ? own_name : "",
                                                             device_name != NULL ? device_name : g_get_host_name (),
                                                             WW_ENROLMENT_DEFAULT)),
                    error);
  g_signal_handler_disconnect (enrolment, on_state);
  g_signal_handler_disconnect (enrolment, on_digits);
  if (!done)
    {
      /* Nothing half made stays behind, on the server neither: the next try starts afresh. */
      ww_enrolment_cancel (enrolment);
      return FALSE;
    }
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
  .details = N_ (
      "Prints each step, waits until the link in the mail is confirmed and, on a further device, until one of "
      "the account's other devices approves it."),
  .options = options,
  .run = run_enroll,
};
