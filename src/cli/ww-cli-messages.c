/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT     100000
#define PAGE          500
#define TEXT_COLUMN   2

static gboolean blocked;
static gboolean sync_first;
static int limit = DEFAULT_LIMIT;
static char *before;

static const GOptionEntry conversations_options[] = {
  { "blocked", 0, 0, G_OPTION_ARG_NONE, &blocked, N_ ("Those with people you blocked instead"), NULL },
  { "sync", 0, 0, G_OPTION_ARG_NONE, &sync_first, N_ ("Connect and fetch what waits on the server first"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry requests_options[] = {
  { "sync", 0, 0, G_OPTION_ARG_NONE, &sync_first, N_ ("Connect and fetch what waits on the server first"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry messages_options[] = {
  { "sync", 0, 0, G_OPTION_ARG_NONE, &sync_first, N_ ("Connect and fetch what waits on the server first"), NULL },
  { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_ ("How many at most, the newest (50)"), N_ ("N") },
  { "before", 0, 0, G_OPTION_ARG_STRING, &before, N_ ("Only what stands before this message"), N_ ("ID") },
  G_OPTION_ENTRY_NULL,
};

static void
add_conversation (WwCliTable *table, WwConversation *conversation)
{
  g_autofree char *time = ww_cli_text_time (ww_conversation_get_last_ms (conversation));
  g_autofree char *unread = g_strdup_printf ("%u", ww_conversation_get_unread (conversation));

  ww_cli_table_add (table, ww_conversation_get_title (conversation), ww_conversation_get_handle (conversation), time,
                    unread, ww_conversation_get_preview (conversation), NULL);
}

static gboolean
print_list (WwCli *cli, GListModel *conversations, GError **error)
{
  g_autoptr (WwCliTable)
      table = ww_cli_table_new (_ ("WITH"), _ ("ADDRESS"), _ ("LAST"), _ ("UNREAD"), _ ("MESSAGE"), NULL);
  g_autofree char *text = NULL;

  if (!ww_cli_open (cli, sync_first ? WW_CLI_REACH_DRAINED : WW_CLI_REACH_LOCAL, error))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (conversations, i);

      if (cli->json)
        ww_cli_print_object (ww_cli_object_of_conversation (conversation));
      else
        add_conversation (table, conversation);
    }
  text = ww_cli_table_to_string (table);
  if (!cli->json)
    ww_cli_print ("%s", text);
  return TRUE;
}

static gboolean
run_conversations (WwCli *cli, const char *const *arguments, GError **error)
{
  return print_list (cli, blocked ? ww_client_get_blocked (cli->client) : ww_client_get_conversations (cli->client),
                     error);
}

static gboolean
run_requests (WwCli *cli, const char *const *arguments, GError **error)
{
  return print_list (cli, ww_client_get_requests (cli->client), error);
}

static void
print_files (GListModel *attachments)
{
  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);
      g_autofree char *name = ww_cli_text_line (ww_attachment_get_name (attachment));
      g_autofree char *type = ww_cli_text_line (ww_attachment_get_media_type (attachment));
      g_autofree char *size = g_format_size (ww_attachment_get_size (attachment));

      ww_cli_print ("%*s[%u] %s  %s  %s  (%s)\n", TEXT_COLUMN, "", i + 1, name, type, size,
                    ww_attachment_state_to_string (ww_attachment_get_state (attachment)));
    }
}

/* What it carries beside its text. */
static void
print_media (WwMessage *message)
{
  GListModel *attachments = ww_message_get_attachments (message);
  WwLocation *location = ww_message_get_location (message);
  WwLinkPreview *link = ww_message_get_link (message);

  if (attachments != NULL)
    print_files (attachments);
  if (location != NULL)
    ww_cli_print ("%*s%s\n", TEXT_COLUMN, "", ww_location_get_uri (location));
  if (link != NULL)
    {
      g_autofree char *title = ww_cli_text_line (ww_link_preview_get_title (link));

      ww_cli_print ("%*s[%s]\n", TEXT_COLUMN, "", title);
    }
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_CONTACT)
    {
      g_autofree char *summary = ww_cli_text_line (ww_message_get_summary (message));

      ww_cli_print ("%*s%s\n", TEXT_COLUMN, "", summary);
    }
}

static void
print_message (WwCli *cli, WwMessage *message)
{
  g_autofree char *time = ww_cli_text_time (ww_message_get_created_ms (message));
  g_autofree char *sender = ww_cli_text_line (ww_message_get_sender_name (message));
  g_autofree char *text = ww_cli_text_lines (ww_message_get_text (message), TEXT_COLUMN);
  g_autofree char *problem = ww_cli_text_line (ww_message_get_error (message));

  if (cli->json)
    {
      ww_cli_print_object (ww_cli_object_of_message (message));
      return;
    }
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE ||
      ww_message_get_kind (message) == WW_MESSAGE_KIND_GROUP_EVENT)
    {
      /* Nobody sent it, and so it has neither sender nor state. */
      ww_cli_print ("%s  — %s\n", time, text);
      return;
    }
  ww_cli_print ("%s  %s  (%s)  %s\n", time, sender, ww_message_state_to_string (ww_message_get_state (message)),
                ww_message_get_id (message));
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_UNKNOWN)
    ww_cli_print ("%*s%s\n", TEXT_COLUMN, "", _ ("This needs a newer version of Waxwing."));
  else if (*text != '\0' || ww_message_get_kind (message) == WW_MESSAGE_KIND_TEXT)
    ww_cli_print ("%*s%s\n", TEXT_COLUMN, "", text);
  print_media (message);
  if (*problem != '\0')
    ww_cli_print ("%*s%s\n", TEXT_COLUMN, "", problem);
}

/* Collects up to `limit` messages in pages, newest page last, so that no single read of the store is long. */
static GPtrArray *
read_pages (WwCli *cli, const char *conversation_id, GError **error)
{
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *oldest = g_strdup (before);
  guint left = (guint) limit, n;

  do
    {
      guint wanted = MIN (left, PAGE);
      g_autoptr (GListModel) page = dex_await_object (
          ww_cli_bounded (cli, ww_client_list_messages (cli->client, conversation_id, wanted, oldest)), error);
      g_autoptr (WwMessage) first = NULL;

      if (page == NULL)
        return NULL;
      n = g_list_model_get_n_items (page);
      first = g_list_model_get_item (page, 0);
      if (first != NULL)
        g_set_str (&oldest, ww_message_get_id (first));
      left -= MIN (left, n);
      g_ptr_array_insert (pages, 0, g_steal_pointer (&page));
      if (n < wanted)
        break;
    }
  while (left > 0);
  return g_steal_pointer (&pages);
}

static gboolean
run_messages (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (GPtrArray) pages = NULL;

  if (limit < 1 || limit > MAX_LIMIT)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--limit takes a number from 1 to %d."), MAX_LIMIT);
      return FALSE;
    }
  if (!ww_cli_open (cli, sync_first ? WW_CLI_REACH_DRAINED : WW_CLI_REACH_LOCAL, error))
    return FALSE;
  conversation = ww_cli_find_conversation (cli, arguments[0], error);
  if (conversation == NULL)
    return FALSE;
  pages = read_pages (cli, ww_conversation_get_id (conversation), error);
  if (pages == NULL)
    return FALSE;
  for (guint p = 0; p < pages->len; p++)
    for (guint i = 0; i < g_list_model_get_n_items (g_ptr_array_index (pages, p)); i++)
      {
        g_autoptr (WwMessage) message = g_list_model_get_item (g_ptr_array_index (pages, p), i);

        print_message (cli, message);
      }
  return TRUE;
}

static gboolean
run_mark_read (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;

  /* Stored first, like a message: without a network the others hear of it at the next connection. */
  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  conversation = ww_cli_find_conversation (cli, arguments[0], error);
  if (conversation == NULL || !dex_await (ww_cli_bounded (cli, ww_conversation_mark_read (conversation)), error))
    return FALSE;
  ww_cli_try_link (cli, NULL);
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_conversation (conversation));
  return TRUE;
}

const WwCliCommand ww_cli_command_conversations = {
  .name = "conversations",
  .summary = N_ ("List the conversations in the store, newest first"),
  .options = conversations_options,
  .timeout_s = 300,
  .run = run_conversations,
};

const WwCliCommand ww_cli_command_requests = {
  .name = "requests",
  .summary = N_ ("List the strangers who wrote and wait for an answer, newest first"),
  .details = N_ ("“accept”, “block” and “delete” decide. Until then they don't hear whether anything arrived."),
  .options = requests_options,
  .timeout_s = 300,
  .run = run_requests,
};

const WwCliCommand ww_cli_command_messages = {
  .name = "messages",
  .arguments = "CONVERSATION",
  .summary = N_ ("Show the messages of a conversation in the store, oldest first"),
  .details = N_ ("CONVERSATION is an address or the id of a conversation."),
  .options = messages_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 300,
  .run = run_messages,
};

const WwCliCommand ww_cli_command_mark_read = {
  .name = "mark-read",
  .arguments = "CONVERSATION",
  .summary = N_ ("Mark all messages of a conversation as read, on every device"),
  .details = N_ ("CONVERSATION is an address or the id of a conversation."),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_mark_read,
};
