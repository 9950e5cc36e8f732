/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-photo"

#include "ww-photo.h"

#include <adwaita.h>

#include "ww-animation.h"

/* A panorama is cut at its sides rather than shown as a line. */
#define SIDE_MIN 72
#define FADE_MS  120
/* Of one whose size nobody said. */
#define DEFAULT_WIDTH  240
#define DEFAULT_HEIGHT 180

struct _WwPhoto
{
  GtkWidget parent_instance;
  int width, height; /* as it is shown when there is room */
  gboolean tile;
  GdkPaintable *preview;
  GdkPaintable *paintable;
  AdwAnimation *fade;
  double shown; /* of the paintable, over the preview */
  GtkAdjustment *adjustment;
  gulong scrolled;
};

G_DEFINE_FINAL_TYPE (WwPhoto, ww_photo, GTK_TYPE_WIDGET)

/**
 * ww_photo_fit:
 * @width: as the sender says; 0 for unknown
 * @height: the same, upwards
 *
 * How large a photo is in a bubble: in its own proportions, never larger than it is, within the room for it.
 */
void
ww_photo_fit (guint width, guint height, int *fitted_width, int *fitted_height)
{
  double scale;

  if (width == 0 || height == 0)
    {
      *fitted_width = DEFAULT_WIDTH;
      *fitted_height = DEFAULT_HEIGHT;
      return;
    }
  scale = MIN (1, MIN ((double) WW_PHOTO_MAX_WIDTH / width, (double) WW_PHOTO_MAX_HEIGHT / height));
  *fitted_width = CLAMP ((int) (width * scale + 0.5), SIDE_MIN, WW_PHOTO_MAX_WIDTH);
  *fitted_height = CLAMP ((int) (height * scale + 0.5), SIDE_MIN, WW_PHOTO_MAX_HEIGHT);
}

/* Whether any of it is within what scrolls it, as of now. */
static gboolean
is_in_sight (WwPhoto *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkWidget *frame = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t bounds;
  graphene_rect_t view;

  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (frame == NULL || !gtk_widget_compute_bounds (widget, frame, &bounds))
    return TRUE;
  view = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (frame), (float) gtk_widget_get_height (frame));
  return graphene_rect_intersection (&bounds, &view, NULL);
}

static void
update_motion (WwPhoto *self)
{
  gboolean wanted = FALSE;

  if (!WW_IS_ANIMATION (self->paintable))
    return;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &wanted, NULL);
  ww_animation_set_playing (WW_ANIMATION (self->paintable), wanted && is_in_sight (self));
}

static void
contents_changed_cb (WwPhoto *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
unwatch_scrolling (WwPhoto *self)
{
  if (self->adjustment != NULL)
    g_clear_signal_handler (&self->scrolled, self->adjustment);
  g_clear_object (&self->adjustment);
}

static void
watch_scrolling (WwPhoto *self)
{
  GtkWidget *frame = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);

  unwatch_scrolling (self);
  if (frame == NULL || !WW_IS_ANIMATION (self->paintable))
    return;
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (frame)));
  self->scrolled = g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (update_motion), self,
                                            G_CONNECT_SWAPPED);
}

/* The middle of a paintable, as large as covers all of the widget. */
static void
cover (GtkSnapshot *snapshot, GdkPaintable *paintable, double width, double height)
{
  double own_width = gdk_paintable_get_intrinsic_width (paintable);
  double own_height = gdk_paintable_get_intrinsic_height (paintable);
  double scale;

  if (own_width <= 0 || own_height <= 0)
    return;
  scale = MAX (width / own_width, height / own_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) ((width - own_width * scale) / 2),
                                                          (float) ((height - own_height * scale) / 2)));
  if (GDK_IS_TEXTURE (paintable))
    gtk_snapshot_append_scaled_texture (
        snapshot, GDK_TEXTURE (paintable), GSK_SCALING_FILTER_LINEAR,
        &GRAPHENE_RECT_INIT (0, 0, (float) (own_width * scale), (float) (own_height * scale)));
  else
    gdk_paintable_snapshot (paintable, snapshot, own_width * scale, own_height * scale);
  gtk_snapshot_restore (snapshot);
}

static void
ww_photo_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwPhoto *self = WW_PHOTO (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (self->preview != NULL && (self->paintable == NULL || self->shown < 1))
    cover (snapshot, self->preview, width, height);
  if (self->paintable == NULL)
    return;
  gtk_snapshot_push_opacity (snapshot, self->shown);
  cover (snapshot, self->paintable, width, height);
  gtk_snapshot_pop (snapshot);
}

static GtkSizeRequestMode
ww_photo_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ww_photo_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                  int *minimum_baseline, int *natural_baseline)
{
  WwPhoto *self = WW_PHOTO (widget);
  int width = self->tile ? WW_PHOTO_TILE : self->width;
  int height = self->tile ? WW_PHOTO_TILE : self->height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN (width, SIDE_MIN);
      *natural = width;
    }
  else
    *minimum = *natural = for_size >= 0 && for_size < width ? MAX (height * for_size / width, 1) : height;
}

static void
ww_photo_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ww_photo_parent_class)->map (widget);
  watch_scrolling (WW_PHOTO (widget));
  update_motion (WW_PHOTO (widget));
}

static void
ww_photo_unmap (GtkWidget *widget)
{
  unwatch_scrolling (WW_PHOTO (widget));
  GTK_WIDGET_CLASS (ww_photo_parent_class)->unmap (widget);
  update_motion (WW_PHOTO (widget));
}

static void
ww_photo_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (ww_photo_parent_class)->size_allocate (widget, width, height, baseline);
  update_motion (WW_PHOTO (widget));
}

static void
set_shown (double value, gpointer user_data)
{
  WwPhoto *self = user_data;

  self->shown = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
forget_paintable (WwPhoto *self)
{
  if (self->paintable == NULL)
    return;
  if (WW_IS_ANIMATION (self->paintable))
    ww_animation_set_playing (WW_ANIMATION (self->paintable), FALSE);
  g_signal_handlers_disconnect_by_data (self->paintable, self);
  g_clear_object (&self->paintable);
}

static void
ww_photo_dispose (GObject *object)
{
  WwPhoto *self = WW_PHOTO (object);

  unwatch_scrolling (self);
  forget_paintable (self);
  g_clear_object (&self->fade);
  g_clear_object (&self->preview);
  G_OBJECT_CLASS (ww_photo_parent_class)->dispose (object);
}

static void
ww_photo_class_init (WwPhotoClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_photo_dispose;
  widget_class->snapshot = ww_photo_snapshot;
  widget_class->get_request_mode = ww_photo_get_request_mode;
  widget_class->measure = ww_photo_measure;
  widget_class->map = ww_photo_map;
  widget_class->unmap = ww_photo_unmap;
  widget_class->size_allocate = ww_photo_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "photo");
  /* Whatever it stands in says what it is. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ww_photo_init (WwPhoto *self)
{
  ww_photo_fit (0, 0, &self->width, &self->height);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->fade = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, FADE_MS,
                                        adw_callback_animation_target_new (set_shown, self, NULL));
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-enable-animations", G_CALLBACK (update_motion),
                           self, G_CONNECT_SWAPPED);
}

GtkWidget *
ww_photo_new (void)
{
  return g_object_new (WW_TYPE_PHOTO, NULL);
}

/**
 * ww_photo_set_size:
 * @width: of the picture, in its own pixels; 0 for unknown
 * @height: the same, upwards
 */
void
ww_photo_set_size (WwPhoto *self, guint width, guint height)
{
  int before_width = self->width, before_height = self->height;

  ww_photo_fit (width, height, &self->width, &self->height);
  if (self->width != before_width || self->height != before_height)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * ww_photo_set_tile:
 * @tile: whether it is one of several, as a square
 */
void
ww_photo_set_tile (WwPhoto *self, gboolean tile)
{
  if (self->tile == tile)
    return;
  self->tile = tile;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * ww_photo_set_preview:
 * @preview: (nullable): what stands in until the picture is there
 */
void
ww_photo_set_preview (WwPhoto *self, GdkPaintable *preview)
{
  if (g_set_object (&self->preview, preview))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ww_photo_set_paintable:
 * @paintable: (nullable): the picture, a #WwAnimation for one that moves
 *
 * It is faded in over what was there, unless the widget is not to be seen.
 */
void
ww_photo_set_paintable (WwPhoto *self, GdkPaintable *paintable)
{
  if (self->paintable == paintable)
    return;
  forget_paintable (self);
  adw_animation_reset (self->fade);
  if (paintable == NULL)
    {
      unwatch_scrolling (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  self->paintable = g_object_ref (paintable);
  g_signal_connect_object (paintable, "invalidate-contents", G_CALLBACK (contents_changed_cb), self, G_CONNECT_SWAPPED);
  adw_animation_play (self->fade);
  watch_scrolling (self);
  update_motion (self);
}

GdkPaintable *
ww_photo_get_paintable (WwPhoto *self)
{
  return self->paintable;
}
