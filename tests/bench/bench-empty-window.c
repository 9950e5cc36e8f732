/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The least that an application with libadwaita is: a window of the size of Waxwing's with a header bar, and a text in
 * it, which is the argument.
 */
#include <adwaita.h>

static void
activate_cb (GtkApplication *application, gpointer data)
{
  char **argv = data;
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *label = gtk_label_new (argv[1]);

  gtk_widget_set_halign (label, GTK_ALIGN_END);
  gtk_widget_set_margin_end (label, 48);
  gtk_widget_add_css_class (label, "title-1");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), label);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication)
      application = adw_application_new ("im.waxwing.BenchEmptyWindow", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), argv);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
