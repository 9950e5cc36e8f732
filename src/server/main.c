/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include <glib.h>

#include "ww-commands.h"
#include "ww-config.h"
#include "ww-server.h"

#define EXIT_USAGE 2

static char *
describe_commands (void)
{
  GString *text = g_string_new ("Without a command the server runs. Commands:\n");

  for (const WwCommand *command = ww_commands; command->name != NULL; command++)
    {
      g_autofree char *usage = g_strdup_printf ("%s %s", command->name,
                                                command->argument != NULL ? command->argument : "");

      g_string_append_printf (text, "  %-18s %s\n", usage, command->help);
    }
  return g_string_free (text, FALSE);
}

/* The file first, then what was said on the command line. */
static gboolean
configure (WwConfig *config, const char *file, const char *data, const char *listen, char **error)
{
  if (file != NULL && !ww_config_load (config, file, error))
    return FALSE;
  if (data != NULL)
    {
      g_free (config->data_dir);
      config->data_dir = g_strdup (data);
    }
  return listen == NULL || ww_config_set_listen (config, listen, error);
}

static int
run (WwConfig *config, const char *file, int argc, char **argv)
{
  const WwCommand *command;
  g_autofree char *error = NULL;

  if (argc == 1)
    {
      if (ww_config_check (config, &error))
        return ww_server_run (config, file);
      fprintf (stderr, "waxwing-server: %s\n", error);
      return 1;
    }
  command = ww_command_find (argv[1]);
  if (command == NULL || argc != (command->argument != NULL ? 3 : 2))
    {
      fprintf (stderr, "waxwing-server: wrong usage; see waxwing-server --help\n");
      return EXIT_USAGE;
    }
  return command->func (config, argc == 3 ? argv[2] : NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *file = NULL;
  g_autofree char *data = NULL;
  g_autofree char *listen = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &file, "Configuration file", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "Where the database and the mails are", "DIR" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "Address and port; port 0 picks one", "ADDRESS:PORT" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[COMMAND]");
  g_autoptr (WwConfig) config = ww_config_new ();
  g_autoptr (GError) failure = NULL;
  g_autofree char *commands = describe_commands ();
  g_autofree char *error = NULL;

  g_option_context_set_summary (context, "The server of the Waxwing messenger.");
  g_option_context_set_description (context, commands);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &failure))
    {
      fprintf (stderr, "waxwing-server: %s\n", failure->message);
      return EXIT_USAGE;
    }
  if (!configure (config, file, data, listen, &error))
    {
      fprintf (stderr, "waxwing-server: %s\n", error);
      return EXIT_USAGE;
    }
  return run (config, file, argc, argv);
}
