/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-progress-ring"

#include "ww-progress-ring.h"

#include "ww-widget.h"

#define RING_SIZE 40
#define RING_LINE 3.0f

struct _WwProgressRing
{
  GtkWidget parent_instance;
  double fraction; /* negative: nothing is known, and no ring is drawn */
};

G_DEFINE_FINAL_TYPE (WwProgressRing, ww_progress_ring, GTK_TYPE_WIDGET)

static void
append_arc (GtkSnapshot *snapshot, float size, double fraction, const GdkRGBA *colour)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (RING_LINE);
  float middle = size / 2, radius = (size - RING_LINE) / 2;

  if (fraction >= 1)
    gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (middle, middle), radius);
  else
    {
      double angle = fraction * 2 * G_PI;
      float x = middle + radius * (float) sin (angle), y = middle - radius * (float) cos (angle);

      gsk_path_builder_move_to (builder, middle, middle - radius);
      gsk_path_builder_svg_arc_to (builder, radius, radius, 0, fraction > 0.5, TRUE, x, y);
    }
  path = gsk_path_builder_to_path (builder);
  gsk_stroke_set_line_cap (stroke, GSK_LINE_CAP_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, stroke, colour);
}

static void
ww_progress_ring_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwProgressRing *self = WW_PROGRESS_RING (widget);
  float size = (float) MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  GdkRGBA colour, track;

  gtk_widget_get_color (widget, &colour);
  track = colour;
  track.alpha *= 0.25f;
  if (self->fraction >= 0 && size > 2 * RING_LINE)
    {
      append_arc (snapshot, size, 1, &track);
      if (self->fraction > 0)
        append_arc (snapshot, size, self->fraction, &colour);
    }
  GTK_WIDGET_CLASS (ww_progress_ring_parent_class)->snapshot (widget, snapshot);
}

static void
ww_progress_ring_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = RING_SIZE;
}

static void
ww_progress_ring_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child != NULL && gtk_widget_should_layout (child))
    gtk_widget_allocate (child, width, height, -1, NULL);
}

static void
ww_progress_ring_dispose (GObject *object)
{
  ww_progress_ring_set_child (WW_PROGRESS_RING (object), NULL);
  G_OBJECT_CLASS (ww_progress_ring_parent_class)->dispose (object);
}

static void
ww_progress_ring_class_init (WwProgressRingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_progress_ring_dispose;
  widget_class->snapshot = ww_progress_ring_snapshot;
  widget_class->measure = ww_progress_ring_measure;
  widget_class->size_allocate = ww_progress_ring_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "progressring");
}

static void
ww_progress_ring_init (WwProgressRing *self)
{
  self->fraction = -1;
}

GtkWidget *
ww_progress_ring_new (void)
{
  return g_object_new (WW_TYPE_PROGRESS_RING, NULL);
}

/**
 * ww_progress_ring_set_child:
 * @child: (nullable): what stands in the middle
 */
void
ww_progress_ring_set_child (WwProgressRing *self, GtkWidget *child)
{
  GtkWidget *before = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (before == child)
    return;
  g_clear_pointer (&before, gtk_widget_unparent);
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

/**
 * ww_progress_ring_set_fraction:
 * @fraction: from 0 to 1; negative for no ring
 */
void
ww_progress_ring_set_fraction (WwProgressRing *self, double fraction)
{
  fraction = fraction < 0 ? -1 : MIN (fraction, 1);
  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
