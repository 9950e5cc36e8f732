/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-device-row"

#include "ww-device-row.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-question.h"
#include "ww-time.h"

static GtkWidget *
icon_new (void)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("computer-symbolic");

  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  return icon;
}

static GtkWidget *
button_new (const char *icon_name, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  return button;
}

static GtkWidget *
fact_new (const char *title, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "property");
  return row;
}

static void
copy_cb (GtkButton *button, gpointer fingerprint)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), fingerprint);
  gtk_accessible_announce (GTK_ACCESSIBLE (button), _ ("Copied"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
free_closure_data (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkWidget *
fingerprint_new (WwDevice *device)
{
  GtkWidget *row = fact_new (_ ("Fingerprint"), ww_device_get_fingerprint (device));
  GtkWidget *copy = button_new ("edit-copy-symbolic", _ ("Copy Fingerprint"));
  g_autofree char *label = NULL;

  /* Translators: %s is the name of a device. */
  label = g_strdup_printf (_ ("Copy the Fingerprint of “%s”"), ww_device_get_name (device));
  gtk_widget_add_css_class (row, "fingerprint");
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_data (copy, "clicked", G_CALLBACK (copy_cb), g_strdup (ww_device_get_fingerprint (device)),
                         free_closure_data, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), copy);
  return row;
}

static void
rename_cb (AdwEntryRow *row, WwDevice *device)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
  WwClient *client = g_object_get_data (G_OBJECT (row), "client");

  if (*name == '\0')
    gtk_editable_set_text (GTK_EDITABLE (row), ww_device_get_name (device));
  else if (!g_str_equal (name, ww_device_get_name (device)))
    ww_question_report (ww_client_rename_device (client, ww_device_get_id (device), name),
                        _ ("Couldn't Rename the Device"), GTK_WIDGET (row));
}

static GtkWidget *
name_new (WwClient *client, WwDevice *device)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Name"));
  gtk_editable_set_text (GTK_EDITABLE (row), ww_device_get_name (device));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "client", g_object_ref (client), g_object_unref);
  g_signal_connect_object (row, "apply", G_CALLBACK (rename_cb), device, 0);
  return row;
}

static GtkWidget *
remove_new (WwDevice *device)
{
  /* Translators: %s is the name of a device. */
  g_autofree char *label = g_strdup_printf (_ ("Remove “%s”"), ww_device_get_name (device));
  GtkWidget *button = button_new ("user-trash-symbolic", _ ("Remove Device"));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", ww_device_get_id (device));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "devices.remove");
  return button;
}

static void
update_seen (GtkWidget *row, GParamSpec *pspec, WwDevice *device)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *seen = ww_device_get_connected (device)
                              ? g_strdup (_ ("Active now"))
                              : ww_time_format_activity (ww_device_get_last_seen_ms (device), now);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), ww_device_get_is_this (device) ? _ ("This Device") : seen);
}

/**
 * ww_device_row_new_for_own:
 *
 * Returns: (transfer floating): a row with what is known of a device of the own account; any but this one can be
 *   removed by the action "devices.remove"
 */
GtkWidget *
ww_device_row_new_for_own (WwClient *client, WwDevice *device)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_date (ww_device_get_enrolled_ms (device), now);
  GtkWidget *row = adw_expander_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_device_get_name (device));
  g_object_set_data_full (G_OBJECT (row), "device-id", g_strdup (ww_device_get_id (device)), g_free);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), icon_new ());
  if (!ww_device_get_is_this (device))
    adw_expander_row_add_suffix (ADW_EXPANDER_ROW (row), remove_new (device));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), name_new (client, device));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), fact_new (C_ ("device", "Added"), when));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), fingerprint_new (device));
  g_signal_connect_object (device, "notify", G_CALLBACK (update_seen), row, G_CONNECT_SWAPPED);
  update_seen (row, NULL, device);
  return row;
}

const char *
ww_device_row_get_device_id (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "device-id");
}

/**
 * ww_device_row_new_for_contact:
 * @number: other people's devices have no names for us, so they are counted
 *
 * Returns: (transfer floating): a row with a device's fingerprint
 */
GtkWidget *
ww_device_row_new_for_contact (WwDevice *device, guint number)
{
  /* Translators: other people's devices have no names; %u counts them. */
  g_autofree char *title = g_strdup_printf (_ ("Device %u"), number);
  GtkWidget *row = fact_new (title, ww_device_get_fingerprint (device));

  gtk_widget_remove_css_class (row, "property");
  gtk_widget_add_css_class (row, "fingerprint");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon_new ());
  return row;
}
