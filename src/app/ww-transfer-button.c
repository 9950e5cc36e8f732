/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfer-button"

#include "ww-transfer-button.h"

#include <glib/gi18n.h>

#include "ww-progress-ring.h"

struct _WwTransferButton
{
  GtkWidget parent_instance;
  GtkWidget *ring;
  GtkWidget *button;

  WwAttachment *attachment;
  WwAttachmentState state; /* that was shown last */
};

G_DEFINE_FINAL_TYPE (WwTransferButton, ww_transfer_button, GTK_TYPE_WIDGET)

static void
clicked_cb (WwTransferButton *self)
{
  switch (ww_attachment_get_state (self->attachment))
    {
    case WW_ATTACHMENT_STATE_UPLOADING:
    case WW_ATTACHMENT_STATE_LOADING:
      ww_attachment_pause (self->attachment);
      break;
    case WW_ATTACHMENT_STATE_REMOTE:
      ww_attachment_fetch (self->attachment);
      break;
    case WW_ATTACHMENT_STATE_PAUSED:
    case WW_ATTACHMENT_STATE_FAILED:
      ww_attachment_resume (self->attachment);
      break;
    case WW_ATTACHMENT_STATE_HERE:
    case WW_ATTACHMENT_STATE_GONE:
      break;
    }
}

static void
update_progress (WwTransferButton *self)
{
  guint64 total = ww_attachment_get_total (self->attachment);
  guint64 done = ww_attachment_get_done (self->attachment);
  WwAttachmentState state = ww_attachment_get_state (self->attachment);
  gboolean moves = state == WW_ATTACHMENT_STATE_UPLOADING || state == WW_ATTACHMENT_STATE_LOADING ||
                   state == WW_ATTACHMENT_STATE_PAUSED;

  ww_progress_ring_set_fraction (WW_PROGRESS_RING (self->ring), !moves      ? -1
                                                                : total > 0 ? (double) done / (double) total
                                                                            : 0);
}

/* What one can do now, and how it looks. */
static void
get_action (WwAttachmentState state, const char **icon, const char **label)
{
  switch (state)
    {
    case WW_ATTACHMENT_STATE_UPLOADING:
      *icon = "media-playback-pause-symbolic";
      *label = _ ("Pause Sending");
      return;
    case WW_ATTACHMENT_STATE_LOADING:
      *icon = "media-playback-pause-symbolic";
      *label = _ ("Pause Download");
      return;
    case WW_ATTACHMENT_STATE_REMOTE:
      *icon = "folder-download-symbolic";
      *label = _ ("Download");
      return;
    case WW_ATTACHMENT_STATE_PAUSED:
      *icon = "media-playback-start-symbolic";
      *label = C_ ("file", "Continue");
      return;
    case WW_ATTACHMENT_STATE_FAILED:
      *icon = "view-refresh-symbolic";
      *label = _ ("Try Again");
      return;
    case WW_ATTACHMENT_STATE_GONE:
      *icon = "edit-delete-symbolic";
      *label = _ ("Not on the Server Any More");
      return;
    case WW_ATTACHMENT_STATE_HERE:
      break;
    }
  *icon = "object-select-symbolic";
  *label = C_ ("file", "Here");
}

static void
announce (WwTransferButton *self, WwAttachmentState state)
{
  const char *name = ww_attachment_get_name (self->attachment);
  const char *error = ww_attachment_get_error (self->attachment);
  g_autofree char *text = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) && state != WW_ATTACHMENT_STATE_HERE)
    return;
  if (state == WW_ATTACHMENT_STATE_LOADING && self->state == WW_ATTACHMENT_STATE_REMOTE)
    /* Translators: announced; the name of a file. */
    text = g_strdup_printf (_ ("Downloading “%s”"), name);
  else if (state == WW_ATTACHMENT_STATE_HERE && self->state == WW_ATTACHMENT_STATE_LOADING)
    /* Translators: announced; the name of a file. */
    text = g_strdup_printf (_ ("“%s” is here"), name);
  else if (state == WW_ATTACHMENT_STATE_HERE && self->state == WW_ATTACHMENT_STATE_UPLOADING)
    /* Translators: announced; the name of a file. */
    text = g_strdup_printf (_ ("“%s” is on its way"), name);
  else if ((state == WW_ATTACHMENT_STATE_FAILED || state == WW_ATTACHMENT_STATE_GONE) && error != NULL)
    /* Translators: announced; the name of a file, and a sentence about what happened to it. */
    text = g_strdup_printf (_ ("“%1$s”: %2$s"), name, error);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update (WwTransferButton *self)
{
  WwAttachmentState state = ww_attachment_get_state (self->attachment);
  const char *icon, *label;
  g_autofree char *full = NULL;

  get_action (state, &icon, &label);
  gtk_button_set_icon_name (GTK_BUTTON (self->button), icon);
  gtk_widget_set_sensitive (self->button, state != WW_ATTACHMENT_STATE_GONE);
  gtk_widget_set_tooltip_text (self->button, ww_attachment_get_error (self->attachment) != NULL
                                                 ? ww_attachment_get_error (self->attachment)
                                                 : label);
  /* Translators: a button: what it does, and the name of the file with which. */
  full = g_strdup_printf (_ ("%1$s: %2$s"), label, ww_attachment_get_name (self->attachment));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  update_progress (self);
  if (state != self->state)
    announce (self, state);
  self->state = state;
}

static void
ww_transfer_button_dispose (GObject *object)
{
  WwTransferButton *self = WW_TRANSFER_BUTTON (object);

  g_clear_object (&self->attachment);
  g_clear_pointer (&self->ring, gtk_widget_unparent);
  G_OBJECT_CLASS (ww_transfer_button_parent_class)->dispose (object);
}

static void
ww_transfer_button_class_init (WwTransferButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_transfer_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "transferbutton");
}

static void
ww_transfer_button_init (WwTransferButton *self)
{
  self->ring = ww_progress_ring_new ();
  self->button = gtk_button_new ();
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "circular");
  gtk_widget_set_halign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  ww_progress_ring_set_child (WW_PROGRESS_RING (self->ring), self->button);
  gtk_widget_set_parent (self->ring, GTK_WIDGET (self));
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ww_transfer_button_new (WwAttachment *attachment)
{
  WwTransferButton *self = g_object_new (WW_TYPE_TRANSFER_BUTTON, NULL);

  self->attachment = g_object_ref (attachment);
  self->state = ww_attachment_get_state (attachment);
  g_signal_connect_object (attachment, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (attachment, "notify::done", G_CALLBACK (update_progress), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
