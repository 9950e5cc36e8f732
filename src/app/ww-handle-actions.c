/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handle-actions"

#include "ww-handle-actions.h"

#include <glib/gi18n.h>

#include "ww-address-text.h"
#include "ww-question.h"

/* The alerts about an address that is gone have been answered. */
static void
mark_alerts (WwClient *client, const char *handle)
{
  GListModel *alerts = ww_client_get_alerts (client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_kind (alert) == WW_ALERT_KIND_HANDLE_ADDED && !ww_alert_get_seen (alert) &&
          g_strcmp0 (ww_alert_get_handle (alert), handle) == 0)
        dex_future_disown (ww_client_mark_alert_seen (client, alert));
    }
}

static DexFuture *
remove_handle (gpointer subject, const char *handle)
{
  WwClient *client = subject;

  mark_alerts (client, handle);
  return ww_client_remove_handle (client, handle);
}

/**
 * ww_handle_actions_make_first:
 * @parent: where it is said when that fails
 */
void
ww_handle_actions_make_first (WwClient *client, const char *handle, GtkWidget *parent)
{
  ww_question_report (ww_client_set_first_handle (client, handle), _ ("Couldn't Show This Address First"), parent);
}

/**
 * ww_handle_actions_ask_removal:
 * @parent: where the question is asked, and what went wrong is said
 *
 * Asks first: whoever has the address only can't reach the person any more.
 */
void
ww_handle_actions_ask_removal (WwClient *client, const char *handle, GtkWidget *parent)
{
  g_autofree char *shown = ww_address_text_for_display (handle);
  g_autofree char *body = g_strdup_printf (
      /* Translators: %s is an address or a number. */
      _ ("People can't reach you by %s any more, and somebody else can take it. Conversations stay. To add it again "
         "you confirm it again."),
      shown);
  const WwQuestion question = {
    .heading = _ ("Remove This Address?"),
    .body = body,
    .label = _ ("_Remove Address"),
    .failed = _ ("Couldn't Remove the Address"),
    .func = remove_handle,
  };

  ww_question_ask (&question, G_OBJECT (client), handle, parent);
}
