/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-hover"

#include "ww-transcript-hover.h"

#include "ww-message-bar.h"

/* The pointer rests on a message so long before anything shows, and is away so long before it goes. */
#define SHOW_MS 160
#define HIDE_MS 260
/* How far the bar reaches into the bubble, and how far from the edges of the view it stays. */
#define OVERLAP 8
#define MARGIN  6

struct _WwTranscriptHover
{
  GObject parent_instance;
  GtkOverlay *overlay; /* unowned, as the rest: they are children of whoever owns this */
  GtkScrolledWindow *scrolled;
  GtkWidget *list;
  GtkWidget *bar;
  GtkRoot *root;        /* weak */
  WwTranscriptRow *row; /* weak; whose bar shows, or is about to */
  guint source;
  gulong focus_id;
  gboolean in_bar;
  gboolean enabled;
};

G_DEFINE_FINAL_TYPE (WwTranscriptHover, ww_transcript_hover, G_TYPE_OBJECT)

static WwTranscriptRow *
row_of (GtkWidget *widget)
{
  GtkWidget *row = widget != NULL ? gtk_widget_get_ancestor (widget, WW_TYPE_TRANSCRIPT_ROW) : NULL;

  if (row == NULL && widget != NULL)
    row = gtk_widget_get_first_child (widget);
  return WW_IS_TRANSCRIPT_ROW (row) ? WW_TRANSCRIPT_ROW (row) : NULL;
}

static gboolean
can_show (WwTranscriptRow *row)
{
  WwTranscriptItem *item = row != NULL ? ww_transcript_row_get_item (row) : NULL;

  return item != NULL && !ww_transcript_item_is_notice (item) &&
         ww_message_can_tap_back (ww_transcript_item_get_message (item));
}

/**
 * ww_transcript_hover_hide:
 *
 * Puts the bar away until the pointer or the keyboard moves again.
 */
void
ww_transcript_hover_hide (WwTranscriptHover *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_weak_pointer (&self->row);
  self->in_bar = FALSE;
  gtk_widget_set_visible (self->bar, FALSE);
  ww_message_bar_set_row (WW_MESSAGE_BAR (self->bar), NULL);
}

static void
show (WwTranscriptHover *self)
{
  ww_message_bar_set_row (WW_MESSAGE_BAR (self->bar), self->row);
  gtk_widget_set_visible (self->bar, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self->overlay));
}

static gboolean
show_cb (gpointer user_data)
{
  WwTranscriptHover *self = user_data;

  self->source = 0;
  if (self->row != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->row)))
    show (self);
  return G_SOURCE_REMOVE;
}

static gboolean
hide_cb (gpointer user_data)
{
  WwTranscriptHover *self = user_data;

  self->source = 0;
  ww_transcript_hover_hide (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (WwTranscriptHover *self, guint ms, GSourceFunc func)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (ms, func, self);
}

/* Somebody who goes on from here by keyboard, in the bar or in the message, is not left without it. */
static gboolean
has_keyboard (WwTranscriptHover *self)
{
  GtkWidget *focus = self->root != NULL ? gtk_root_get_focus (self->root) : NULL;

  if (focus == NULL || !gtk_window_get_focus_visible (GTK_WINDOW (self->root)))
    return FALSE;
  return gtk_widget_is_ancestor (focus, self->bar) || (self->row != NULL && row_of (focus) == self->row);
}

static void
point_at (WwTranscriptHover *self, WwTranscriptRow *row)
{
  if (row == self->row)
    {
      /* It was about to go, and the pointer came back. */
      if (gtk_widget_get_visible (self->bar))
        g_clear_handle_id (&self->source, g_source_remove);
      return;
    }
  if (!can_show (row))
    {
      if (self->row != NULL && !has_keyboard (self))
        schedule (self, HIDE_MS, hide_cb);
      return;
    }
  if (has_keyboard (self))
    return;
  gtk_widget_set_visible (self->bar, FALSE);
  g_set_weak_pointer (&self->row, row);
  schedule (self, SHOW_MS, show_cb);
}

static void
motion_cb (WwTranscriptHover *self, double x, double y)
{
  GtkWidget *picked;
  graphene_point_t point;

  if (!self->enabled || self->in_bar ||
      !gtk_widget_compute_point (GTK_WIDGET (self->scrolled), self->list, &GRAPHENE_POINT_INIT ((float) x, (float) y),
                                 &point))
    return;
  picked = gtk_widget_pick (self->list, point.x, point.y, GTK_PICK_NON_TARGETABLE);
  point_at (self, picked != NULL && picked != self->list ? row_of (picked) : NULL);
}

static void
leave_cb (WwTranscriptHover *self)
{
  if (self->row != NULL && !self->in_bar && !has_keyboard (self))
    schedule (self, HIDE_MS, hide_cb);
}

static void
bar_enter_cb (WwTranscriptHover *self)
{
  self->in_bar = TRUE;
  g_clear_handle_id (&self->source, g_source_remove);
}

static void
bar_leave_cb (WwTranscriptHover *self)
{
  self->in_bar = FALSE;
  leave_cb (self);
}

/* Where the keyboard goes the bar goes too, without waiting. */
static void
focus_cb (WwTranscriptHover *self)
{
  GtkWidget *focus = self->root != NULL ? gtk_root_get_focus (self->root) : NULL;
  WwTranscriptRow *row;

  if (!self->enabled || focus == NULL || gtk_widget_is_ancestor (focus, self->bar))
    return;
  /* A menu, or what else pops up from a message, has all that the bar has. */
  if (gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    {
      ww_transcript_hover_hide (self);
      return;
    }
  row = gtk_widget_is_ancestor (focus, self->list) ? row_of (focus) : NULL;
  if (row == NULL || !can_show (row) || !gtk_window_get_focus_visible (GTK_WINDOW (self->root)))
    {
      if (!self->in_bar)
        ww_transcript_hover_hide (self);
      return;
    }
  g_clear_handle_id (&self->source, g_source_remove);
  g_set_weak_pointer (&self->row, row);
  show (self);
}

static void
scrolled_cb (WwTranscriptHover *self)
{
  if (!gtk_widget_get_visible (self->bar))
    return;
  if (has_keyboard (self))
    gtk_widget_queue_allocate (GTK_WIDGET (self->overlay));
  else
    ww_transcript_hover_hide (self);
}

/* Over the bubble's upper edge on the side of who speaks; below it where there is no room, or tapbacks are in the way. */
static gboolean
get_child_position_cb (WwTranscriptHover *self, GtkWidget *child, GdkRectangle *allocation, GtkOverlay *overlay)
{
  graphene_rect_t bubble;
  GtkRequisition size;
  int width = gtk_widget_get_width (GTK_WIDGET (overlay));
  int height = gtk_widget_get_height (GTK_WIDGET (overlay));
  WwMessage *message;
  gboolean tapped, at_end;
  int y;

  if (child != self->bar)
    return FALSE;
  gtk_widget_get_preferred_size (child, NULL, &size);
  *allocation = (GdkRectangle) { 0, 0, size.width, size.height };
  if (self->row == NULL || ww_transcript_row_get_item (self->row) == NULL ||
      !gtk_widget_compute_bounds (ww_transcript_row_get_bubble (self->row), GTK_WIDGET (overlay), &bubble))
    return TRUE;

  message = ww_transcript_item_get_message (ww_transcript_row_get_item (self->row));
  tapped = g_list_model_get_n_items (ww_message_get_tapbacks (message)) > 0;
  at_end = ww_message_get_outgoing (message) != (gtk_widget_get_direction (child) == GTK_TEXT_DIR_RTL);
  y = (int) bubble.origin.y - size.height + OVERLAP;
  if (tapped || y < MARGIN)
    y = (int) (bubble.origin.y + bubble.size.height) - OVERLAP;
  allocation->x = (int) (at_end ? bubble.origin.x + bubble.size.width - (float) size.width : bubble.origin.x);
  allocation->x = CLAMP (allocation->x, MARGIN, MAX (width - size.width - MARGIN, MARGIN));
  allocation->y = CLAMP (y, MARGIN, MAX (height - size.height - MARGIN, MARGIN));
  return TRUE;
}

static void
unwatch_root (WwTranscriptHover *self)
{
  if (self->root != NULL)
    g_clear_signal_handler (&self->focus_id, self->root);
  g_clear_weak_pointer (&self->root);
}

static void
root_cb (WwTranscriptHover *self)
{
  unwatch_root (self);
  g_set_weak_pointer (&self->root, gtk_widget_get_root (GTK_WIDGET (self->overlay)));
  if (self->root != NULL)
    self->focus_id = g_signal_connect_object (self->root, "notify::focus-widget", G_CALLBACK (focus_cb), self,
                                              G_CONNECT_SWAPPED);
}

/**
 * ww_transcript_hover_set_enabled:
 * @enabled: whether there is a bar at all
 */
void
ww_transcript_hover_set_enabled (WwTranscriptHover *self, gboolean enabled)
{
  self->enabled = enabled;
  if (!enabled)
    ww_transcript_hover_hide (self);
}

static void
ww_transcript_hover_dispose (GObject *object)
{
  WwTranscriptHover *self = WW_TRANSCRIPT_HOVER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_weak_pointer (&self->row);
  unwatch_root (self);
  G_OBJECT_CLASS (ww_transcript_hover_parent_class)->dispose (object);
}

static void
ww_transcript_hover_class_init (WwTranscriptHoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_transcript_hover_dispose;
}

static void
ww_transcript_hover_init (WwTranscriptHover *self)
{
  self->enabled = TRUE;
}

static void
watch_pointer (WwTranscriptHover *self)
{
  GtkEventController *over_list = gtk_event_controller_motion_new ();
  GtkEventController *over_bar = gtk_event_controller_motion_new ();

  gtk_event_controller_set_propagation_phase (over_list, GTK_PHASE_CAPTURE);
  g_signal_connect_object (over_list, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (over_list, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->scrolled), over_list);
  g_signal_connect_object (over_bar, "enter", G_CALLBACK (bar_enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (over_bar, "leave", G_CALLBACK (bar_leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->bar, over_bar);
}

/**
 * ww_transcript_hover_new:
 * @overlay: around @scrolled; the bar is shown in it
 * @list: in @scrolled, of WwTranscriptRow
 *
 * For widgets that live as long as what is returned.
 */
WwTranscriptHover *
ww_transcript_hover_new (GtkOverlay *overlay, GtkScrolledWindow *scrolled, GtkWidget *list)
{
  WwTranscriptHover *self = g_object_new (WW_TYPE_TRANSCRIPT_HOVER, NULL);

  self->overlay = overlay;
  self->scrolled = scrolled;
  self->list = list;
  self->bar = ww_message_bar_new ();
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_overlay_add_overlay (overlay, self->bar);
  watch_pointer (self);
  g_signal_connect_object (overlay, "get-child-position", G_CALLBACK (get_child_position_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (overlay, "notify::root", G_CALLBACK (root_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (scrolled), "value-changed", G_CALLBACK (scrolled_cb),
                           self, G_CONNECT_SWAPPED);
  root_cb (self);
  return self;
}
