/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-row"

#include "ww-transcript-row-private.h"

#include <glib/gi18n.h>

#include "ww-edits-list.h"
#include "ww-future.h"
#include "ww-message-actions.h"
#include "ww-message-info-dialog.h"
#include "ww-tapback-list.h"
#include "ww-tapbacks.h"

/* What pops up for a message that is no longer shown here would be about another one. */
void
ww_transcript_row_dismiss (WwTranscriptRow *self)
{
  if (self->menu != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
point_to_bubble (WwTranscriptRow *self, GtkPopover *popover)
{
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (GTK_WIDGET (self->bubble), GTK_WIDGET (self), &bounds))
    gtk_popover_set_pointing_to (popover, &(GdkRectangle) { (int) bounds.origin.x, (int) bounds.origin.y,
                                                            (int) bounds.size.width, (int) bounds.size.height });
  gtk_popover_set_position (popover, GTK_POS_TOP);
}

/* There is one at a time; the last one stays until the next, as it may still be closing. */
static void
show_popover (WwTranscriptRow *self, GtkWidget *popover)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = popover;
  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  point_to_bubble (self, GTK_POPOVER (popover));
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
tap_back (WwTranscriptRow *self, const char *emoji)
{
  if (self->item != NULL)
    ww_message_actions_tap_back (self->item, emoji, GTK_WIDGET (self));
}

static void
picked_cb (WwTranscriptRow *self, const char *emoji)
{
  ww_transcript_row_dismiss (self);
  tap_back (self, emoji);
}

static void
more_cb (WwTranscriptRow *self)
{
  ww_transcript_row_dismiss (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "message.choose-emoji", NULL);
}

static WwTapbackChoice *
choice_new (WwTranscriptRow *self)
{
  GtkWidget *choice = ww_tapback_choice_new ();

  g_signal_connect_object (choice, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "more", G_CALLBACK (more_cb), self, G_CONNECT_SWAPPED);
  return WW_TAPBACK_CHOICE (choice);
}

static const char *
get_own (WwTranscriptRow *self)
{
  return ww_tapbacks_get_own (ww_message_get_tapbacks (ww_transcript_item_get_message (self->item)));
}

/**
 * ww_transcript_row_show_menu_at:
 *
 * Opens the menu with everything that can be done with the message.
 */
void
ww_transcript_row_show_menu_at (WwTranscriptRow *self, double x, double y)
{
  if (self->item == NULL)
    return;
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (self->message_menu);
      self->menu_choice = choice_new (self);
      gtk_popover_menu_add_child (GTK_POPOVER_MENU (self->menu), GTK_WIDGET (self->menu_choice), "tapbacks");
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  /* What one may edit and unsend ends with time. */
  ww_transcript_row_update_actions (self);
  gtk_widget_set_visible (GTK_WIDGET (self->menu_choice),
                          ww_message_can_tap_back (ww_transcript_item_get_message (self->item)));
  ww_tapback_choice_set_own (self->menu_choice, get_own (self));
  /* Away from the edge of the window that the bubble is at. */
  gtk_widget_set_halign (self->menu, ww_message_get_outgoing (ww_transcript_item_get_message (self->item))
                                         ? GTK_ALIGN_END
                                         : GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/**
 * ww_transcript_row_show_who:
 *
 * Tells who tapped back with what, and lets the person take the own tapback away.
 */
void
ww_transcript_row_show_who (WwTranscriptRow *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *list = ww_tapback_list_new (ww_message_get_tapbacks (ww_transcript_item_get_message (self->item)));

  g_signal_connect_object (list, "remove", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  gtk_popover_set_child (GTK_POPOVER (popover), list);
  show_popover (self, popover);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (GTK_WIDGET (self->bubble), widget, &bounds))
    ww_transcript_row_show_menu_at (self, bounds.origin.x + bounds.size.width / 2,
                                    bounds.origin.y + bounds.size.height / 2);
}

static void
tap_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tap_back (WW_TRANSCRIPT_ROW (widget), g_variant_get_string (parameter, NULL));
}

static void
choose_tapback_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);
  GtkWidget *popover = gtk_popover_new ();
  WwTapbackChoice *choice = choice_new (self);

  ww_tapback_choice_set_own (choice, get_own (self));
  gtk_widget_add_css_class (popover, "tapback-popover");
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (choice));
  show_popover (self, popover);
  gtk_widget_grab_focus (GTK_WIDGET (choice));
}

static void
emoji_picked_cb (WwTranscriptRow *self, const char *emoji)
{
  tap_back (self, emoji);
}

static void
choose_emoji_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);
  GtkWidget *chooser = gtk_emoji_chooser_new ();

  g_signal_connect_object (chooser, "emoji-picked", G_CALLBACK (emoji_picked_cb), self, G_CONNECT_SWAPPED);
  show_popover (self, chooser);
}

static void
activate_with_id (WwTranscriptRow *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, "s",
                              ww_message_get_id (ww_transcript_item_get_message (self->item)));
}

static void
reply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  activate_with_id (WW_TRANSCRIPT_ROW (widget), "conversation.reply");
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  activate_with_id (WW_TRANSCRIPT_ROW (widget), "conversation.edit");
}

static void
select_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  activate_with_id (WW_TRANSCRIPT_ROW (widget), "conversation.select");
}

static GListModel *
dup_alone (WwTranscriptRow *self)
{
  GListStore *items = g_list_store_new (WW_TYPE_TRANSCRIPT_ITEM);

  g_list_store_append (items, self->item);
  return G_LIST_MODEL (items);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GListModel) items = dup_alone (WW_TRANSCRIPT_ROW (widget));
  g_autofree char *text = ww_message_actions_dup_text (items);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
unsend_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_message_actions_ask_unsend (WW_TRANSCRIPT_ROW (widget)->item, widget);
}

static void
delete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GListModel) items = dup_alone (WW_TRANSCRIPT_ROW (widget));

  ww_message_actions_ask_delete (items, widget);
}

static void
info_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_dialog_present (ww_message_info_dialog_new (WW_TRANSCRIPT_ROW (widget)->item), widget);
}

static void
edits_read_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwTranscriptRow *self = owner;
  GtkWidget *popover;

  dex_clear (&self->edits);
  if (error != NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "conversation.toast", "s", error->message);
      return;
    }
  popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (popover), ww_edits_list_new (g_value_get_object (value)));
  show_popover (self, popover);
}

static void
show_edits_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);

  dex_clear (&self->edits);
  self->edits = ww_future_watch (ww_message_load_edits (ww_transcript_item_get_message (self->item)), self,
                                 edits_read_cb, NULL);
}

/**
 * ww_transcript_row_update_actions:
 *
 * Allows what may be done with the message as it is now.
 */
void
ww_transcript_row_update_actions (WwTranscriptRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  WwMessage *message = ww_transcript_item_get_message (self->item);
  gboolean said = !ww_transcript_item_is_notice (self->item);
  gboolean there = said && ww_message_get_kind (message) != WW_MESSAGE_KIND_UNSENT;
  gboolean may_tap_back = there && ww_message_can_tap_back (message);

  gtk_widget_action_set_enabled (widget, "message.info", said);
  gtk_widget_action_set_enabled (widget, "message.copy", there);
  gtk_widget_action_set_enabled (widget, "message.reply", may_tap_back);
  gtk_widget_action_set_enabled (widget, "message.tap-back", may_tap_back);
  gtk_widget_action_set_enabled (widget, "message.choose-tapback", may_tap_back);
  gtk_widget_action_set_enabled (widget, "message.choose-emoji", may_tap_back);
  gtk_widget_action_set_enabled (widget, "message.edit", there && ww_message_can_edit (message));
  gtk_widget_action_set_enabled (widget, "message.unsend", there && ww_message_can_unsend (message));
}

void
ww_transcript_row_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "message.tap-back", "s", tap_back_action);
  gtk_widget_class_install_action (widget_class, "message.choose-tapback", NULL, choose_tapback_action);
  gtk_widget_class_install_action (widget_class, "message.choose-emoji", NULL, choose_emoji_action);
  gtk_widget_class_install_action (widget_class, "message.reply", NULL, reply_action);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "message.unsend", NULL, unsend_action);
  gtk_widget_class_install_action (widget_class, "message.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "message.info", NULL, info_action);
  gtk_widget_class_install_action (widget_class, "message.select", NULL, select_action);
  gtk_widget_class_install_action (widget_class, "message.show-edits", NULL, show_edits_action);
}
