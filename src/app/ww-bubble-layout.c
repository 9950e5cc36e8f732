/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-bubble-layout"

#include "ww-bubble-layout.h"

#include "ww-message-content.h"

/*
 * Lays out one line of a conversation: the first child is the picture of who speaks, the second the bubble, the third
 * the time beside it, the fourth the tapbacks on its upper outer corner. Others' lines start with the picture, own ones
 * stand at the far side and have none. A bubble takes what its text needs, up to a share of the line and a fixed width.
 */
#define BUBBLE_SHARE 0.66
#define BUBBLE_MAX   560
#define GAP          8
/* How far tapbacks reach into the bubble, from its side and from above. */
#define OVERLAP_X 20
#define OVERLAP_Y 12

struct _WwBubbleLayout
{
  GtkLayoutManager parent_instance;
  gboolean own;
};

G_DEFINE_FINAL_TYPE (WwBubbleLayout, ww_bubble_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  GtkWidget *picture;
  GtkWidget *bubble;
  GtkWidget *time;
  GtkWidget *tapbacks;
} Children;

static Children
get_children (GtkWidget *widget)
{
  Children children = { .picture = gtk_widget_get_first_child (widget) };

  children.bubble = gtk_widget_get_next_sibling (children.picture);
  children.time = gtk_widget_get_next_sibling (children.bubble);
  children.tapbacks = gtk_widget_get_next_sibling (children.time);
  return children;
}

static int
size_of (GtkWidget *widget, GtkOrientation orientation)
{
  int size = 0;

  if (gtk_widget_should_layout (widget))
    gtk_widget_measure (widget, orientation, -1, NULL, &size, NULL, NULL);
  return size;
}

/* The room above the bubble that its tapbacks need. */
static int
tapbacks_rise (const Children *children)
{
  return MAX (size_of (children->tapbacks, GTK_ORIENTATION_VERTICAL) - OVERLAP_Y, 0);
}

/* The place of the picture is kept free in every line of a group, so that bubbles stand in one column. */
static int
gutter_width (WwBubbleLayout *self, const Children *children)
{
  return self->own ? 0 : size_of (children->picture, GTK_ORIENTATION_HORIZONTAL) + GAP;
}

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* Broken text leaves the ends of its lines empty: the longest of them is what it needs. */
static int
longest_line (GtkLabel *label, int limit)
{
  g_autoptr (PangoLayout) layout = pango_layout_copy (gtk_label_get_layout (label));
  int width;

  pango_layout_set_width (layout, limit * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/*
 * What a widget of that natural width needs at most where there is so much room. GTK's own answer (the width for a height) is
 * found by breaking the text anew for a dozen widths: that took most of the time in which rows were measured.
 */
static int
fitted_width (GtkWidget *widget, int natural, int limit)
{
  int widest = 0, fitted = 0;

  if (natural <= limit)
    return natural;
  if (GTK_IS_LABEL (widget))
    return longest_line (GTK_LABEL (widget), limit);
  if (!GTK_IS_BOX (widget) && !WW_IS_MESSAGE_CONTENT (widget))
    return limit;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      widest = MAX (widest, natural_width (child));
  /* What is beside them: padding. */
  limit -= natural - widest;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      fitted = MAX (fitted, fitted_width (child, natural_width (child), limit));
  return fitted + natural - widest;
}

static int
bubble_width (GtkWidget *bubble, int line_width)
{
  int limit = MIN ((int) (line_width * BUBBLE_SHARE), BUBBLE_MAX);
  int minimum, natural;

  gtk_widget_measure (bubble, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  limit = MAX (limit, minimum);
  return CLAMP (fitted_width (bubble, natural, limit), minimum, limit);
}

static GtkSizeRequestMode
ww_bubble_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ww_bubble_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
                          int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  WwBubbleLayout *self = WW_BUBBLE_LAYOUT (manager);
  Children children = get_children (widget);
  int height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (children.bubble, orientation, -1, minimum, natural, NULL, NULL);
      *minimum += gutter_width (self, &children);
      *natural += gutter_width (self, &children);
      return;
    }

  gtk_widget_measure (children.bubble, orientation, for_size < 0 ? -1 : bubble_width (children.bubble, for_size),
                      &height, NULL, NULL, NULL);
  height += tapbacks_rise (&children);
  if (!self->own && gtk_widget_get_opacity (children.picture) > 0)
    height = MAX (height, size_of (children.picture, orientation));
  *minimum = *natural = height;
}

static void
allocate (GtkWidget *child, int x, int y, int width, int height, int line_width)
{
  if (gtk_widget_get_direction (child) == GTK_TEXT_DIR_RTL)
    x = line_width - x - width;
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, width, height }, -1);
}

/* At the corner that is away from who speaks; what is wider than the room there reaches further into the bubble. */
static int
tapbacks_start (WwBubbleLayout *self, int start, int bubble, int tapbacks, int width)
{
  int overlap = MIN (OVERLAP_X, bubble / 2);

  if (self->own)
    return MAX (start + overlap - tapbacks, 0);
  return MAX (MIN (start + bubble - overlap, width - tapbacks), 0);
}

static void
ww_bubble_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  WwBubbleLayout *self = WW_BUBBLE_LAYOUT (manager);
  Children children = get_children (widget);
  int gutter = gutter_width (self, &children);
  int bubble = bubble_width (children.bubble, width);
  int start = self->own ? width - bubble : gutter;
  int rise = tapbacks_rise (&children);
  int tapbacks = size_of (children.tapbacks, GTK_ORIENTATION_HORIZONTAL);
  int picture_height = size_of (children.picture, GTK_ORIENTATION_VERTICAL);
  int time_width = size_of (children.time, GTK_ORIENTATION_HORIZONTAL);
  int time_height = size_of (children.time, GTK_ORIENTATION_VERTICAL);
  int from = start, to = start + bubble;

  allocate (children.bubble, start, rise, bubble, height - rise, width);
  allocate (children.picture, 0, height - picture_height, size_of (children.picture, GTK_ORIENTATION_HORIZONTAL),
            picture_height, width);
  if (tapbacks > 0)
    {
      int at = tapbacks_start (self, start, bubble, tapbacks, width);

      allocate (children.tapbacks, at, 0, tapbacks, size_of (children.tapbacks, GTK_ORIENTATION_VERTICAL), width);
      from = MIN (from, at);
      to = MAX (to, at + tapbacks);
    }
  allocate (children.time, self->own ? from - GAP - time_width : to + GAP, rise + (height - rise - time_height) / 2,
            time_width, time_height, width);
}

static void
ww_bubble_layout_class_init (WwBubbleLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = ww_bubble_layout_get_request_mode;
  layout_class->measure = ww_bubble_layout_measure;
  layout_class->allocate = ww_bubble_layout_allocate;
}

static void
ww_bubble_layout_init (WwBubbleLayout *self)
{
}

/**
 * ww_bubble_layout_set_own:
 * @own: whether the line is the person's own
 */
void
ww_bubble_layout_set_own (WwBubbleLayout *self, gboolean own)
{
  if (self->own == own)
    return;
  self->own = own;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}
