/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attach-button"

#include "ww-attach-button.h"

#include <glib/gi18n.h>

#include "ww-card.h"
#include "ww-location-dialog.h"
#include "ww-widget.h"

struct _WwAttachButton
{
  GtkWidget parent_instance;
  WwAttachStrip *strip;
};

G_DEFINE_FINAL_TYPE (WwAttachButton, ww_attach_button, GTK_TYPE_WIDGET)

enum
{
  VOICE,
  CONTACT,
  LOCATION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkWindow *
get_window (WwAttachButton *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
files_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachStrip) strip = user_data;
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, NULL);

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      ww_attach_strip_add_file (strip, file);
    }
}

static void
files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwAttachButton *self = WW_ATTACH_BUTTON (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  if (self->strip == NULL)
    return;
  gtk_file_dialog_set_title (dialog, _ ("Attach Photos and Files"));
  gtk_file_dialog_set_accept_label (dialog, _ ("_Attach"));
  gtk_file_dialog_open_multiple (dialog, get_window (self), NULL, files_chosen_cb, g_object_ref (self->strip));
}

static void
voice_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[VOICE], 0);
}

static void
contact_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachButton) self = user_data;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, NULL);

  if (bytes == NULL)
    ww_attach_strip_set_problem (self->strip, _ ("The contact couldn't be read. Check that the file is still there."));
  else
    g_signal_emit (self, signals[CONTACT], 0, bytes);
}

static void
contact_queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachButton) self = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info != NULL && g_file_info_get_size (info) <= WW_CARD_MAX_FILE)
    g_file_load_bytes_async (G_FILE (source), NULL, contact_read_cb, g_object_ref (self));
  else
    ww_attach_strip_set_problem (self->strip,
                                 _ ("This contact is too large to be sent as a contact. Attach its file instead."));
}

static void
contact_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachButton) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL,
                             contact_queried_cb, g_object_ref (self));
}

static void
contact_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwAttachButton *self = WW_ATTACH_BUTTON (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Contacts"));
  gtk_file_filter_add_mime_type (filter, "text/vcard");
  gtk_file_filter_add_suffix (filter, "vcf");
  gtk_file_dialog_set_title (dialog, _ ("Share a Contact"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_open (dialog, get_window (self), NULL, contact_chosen_cb, g_object_ref (self));
}

static void
share_location_cb (WwAttachButton *self, double latitude, double longitude, double accuracy, const char *name)
{
  g_signal_emit (self, signals[LOCATION], 0, latitude, longitude, accuracy, name);
}

static void
location_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AdwDialog *dialog = ww_location_dialog_new ();

  g_signal_connect_object (dialog, "share", G_CALLBACK (share_location_cb), widget, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, widget);
}

static void
ww_attach_button_dispose (GObject *object)
{
  WwAttachButton *self = WW_ATTACH_BUTTON (object);

  g_clear_object (&self->strip);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_ATTACH_BUTTON);
  G_OBJECT_CLASS (ww_attach_button_parent_class)->dispose (object);
}

static void
ww_attach_button_class_init (WwAttachButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_attach_button_dispose;
  signals[VOICE] = g_signal_new ("voice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CONTACT] = g_signal_new ("contact", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_BYTES);
  signals[LOCATION] = g_signal_new ("location", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                    G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "attach.files", NULL, files_action);
  gtk_widget_class_install_action (widget_class, "attach.voice", NULL, voice_action);
  gtk_widget_class_install_action (widget_class, "attach.contact", NULL, contact_action);
  gtk_widget_class_install_action (widget_class, "attach.location", NULL, location_action);
  gtk_widget_class_set_css_name (widget_class, "attachbutton");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-attach-button.ui");
}

static void
ww_attach_button_init (WwAttachButton *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  /* Wherever in the window the keyboard is, as long as there is something to attach to. */
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>o"), gtk_named_action_new ("attach.files")));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * ww_attach_button_set_strip:
 * @strip: where files go
 */
void
ww_attach_button_set_strip (WwAttachButton *self, WwAttachStrip *strip)
{
  g_set_object (&self->strip, strip);
}
