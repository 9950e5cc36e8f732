/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-add-people-dialog"

#include "ww-add-people-dialog.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-people-picker.h"

struct _WwAddPeopleDialog
{
  AdwDialog parent_instance;
  GtkWidget *add_button;
  GtkStack *add_stack;
  GtkLabel *explanation;
  WwPeoplePicker *picker;

  WwClient *client;
  WwConversation *conversation;
  DexFuture *adding;
};

G_DEFINE_FINAL_TYPE (WwAddPeopleDialog, ww_add_people_dialog, ADW_TYPE_DIALOG)

static gboolean
is_group (WwAddPeopleDialog *self)
{
  return ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_GROUP;
}

static void
set_busy (WwAddPeopleDialog *self, gboolean busy)
{
  gtk_stack_set_visible_child_name (self->add_stack, busy ? "spinner" : "label");
  gtk_widget_set_sensitive (self->add_button, !busy);
  ww_people_picker_set_busy (self->picker, busy);
}

static void
changed_cb (WwAddPeopleDialog *self)
{
  gtk_widget_set_sensitive (self->add_button,
                            ww_people_picker_has_text (self->picker) || ww_people_picker_is_ready (self->picker));
}

static void
added_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwAddPeopleDialog *self = owner;

  set_busy (self, FALSE);
  if (error != NULL)
    {
      ww_people_picker_show_error (self->picker, error->message);
      return;
    }
  if (!is_group (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "app.open-conversation", "s",
                                ww_conversation_get_id (g_value_get_object (value)));
  adw_dialog_close (ADW_DIALOG (self));
}

/* A group of the person and those who were chosen; what the two have written to each other stays between them. */
static DexFuture *
create_group (WwAddPeopleDialog *self, const char *const *handles)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  g_strv_builder_add (builder, ww_conversation_get_handle (self->conversation));
  g_strv_builder_addv (builder, (const char **) handles);
  all = g_strv_builder_end (builder);
  return ww_client_create_group (self->client, "", (const char *const *) all);
}

static void
add_cb (WwAddPeopleDialog *self)
{
  g_auto (GStrv) handles = NULL;
  DexFuture *future;

  if (!gtk_widget_get_sensitive (self->add_button))
    return;
  /* What is typed becomes a chip first, and is asked for; the next press goes on. */
  if (ww_people_picker_has_text (self->picker))
    {
      ww_people_picker_take_text (self->picker);
      return;
    }
  handles = ww_people_picker_dup_handles (self->picker);
  future = is_group (self) ? ww_conversation_add_members (self->conversation, (const char *const *) handles)
                           : create_group (self, (const char *const *) handles);
  set_busy (self, TRUE);
  dex_clear (&self->adding);
  self->adding = ww_future_watch (future, self, added_cb, NULL);
}

static void
ww_add_people_dialog_dispose (GObject *object)
{
  WwAddPeopleDialog *self = WW_ADD_PEOPLE_DIALOG (object);

  dex_clear (&self->adding);
  g_clear_object (&self->client);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ww_add_people_dialog_parent_class)->dispose (object);
}

static void
ww_add_people_dialog_class_init (WwAddPeopleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_add_people_dialog_dispose;
  g_type_ensure (WW_TYPE_PEOPLE_PICKER);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-add-people-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAddPeopleDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, WwAddPeopleDialog, add_stack);
  gtk_widget_class_bind_template_child (widget_class, WwAddPeopleDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, WwAddPeopleDialog, picker);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
ww_add_people_dialog_init (WwAddPeopleDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
ww_add_people_dialog_new (WwClient *client, WwConversation *conversation)
{
  WwAddPeopleDialog *self = g_object_new (WW_TYPE_ADD_PEOPLE_DIALOG, NULL);
  g_autofree char *text = NULL;

  self->client = g_object_ref (client);
  self->conversation = g_object_ref (conversation);
  ww_people_picker_set_client (self->picker, client,
                               is_group (self) ? ww_conversation_get_members (conversation) : NULL);
  if (is_group (self))
    text = g_strdup (_ ("They see what is written from now on, and nothing from before."));
  else
    /* Translators: %s is a person's name. */
    text = g_strdup_printf (_ ("This makes a new group with %s. What you two have written stays between you."),
                            ww_conversation_get_title (conversation));
  gtk_label_set_text (self->explanation, text);
  return ADW_DIALOG (self);
}
