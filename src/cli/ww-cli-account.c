/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* For a connection that may or may not come about. */
#define STATUS_SECONDS 20

static gboolean only_local;

static const GOptionEntry status_options[] = {
  { "local", 'l', 0, G_OPTION_ARG_NONE, &only_local, N_ ("Don't connect"), NULL },
  G_OPTION_ENTRY_NULL,
};

static char *
describe_connection (WwClient *client)
{
  const GError *error = ww_client_get_connection_error (client);

  switch (ww_client_get_connection (client))
    {
    case WW_CONNECTION_STATE_ONLINE:
      return g_strdup (_ ("connected"));
    case WW_CONNECTION_STATE_DRAINING:
      return g_strdup (_ ("connected, messages are arriving"));
    case WW_CONNECTION_STATE_CONNECTING:
    case WW_CONNECTION_STATE_OFFLINE:
    default:
      return ww_cli_text_line (error != NULL ? error->message : _ ("not connected"));
    }
}

static void
print_line (const char *title, const char *value)
{
  g_autofree char *safe = ww_cli_text_line (value != NULL ? value : "");
  guint width = ww_cli_text_width (title);

  ww_cli_print ("%s%*s%s\n", title, width < 14 ? (int) (14 - width) : 1, "", safe);
}

static void
print_status (WwClient *client)
{
  g_autofree char *handles = g_strjoinv (", ", (char **) ww_client_get_handles (client));
  g_autofree char *connection = describe_connection (client);
  g_autofree char *record = g_strdup_printf ("%" G_GUINT64_FORMAT, ww_client_get_record_sequence (client));

  print_line (_ ("Addresses"), handles);
  print_line (_ ("Name"), ww_client_get_name (client));
  print_line (_ ("Device"), ww_client_get_device_name (client));
  print_line (_ ("Device id"), ww_client_get_device_id (client));
  print_line (_ ("Account id"), ww_client_get_account_id (client));
  print_line (_ ("Record"), record);
  print_line (_ ("Server"), ww_client_get_server (client));
  print_line (_ ("Connection"), connection);
}

static void
print_not_enrolled (WwClient *client)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  g_autofree char *safe = ww_cli_text_line (ww_enrolment_get_handle (enrolment));
  g_autofree char *until = ww_cli_text_time (ww_enrolment_get_held_until_ms (enrolment));

  if (ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_HELD)
    ww_cli_print (_ ("The account of %s is to be started over here. Its other devices can refuse until %s. Then "
                     "“waxwing-cli enroll” goes on.\n"),
                  safe, until);
  else
    ww_cli_print (_ ("This profile is not enrolled yet.\n"));
}

static gboolean
run_status (WwCli *cli, const char *const *arguments, GError **error)
{
  WwClientOpenFlags flags = only_local ? WW_CLIENT_OPEN_OFFLINE : WW_CLIENT_OPEN_DEFAULT;

  if (!dex_await (ww_cli_bounded (cli, ww_client_open (cli->client, flags)), error))
    return FALSE;
  /* Being offline is an answer here, not a failure. */
  if (!only_local)
    ww_cli_try_link (cli, NULL);
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_account (cli->client));
  else if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_NOT_ENROLLED)
    print_not_enrolled (cli->client);
  else if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_REMOVED)
    ww_cli_print (_ ("This device was removed from its account.\n"));
  else
    print_status (cli->client);
  return TRUE;
}

static void
print_contact (WwContact *contact)
{
  GListModel *devices = ww_contact_get_devices (contact);
  g_autofree char *handles = g_strjoinv (", ", (char **) ww_contact_get_handles (contact));
  g_autofree char *record = g_strdup_printf ("%" G_GUINT64_FORMAT " (%s)", ww_contact_get_sequence (contact),
                                             ww_contact_get_record_hash (contact));
  g_autoptr (WwCliTable) table = ww_cli_table_new (_ ("DEVICE"), _ ("SINCE"), _ ("SUITE"), _ ("FINGERPRINT"), NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);
      g_autofree char *since = ww_cli_text_time (ww_device_get_enrolled_ms (device));
      g_autofree char *suite = g_strdup_printf ("%u", ww_device_get_suite (device));

      ww_cli_table_add (table, ww_device_get_id (device), since, suite, ww_device_get_fingerprint (device), NULL);
    }
  text = ww_cli_table_to_string (table);
  print_line (_ ("Addresses"), handles);
  print_line (_ ("Account id"), ww_contact_get_account_id (contact));
  print_line (_ ("Record"), record);
  ww_cli_print ("\n%s", text);
}

static gboolean
run_lookup (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwContact) contact = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_ONLINE, error))
    return FALSE;
  contact = dex_await_object (ww_cli_bounded (cli, ww_client_look_up (cli->client, arguments[0])), error);
  if (contact == NULL)
    return FALSE;
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_contact (contact));
  else
    print_contact (contact);
  return TRUE;
}

const WwCliCommand ww_cli_command_status = {
  .name = "status",
  .summary = N_ ("Show account, device, server and connection"),
  .details = N_ ("Tries to connect once. Being offline is an answer, not a failure."),
  .options = status_options,
  .timeout_s = STATUS_SECONDS,
  .run = run_status,
};

const WwCliCommand ww_cli_command_lookup = {
  .name = "lookup",
  .arguments = "HANDLE",
  .summary = N_ ("Look a person up and show the verified account record"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_lookup,
};
