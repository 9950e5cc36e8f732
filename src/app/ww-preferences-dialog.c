/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-preferences-dialog"

#include "ww-preferences-dialog.h"

#include <glib/gi18n.h>

#include "ww-device-removal.h"
#include "ww-device-row.h"
#include "ww-handle-text.h"

struct _WwPreferencesDialog
{
  AdwPreferencesDialog parent_instance;
  AdwActionRow *name_row;
  AdwActionRow *server_row;
  AdwActionRow *connection_row;
  AdwPreferencesGroup *handles_group;
  GtkWidget *enter_row;
  AdwPreferencesGroup *pending_group;
  AdwPreferencesGroup *devices_group;
  GtkWidget *notify_row;
  GtkWidget *background_row;
  GtkWidget *preview_row;

  WwClient *client;
  GSettings *settings;
  GPtrArray *handle_rows; /* unowned widgets that the groups hold */
  GPtrArray *device_rows;
  GPtrArray *pending_rows;
};

G_DEFINE_FINAL_TYPE (WwPreferencesDialog, ww_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
clear_rows (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
add_row (AdwPreferencesGroup *group, GPtrArray *rows, GtkWidget *row)
{
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

static const char *
connection_for_people (WwConnectionState state)
{
  switch (state)
    {
    case WW_CONNECTION_STATE_OFFLINE:
      return _ ("Not connected");
    case WW_CONNECTION_STATE_CONNECTING:
      return _ ("Connecting…");
    case WW_CONNECTION_STATE_DRAINING:
      return _ ("Connected, fetching messages…");
    case WW_CONNECTION_STATE_ONLINE:
      return _ ("Connected");
    }
  return NULL;
}

static void
update_account (WwPreferencesDialog *self)
{
  const char *name = ww_client_get_name (self->client);
  const char *server = ww_client_get_server (self->client);
  const char *const *handles = ww_client_get_handles (self->client);

  adw_action_row_set_subtitle (self->name_row, name != NULL && *name != '\0' ? name : _ ("None"));
  adw_action_row_set_subtitle (self->server_row, server != NULL ? server : "");
  adw_action_row_set_subtitle (self->connection_row, connection_for_people (ww_client_get_connection (self->client)));

  clear_rows (self->handles_group, self->handle_rows);
  for (gsize i = 0; handles != NULL && handles[i] != NULL; i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_handle_text_for_people (handles[i]));
      add_row (self->handles_group, self->handle_rows, row);
    }
}

static void
update_devices (WwPreferencesDialog *self)
{
  GListModel *devices = ww_client_get_devices (self->client);

  clear_rows (self->devices_group, self->device_rows);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      add_row (self->devices_group, self->device_rows, ww_device_row_new_for_own (device));
    }
}

static void
update_pending (WwPreferencesDialog *self)
{
  GListModel *pending = ww_client_get_pending_devices (self->client);

  clear_rows (self->pending_group, self->pending_rows);
  for (guint i = 0; i < g_list_model_get_n_items (pending); i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, i);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *review = gtk_button_new_with_label (_ ("Review"));

      gtk_widget_set_valign (review, GTK_ALIGN_CENTER);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (review), "s", ww_pending_device_get_id (device));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (review), "app.review-device");
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_pending_device_get_name (device));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   ww_handle_text_for_people (ww_pending_device_get_handle (device)));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), review);
      add_row (self->pending_group, self->pending_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->pending_group), self->pending_rows->len > 0);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwPreferencesDialog *self = WW_PREFERENCES_DIALOG (widget);

  ww_device_removal_ask (self->client, g_variant_get_string (parameter, NULL), widget);
}

static void
ww_preferences_dialog_dispose (GObject *object)
{
  WwPreferencesDialog *self = WW_PREFERENCES_DIALOG (object);

  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->handle_rows, g_ptr_array_unref);
  g_clear_pointer (&self->device_rows, g_ptr_array_unref);
  g_clear_pointer (&self->pending_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_preferences_dialog_parent_class)->dispose (object);
}

static void
ww_preferences_dialog_class_init (WwPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_preferences_dialog_dispose;
  gtk_widget_class_install_action (widget_class, "devices.remove", "s", remove_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, connection_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, handles_group);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, enter_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, pending_group);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, devices_group);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, notify_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, background_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, preview_row);
}

static void
ww_preferences_dialog_init (WwPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->handle_rows = g_ptr_array_new ();
  self->device_rows = g_ptr_array_new ();
  self->pending_rows = g_ptr_array_new ();
  self->settings = g_settings_new (APPLICATION_ID);
  g_settings_bind (self->settings, "enter-sends", self->enter_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "notify-messages", self->notify_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "run-in-background", self->background_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "notification-text", self->preview_row, "active", G_SETTINGS_BIND_DEFAULT);
}

AdwDialog *
ww_preferences_dialog_new (WwClient *client)
{
  WwPreferencesDialog *self = g_object_new (WW_TYPE_PREFERENCES_DIALOG, NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify", G_CALLBACK (update_account), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_devices (client), "items-changed", G_CALLBACK (update_devices), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_pending_devices (client), "items-changed", G_CALLBACK (update_pending), self,
                           G_CONNECT_SWAPPED);
  update_account (self);
  update_devices (self);
  update_pending (self);
  return ADW_DIALOG (self);
}
