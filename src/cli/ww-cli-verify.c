/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

#define LINK          "waxwing:verify?number="
#define DIGITS        60
#define GROUP         5
#define GROUPS_A_LINE 4

static gboolean mark;
static gboolean unmark;
static gboolean qr;

static const GOptionEntry options[] = {
  { "mark", 0, 0, G_OPTION_ARG_NONE, &mark, N_ ("I have compared it: mark the person as verified"), NULL },
  { "unmark", 0, 0, G_OPTION_ARG_NONE, &unmark, N_ ("Take the mark away"), NULL },
  { "qr", 0, 0, G_OPTION_ARG_NONE, &qr, N_ ("Show it as a QR code, too"), NULL },
  G_OPTION_ENTRY_NULL,
};

/* The number that was typed, in groups or not, or that a QR code holds. NULL: it is none. */
static char *
digits_of (const char *typed)
{
  GString *digits = g_string_new (NULL);

  if (g_str_has_prefix (typed, LINK))
    typed += strlen (LINK);
  for (; *typed != '\0'; typed++)
    if (g_ascii_isdigit (*typed))
      g_string_append_c (digits, *typed);
    else if (!g_ascii_isspace (*typed))
      break;
  if (*typed == '\0' && digits->len == DIGITS)
    return g_string_free (digits, FALSE);
  g_string_free (digits, TRUE);
  return NULL;
}

static void
print_code (const char *number)
{
  g_autofree char *link = g_strconcat (LINK, number, NULL);
  g_autofree char *text = ww_cli_qr_code (link, isatty (STDOUT_FILENO));

  if (text != NULL)
    ww_cli_print ("%s", text);
}

static void
print_number (WwCli *cli, WwConversation *conversation, const char *number)
{
  JsonObject *object;

  if (!cli->json)
    {
      for (guint at = 0; at < strlen (number); at += GROUP)
        ww_cli_print ("%.*s%s", GROUP, number + at, (at / GROUP) % GROUPS_A_LINE == GROUPS_A_LINE - 1 ? "\n" : " ");
      if (qr)
        print_code (number);
      if (ww_conversation_get_trust (conversation) == WW_TRUST_VERIFIED)
        ww_cli_print ("%s\n", _ ("You have compared this number."));
      else
        ww_cli_print ("%s\n", _ ("Compare it with the number on the other person's device, in person or in a call. If "
                                 "both are the same: --mark."));
      return;
    }
  object = ww_cli_object_of_conversation (conversation);
  ww_cli_object_set (object, "number", number);
  ww_cli_print_object (object);
}

static gboolean
compare (const char *typed, const char *number, GError **error)
{
  g_autofree char *digits = digits_of (typed);

  if (digits == NULL)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                         _ ("A safety number has 60 digits, in groups of five or not."));
  else if (!g_str_equal (digits, number))
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_DIFFERS,
                         _ ("The numbers differ. Do not write anything secret, and ask the person which devices and "
                            "addresses are theirs."));
  else
    return TRUE;
  return FALSE;
}

/* The record that the number is of is asked for first, so that both people compare the same day. */
static void
refresh (WwCli *cli, WwConversation *conversation)
{
  g_autoptr (WwContact) contact = NULL;

  if (ww_cli_connect (cli, WW_CLI_REACH_ONLINE, NULL))
    contact = dex_await_object (
        ww_cli_bounded (cli, ww_client_look_up (cli->client, ww_conversation_get_handle (conversation))), NULL);
}

static gboolean
run_verify (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autofree char *number = NULL;

  if (mark && unmark)
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("--mark and --unmark exclude each other."));
      return FALSE;
    }
  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  conversation = ww_cli_find_or_start_conversation (cli, arguments[0], error);
  if (conversation == NULL)
    return FALSE;
  refresh (cli, conversation);
  number = dex_await_string (ww_cli_bounded (cli, ww_conversation_load_safety_number (conversation)), error);
  if (number == NULL || (arguments[1] != NULL && !compare (arguments[1], number, error)))
    return FALSE;
  if ((mark || unmark) &&
      !dex_await (ww_cli_bounded (cli, ww_conversation_mark_verified (conversation, mark ? number : NULL)), error))
    return FALSE;
  print_number (cli, conversation, number);
  return TRUE;
}

const WwCliCommand ww_cli_command_verify = {
  .name = "verify",
  .arguments = "CONVERSATION [NUMBER]",
  .summary = N_ ("Show the safety number with a person, or compare it"),
  .details = N_ (
      "NUMBER is what the other person's device shows, or what its QR code holds: then this says whether both "
      "are the same, with status 1 if they aren't."),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_verify,
};
