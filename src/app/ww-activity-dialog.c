/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-activity-dialog"

#include "ww-activity-dialog.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-time.h"

struct _WwActivityDialog
{
  AdwDialog parent_instance;
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (WwActivityDialog, ww_activity_dialog, ADW_TYPE_DIALOG)

static void
update_refuse (GtkWidget *button, GParamSpec *pspec, WwAlert *alert)
{
  gtk_widget_set_visible (button, ww_alert_get_can_refuse (alert));
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  WwAlert *alert = item;
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_date (ww_alert_get_at_ms (alert), now);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *time = gtk_label_new (when);
  GtkWidget *refuse = gtk_button_new_with_label (_ ("Refuse"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_alert_get_title (alert));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), ww_alert_get_body (alert));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_label_set_wrap (GTK_LABEL (time), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (time), 9);
  gtk_label_set_max_width_chars (GTK_LABEL (time), 14);
  gtk_label_set_xalign (GTK_LABEL (time), 1);
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_add_css_class (time, "dimmed");
  gtk_widget_add_css_class (time, "numeric");
  gtk_widget_set_valign (refuse, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (refuse), "x", ww_alert_get_row (alert));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (refuse), "app.alert-refuse");
  g_signal_connect_object (alert, "notify::can-refuse", G_CALLBACK (update_refuse), refuse, G_CONNECT_SWAPPED);
  update_refuse (refuse, NULL, alert);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), time);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), refuse);
  return row;
}

static void
update_stack (WwActivityDialog *self, guint position, guint removed, guint added, GListModel *alerts)
{
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (alerts) > 0 ? "list" : "empty");
}

static void
ww_activity_dialog_class_init (WwActivityDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-activity-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwActivityDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, WwActivityDialog, list);
}

static void
ww_activity_dialog_init (WwActivityDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
ww_activity_dialog_new (WwClient *client)
{
  WwActivityDialog *self = g_object_new (WW_TYPE_ACTIVITY_DIALOG, NULL);
  GListModel *alerts = ww_client_get_alerts (client);

  gtk_list_box_bind_model (self->list, alerts, create_row, NULL, NULL);
  g_signal_connect_object (alerts, "items-changed", G_CALLBACK (update_stack), self, G_CONNECT_SWAPPED);
  update_stack (self, 0, 0, 0, alerts);
  return ADW_DIALOG (self);
}
