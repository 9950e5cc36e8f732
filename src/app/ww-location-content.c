/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-location-content"

#include "ww-location-content.h"

#include <glib/gi18n.h>

#include "ww-attachment-actions.h"
#include "ww-links.h"
#include "ww-place.h"
#include "ww-widget.h"

struct _WwLocationContent
{
  GtkWidget parent_instance;
  GtkLabel *name_label;
  GtkLabel *place_label;
  GtkWidget *open_button;

  char *uri;
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwLocationContent, ww_location_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    ww_attachment_actions_toast (widget,
                                 _ ("No program for maps is installed. You can copy the place, and look it up."));
}

static void
open_cb (WwLocationContent *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GtkUriLauncher) launcher = NULL;

  if (self->uri == NULL || !ww_links_may_open (self->uri))
    return;
  launcher = gtk_uri_launcher_new (self->uri);
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, launched_cb,
                           g_object_ref (self));
}

static void
ww_location_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  WwLocationContent *self = WW_LOCATION_CONTENT (content);
  WwLocation *location = ww_message_get_location (message);
  g_autofree char *place = NULL;
  g_autofree char *shown = NULL;
  int metres;

  if (location == NULL)
    return;
  place = ww_place_format (ww_location_get_latitude (location), ww_location_get_longitude (location));
  metres = (int) MIN (ww_location_get_accuracy (location), 1e8);
  /* Translators: a place, and how exactly it is known. */
  shown = metres > 0 ? g_strdup_printf (
                           ngettext ("%1$s, to within %2$d metre", "%1$s, to within %2$d metres", (gulong) metres),
                           place, metres)
                     : g_strdup (place);
  g_free (self->uri);
  self->uri = ww_place_to_uri (ww_location_get_latitude (location), ww_location_get_longitude (location));
  gtk_label_set_text (self->name_label,
                      *ww_location_get_name (location) != '\0' ? ww_location_get_name (location) : _ ("Location"));
  gtk_label_set_text (self->place_label, shown);
  gtk_widget_set_visible (self->open_button, !plain);
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_message = ww_location_content_set_message;
}

static void
ww_location_content_dispose (GObject *object)
{
  WwLocationContent *self = WW_LOCATION_CONTENT (object);

  g_clear_pointer (&self->uri, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_LOCATION_CONTENT);
  G_OBJECT_CLASS (ww_location_content_parent_class)->dispose (object);
}

static void
ww_location_content_class_init (WwLocationContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_location_content_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-location-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WwLocationContent, name_label);
  gtk_widget_class_bind_template_child (widget_class, WwLocationContent, place_label);
  gtk_widget_class_bind_template_child (widget_class, WwLocationContent, open_button);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
}

static void
ww_location_content_init (WwLocationContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
