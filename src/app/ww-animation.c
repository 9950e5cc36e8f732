/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-animation"

#include "ww-animation.h"

#include <glycin-gtk4.h>

#include "ww-picture.h"

/* What changes faster than this only costs; browsers do the same with a delay of nothing. */
#define DELAY_MIN_MS 20
#define DELAY_MAX_MS 60000

struct _WwAnimation
{
  GObject parent_instance;
  WwMediaFile *file;
  GlyImage *image;
  GdkTexture *texture;
  int width, height;
  guint delay_ms; /* that the texture is to be seen */
  guint source;
  gboolean loading;
  gboolean playing;
  gboolean broken;
  GCancellable *cancellable;
};

static void paintable_init (GdkPaintableInterface *iface);
static void wait_for_next (WwAnimation *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwAnimation, ww_animation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

static guint
delay_in_ms (gint64 delay_us)
{
  return (guint) CLAMP (delay_us / 1000, DELAY_MIN_MS, DELAY_MAX_MS);
}

static void
frame_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAnimation) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GlyFrame) frame = gly_image_next_frame_finish (GLY_IMAGE (source), result, &error);

  self->loading = FALSE;
  if (frame == NULL)
    {
      self->broken = TRUE;
      return;
    }
  /* Each frame may say another size. */
  if ((guint64) gly_frame_get_width (frame) * gly_frame_get_height (frame) > WW_PICTURE_MAX_MOVING_PIXELS)
    {
      self->broken = TRUE;
      return;
    }
  g_set_object (&self->texture, NULL);
  self->texture = gly_gtk_frame_get_texture (frame);
  self->delay_ms = delay_in_ms (gly_frame_get_delay (frame));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  wait_for_next (self);
}

static gboolean
next_cb (gpointer user_data)
{
  WwAnimation *self = user_data;

  self->source = 0;
  self->loading = TRUE;
  gly_image_next_frame_async (self->image, self->cancellable, frame_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
wait_for_next (WwAnimation *self)
{
  if (self->playing && !self->loading && !self->broken && self->source == 0)
    self->source = g_timeout_add (self->delay_ms, next_cb, self);
}

static void
ww_animation_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  gdk_paintable_snapshot (GDK_PAINTABLE (WW_ANIMATION (paintable)->texture), snapshot, width, height);
}

static int
ww_animation_get_intrinsic_width (GdkPaintable *paintable)
{
  return WW_ANIMATION (paintable)->width;
}

static int
ww_animation_get_intrinsic_height (GdkPaintable *paintable)
{
  return WW_ANIMATION (paintable)->height;
}

static GdkPaintable *
ww_animation_get_current_image (GdkPaintable *paintable)
{
  return g_object_ref (GDK_PAINTABLE (WW_ANIMATION (paintable)->texture));
}

static GdkPaintableFlags
ww_animation_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = ww_animation_snapshot;
  iface->get_intrinsic_width = ww_animation_get_intrinsic_width;
  iface->get_intrinsic_height = ww_animation_get_intrinsic_height;
  iface->get_current_image = ww_animation_get_current_image;
  iface->get_flags = ww_animation_get_flags;
}

static void
ww_animation_dispose (GObject *object)
{
  WwAnimation *self = WW_ANIMATION (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (ww_animation_parent_class)->dispose (object);
}

static void
ww_animation_finalize (GObject *object)
{
  WwAnimation *self = WW_ANIMATION (object);

  g_clear_object (&self->image);
  g_clear_object (&self->texture);
  g_clear_object (&self->cancellable);
  ww_media_file_unref (self->file);
  G_OBJECT_CLASS (ww_animation_parent_class)->finalize (object);
}

static void
ww_animation_class_init (WwAnimationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_animation_dispose;
  G_OBJECT_CLASS (klass)->finalize = ww_animation_finalize;
}

static void
ww_animation_init (WwAnimation *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * ww_animation_new:
 * @file: what @image is read from
 * @first: its first frame
 * @delay_us: how long that is to be seen, in microseconds
 *
 * The decoder of @image stays, a process of its own, as long as the animation does.
 */
GdkPaintable *
ww_animation_new (WwMediaFile *file, GlyImage *image, GdkTexture *first, gint64 delay_us)
{
  WwAnimation *self = g_object_new (WW_TYPE_ANIMATION, NULL);

  self->file = ww_media_file_ref (file);
  self->image = g_object_ref (image);
  self->texture = g_object_ref (first);
  self->width = gdk_texture_get_width (first);
  self->height = gdk_texture_get_height (first);
  self->delay_ms = delay_in_ms (delay_us);
  return GDK_PAINTABLE (self);
}

void
ww_animation_set_playing (WwAnimation *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  if (playing)
    wait_for_next (self);
  else
    g_clear_handle_id (&self->source, g_source_remove);
}

gboolean
ww_animation_get_playing (WwAnimation *self)
{
  return self->playing;
}

/* What is to be seen at this moment. */
GdkTexture *
ww_animation_get_texture (WwAnimation *self)
{
  return self->texture;
}
