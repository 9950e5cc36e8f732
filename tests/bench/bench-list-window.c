/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The least that could do what the application does in the benchmark “flow”: a window with a header bar and a list of lines
 * of text, to which ten are added in each frame while it stays at its end, and which is then scrolled up and down for as
 * long as it is left alone.
 */
#include <adwaita.h>

#define LINES     10000
#define PER_FRAME 10
#define STEP      60 /* pixels a frame */

typedef struct
{
  GtkStringList *lines;
  GtkListView *list;
  GtkAdjustment *adjustment;
  int direction;
} Window;

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Window *self = data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  double value = gtk_adjustment_get_value (self->adjustment);
  double end = gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment);

  if (n < LINES)
    {
      for (guint i = n; i < n + PER_FRAME; i++)
        {
          g_autofree char *line = g_strdup_printf ("%u: shall we meet at the station at half past six?", i);

          gtk_string_list_append (self->lines, line);
        }
      gtk_list_view_scroll_to (self->list, n + PER_FRAME - 1, GTK_LIST_SCROLL_NONE, NULL);
      return G_SOURCE_CONTINUE;
    }
  if (value <= 0)
    self->direction = 1;
  else if (value >= end)
    self->direction = -1;
  gtk_adjustment_set_value (self->adjustment, value + self->direction * STEP);
  return G_SOURCE_CONTINUE;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
activate_cb (GtkApplication *application, gpointer data)
{
  Window *self = data;
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->lines = gtk_string_list_new (NULL);
  self->list = GTK_LIST_VIEW (
      gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (self->lines))), factory));
  self->direction = -1;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), scrolled);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_widget_add_tick_callback (window, tick_cb, self, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = adw_application_new ("im.waxwing.BenchListWindow", G_APPLICATION_NON_UNIQUE);
  Window window = { 0 };

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &window);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
