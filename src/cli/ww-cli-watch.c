/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli.h"

static int count;
static char **only;

static const GOptionEntry options[] = {
  { "count", 'n', 0, G_OPTION_ARG_INT, &count, N_ ("End after so many events"), N_ ("N") },
  { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &only,
    N_ ("Only events of this kind: message, state, alert, claim, trust, device or connection; can be repeated"),
    N_ ("EVENT") },
  G_OPTION_ENTRY_NULL,
};

static const char *const kinds[] = { "message", "state", "alert", "claim", "trust", "device", "connection", NULL };

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

/* What an event brings, where that isn't called as the event is. */
static const char *
member_of (const char *kind)
{
  if (g_str_equal (kind, "state"))
    return "message";
  if (g_str_equal (kind, "claim"))
    return "alert";
  return g_str_equal (kind, "trust") ? "conversation" : kind;
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
  json_object_set_object_member (event, member_of (kind), object);
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

/* Each is followed once, however often its list moves it. */
static gboolean
is_new (gpointer object, gpointer watch)
{
  if (g_object_get_data (object, "ww-cli-watched") != NULL)
    return FALSE;
  g_object_set_data (object, "ww-cli-watched", watch);
  return TRUE;
}

static void
claim_changed_cb (Watch *watch, GParamSpec *pspec, WwAlert *alert)
{
  print_event (watch, "claim", ww_cli_object_of_alert (alert));
}

static void
follow_claims_cb (GListModel *alerts, guint position, guint removed, guint added, gpointer watch)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_can_refuse (alert) && is_new (alert, watch))
        g_signal_connect_swapped (alert, "notify::can-refuse", G_CALLBACK (claim_changed_cb), watch);
    }
}

static void
alert_added_cb (Watch *watch, WwAlert *alert)
{
  print_event (watch, "alert", ww_cli_object_of_alert (alert));
}

static void
trust_changed_cb (Watch *watch, GParamSpec *pspec, WwConversation *conversation)
{
  print_event (watch, "trust", ww_cli_object_of_conversation (conversation));
}

static void
follow_trust_cb (GListModel *conversations, guint position, guint removed, guint added, gpointer watch)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (conversations, i);

      if (is_new (conversation, watch))
        g_signal_connect_swapped (conversation, "notify::trust", G_CALLBACK (trust_changed_cb), watch);
    }
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

  return state == WW_CLIENT_STATE_REMOVED || state == WW_CLIENT_STATE_FAILED || state == WW_CLIENT_STATE_NOT_ENROLLED;
}

static DexFuture *
reject_over_cb (DexFuture *future, gpointer client)
{
  return dex_future_new_for_error (ww_cli_state_error (client));
}

static void
connect_signals (Watch *watch)
{
  WwClient *client = watch->client;
  GListModel *const people[] = { ww_client_get_conversations (client), ww_client_get_requests (client),
                                 ww_client_get_blocked (client) };

  g_signal_connect_swapped (client, "message-added", G_CALLBACK (message_added_cb), watch);
  g_signal_connect_swapped (client, "message-changed", G_CALLBACK (message_changed_cb), watch);
  g_signal_connect_swapped (client, "alert-added", G_CALLBACK (alert_added_cb), watch);
  g_signal_connect_swapped (client, "pending-device-added", G_CALLBACK (pending_device_added_cb), watch);
  g_signal_connect_swapped (client, "notify::connection", G_CALLBACK (connection_changed_cb), watch);
  /* The lists are empty until the client is open. */
  g_signal_connect (ww_client_get_alerts (client), "items-changed", G_CALLBACK (follow_claims_cb), watch);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_signal_connect (people[i], "items-changed", G_CALLBACK (follow_trust_cb), watch);
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
  connect_signals (watch);

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
