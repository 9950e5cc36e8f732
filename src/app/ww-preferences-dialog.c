/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-preferences-dialog"

#include "ww-preferences-dialog.h"

#include <glib/gi18n.h>

#include "ww-account-page.h"
#include "ww-devices-page.h"
#include "ww-address-text.h"
#include "ww-question.h"

struct _WwPreferencesDialog
{
  AdwPreferencesDialog parent_instance;
  WwAccountPage *account_page;
  WwDevicesPage *devices_page;
  GtkWidget *notify_row;
  GtkWidget *background_row;
  GtkWidget *announce_row;
  GtkWidget *preview_row;
  AdwSwitchRow *link_row;
  AdwPreferencesGroup *blocked_group;

  WwClient *client;
  GSettings *settings;
  GPtrArray *blocked_rows; /* unowned widgets that the group holds */
};

G_DEFINE_FINAL_TYPE (WwPreferencesDialog, ww_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
push_cb (WwPreferencesDialog *self, AdwNavigationPage *page)
{
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self), page);
}

static void
done_cb (WwPreferencesDialog *self)
{
  adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (self));
}

static void
unblock_cb (GtkWidget *button, WwConversation *conversation)
{
  gtk_widget_set_sensitive (button, FALSE);
  ww_question_report (ww_conversation_unblock (conversation), _ ("Couldn't Unblock This Person"),
                      gtk_widget_get_ancestor (button, WW_TYPE_PREFERENCES_DIALOG));
}

static GtkWidget *
blocked_row_new (WwConversation *conversation)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Unblock"));
  /* Translators: %s is a person's name. */
  g_autofree char *label = g_strdup_printf (_ ("Unblock %s"), ww_conversation_get_title (conversation));
  g_autofree char *handle = ww_address_text_for_display (ww_conversation_get_handle (conversation));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (unblock_cb), conversation, 0);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_conversation_get_title (conversation));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), handle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
update_blocked (WwPreferencesDialog *self)
{
  GListModel *blocked = ww_client_get_blocked (self->client);

  for (guint i = 0; i < self->blocked_rows->len; i++)
    adw_preferences_group_remove (self->blocked_group, g_ptr_array_index (self->blocked_rows, i));
  g_ptr_array_set_size (self->blocked_rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (blocked); i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (blocked, i);
      GtkWidget *row = blocked_row_new (conversation);

      adw_preferences_group_add (self->blocked_group, row);
      g_ptr_array_add (self->blocked_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->blocked_group), self->blocked_rows->len > 0);
}

/* The switch follows the account, on whichever device it was changed, and the account the switch. */
static void
update_link_row (WwPreferencesDialog *self)
{
  adw_switch_row_set_active (self->link_row, ww_client_get_make_previews (self->client));
}

static void
link_row_cb (WwPreferencesDialog *self)
{
  gboolean make = adw_switch_row_get_active (self->link_row);

  if (self->client != NULL && make != ww_client_get_make_previews (self->client))
    ww_question_report (ww_client_set_make_previews (self->client, make), _ ("Couldn't Change This"),
                        GTK_WIDGET (self));
}

static void
ww_preferences_dialog_dispose (GObject *object)
{
  WwPreferencesDialog *self = WW_PREFERENCES_DIALOG (object);

  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->blocked_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_preferences_dialog_parent_class)->dispose (object);
}

static void
ww_preferences_dialog_class_init (WwPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_preferences_dialog_dispose;
  g_type_ensure (WW_TYPE_ACCOUNT_PAGE);
  g_type_ensure (WW_TYPE_DEVICES_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, account_page);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, devices_page);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, notify_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, background_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, announce_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, preview_row);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, link_row);
  gtk_widget_class_bind_template_callback (widget_class, link_row_cb);
  gtk_widget_class_bind_template_child (widget_class, WwPreferencesDialog, blocked_group);
  gtk_widget_class_bind_template_callback (widget_class, push_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
}

static void
ww_preferences_dialog_init (WwPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->blocked_rows = g_ptr_array_new ();
  self->settings = g_settings_new (APPLICATION_ID);
  g_settings_bind (self->settings, "notify-messages", self->notify_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "run-in-background", self->background_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "announce-messages", self->announce_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "notification-text", self->preview_row, "active", G_SETTINGS_BIND_DEFAULT);
}

AdwDialog *
ww_preferences_dialog_new (WwClient *client)
{
  WwPreferencesDialog *self = g_object_new (WW_TYPE_PREFERENCES_DIALOG, NULL);

  self->client = g_object_ref (client);
  ww_account_page_set_client (self->account_page, client);
  ww_devices_page_set_client (self->devices_page, client);
  g_signal_connect_object (ww_client_get_blocked (client), "items-changed", G_CALLBACK (update_blocked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::make-previews", G_CALLBACK (update_link_row), self, G_CONNECT_SWAPPED);
  update_blocked (self);
  update_link_row (self);
  return ADW_DIALOG (self);
}
