/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript"

#include "ww-transcript-private.h"

#include <gdk/gdkkeysyms.h>

#include "ww-typing-row.h"
#include "ww-widget.h"

static void
retry_cb (WwTranscript *self, WwMessage *message)
{
  g_signal_emit_by_name (self, "retry", message);
}

static GtkWidget *
set_child (GtkListItem *list_item, GtkWidget *row)
{
  g_object_bind_property (row, "sentence", list_item, "accessible-label", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (list_item, row);
  return row;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  gpointer item = gtk_list_item_get_item (list_item);
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (WW_IS_CONVERSATION (item))
    {
      set_child (list_item, ww_typing_row_new (item));
      return;
    }
  if (row == NULL)
    {
      row = set_child (list_item, ww_transcript_row_new ());
      g_signal_connect_object (row, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
    }
  ww_transcript_row_set_highlight (WW_TRANSCRIPT_ROW (row), self->highlight);
  ww_transcript_row_set_item (WW_TRANSCRIPT_ROW (row), item);
  if (item != self->rises)
    return;
  self->rises = NULL;
  ww_transcript_row_rise (WW_TRANSCRIPT_ROW (row));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (WW_IS_TRANSCRIPT_ROW (row))
    ww_transcript_row_set_item (WW_TRANSCRIPT_ROW (row), NULL);
  else
    gtk_list_item_set_child (list_item, NULL);
}

/* The item that a child of the list shows: GTK puts a widget of its own around each row. */
gpointer
ww_transcript_item_of (GtkWidget *child)
{
  GtkWidget *row = gtk_widget_get_first_child (child);

  if (WW_IS_TYPING_ROW (row))
    return ww_typing_row_get_conversation (WW_TYPING_ROW (row));
  return WW_IS_TRANSCRIPT_ROW (row) ? ww_transcript_row_get_item (WW_TRANSCRIPT_ROW (row)) : NULL;
}

/* The child of the list that shows an item; not every item has one. */
GtkWidget *
ww_transcript_find_row (WwTranscript *self, gpointer item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ww_transcript_item_of (child) == item)
      return child;
  return NULL;
}

/* Somebody's dots stand behind the last message. */
void
ww_transcript_update_typing (WwTranscript *self)
{
  const char *const *names = self->conversation != NULL ? ww_conversation_get_typing (self->conversation) : NULL;
  gboolean typing = names != NULL && names[0] != NULL &&
                    ww_conversation_get_standing (self->conversation) == WW_STANDING_ACCEPTED;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->typing));

  if (typing && n == 0)
    g_list_store_append (self->typing, self->conversation);
  else if (!typing && n > 0)
    g_list_store_remove_all (self->typing);
}

static WwTranscriptRow *
row_in (GtkWidget *child)
{
  GtkWidget *row = child != NULL ? gtk_widget_get_first_child (child) : NULL;

  return WW_IS_TRANSCRIPT_ROW (row) ? WW_TRANSCRIPT_ROW (row) : NULL;
}

/**
 * ww_transcript_get_row:
 *
 * Returns: (transfer none) (nullable): the row of the message that the keyboard is on; while it is elsewhere the last one
 *   from somebody else, if that is in view
 */
WwTranscriptRow *
ww_transcript_get_row (WwTranscript *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  guint n = self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;

  if (child != NULL && focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    return row_in (child);
  for (guint i = n; i > 0; i--)
    {
      g_autoptr (WwTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i - 1);

      if (ww_message_get_outgoing (ww_transcript_item_get_message (item)) || ww_transcript_item_is_notice (item))
        continue;
      return row_in (ww_transcript_find_row (self, item));
    }
  return NULL;
}

/**
 * ww_transcript_find:
 *
 * Returns: (transfer none) (nullable): that message, when it is among those that are loaded
 */
WwTranscriptItem *
ww_transcript_find (WwTranscript *self, const char *id)
{
  guint position = self->model != NULL ? ww_transcript_model_find (self->model, id) : G_MAXUINT;
  g_autoptr (WwTranscriptItem) item = NULL;

  if (position != G_MAXUINT)
    item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  return item;
}

WwTranscriptItem *
ww_transcript_find_editable (WwTranscript *self)
{
  return self->model != NULL ? ww_transcript_model_find_editable (self->model) : NULL;
}

/**
 * ww_transcript_set_highlight:
 * @text: (nullable): what is marked in all messages
 */
void
ww_transcript_set_highlight (WwTranscript *self, const char *text)
{
  if (!g_set_str (&self->highlight, text))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (row_in (child) != NULL)
      ww_transcript_row_set_highlight (row_in (child), text);
}

/**
 * ww_transcript_start_selecting:
 * @id: of the message that is selected first
 */
void
ww_transcript_start_selecting (WwTranscript *self, const char *id)
{
  guint position = self->model != NULL ? ww_transcript_model_find (self->model, id) : G_MAXUINT;

  if (position == G_MAXUINT)
    return;
  ww_transcript_selection_set_selecting (self->selection, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "selecting");
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->select_click), GTK_PHASE_CAPTURE);
  ww_transcript_hover_set_enabled (self->hover, FALSE);
  ww_transcript_selection_toggle (self->selection, position);
  g_object_notify (G_OBJECT (self), "selecting");
}

/**
 * ww_transcript_stop_selecting:
 *
 * Returns: whether messages were being selected
 */
gboolean
ww_transcript_stop_selecting (WwTranscript *self)
{
  if (self->selection == NULL || !ww_transcript_selection_get_selecting (self->selection))
    return FALSE;
  ww_transcript_selection_set_selecting (self->selection, FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->list), "selecting");
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->select_click), GTK_PHASE_NONE);
  ww_transcript_hover_set_enabled (self->hover, TRUE);
  g_object_notify (G_OBJECT (self), "selecting");
  return TRUE;
}

/**
 * ww_transcript_dup_selected:
 *
 * Returns: (transfer full): of WwTranscriptItem, in the order of the conversation
 */
GListModel *
ww_transcript_dup_selected (WwTranscript *self)
{
  GListStore *items = g_list_store_new (WW_TYPE_TRANSCRIPT_ITEM);
  guint n = self->selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;

  for (guint i = 0; i < n; i++)
    if (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), i))
      {
        g_autoptr (WwTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

        g_list_store_append (items, item);
      }
  return G_LIST_MODEL (items);
}

/* While messages are selected a click means the message, not the link or the picture in it. */
static void
select_pressed_cb (WwTranscript *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_NON_TARGETABLE);
  WwTranscriptItem *item = NULL;
  guint position;

  while (picked != NULL && gtk_widget_get_parent (picked) != GTK_WIDGET (self->list))
    picked = gtk_widget_get_parent (picked);
  if (picked != NULL)
    item = ww_transcript_item_of (picked);
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  if (!WW_IS_TRANSCRIPT_ITEM (item))
    return;
  position = ww_transcript_model_find (self->model, ww_message_get_id (ww_transcript_item_get_message (item)));
  if (position != G_MAXUINT)
    ww_transcript_selection_toggle (self->selection, position);
}

static const char *
action_for (guint key, GdkModifierType modifiers)
{
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && modifiers == GDK_SHIFT_MASK))
    return "message.menu";
  if ((key == GDK_KEY_c || key == GDK_KEY_C) && modifiers == GDK_CONTROL_MASK)
    return "message.copy";
  if ((key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete) && modifiers == 0)
    return "message.delete";
  return NULL;
}

/* The keyboard is on the list's own widget around the row, from where the row's actions can't be seen. */
static gboolean
key_pressed_cb (WwTranscript *self, guint key, guint code, GdkModifierType modifiers, GtkEventController *controller)
{
  const char *action = action_for (key, modifiers & gtk_accelerator_get_default_mod_mask ());
  WwTranscriptRow *row = action != NULL ? ww_transcript_get_row (self) : NULL;

  if (row == NULL)
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_activate_action (GTK_WIDGET (row), action, NULL) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

/* The parts of ww_transcript_init() and class_init() that are about rows. */
void
ww_transcript_watch_rows (WwTranscript *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);

  self->select_click = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->select_click), GTK_PHASE_NONE);
  g_signal_connect_object (self->select_click, "pressed", G_CALLBACK (select_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (self->select_click));
}

void
ww_transcript_bind_rows (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}
