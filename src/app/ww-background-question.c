/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-background-question"

#include "ww-background-question.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  WwBackground *background;
  GSettings *settings;
  GtkWindow *window;
  GtkCheckButton *login;
} Asked;

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->background);
  g_object_unref (asked->settings);
  g_object_unref (asked->window);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

gboolean
ww_background_question_is_due (GSettings *settings)
{
  return !g_settings_get_boolean (settings, "background-asked") &&
         g_settings_get_boolean (settings, "run-in-background");
}

/* Refused, and the window stays: it is where that is said. */
static void
requested_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asked) asked = data;

  if (ww_background_request_finish (WW_BACKGROUND (source), result, NULL))
    gtk_window_destroy (asked->window);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  g_autoptr (Asked) asked = data;

  if (g_str_equal (response, "close"))
    return;
  g_settings_set_boolean (asked->settings, "background-asked", TRUE);
  if (g_str_equal (response, "quit"))
    {
      g_settings_set_boolean (asked->settings, "run-in-background", FALSE);
      gtk_window_destroy (asked->window);
      return;
    }
  g_settings_set_boolean (asked->settings, "start-at-login", gtk_check_button_get_active (asked->login));
  ww_background_request_async (asked->background, asked->window, requested_cb, asked);
  g_steal_pointer (&asked);
}

/**
 * ww_background_question_ask:
 * @window: is closed by the answer
 */
void
ww_background_question_ask (WwBackground *background, GSettings *settings, GtkWindow *window)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Keep Receiving Messages?"),
      _ ("Waxwing can go on without its window, so that messages arrive and you are told of them. It does nothing while "
         "there is nothing new. You can change this in the preferences."));
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  GtkWidget *login = gtk_check_button_new_with_label (_ ("Start when I log in"));
  Asked *asked = g_new0 (Asked, 1);

  asked->background = g_object_ref (background);
  asked->settings = g_object_ref (settings);
  asked->window = g_object_ref (window);
  asked->login = GTK_CHECK_BUTTON (login);
  gtk_widget_set_halign (login, GTK_ALIGN_CENTER);
  adw_alert_dialog_set_extra_child (alert, login);
  adw_alert_dialog_add_responses (alert, "quit", _ ("_Quit"), "keep", _ ("_Keep Receiving"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "keep", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (alert, "keep");
  adw_alert_dialog_set_close_response (alert, "close");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), asked);
  adw_dialog_present (dialog, GTK_WIDGET (window));
}
