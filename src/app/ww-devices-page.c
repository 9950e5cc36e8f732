/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-devices-page"

#include "ww-devices-page.h"

#include <glib/gi18n.h>

#include "ww-device-removal.h"
#include "ww-device-row.h"
#include "ww-future.h"
#include "ww-handle-text.h"

struct _WwDevicesPage
{
  AdwPreferencesPage parent_instance;
  AdwPreferencesGroup *pending_group;
  AdwPreferencesGroup *devices_group;

  WwClient *client;
  GPtrArray *device_rows; /* unowned widgets that the groups hold */
  GPtrArray *pending_rows;
};

G_DEFINE_FINAL_TYPE (WwDevicesPage, ww_devices_page, ADW_TYPE_PREFERENCES_PAGE)

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

/* The id of the device whose row is open, for the list is made anew when any of them changes. */
static char *
dup_open (WwDevicesPage *self)
{
  for (guint i = 0; i < self->device_rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->device_rows, i);

      if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)))
        return g_strdup (ww_device_row_get_device_id (row));
    }
  return NULL;
}

static void
update_devices (WwDevicesPage *self)
{
  GListModel *devices = ww_client_get_devices (self->client);
  g_autofree char *open = dup_open (self);

  clear_rows (self->devices_group, self->device_rows);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);
      GtkWidget *row = ww_device_row_new_for_own (self->client, device);

      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), g_strcmp0 (open, ww_device_get_id (device)) == 0);
      add_row (self->devices_group, self->device_rows, row);
    }
}

static void
update_pending (WwDevicesPage *self)
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
refreshed_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  /* Without a connection nobody knows, and the rows say just that. */
  if (error != NULL)
    g_debug ("when the devices were last seen: %s", error->message);
}

static void
map_cb (WwDevicesPage *self)
{
  if (self->client != NULL)
    ww_future_report (ww_client_refresh_activity (self->client), self, refreshed_cb, NULL);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwDevicesPage *self = WW_DEVICES_PAGE (widget);

  ww_device_removal_ask (self->client, g_variant_get_string (parameter, NULL), widget);
}

static void
ww_devices_page_dispose (GObject *object)
{
  WwDevicesPage *self = WW_DEVICES_PAGE (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->device_rows, g_ptr_array_unref);
  g_clear_pointer (&self->pending_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_devices_page_parent_class)->dispose (object);
}

static void
ww_devices_page_class_init (WwDevicesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_devices_page_dispose;
  gtk_widget_class_install_action (widget_class, "devices.remove", "s", remove_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-devices-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwDevicesPage, pending_group);
  gtk_widget_class_bind_template_child (widget_class, WwDevicesPage, devices_group);
  gtk_widget_class_bind_template_callback (widget_class, map_cb);
}

static void
ww_devices_page_init (WwDevicesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->device_rows = g_ptr_array_new ();
  self->pending_rows = g_ptr_array_new ();
}

/**
 * ww_devices_page_set_client:
 *
 * Called once, when the page is made.
 */
void
ww_devices_page_set_client (WwDevicesPage *self, WwClient *client)
{
  self->client = g_object_ref (client);
  g_signal_connect_object (ww_client_get_devices (client), "items-changed", G_CALLBACK (update_devices), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_pending_devices (client), "items-changed", G_CALLBACK (update_pending), self,
                           G_CONNECT_SWAPPED);
  update_devices (self);
  update_pending (self);
}
