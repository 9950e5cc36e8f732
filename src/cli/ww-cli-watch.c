/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli.h"

static int count;
static char **only;

static const GOptionEntry options[] = {
  { "count", 'n', 0, G_OPTION_ARG_INT, &count, N_ ("End after so many events"), N_ ("N") },
  { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &only,
    N_ ("Only events of this kind: message, state, receipt, tapback, edit, unsend, typing, alert, claim, trust, "
        "device, "
        "history or connection; can be repeated"),
    N_ ("EVENT") },
  G_OPTION_ENTRY_NULL,
};

static const char *const kinds[] = { "message", "state", "receipt", "tapback", "edit",    "unsend",     "typing",
                                     "alert",   "claim", "trust",   "device",  "history", "connection", NULL };

/* So many of the newest messages are followed, so that their receipts are heard of. */
#define MAX_FOLLOWED 1000

typedef struct
{
  WwClient *client;
  DexPromise *finished;
  guint printed;
  GQueue followed;    /* of WwMessage */
  WwMessage *amended; /* whose next change was told already; borrowed */
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  dex_clear (&watch->finished);
  g_queue_clear_full (&watch->followed, g_object_unref);
  g_free (watch);
}

/* What an event brings, where that isn't called as the event is. */
static const char *
member_of (const char *kind)
{
  static const char *const of_message[] = { "state", "receipt", "tapback", "edit", "unsend", NULL };

  if (g_strv_contains (of_message, kind))
    return "message";
  if (g_str_equal (kind, "claim"))
    return "alert";
  return g_str_equal (kind, "trust") ? "conversation" : kind;
}

/* Both are transfer full; `more` (nullable) has members of the event itself. */
static void
print_event_with (Watch *watch, const char *kind, JsonObject *object, JsonObject *more)
{
  g_autoptr (JsonObject) extra = more;
  JsonObject *event;
  GList *members;

  if ((only != NULL && !g_strv_contains ((const char *const *) only, kind)) ||
      !dex_future_is_pending (DEX_FUTURE (watch->finished)))
    {
      json_object_unref (object);
      return;
    }
  event = json_object_new ();
  json_object_set_string_member (event, "event", kind);
  json_object_set_object_member (event, member_of (kind), object);
  members = extra != NULL ? json_object_get_members (extra) : NULL;
  for (GList *l = members; l != NULL; l = l->next)
    json_object_set_member (event, l->data, json_object_dup_member (extra, l->data));
  g_list_free (members);
  ww_cli_print_object (event);
  watch->printed++;
  if (count > 0 && watch->printed >= (guint) count)
    dex_promise_resolve_boolean (watch->finished, TRUE);
}

/* `object` is transfer full. */
static void
print_event (Watch *watch, const char *kind, JsonObject *object)
{
  print_event_with (watch, kind, object, NULL);
}

static void
follow (Watch *watch, WwMessage *message)
{
  g_queue_push_tail (&watch->followed, g_object_ref (message));
  if (watch->followed.length > MAX_FOLLOWED)
    g_object_unref (g_queue_pop_head (&watch->followed));
}

static void
message_added_cb (Watch *watch, WwConversation *conversation, WwMessage *message)
{
  follow (watch, message);
  print_event (watch, "message", ww_cli_object_of_message (message));
}

static void
message_changed_cb (Watch *watch, WwMessage *message)
{
  WwMessageState state = ww_message_get_state (message);

  if (watch->amended == message)
    {
      watch->amended = NULL;
      return;
    }
  print_event (watch, "state", ww_cli_object_of_message (message));
  if (state == WW_MESSAGE_STATE_DELIVERED || state == WW_MESSAGE_STATE_READ)
    print_event (watch, "receipt", ww_cli_object_of_message (message));
}

/* Whose tapback it is, and which; null when it was taken away. */
static JsonObject *
describe_tapback (WwMessage *message, const char *account)
{
  GListModel *tapbacks = ww_message_get_tapbacks (message);
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "account", account);
  ww_cli_object_set (object, "emoji", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);

      if (g_str_equal (ww_tapback_get_account (tapback), account))
        ww_cli_object_set (object, "emoji", ww_tapback_get_emoji (tapback));
    }
  return object;
}

static void
message_amended_cb (Watch *watch, WwMessage *message, guint change, const char *account)
{
  watch->amended = message;
  switch ((WwMessageChange) change)
    {
    case WW_MESSAGE_CHANGE_TAPBACK:
      print_event_with (watch, "tapback", ww_cli_object_of_message (message), describe_tapback (message, account));
      break;
    case WW_MESSAGE_CHANGE_EDIT:
      print_event (watch, "edit", ww_cli_object_of_message (message));
      break;
    case WW_MESSAGE_CHANGE_UNSEND:
      print_event (watch, "unsend", ww_cli_object_of_message (message));
      break;
    }
}

static void
typing_cb (Watch *watch, GParamSpec *pspec, WwConversation *conversation)
{
  const char *const *names = ww_conversation_get_typing (conversation);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (names[i], -1);

      json_array_add_string_element (array, valid);
    }
  ww_cli_object_set (object, "conversation", ww_conversation_get_id (conversation));
  json_object_set_array_member (object, "names", array);
  print_event (watch, "typing", object);
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
follow_conversations_cb (GListModel *conversations, guint position, guint removed, guint added, gpointer watch)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (conversations, i);

      if (!is_new (conversation, watch))
        continue;
      g_signal_connect_swapped (conversation, "notify::trust", G_CALLBACK (trust_changed_cb), watch);
      g_signal_connect_swapped (conversation, "notify::typing", G_CALLBACK (typing_cb), watch);
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

/* The watch lives as long as the client. */
static DexFuture *
history_loaded_cb (DexFuture *completed, gpointer client)
{
  Watch *watch = g_object_get_data (client, "ww-cli-watch");
  const GPtrArray *entries = g_value_get_boxed (dex_future_get_value (completed, NULL));

  for (guint i = 0; i < entries->len; i++)
    print_event (watch, "history", ww_cli_object_of_history (entries->pdata[i]));
  return dex_future_new_true ();
}

static void
history_changed_cb (Watch *watch)
{
  dex_future_disown (dex_future_then (ww_client_load_history (watch->client), history_loaded_cb,
                                      g_object_ref (watch->client), g_object_unref));
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
  g_signal_connect_swapped (client, "message-amended", G_CALLBACK (message_amended_cb), watch);
  g_signal_connect_swapped (client, "alert-added", G_CALLBACK (alert_added_cb), watch);
  g_signal_connect_swapped (client, "pending-device-added", G_CALLBACK (pending_device_added_cb), watch);
  g_signal_connect_swapped (client, "history-changed", G_CALLBACK (history_changed_cb), watch);
  g_signal_connect_swapped (client, "notify::connection", G_CALLBACK (connection_changed_cb), watch);
  /* The lists are empty until the client is open. */
  g_signal_connect (ww_client_get_alerts (client), "items-changed", G_CALLBACK (follow_claims_cb), watch);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_signal_connect (people[i], "items-changed", G_CALLBACK (follow_conversations_cb), watch);
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
