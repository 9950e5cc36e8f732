/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-page"

#include "ww-conversation-page-private.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ww-message-actions.h"

static gboolean
can_write (WwConversationPage *self)
{
  return self->conversation != NULL && !self->read_only && !ww_conversation_get_left (self->conversation) &&
         ww_conversation_get_standing (self->conversation) == WW_STANDING_ACCEPTED;
}

/* What somebody else did to a message that is there is told to those who can't see it move. */
static void
event_cb (WwConversationPage *self, const char *sentence)
{
  if (self->in_view)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
edit (WwConversationPage *self, WwTranscriptItem *item)
{
  if (item == NULL || !can_write (self))
    return;
  ww_transcript_stop_selecting (self->transcript);
  if (ww_message_can_edit (ww_transcript_item_get_message (item)))
    ww_composer_edit (self->composer, ww_transcript_item_get_message (item));
  else
    ww_conversation_page_toast (self, _ ("A message can be edited for 15 minutes."));
}

static void
edit_last_cb (WwConversationPage *self)
{
  edit (self, ww_transcript_find_editable (self->transcript));
}

static void
show_match_cb (WwConversationPage *self, const char *id)
{
  ww_transcript_show_message (self->transcript, id, FALSE);
}

static void
highlight_cb (WwConversationPage *self, const char *text)
{
  ww_transcript_set_highlight (self->transcript, text);
}

static void
selected_cb (WwConversationPage *self)
{
  guint selected;

  g_object_get (self->transcript, "selected", &selected, NULL);
  ww_selection_bar_set_count (self->selection_bar, selected);
}

static void
selecting_cb (WwConversationPage *self)
{
  if (self->conversation != NULL)
    ww_conversation_page_update_bars (self);
}

static void
write_on_cb (WwConversationPage *self)
{
  ww_transcript_stop_selecting (self->transcript);
  ww_conversation_page_focus_composer (self);
}

static void
copy_selected_cb (WwConversationPage *self)
{
  g_autoptr (GListModel) items = ww_transcript_dup_selected (self->transcript);
  guint n = g_list_model_get_n_items (items);
  g_autofree char *text = ww_message_actions_dup_text (items);
  g_autofree char *told = g_strdup_printf (ngettext ("Message copied", "%u messages copied", n), n);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  write_on_cb (self);
  ww_conversation_page_toast (self, told);
}

static void
delete_selected_cb (WwConversationPage *self)
{
  g_autoptr (GListModel) items = ww_transcript_dup_selected (self->transcript);

  ww_message_actions_ask_delete (items, GTK_WIDGET (self));
}

/**
 * ww_conversation_page_find:
 *
 * Opens the bar that looks for words in the conversation.
 */
void
ww_conversation_page_find (WwConversationPage *self)
{
  ww_find_bar_open (self->find_bar);
}

/**
 * ww_conversation_page_show_message:
 * @id: of a message of the open conversation
 *
 * Brings it into view, and the keyboard to it.
 */
void
ww_conversation_page_show_message (WwConversationPage *self, const char *id)
{
  ww_transcript_show_message (self->transcript, id, TRUE);
}

static void
reply (WwConversationPage *self, WwTranscriptItem *item)
{
  if (item == NULL || !can_write (self) || !ww_message_can_tap_back (ww_transcript_item_get_message (item)))
    return;
  ww_transcript_stop_selecting (self->transcript);
  ww_composer_reply (self->composer, ww_transcript_item_get_message (item));
}

static void
reply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);

  reply (self, ww_transcript_find (self->transcript, g_variant_get_string (parameter, NULL)));
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);

  edit (self, ww_transcript_find (self->transcript, g_variant_get_string (parameter, NULL)));
}

static void
select_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);

  ww_transcript_start_selecting (self->transcript, g_variant_get_string (parameter, NULL));
}

static void
show_message_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_conversation_page_show_message (WW_CONVERSATION_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
toast_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_conversation_page_toast (WW_CONVERSATION_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
reply_here_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);
  WwTranscriptRow *row = ww_transcript_get_row (self->transcript);

  reply (self, row != NULL ? ww_transcript_row_get_item (row) : NULL);
}

static void
tap_back_here_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);
  WwTranscriptRow *row = ww_transcript_get_row (self->transcript);

  if (row != NULL && can_write (self))
    gtk_widget_activate_action (GTK_WIDGET (row), "message.choose-tapback", NULL);
}

/* One level back: what is found, selected, answered or edited goes first; then the key is the window's. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (widget);

  if (ww_transcript_stop_selecting (self->transcript) || ww_composer_cancel (self->composer) ||
      ww_find_bar_close (self->find_bar))
    {
      ww_conversation_page_focus_composer (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

void
ww_conversation_page_install_actions (GtkWidgetClass *widget_class)
{
  GdkModifierType control = GDK_CONTROL_MASK;

  gtk_widget_class_install_action (widget_class, "conversation.reply", "s", reply_action);
  gtk_widget_class_install_action (widget_class, "conversation.edit", "s", edit_action);
  gtk_widget_class_install_action (widget_class, "conversation.select", "s", select_action);
  gtk_widget_class_install_action (widget_class, "conversation.show-message", "s", show_message_action);
  gtk_widget_class_install_action (widget_class, "conversation.toast", "s", toast_action);
  gtk_widget_class_install_action (widget_class, "conversation.reply-here", NULL, reply_here_action);
  gtk_widget_class_install_action (widget_class, "conversation.tap-back-here", NULL, tap_back_here_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, control, "conversation.reply-here", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_t, control | GDK_SHIFT_MASK, "conversation.tap-back-here",
                                       NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

void
ww_conversation_page_bind_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, event_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_last_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_match_cb);
  gtk_widget_class_bind_template_callback (widget_class, highlight_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, selecting_cb);
  gtk_widget_class_bind_template_callback (widget_class, write_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_selected_cb);
}
