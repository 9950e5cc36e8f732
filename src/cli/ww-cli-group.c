/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

#define MAX_WORDS 258 /* what is to be done, the group or its name, and its people */

/* A word of its own after “group”. */
typedef struct
{
  const char *word;
  guint n_least; /* arguments after it */
  DexFuture *(*perform) (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error);
} Action;

static void
print_members (WwConversation *group)
{
  GListModel *members = ww_conversation_get_members (group);
  g_autoptr (WwCliTable) table = ww_cli_table_new (_ ("MEMBER"), _ ("ADDRESS"), NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      ww_cli_table_add (table, ww_member_get_name (member), ww_member_get_handle (member), NULL);
    }
  text = ww_cli_table_to_string (table);
  ww_cli_print ("%s", text);
}

static void
print_group (WwCli *cli, WwConversation *group)
{
  g_autofree char *title = ww_cli_text_line (ww_conversation_get_title (group));

  if (cli->json)
    {
      ww_cli_print_object (ww_cli_object_of_conversation (group));
      return;
    }
  ww_cli_print ("%s  %s\n", ww_conversation_get_id (group), title);
  if (ww_conversation_get_left (group))
    ww_cli_print ("%s\n", _ ("You are not in this group any more."));
  print_members (group);
}

/* By an address or number, by account, or by the name that they have there. */
static const char *
find_member (WwConversation *group, const char *wanted, GError **error)
{
  GListModel *members = ww_conversation_get_members (group);
  g_autofree char *handle = ww_handle_text_normalise (wanted);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      /* The list keeps it. */
      if (g_strcmp0 (ww_member_get_handle (member), handle) == 0 ||
          g_str_equal (ww_member_get_account (member), wanted) || g_str_equal (ww_member_get_name (member), wanted))
        return ww_member_get_account (member);
    }
  g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND, _ ("“%s” is not in this group."), wanted);
  return NULL;
}

static DexFuture *
add (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  return ww_conversation_add_members (group, arguments);
}

static DexFuture *
take_out (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  const char *account = find_member (group, arguments[0], error);

  return account != NULL ? ww_conversation_remove_member (group, account) : NULL;
}

static DexFuture *
rename_group (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  return ww_conversation_rename (group, arguments[0]);
}

static DexFuture *
leave (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  return ww_conversation_leave (group);
}

static GBytes *
read_picture (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInfo)
      info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return NULL;
  if (g_file_info_get_size (info) <= WW_GROUP_MAX_PICTURE)
    return g_file_load_bytes (file, NULL, NULL, error);
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("A group's picture has at most %d KiB."),
               WW_GROUP_MAX_PICTURE / 1024);
  return NULL;
}

static DexFuture *
set_picture (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  g_autoptr (GBytes) picture = NULL;

  if (g_str_equal (arguments[0], "none"))
    return ww_conversation_set_picture (group, NULL);
  picture = read_picture (arguments[0], error);
  return picture != NULL ? ww_conversation_set_picture (group, picture) : NULL;
}

static DexFuture *
show (WwCli *cli, WwConversation *group, const char *const *arguments, GError **error)
{
  return dex_future_new_true ();
}

static const Action actions[] = {
  { "add", 1, add },     { "remove", 1, take_out },     { "rename", 1, rename_group },
  { "leave", 0, leave }, { "picture", 1, set_picture }, { "show", 0, show },
};

static const Action *
find_action (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].word, word))
      return &actions[i];
  return NULL;
}

/* What is said of a group is stored first: without a network it goes out later. */
static gboolean
create (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) group = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  group = dex_await_object (
      ww_cli_bounded_online (cli, ww_client_create_group (cli->client, arguments[0], arguments + 1)), error);
  if (group == NULL)
    return FALSE;
  ww_cli_try_link (cli, NULL);
  print_group (cli, group);
  return TRUE;
}

static gboolean
change (WwCli *cli, const Action *action, const char *const *arguments, GError **error)
{
  g_autoptr (WwConversation) group = NULL;
  DexFuture *future;

  if (!ww_cli_open (cli, action->perform == show ? WW_CLI_REACH_LOCAL : WW_CLI_REACH_LINK, error))
    return FALSE;
  group = ww_cli_find_conversation (cli, arguments[0], error);
  if (group == NULL)
    return FALSE;
  if (ww_conversation_get_kind (group) != WW_CONVERSATION_KIND_GROUP)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND, _ ("“%s” is no group."), arguments[0]);
      return FALSE;
    }
  future = action->perform (cli, group, arguments + 1, error);
  if (future == NULL ||
      !dex_await (action->perform == add ? ww_cli_bounded_online (cli, future) : ww_cli_bounded (cli, future), error))
    return FALSE;
  if (action->perform != show)
    ww_cli_try_link (cli, NULL);
  print_group (cli, group);
  return TRUE;
}

static gboolean
run (WwCli *cli, const char *const *arguments, GError **error)
{
  const Action *action = find_action (arguments[0]);
  guint n = g_strv_length ((char **) arguments) - 1;
  gboolean makes = g_str_equal (arguments[0], "create");

  if (makes && n >= 2)
    return create (cli, arguments + 1, error);
  if (action != NULL && n >= 1 + action->n_least)
    return change (cli, action, arguments + 1, error);
  if (action != NULL || makes)
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                 _ ("Something is missing after “group %s”. “waxwing-cli group --help” says what."), arguments[0]);
  else
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                 _ ("“group %s” is nothing that can be done. “waxwing-cli group --help” says what can."), arguments[0]);
  return FALSE;
}

const WwCliCommand ww_cli_command_group = {
  .name = "group",
  .arguments = "create NAME MEMBER… | add GROUP MEMBER… | remove GROUP MEMBER | rename GROUP NAME | picture GROUP "
               "FILE|none | leave GROUP | show GROUP",
  .summary = N_ ("Make a group, or change it"),
  .details = N_ (
      "A GROUP is the id that “create” prints, as in “conversations”; a NAME may be empty. Everybody in a group "
      "may do all of this."),
  .min_arguments = 2,
  .max_arguments = MAX_WORDS,
  .timeout_s = 60,
  .run = run,
};
