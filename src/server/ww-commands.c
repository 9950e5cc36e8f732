/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ww-server.h"
#include "ww-sqlite.h"

/* Prints what went wrong, and frees it. */
static int
fail (char *error)
{
  fprintf (stderr, "waxwing-server: %s\n", error);
  g_free (error);
  return 1;
}

static int
check_config (const WwConfig *config, const char *argument)
{
  char *error = NULL;

  if (!ww_config_check (config, &error))
    return fail (error);
  puts ("the configuration is good");
  return 0;
}

static int
backup (const WwConfig *config, const char *file)
{
  g_autofree char *database = ww_config_database_path (config);
  char *error = NULL;

  if (!ww_sqlite_backup (database, file, &error))
    return fail (error);
  printf ("wrote %s\n", file);
  return 0;
}

static int
restore (const WwConfig *config, const char *file)
{
  g_autofree char *database = ww_config_database_path (config);
  char *error = NULL;
  int lock = ww_server_lock_data (config->data_dir, &error);
  bool restored;

  if (lock < 0)
    return fail (error);
  restored = ww_sqlite_restore (database, file, &error);
  close (lock);
  if (!restored)
    return fail (error);
  printf ("restored %s\n", database);
  return 0;
}

static int
stats (const WwConfig *config, const char *argument)
{
  g_autofree char *database = ww_config_database_path (config);
  WwLoadStatisticsOp op = { 0 };
  char *error = NULL;

  if (!ww_sqlite_read_statistics (database, &op, &error))
    return fail (error);
  printf ("accounts: %" G_GINT64_FORMAT "\ndevices: %" G_GINT64_FORMAT "\nwaiting messages: %" G_GINT64_FORMAT
          "\ndatabase bytes: %" G_GINT64_FORMAT "\n",
          op.accounts, op.devices, op.deliveries, op.bytes);
  return 0;
}

static void
print_account_cb (const uint8_t account_id[WW_ID_SIZE], uint64_t sequence, unsigned devices, uint64_t waiting,
                  int64_t created_ms, void *data)
{
  g_autoptr (GDateTime) created = g_date_time_new_from_unix_utc (created_ms / 1000);
  g_autofree char *date = g_date_time_format (created, "%Y-%m-%d");

  for (unsigned i = 0; i < WW_ID_SIZE; i++)
    printf ("%02x", account_id[i]);
  printf ("  created %s  record %" G_GUINT64_FORMAT "  devices %u  waiting %" G_GUINT64_FORMAT "\n", date, sequence,
          devices, waiting);
}

static int
accounts (const WwConfig *config, const char *argument)
{
  g_autofree char *database = ww_config_database_path (config);
  char *error = NULL;

  if (!ww_sqlite_list_accounts (database, print_account_cb, NULL, &error))
    return fail (error);
  return 0;
}

static bool
parse_account_id (const char *text, uint8_t out[WW_ID_SIZE])
{
  if (strlen (text) != 2 * WW_ID_SIZE)
    return false;
  for (unsigned i = 0; i < WW_ID_SIZE; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return false;
      out[i] = (uint8_t) (high << 4 | low);
    }
  return true;
}

static int
forget (const WwConfig *config, const char *account)
{
  g_autofree char *database = ww_config_database_path (config);
  uint8_t account_id[WW_ID_SIZE];
  char *error = NULL;
  bool found;

  if (!parse_account_id (account, account_id))
    return fail (g_strdup_printf ("“%s” is not the id of an account; `waxwing-server accounts` lists them", account));
  if (!ww_sqlite_forget_account (database, account_id, &found, &error))
    return fail (error);
  if (!found)
    return fail (g_strdup ("there is no such account"));
  puts ("forgotten");
  return 0;
}

const WwCommand ww_commands[] = {
  { "check-config", NULL, "says whether the configuration is good", check_config },
  { "backup", "FILE", "copies the database of this moment into a new file", backup },
  { "restore", "FILE", "puts a backup in the place of the database; no server may run", restore },
  { "stats", NULL, "counts accounts, devices and waiting messages", stats },
  { "accounts", NULL, "lists the accounts by their ids", accounts },
  { "forget", "ACCOUNT", "removes an account with everything that waits for it", forget },
  { NULL, NULL, NULL, NULL },
};

/* The command of this name, or NULL. */
const WwCommand *
ww_command_find (const char *name)
{
  for (const WwCommand *command = ww_commands; command->name != NULL; command++)
    if (strcmp (command->name, name) == 0)
      return command;
  return NULL;
}
