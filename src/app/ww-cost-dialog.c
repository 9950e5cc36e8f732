/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-cost-dialog"

#include "ww-cost-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-address-text.h"

typedef struct
{
  GWeakRef owner;
  WwCostFunc func;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_weak_ref_clear (&question->owner);
  g_free (question);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);

  if (owner == NULL)
    return;
  if (g_str_equal (response, "code"))
    question->func (owner, WW_ENROLMENT_ACCEPT_COST);
  else if (g_str_equal (response, "inbound"))
    question->func (owner, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND);
}

static char *
dup_body (const char *number, gboolean code, gboolean inbound)
{
  if (code && inbound)
    /* Translators: %s is a phone number. */
    return g_strdup_printf (
        _ ("To see that %s is yours, the server can send a code there. Receiving it may cost you when you are "
           "abroad.\n\nYou can send a message from it yourself instead. Sending is charged by your carrier.\n\n"
           "Waxwing doesn't know how much either costs."),
        number);
  if (inbound)
    /* Translators: %s is a phone number. */
    return g_strdup_printf (_ ("To show that %s is yours, you send a text message from it. Sending is charged by your "
                               "carrier.\n\nWaxwing doesn't know how much it costs."),
                            number);
  /* Translators: %s is a phone number. */
  return g_strdup_printf (_ ("To see that %s is yours, the server sends a code there. Receiving it may cost you when "
                             "you are abroad; your carrier charges it.\n\nWaxwing doesn't know how much it costs."),
                          number);
}

/**
 * ww_cost_dialog_ask:
 * @handle: a number
 * @verifies: what the server can do
 * @owner: passed to @func, and not kept alive
 * @func: called when the person agreed
 *
 * Nothing that may cost the person is done before they said so, and what they say without thinking is no.
 */
void
ww_cost_dialog_ask (GtkWidget *parent, const char *handle, const char *const *verifies, gpointer owner, WwCostFunc func)
{
  gboolean known = verifies != NULL && verifies[0] != NULL;
  gboolean inbound = known && g_strv_contains (verifies, "tel-inbound");
  gboolean code = !known || g_strv_contains (verifies, "tel");
  g_autofree char *number = ww_address_text_international (handle);
  g_autofree char *body = dup_body (number, code, inbound);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Text Messages May Cost You"), body);
  Question *question = g_new0 (Question, 1);

  g_weak_ref_init (&question->owner, owner);
  question->func = func;
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"));
  if (inbound)
    adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "inbound", _ ("I'll Send a _Message"));
  if (code)
    adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "code", _ ("_Send Me a Code"));
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question,
                         (GClosureNotify) (void (*) (void)) question_free, 0);
  adw_dialog_present (dialog, parent);
}
