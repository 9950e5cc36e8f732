/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-contact-content"

#include "ww-contact-content.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-attachment-actions.h"
#include "ww-card.h"
#include "ww-picture.h"
#include "ww-widget.h"

#define AVATAR_SIDE 48
/* What else there is shows in the program for contacts. */
#define FIELDS_MAX 6

struct _WwContactContent
{
  GtkWidget parent_instance;
  AdwAvatar *avatar;
  GtkLabel *name_label;
  GtkBox *fields_box;
  GtkWidget *buttons;
  GtkWidget *open_button;
  GtkWidget *save_button;

  GBytes *vcard;
  char *file_name;
  char *message_id;
  GCancellable *cancellable; /* of the picture; NULL when none is loaded */
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwContactContent, ww_contact_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static void
open_cb (WwContactContent *self)
{
  ww_attachment_actions_open_bytes (self->vcard, self->file_name, self->message_id, GTK_WIDGET (self));
}

static void
save_cb (WwContactContent *self)
{
  ww_attachment_actions_save_bytes (self->vcard, self->file_name, GTK_WIDGET (self));
}

static void
picture_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwContactContent) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) picture = ww_picture_load_finish (result, &error);

  /* What came for another card says so by being cancelled. */
  if (picture != NULL && self->vcard != NULL)
    adw_avatar_set_custom_image (self->avatar, picture);
}

static void
forget_picture (WwContactContent *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->avatar != NULL)
    adw_avatar_set_custom_image (self->avatar, NULL);
}

static void
show_picture (WwContactContent *self, GBytes *bytes)
{
  int side = AVATAR_SIDE * gtk_widget_get_scale_factor (GTK_WIDGET (self));

  self->cancellable = g_cancellable_new ();
  ww_picture_load_async (bytes, side, side, WW_PICTURE_STILL, self->cancellable, picture_cb, g_object_ref (self));
}

static GtkWidget *
make_field (WwCardField *field)
{
  /* Translators: what a card says of its person: what it is and what it says, as in “Work phone: +44 20 7946 0018”. */
  g_autofree char *text = g_strdup_printf (_ ("%1$s: %2$s"), ww_card_field_get_label (field),
                                           ww_card_field_get_value (field));
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "file-subtitle");
  return label;
}

static void
show_fields (WwContactContent *self, GListModel *fields)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->fields_box))) != NULL)
    gtk_box_remove (self->fields_box, child);
  for (guint i = 0; fields != NULL && i < MIN (g_list_model_get_n_items (fields), FIELDS_MAX); i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (fields, i);

      gtk_box_append (self->fields_box, make_field (field));
    }
}

static void
ww_contact_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  WwContactContent *self = WW_CONTACT_CONTENT (content);
  GBytes *vcard = ww_message_get_card (message);
  g_autoptr (WwCard) card = vcard != NULL ? ww_card_new_from_vcard (vcard, NULL) : NULL;
  const char *name = card != NULL ? ww_card_get_name (card) : _ ("Contact");

  if (vcard == NULL)
    return;
  forget_picture (self);
  g_clear_pointer (&self->vcard, g_bytes_unref);
  self->vcard = g_bytes_ref (vcard);
  g_free (self->file_name);
  self->file_name = g_strconcat (name, ".vcf", NULL);
  g_set_str (&self->message_id, ww_message_get_id (message));
  gtk_label_set_text (self->name_label, name);
  adw_avatar_set_text (self->avatar, name);
  show_fields (self, card != NULL ? ww_card_get_fields (card) : NULL);
  gtk_widget_set_visible (self->buttons, !plain);
  if (!plain && card != NULL && ww_card_get_picture (card) != NULL)
    show_picture (self, ww_card_get_picture (card));
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_message = ww_contact_content_set_message;
}

static void
ww_contact_content_dispose (GObject *object)
{
  WwContactContent *self = WW_CONTACT_CONTENT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->vcard, g_bytes_unref);
  g_clear_pointer (&self->file_name, g_free);
  g_clear_pointer (&self->message_id, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_CONTACT_CONTENT);
  G_OBJECT_CLASS (ww_contact_content_parent_class)->dispose (object);
}

static void
ww_contact_content_class_init (WwContactContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_contact_content_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-contact-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, avatar);
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, name_label);
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, fields_box);
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, buttons);
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, open_button);
  gtk_widget_class_bind_template_child (widget_class, WwContactContent, save_button);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
ww_contact_content_init (WwContactContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
