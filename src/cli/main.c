/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>

#include "ww-cli.h"

/* How long closing may take: what is under way is committed, but a server that doesn't answer keeps nobody. */
#define CLOSE_SECONDS 5
#define FLUSH_SECONDS 10

static const WwCliCommand *const commands[] = {
  &ww_cli_command_enroll,        &ww_cli_command_status,         &ww_cli_command_handles,
  &ww_cli_command_add_handle,    &ww_cli_command_confirm,        &ww_cli_command_remove_handle,
  &ww_cli_command_prefer_handle, &ww_cli_command_devices,        &ww_cli_command_approve,
  &ww_cli_command_refuse,        &ww_cli_command_rename,         &ww_cli_command_remove,
  &ww_cli_command_sign_out,      &ww_cli_command_wipe,           &ww_cli_command_alerts,
  &ww_cli_command_refuse_claim,  &ww_cli_command_lookup,         &ww_cli_command_verify,
  &ww_cli_command_trust,         &ww_cli_command_requests,       &ww_cli_command_accept,
  &ww_cli_command_block,         &ww_cli_command_unblock,        &ww_cli_command_delete,
  &ww_cli_command_send,          &ww_cli_command_conversations,  &ww_cli_command_messages,
  &ww_cli_command_mark_read,     &ww_cli_command_react,          &ww_cli_command_edit,
  &ww_cli_command_unsend,        &ww_cli_command_delete_message, &ww_cli_command_info,
  &ww_cli_command_mute,          &ww_cli_command_unmute,         &ww_cli_command_pin,
  &ww_cli_command_unpin,         &ww_cli_command_receipts,       &ww_cli_command_draft,
  &ww_cli_command_typing,        &ww_cli_command_settings,       &ww_cli_command_search,
  &ww_cli_command_save,          &ww_cli_command_watch,          &ww_cli_command_group,
  &ww_cli_command_history,       &ww_cli_command_export,         &ww_cli_command_import,
};

typedef struct
{
  char *profile;
  gboolean json;
  gboolean version;
  double timeout;
  gboolean timeout_given;
} GlobalOptions;

static const WwCliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  return NULL;
}

static char *
describe_commands (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  g_string_append_c (text, '\n');
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-14s %s\n", commands[i]->name, _ (commands[i]->summary));
  g_string_append_printf (
      text, "\n%s\n\n%s", _ ("“waxwing-cli COMMAND --help” says what a command takes."),
      _ ("Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 keyring locked, 4 no connection, "
         "5 timed out."));
  return g_string_free (text, FALSE);
}

static gboolean
timeout_cb (const char *option, const char *value, gpointer data, GError **error)
{
  GlobalOptions *options = data;
  char *end = NULL;

  options->timeout = g_ascii_strtod (value, &end);
  options->timeout_given = TRUE;
  if (end != value && *end == '\0' && options->timeout > 0 && options->timeout <= G_MAXINT / 1000)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("“%s” is not a number of seconds."), value);
  return FALSE;
}

/* Takes the options before the command out of `argv`, in which the command and its own arguments stay. */
static gboolean
parse_global_options (GlobalOptions *options, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_STRING, &options->profile,
      N_ ("Whose keys and messages to use: a name, or a directory"), N_ ("NAME|DIR") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print one JSON object a line"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_CALLBACK, timeout_cb, N_ ("Give up after so many seconds"), N_ ("SECONDS") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND …"));
  g_autofree char *description = describe_commands ();
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, options, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_summary (context, _ ("Sealed messages between people and across their devices."));
  g_option_context_set_description (context, description);
  return g_option_context_parse_strv (context, argv, error);
}

/* GOption leaves the "--" that ends the options where arguments stand before it. */
static void
remove_separator (char **argv)
{
  for (char **p = argv + 1; *p != NULL; p++)
    if (p > argv + 1 && g_str_equal (*p, "--"))
      {
        g_free (*p);
        do
          p[0] = p[1];
        while (*p++ != NULL);
        return;
      }
}

static gboolean
parse_command_options (const WwCliCommand *command, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (command->arguments);
  g_autofree char *name = g_strdup_printf ("waxwing-cli %s", command->name);
  guint n_arguments;

  /* The name of the program in the usage line: what stands first is the command's name. */
  g_set_prgname (name);
  g_option_context_set_summary (context, _ (command->summary));
  if (command->details != NULL)
    g_option_context_set_description (context, _ (command->details));
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, GETTEXT_PACKAGE);
  if (command->more_options != NULL)
    g_option_context_add_main_entries (context, command->more_options, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, argv, error))
    return FALSE;

  remove_separator (*argv);
  n_arguments = g_strv_length (*argv) - 1;
  if (n_arguments >= command->min_arguments && n_arguments <= command->max_arguments)
    return TRUE;
  g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
               n_arguments < command->min_arguments
                   ? _ ("Something is missing after “%s”. “%s --help” says what.")
                   : _ ("There is too much after “%s”. “%s --help” says what it takes."),
               command->name, name);
  return FALSE;
}

typedef struct
{
  WwCli cli;
  const char *const *arguments;
  WwCliStatus status;
  GMainLoop *loop;
} Run;

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;

  if (!run->cli.command->run (&run->cli, run->arguments, &error))
    run->status = ww_cli_report (&run->cli, error);
  /* Receipts for what the command fetched, and whatever else waits here. */
  else
    dex_await (ww_cli_bounded (&run->cli, ww_client_flush (run->cli.client, FLUSH_SECONDS * 1000)), NULL);
  /* A client that never opened has nothing to close, and whoever can't close in time has committed before. */
  dex_await (ww_cli_first (ww_client_close (run->cli.client), dex_timeout_new_seconds (CLOSE_SECONDS)), NULL);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
quit_cb (DexFuture *future, gpointer data)
{
  g_main_loop_quit (data);
  return dex_future_new_for_boolean (TRUE);
}

static gboolean
interrupt_cb (gpointer data)
{
  DexPromise *promise = data;

  if (dex_future_is_pending (DEX_FUTURE (promise)))
    dex_promise_reject (promise, g_error_new_literal (WW_ERROR, WW_ERROR_CANCELLED, _ ("Interrupted.")));
  return G_SOURCE_CONTINUE;
}

static WwCliStatus
run_command (const WwCliCommand *command, const GlobalOptions *options, const char *const *arguments)
{
  g_autoptr (WwClient) client = ww_client_new (options->profile);
  g_autoptr (DexPromise) interrupted = dex_promise_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  double seconds = options->timeout_given ? options->timeout : command->timeout_s;
  Run run = {
    .cli = {
      .client = client,
      .command = command,
      .json = options->json,
      .patient = options->timeout_given,
      .deadline_us = seconds > 0 ? g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC) : 0,
      .interrupted = interrupted,
    },
    .arguments = arguments,
    .loop = loop,
  };
  guint on_int = g_unix_signal_add (SIGINT, interrupt_cb, interrupted);
  guint on_term = g_unix_signal_add (SIGTERM, interrupt_cb, interrupted);

  dex_future_disown (dex_future_finally (dex_scheduler_spawn (NULL, 0, run_fiber, &run, NULL), quit_cb, loop, NULL));
  g_main_loop_run (loop);
  g_source_remove (on_int);
  g_source_remove (on_term);
  return run.status;
}

static int
fail (gboolean json, GError *error)
{
  WwCli cli = { .json = json };
  g_autoptr (GError) usage = error;

  if (error->domain != WW_CLI_ERROR)
    usage = g_error_new_literal (WW_CLI_ERROR, WW_CLI_ERROR_USAGE, error->message);
  if (usage != error)
    g_error_free (error);
  return ww_cli_report (&cli, usage);
}

static int
run_arguments (char ***argv, GlobalOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = NULL;
  const WwCliCommand *command;
  WwCliStatus status;

  if (!parse_global_options (options, argv, &error))
    return fail (options->json, g_steal_pointer (&error));
  if (options->version)
    {
      ww_cli_print ("waxwing-cli %s\n", PACKAGE_VERSION);
      return WW_CLI_STATUS_DONE;
    }
  if ((*argv)[1] == NULL)
    return fail (options->json, g_error_new_literal (WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                                                     _ ("No command given. “waxwing-cli --help” lists them.")));
  command = find_command ((*argv)[1]);
  if (command == NULL)
    return fail (options->json,
                 g_error_new (WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                              _ ("There is no command “%s”. “waxwing-cli --help” lists them."), (*argv)[1]));
  rest = g_strdupv (*argv + 1);
  if (!parse_command_options (command, &rest, &error))
    return fail (options->json, g_steal_pointer (&error));
  status = run_command (command, options, (const char *const *) rest + 1);
  if (status == WW_CLI_STATUS_DONE && (fflush (stdout) != 0 || ferror (stdout)))
    {
      ww_cli_note ("waxwing-cli: %s", _ ("Standard output can't be written."));
      status = WW_CLI_STATUS_FAILED;
    }
  return status;
}

int
main (int argc, char *argv[])
{
  g_auto (GStrv) arguments = g_strdupv (argv);
  GlobalOptions options = { 0 };
  /* Programs that run from the build directory have their languages there. */
  const char *languages = g_getenv ("WAXWING_LOCALE_DIR");
  int status;

  ww_client_prepare_process ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, languages != NULL ? languages : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("waxwing-cli");
  status = run_arguments (&arguments, &options);
  g_free (options.profile);
  return status;
}
