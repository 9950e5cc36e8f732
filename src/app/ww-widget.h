/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void ww_widget_set_css_class (GtkWidget *widget, const char *name, gboolean set);
void ww_widget_make_activatable (GtkWidget *row, const char *prefix);
void ww_widget_dispose_children (GtkWidget *widget, GType type);
void ww_label_show_digits (GtkLabel *label, const char *digits);

G_END_DECLS
