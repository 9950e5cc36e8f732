/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-tapback-list"

#include "ww-tapback-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-client.h"

#define HEIGHT_MAX 320

struct _WwTapbackList
{
  GtkWidget parent_instance;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (WwTapbackList, ww_tapback_list, GTK_TYPE_WIDGET)

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
remove_cb (WwTapbackList *self)
{
  g_signal_emit (self, signals[REMOVE], 0, "");
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  WwTapbackList *self = user_data;
  WwTapback *tapback = item;
  gboolean own = ww_tapback_get_own (tapback);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *picture = adw_avatar_new (28, ww_tapback_get_sender_name (tapback), TRUE);
  GtkWidget *name = gtk_label_new (own ? _ ("You") : ww_tapback_get_sender_name (tapback));
  GtkWidget *emoji = gtk_label_new (ww_tapback_get_emoji (tapback));

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 24);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (emoji, "title-3");
  gtk_box_append (GTK_BOX (row), picture);
  gtk_box_append (GTK_BOX (row), name);
  if (own)
    {
      GtkWidget *button = gtk_button_new_with_label (_ ("Remove"));

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (row), button);
    }
  gtk_box_append (GTK_BOX (row), emoji);
  return row;
}

static void
ww_tapback_list_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (ww_tapback_list_parent_class)->dispose (object);
}

static void
ww_tapback_list_class_init (WwTapbackListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_tapback_list_dispose;
  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ww_tapback_list_init (WwTapbackList *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "tapback-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tapbacks"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), HEIGHT_MAX);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
}

/**
 * ww_tapback_list_new:
 * @tapbacks: of WwTapback; the list follows it
 */
GtkWidget *
ww_tapback_list_new (GListModel *tapbacks)
{
  WwTapbackList *self = g_object_new (WW_TYPE_TAPBACK_LIST, NULL);

  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), tapbacks, create_row, self, NULL);
  return GTK_WIDGET (self);
}
