/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-file-card"

#include "ww-file-card.h"

#include <glib/gi18n.h>

#include "ww-attachment-actions.h"
#include "ww-attachment-text.h"
#include "ww-file-type.h"
#include "ww-transfer-button.h"
#include "ww-widget.h"

struct _WwFileCard
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkImage *icon;
  GtkBox *transfer_place;
  GtkLabel *name_label;
  GtkLabel *subtitle_label;
  GtkWidget *cancel_button;
  GtkWidget *save_button;

  WwAttachment *attachment;
  gboolean plain;
};

G_DEFINE_FINAL_TYPE (WwFileCard, ww_file_card, GTK_TYPE_WIDGET)

static void
clicked_cb (WwFileCard *self)
{
  if (ww_attachment_get_readable (self->attachment))
    ww_attachment_actions_open (self->attachment, GTK_WIDGET (self));
  else
    ww_attachment_resume (self->attachment);
}

static void
cancel_cb (WwFileCard *self)
{
  ww_attachment_cancel (self->attachment);
}

static void
save_cb (WwFileCard *self)
{
  ww_attachment_actions_save (self->attachment, GTK_WIDGET (self));
}

static void
update_subtitle (WwFileCard *self)
{
  g_autofree char *subtitle = ww_attachment_text_subtitle (self->attachment);

  gtk_label_set_text (self->subtitle_label, subtitle);
}

static void
update (WwFileCard *self)
{
  WwAttachmentState state = ww_attachment_get_state (self->attachment);
  gboolean here = state == WW_ATTACHMENT_STATE_HERE;
  gboolean readable = ww_attachment_get_readable (self->attachment);
  /* What one sends oneself can be read. */
  gboolean coming = state == WW_ATTACHMENT_STATE_LOADING || (state == WW_ATTACHMENT_STATE_PAUSED && !readable);
  /* Translators: a button; the name of a file. */
  g_autofree char *open = g_strdup_printf (_ ("Open “%s”"), ww_attachment_get_name (self->attachment));
  /* Translators: a button; the name of a file. */
  g_autofree char *fetch = g_strdup_printf (_ ("Download “%s”"), ww_attachment_get_name (self->attachment));
  /* Translators: a button; the name of a file. */
  g_autofree char *save = g_strdup_printf (_ ("Save “%s”"), ww_attachment_get_name (self->attachment));
  /* Translators: a button; the name of a file. */
  g_autofree char *cancel = g_strdup_printf (_ ("Cancel Download of “%s”"), ww_attachment_get_name (self->attachment));

  /* Beside the other button, not in it: what is in a button is hidden from screen readers. */
  gtk_widget_set_visible (GTK_WIDGET (self->icon), here || self->plain);
  gtk_widget_set_visible (GTK_WIDGET (self->transfer_place), !here && !self->plain);
  gtk_widget_set_visible (self->cancel_button, coming);
  gtk_widget_set_visible (self->save_button, readable && !self->plain);
  gtk_widget_set_sensitive (self->button, !self->plain);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, readable ? open : fetch,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->save_button), GTK_ACCESSIBLE_PROPERTY_LABEL, save, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button), GTK_ACCESSIBLE_PROPERTY_LABEL, cancel, -1);
  update_subtitle (self);
}

static void
ww_file_card_dispose (GObject *object)
{
  WwFileCard *self = WW_FILE_CARD (object);

  g_clear_object (&self->attachment);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_FILE_CARD);
  G_OBJECT_CLASS (ww_file_card_parent_class)->dispose (object);
}

static void
ww_file_card_class_init (WwFileCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_file_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-file-card.ui");
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, button);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, icon);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, transfer_place);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, WwFileCard, save_button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
ww_file_card_init (WwFileCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_file_card_new:
 * @plain: whether it is a stranger's: nothing of it is loaded
 */
GtkWidget *
ww_file_card_new (WwAttachment *attachment, gboolean plain)
{
  WwFileCard *self = g_object_new (WW_TYPE_FILE_CARD, NULL);
  const char *name = ww_attachment_get_name (attachment);
  g_autoptr (GIcon) icon = ww_file_type_icon (ww_attachment_get_media_type (attachment), name);

  self->attachment = g_object_ref (attachment);
  self->plain = plain;
  gtk_image_set_from_gicon (self->icon, icon);
  gtk_label_set_text (self->name_label, name);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_box_append (self->transfer_place, ww_transfer_button_new (attachment));
  g_signal_connect_object (attachment, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (attachment, "notify::done", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
