/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-widget"

#include "ww-widget.h"

void
ww_widget_set_css_class (GtkWidget *widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
activate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *parent = gtk_widget_get_parent (user_data);

  if (parent != NULL)
    gtk_widget_activate (parent);
}

static void
parent_cb (GtkWidget *row, GParamSpec *pspec, GActionGroup *actions)
{
  GtkWidget *parent = gtk_widget_get_parent (row);

  if (parent != NULL)
    gtk_widget_insert_action_group (parent, g_object_get_data (G_OBJECT (actions), "prefix"), actions);
}

/**
 * ww_widget_make_activatable:
 * @row: the child of an item of a #GtkListView
 * @prefix: of the action's name
 *
 * Gives the item an action “activate” that does what Enter does. Assistive technology can do an item's actions, and GTK
 * has none there that opens it.
 */
void
ww_widget_make_activatable (GtkWidget *row, const char *prefix)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("activate", NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (activate_cb), row, 0);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
  g_object_set_data_full (G_OBJECT (actions), "prefix", g_strdup (prefix), g_free);
  /* GTK makes the item, and puts the row into it after its setup. */
  g_signal_connect_data (row, "notify::parent", G_CALLBACK (parent_cb), g_steal_pointer (&actions),
                         (GClosureNotify) (GCallback) g_object_unref, 0);
}

/**
 * ww_widget_dispose_children:
 * @type: the class whose template made the children
 *
 * For the dispose of a class that derives from GtkWidget itself: the template lets go of the children that have a name
 * only, and leaves the others to the widget.
 */
void
ww_widget_dispose_children (GtkWidget *widget, GType type)
{
  GtkWidget *child;

  gtk_widget_dispose_template (widget, type);
  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

/**
 * ww_label_show_digits:
 * @digits: six of them, to be compared with those on another device
 *
 * Shows them in two groups, in which they are read and compared more easily, and tells a screen reader each by itself:
 * it would make a number of them.
 */
void
ww_label_show_digits (GtkLabel *label, const char *digits)
{
  g_autofree char *shown = g_strdup_printf ("%.3s %s", digits, strlen (digits) > 3 ? digits + 3 : "");
  g_autoptr (GString) spoken = g_string_new (NULL);

  for (const char *p = digits; *p != '\0'; p++)
    g_string_append_printf (spoken, "%s%c", p == digits ? "" : " ", *p);
  gtk_label_set_text (label, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str, -1);
  gtk_accessible_announce (GTK_ACCESSIBLE (label), spoken->str, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}
