/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handle-row"

#include "ww-handle-row.h"

#include <glib/gi18n.h>

#include "ww-addition-page.h"
#include "ww-handle-text.h"
#include "ww-address-text.h"

static GtkWidget *
row_new (const char *handle)
{
  g_autofree char *shown = ww_address_text_for_display (handle);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (ww_handle_text_is_phone (handle) ? "waxwing-phone-symbolic"
                                                                                   : "waxwing-mail-symbolic");

  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), shown);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  return row;
}

static GMenuModel *
menu_new (const char *handle, gboolean first, gboolean last)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  if (!first)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ ("_Show First"), NULL);

      g_menu_item_set_action_and_target (item, "address.first", "s", handle);
      g_menu_append_item (menu, item);
    }
  if (!last)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ ("_Remove…"), NULL);

      g_menu_item_set_action_and_target (item, "address.remove", "s", handle);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/**
 * ww_handle_row_new:
 * @first: whether people see this one first
 * @last: whether the account has no other, so that it can't be removed
 *
 * Returns: (transfer floating): a row of the own account, whose menu uses the actions "address.first" and
 *   "address.remove"
 */
GtkWidget *
ww_handle_row_new (const char *handle, gboolean first, gboolean last)
{
  GtkWidget *row = row_new (handle);
  g_autoptr (GMenuModel) menu = menu_new (handle, first, last);
  g_autofree char *label = NULL;
  GtkWidget *button;

  g_object_set_data_full (G_OBJECT (row), "handle", g_strdup (handle), g_free);
  if (first && !last)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Shown First"));
  if (g_menu_model_get_n_items (menu) == 0)
    return row;

  /* Translators: %s is an address or a number. */
  label = g_strdup_printf (_ ("Options for %s"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
update_state (GtkWidget *row, GParamSpec *pspec, WwHandleAddition *addition)
{
  g_autofree char *state = ww_addition_dup_state (addition);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), state);
}

/**
 * ww_handle_row_new_for_addition:
 *
 * Returns: (transfer floating): a row of what is on its way; activated, it should lead to where it is confirmed
 */
GtkWidget *
ww_handle_row_new_for_addition (WwHandleAddition *addition)
{
  GtkWidget *row = row_new (ww_handle_addition_get_handle (addition));
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  gtk_accessible_update_state (GTK_ACCESSIBLE (arrow), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "addition", g_object_ref (addition), g_object_unref);
  g_signal_connect_object (addition, "notify", G_CALLBACK (update_state), row, G_CONNECT_SWAPPED);
  update_state (row, NULL, addition);
  return row;
}

const char *
ww_handle_row_get_handle (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "handle");
}

WwHandleAddition *
ww_handle_row_get_addition (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "addition");
}
