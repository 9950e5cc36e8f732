/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-location-dialog"

#include "ww-location-dialog.h"

#include <glib/gi18n.h>
#include <libportal-gtk4/portal-gtk4.h>

#include "ww-place.h"

/* How long one waits for a position before typing it is quicker. */
#define WAIT_S 30

struct _WwLocationDialog
{
  AdwDialog parent_instance;
  GtkWidget *share_button;
  GtkWidget *current_row;
  GtkEditable *place_row;
  GtkEditable *name_row;
  GtkLabel *status_label;

  XdpPortal *portal;
  GCancellable *cancellable;
  guint timeout;
  double accuracy; /* of what the desktop said; 0 for what was typed */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (WwLocationDialog, ww_location_dialog, ADW_TYPE_DIALOG)

enum
{
  SHARE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
say (WwLocationDialog *self, const char *text)
{
  gtk_label_set_text (self->status_label, text);
  if (*text != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* The desktop stops looking where one is. */
static void
stop (WwLocationDialog *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->portal == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->portal, self);
  xdp_portal_location_monitor_stop (self->portal);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->portal);
  gtk_widget_set_sensitive (self->current_row, TRUE);
}

static void
changed_cb (WwLocationDialog *self)
{
  double latitude, longitude;
  const char *text = gtk_editable_get_text (self->place_row);
  gboolean place = ww_place_parse (text, &latitude, &longitude);

  if (!self->filling)
    self->accuracy = 0;
  gtk_widget_set_sensitive (self->share_button, place);
  if (place || *text == '\0')
    gtk_widget_remove_css_class (GTK_WIDGET (self->place_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->place_row), "error");
  if (!self->filling)
    gtk_label_set_text (self->status_label,
                        place || *text == '\0' ? "" : _ ("Write two numbers in degrees, as in 48.8583, 2.2945."));
}

static void
share_cb (WwLocationDialog *self)
{
  double latitude, longitude;
  g_autofree char *name = g_strdup (gtk_editable_get_text (self->name_row));

  if (!ww_place_parse (gtk_editable_get_text (self->place_row), &latitude, &longitude))
    return;
  g_signal_emit (self, signals[SHARE], 0, latitude, longitude, self->accuracy, g_strstrip (name));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
close_cb (WwLocationDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
located_cb (WwLocationDialog *self, double latitude, double longitude, double altitude, double accuracy)
{
  g_autofree char *place = ww_place_format (latitude, longitude);
  g_autofree char *found = NULL;

  self->accuracy = accuracy > 0 ? accuracy : 0;
  self->filling = TRUE;
  gtk_editable_set_text (self->place_row, place);
  self->filling = FALSE;
  /* Translators: how exactly the desktop knows where one is. */
  found = g_strdup_printf (
      ngettext ("Found, to within %d metre.", "Found, to within %d metres.", (gulong) self->accuracy),
      (int) self->accuracy);
  say (self, self->accuracy > 0 ? found : _ ("Found."));
  stop (self);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwLocationDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (xdp_portal_location_monitor_start_finish (XDP_PORTAL (source), result, &error) || self->portal == NULL)
    return;
  stop (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, "");
  else
    say (self, _ ("Your desktop doesn't say where you are. Check its privacy settings, or type the place."));
}

static gboolean
too_long_cb (gpointer user_data)
{
  WwLocationDialog *self = user_data;

  self->timeout = 0;
  stop (self);
  say (self, _ ("Your desktop hasn't found where you are. Try again, or type the place."));
  return G_SOURCE_REMOVE;
}

static void
current_cb (WwLocationDialog *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GError) error = NULL;
  XdpParent *parent = NULL;

  stop (self);
  self->portal = xdp_portal_initable_new (&error);
  if (self->portal == NULL)
    {
      say (self, _ ("Your desktop doesn't say where you are. Check its privacy settings, or type the place."));
      return;
    }
  self->cancellable = g_cancellable_new ();
  self->timeout = g_timeout_add_seconds (WAIT_S, too_long_cb, self);
  gtk_widget_set_sensitive (self->current_row, FALSE);
  say (self, _ ("Looking…"));
  g_signal_connect_object (self->portal, "location-updated", G_CALLBACK (located_cb), self, G_CONNECT_SWAPPED);
  if (GTK_IS_WINDOW (root))
    parent = xdp_parent_new_gtk (GTK_WINDOW (root));
  xdp_portal_location_monitor_start (self->portal, parent, 0, 0, XDP_LOCATION_ACCURACY_EXACT,
                                     XDP_LOCATION_MONITOR_FLAG_NONE, self->cancellable, started_cb,
                                     g_object_ref (self));
  g_clear_pointer (&parent, xdp_parent_free);
}

static void
ww_location_dialog_closed (AdwDialog *dialog)
{
  stop (WW_LOCATION_DIALOG (dialog));
}

static void
ww_location_dialog_dispose (GObject *object)
{
  stop (WW_LOCATION_DIALOG (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), WW_TYPE_LOCATION_DIALOG);
  G_OBJECT_CLASS (ww_location_dialog_parent_class)->dispose (object);
}

static void
ww_location_dialog_class_init (WwLocationDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_location_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = ww_location_dialog_closed;
  signals[SHARE] = g_signal_new ("share", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 4, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-location-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwLocationDialog, share_button);
  gtk_widget_class_bind_template_child (widget_class, WwLocationDialog, current_row);
  gtk_widget_class_bind_template_child (widget_class, WwLocationDialog, place_row);
  gtk_widget_class_bind_template_child (widget_class, WwLocationDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, WwLocationDialog, status_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, share_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, current_cb);
}

static void
ww_location_dialog_init (WwLocationDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
ww_location_dialog_new (void)
{
  return g_object_new (WW_TYPE_LOCATION_DIALOG, NULL);
}
