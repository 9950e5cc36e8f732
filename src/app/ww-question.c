/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-question"

#include "ww-question.h"

#include <glib/gi18n.h>

#include "ww-future.h"

typedef struct
{
  WwQuestionFunc func;
  GObject *subject;
  char *argument;
  const char *failed;
  GWeakRef parent;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_object_unref (asked->subject);
  g_free (asked->argument);
  g_weak_ref_clear (&asked->parent);
  g_free (asked);
}

static void
reported_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  AdwDialog *dialog;

  if (error == NULL || gtk_widget_get_root (owner) == NULL)
    return;
  dialog = adw_alert_dialog_new (data, error->message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, owner);
}

/**
 * ww_question_report:
 * @future: (transfer full): what is being done
 * @failed: what to put over the reason when it fails; a string that stays, as translations do
 * @parent: where that is said, unless it is gone by then
 */
void
ww_question_report (DexFuture *future, const char *failed, GtkWidget *parent)
{
  ww_future_report (future, parent, reported_cb, (gpointer) failed);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer user_data)
{
  Asked *asked = user_data;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&asked->parent);
  DexFuture *future;

  if (!g_str_equal (response, "do"))
    return;
  future = asked->func (asked->subject, asked->argument);
  if (parent != NULL)
    ww_question_report (future, asked->failed, parent);
  else
    dex_future_disown (future);
}

/**
 * ww_question_ask:
 * @question: what is asked; copied as far as it is needed
 * @subject: what @question's function is called with; kept alive
 * @argument: (nullable): passed to it too
 * @parent: where the question is asked
 *
 * Asks before something destructive. Escape and Enter mean no.
 */
void
ww_question_ask (const WwQuestion *question, GObject *subject, const char *argument, GtkWidget *parent)
{
  AdwDialog *dialog = adw_alert_dialog_new (question->heading, question->body);
  Asked *asked = g_new0 (Asked, 1);

  asked->func = question->func;
  asked->subject = g_object_ref (subject);
  asked->argument = g_strdup (argument);
  asked->failed = question->failed;
  g_weak_ref_init (&asked->parent, parent);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "do", question->label, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "do", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asked,
                         (GClosureNotify) (void (*) (void)) asked_free, 0);
  adw_dialog_present (dialog, parent);
}
