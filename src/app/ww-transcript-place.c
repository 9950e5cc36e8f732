/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript"

#include "ww-transcript-private.h"

#include <glib/gi18n.h>

#include "ww-future.h"

/* The view counts as being at its end this close to it, in pixels; further messages are fetched this close to an edge. */
#define END_SLACK  24
#define EDGE_SLACK 600
/* Reading starts at the first unread message only with more than so many of them. */
#define UNREAD_MIN 10
/* Where a message comes to that was asked for, from the top (0) to the end (1) of the view. */
#define GOAL_ALIGN 0.35

static gboolean
has_newer (WwTranscript *self)
{
  return self->messages != NULL && ww_message_list_get_has_newer (self->messages);
}

/* How many came that were not in view. */
static guint
count_news (WwTranscript *self)
{
  guint unread = self->conversation != NULL ? ww_conversation_get_unread (self->conversation) : 0;

  return unread > self->known ? unread - self->known : 0;
}

void
ww_transcript_update_jump (WwTranscript *self)
{
  guint news = self->at_end ? 0 : count_news (self);
  g_autofree char *count = g_strdup_printf (news > 99 ? "99+" : "%u", news);
  g_autofree char *label = NULL;

  gtk_revealer_set_reveal_child (self->jump_revealer, !self->at_end);
  gtk_widget_set_can_target (GTK_WIDGET (self->jump_revealer), !self->at_end);
  gtk_widget_set_sensitive (self->jump_button, !self->at_end);
  gtk_widget_set_visible (GTK_WIDGET (self->jump_count), news > 0);
  gtk_label_set_text (self->jump_count, count);
  if (news > 0)
    label = g_strdup_printf (ngettext ("Jump to Latest, %u new message", "Jump to Latest, %u new messages", news),
                             news);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->jump_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : _ ("Jump to Latest"), -1);
}

static void
set_at_end (WwTranscript *self, gboolean at_end)
{
  if (self->at_end == at_end)
    return;
  self->at_end = at_end;
  if (at_end)
    self->known = 0;
  ww_transcript_update_jump (self);
  ww_transcript_notify_at_end (self);
}

static void
newest_reached_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwTranscript *self = owner;

  dex_clear (&self->jumping);
  if (error == NULL)
    ww_transcript_scroll_to_end (self);
  else
    g_warning ("the newest messages: %s", error->message);
}

/**
 * ww_transcript_scroll_to_end:
 *
 * Brings the newest message into view and keeps the view there as more arrive.
 */
void
ww_transcript_scroll_to_end (WwTranscript *self)
{
  guint n = self->selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;

  g_clear_pointer (&self->goal, g_free);
  dex_clear (&self->jumping);
  if (has_newer (self))
    {
      self->jumping = ww_future_watch (ww_message_list_jump_newest (self->messages), self, newest_reached_cb, NULL);
      return;
    }
  if (n > 0)
    ww_transcript_anchor_place (self->anchor, n - 1, 1);
  set_at_end (self, TRUE);
}

/* The goal is there: it comes into view, and flashes once it is in its place. */
static gboolean
place_goal (WwTranscript *self)
{
  guint position = self->goal != NULL ? ww_transcript_model_find (self->model, self->goal) : G_MAXUINT;

  if (position == G_MAXUINT)
    return FALSE;
  g_free (self->flash);
  self->flash = g_steal_pointer (&self->goal);
  set_at_end (self, FALSE);
  ww_transcript_anchor_place (self->anchor, position, GOAL_ALIGN);
  return TRUE;
}

static void
jumped_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwTranscript *self = owner;

  dex_clear (&self->jumping);
  if (error == NULL)
    {
      place_goal (self);
      return;
    }
  g_clear_pointer (&self->goal, g_free);
  gtk_widget_activate_action (GTK_WIDGET (self), "conversation.toast", "s",
                              _ ("That message is not on this device any more."));
}

/**
 * ww_transcript_show_message:
 * @id: of a message of the conversation, loaded or not
 * @focus: whether the keyboard goes there too
 *
 * Brings a message into view, wherever it is in the conversation, and draws the eye to it.
 */
void
ww_transcript_show_message (WwTranscript *self, const char *id, gboolean focus)
{
  if (self->messages == NULL)
    return;
  g_set_str (&self->goal, id);
  self->flash_focus = focus;
  dex_clear (&self->jumping);
  if (self->opened && place_goal (self))
    return;
  self->jumping = ww_future_watch (ww_message_list_jump (self->messages, id), self, jumped_cb, NULL);
}

static void
show_flash (WwTranscript *self)
{
  WwTranscriptItem *item = self->flash != NULL ? ww_transcript_find (self, self->flash) : NULL;
  GtkWidget *child = item != NULL ? ww_transcript_find_row (self, item) : NULL;

  g_clear_pointer (&self->flash, g_free);
  if (child == NULL)
    return;
  ww_transcript_row_flash (WW_TRANSCRIPT_ROW (gtk_widget_get_first_child (child)));
  if (self->flash_focus)
    gtk_widget_grab_focus (child);
}

static void
page_loaded_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_warning ("further messages: %s", error->message);
}

static void
load_near_edge (WwTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double value = gtk_adjustment_get_value (adjustment);
  double rest = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - value;

  if (self->messages == NULL || !self->opened || ww_message_list_get_loading (self->messages) ||
      !ww_transcript_anchor_get_settled (self->anchor))
    return;
  if (value <= EDGE_SLACK && ww_message_list_get_has_older (self->messages))
    {
      dex_clear (&self->loading_older);
      self->loading_older = ww_future_watch (ww_message_list_load_older (self->messages), self, page_loaded_cb, NULL);
    }
  else if (rest <= EDGE_SLACK && has_newer (self))
    {
      dex_clear (&self->loading_newer);
      self->loading_newer = ww_future_watch (ww_message_list_load_newer (self->messages), self, page_loaded_cb, NULL);
    }
}

static gboolean
is_near_end (WwTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  return !has_newer (self) && gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
                                  gtk_adjustment_get_upper (adjustment) - END_SLACK;
}

/* The person scrolled, or the view came to its place. */
static void
moved (WwTranscript *self)
{
  set_at_end (self, is_near_end (self));
  load_near_edge (self);
}

static void
value_changed_cb (WwTranscript *self)
{
  if (self->opened && ww_transcript_anchor_get_settled (self->anchor))
    moved (self);
}

static void
settled_cb (WwTranscript *self)
{
  if (!self->opened)
    return;
  show_flash (self);
  moved (self);
}

/* Heights change as rows are measured, the window is resized, or the composer grows. A view at its end stays there. */
static void
size_changed_cb (WwTranscript *self)
{
  if (self->opened && self->at_end && !is_near_end (self) && !has_newer (self))
    ww_transcript_scroll_to_end (self);
}

/**
 * ww_transcript_hold:
 *
 * To be called before rows change their height: what one reads stays where it is.
 */
void
ww_transcript_hold (WwTranscript *self)
{
  if (self->opened && !self->at_end)
    ww_transcript_anchor_hold (self->anchor);
}

static void
place_first_unread (WwTranscript *self)
{
  guint first = ww_transcript_model_get_first_unread (self->model);

  if (first == G_MAXUINT)
    return;
  set_at_end (self, FALSE);
  ww_transcript_anchor_place (self->anchor, first, 0);
}

static void
unread_reached_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwTranscript *self = owner;

  dex_clear (&self->jumping);
  if (error == NULL && self->opened)
    place_first_unread (self);
  else if (error != NULL)
    g_warning ("the first unread message: %s", error->message);
}

/* With many unread messages reading starts at the first of them, wherever that is. */
static void
open_at_first_messages (WwTranscript *self)
{
  guint unread = ww_conversation_get_unread (self->conversation);
  guint first;

  self->opened = TRUE;
  if (self->goal != NULL)
    {
      place_goal (self);
      return;
    }
  self->known = unread;
  ww_transcript_model_set_read (self->model,
                                unread > 0 ? ww_conversation_get_read_position (self->conversation) : G_MAXINT64);
  first = ww_transcript_model_get_first_unread (self->model);
  if (unread <= UNREAD_MIN || first == G_MAXUINT)
    ww_transcript_scroll_to_end (self);
  else
    {
      place_first_unread (self);
      if (first == 0 && self->jumping == NULL && ww_message_list_get_has_older (self->messages))
        self->jumping = ww_future_watch (ww_message_list_jump_unread (self->messages), self, unread_reached_cb, NULL);
    }
  ww_transcript_notify_at_end (self);
}

/* Whether what came is the person's own, written a moment ago. */
static WwTranscriptItem *
find_own_news (WwTranscript *self, guint position, guint added, GListModel *model)
{
  guint n = g_list_model_get_n_items (model);
  g_autoptr (WwTranscriptItem) last = NULL;

  if (!self->opened || added != 1 || position + added < n)
    return NULL;
  last = g_list_model_get_item (model, n - 1);
  return ww_message_get_outgoing (ww_transcript_item_get_message (last)) ? last : NULL;
}

/* Before the list hears of it: what one reads is not pushed away by what comes above it. */
void
ww_transcript_items_change (WwTranscript *self, guint position, guint removed, guint added, GListModel *model)
{
  ww_transcript_hover_hide (self->hover);
  if (position + added < g_list_model_get_n_items (model))
    ww_transcript_hold (self);
  self->rises = find_own_news (self, position, added, model);
}

void
ww_transcript_items_changed (WwTranscript *self, guint position, guint removed, guint added, GListModel *model)
{
  guint n = g_list_model_get_n_items (model);
  gboolean own;

  if (n == 0 || added == 0)
    return;
  if (!self->opened)
    {
      open_at_first_messages (self);
      return;
    }
  /* The window was laid anew, or a page came in above: whoever asked for it says what is to be seen. */
  if (place_goal (self) || self->jumping != NULL || position + added < n || has_newer (self))
    return;
  own = find_own_news (self, position, added, model) != NULL;
  if (own)
    ww_transcript_model_set_read (self->model, G_MAXINT64);
  if (self->at_end || own)
    ww_transcript_scroll_to_end (self);
  else
    ww_transcript_update_jump (self);
}

/**
 * ww_transcript_open_place:
 *
 * The model of a conversation is in the list: shows where reading goes on, now or when its first messages come.
 */
void
ww_transcript_open_place (WwTranscript *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    open_at_first_messages (self);
  else if (ww_conversation_get_unread (self->conversation) > UNREAD_MIN)
    /* In place of the newest page, so that nobody sees that one first. */
    self->jumping = ww_future_watch (ww_message_list_jump_unread (self->messages), self, unread_reached_cb, NULL);
}

/* Nothing has a place any more: the list shows something else from now on. */
void
ww_transcript_forget_place (WwTranscript *self)
{
  dex_clear (&self->loading_older);
  dex_clear (&self->loading_newer);
  dex_clear (&self->jumping);
  g_clear_pointer (&self->goal, g_free);
  g_clear_pointer (&self->flash, g_free);
  ww_transcript_anchor_release (self->anchor);
  ww_transcript_hover_hide (self->hover);
  self->rises = NULL;
  self->known = 0;
  self->opened = FALSE;
  self->at_end = TRUE;
}

/* The part of ww_transcript_init() that is about the view. */
void
ww_transcript_watch_place (WwTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  self->anchor = ww_transcript_anchor_new (self->scrolled, self->list, ww_transcript_item_of);
  g_signal_connect_object (self->anchor, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (size_changed_cb), self, G_CONNECT_SWAPPED);
}
