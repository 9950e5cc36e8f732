/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* How long "devices" waits for a pending device to answer before it prints it without its digits. */
#define EXCHANGE_SECONDS 15

static gboolean only_local;
static char *code;

static const GOptionEntry devices_options[] = {
  { "local", 'l', 0, G_OPTION_ARG_NONE, &only_local, N_ ("Don't connect: leaves out devices that wait for approval"),
    NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry approve_options[] = {
  { "code", 0, 0, G_OPTION_ARG_STRING, &code, N_ ("The six digits that the new device shows"), N_ ("DIGITS") },
  G_OPTION_ENTRY_NULL,
};

/* Both sides have digits as soon as the exchange is over; a device that is switched off meanwhile has none. */
static void
begin_exchanges (WwCli *cli)
{
  GListModel *pending = ww_client_get_pending_devices (cli->client);
  g_autoptr (GPtrArray) futures = g_ptr_array_new ();
  DexFuture *all;

  for (guint i = 0; i < g_list_model_get_n_items (pending); i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, i);

      g_ptr_array_add (futures, ww_pending_device_begin (device));
    }
  if (futures->len == 0)
    return;
  all = dex_future_allv ((DexFuture *const *) futures->pdata, futures->len);
  dex_await (ww_cli_bounded (cli, ww_cli_first (all, dex_timeout_new_seconds (EXCHANGE_SECONDS))), NULL);
}

static char *
describe_last_seen (WwDevice *device)
{
  if (ww_device_get_is_this (device) || ww_device_get_connected (device))
    return g_strdup (_ ("now"));
  if (ww_device_get_last_seen_ms (device) == 0)
    return g_strdup (_ ("unknown"));
  return ww_cli_text_time (ww_device_get_last_seen_ms (device));
}

static void
add_own_device (WwCliTable *table, WwDevice *device)
{
  g_autofree char *since = ww_cli_text_time (ww_device_get_enrolled_ms (device));
  g_autofree char *seen = describe_last_seen (device);

  ww_cli_table_add (table, ww_device_get_id (device), ww_device_get_name (device), since, seen,
                    ww_device_get_is_this (device) ? _ ("this device") : _ ("enrolled"), NULL);
}

static void
add_pending_device (WwCliTable *table, WwPendingDevice *device)
{
  g_autofree char *since = ww_cli_text_time (ww_pending_device_get_requested_ms (device));
  const char *digits = ww_pending_device_get_digits (device);
  g_autofree char *state = digits != NULL ? g_strdup_printf (_ ("waits for approval, digits %s"), digits)
                                          : g_strdup (_ ("waits for approval"));

  ww_cli_table_add (table, ww_pending_device_get_id (device), ww_pending_device_get_name (device), since, "", state,
                    NULL);
}

static void
print_devices (WwCli *cli)
{
  GListModel *devices = ww_client_get_devices (cli->client);
  GListModel *pending = ww_client_get_pending_devices (cli->client);
  g_autoptr (WwCliTable)
      table = ww_cli_table_new (_ ("DEVICE"), _ ("NAME"), _ ("SINCE"), _ ("LAST SEEN"), _ ("STATE"), NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      if (cli->json)
        ww_cli_print_object (ww_cli_object_of_device (device));
      add_own_device (table, device);
    }
  for (guint i = 0; i < g_list_model_get_n_items (pending); i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, i);

      if (cli->json)
        ww_cli_print_object (ww_cli_object_of_pending_device (device));
      add_pending_device (table, device);
    }
  text = ww_cli_table_to_string (table);
  if (!cli->json)
    ww_cli_print ("%s", text);
}

static gboolean
run_devices (WwCli *cli, const char *const *arguments, GError **error)
{
  if (!ww_cli_open (cli, only_local ? WW_CLI_REACH_LOCAL : WW_CLI_REACH_DRAINED, error))
    return FALSE;
  /* When they were last seen is the server's word: a list without it is still a list. */
  if (!only_local)
    dex_await (ww_cli_bounded (cli, ww_client_refresh_activity (cli->client)), NULL);
  begin_exchanges (cli);
  print_devices (cli);
  return TRUE;
}

/* What a person may call a device: its id, the beginning of it, or its name. */
static gboolean
is_called (const char *wanted, const char *id, const char *name)
{
  return g_str_has_prefix (id, wanted) || g_strcmp0 (wanted, name) == 0;
}

static const char *
id_of (gpointer device)
{
  return WW_IS_DEVICE (device) ? ww_device_get_id (device) : ww_pending_device_get_id (device);
}

static const char *
name_of (gpointer device)
{
  return WW_IS_DEVICE (device) ? ww_device_get_name (device) : ww_pending_device_get_name (device);
}

/**
 * ww_cli_find_device:
 * @devices: of #WwDevice or #WwPendingDevice
 * @wanted: what the person calls it
 * @error: return location
 *
 * Returns: (transfer full): the only device that is called so; %NULL when there is none, or more than one
 */
gpointer
ww_cli_find_device (GListModel *devices, const char *wanted, GError **error)
{
  g_autoptr (GObject) found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (GObject) device = g_list_model_get_item (devices, i);

      if (*wanted == '\0' || !is_called (wanted, id_of (device), name_of (device)))
        continue;
      if (found != NULL)
        {
          g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                       _ ("More than one device is called “%s”. Give its whole id."), wanted);
          return NULL;
        }
      found = g_steal_pointer (&device);
    }
  if (found == NULL)
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                 _ ("There is no such device: “%s”. “waxwing-cli devices” lists them."), wanted);
  return g_steal_pointer (&found);
}

static WwPendingDevice *
open_pending_device (WwCli *cli, const char *wanted, GError **error)
{
  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return NULL;
  return ww_cli_find_device (ww_client_get_pending_devices (cli->client), wanted, error);
}

/**
 * ww_cli_print_device_outcome:
 * @cli: the run
 * @id: the device's
 * @name: what it is called
 * @state: the word for what became of it, for scripts
 * @sentence: the same for people
 */
void
ww_cli_print_device_outcome (WwCli *cli, const char *id, const char *name, const char *state, const char *sentence)
{
  g_autofree char *safe = ww_cli_text_line (name);

  if (cli->json)
    {
      JsonObject *object = json_object_new ();

      ww_cli_object_set (object, "id", id);
      ww_cli_object_set (object, "name", name);
      ww_cli_object_set (object, "state", state);
      ww_cli_print_object (object);
    }
  else
    ww_cli_print ("%s: %s\n", safe, sentence);
}

static gboolean
run_approve (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwPendingDevice) device = open_pending_device (cli, arguments[0], error);
  g_autofree char *own_digits = NULL;
  g_autofree char *typed = NULL;

  if (device == NULL)
    return FALSE;
  own_digits = dex_await_string (ww_cli_bounded (cli, ww_pending_device_begin (device)), error);
  if (own_digits == NULL)
    return FALSE;
  if (code == NULL)
    {
      /* Typing them from the other screen is a comparison that nobody can skip: so they aren't shown here. */
      ww_cli_note (_ ("Type the six digits that the new device shows:"));
      typed = dex_await_string (ww_cli_bounded (cli, ww_cli_read_line ()), error);
      if (typed == NULL)
        return FALSE;
      g_strstrip (typed);
    }
  if (!dex_await (ww_cli_bounded (cli, ww_pending_device_approve (device, code != NULL ? code : typed)), error))
    return FALSE;
  ww_cli_print_device_outcome (cli, ww_pending_device_get_id (device), ww_pending_device_get_name (device), "approved",
                               _ ("approved. It belongs to this account now."));
  return TRUE;
}

static gboolean
run_refuse (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwPendingDevice) device = open_pending_device (cli, arguments[0], error);

  if (device == NULL || !dex_await (ww_cli_bounded (cli, ww_pending_device_refuse (device)), error))
    return FALSE;
  ww_cli_print_device_outcome (cli, ww_pending_device_get_id (device), ww_pending_device_get_name (device), "refused",
                               _ ("refused."));
  return TRUE;
}

const WwCliCommand ww_cli_command_devices = {
  .name = "devices",
  .summary = N_ ("List the account's devices, and those that wait for approval"),
  .details = N_ ("Begins the exchange with each device that waits, so that both show six digits to compare."),
  .options = devices_options,
  .timeout_s = 60,
  .run = run_devices,
};

const WwCliCommand ww_cli_command_approve = {
  .name = "approve",
  .arguments = "DEVICE",
  .summary = N_ ("Let a device that waits into the account"),
  .details = N_ ("DEVICE is an id, the beginning of one, or a name. Without --code the digits are read from standard "
                 "input. After two wrong tries the device is refused."),
  .options = approve_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 120,
  .run = run_approve,
};

const WwCliCommand ww_cli_command_refuse = {
  .name = "refuse",
  .arguments = "DEVICE",
  .summary = N_ ("Turn away a device that waits"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_refuse,
};
