/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-options"

#include "ww-conversation-options.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-mute.h"
#include "ww-question.h"

struct _WwConversationOptions
{
  AdwPreferencesGroup parent_instance;
  AdwActionRow *mute_row;
  GtkMenuButton *mute_button;
  AdwSwitchRow *pin_row;
  AdwComboRow *receipts_row;

  WwClient *client;
  WwConversation *conversation;
  gboolean updating; /* the rows follow the conversation, rather than the other way round */
};

G_DEFINE_FINAL_TYPE (WwConversationOptions, ww_conversation_options, ADW_TYPE_PREFERENCES_GROUP)

static void
pin_cb (WwConversationOptions *self)
{
  gboolean pinned = adw_switch_row_get_active (self->pin_row);

  if (!self->updating && pinned != ww_conversation_get_pinned (self->conversation))
    ww_question_report (ww_conversation_set_pinned (self->conversation, pinned), _ ("Couldn't Pin the Conversation"),
                        GTK_WIDGET (self));
}

static void
receipts_cb (WwConversationOptions *self)
{
  WwReceipts receipts = (WwReceipts) adw_combo_row_get_selected (self->receipts_row);

  if (!self->updating && receipts != ww_conversation_get_receipts (self->conversation))
    ww_question_report (ww_conversation_set_receipts (self->conversation, receipts),
                        _ ("Couldn't Change the Read Receipts"), GTK_WIDGET (self));
}

static void
update_mute (WwConversationOptions *self)
{
  g_autofree char *state = ww_mute_describe (self->conversation);

  adw_action_row_set_subtitle (self->mute_row, state);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.unmute", ww_conversation_get_muted (self->conversation));
}

/* The first choice says what it means now. */
static void
update_receipts (WwConversationOptions *self)
{
  const char *choices[] = {
    ww_client_get_send_receipts (self->client) ? _ ("Default: On") : _ ("Default: Off"),
    _ ("Always"),
    _ ("Never"),
    NULL,
  };
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);

  adw_combo_row_set_model (self->receipts_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->receipts_row, ww_conversation_get_receipts (self->conversation));
}

static void
update (WwConversationOptions *self)
{
  self->updating = TRUE;
  update_mute (self);
  update_receipts (self);
  adw_switch_row_set_active (self->pin_row, ww_conversation_get_pinned (self->conversation));
  self->updating = FALSE;
}

static void
mute_action (GtkWidget *widget, const char *name, GVariant *term)
{
  ww_mute_apply (WW_CONVERSATION_OPTIONS (widget)->conversation, (WwMuteTerm) g_variant_get_int32 (term), widget);
}

static void
unmute_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_mute_end (WW_CONVERSATION_OPTIONS (widget)->conversation, widget);
}

static GMenuModel *
mute_menu_new (void)
{
  GMenu *menu = ww_mute_menu_new ("options.mute");
  g_autoptr (GMenuItem) unmute = g_menu_item_new (_ ("Un_mute"), "options.unmute");

  g_menu_item_set_attribute (unmute, "hidden-when", "s", "action-disabled");
  g_menu_append_item (menu, unmute);
  return G_MENU_MODEL (menu);
}

/**
 * ww_conversation_options_set_conversation:
 *
 * Called once.
 */
void
ww_conversation_options_set_conversation (WwConversationOptions *self, WwClient *client, WwConversation *conversation)
{
  static const char *const watched[] = { "notify::muted", "notify::pinned", "notify::receipts" };

  g_return_if_fail (self->conversation == NULL);

  self->client = g_object_ref (client);
  self->conversation = g_object_ref (conversation);
  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (conversation, watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::send-receipts", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_clock_get_default (), "day-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
ww_conversation_options_dispose (GObject *object)
{
  WwConversationOptions *self = WW_CONVERSATION_OPTIONS (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ww_conversation_options_parent_class)->dispose (object);
}

static void
ww_conversation_options_class_init (WwConversationOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_conversation_options_dispose;
  gtk_widget_class_install_action (widget_class, "options.mute", "i", mute_action);
  gtk_widget_class_install_action (widget_class, "options.unmute", NULL, unmute_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-conversation-options.ui");
  gtk_widget_class_bind_template_child (widget_class, WwConversationOptions, mute_row);
  gtk_widget_class_bind_template_child (widget_class, WwConversationOptions, mute_button);
  gtk_widget_class_bind_template_child (widget_class, WwConversationOptions, pin_row);
  gtk_widget_class_bind_template_child (widget_class, WwConversationOptions, receipts_row);
  gtk_widget_class_bind_template_callback (widget_class, pin_cb);
  gtk_widget_class_bind_template_callback (widget_class, receipts_cb);
}

static void
ww_conversation_options_init (WwConversationOptions *self)
{
  g_autoptr (GMenuModel) menu = mute_menu_new ();

  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->mute_button, menu);
  self->updating = FALSE;
}
