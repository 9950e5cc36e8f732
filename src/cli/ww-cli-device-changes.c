/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli.h"

static gboolean wipe;
static gboolean yes;

static const GOptionEntry remove_options[] = {
  { "wipe", 0, 0, G_OPTION_ARG_NONE, &wipe, N_ ("The device shall forget its keys and messages without asking"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry yes_options[] = {
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Don't ask"), NULL },
  G_OPTION_ENTRY_NULL,
};

static WwDevice *
open_device (WwCli *cli, const char *wanted, GError **error)
{
  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return NULL;
  return ww_cli_find_device (ww_client_get_devices (cli->client), wanted, error);
}

static gboolean
run_remove (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwDevice) device = open_device (cli, arguments[0], error);

  if (device == NULL ||
      !dex_await (ww_cli_bounded (cli, ww_client_remove_device (cli->client, ww_device_get_id (device), wipe)), error))
    return FALSE;
  ww_cli_print_device_outcome (cli, ww_device_get_id (device), ww_device_get_name (device), "removed",
                               wipe ? _ ("removed. It forgets its keys and messages as soon as it connects.")
                                    : _ ("removed. It gets no more messages."));
  return TRUE;
}

static gboolean
run_rename (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwDevice) device = open_device (cli, arguments[0], error);

  if (device == NULL ||
      !dex_await (ww_cli_bounded (cli, ww_client_rename_device (cli->client, ww_device_get_id (device), arguments[1])),
                  error))
    return FALSE;
  ww_cli_print_device_outcome (cli, ww_device_get_id (device), arguments[1], "renamed", _ ("renamed."));
  return TRUE;
}

static void
print_forgotten (WwCli *cli)
{
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_account (cli->client));
  else
    ww_cli_print ("%s\n", _ ("This device has forgotten its keys and messages."));
}

static gboolean
run_sign_out (WwCli *cli, const char *const *arguments, GError **error)
{
  const char *question = _ ("This device leaves the account and forgets its keys and messages. If it is the last one, "
                            "only starting over leads back. Type “yes” to do that:");

  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  if (g_list_model_get_n_items (ww_client_get_devices (cli->client)) > 1)
    question = _ ("This device leaves the account and forgets its keys and messages. Type “yes” to do that:");
  if ((!yes && !ww_cli_agree (cli, question, error)) ||
      !dex_await (ww_cli_bounded (cli, ww_client_sign_out (cli->client)), error))
    return FALSE;
  print_forgotten (cli);
  return TRUE;
}

/* What a removed device still holds is its person's, who decides when it goes. */
static gboolean
run_wipe (WwCli *cli, const char *const *arguments, GError **error)
{
  if (!dex_await (ww_cli_bounded (cli, ww_client_open (cli->client, WW_CLIENT_OPEN_DEFAULT)), error) ||
      !ww_cli_try_link (cli, error))
    return FALSE;
  if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_READY)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This device belongs to its account. “waxwing-cli sign-out” makes it leave."));
      return FALSE;
    }
  if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_REMOVED &&
      ((!yes && !ww_cli_agree (cli, _ ("This device was removed. Type “yes” to make it forget its keys and messages:"),
                               error)) ||
       !dex_await (ww_cli_bounded (cli, ww_client_wipe (cli->client)), error)))
    return FALSE;
  print_forgotten (cli);
  return TRUE;
}

const WwCliCommand ww_cli_command_rename = {
  .name = "rename",
  .arguments = "DEVICE NAME",
  .summary = N_ ("Give a device of the account another name"),
  .details = N_ ("DEVICE is an id, the beginning of one, or a name. Only your own devices can read the names."),
  .min_arguments = 2,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_rename,
};

const WwCliCommand ww_cli_command_remove = {
  .name = "remove",
  .arguments = "DEVICE",
  .summary = N_ ("Remove a device from the account"),
  .details = N_ (
      "DEVICE is an id, the beginning of one, or a name. A device cannot remove itself: that is “sign-out”."),
  .options = remove_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_remove,
};

const WwCliCommand ww_cli_command_sign_out = {
  .name = "sign-out",
  .summary = N_ ("Leave the account with this device, and forget its keys and messages"),
  .options = yes_options,
  .timeout_s = 300,
  .run = run_sign_out,
};

const WwCliCommand ww_cli_command_wipe = {
  .name = "wipe",
  .summary = N_ ("Make a device that was removed forget its keys and messages"),
  .options = yes_options,
  .timeout_s = 300,
  .run = run_wipe,
};
