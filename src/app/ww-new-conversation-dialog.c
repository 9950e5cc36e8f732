/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-new-conversation-dialog"

#include "ww-new-conversation-dialog.h"

#include <glib/gi18n.h>

#include "ww-address-row.h"
#include "ww-future.h"
#include "ww-handle-text.h"

struct _WwNewConversationDialog
{
  AdwDialog parent_instance;
  GtkWidget *start_button;
  GtkStack *start_stack;
  WwAddressRow *entry;
  GtkRevealer *error_revealer;
  GtkLabel *error;

  WwClient *client;
  char *explanation;
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
show_error (WwNewConversationDialog *self, const char *sentence)
{
  gtk_revealer_set_reveal_child (self->error_revealer, sentence != NULL);
  if (sentence == NULL)
    return;
  gtk_label_set_text (self->error, sentence);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
set_busy (WwNewConversationDialog *self, gboolean busy)
{
  gtk_stack_set_visible_child_name (self->start_stack, busy ? "spinner" : "label");
  gtk_widget_set_sensitive (self->start_button, !busy);
  gtk_editable_set_editable (GTK_EDITABLE (self->entry), !busy);
}

static void
changed_cb (WwNewConversationDialog *self)
{
  gtk_widget_set_sensitive (self->start_button, !ww_address_row_is_blank (self->entry));
  show_error (self, NULL);
}

static void
started_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwNewConversationDialog *self = owner;

  set_busy (self, FALSE);
  if (error != NULL)
    {
      ww_address_row_set_wrong (self->entry, TRUE);
      show_error (self, error->message);
      return;
    }
  g_signal_emit (self, signals[STARTED], 0, g_value_get_object (value));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
start_cb (WwNewConversationDialog *self)
{
  g_autofree char *problem = ww_address_row_explain (self->entry, NULL);
  g_autofree char *handle = ww_address_row_dup_handle (self->entry);

  if (problem != NULL)
    {
      ww_address_row_set_wrong (self->entry, TRUE);
      show_error (self, problem);
      return;
    }
  show_error (self, NULL);
  set_busy (self, TRUE);
  dex_clear (&self->starting);
  self->starting = ww_future_watch (ww_client_start_conversation (self->client, handle), self, started_cb, NULL);
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

  dex_clear (&self->starting);
  g_clear_object (&self->client);
  g_clear_pointer (&self->explanation, g_free);
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

  g_type_ensure (WW_TYPE_ADDRESS_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-new-conversation-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, start_stack);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, WwNewConversationDialog, error);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
}

static void
ww_new_conversation_dialog_init (WwNewConversationDialog *self)
{
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
  self->explanation = g_strdup (handle != NULL ? _ ("A link asks to write to this person. Start only if you know them.")
                                               : _ ("Who do you want to write to?"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPLANATION]);
  if (handle != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), ww_handle_text_for_people (handle));
  return self;
}
