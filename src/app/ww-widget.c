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
