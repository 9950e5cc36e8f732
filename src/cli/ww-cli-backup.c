/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

/* What a device has of earlier times: from and to another device, and in an encrypted file. */

#define POLL_MS       200
#define MAX_FILE      4096 /* of a passphrase */
#define DRAIN_SECONDS 10

static char *passphrase_file;
static gboolean wait_for_it;
static gboolean ask_again;
static char *offer_to;

static const GOptionEntry backup_options[] = {
  { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
    N_ ("Read the passphrase from the first line of a file"), N_ ("FILE") },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry history_options[] = {
  { "wait", 0, 0, G_OPTION_ARG_NONE, &wait_for_it, N_ ("Stay until all of it is there"), NULL },
  { "ask", 0, 0, G_OPTION_ARG_NONE, &ask_again, N_ ("Ask for what is missing here"), NULL },
  { "offer", 0, 0, G_OPTION_ARG_STRING, &offer_to, N_ ("Offer what is here to another device of yours"),
    N_ ("DEVICE") },
  G_OPTION_ENTRY_NULL,
};

/* --- Passphrases --------------------------------------------------------------------------- */

static void
free_passphrase (char *passphrase)
{
  if (passphrase != NULL)
    explicit_bzero (passphrase, strlen (passphrase));
  g_free (passphrase);
}

typedef char Passphrase;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Passphrase, free_passphrase)

static Passphrase *
read_passphrase_file (GError **error)
{
  g_autofree char *contents = NULL;
  Passphrase *passphrase = NULL;
  gsize len = 0;

  if (g_file_get_contents (passphrase_file, &contents, &len, NULL) && len <= MAX_FILE &&
      g_utf8_validate_len (contents, len, NULL))
    passphrase = g_strndup (contents, strcspn (contents, "\r\n"));
  if (contents != NULL)
    explicit_bzero (contents, len);
  if (passphrase == NULL)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                         _ ("The file with the passphrase cannot be read, or is not text."));
  return passphrase;
}

/* What is typed is not seen. */
static Passphrase *
ask_once (WwCli *cli, const char *question, GError **error)
{
  struct termios before, quiet;
  gboolean terminal = tcgetattr (STDIN_FILENO, &before) == 0;
  Passphrase *passphrase;

  ww_cli_note ("%s", question);
  if (terminal)
    {
      quiet = before;
      quiet.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &quiet);
    }
  passphrase = dex_await_string (ww_cli_bounded (cli, ww_cli_read_line ()), error);
  if (terminal)
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  return passphrase;
}

static Passphrase *
get_passphrase (WwCli *cli, gboolean twice, GError **error)
{
  g_autoptr (Passphrase) first = passphrase_file != NULL ? read_passphrase_file (error)
                                                         : ask_once (cli, _ ("Passphrase of the backup:"), error);
  g_autoptr (Passphrase) second = NULL;

  if (first == NULL || !twice || passphrase_file != NULL || !isatty (STDIN_FILENO))
    return g_steal_pointer (&first);
  second = ask_once (cli, _ ("The same again:"), error);
  if (second == NULL)
    return NULL;
  if (g_str_equal (first, second))
    return g_steal_pointer (&first);
  g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_DECLINED, _ ("The two passphrases differ. Nothing was done."));
  return NULL;
}

/* --- Backups ------------------------------------------------------------------------------- */

/* Takes the sentence over. */
static void
print_count (WwCli *cli, const char *file, guint64 messages, char *sentence)
{
  g_autofree char *owned = sentence;
  JsonObject *object;

  if (!cli->json)
    {
      ww_cli_print ("%s\n", owned);
      return;
    }
  object = json_object_new ();
  ww_cli_object_set (object, "file", file);
  json_object_set_int_member (object, "messages", (gint64) messages);
  ww_cli_print_object (object);
}

static gboolean
run_export (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (Passphrase) passphrase = NULL;
  g_autoptr (GError) local = NULL;
  guint64 messages;

  if (!ww_cli_open (cli, WW_CLI_REACH_LOCAL, error))
    return FALSE;
  passphrase = get_passphrase (cli, TRUE, error);
  if (passphrase == NULL)
    return FALSE;
  messages = dex_await_uint64 (ww_cli_bounded (cli, ww_client_export (cli->client, arguments[0], passphrase, NULL)),
                               &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  print_count (
      cli, arguments[0], messages,
      g_strdup_printf (ngettext ("The backup has %lu message.", "The backup has %lu messages.", (gulong) messages),
                       (gulong) messages));
  return TRUE;
}

static gboolean
run_import (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (Passphrase) passphrase = NULL;
  g_autoptr (GError) local = NULL;
  guint64 messages;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  passphrase = get_passphrase (cli, FALSE, error);
  if (passphrase == NULL)
    return FALSE;
  messages = dex_await_uint64 (ww_cli_bounded (cli, ww_client_import (cli->client, arguments[0], passphrase, NULL)),
                               &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Who the people in it are is asked for, if that can be had now. */
  if (ww_cli_try_link (cli, NULL))
    dex_await (ww_cli_bounded (cli, ww_client_wait_drained (cli->client, DRAIN_SECONDS * 1000)), NULL);
  print_count (
      cli, arguments[0], messages,
      g_strdup_printf (ngettext ("%lu message was not here yet.", "%lu messages were not here yet.", (gulong) messages),
                       (gulong) messages));
  return TRUE;
}

/* --- History ------------------------------------------------------------------------------- */

/* Offers that nobody has taken are nothing to wait for where they arrived. */
static gboolean
is_pending (const WwHistoryEntry *entry)
{
  return entry->state == WW_HISTORY_COMING || (entry->giving && entry->state == WW_HISTORY_OFFERED);
}

static gboolean
is_settled (const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (is_pending (entries->pdata[i]))
      return FALSE;
  return entries->len > 0;
}

static GPtrArray *
load_history (WwCli *cli, GError **error)
{
  return dex_await_boxed (ww_cli_bounded (cli, ww_client_load_history (cli->client)), error);
}

static DexFuture *
go_on_cb (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

static GPtrArray *
wait_for_history (WwCli *cli, GError **error)
{
  g_autoptr (GPtrArray) entries = load_history (cli, error);

  while (entries != NULL && !is_settled (entries))
    {
      DexFuture *pause = dex_future_catch (dex_timeout_new_msec (POLL_MS), go_on_cb, NULL, NULL);

      if (!dex_await (ww_cli_bounded (cli, pause), error))
        return NULL;
      g_clear_pointer (&entries, g_ptr_array_unref);
      entries = load_history (cli, error);
    }
  return g_steal_pointer (&entries);
}

static void
add_row (WwCliTable *table, const WwHistoryEntry *entry)
{
  g_autofree char *count = g_strdup_printf (_ ("%lu of about %lu"), (gulong) entry->messages, (gulong) entry->total);

  ww_cli_table_add (table, entry->giving ? _ ("to") : _ ("from"), entry->device_id,
                    ww_history_state_to_string (entry->state), count, entry->error != NULL ? entry->error : "", NULL);
}

static void
print_history (WwCli *cli, const GPtrArray *entries)
{
  g_autoptr (WwCliTable) table = ww_cli_table_new ("", _ ("DEVICE"), _ ("STATE"), _ ("MESSAGES"), "", NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < entries->len; i++)
    {
      if (cli->json)
        ww_cli_print_object (ww_cli_object_of_history (entries->pdata[i]));
      add_row (table, entries->pdata[i]);
    }
  text = ww_cli_table_to_string (table);
  if (!cli->json && entries->len > 0)
    ww_cli_print ("%s", text);
}

static gboolean
act (WwCli *cli, GError **error)
{
  g_autoptr (WwDevice) device = NULL;

  if (ask_again && !dex_await (ww_cli_bounded (cli, ww_client_ask_for_history (cli->client)), error))
    return FALSE;
  if (offer_to == NULL)
    return TRUE;
  device = ww_cli_find_device (ww_client_get_devices (cli->client), offer_to, error);
  return device != NULL &&
         dex_await (ww_cli_bounded (cli, ww_client_offer_history (cli->client, ww_device_get_id (device))), error);
}

static gboolean
run_history (WwCli *cli, const char *const *arguments, GError **error)
{
  gboolean online = wait_for_it || ask_again || offer_to != NULL;
  g_autoptr (GPtrArray) entries = NULL;

  if (!ww_cli_open (cli, online ? WW_CLI_REACH_ONLINE : WW_CLI_REACH_LOCAL, error) || !act (cli, error))
    return FALSE;
  entries = wait_for_it ? wait_for_history (cli, error) : load_history (cli, error);
  if (entries == NULL)
    return FALSE;
  print_history (cli, entries);
  return TRUE;
}

const WwCliCommand ww_cli_command_export = {
  .name = "export",
  .arguments = N_ ("FILE"),
  .summary = N_ ("Write everything into an encrypted backup"),
  .details = N_ ("The file must not be there yet. Its passphrase is asked for; whoever has both can read it all. "
                 "Photos and other files are not in it."),
  .options = backup_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 3600,
  .run = run_export,
};

const WwCliCommand ww_cli_command_import = {
  .name = "import",
  .arguments = N_ ("FILE"),
  .summary = N_ ("Take what is missing here out of a backup"),
  .details = N_ ("The backup is one of this account. What is here stays as it is."),
  .options = backup_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 3600,
  .run = run_import,
};

const WwCliCommand ww_cli_command_history = {
  .name = "history",
  .summary = N_ ("Earlier messages on their way between your devices"),
  .details = N_ ("A new device gets them from the one that approved it, newest first, while both are connected."),
  .options = history_options,
  .timeout_s = 3600,
  .run = run_history,
};
