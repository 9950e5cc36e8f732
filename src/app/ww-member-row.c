/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-member-row"

#include "ww-member-row.h"

#include <glib/gi18n.h>

#include "ww-address-text.h"
#include "ww-widget.h"

static void
append (GMenu *menu, const char *label, const char *action, const char *account)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", account);
  g_menu_append_item (menu, item);
}

static GMenuModel *
menu_new (WwMember *member)
{
  const char *account = ww_member_get_account (member);
  GMenu *menu = g_menu_new ();

  if (*ww_member_get_handle (member) != '\0')
    {
      append (menu, _ ("_Write a Message"), "member.message", account);
      append (menu, _ ("_Safety Number"), "member.number", account);
    }
  if (ww_member_get_can_remove (member))
    append (menu, _ ("_Remove from Group…"), "member.remove", account);
  return G_MENU_MODEL (menu);
}

static void
update_mark (GtkImage *mark, WwMember *member)
{
  WwTrust trust = ww_member_get_trust (member);
  gboolean verified = trust == WW_TRUST_VERIFIED;
  gboolean changed = trust == WW_TRUST_CHANGED || trust == WW_TRUST_VERIFIED_CHANGED;

  gtk_widget_set_visible (GTK_WIDGET (mark), verified || changed);
  gtk_image_set_from_icon_name (mark, verified ? "waxwing-verified-symbolic" : "dialog-warning-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (mark), verified ? _ ("Verified") : _ ("Safety number changed"));
  ww_widget_set_css_class (GTK_WIDGET (mark), "success", verified);
  ww_widget_set_css_class (GTK_WIDGET (mark), "warning", changed);
}

static char *
dup_subtitle (WwMember *member)
{
  g_autofree char *address = ww_address_text_for_display (ww_member_get_handle (member));

  if (ww_member_get_own (member))
    return g_strdup (_ ("You"));
  if (ww_member_get_blocked (member))
    return g_strdup (_ ("Blocked: what they write isn't shown"));
  if (g_str_equal (address, ww_member_get_name (member)))
    return g_strdup ("");
  return g_steal_pointer (&address);
}

static void
update (GtkWidget *row, GParamSpec *pspec, WwMember *member)
{
  const char *name = ww_member_get_name (member);
  GtkWidget *button = g_object_get_data (G_OBJECT (row), "button");
  g_autoptr (GMenuModel) menu = menu_new (member);
  g_autofree char *subtitle = dup_subtitle (member);
  /* Translators: %s is a person's name. */
  g_autofree char *options = g_strdup_printf (_ ("Options for %s"), name);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_avatar_set_text (g_object_get_data (G_OBJECT (row), "avatar"), name);
  update_mark (g_object_get_data (G_OBJECT (row), "mark"), member);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_visible (button, !ww_member_get_own (member) && g_menu_model_get_n_items (menu) > 0);
  gtk_widget_set_tooltip_text (button, options);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, options, -1);
}

/**
 * ww_member_row_new:
 *
 * Returns: (transfer floating): somebody in a group; the menu uses the actions "member.message", "member.number" and
 *   "member.remove", which take the account
 */
GtkWidget *
ww_member_row_new (WwMember *member)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = adw_avatar_new (32, NULL, TRUE);
  GtkWidget *mark = gtk_image_new ();
  GtkWidget *button = gtk_menu_button_new ();

  gtk_accessible_update_state (GTK_ACCESSIBLE (avatar), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_object_set_data (G_OBJECT (row), "avatar", avatar);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  g_object_set_data (G_OBJECT (row), "button", button);
  g_signal_connect_object (member, "notify", G_CALLBACK (update), row, G_CONNECT_SWAPPED);
  update (row, NULL, member);
  return row;
}
