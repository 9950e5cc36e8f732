/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attachment-tile"

#include "ww-attachment-tile.h"

#include <glib/gi18n.h>

#include "ww-attachment-text.h"
#include "ww-future.h"
#include "ww-photo.h"
#include "ww-picture.h"
#include "ww-texture.h"
#include "ww-transfer-button.h"
#include "ww-widget.h"

/* What is fetched without being asked for: a photo, once its conversation is open. */
#define FETCH_MAX (12 * 1024 * 1024)

/* No preview has more pixels than this. */
#define PREVIEW_SIDE 256

struct _WwAttachmentTile
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkWidget *photo;
  GtkWidget *transfer;
  GtkWidget *mark;

  WwAttachment *attachment;
  gboolean tile;
  gboolean plain; /* a stranger's: nothing of it is decoded or loaded */
  DexFuture *loading;
  GCancellable *cancellable;
  gboolean broken;
};

G_DEFINE_FINAL_TYPE (WwAttachmentTile, ww_attachment_tile, GTK_TYPE_WIDGET)

enum
{
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_photo (WwAttachmentTile *self)
{
  return ww_attachment_get_kind (self->attachment) == WW_ATTACHMENT_KIND_PHOTO;
}

static char *
cache_key (WwAttachmentTile *self)
{
  return g_strdup_printf ("%s@%d%s", ww_attachment_get_id (self->attachment),
                          gtk_widget_get_scale_factor (GTK_WIDGET (self)), self->tile ? "t" : "");
}

/* --- The tiny preview ---------------------------------------------------------------------- */

static char *
preview_key (WwAttachmentTile *self)
{
  return g_strdup_printf ("%s-preview", ww_attachment_get_id (self->attachment));
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachmentTile) self = user_data;
  g_autoptr (GdkPaintable) preview = ww_picture_load_finish (result, NULL);
  g_autofree char *key = NULL;

  if (preview == NULL || self->attachment == NULL)
    return;
  key = preview_key (self);
  ww_texture_cache_insert (key, GDK_TEXTURE (preview));
  ww_photo_set_preview (WW_PHOTO (self->photo), preview);
}

static void
load_preview (WwAttachmentTile *self)
{
  GBytes *bytes = ww_attachment_get_preview (self->attachment);
  g_autofree char *key = preview_key (self);
  GdkTexture *known = ww_texture_cache_lookup (key);

  if (known != NULL)
    ww_photo_set_preview (WW_PHOTO (self->photo), GDK_PAINTABLE (known));
  else if (bytes != NULL)
    ww_picture_load_async (bytes, PREVIEW_SIDE, PREVIEW_SIDE, WW_PICTURE_STILL, self->cancellable, previewed_cb,
                           g_object_ref (self));
}

/* --- The picture itself -------------------------------------------------------------------- */

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachmentTile) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) paintable = ww_picture_load_finish (result, &error);

  if (self->attachment == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dex_clear (&self->loading);
  if (paintable == NULL)
    {
      self->broken = TRUE;
      gtk_widget_set_tooltip_text (self->button, _ ("This picture can't be shown. You can still save it."));
      gtk_widget_add_css_class (GTK_WIDGET (self), "broken");
      return;
    }
  ww_photo_set_paintable (WW_PHOTO (self->photo), paintable);
  if (GDK_IS_TEXTURE (paintable))
    {
      g_autofree char *key = cache_key (self);

      ww_texture_cache_insert (key, GDK_TEXTURE (paintable));
    }
}

static void
read_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwAttachmentTile *self = owner;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = WW_PHOTO_TILE, height = WW_PHOTO_TILE;

  if (error != NULL)
    {
      dex_clear (&self->loading);
      self->broken = TRUE;
      return;
    }
  if (!self->tile)
    ww_photo_fit (ww_attachment_get_width (self->attachment), ww_attachment_get_height (self->attachment), &width,
                  &height);
  ww_picture_load_async (g_value_get_boxed (value), width * scale, height * scale, WW_PICTURE_MOVING, self->cancellable,
                         decoded_cb, g_object_ref (self));
}

static void
load_picture (WwAttachmentTile *self)
{
  g_autofree char *key = cache_key (self);
  GdkTexture *known = ww_texture_cache_lookup (key);

  if (known != NULL)
    {
      ww_photo_set_paintable (WW_PHOTO (self->photo), GDK_PAINTABLE (known));
      return;
    }
  if (self->loading == NULL && !self->broken)
    self->loading = ww_future_watch (ww_attachment_load_bytes (self->attachment, WW_MEDIA_MAX_BYTES), self, read_cb,
                                     NULL);
}

/* --- What is shown ------------------------------------------------------------------------- */

static void
update (WwAttachmentTile *self)
{
  WwAttachmentState state = ww_attachment_get_state (self->attachment);
  gboolean readable = ww_attachment_get_readable (self->attachment);
  g_autofree char *description = ww_attachment_text_describe (self->attachment, TRUE);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  gtk_widget_set_visible (self->transfer, !self->plain && state != WW_ATTACHMENT_STATE_HERE);
  gtk_widget_set_visible (self->mark, self->plain || (state == WW_ATTACHMENT_STATE_HERE && !is_photo (self)));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->mark),
                                is_photo (self) ? "image-x-generic-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_sensitive (self->button, !self->plain);
  if (self->plain || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (ww_photo_get_paintable (WW_PHOTO (self->photo)) == NULL)
    load_preview (self);
  if (!is_photo (self))
    return;
  if (readable && ww_photo_get_paintable (WW_PHOTO (self->photo)) == NULL)
    load_picture (self);
  else if (state == WW_ATTACHMENT_STATE_REMOTE && ww_attachment_get_size (self->attachment) <= FETCH_MAX)
    ww_attachment_fetch (self->attachment);
}

static void
clicked_cb (WwAttachmentTile *self)
{
  if (ww_attachment_get_readable (self->attachment))
    g_signal_emit (self, signals[ACTIVATE], 0);
  else
    ww_attachment_resume (self->attachment);
}

static void
ww_attachment_tile_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ww_attachment_tile_parent_class)->map (widget);
  update (WW_ATTACHMENT_TILE (widget));
}

/* What is out of sight is not waited for, and what moves gives its decoder back. */
static void
ww_attachment_tile_unmap (GtkWidget *widget)
{
  WwAttachmentTile *self = WW_ATTACHMENT_TILE (widget);
  GdkPaintable *paintable = ww_photo_get_paintable (WW_PHOTO (self->photo));

  GTK_WIDGET_CLASS (ww_attachment_tile_parent_class)->unmap (widget);
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  dex_clear (&self->loading);
  if (paintable != NULL && !GDK_IS_TEXTURE (paintable))
    {
      g_autoptr (GdkPaintable) still = gdk_paintable_get_current_image (paintable);

      ww_photo_set_preview (WW_PHOTO (self->photo), still);
      ww_photo_set_paintable (WW_PHOTO (self->photo), NULL);
    }
}

static void
ww_attachment_tile_dispose (GObject *object)
{
  WwAttachmentTile *self = WW_ATTACHMENT_TILE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  dex_clear (&self->loading);
  g_clear_object (&self->attachment);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->transfer, gtk_widget_unparent);
  G_OBJECT_CLASS (ww_attachment_tile_parent_class)->dispose (object);
}

static void
ww_attachment_tile_class_init (WwAttachmentTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_attachment_tile_dispose;
  widget_class->map = ww_attachment_tile_map;
  widget_class->unmap = ww_attachment_tile_unmap;
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "attachmenttile");
}

static void
ww_attachment_tile_init (WwAttachmentTile *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->cancellable = g_cancellable_new ();
  self->photo = ww_photo_new ();
  self->mark = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->mark), 24);
  gtk_widget_add_css_class (self->mark, "photo-mark");
  gtk_widget_set_halign (self->mark, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->mark, GTK_ALIGN_CENTER);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->photo);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->mark);
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), overlay);
  gtk_widget_add_css_class (self->button, "photo-button");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
}

/**
 * ww_attachment_tile_new:
 * @tile: whether it is one of several
 * @plain: whether it is a stranger's: nothing of it is decoded or loaded
 */
GtkWidget *
ww_attachment_tile_new (WwAttachment *attachment, gboolean tile, gboolean plain)
{
  WwAttachmentTile *self = g_object_new (WW_TYPE_ATTACHMENT_TILE, NULL);

  self->attachment = g_object_ref (attachment);
  self->tile = tile;
  self->plain = plain;
  ww_photo_set_tile (WW_PHOTO (self->photo), tile);
  ww_photo_set_size (WW_PHOTO (self->photo), ww_attachment_get_width (attachment),
                     ww_attachment_get_height (attachment));
  self->transfer = ww_transfer_button_new (attachment);
  gtk_widget_add_css_class (self->transfer, "osd");
  gtk_widget_set_halign (self->transfer, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->transfer, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->transfer, GTK_WIDGET (self));
  g_signal_connect_object (attachment, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

WwAttachment *
ww_attachment_tile_get_attachment (WwAttachmentTile *self)
{
  return self->attachment;
}
