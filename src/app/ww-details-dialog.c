/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-details-dialog"

#include "ww-details-dialog.h"

#include <glib/gi18n.h>

#include "ww-device-row.h"
#include "ww-future.h"
#include "ww-handle-text.h"

struct _WwDetailsDialog
{
  AdwDialog parent_instance;
  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *problem;
  AdwPreferencesGroup *handles_group;
  AdwActionRow *encryption_row;
  AdwPreferencesGroup *devices_group;
  GtkWidget *waiting_row;
  AdwActionRow *error_row;
  DexFuture *look_up;
};

G_DEFINE_FINAL_TYPE (WwDetailsDialog, ww_details_dialog, ADW_TYPE_DIALOG)

static void
add_handle (WwDetailsDialog *self, const char *handle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_handle_text_for_people (handle));
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_group_add (self->handles_group, row);
}

static void
show_contact (WwDetailsDialog *self, WwContact *contact)
{
  const char *const *handles = ww_contact_get_handles (contact);
  GListModel *devices = ww_contact_get_devices (contact);

  for (gsize i = 0; handles[i] != NULL; i++)
    add_handle (self, handles[i]);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      adw_preferences_group_add (self->devices_group, ww_device_row_new_for_contact (device, i + 1));
    }
}

static void
looked_up_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwDetailsDialog *self = owner;

  gtk_widget_set_visible (self->waiting_row, FALSE);
  if (error == NULL)
    {
      show_contact (self, g_value_get_object (value));
      return;
    }
  adw_action_row_set_subtitle (self->error_row, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_row), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
ww_details_dialog_dispose (GObject *object)
{
  WwDetailsDialog *self = WW_DETAILS_DIALOG (object);

  dex_clear (&self->look_up);
  G_OBJECT_CLASS (ww_details_dialog_parent_class)->dispose (object);
}

static void
ww_details_dialog_class_init (WwDetailsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_details_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-details-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, avatar);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, name);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, handles_group);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, encryption_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, devices_group);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, waiting_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsDialog, error_row);
}

static void
ww_details_dialog_init (WwDetailsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
ww_details_dialog_new (WwClient *client, WwConversation *conversation)
{
  WwDetailsDialog *self = g_object_new (WW_TYPE_DETAILS_DIALOG, NULL);
  const char *problem = ww_conversation_get_problem (conversation);

  adw_avatar_set_text (self->avatar, ww_conversation_get_title (conversation));
  gtk_label_set_text (self->name, ww_conversation_get_title (conversation));
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  adw_action_row_set_subtitle (
      self->encryption_row,
      ww_conversation_get_weak (conversation)
          ? _ ("With the older method: it is the strongest that all of this person's devices know.")
          : _ ("Only your devices and this person's devices can read what is written here."));
  self->look_up = ww_future_watch (ww_client_look_up (client, ww_conversation_get_handle (conversation)), self,
                                   looked_up_cb, NULL);
  return ADW_DIALOG (self);
}
