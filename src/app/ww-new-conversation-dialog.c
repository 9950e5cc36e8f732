/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-new-conversation-dialog"

#include "ww-new-conversation-dialog.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-group-picture.h"
#include "ww-handle-text.h"
#include "ww-people-picker.h"

struct _WwNewConversationDialog
{
  AdwDialog parent_instance;
  GtkWidget *start_button;
  GtkStack *start_stack;
  GtkLabel *start_label;
  GtkRevealer *group_revealer;
  AdwAvatar *picture;
  GtkEditable *name_row;
  WwPeoplePicker *picker;

  WwClient *client;
  char *explanation;
  GBytes *picture_bytes;
  GCancellable *choosing;
  DexFuture *starting;
};

G_DEFINE_FINAL_TYPE (WwNewConversationDialog, ww_new_conversation_dialog, ADW_TYPE_DIALOG)

enum
{
  PROP_0,
  PROP_EXPLANATION,
  N_PROPS
};

enum
{
  STARTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_busy (WwNewConversationDialog *self, gboolean busy)
{
  gtk_stack_set_visible_child_name (self->start_stack, busy ? "spinner" : "label");
  gtk_widget_set_sensitive (self->start_button, !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->group_revealer), !busy);
  ww_people_picker_set_busy (self->picker, busy);
}

/* One person makes a conversation, several a group. */
static void
changed_cb (WwNewConversationDialog *self)
{
  guint chosen = ww_people_picker_count (self->picker);
  gboolean text = ww_people_picker_has_text (self->picker);
  const char *label = chosen > 1 ? _ ("Create _Group") : C_ ("conversation", "_Start");
  const char *spoken = chosen > 1 ? _ ("Create Group") : C_ ("conversation", "Start");

  gtk_widget_set_sensitive (self->start_button, chosen == 0 ? text : text || ww_people_picker_is_ready (self->picker));
  gtk_revealer_set_reveal_child (self->group_revealer, chosen > 1);
  gtk_label_set_label (self->start_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->start_button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
done (WwNewConversationDialog *self, WwConversation *conversation)
{
  g_signal_emit (self, signals[STARTED], 0, conversation);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
started_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwNewConversationDialog *self = owner;
  WwConversation *conversation;

  set_busy (self, FALSE);
  if (error != NULL)
    {
      ww_people_picker_show_error (self->picker, error->message);
      return;
    }
  conversation = g_value_get_object (value);
  /* The group is there whatever becomes of its picture, which can be chosen again in its details. */
  if (ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP && self->picture_bytes != NULL)
    dex_future_disown (ww_conversation_set_picture (conversation, self->picture_bytes));
  done (self, conversation);
}

static void
start_with (WwNewConversationDialog *self, DexFuture *future)
{
  set_busy (self, TRUE);
  dex_clear (&self->starting);
  self->starting = ww_future_watch (future, self, started_cb, NULL);
}

static void
start_group (WwNewConversationDialog *self)
{
  g_auto (GStrv) handles = ww_people_picker_dup_handles (self->picker);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));

  start_with (self, ww_client_create_group (self->client, name, (const char *const *) handles));
}

static void
start_one (WwNewConversationDialog *self)
{
  g_auto (GStrv) handles = ww_people_picker_dup_handles (self->picker);
  g_autofree char *handle = NULL;

  if (handles[0] != NULL)
    handle = g_strdup (handles[0]);
  else
    handle = ww_people_picker_dup_typed (self->picker);
  if (handle == NULL)
    return;
  ww_people_picker_show_error (self->picker, NULL);
  start_with (self, ww_client_start_conversation (self->client, handle));
}

static void
start_cb (WwNewConversationDialog *self)
{
  if (!gtk_widget_get_sensitive (self->start_button))
    return;
  if (ww_people_picker_count (self->picker) > 0 && ww_people_picker_has_text (self->picker))
    ww_people_picker_take_text (self->picker);
  else if (ww_people_picker_count (self->picker) > 1)
    start_group (self);
  else
    start_one (self);
}

static void
picture_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwNewConversationDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = ww_group_picture_choose_finish (result, &error);
  g_autoptr (GdkTexture) texture = NULL;

  if (self->choosing == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      ww_people_picker_show_error (self->picker, error->message);
      return;
    }
  g_clear_pointer (&self->picture_bytes, g_bytes_unref);
  self->picture_bytes = g_bytes_ref (picture);
  /* These bytes were written here a moment ago, from pixels. */
  texture = gdk_texture_new_from_bytes (picture, NULL);
  adw_avatar_set_custom_image (self->picture, GDK_PAINTABLE (texture));
}

static void
picture_cb (WwNewConversationDialog *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  ww_group_picture_choose_async (GTK_WINDOW (root), self->choosing, picture_chosen_cb, g_object_ref (self));
}

static void
ww_new_conversation_dialog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwNewConversationDialog *self = WW_NEW_CONVERSATION_DIALOG (object);

  switch (id)
    {
    case PROP_EXPLANATION:
      g_value_set_string (value, self->explanation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_new_conversation_dialog_dispose (GObject *object)
{
  WwNewConversationDialog *self = WW_NEW_CONVERSATION_DIALOG (object);

  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  dex_clear (&self->starting);
  g_clear_object (&self->client);
  g_clear_pointer (&self->explanation, g_free);
  g_clear_pointer (&self->picture_bytes, g_bytes_unref);
  G_OBJECT_CLASS (ww_new_conversation_dialog_parent_class)->dispose (object);
}

static void
ww_new_conversation_dialog_class_init (WwNewConversationDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_new_conversation_dialog_get_property;
  object_class->dispose = ww_new_conversation_dialog_dispose;
  properties[PROP_EXPLANATION] = g_param_spec_string ("explanation", NULL, NULL, NULL,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[STARTED] = g_signal_new ("started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, WW_TYPE_CONVERSATION);

  g_type_ensure (WW_TYPE_PEOPLE_PICKER);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-new-conversation-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, start_stack);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, start_label);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, group_revealer);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, picture);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, picker);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, picture_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
}

static void
ww_new_conversation_dialog_init (WwNewConversationDialog *self)
{
  self->choosing = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_new_conversation_dialog_new:
 * @handle: (nullable): what a link filled in; nothing happens with it until the person says so
 */
WwNewConversationDialog *
ww_new_conversation_dialog_new (WwClient *client, const char *handle)
{
  WwNewConversationDialog *self = g_object_new (WW_TYPE_NEW_CONVERSATION_DIALOG, NULL);

  self->client = g_object_ref (client);
  ww_people_picker_set_client (self->picker, client, NULL);
  self->explanation = g_strdup (handle != NULL ? _ ("A link asks to write to this person. Start only if you know them.")
                                               : _ ("Who do you want to write to? Several people become a group."));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPLANATION]);
  if (handle != NULL)
    ww_people_picker_set_text (self->picker, ww_handle_text_for_people (handle));
  return self;
}
