/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-selection-bar"

#include "ww-selection-bar.h"

#include <glib/gi18n.h>

#include "ww-widget.h"

struct _WwSelectionBar
{
  GtkWidget parent_instance;
  GtkLabel *label;
  GtkWidget *copy_button;
  GtkWidget *delete_button;
};

G_DEFINE_FINAL_TYPE (WwSelectionBar, ww_selection_bar, GTK_TYPE_WIDGET)

enum
{
  CANCEL,
  COPY,
  DELETE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
cancel_cb (WwSelectionBar *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
copy_cb (WwSelectionBar *self)
{
  g_signal_emit (self, signals[COPY], 0);
}

static void
delete_cb (WwSelectionBar *self)
{
  g_signal_emit (self, signals[DELETE], 0);
}

/**
 * ww_selection_bar_set_count:
 * @count: how many messages are selected
 */
void
ww_selection_bar_set_count (WwSelectionBar *self, guint count)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u message selected", "%u messages selected", count), count);

  gtk_label_set_text (self->label, count > 0 ? text : _ ("Select messages"));
  gtk_widget_set_sensitive (self->copy_button, count > 0);
  gtk_widget_set_sensitive (self->delete_button, count > 0);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
ww_selection_bar_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_SELECTION_BAR);
  G_OBJECT_CLASS (ww_selection_bar_parent_class)->dispose (object);
}

static guint
add_signal (GObjectClass *klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ww_selection_bar_class_init (WwSelectionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_selection_bar_dispose;
  signals[CANCEL] = add_signal (G_OBJECT_CLASS (klass), "cancel");
  signals[COPY] = add_signal (G_OBJECT_CLASS (klass), "copy");
  signals[DELETE] = add_signal (G_OBJECT_CLASS (klass), "delete");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-selection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSelectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, WwSelectionBar, copy_button);
  gtk_widget_class_bind_template_child (widget_class, WwSelectionBar, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
ww_selection_bar_init (WwSelectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
