/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-pending-file"

#include "ww-pending-file.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ww-file-type.h"
#include "ww-media-probe.h"
#include "ww-media-picture.h"
#include "ww-media-strip.h"
#include "ww-media-write.h"
#include "ww-picture.h"

/* What the preview in the strip is made for, in pixels. */
#define PREVIEW_SIDE 256
/* Of what stands in the bubble until the photo is there, in bytes (docs/protocol.md). */
#define TINY_BYTES 4096

struct _WwPendingFile
{
  GObject parent_instance;
  GFile *file; /* one of these two */
  GBytes *bytes;
  char *name;
  char *content_type;
  guint64 size;
  guint64 max_size;
  gboolean known; /* whether it has been looked at */
  gboolean photo;
  gboolean keep_metadata;
  gboolean smaller;
  GdkPaintable *paintable;
  GBytes *original;         /* of what may be a photo */
  WwMediaPicture *prepared; /* of a photo, as it will be sent; NULL until it is */
  WwMediaProbe *probe;      /* of a film, or a piece of music; nullable */
  GBytes *poster;           /* of a film, small; nullable */
  GBytes *stripped;         /* of what can't be shown, without what its camera noted; nullable */
  guint preparing;          /* how often that was begun */
  char *error;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WwPendingFile, ww_pending_file, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_SIZE,
  PROP_PAINTABLE,
  PROP_ERROR,
  PROP_KNOWN,
  PROP_KEEP_METADATA,
  PROP_SMALLER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_error (WwPendingFile *self, char *error)
{
  g_free (self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
set_known (WwPendingFile *self)
{
  self->known = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KNOWN]);
}

/* --- Making what is sent ------------------------------------------------------------------- */

/* One picture at a time: each is decoded whole, and may be large. */
typedef struct
{
  GBytes *bytes;
  WwMediaPictureFlags flags;
  guint number;
} Preparation;

static void
preparation_free (Preparation *preparation)
{
  g_bytes_unref (preparation->bytes);
  g_free (preparation);
}

static void
prepare_thread (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Preparation *preparation = g_task_get_task_data (task);
  GError *error = NULL;
  WwMediaPicture *picture = ww_media_picture_prepare (preparation->bytes, preparation->flags, TINY_BYTES,
                                                      g_task_get_cancellable (task), &error);

  if (picture != NULL)
    g_task_return_pointer (task, picture, (GDestroyNotify) ww_media_picture_free);
  else
    g_task_return_error (task, error);
}

static GThreadPool *
get_threads (void)
{
  static GThreadPool *threads;

  if (threads == NULL)
    threads = g_thread_pool_new (prepare_thread, NULL, 1, FALSE, NULL);
  return threads;
}

/* One that cannot be shown can still be sent, as a file, and says no more of where it was made. */
static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WwPendingFile *self = WW_PENDING_FILE (source);
  Preparation *preparation = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  WwMediaPicture *picture = g_task_propagate_pointer (G_TASK (result), &error);

  /* The person has changed their mind meanwhile. */
  if (preparation->number != self->preparing || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_pointer (&picture, ww_media_picture_free);
      return;
    }
  g_clear_pointer (&self->prepared, ww_media_picture_free);
  self->prepared = picture;
  self->photo = picture != NULL;
  if (picture != NULL)
    self->size = g_bytes_get_size (picture->bytes);
  else
    self->stripped = ww_media_strip (self->original);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  set_known (self);
}

/* Until it is there, the message waits. */
static void
prepare (WwPendingFile *self)
{
  Preparation *preparation = g_new0 (Preparation, 1);
  GTask *task = g_task_new (self, self->cancellable, prepared_cb, NULL);

  preparation->bytes = g_bytes_ref (self->original);
  preparation->flags = (self->keep_metadata ? WW_MEDIA_PICTURE_KEEP_METADATA : 0) |
                       (self->smaller ? WW_MEDIA_PICTURE_SMALLER : 0);
  preparation->number = ++self->preparing;
  g_task_set_task_data (task, preparation, (GDestroyNotify) preparation_free);
  self->known = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KNOWN]);
  g_thread_pool_push (get_threads (), task, NULL);
}

static void
prepare_again (WwPendingFile *self)
{
  if (self->photo)
    prepare (self);
}

/* --- Looking at it ------------------------------------------------------------------------- */

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwPendingFile) self = user_data;

  self->paintable = ww_picture_load_finish (result, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
}

static void
decode (WwPendingFile *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  /* A photo is what its decoder can decode, whatever it is called. */
  if (ww_media_format_find (data, size) == WW_MEDIA_FORMAT_UNKNOWN)
    {
      set_known (self);
      return;
    }
  self->original = g_bytes_ref (bytes);
  ww_picture_load_async (bytes, PREVIEW_SIDE, PREVIEW_SIDE, WW_PICTURE_STILL, self->cancellable, shown_cb,
                         g_object_ref (self));
  prepare (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwPendingFile) self = user_data;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, NULL);

  if (bytes != NULL)
    decode (self, bytes);
  else
    set_known (self);
}

static GdkPaintable *
to_paintable (GdkPixbuf *pixels)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixels);

  return GDK_PAINTABLE (gdk_memory_texture_new (gdk_pixbuf_get_width (pixels), gdk_pixbuf_get_height (pixels),
                                                GDK_MEMORY_R8G8B8, bytes, (gsize) gdk_pixbuf_get_rowstride (pixels)));
}

/* What can't be played is still a file. */
static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwPendingFile) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) small = NULL;

  self->probe = ww_media_probe_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->probe != NULL && self->probe->poster != NULL)
    small = ww_media_shrink (self->probe->poster, PREVIEW_SIDE);
  if (small != NULL)
    {
      self->poster = ww_media_write_poster (small, TINY_BYTES);
      self->paintable = to_paintable (small);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
    }
  set_known (self);
}

static gboolean
is_played (WwPendingFile *self)
{
  return self->content_type != NULL && self->file != NULL && g_file_is_native (self->file) &&
         (g_str_has_prefix (self->content_type, "video/") || g_str_has_prefix (self->content_type, "audio/"));
}

/* Its name says whether that is worth trying. */
static void
look_inside (WwPendingFile *self)
{
  if (is_played (self) && self->error == NULL)
    {
      ww_media_probe_async (self->file, self->cancellable, probed_cb, g_object_ref (self));
      return;
    }
  if (!ww_file_type_may_be_photo (self->content_type) || self->size > WW_MEDIA_MAX_BYTES || self->error != NULL)
    set_known (self);
  else if (self->bytes != NULL)
    decode (self, self->bytes);
  else
    g_file_load_bytes_async (self->file, self->cancellable, read_cb, g_object_ref (self));
}

static void
check_size (WwPendingFile *self)
{
  g_autofree char *size = g_format_size (self->size);
  g_autofree char *max = g_format_size (self->max_size);

  if (self->max_size > 0 && self->size > self->max_size)
    /* Translators: the name of a file, its size, and the largest size, as in “28 MB”. */
    set_error (self,
               g_strdup_printf (_ ("“%1$s” has %2$s; %3$s can be sent. Share it another way, or make it smaller."),
                                self->name, size, max));
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwPendingFile) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (info == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_error (self, g_strdup_printf (_ ("“%s” couldn't be read. Check that it's still there."), self->name));
      return;
    }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      set_error (self,
                 g_strdup_printf (_ ("“%s” is not a file. Put a folder into an archive to send it."), self->name));
      return;
    }
  g_set_str (&self->content_type, g_file_info_get_content_type (info));
  self->size = (guint64) g_file_info_get_size (info);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  check_size (self);
  look_inside (self);
}

/**
 * ww_pending_file_examine:
 * @max_size: the largest that can be sent, in bytes; 0 for no limit
 *
 * Looks what it is, without keeping anybody waiting. "known" says when that is over, "error" that it cannot be sent.
 */
void
ww_pending_file_examine (WwPendingFile *self, guint64 max_size)
{
  self->max_size = max_size;
  if (self->file != NULL)
    {
      g_file_query_info_async (
          self->file,
          G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
          G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable, queried_cb, g_object_ref (self));
      return;
    }
  check_size (self);
  look_inside (self);
}

static void
ww_pending_file_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwPendingFile *self = WW_PENDING_FILE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_KNOWN:
      g_value_set_boolean (value, self->known);
      break;
    case PROP_KEEP_METADATA:
      g_value_set_boolean (value, self->keep_metadata);
      break;
    case PROP_SMALLER:
      g_value_set_boolean (value, self->smaller);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_pending_file_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WwPendingFile *self = WW_PENDING_FILE (object);

  switch (id)
    {
    case PROP_KEEP_METADATA:
      self->keep_metadata = g_value_get_boolean (value);
      prepare_again (self);
      break;
    case PROP_SMALLER:
      self->smaller = g_value_get_boolean (value);
      prepare_again (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_pending_file_dispose (GObject *object)
{
  g_cancellable_cancel (WW_PENDING_FILE (object)->cancellable);
  G_OBJECT_CLASS (ww_pending_file_parent_class)->dispose (object);
}

static void
ww_pending_file_finalize (GObject *object)
{
  WwPendingFile *self = WW_PENDING_FILE (object);

  g_clear_object (&self->file);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->paintable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->original, g_bytes_unref);
  g_clear_pointer (&self->prepared, ww_media_picture_free);
  g_clear_pointer (&self->probe, ww_media_probe_free);
  g_clear_pointer (&self->poster, g_bytes_unref);
  g_clear_pointer (&self->stripped, g_bytes_unref);
  g_free (self->name);
  g_free (self->content_type);
  g_free (self->error);
  G_OBJECT_CLASS (ww_pending_file_parent_class)->finalize (object);
}

static void
ww_pending_file_class_init (WwPendingFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ww_pending_file_get_property;
  object_class->set_property = ww_pending_file_set_property;
  object_class->dispose = ww_pending_file_dispose;
  object_class->finalize = ww_pending_file_finalize;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, readable);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, readable);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, readable);
  properties[PROP_KNOWN] = g_param_spec_boolean ("known", NULL, NULL, FALSE, readable);
  properties[PROP_KEEP_METADATA] = g_param_spec_boolean ("keep-metadata", NULL, NULL, FALSE, both);
  properties[PROP_SMALLER] = g_param_spec_boolean ("smaller", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_pending_file_init (WwPendingFile *self)
{
  self->cancellable = g_cancellable_new ();
}

WwPendingFile *
ww_pending_file_new (GFile *file)
{
  WwPendingFile *self = g_object_new (WW_TYPE_PENDING_FILE, NULL);
  g_autofree char *name = g_file_get_basename (file);

  self->file = g_object_ref (file);
  self->name = ww_file_type_display_name (name);
  return self;
}

/**
 * ww_pending_file_new_for_bytes:
 * @name: what the file will be called
 */
WwPendingFile *
ww_pending_file_new_for_bytes (GBytes *bytes, const char *name)
{
  WwPendingFile *self = g_object_new (WW_TYPE_PENDING_FILE, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  self->bytes = g_bytes_ref (bytes);
  self->name = g_strdup (name);
  self->size = size;
  self->content_type = g_content_type_guess (name, data, size, NULL);
  return self;
}

GFile *
ww_pending_file_get_file (WwPendingFile *self)
{
  return self->file;
}

GBytes *
ww_pending_file_get_bytes (WwPendingFile *self)
{
  return self->bytes;
}

const char *
ww_pending_file_get_name (WwPendingFile *self)
{
  return self->name;
}

const char *
ww_pending_file_get_content_type (WwPendingFile *self)
{
  return self->content_type;
}

guint64
ww_pending_file_get_size (WwPendingFile *self)
{
  return self->size;
}

gboolean
ww_pending_file_get_is_photo (WwPendingFile *self)
{
  return self->photo;
}

gboolean
ww_pending_file_get_known (WwPendingFile *self)
{
  return self->known;
}

GdkPaintable *
ww_pending_file_get_paintable (WwPendingFile *self)
{
  return self->paintable;
}

const char *
ww_pending_file_get_error (WwPendingFile *self)
{
  return self->error;
}

gboolean
ww_pending_file_get_keep_metadata (WwPendingFile *self)
{
  return self->keep_metadata;
}

gboolean
ww_pending_file_get_smaller (WwPendingFile *self)
{
  return self->smaller;
}

/* What was written anew may be of another kind than the file was, and then is called so. */
static char *
dup_name (WwPendingFile *self)
{
  const char *dot = strrchr (self->name, '.');
  int stem = dot != NULL && dot != self->name ? (int) (dot - self->name) : (int) strlen (self->name);
  gsize size;
  const guint8 *data = g_bytes_get_data (self->original, &size);

  if (ww_media_format_find (data, size) == self->prepared->format)
    return g_strdup (self->name);
  return g_strdup_printf ("%.*s%s", stem, self->name, ww_media_format_get_ending (self->prepared->format));
}

/**
 * ww_pending_file_add_to:
 *
 * Puts it into a message as the person wants it: a photo without what its camera noted, unless that is kept.
 */
void
ww_pending_file_add_to (WwPendingFile *self, WwOutgoing *outgoing)
{
  g_autofree char *media_type = self->content_type != NULL ? g_content_type_get_mime_type (self->content_type) : NULL;
  GBytes *bytes = self->stripped != NULL && !self->keep_metadata ? self->stripped : self->bytes;

  if (self->prepared != NULL)
    {
      g_autofree char *name = dup_name (self);

      ww_outgoing_add_bytes (outgoing, self->prepared->bytes, name, self->prepared->media_type);
      ww_outgoing_set_picture (outgoing, self->prepared->width, self->prepared->height, self->prepared->preview);
    }
  else if (bytes != NULL)
    ww_outgoing_add_bytes (outgoing, bytes, self->name, media_type);
  else
    ww_outgoing_add_file (outgoing, self->file, self->size, self->name, media_type);
  if (self->probe != NULL)
    ww_outgoing_set_sound (outgoing, self->probe->duration_ms, FALSE);
  if (self->probe != NULL && self->probe->poster != NULL)
    ww_outgoing_set_picture (outgoing, (guint) gdk_pixbuf_get_width (self->probe->poster),
                             (guint) gdk_pixbuf_get_height (self->probe->poster), self->poster);
}
