/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-cargo.h"
#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

#define MAX_RECIPIENTS 256

static char *text;
static char *reply_to;
static char *wait_for;
static gboolean lines;

static const GOptionEntry text_options[] = {
  { "text", 't', 0, G_OPTION_ARG_STRING, &text, N_ ("The text (standard input)"), N_ ("TEXT") },
  { "lines", 0, 0, G_OPTION_ARG_NONE, &lines, N_ ("Every line of standard input is a message of its own"), NULL },
  { "reply-to", 0, 0, G_OPTION_ARG_STRING, &reply_to, N_ ("Answer this message of the conversation"), N_ ("ID") },
  { "wait", 'w', 0, G_OPTION_ARG_STRING, &wait_for, N_ ("Until it is waiting, sent, delivered or read (sent)"),
    N_ ("STATE") },
  G_OPTION_ENTRY_NULL,
};

static gboolean
parse_wait (WwMessageState *state, GError **error)
{
  static const WwMessageState states[] = { WW_MESSAGE_STATE_WAITING, WW_MESSAGE_STATE_SENT, WW_MESSAGE_STATE_DELIVERED,
                                           WW_MESSAGE_STATE_READ };

  *state = WW_MESSAGE_STATE_SENT;
  if (wait_for == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (wait_for, ww_message_state_to_string (states[i])))
      {
        *state = states[i];
        return TRUE;
      }
  g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
               _ ("--wait takes “waiting”, “sent”, “delivered” or “read”, not “%s”."), wait_for);
  return FALSE;
}

static GPtrArray *
find_conversations (WwCli *cli, const char *const *to, GError **error)
{
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; to[i] != NULL; i++)
    {
      WwConversation *conversation = ww_cli_find_or_start_conversation (cli, to[i], error);

      if (conversation == NULL)
        return NULL;
      g_ptr_array_add (conversations, conversation);
    }
  return g_steal_pointer (&conversations);
}

static void
print_message (WwCli *cli, WwMessage *message)
{
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_message (message));
  else
    ww_cli_print ("%s  %s\n", ww_message_get_id (message), ww_message_state_to_string (ww_message_get_state (message)));
}

static gboolean
is_failed (gpointer message)
{
  return ww_message_get_state (message) == WW_MESSAGE_STATE_FAILED;
}

static DexFuture *
reject_failed_cb (DexFuture *future, gpointer message)
{
  const char *reason = ww_message_get_error (message);

  return dex_future_new_reject (WW_ERROR, WW_ERROR_FAILED, "%s",
                                reason != NULL ? reason : _ ("The message can't be sent."));
}

/* The person has to decide first, whichever device of theirs that is on. */
static gboolean
is_stopped (gpointer conversation)
{
  WwTrust trust = ww_conversation_get_trust (conversation);

  return trust == WW_TRUST_CHANGED || trust == WW_TRUST_VERIFIED_CHANGED;
}

static DexFuture *
reject_stopped_cb (DexFuture *future, gpointer conversation)
{
  return dex_future_new_reject (WW_ERROR, WW_ERROR_IDENTITY_CHANGED,
                                _ ("The identity of %s has changed. The message is stored and goes out when you have "
                                   "decided: compare the safety number with “waxwing-cli verify”, or send anyway with "
                                   "“waxwing-cli trust”."),
                                ww_conversation_get_title (conversation));
}

static gboolean
wait_for_state (WwCli *cli, WwConversation *conversation, WwMessage *message, WwMessageState state, GError **error)
{
  DexFuture *reached, *failed, *stopped;

  if (state == WW_MESSAGE_STATE_WAITING)
    return TRUE;
  reached = ww_client_wait_message_state (cli->client, ww_message_get_id (message), state, ww_cli_remaining_ms (cli));
  failed = dex_future_then (ww_cli_until (message, "notify::state", is_failed), reject_failed_cb,
                            g_object_ref (message), g_object_unref);
  stopped = dex_future_then (ww_cli_until (conversation, "notify::trust", is_stopped), reject_stopped_cb,
                             g_object_ref (conversation), g_object_unref);
  return dex_await (ww_cli_bounded_online (cli, ww_cli_first (ww_cli_first (reached, failed), stopped)), error);
}

static gboolean
never_connected (WwClient *client)
{
  return ww_client_get_connection (client) < WW_CONNECTION_STATE_DRAINING;
}

/* The sentence that says that nothing is lost, with the status that says why it isn't done. */
static void
explain_waiting (WwCli *cli, GError **error)
{
  gboolean over = g_error_matches (*error, DEX_ERROR, DEX_ERROR_TIMED_OUT) ||
                  g_error_matches (*error, WW_ERROR, WW_ERROR_TIMED_OUT);

  if (g_error_matches (*error, WW_ERROR, WW_ERROR_OFFLINE) || (over && never_connected (cli->client)))
    {
      g_clear_error (error);
      g_set_error_literal (
          error, WW_ERROR, WW_ERROR_OFFLINE,
          _ ("There is no connection to the server. The message is stored and goes out once, at the next "
             "connection."));
    }
  else if (over)
    {
      g_clear_error (error);
      g_set_error_literal (error, WW_ERROR, WW_ERROR_TIMED_OUT,
                           _ ("The message is stored, but did not come as far as asked for in time."));
    }
}

/* What is answered has to be in the one conversation that is written to. */
static gboolean
check_reply (WwCli *cli, GPtrArray *conversations, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) answered = NULL;

  if (reply_to == NULL)
    return TRUE;
  answered = ww_cli_find_message (cli, reply_to, &conversation, error);
  if (answered == NULL)
    return FALSE;
  for (guint i = 0; i < conversations->len; i++)
    if (conversation != g_ptr_array_index (conversations, i))
      {
        g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("The message “%s” is in another conversation."),
                     reply_to);
        return FALSE;
      }
  return TRUE;
}

static DexFuture *
send_one (WwConversation *conversation, const char *words, const WwCliCargo *cargo)
{
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();

  ww_outgoing_set_text (outgoing, words);
  ww_cli_cargo_add_to (cargo, outgoing);
  ww_outgoing_set_reply_to (outgoing, reply_to);
  return ww_conversation_send (conversation, outgoing);
}

/* Stores every text for every conversation, in this order, before anything waits for a network. */
static gboolean
store_all (WwCli *cli, GPtrArray *conversations, char **texts, const WwCliCargo *cargo, GPtrArray *messages,
           GError **error)
{
  for (guint t = 0; texts[t] != NULL; t++)
    for (guint i = 0; i < conversations->len; i++)
      {
        WwMessage *message = dex_await_object (
            ww_cli_bounded (cli, send_one (g_ptr_array_index (conversations, i), texts[t], cargo)), error);

        if (message == NULL)
          return FALSE;
        g_ptr_array_add (messages, message);
      }
  return TRUE;
}

static gboolean
is_taken_over (gpointer attachment)
{
  WwAttachmentState state = ww_attachment_get_state (attachment);

  return ww_attachment_get_readable (attachment) || state == WW_ATTACHMENT_STATE_FAILED ||
         state == WW_ATTACHMENT_STATE_GONE;
}

/* Until the profile has all of its files, sealed: then they can go out whenever there is a connection. Only who interrupts the
 * command, and is told so, ends that. */
static gboolean
wait_taken_over (WwCli *cli, WwMessage *message, GError **error)
{
  GListModel *attachments = ww_message_get_attachments (message);

  for (guint i = 0; attachments != NULL && i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);
      DexFuture *taken_over = ww_cli_until (attachment, "notify", is_taken_over);

      if (!dex_await (ww_cli_first (taken_over, dex_ref (DEX_FUTURE (cli->interrupted))), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
send_all (WwCli *cli, GPtrArray *conversations, char **texts, const WwCliCargo *cargo, WwMessageState state,
          GError **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) first_error = NULL;

  store_all (cli, conversations, texts, cargo, messages, &first_error);
  for (guint i = 0; i < messages->len && first_error == NULL; i++)
    wait_taken_over (cli, g_ptr_array_index (messages, i), &first_error);
  /* What was stored is printed, whatever became of it: its id is the only way to ask for it later. */
  for (guint i = 0; i < messages->len; i++)
    {
      WwMessage *message = g_ptr_array_index (messages, i);

      /* One text after the other, each for every conversation: see store_all(). */
      WwConversation *conversation = g_ptr_array_index (conversations, i % conversations->len);

      if (first_error == NULL && !wait_for_state (cli, conversation, message, state, &first_error))
        explain_waiting (cli, &first_error);
      print_message (cli, message);
    }
  if (first_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first_error));
  return FALSE;
}

/* The messages to send: the text as it is, or its lines without the empty ones. */
static char **
read_texts (WwCli *cli, const WwCliCargo *cargo, GError **error)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  g_autofree char *input = NULL;

  if (text != NULL && lines)
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--text and --lines exclude each other."));
      return NULL;
    }
  if (!ww_cli_cargo_takes_text (cargo) && text != NULL)
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                           _ ("A contact or a place has no text with it. Send the text as a message of its own."));
      return NULL;
    }
  if (!ww_cli_cargo_is_empty (cargo) && lines)
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--lines sends nothing but texts."));
      return NULL;
    }
  if (!ww_cli_cargo_is_empty (cargo))
    {
      g_strv_builder_add (texts, text != NULL ? text : "");
      return g_strv_builder_end (texts);
    }
  input = text != NULL ? g_strdup (text) : dex_await_string (ww_cli_bounded (cli, ww_cli_read_input ()), error);
  if (input == NULL)
    return NULL;
  parts = lines ? g_strsplit (input, "\n", -1) : NULL;
  if (!lines)
    g_strv_builder_add (texts, input);
  for (guint i = 0; lines && parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (texts, parts[i]);
  return g_strv_builder_end (texts);
}

static gboolean
run_send (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GPtrArray) conversations = NULL;
  g_autoptr (WwCliCargo) cargo = NULL;
  g_auto (GStrv) texts = NULL;
  WwMessageState state;

  if (!parse_wait (&state, error))
    return FALSE;
  cargo = ww_cli_cargo_new (error);
  if (cargo == NULL)
    return FALSE;
  texts = read_texts (cli, cargo, error);
  /* However long a file takes. */
  if (ww_cli_cargo_has_files (cargo) && !cli->patient)
    cli->deadline_us = 0;
  if (texts == NULL || !ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  conversations = find_conversations (cli, arguments, error);
  return conversations != NULL && check_reply (cli, conversations, error) &&
         send_all (cli, conversations, texts, cargo, state, error);
}

const WwCliCommand ww_cli_command_send = {
  .name = "send",
  .arguments = "TO…",
  .summary = N_ ("Send a text, files, a contact, a place or a link"),
  .details = N_ (
      "TO is an address or the id of a conversation; each gets a message of its own. Files can have a text. Prints the "
      "id and the state "
      "of each message. A message that could not be sent in time stays stored and goes out once, at the next "
      "connection of this profile."),
  .options = text_options,
  .more_options = ww_cli_cargo_options,
  .min_arguments = 1,
  .max_arguments = MAX_RECIPIENTS,
  .timeout_s = 60,
  .run = run_send,
};
