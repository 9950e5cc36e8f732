/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-device-row"

#include "ww-device-row.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-time.h"

static GtkWidget *
row_new (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("computer-symbolic");

  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  return row;
}

/**
 * ww_device_row_new_for_own:
 *
 * Returns: (transfer floating): a row with what is known of a device of the own account; any but this one can be
 *   removed by the action "devices.remove"
 */
GtkWidget *
ww_device_row_new_for_own (WwDevice *device)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_sentence (ww_device_get_enrolled_ms (device), now);
  /* Translators: when a device was added, then its fingerprint. */
  g_autofree char *subtitle = g_strdup_printf (_ ("Added %1$s\n%2$s"), when, ww_device_get_fingerprint (device));
  GtkWidget *row = row_new (ww_device_get_name (device), subtitle);
  g_autofree char *label = NULL;
  GtkWidget *end;

  if (ww_device_get_is_this (device))
    {
      end = gtk_label_new (_ ("This Device"));
      gtk_widget_add_css_class (end, "dimmed");
    }
  else
    {
      /* Translators: %s is the name of a device. */
      label = g_strdup_printf (_ ("Remove “%s”"), ww_device_get_name (device));
      end = gtk_button_new_from_icon_name ("user-trash-symbolic");
      gtk_widget_add_css_class (end, "flat");
      gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (end, _ ("Remove Device"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (end), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (end), "s", ww_device_get_id (device));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (end), "devices.remove");
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), end);
  return row;
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

  return row_new (title, ww_device_get_fingerprint (device));
}
