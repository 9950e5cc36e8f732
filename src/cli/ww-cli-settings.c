/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* What a person sets for one conversation or for the account; the own devices share it. */

static double hours;
static gboolean stopped;
static char *receipts;
static char *typing;
static char *previews;

static const GOptionEntry mute_options[] = {
  { "hours", 0, 0, G_OPTION_ARG_DOUBLE, &hours, N_ ("For so long, not for good"), N_ ("N") },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry typing_options[] = {
  { "stop", 0, 0, G_OPTION_ARG_NONE, &stopped, N_ ("That nobody is typing any more"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry settings_options[] = {
  { "receipts", 0, 0, G_OPTION_ARG_STRING, &receipts, N_ ("Whether others see what you have read"), "on|off" },
  { "typing", 0, 0, G_OPTION_ARG_STRING, &typing, N_ ("Whether others see that you are typing"), "on|off" },
  { "previews", 0, 0, G_OPTION_ARG_STRING, &previews, N_ ("Whether links that you send get a preview"), "on|off" },
  G_OPTION_ENTRY_NULL,
};

/* Opens, and finds the conversation that the command names. */
static WwConversation *
open_conversation (WwCli *cli, const char *wanted, GError **error)
{
  return ww_cli_open (cli, WW_CLI_REACH_LINK, error) ? ww_cli_find_conversation (cli, wanted, error) : NULL;
}

/* `done` is transfer full. */
static gboolean
finish (WwCli *cli, WwConversation *conversation, DexFuture *done, GError **error)
{
  if (!dex_await (ww_cli_bounded (cli, done), error))
    return FALSE;
  ww_cli_flush (cli);
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_conversation (conversation));
  return TRUE;
}

static gboolean
run_mute (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  gint64 until = G_MAXINT64;

  if (!(hours >= 0 && hours <= 24 * 366))
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                           _ ("--hours takes a number of hours up to a year."));
      return FALSE;
    }
  conversation = open_conversation (cli, arguments[0], error);
  if (conversation == NULL)
    return FALSE;
  if (hours > 0)
    until = g_get_real_time () / 1000 + (gint64) (hours * 3600 * 1000);
  return finish (cli, conversation, ww_conversation_set_muted_until (conversation, until), error);
}

static gboolean
run_unmute (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = open_conversation (cli, arguments[0], error);

  return conversation != NULL && finish (cli, conversation, ww_conversation_set_muted_until (conversation, 0), error);
}

static gboolean
run_pin (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = open_conversation (cli, arguments[0], error);

  return conversation != NULL && finish (cli, conversation, ww_conversation_set_pinned (conversation, TRUE), error);
}

static gboolean
run_unpin (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = open_conversation (cli, arguments[0], error);

  return conversation != NULL && finish (cli, conversation, ww_conversation_set_pinned (conversation, FALSE), error);
}

static gboolean
run_receipts (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (WW_TYPE_RECEIPTS);
  const GEnumValue *value = g_enum_get_value_by_nick (values, arguments[1]);
  g_autoptr (WwConversation) conversation = NULL;

  if (value == NULL)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("Receipts are “default”, “on” or “off”, not “%s”."),
                   arguments[1]);
      return FALSE;
    }
  conversation = open_conversation (cli, arguments[0], error);
  return conversation != NULL &&
         finish (cli, conversation, ww_conversation_set_receipts (conversation, (WwReceipts) value->value), error);
}

static gboolean
run_draft (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = open_conversation (cli, arguments[0], error);
  g_autofree char *shown = NULL;

  if (conversation == NULL)
    return FALSE;
  if (arguments[1] != NULL)
    return finish (cli, conversation, ww_conversation_set_draft (conversation, arguments[1]), error);
  shown = ww_cli_text_lines (ww_conversation_get_draft (conversation), 0);
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_conversation (conversation));
  else if (*shown != '\0')
    ww_cli_print ("%s\n", shown);
  return TRUE;
}

/* Nobody keeps it, and so there is nothing to do without a connection. */
static gboolean
run_typing (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_ONLINE, error))
    return FALSE;
  conversation = ww_cli_find_conversation (cli, arguments[0], error);
  if (conversation == NULL)
    return FALSE;
  ww_conversation_set_typing (conversation, TRUE);
  if (stopped)
    ww_conversation_set_typing (conversation, FALSE);
  return dex_await (ww_cli_bounded (cli, ww_client_flush (cli->client, ww_cli_remaining_ms (cli))), error);
}

typedef DexFuture *(*SetFlag) (WwClient *client, gboolean value);

static gboolean
set_flag (WwCli *cli, const char *word, SetFlag setter, GError **error)
{
  return word == NULL || dex_await (ww_cli_bounded (cli, setter (cli->client, g_str_equal (word, "on"))), error);
}

static gboolean
check_word (const char *word, GError **error)
{
  if (word == NULL || g_str_equal (word, "on") || g_str_equal (word, "off"))
    return TRUE;
  g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("It is “on” or “off”, not “%s”."), word);
  return FALSE;
}

static void
print_settings (WwCli *cli)
{
  const struct
  {
    const char *name;
    gboolean value;
  } settings[] = {
    { "receipts", ww_client_get_send_receipts (cli->client) },
    { "typing", ww_client_get_send_typing (cli->client) },
    { "previews", ww_client_get_make_previews (cli->client) },
  };
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      json_object_set_boolean_member (object, settings[i].name, settings[i].value);
      if (!cli->json)
        ww_cli_print ("%s  %s\n", settings[i].name, settings[i].value ? "on" : "off");
    }
  if (cli->json)
    ww_cli_print_object (object);
  else
    json_object_unref (object);
}

static gboolean
run_settings (WwCli *cli, const char *const *arguments, GError **error)
{
  gboolean changes = receipts != NULL || typing != NULL || previews != NULL;

  if (!check_word (receipts, error) || !check_word (typing, error) || !check_word (previews, error) ||
      !ww_cli_open (cli, changes ? WW_CLI_REACH_LINK : WW_CLI_REACH_LOCAL, error))
    return FALSE;
  if (!set_flag (cli, receipts, ww_client_set_send_receipts, error) ||
      !set_flag (cli, typing, ww_client_set_send_typing, error) ||
      !set_flag (cli, previews, ww_client_set_make_previews, error))
    return FALSE;
  if (changes)
    ww_cli_flush (cli);
  print_settings (cli);
  return TRUE;
}

const WwCliCommand ww_cli_command_mute = {
  .name = "mute",
  .arguments = "CONVERSATION",
  .summary = N_ ("Let a conversation be silent, on every device"),
  .options = mute_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_mute,
};

const WwCliCommand ww_cli_command_unmute = {
  .name = "unmute",
  .arguments = "CONVERSATION",
  .summary = N_ ("Let a conversation be heard again, on every device"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_unmute,
};

const WwCliCommand ww_cli_command_pin = {
  .name = "pin",
  .arguments = "CONVERSATION",
  .summary = N_ ("Keep a conversation at the top, on every device"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_pin,
};

const WwCliCommand ww_cli_command_unpin = {
  .name = "unpin",
  .arguments = "CONVERSATION",
  .summary = N_ ("Let a conversation be among the others again, on every device"),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_unpin,
};

const WwCliCommand ww_cli_command_receipts = {
  .name = "receipts",
  .arguments = "CONVERSATION default|on|off",
  .summary = N_ ("Whether the people of a conversation see what you have read"),
  .details = N_ ("“default” is as “waxwing-cli settings --receipts” says."),
  .min_arguments = 2,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_receipts,
};

const WwCliCommand ww_cli_command_draft = {
  .name = "draft",
  .arguments = "CONVERSATION [TEXT]",
  .summary = N_ ("Show or keep what is not sent yet, on every device"),
  .details = N_ ("An empty TEXT takes it away."),
  .min_arguments = 1,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_draft,
};

const WwCliCommand ww_cli_command_typing = {
  .name = "typing",
  .arguments = "CONVERSATION",
  .summary = N_ ("Tell the people of a conversation who are connected that you are typing"),
  .options = typing_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 30,
  .run = run_typing,
};

const WwCliCommand ww_cli_command_settings = {
  .name = "settings",
  .summary = N_ ("Show or change what holds for the account, on every device"),
  .options = settings_options,
  .timeout_s = 60,
  .run = run_settings,
};
