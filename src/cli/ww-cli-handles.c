/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static gboolean sync_first;

static const GOptionEntry handles_options[] = {
  { "sync", 0, 0, G_OPTION_ARG_NONE, &sync_first, N_ ("Connect and fetch what is new first"), NULL },
  G_OPTION_ENTRY_NULL,
};

static char *
describe_addition (WwHandleAddition *addition)
{
  const GError *error = ww_handle_addition_get_error (addition);
  g_autofree char *until = ww_cli_text_time (ww_handle_addition_get_held_until_ms (addition));

  switch (ww_handle_addition_get_state (addition))
    {
    case WW_HANDLE_ADDITION_STATE_PUBLISHING:
      return g_strdup (_ ("confirmed, being added"));
    case WW_HANDLE_ADDITION_STATE_HELD:
      return g_strdup_printf (_ ("confirmed; its present owner can refuse until %s"), until);
    case WW_HANDLE_ADDITION_STATE_FAILED:
      return g_strdup (error != NULL ? error->message : _ ("failed"));
    case WW_HANDLE_ADDITION_STATE_CONFIRMING:
    case WW_HANDLE_ADDITION_STATE_DONE:
    default:
      return g_strdup (_ ("to be confirmed"));
    }
}

static void
print_handles_as_json (WwCli *cli)
{
  const char *const *handles = ww_client_get_handles (cli->client);
  GListModel *additions = ww_client_get_additions (cli->client);

  for (guint i = 0; handles[i] != NULL; i++)
    {
      JsonObject *object = json_object_new ();

      ww_cli_object_set (object, "handle", handles[i]);
      ww_cli_object_set (object, "state", "confirmed");
      json_object_set_boolean_member (object, "first", i == 0);
      ww_cli_print_object (object);
    }
  for (guint i = 0; i < g_list_model_get_n_items (additions); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (additions, i);

      ww_cli_print_object (ww_cli_object_of_addition (addition));
    }
}

static void
print_handles (WwCli *cli)
{
  const char *const *handles = ww_client_get_handles (cli->client);
  GListModel *additions = ww_client_get_additions (cli->client);
  g_autoptr (WwCliTable) table = ww_cli_table_new (_ ("ADDRESS"), _ ("STATE"), NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; handles[i] != NULL; i++)
    {
      g_autofree char *shown = ww_handle_text_for_display (handles[i]);

      ww_cli_table_add (table, shown, i == 0 ? _ ("shown first") : "", NULL);
    }
  for (guint i = 0; i < g_list_model_get_n_items (additions); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (additions, i);
      g_autofree char *shown = ww_handle_text_for_display (ww_handle_addition_get_handle (addition));
      g_autofree char *state = describe_addition (addition);

      ww_cli_table_add (table, shown, state, NULL);
    }
  text = ww_cli_table_to_string (table);
  ww_cli_print ("%s", text);
}

static gboolean
run_handles (WwCli *cli, const char *const *arguments, GError **error)
{
  if (!ww_cli_open (cli, sync_first ? WW_CLI_REACH_DRAINED : WW_CLI_REACH_LOCAL, error))
    return FALSE;
  if (cli->json)
    print_handles_as_json (cli);
  else
    print_handles (cli);
  return TRUE;
}

static gboolean
is_own (WwClient *client, const char *typed)
{
  g_autofree char *handle = ww_handle_text_normalise (typed);

  return handle != NULL && g_strv_contains (ww_client_get_handles (client), handle);
}

static gboolean
fail_unknown (const char *typed, GError **error)
{
  g_autofree char *reason = ww_handle_text_explain (typed);

  if (reason != NULL)
    g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, reason);
  else
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                 _ ("“%s” does not belong to this account. “waxwing-cli handles” lists what does."), typed);
  return FALSE;
}

/* One that is only on its way is given up: the person means the same by it. */
static gboolean
run_remove_handle (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwHandleAddition) addition = NULL;
  DexFuture *removed;

  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  addition = ww_cli_find_addition (cli, arguments[0]);
  if (addition == NULL && !is_own (cli->client, arguments[0]))
    return fail_unknown (arguments[0], error);
  removed = addition != NULL ? ww_handle_addition_cancel (addition)
                             : ww_client_remove_handle (cli->client, arguments[0]);
  if (!dex_await (ww_cli_bounded (cli, removed), error))
    return FALSE;
  if (cli->json)
    print_handles_as_json (cli);
  return TRUE;
}

static gboolean
run_prefer_handle (WwCli *cli, const char *const *arguments, GError **error)
{
  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  if (!is_own (cli->client, arguments[0]))
    return fail_unknown (arguments[0], error);
  if (!dex_await (ww_cli_bounded (cli, ww_client_set_first_handle (cli->client, arguments[0])), error))
    return FALSE;
  if (cli->json)
    print_handles_as_json (cli);
  return TRUE;
}

const WwCliCommand ww_cli_command_handles = {
  .name = "handles",
  .summary = N_ ("List the account's addresses and numbers, and those on their way"),
  .options = handles_options,
  .timeout_s = 60,
  .run = run_handles,
};

const WwCliCommand ww_cli_command_remove_handle = {
  .name = "remove-handle",
  .arguments = "HANDLE",
  .summary = N_ ("Remove an address or a number from the account"),
  .details = N_ ("The last one stays. One that is on its way is given up."),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_remove_handle,
};

const WwCliCommand ww_cli_command_prefer_handle = {
  .name = "prefer-handle",
  .arguments = "HANDLE",
  .summary = N_ ("Choose the address or number that others see first"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_prefer_handle,
};
