/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-application"

#include "ww-application-private.h"

#include <glib/gi18n.h>

#include "ww-activity-dialog.h"
#include "ww-device-removal.h"
#include "ww-handle-actions.h"
#include "ww-preferences-dialog.h"
#include "ww-shortcuts-dialog.h"
#include "ww-uri.h"

/* Somebody can ask for more than this only by a mistake, or on purpose. */
#define WAITING_MAX 16

/* A notification or a link may start the program: what it asks for has to wait until the profile is open. */
static gboolean
wait_until_ready (WwApplication *self, GSimpleAction *action, GVariant *parameter)
{
  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_READY)
    return FALSE;
  if (self->waiting->len < WAITING_MAX)
    g_ptr_array_add (self->waiting, g_action_print_detailed_name (g_action_get_name (G_ACTION (action)), parameter));
  return TRUE;
}

/**
 * ww_application_run_waiting:
 *
 * Does what was asked for before the profile was open.
 */
void
ww_application_run_waiting (WwApplication *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < waiting->len; i++)
    {
      g_autoptr (GVariant) parameter = NULL;
      g_autofree char *name = NULL;

      if (g_action_parse_detailed_name (g_ptr_array_index (waiting, i), &name, &parameter, NULL))
        g_action_group_activate_action (G_ACTION_GROUP (self), name, parameter);
    }
}

static WwAlert *
find_alert (WwApplication *self, GVariant *row)
{
  GListModel *alerts = ww_client_get_alerts (self->client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_row (alert) == g_variant_get_int64 (row))
        return g_steal_pointer (&alert);
    }
  return NULL;
}

static void
open_conversation_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (!wait_until_ready (self, action, parameter))
    ww_window_open (window, g_variant_get_string (parameter, NULL));
}

/* From a notification, so that the window stays where it is. */
static void
mark_read_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  g_autoptr (WwConversation) conversation = NULL;

  if (wait_until_ready (self, action, parameter))
    return;
  conversation = ww_client_find_conversation (self->client, g_variant_get_string (parameter, NULL));
  if (conversation != NULL)
    dex_future_disown (ww_conversation_mark_read (conversation));
}

static void
alert_acknowledge_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  g_autoptr (WwAlert) alert = NULL;

  if (wait_until_ready (self, action, parameter))
    return;
  alert = find_alert (self, parameter);
  if (alert == NULL)
    return;
  dex_future_disown (ww_client_mark_alert_seen (self->client, alert));
  ww_notifier_withdraw_alert (self->notifier, alert);
}

/* Asks in the window: a slip on a notification must not throw a device out. */
static void
alert_remove_device_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);
  g_autoptr (WwAlert) alert = NULL;

  if (wait_until_ready (self, action, parameter))
    return;
  alert = find_alert (self, parameter);
  if (alert == NULL || ww_alert_get_device_id (alert) == NULL)
    return;
  ww_device_removal_ask (self->client, ww_alert_get_device_id (alert), GTK_WIDGET (window));
  ww_notifier_withdraw_alert (self->notifier, alert);
}

static void
alert_remove_address_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);
  g_autoptr (WwAlert) alert = NULL;

  if (wait_until_ready (self, action, parameter))
    return;
  alert = find_alert (self, parameter);
  if (alert == NULL || ww_alert_get_handle (alert) == NULL)
    return;
  ww_handle_actions_ask_removal (self->client, ww_alert_get_handle (alert), GTK_WIDGET (window));
  ww_notifier_withdraw_alert (self->notifier, alert);
}

/* At once: refusing loses nothing, and the time for it runs. */
static void
alert_refuse_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);
  g_autoptr (WwAlert) alert = NULL;

  if (wait_until_ready (self, action, parameter))
    return;
  alert = find_alert (self, parameter);
  if (alert != NULL && ww_alert_get_can_refuse (alert))
    ww_window_refuse_claim (window, alert);
}

static void
verify_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (!wait_until_ready (self, action, parameter))
    ww_window_compare_number (window, g_variant_get_string (parameter, NULL));
}

static void
review_device_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (!wait_until_ready (self, action, parameter))
    ww_window_review_device (window, g_variant_get_string (parameter, NULL));
}

static void
message_to_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (!wait_until_ready (self, action, parameter))
    ww_window_new_conversation (window, g_variant_get_string (parameter, NULL));
}

/* From the menu of the application's icon. */
static void
new_conversation_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (!wait_until_ready (self, action, parameter) &&
      adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)) == NULL)
    ww_window_new_conversation (window, NULL);
}

static void
activity_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);
  AdwDialog *open = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window));

  if (wait_until_ready (self, action, parameter))
    return;
  if (open != NULL)
    adw_dialog_close (open);
  adw_dialog_present (ww_activity_dialog_new (self->client), GTK_WIDGET (window));
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WwApplication *self = user_data;
  WwWindow *window = ww_application_present_window (self);

  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_READY &&
      adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)) == NULL)
    adw_dialog_present (ww_preferences_dialog_new (self->client), GTK_WIDGET (window));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_dialog_present (ww_shortcuts_dialog_new (), GTK_WIDGET (ww_application_present_window (user_data)));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AdwAboutDialog *dialog = ADW_ABOUT_DIALOG (adw_about_dialog_new ());

  adw_about_dialog_set_application_name (dialog, _ ("Waxwing"));
  adw_about_dialog_set_application_icon (dialog, APPLICATION_ID);
  adw_about_dialog_set_version (dialog, VERSION);
  adw_about_dialog_set_developer_name (dialog, _ ("The Waxwing authors"));
  adw_about_dialog_set_license_type (dialog, GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_comments (
      dialog, _ ("A waxwing is a bird whose wing tips look like drops of sealing wax: letters, sealed."));
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (ww_application_present_window (user_data)));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ww_application_quit (user_data);
}

/**
 * ww_application_handle_uri:
 * @uri: a link from anywhere: it fills in an entry and does nothing else
 */
void
ww_application_handle_uri (WwApplication *self, const char *uri)
{
  g_autofree char *argument = NULL;

  switch (ww_uri_parse (uri, &argument))
    {
    case WW_URI_MESSAGE:
      g_action_group_activate_action (G_ACTION_GROUP (self), "message-to", g_variant_new_string (argument));
      break;
    case WW_URI_SERVER:
      ww_window_use_server (ww_application_present_window (self), argument);
      break;
    case WW_URI_VERIFY:
      g_action_group_activate_action (G_ACTION_GROUP (self), "verify", g_variant_new_string (argument));
      break;
    case WW_URI_INVALID:
      ww_application_present_window (self);
      break;
    }
}

void
ww_application_install_actions (WwApplication *self)
{
  const GActionEntry entries[] = {
    { "open-conversation", open_conversation_action, "s" },
    { "mark-read", mark_read_action, "s" },
    { "alert-acknowledge", alert_acknowledge_action, "x" },
    { "alert-remove-device", alert_remove_device_action, "x" },
    { "alert-remove-address", alert_remove_address_action, "x" },
    { "alert-refuse", alert_refuse_action, "x" },
    { "verify", verify_action, "s" },
    { "review-device", review_device_action, "s" },
    { "message-to", message_to_action, "s" },
    { "new-conversation", new_conversation_action },
    { "activity", activity_action },
    { "preferences", preferences_action },
    { "shortcuts", shortcuts_action },
    { "about", about_action },
    { "quit", quit_action },
  };
  const struct
  {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
    /* Here rather than with the window's other keys: a text box would take Ctrl+Page Up first. */
    { "win.neighbour(-1)", { "<Control>Page_Up", "<Alt>Up" } },
    { "win.neighbour(1)", { "<Control>Page_Down", "<Alt>Down" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question" } },
    { "app.quit", { "<Control>q" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action, accelerators[i].keys);
}
