/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-anchor"

#include "ww-transcript-anchor.h"

/* GTK gives up a layout that is asked for anew more than four times within one frame, and says so aloud. */
#define MOVES_PER_FRAME 2
/* A row that is not where it belongs after so many frames can't get there. */
#define FRAMES_MAX 12

struct _WwTranscriptAnchor
{
  GObject parent_instance;
  GtkScrolledWindow *scrolled; /* unowned, as the list: they are children of whoever owns this */
  GtkListView *list;
  GtkAdjustment *adjustment;
  WwTranscriptAnchorItem item_of;

  gpointer item;        /* whose row has a place; NULL: none has */
  double offset;        /* of the row's top from the view's top, in pixels, for a row that is held */
  double align;         /* of the row in the view, 0 to 1, for a row that is brought */
  gboolean aligned;     /* which of the two counts */
  double value;         /* of the adjustment when it began */
  GtkWidget *focus_row; /* unowned, only compared: what had the keyboard when the view last moved */
  guint scrolled_id;    /* set from a move of the view until its rows have moved too */

  GdkFrameClock *clock; /* set while its frames are watched */
  gulong update_id;
  gulong layout_id;
  gint64 frame;
  guint frames;
  guint moves; /* within this frame */
};

G_DEFINE_FINAL_TYPE (WwTranscriptAnchor, ww_transcript_anchor, G_TYPE_OBJECT)

enum
{
  SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
unwatch (WwTranscriptAnchor *self)
{
  if (self->clock == NULL)
    return;
  g_clear_signal_handler (&self->update_id, self->clock);
  g_clear_signal_handler (&self->layout_id, self->clock);
  gdk_frame_clock_end_updating (self->clock);
  g_clear_object (&self->clock);
}

static void
settle (WwTranscriptAnchor *self)
{
  unwatch (self);
  g_clear_object (&self->item);
  g_signal_emit (self, signals[SETTLED], 0);
}

/* Where a child of the list was laid out, as seen from the view; not all of them were. */
static gboolean
get_bounds (WwTranscriptAnchor *self, GtkWidget *child, graphene_rect_t *bounds)
{
  return gtk_widget_get_child_visible (child) && gtk_widget_compute_bounds (child, GTK_WIDGET (self->list), bounds) &&
         bounds->size.height > 0;
}

static GtkWidget *
find_row (WwTranscriptAnchor *self, graphene_rect_t *bounds)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (self->item_of (child) == self->item)
      return get_bounds (self, child, bounds) ? child : NULL;
  return NULL;
}

static guint
find_position (WwTranscriptAnchor *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);
  guint n = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;

  /* From the end, where most of what is looked for is. */
  for (guint i = n; i > 0; i--)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (model), i - 1);

      if ((gpointer) item == self->item)
        return i - 1;
    }
  return GTK_INVALID_LIST_POSITION;
}

static double
wanted_offset (WwTranscriptAnchor *self, double height)
{
  double page = gtk_adjustment_get_page_size (self->adjustment);

  if (!self->aligned)
    return self->offset;
  /* What is higher than the view is read from its beginning, unless its end is asked for. */
  if (height > page && self->align < 1)
    return 0;
  return self->align * (page - height);
}

/* A fling and a finger go by the place where they began, and would throw the view back to it. */
static void
stop_fling (WwTranscriptAnchor *self)
{
  gtk_scrolled_window_set_kinetic_scrolling (self->scrolled, FALSE);
  gtk_scrolled_window_set_kinetic_scrolling (self->scrolled, TRUE);
}

/* Returns: whether the view had to be moved, so that its rows are laid out once more */
static gboolean
move (WwTranscriptAnchor *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);
  double last = gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment);
  graphene_rect_t bounds;
  double wanted;

  if (find_row (self, &bounds) == NULL)
    {
      guint position = find_position (self);

      if (position == GTK_INVALID_LIST_POSITION)
        return FALSE;
      gtk_list_view_scroll_to (self->list, position, GTK_LIST_SCROLL_NONE, NULL);
      return TRUE;
    }

  wanted = value + bounds.origin.y - wanted_offset (self, bounds.size.height);
  wanted = CLAMP (wanted, 0, MAX (last, 0));
  if (ABS (wanted - value) < 1)
    return FALSE;
  gtk_adjustment_set_value (self->adjustment, wanted);
  return TRUE;
}

static void
look (WwTranscriptAnchor *self)
{
  gint64 frame = gdk_frame_clock_get_frame_counter (self->clock);

  if (frame != self->frame)
    {
      self->frame = frame;
      self->frames++;
      self->moves = 0;
    }
  /* A list that was laid out without rows has no size, and GTK divides by it. */
  if (gtk_adjustment_get_page_size (self->adjustment) < 1 || self->moves == MOVES_PER_FRAME)
    return;
  if (self->frames <= FRAMES_MAX && move (self))
    {
      self->moves++;
      return;
    }
  if (!self->aligned && ABS (gtk_adjustment_get_value (self->adjustment) - self->value) >= 1)
    stop_fling (self);
  settle (self);
}

static void
update_cb (WwTranscriptAnchor *self)
{
  /* The layout of this frame is looked at, even if nothing else asks for one. */
  gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* Everything that is still to be moved is moved within the frame, so that nobody sees it elsewhere. */
static void
layout_cb (WwTranscriptAnchor *self)
{
  g_autoptr (WwTranscriptAnchor) alive = g_object_ref (self);

  look (self);
}

static void
watch (WwTranscriptAnchor *self)
{
  if (self->clock != NULL || self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self->list)))
    return;
  self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self->list)));
  self->frame = -1;
  self->frames = 0;
  self->update_id = g_signal_connect_object (self->clock, "update", G_CALLBACK (update_cb), self,
                                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->layout_id = g_signal_connect_object (self->clock, "layout", G_CALLBACK (layout_cb), self,
                                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gdk_frame_clock_begin_updating (self->clock);
  gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

static void
begin (WwTranscriptAnchor *self, gpointer item)
{
  g_set_object (&self->item, item);
  self->value = gtk_adjustment_get_value (self->adjustment);
  self->frames = 0;
  watch (self);
}

/* The row that has the keyboard, when the view is still to follow it there. */
static gboolean
follows_keyboard (WwTranscriptAnchor *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  double page = gtk_adjustment_get_page_size (self->adjustment);
  graphene_rect_t bounds;

  if (row == NULL || row == self->focus_row)
    return FALSE;
  return !get_bounds (self, row, &bounds) || bounds.origin.y < 0 || bounds.origin.y + bounds.size.height > page;
}

/**
 * ww_transcript_anchor_hold:
 *
 * The topmost row that begins within the view stays where it is: to be called before rows are put in above it, taken out,
 * or change their height. It may be called at any time and as often as one likes; what has a place already keeps it.
 */
void
ww_transcript_anchor_hold (WwTranscriptAnchor *self)
{
  double page = gtk_adjustment_get_page_size (self->adjustment);
  GtkWidget *best = NULL;
  double best_y = 0;

  /* Of a view that is just moving GTK itself knows which row it moves by, and nobody where the others are. */
  if (self->item != NULL || self->scrolled_id != 0 || follows_keyboard (self))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      graphene_rect_t bounds;
      double y;

      if (self->item_of (child) == NULL || !get_bounds (self, child, &bounds))
        continue;
      y = bounds.origin.y;
      if (y >= page || y + bounds.size.height <= 0)
        continue;
      /* A row that begins above the view stands in only if no other is to be seen. */
      if (best == NULL || (best_y < 0 ? y > best_y : y >= 0 && y < best_y))
        {
          best = child;
          best_y = y;
        }
    }
  if (best == NULL)
    return;
  self->aligned = FALSE;
  self->offset = best_y;
  begin (self, self->item_of (best));
}

/**
 * ww_transcript_anchor_place:
 * @position: of an item in the list's model
 * @align: 0 for the top of the view, 1 for its end, and what is between
 *
 * Brings a row into view and to its place there, also one that was not laid out yet. What was held before is let go.
 */
void
ww_transcript_anchor_place (WwTranscriptAnchor *self, guint position, double align)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);
  g_autoptr (GObject) item = model != NULL ? g_list_model_get_item (G_LIST_MODEL (model), position) : NULL;

  if (item == NULL)
    return;
  self->aligned = TRUE;
  self->align = align;
  begin (self, item);
}

/**
 * ww_transcript_anchor_release:
 *
 * Forgets what has a place, without a word: the list shows something else from now on.
 */
void
ww_transcript_anchor_release (WwTranscriptAnchor *self)
{
  unwatch (self);
  g_clear_object (&self->item);
  self->focus_row = NULL;
  if (self->scrolled_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->scrolled_id);
  self->scrolled_id = 0;
}

/**
 * ww_transcript_anchor_get_settled:
 *
 * Returns: whether nothing is on its way to its place
 */
gboolean
ww_transcript_anchor_get_settled (WwTranscriptAnchor *self)
{
  return self->item == NULL;
}

static gboolean
scrolled_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WW_TRANSCRIPT_ANCHOR (user_data)->scrolled_id = 0;
  return G_SOURCE_REMOVE;
}

static void
value_changed_cb (WwTranscriptAnchor *self)
{
  GtkWidget *list = GTK_WIDGET (self->list);

  self->focus_row = gtk_widget_get_focus_child (list);
  if (self->scrolled_id == 0 && gtk_widget_get_mapped (list))
    self->scrolled_id = gtk_widget_add_tick_callback (list, scrolled_cb, self, NULL);
}

static void
ww_transcript_anchor_dispose (GObject *object)
{
  ww_transcript_anchor_release (WW_TRANSCRIPT_ANCHOR (object));
  G_OBJECT_CLASS (ww_transcript_anchor_parent_class)->dispose (object);
}

static void
ww_transcript_anchor_class_init (WwTranscriptAnchorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_transcript_anchor_dispose;
  signals[SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ww_transcript_anchor_init (WwTranscriptAnchor *self)
{
}

/**
 * ww_transcript_anchor_new:
 * @scrolled: what the list is in
 * @item_of: tells which item a row shows
 *
 * For a list that lives as long as what is returned.
 */
WwTranscriptAnchor *
ww_transcript_anchor_new (GtkScrolledWindow *scrolled, GtkListView *list, WwTranscriptAnchorItem item_of)
{
  WwTranscriptAnchor *self = g_object_new (WW_TYPE_TRANSCRIPT_ANCHOR, NULL);

  self->scrolled = scrolled;
  self->list = list;
  self->adjustment = gtk_scrolled_window_get_vadjustment (scrolled);
  self->item_of = item_of;
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "map", G_CALLBACK (watch), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (list, "unmap", G_CALLBACK (unwatch), self, G_CONNECT_SWAPPED);
  return self;
}
