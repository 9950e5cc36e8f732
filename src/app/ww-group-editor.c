/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-editor"

#include "ww-group-editor.h"

#include <glib/gi18n.h>

#include "ww-group-picture.h"
#include "ww-question.h"

struct _WwGroupEditor
{
  AdwPreferencesGroup parent_instance;
  GtkEditable *name_row;
  GtkWidget *remove_button;

  WwConversation *conversation;
  GCancellable *choosing;
};

G_DEFINE_FINAL_TYPE (WwGroupEditor, ww_group_editor, ADW_TYPE_PREFERENCES_GROUP)

static void
update_name (WwGroupEditor *self)
{
  gtk_editable_set_text (self->name_row, ww_conversation_get_name (self->conversation));
}

static void
update (WwGroupEditor *self)
{
  gboolean left = ww_conversation_get_left (self->conversation);

  gtk_widget_set_visible (self->remove_button, ww_conversation_get_picture (self->conversation) != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), !left);
}

static void
apply_cb (WwGroupEditor *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));

  if (!g_str_equal (name, ww_conversation_get_name (self->conversation)))
    ww_question_report (ww_conversation_rename (self->conversation, name), _ ("Couldn't Rename the Group"),
                        GTK_WIDGET (self));
}

static void
remove_cb (WwGroupEditor *self)
{
  ww_question_report (ww_conversation_set_picture (self->conversation, NULL), _ ("Couldn't Remove the Picture"),
                      GTK_WIDGET (self));
}

static void
say_failed (WwGroupEditor *self, const char *sentence)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Couldn't Use This Picture"), sentence);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwGroupEditor) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = ww_group_picture_choose_finish (result, &error);

  if (self->conversation == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    say_failed (self, error->message);
  else
    ww_question_report (ww_conversation_set_picture (self->conversation, picture), _ ("Couldn't Change the Picture"),
                        GTK_WIDGET (self));
}

static void
choose_cb (WwGroupEditor *self)
{
  ww_group_picture_choose_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->choosing, chosen_cb,
                                 g_object_ref (self));
}

/**
 * ww_group_editor_set_conversation:
 * @conversation: a group
 *
 * Called once.
 */
void
ww_group_editor_set_conversation (WwGroupEditor *self, WwConversation *conversation)
{
  g_return_if_fail (self->conversation == NULL);

  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "notify::name", G_CALLBACK (update_name), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::picture", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::left", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update_name (self);
  update (self);
}

static void
ww_group_editor_dispose (GObject *object)
{
  WwGroupEditor *self = WW_GROUP_EDITOR (object);

  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ww_group_editor_parent_class)->dispose (object);
}

static void
ww_group_editor_class_init (WwGroupEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_group_editor_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-group-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, WwGroupEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, WwGroupEditor, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
ww_group_editor_init (WwGroupEditor *self)
{
  self->choosing = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
