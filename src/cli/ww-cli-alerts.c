/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static gboolean mark_seen;
static gboolean sync_first;

static const GOptionEntry alerts_options[] = {
  { "sync", 0, 0, G_OPTION_ARG_NONE, &sync_first, N_ ("Connect and fetch what is new first"), NULL },
  { "mark-seen", 0, 0, G_OPTION_ARG_NONE, &mark_seen, N_ ("Mark what is printed as seen"), NULL },
  G_OPTION_ENTRY_NULL,
};

static void
print_alert (WwCli *cli, WwAlert *alert)
{
  g_autofree char *time = ww_cli_text_time (ww_alert_get_at_ms (alert));
  g_autofree char *title = ww_cli_text_line (ww_alert_get_title (alert));
  g_autofree char *body = ww_cli_text_lines (ww_alert_get_body (alert), 18);
  g_autofree char *due = ww_cli_text_time (ww_alert_get_due_ms (alert));

  if (cli->json)
    {
      ww_cli_print_object (ww_cli_object_of_alert (alert));
      return;
    }
  ww_cli_print ("%s  %s\n%18s%s\n", time, title, "", body);
  if (ww_alert_get_can_refuse (alert))
    {
      g_autofree char *sentence = g_strdup_printf (
          /* Translators: when it is too late, and the number of the alert. The command stays as it is. */
          _ ("Until %1$s you can refuse: waxwing-cli refuse-claim %2$lld"), due, (long long) ww_alert_get_row (alert));

      ww_cli_print ("%18s%s\n", "", sentence);
    }
}

static gboolean
run_alerts (WwCli *cli, const char *const *arguments, GError **error)
{
  GListModel *alerts = ww_client_get_alerts (cli->client);

  if (!ww_cli_open (cli, sync_first ? WW_CLI_REACH_DRAINED : WW_CLI_REACH_LOCAL, error))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      print_alert (cli, alert);
      if (mark_seen && !ww_alert_get_seen (alert) &&
          !dex_await (ww_cli_bounded (cli, ww_client_mark_alert_seen (cli->client, alert)), error))
        return FALSE;
    }
  return TRUE;
}

static WwAlert *
find_alert (WwCli *cli, const char *wanted, GError **error)
{
  GListModel *alerts = ww_client_get_alerts (cli->client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, ww_alert_get_row (alert));

      if (g_str_equal (id, wanted))
        return g_steal_pointer (&alert);
    }
  g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
               _ ("There is no alert “%s”. “waxwing-cli alerts” lists them."), wanted);
  return NULL;
}

static gboolean
run_refuse_claim (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwAlert) alert = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  alert = find_alert (cli, arguments[0], error);
  if (alert == NULL)
    return FALSE;
  if (!ww_alert_get_can_refuse (alert))
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("There is nothing to refuse: this alert is of no request, or the request has ended."));
      return FALSE;
    }
  if (!dex_await (ww_cli_bounded (cli, ww_client_refuse_claim (cli->client, alert)), error))
    return FALSE;
  if (cli->json)
    ww_cli_print_object (ww_cli_object_of_alert (alert));
  else
    ww_cli_print ("%s\n", _ ("Refused. Nothing changes in this account."));
  return TRUE;
}

const WwCliCommand ww_cli_command_alerts = {
  .name = "alerts",
  .summary = N_ ("Show what was added to the account or removed, and who wants it, newest first"),
  .options = alerts_options,
  .timeout_s = 60,
  .run = run_alerts,
};

const WwCliCommand ww_cli_command_refuse_claim = {
  .name = "refuse-claim",
  .arguments = "ALERT",
  .summary = N_ ("Refuse to let somebody start the account over, or take an address from it"),
  .details = N_ ("ALERT is the number that “waxwing-cli alerts” shows."),
  .min_arguments = 1,
  .max_arguments = 1,
  .timeout_s = 60,
  .run = run_refuse_claim,
};
