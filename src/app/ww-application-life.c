/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-application"

#include "ww-application-private.h"

#include <glib/gi18n.h>

#include "ww-background-question.h"
#include "ww-clock.h"

/* How long the program stays for whoever started it without a window: what is asked of it comes right after that. */
#define GRACE_SECONDS 10

static gboolean
may_stay (WwApplication *self)
{
  if (!g_settings_get_boolean (self->settings, "run-in-background"))
    return FALSE;
  switch (ww_client_get_state (self->client))
    {
    case WW_CLIENT_STATE_CLOSED:
    case WW_CLIENT_STATE_OPENING:
    case WW_CLIENT_STATE_LOCKED: /* as after a login by fingerprint: it goes on when the keyring is opened */
    case WW_CLIENT_STATE_READY:
      return TRUE;
    case WW_CLIENT_STATE_NOT_ENROLLED:
    case WW_CLIENT_STATE_REMOVED:
    case WW_CLIENT_STATE_FAILED:
      return FALSE;
    }
  return FALSE;
}

static gboolean
has_work (WwApplication *self)
{
  return gtk_application_get_windows (GTK_APPLICATION (self)) != NULL || self->waiting->len > 0;
}

/* Nothing to show and nothing to wait for: it would be there for nobody. */
static void
leave_if_idle (WwApplication *self)
{
  if (self->grace_source == 0 && !has_work (self) && !may_stay (self))
    ww_application_quit (self);
}

static gboolean
grace_over_cb (gpointer user_data)
{
  WwApplication *self = user_data;

  self->grace_source = 0;
  leave_if_idle (self);
  return G_SOURCE_REMOVE;
}

/* Somebody who looks wants to know at once what happens; while nobody does, next to nothing needs to. */
static void
update_attention (WwApplication *self)
{
  gboolean looks = FALSE;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (gtk_widget_get_mapped (l->data) && !gtk_window_is_suspended (l->data))
      looks = TRUE;
  ww_client_set_attentive (self->client, looks);
  ww_clock_set_watched (ww_clock_get_default (), looks);
}

static void
update_status (WwApplication *self)
{
  WwConnectionState connection = ww_client_get_connection (self->client);

  ww_background_set_status (self->background, connection == WW_CONNECTION_STATE_ONLINE
                                                  ? _ ("Receives messages")
                                                  : _ ("Waits for the connection"));
}

static gboolean
close_request_cb (WwApplication *self, GtkWindow *window)
{
  if (ww_client_get_state (self->client) != WW_CLIENT_STATE_READY || !ww_background_question_is_due (self->settings))
    return GDK_EVENT_PROPAGATE;
  if (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)) == NULL)
    ww_background_question_ask (self->background, self->settings, window);
  return GDK_EVENT_STOP;
}

static void
refused_cb (WwApplication *self, const char *sentence)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  AdwDialog *dialog;

  if (window == NULL)
    {
      leave_if_idle (self);
      return;
    }
  dialog = adw_alert_dialog_new (_ ("Not in the Background"), sentence);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (window));
}

void
ww_application_window_came (WwApplication *self, GtkWindow *window)
{
  g_signal_connect_object (window, "close-request", G_CALLBACK (close_request_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::suspended", G_CALLBACK (update_attention), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "map", G_CALLBACK (update_attention), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/**
 * ww_application_window_went:
 *
 * To be called when there is no window any more.
 */
void
ww_application_window_went (WwApplication *self)
{
  update_attention (self);
  update_status (self);
  leave_if_idle (self);
}

static void
state_changed_cb (WwApplication *self)
{
  leave_if_idle (self);
}

/**
 * ww_application_begin_life:
 *
 * Messages come in without a window too: from here on the program stays until it is of no use to anybody.
 */
void
ww_application_begin_life (WwApplication *self)
{
  g_application_hold (G_APPLICATION (self));
  self->background = ww_background_new (g_application_get_application_id (G_APPLICATION (self)), self->profile);
  self->grace_source = g_timeout_add_seconds (GRACE_SECONDS, grace_over_cb, self);
  g_signal_connect_object (self->background, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::connection", G_CALLBACK (update_status), self, G_CONNECT_SWAPPED);
  update_attention (self);
}
