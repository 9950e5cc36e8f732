/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT     1000
#define TEXT_COLUMN   2

static int limit = DEFAULT_LIMIT;
static char *before;
static char *within;

static const GOptionEntry search_options[] = {
  { "in", 0, 0, G_OPTION_ARG_STRING, &within, N_ ("Only in this conversation"), N_ ("CONVERSATION") },
  { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_ ("How many at most, the newest (50)"), N_ ("N") },
  { "before", 0, 0, G_OPTION_ARG_STRING, &before, N_ ("Only what is older than this message"), N_ ("ID") },
  G_OPTION_ENTRY_NULL,
};

/* Characters, not bytes: what a program counts in JSON. */
static JsonArray *
make_matches (WwSearchHit *hit)
{
  JsonArray *array = json_array_new ();
  const char *snippet = ww_search_hit_get_snippet (hit);
  const WwSearchRange *matches;
  guint n;

  matches = ww_search_hit_get_matches (hit, &n);
  for (guint i = 0; i < n; i++)
    {
      JsonArray *range = json_array_new ();

      json_array_add_int_element (range, g_utf8_pointer_to_offset (snippet, snippet + matches[i].start));
      json_array_add_int_element (range, g_utf8_pointer_to_offset (snippet, snippet + matches[i].end));
      json_array_add_array_element (array, range);
    }
  return array;
}

static JsonObject *
make_object (WwSearchHit *hit)
{
  WwMessage *message = ww_search_hit_get_message (hit);
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "snippet", ww_search_hit_get_snippet (hit));
  json_object_set_array_member (object, "matches", make_matches (hit));
  if (message != NULL)
    json_object_set_object_member (object, "message", ww_cli_object_of_message (message));
  else
    json_object_set_object_member (object, "conversation",
                                   ww_cli_object_of_conversation (ww_search_hit_get_conversation (hit)));
  return object;
}

static void
print_hit (WwCli *cli, WwSearchHit *hit)
{
  WwMessage *message = ww_search_hit_get_message (hit);
  g_autofree char *snippet = ww_cli_text_line (ww_search_hit_get_snippet (hit));
  g_autofree char *title = ww_cli_text_line (ww_conversation_get_title (ww_search_hit_get_conversation (hit)));
  g_autofree char *sender = NULL;
  g_autofree char *time = NULL;

  if (cli->json)
    {
      ww_cli_print_object (make_object (hit));
      return;
    }
  if (message == NULL)
    {
      ww_cli_print ("%s  %s\n", title, ww_conversation_get_id (ww_search_hit_get_conversation (hit)));
      return;
    }
  time = ww_cli_text_time (ww_message_get_created_ms (message));
  sender = ww_cli_text_line (ww_message_get_sender_name (message));
  ww_cli_print ("%s  %s  (%s)  %s\n%*s%s\n", time, sender, title, ww_message_get_id (message), TEXT_COLUMN, "",
                snippet);
}

static void
searching_cb (WwSearchResults *results, GParamSpec *pspec, gpointer data)
{
  if (!ww_search_results_get_searching (results))
    dex_promise_resolve_boolean (data, TRUE);
}

/* The results, all of them. */
static WwSearchResults *
search (WwCli *cli, const char *text, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwSearchResults) results = NULL;
  g_autoptr (DexPromise) done = dex_promise_new ();
  gulong handler;
  gboolean waited = TRUE;

  if (within != NULL)
    {
      conversation = ww_cli_find_conversation (cli, within, error);
      if (conversation == NULL)
        return NULL;
    }
  results = dex_await_object (
      ww_cli_bounded (cli, conversation != NULL ? ww_conversation_find (conversation, text, (guint) limit, before)
                                                : ww_client_search (cli->client, text, (guint) limit, before)),
      error);
  if (results == NULL)
    return NULL;
  handler = g_signal_connect (results, "notify::searching", G_CALLBACK (searching_cb), done);
  if (ww_search_results_get_searching (results))
    waited = dex_await (ww_cli_bounded (cli, DEX_FUTURE (dex_ref (done))), error);
  g_signal_handler_disconnect (results, handler);
  return waited ? g_steal_pointer (&results) : NULL;
}

static gboolean
run_search (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwSearchResults) results = NULL;

  if (limit < 1 || limit > MAX_LIMIT)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--limit takes a number from 1 to %d."), MAX_LIMIT);
      return FALSE;
    }
  if (!ww_cli_open (cli, WW_CLI_REACH_LOCAL, error))
    return FALSE;
  results = search (cli, arguments[0], error);
  if (results == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (results)); i++)
    {
      g_autoptr (WwSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (results), i);

      print_hit (cli, hit);
    }
  return TRUE;
}

const WwCliCommand ww_cli_command_search = {
  .name = "search",
  .arguments = "TEXT",
  .summary = N_ ("Search people, groups and all messages in the store, newest first"),
  .details = N_ (
      "All words of TEXT have to be there, anywhere, whatever their case and accents. Words in double quotes are"
      " one."),
  .options = search_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 300,
  .run = run_search,
};
