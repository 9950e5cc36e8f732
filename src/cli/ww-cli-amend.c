/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* What is done to messages that are there. Each is stored first, like a message, and goes out at the next connection. */

static gboolean take_away;

static const GOptionEntry react_options[] = {
  { "remove", 0, 0, G_OPTION_ARG_NONE, &take_away, N_ ("Take the tapback away"), NULL },
  G_OPTION_ENTRY_NULL,
};

static void
print (WwCli *cli, WwMessage *message, const char *sentence)
{
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_message (message));
  else
    ww_cli_print ("%s  %s\n", ww_message_get_id (message), sentence);
}

/* INVALID_ARGUMENT says nothing to a person. */
static void
explain (const char *sentence, GError **error)
{
  if (!g_error_matches (*error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT))
    return;
  g_clear_error (error);
  g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, sentence);
}

static gboolean
run_react (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  if (take_away == (arguments[1] != NULL))
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                           _ ("Either an emoji, or --remove to take the tapback away."));
      return FALSE;
    }
  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  message = ww_cli_find_message (cli, arguments[0], &conversation, error);
  if (message == NULL)
    return FALSE;
  if (!dex_await (ww_cli_bounded (cli, ww_conversation_tap_back (conversation, message, arguments[1])), error))
    {
      explain (_ ("This message can't have that tapback: it takes one emoji, on what somebody sent."), error);
      return FALSE;
    }
  ww_cli_flush (cli);
  print (cli, message, take_away ? _ ("The tapback is taken away.") : arguments[1]);
  return TRUE;
}

static gboolean
run_edit (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  message = ww_cli_find_message (cli, arguments[0], &conversation, error);
  if (message == NULL)
    return FALSE;
  if (!dex_await (ww_cli_bounded (cli, ww_conversation_edit (conversation, message, arguments[1])), error))
    {
      explain (_ ("This message can't be edited: only your own texts can, within 15 minutes and ten times at most."),
               error);
      return FALSE;
    }
  ww_cli_flush (cli);
  /* Translators: what was done; the id of a message stands before it. */
  print (cli, message, _ ("edited."));
  return TRUE;
}

static gboolean
run_unsend (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  message = ww_cli_find_message (cli, arguments[0], &conversation, error);
  if (message == NULL)
    return FALSE;
  if (!dex_await (ww_cli_bounded (cli, ww_conversation_unsend (conversation, message)), error))
    {
      explain (_ ("This message can't be taken back: only your own can, within a day."), error);
      return FALSE;
    }
  ww_cli_flush (cli);
  /* Translators: what was done; the id of a message stands before it. */
  print (cli, message, _ ("taken back."));
  return TRUE;
}

/* All of one conversation, so that they go with one word to the own other devices. */
static gboolean
run_delete_message (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (WwConversation) conversation = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_autoptr (WwConversation) where = NULL;
      WwMessage *message = ww_cli_find_message (cli, arguments[i], &where, error);

      if (message == NULL)
        return FALSE;
      g_ptr_array_add (messages, message);
      if (conversation != NULL && conversation != where)
        {
          g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("The message “%s” is in another conversation."),
                       arguments[i]);
          return FALSE;
        }
      g_set_object (&conversation, where);
    }
  if (!dex_await (ww_cli_bounded (cli, ww_conversation_delete_messages (conversation, messages)), error))
    return FALSE;
  ww_cli_flush (cli);
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_conversation (conversation));
  return TRUE;
}

static void
print_wordings (WwCli *cli, GListModel *wordings)
{
  for (guint i = 0; i < g_list_model_get_n_items (wordings); i++)
    {
      g_autoptr (WwMessageEdit) wording = g_list_model_get_item (wordings, i);
      g_autofree char *time = ww_cli_text_time (ww_message_edit_get_created_ms (wording));
      g_autofree char *words = ww_cli_text_lines (ww_message_edit_get_text (wording), 2);
      JsonObject *object;

      if (!cli->json)
        {
          ww_cli_print ("%s\n  %s\n", time, words);
          continue;
        }
      object = json_object_new ();
      ww_cli_object_set (object, "text", ww_message_edit_get_text (wording));
      json_object_set_int_member (object, "created_ms", ww_message_edit_get_created_ms (wording));
      ww_cli_print_object (object);
    }
}

static void
print_deliveries (WwCli *cli, GListModel *deliveries)
{
  for (guint i = 0; i < g_list_model_get_n_items (deliveries); i++)
    {
      g_autoptr (WwDelivery) delivery = g_list_model_get_item (deliveries, i);
      g_autofree char *time = ww_cli_text_time (ww_delivery_get_at_ms (delivery));
      g_autofree char *name = ww_cli_text_line (ww_delivery_get_name (delivery));
      const char *state = ww_message_state_to_string ((WwMessageState) ww_delivery_get_state (delivery));
      JsonObject *object;

      if (!cli->json)
        {
          ww_cli_print ("%s  %s  %s\n", time, name, state);
          continue;
        }
      object = json_object_new ();
      ww_cli_object_set (object, "account", ww_delivery_get_account (delivery));
      ww_cli_object_set (object, "name", ww_delivery_get_name (delivery));
      ww_cli_object_set (object, "state", state);
      json_object_set_int_member (object, "at_ms", ww_delivery_get_at_ms (delivery));
      ww_cli_print_object (object);
    }
}

static gboolean
run_info (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;
  g_autoptr (GListModel) wordings = NULL;
  g_autoptr (GListModel) deliveries = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LOCAL, error))
    return FALSE;
  message = ww_cli_find_message (cli, arguments[0], &conversation, error);
  if (message == NULL)
    return FALSE;
  wordings = dex_await_object (ww_cli_bounded (cli, ww_message_load_edits (message)), error);
  if (wordings == NULL)
    return FALSE;
  deliveries = dex_await_object (ww_cli_bounded (cli, ww_message_load_deliveries (message)), error);
  if (deliveries == NULL)
    return FALSE;
  print_wordings (cli, wordings);
  print_deliveries (cli, deliveries);
  return TRUE;
}

const WwCliCommand ww_cli_command_react = {
  .name = "react",
  .arguments = "ID [EMOJI]",
  .summary = N_ ("Put a tapback on a message, in the place of one that is there from you"),
  .options = react_options,
  .min_arguments = 1,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_react,
};

const WwCliCommand ww_cli_command_edit = {
  .name = "edit",
  .arguments = "ID TEXT",
  .summary = N_ ("Change the words of a message of yours"),
  .details = N_ ("Within 15 minutes, ten times at most. Everybody sees that it was edited, and can see what it said."),
  .min_arguments = 2,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_edit,
};

const WwCliCommand ww_cli_command_unsend = {
  .name = "unsend",
  .arguments = "ID",
  .summary = N_ ("Take a message of yours back, from everybody's devices"),
  .details = N_ ("Within a day. Everybody sees that something was there; whoever read it has read it."),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_unsend,
};

const WwCliCommand ww_cli_command_delete_message = {
  .name = "delete-message",
  .arguments = "ID…",
  .summary = N_ ("Delete messages of one conversation from all devices of this account"),
  .details = N_ ("Others keep theirs, and don't hear of it."),
  .min_arguments = 1,
  .max_arguments = 256,
  .timeout_s = 60,
  .run = run_delete_message,
};

const WwCliCommand ww_cli_command_info = {
  .name = "info",
  .arguments = "ID",
  .summary = N_ ("Show what a message said before it was edited, and who has it"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_info,
};
