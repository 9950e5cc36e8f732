/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-card.h"
#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static char *to;
static int number;

static const GOptionEntry options[] = {
  { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("Into which directory (the present one)"), N_ ("DIR") },
  { "number", 'n', 0, G_OPTION_ARG_INT, &number, N_ ("Only the first, second, … of its files"), N_ ("N") },
  G_OPTION_ENTRY_NULL,
};

static gboolean
is_settled (gpointer attachment)
{
  switch (ww_attachment_get_state (attachment))
    {
    case WW_ATTACHMENT_STATE_HERE:
    case WW_ATTACHMENT_STATE_FAILED:
    case WW_ATTACHMENT_STATE_GONE:
      return TRUE;
    case WW_ATTACHMENT_STATE_UPLOADING:
      return ww_attachment_get_readable (attachment);
    case WW_ATTACHMENT_STATE_REMOTE:
    case WW_ATTACHMENT_STATE_LOADING:
    case WW_ATTACHMENT_STATE_PAUSED:
      break;
    }
  return FALSE;
}

/* Until it can be read here. What broke off before, by a pause too, goes on where it was. */
static gboolean
bring (WwCli *cli, WwAttachment *attachment, GError **error)
{
  const char *reason;

  if (ww_attachment_get_readable (attachment))
    return TRUE;
  ww_attachment_fetch (attachment);
  if (!dex_await (ww_cli_bounded_online (cli, ww_cli_until (attachment, "notify::state", is_settled)), error))
    return FALSE;
  if (ww_attachment_get_readable (attachment))
    return TRUE;
  reason = ww_attachment_get_error (attachment);
  g_set_error (error, WW_ERROR, WW_ERROR_FAILED, "%s",
               reason != NULL ? reason : _ ("This file is not on the server any more."));
  return FALSE;
}

static void
print_saved (WwCli *cli, WwMessage *message, JsonObject *object, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *line = ww_cli_text_line (path);

  if (cli->json)
    {
      ww_cli_object_set (object, "message", ww_message_get_id (message));
      ww_cli_object_set (object, "path", path);
      ww_cli_print_object (json_object_ref (object));
    }
  else
    ww_cli_print ("%s\n", line);
}

static gboolean
save_attachment (WwCli *cli, WwMessage *message, WwAttachment *attachment, GFile *directory, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (JsonObject) object = NULL;

  if (!bring (cli, attachment, error))
    return FALSE;
  file = dex_await_object (ww_cli_bounded (cli, ww_attachment_save_in (attachment, directory)), error);
  if (file == NULL)
    return FALSE;
  object = ww_cli_object_of_attachment (attachment);
  print_saved (cli, message, object, file);
  return TRUE;
}

static gboolean
save_attachments (WwCli *cli, WwMessage *message, GListModel *attachments, GFile *directory, GError **error)
{
  guint n = g_list_model_get_n_items (attachments);

  if (number < 0 || (guint) number > n)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                   ngettext ("This message has %u file.", "This message has %u files.", n), n);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);

      if ((number == 0 || i + 1 == (guint) number) && !save_attachment (cli, message, attachment, directory, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save_card (WwCli *cli, WwMessage *message, GFile *directory, GError **error)
{
  g_autoptr (WwCard) card = ww_card_new_from_vcard (ww_message_get_card (message), NULL);
  /* Translators: what a contact's file is called if nobody is named in it. */
  g_autofree char *name = g_strconcat (card != NULL ? ww_card_get_name (card) : _ ("Contact"), ".vcf", NULL);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GFile) file = dex_await_object (
      ww_cli_bounded (cli, ww_bytes_save_in (ww_message_get_card (message), name, directory)), error);

  if (file == NULL)
    return FALSE;
  ww_cli_object_set (object, "name", name);
  ww_cli_object_set (object, "type", "text/vcard");
  print_saved (cli, message, object, file);
  return TRUE;
}

/* Fetches and saves what a message carries. */
static gboolean
run_save (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GFile) directory = g_file_new_for_commandline_arg (to != NULL ? to : ".");
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;
  GListModel *attachments;

  if (g_file_query_file_type (directory, G_FILE_QUERY_INFO_NONE, NULL) != G_FILE_TYPE_DIRECTORY)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("“%s” is not a directory."), to);
      return FALSE;
    }
  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  message = ww_cli_find_message (cli, arguments[0], &conversation, error);
  if (message == NULL)
    return FALSE;
  attachments = ww_message_get_attachments (message);
  if (attachments != NULL)
    return save_attachments (cli, message, attachments, directory, error);
  if (ww_message_get_card (message) != NULL)
    return save_card (cli, message, directory, error);
  g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND, _ ("This message has no files."));
  return FALSE;
}

const WwCliCommand ww_cli_command_save = {
  .name = "save",
  .arguments = "ID",
  .summary = N_ ("Fetch the files of a message and save them"),
  .details = N_ (
      "Nothing is written over: where something has the name already, the file gets a number. What was fetched "
      "before needs no network."),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_save,
};
