/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli.h"

static int count;
static char **only;

static const GOptionEntry options[] = {
  { "count", 'n', 0, G_OPTION_ARG_INT, &count, N_ ("End after so many events"), N_ ("N") },
  { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &only,
    N_ ("Only events of this kind: message, state, alert, device or connection; can be repeated"), N_ ("EVENT") },
  G_OPTION_ENTRY_NULL,
};

static const char *const kinds[] = { "message", "state", "alert", "device", "connection", NULL };

typedef struct
{
  WwClient *client;
  DexPromise *finished;
  guint printed;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  dex_clear (&watch->finished);
  g_free (watch);
}

/* `object` is transfer full. */
static void
print_event (Watch *watch, const char *kind, JsonObject *object)
{
  JsonObject *event;

  if ((only != NULL && !g_strv_contains ((const char *const *) only, kind)) ||
      !dex_future_is_pending (DEX_FUTURE (watch->finished)))
    {
      json_object_unref (object);
      return;
    }
  event = json_object_new ();
  json_object_set_string_member (event, "event", kind);
  json_object_set_object_member (event, g_str_equal (kind, "state") ? "message" : kind, object);
  ww_cli_print_object (event);
  watch->printed++;
  if (count > 0 && watch->printed >= (guint) count)
    dex_promise_resolve_boolean (watch->finished, TRUE);
}

static void
message_added_cb (Watch *watch, WwConversation *conversation, WwMessage *message)
{
  print_event (watch, "message", ww_cli_object_of_message (message));
}

static void
message_changed_cb (Watch *watch, WwMessage *message)
{
  print_event (watch, "state", ww_cli_object_of_message (message));
}

static void
alert_added_cb (Watch *watch, WwAlert *alert)
{
  print_event (watch, "alert", ww_cli_object_of_alert (alert));
}

static void
pending_device_changed_cb (Watch *watch, GParamSpec *pspec, WwPendingDevice *device)
{
  print_event (watch, "device", ww_cli_object_of_pending_device (device));
}

static void
pending_device_added_cb (Watch *watch, WwPendingDevice *device)
{
  print_event (watch, "device", ww_cli_object_of_pending_device (device));
  g_signal_connect_swapped (device, "notify::digits", G_CALLBACK (pending_device_changed_cb), watch);
  g_signal_connect_swapped (device, "notify::state", G_CALLBACK (pending_device_changed_cb), watch);
}

static void
connection_changed_cb (Watch *watch)
{
  print_event (watch, "connection", ww_cli_object_of_connection (watch->client));
}

static gboolean
check_options (GError **error)
{
  for (guint i = 0; only != NULL && only[i] != NULL; i++)
    if (!g_strv_contains (kinds, only[i]))
      {
        g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("There are no events of the kind “%s”."), only[i]);
        return FALSE;
      }
  if (count >= 0)
    return TRUE;
  g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--count takes a number from 1."));
  return FALSE;
}

static gboolean
is_over (gpointer client)
{
  WwClientState state = ww_client_get_state (client);

  return state == WW_CLIENT_STATE_REMOVED || state == WW_CLIENT_STATE_FAILED;
}

static DexFuture *
reject_over_cb (DexFuture *future, gpointer client)
{
  return dex_future_new_for_error (ww_cli_state_error (client));
}

static gboolean
run_watch (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GError) local = NULL;
  Watch *watch;
  DexFuture *over;
  gboolean done;

  if (!check_options (error))
    return FALSE;
  watch = g_new0 (Watch, 1);
  /* Freed with the client: the handlers last as long, and the client has more to say while it closes. */
  g_object_set_data_full (G_OBJECT (cli->client), "ww-cli-watch", watch, watch_free);
  watch->client = cli->client;
  watch->finished = dex_promise_new ();
  g_signal_connect_swapped (cli->client, "message-added", G_CALLBACK (message_added_cb), watch);
  g_signal_connect_swapped (cli->client, "message-changed", G_CALLBACK (message_changed_cb), watch);
  g_signal_connect_swapped (cli->client, "alert-added", G_CALLBACK (alert_added_cb), watch);
  g_signal_connect_swapped (cli->client, "pending-device-added", G_CALLBACK (pending_device_added_cb), watch);
  g_signal_connect_swapped (cli->client, "notify::connection", G_CALLBACK (connection_changed_cb), watch);

  done = ww_cli_open (cli, WW_CLI_REACH_LINK, &local);
  if (done)
    {
      over = dex_future_then (ww_cli_until (cli->client, "notify::state", is_over), reject_over_cb, cli->client, NULL);
      done = dex_await (ww_cli_bounded (cli, dex_future_first (dex_ref (DEX_FUTURE (watch->finished)), over, NULL)),
                        &local);
    }
  g_signal_handlers_disconnect_by_data (cli->client, watch);
  /* Following until told to stop is done when told to stop. */
  if (done || (count == 0 && g_error_matches (local, WW_ERROR, WW_ERROR_CANCELLED)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const WwCliCommand ww_cli_command_watch = {
  .name = "watch",
  .summary = N_ ("Follow what happens, one JSON object a line"),
  .details = N_ ("Stays connected, and so receives what others send, until it is interrupted or --count is reached."),
  .options = options,
  .run = run_watch,
};
