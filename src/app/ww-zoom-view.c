/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-zoom-view"

#include "ww-zoom-view.h"

#include <math.h>

#include "ww-animation.h"

#define ZOOM_MAX 16.0
#define STEP     1.25

struct _WwZoomView
{
  GtkWidget parent_instance;
  GdkPaintable *paintable;
  double zoom; /* of what fits; 1 at first */
  double x, y; /* what is in the middle, from the middle of the picture, in widget's pixels */
  double zoom_before, x_before, y_before;
};

G_DEFINE_FINAL_TYPE (WwZoomView, ww_zoom_view, GTK_TYPE_WIDGET)

/* How large the picture is at zoom 1: no larger than it is, no larger than fits. */
static void
get_fit (WwZoomView *self, double *width, double *height)
{
  double own_width = gdk_paintable_get_intrinsic_width (self->paintable);
  double own_height = gdk_paintable_get_intrinsic_height (self->paintable);
  double scale = MIN (gtk_widget_get_width (GTK_WIDGET (self)) / MAX (own_width, 1),
                      gtk_widget_get_height (GTK_WIDGET (self)) / MAX (own_height, 1));

  scale = MIN (scale, 1.0);
  *width = own_width * scale;
  *height = own_height * scale;
}

/* One never sees beside the picture on one side while it goes on at the other. */
static void
keep_inside (WwZoomView *self)
{
  double width, height, room_x, room_y;

  if (self->paintable == NULL)
    return;
  get_fit (self, &width, &height);
  room_x = MAX (0, (width * self->zoom - gtk_widget_get_width (GTK_WIDGET (self))) / 2);
  room_y = MAX (0, (height * self->zoom - gtk_widget_get_height (GTK_WIDGET (self))) / 2);
  self->x = CLAMP (self->x, -room_x, room_x);
  self->y = CLAMP (self->y, -room_y, room_y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What is at (x, y), from the middle of the widget, stays there. */
static void
zoom_at (WwZoomView *self, double zoom, double x, double y)
{
  double before = self->zoom;

  self->zoom = CLAMP (zoom, 1.0, ZOOM_MAX);
  self->x = (self->x + x) * self->zoom / before - x;
  self->y = (self->y + y) * self->zoom / before - y;
  keep_inside (self);
}

static void
ww_zoom_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwZoomView *self = WW_ZOOM_VIEW (widget);
  double width, height;

  if (self->paintable == NULL)
    return;
  get_fit (self, &width, &height);
  width *= self->zoom;
  height *= self->zoom;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) ((gtk_widget_get_width (widget) - width) / 2 - self->x),
                                                (float) ((gtk_widget_get_height (widget) - height) / 2 - self->y)));
  if (GDK_IS_TEXTURE (self->paintable))
    gtk_snapshot_append_scaled_texture (snapshot, GDK_TEXTURE (self->paintable), GSK_SCALING_FILTER_TRILINEAR,
                                        &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  else
    gdk_paintable_snapshot (self->paintable, snapshot, width, height);
  gtk_snapshot_restore (snapshot);
}

static void
ww_zoom_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  keep_inside (WW_ZOOM_VIEW (widget));
}

static gboolean
scroll_cb (WwZoomView *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  double x = 0, y = 0;
  graphene_point_t point;

  if (event != NULL && gdk_event_get_position (event, &x, &y) &&
      gtk_widget_compute_point (GTK_WIDGET (gtk_widget_get_native (GTK_WIDGET (self))), GTK_WIDGET (self),
                                &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    zoom_at (self, self->zoom * pow (STEP, -dy), point.x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
             point.y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
  else
    zoom_at (self, self->zoom * pow (STEP, -dy), 0, 0);
  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (WwZoomView *self)
{
  self->zoom_before = self->zoom;
}

static void
pinched_cb (WwZoomView *self, double scale, GtkGesture *gesture)
{
  double x = 0, y = 0;

  gtk_gesture_get_bounding_box_center (gesture, &x, &y);
  zoom_at (self, self->zoom_before * scale, x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
           y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
drag_begin_cb (WwZoomView *self)
{
  self->x_before = self->x;
  self->y_before = self->y;
}

static void
dragged_cb (WwZoomView *self, double dx, double dy)
{
  self->x = self->x_before - dx;
  self->y = self->y_before - dy;
  keep_inside (self);
}

static void
pressed_cb (WwZoomView *self, int n_press, double x, double y)
{
  if (n_press == 2)
    zoom_at (self, self->zoom > 1 ? 1 : 3, x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
             y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
contents_changed_cb (WwZoomView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ww_zoom_view_dispose (GObject *object)
{
  ww_zoom_view_set_paintable (WW_ZOOM_VIEW (object), NULL);
  G_OBJECT_CLASS (ww_zoom_view_parent_class)->dispose (object);
}

static void
ww_zoom_view_class_init (WwZoomViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_zoom_view_dispose;
  widget_class->snapshot = ww_zoom_view_snapshot;
  widget_class->size_allocate = ww_zoom_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "zoomview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_gestures (WwZoomView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (scroll, "scroll", G_CALLBACK (scroll_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pinch, "begin", G_CALLBACK (pinch_begin_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pinch, "scale-changed", G_CALLBACK (pinched_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (dragged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_gesture_group (drag, click);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}

static void
ww_zoom_view_init (WwZoomView *self)
{
  self->zoom = 1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  add_gestures (self);
}

/**
 * ww_zoom_view_set_paintable:
 * @paintable: (nullable): a texture, or a #WwAnimation, which plays if the person wants motion
 */
void
ww_zoom_view_set_paintable (WwZoomView *self, GdkPaintable *paintable)
{
  gboolean wanted = FALSE;

  if (self->paintable != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->paintable, self);
      if (WW_IS_ANIMATION (self->paintable))
        ww_animation_set_playing (WW_ANIMATION (self->paintable), FALSE);
    }
  g_set_object (&self->paintable, paintable);
  ww_zoom_view_fit (self);
  if (paintable == NULL)
    return;
  g_signal_connect_object (paintable, "invalidate-contents", G_CALLBACK (contents_changed_cb), self, G_CONNECT_SWAPPED);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &wanted, NULL);
  if (WW_IS_ANIMATION (paintable))
    ww_animation_set_playing (WW_ANIMATION (paintable), wanted);
}

/* How much larger than what fits. */
double
ww_zoom_view_get_zoom (WwZoomView *self)
{
  return self->zoom;
}

/**
 * ww_zoom_view_step:
 * @steps: closer, or farther away
 *
 * Returns: whether anything changed
 */
gboolean
ww_zoom_view_step (WwZoomView *self, int steps)
{
  double before = self->zoom;

  zoom_at (self, self->zoom * pow (STEP, steps), 0, 0);
  return self->zoom != before;
}

void
ww_zoom_view_fit (WwZoomView *self)
{
  self->zoom = 1;
  self->x = self->y = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ww_zoom_view_pan (WwZoomView *self, double x, double y)
{
  self->x += x;
  self->y += y;
  keep_inside (self);
}
