/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static gboolean
is_with (WwConversation *conversation, const char *wanted, const char *handle)
{
  return g_str_equal (ww_conversation_get_id (conversation), wanted) ||
         (handle != NULL && g_strv_contains (ww_conversation_get_handles (conversation), handle));
}

/* Strangers and blocked people are no less there. */
static WwConversation *
find_in (GListModel *conversations, const char *wanted)
{
  g_autofree char *handle = ww_handle_text_normalise (wanted);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (conversations, i);

      if (is_with (conversation, wanted, handle))
        return g_steal_pointer (&conversation);
    }
  return NULL;
}

/**
 * ww_cli_find_conversation:
 * @cli: a run whose profile is open
 * @wanted: an address or number, or the id of a conversation
 * @error: return location
 *
 * Returns: (transfer full): the conversation, whatever the person decided about the other side
 */
WwConversation *
ww_cli_find_conversation (WwCli *cli, const char *wanted, GError **error)
{
  WwConversation *conversation = ww_client_find_conversation (cli->client, wanted);

  if (conversation == NULL)
    conversation = find_in (ww_client_get_requests (cli->client), wanted);
  if (conversation == NULL)
    conversation = find_in (ww_client_get_blocked (cli->client), wanted);
  if (conversation == NULL)
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND, _ ("There is no conversation with “%s”."), wanted);
  return conversation;
}

/**
 * ww_cli_find_or_start_conversation:
 * @cli: a run whose profile is open, and whose link was asked for
 * @to: an address or number, or the id of a conversation
 * @error: return location
 *
 * A person known already can be written to without a network; a new one has to be looked up.
 *
 * Returns: (transfer full): the conversation
 */
WwConversation *
ww_cli_find_or_start_conversation (WwCli *cli, const char *to, GError **error)
{
  WwConversation *conversation = ww_cli_find_conversation (cli, to, NULL);

  if (conversation != NULL)
    return conversation;
  return dex_await_object (ww_cli_bounded_online (cli, ww_client_start_conversation (cli->client, to)), error);
}

/**
 * ww_cli_find_message:
 * @cli: a run whose profile is open
 * @id: of a message
 * @conversation: (out) (transfer full): where it is
 * @error: return location
 *
 * Returns: (transfer full): the message
 */
WwMessage *
ww_cli_find_message (WwCli *cli, const char *id, WwConversation **conversation, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwMessage)
      message = dex_await_object (ww_cli_bounded (cli, ww_client_load_message (cli->client, id)), &local);

  *conversation = NULL;
  if (message != NULL)
    *conversation = ww_cli_find_conversation (cli, ww_message_get_conversation_id (message), error);
  else if (g_error_matches (local, WW_ERROR, WW_ERROR_INVALID_ARGUMENT))
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND, _ ("There is no message “%s” on this device."), id);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return *conversation != NULL ? g_steal_pointer (&message) : NULL;
}

typedef DexFuture *(*Decision) (WwConversation *conversation);

/* Stored first, like a message: without a network the own other devices hear of it at the next connection. */
static gboolean
decide (WwCli *cli, const char *wanted, Decision decision, const char *sentence, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autofree char *title = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  conversation = ww_cli_find_conversation (cli, wanted, error);
  if (conversation == NULL || !dex_await (ww_cli_bounded (cli, decision (conversation)), error))
    return FALSE;
  ww_cli_try_link (cli, NULL);
  title = ww_cli_text_line (ww_conversation_get_title (conversation));
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_conversation (conversation));
  else
    ww_cli_print ("%s: %s\n", title, sentence);
  return TRUE;
}

static gboolean
run_accept (WwCli *cli, const char *const *arguments, GError **error)
{
  /* Translators: what was done; the name of a person or a group stands before it, with a colon. */
  return decide (cli, arguments[0], ww_conversation_accept, _ ("accepted."), error);
}

static gboolean
run_block (WwCli *cli, const char *const *arguments, GError **error)
{
  /* Translators: what was done; the name of a person or a group stands before it, with a colon. */
  return decide (cli, arguments[0], ww_conversation_block, _ ("blocked. What they write is dropped from now on."),
                 error);
}

static gboolean
run_unblock (WwCli *cli, const char *const *arguments, GError **error)
{
  /* Translators: what was done; the name of a person or a group stands before it, with a colon. */
  return decide (cli, arguments[0], ww_conversation_unblock, _ ("no longer blocked."), error);
}

static gboolean
run_delete (WwCli *cli, const char *const *arguments, GError **error)
{
  /* Translators: what was done; the name of a person or a group stands before it, with a colon. */
  return decide (cli, arguments[0], ww_conversation_delete, _ ("deleted, with its messages."), error);
}

static gboolean
run_trust (WwCli *cli, const char *const *arguments, GError **error)
{
  return decide (cli, arguments[0], ww_conversation_accept_identity,
                 /* Translators: what was done; the name stands before it, with a colon. */
                 _ ("messages go to the new identity from now on. What waited goes out."), error);
}

const WwCliCommand ww_cli_command_accept = {
  .name = "accept",
  .arguments = "CONVERSATION",
  .summary = N_ ("Accept a stranger's request, on every device"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_accept,
};

const WwCliCommand ww_cli_command_block = {
  .name = "block",
  .arguments = "CONVERSATION",
  .summary = N_ ("Drop what a person writes, on every device, without telling them"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_block,
};

const WwCliCommand ww_cli_command_unblock = {
  .name = "unblock",
  .arguments = "CONVERSATION",
  .summary = N_ ("Take what a person writes again"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_unblock,
};

const WwCliCommand ww_cli_command_delete = {
  .name = "delete",
  .arguments = "CONVERSATION",
  .summary = N_ ("Delete a conversation and its messages from this device"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_delete,
};

const WwCliCommand ww_cli_command_trust = {
  .name = "trust",
  .arguments = "CONVERSATION",
  .summary = N_ ("Send anyway, although a person's identity has changed"),
  .details = N_ ("Compare the safety number first if you can: “waxwing-cli verify”. What waited goes out."),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_trust,
};
