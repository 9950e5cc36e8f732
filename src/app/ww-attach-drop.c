/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attach-drop"

#include "ww-attach-drop.h"

#include <glib/gi18n.h>

#include "ww-picture.h"

#define READ_SIZE (256 * 1024)

/* What a picture may be called while it is in no file; its bytes are taken as they are, and decoded by nobody here. */
static const struct
{
  const char *media_type;
  const char *ending;
} pictures[] = {
  { "image/png", "png" }, { "image/jpeg", "jpg" },  { "image/webp", "webp" },
  { "image/gif", "gif" }, { "image/avif", "avif" }, { "image/jxl", "jxl" },
};

static GdkContentFormats *
make_formats (void)
{
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();

  gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_FILE_LIST);
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    gdk_content_formats_builder_add_mime_type (builder, pictures[i].media_type);
  return gdk_content_formats_builder_free_to_formats (builder);
}

static const char **
make_media_types (void)
{
  const char **types = g_new0 (const char *, G_N_ELEMENTS (pictures) + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    types[i] = pictures[i].media_type;
  return types;
}

/* What has a file list is taken as files, unless it is a text that a file manager put there. */
static gboolean
has_files (GdkContentFormats *formats)
{
  g_autoptr (GdkContentFormats)
      with_types = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));

  return gdk_content_formats_contain_gtype (with_types, GDK_TYPE_FILE_LIST);
}

static gboolean
has_picture (GdkContentFormats *formats)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (gdk_content_formats_contain_mime_type (formats, pictures[i].media_type))
      return TRUE;
  return FALSE;
}

static gboolean
has_text (GdkContentFormats *formats)
{
  return gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) ||
         gdk_content_formats_contain_mime_type (formats, "text/plain") ||
         gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8");
}

static void
add_files (WwAttachStrip *strip, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *link = files; link != NULL; link = link->next)
    ww_attach_strip_add_file (strip, link->data);
}

typedef struct
{
  WwAttachStrip *strip;
  GByteArray *bytes;
  const char *ending;
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->strip);
  g_clear_pointer (&reading->bytes, g_byte_array_unref);
  g_free (reading);
}

static void
read_done (Reading *reading)
{
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&reading->bytes));
  /* Translators: the name of a file that was pasted, before its ending. */
  g_autofree char *name = g_strdup_printf ("%s.%s", _ ("Picture"), reading->ending);
  g_autoptr (WwPendingFile) file = ww_pending_file_new_for_bytes (bytes, name);

  ww_attach_strip_add (reading->strip, file);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  Reading *reading = user_data;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (stream, result, NULL);

  if (piece != NULL && g_bytes_get_size (piece) == 0 && reading->bytes->len > 0)
    read_done (reading);
  else if (piece == NULL || g_bytes_get_size (piece) == 0 ||
           reading->bytes->len + g_bytes_get_size (piece) > WW_MEDIA_MAX_BYTES)
    ww_attach_strip_set_problem (reading->strip,
                                 _ ("The picture couldn't be taken over. Save it, and attach the file."));
  else
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (piece, &size);

      g_byte_array_append (reading->bytes, data, (guint) size);
      g_input_stream_read_bytes_async (stream, READ_SIZE, G_PRIORITY_DEFAULT, NULL, read_cb, reading);
      return;
    }
  g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  reading_free (reading);
}

/* Takes the bytes of a picture out of a stream that another program fills, and may never end. */
static void
read_picture (WwAttachStrip *strip, GInputStream *stream, const char *media_type)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->strip = g_object_ref (strip);
  reading->bytes = g_byte_array_new ();
  reading->ending = "png";
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (g_strcmp0 (media_type, pictures[i].media_type) == 0)
      reading->ending = pictures[i].ending;
  g_input_stream_read_bytes_async (stream, READ_SIZE, G_PRIORITY_DEFAULT, NULL, read_cb, reading);
}

static void
files_dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachStrip) strip = user_data;
  const GValue *value = gdk_drop_read_value_finish (GDK_DROP (source), result, NULL);

  if (value != NULL)
    add_files (strip, value);
  gdk_drop_finish (GDK_DROP (source), value != NULL ? GDK_ACTION_COPY : 0);
}

static void
picture_dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachStrip) strip = user_data;
  const char *media_type = NULL;
  g_autoptr (GInputStream) stream = gdk_drop_read_finish (GDK_DROP (source), result, &media_type, NULL);

  if (stream != NULL)
    read_picture (strip, stream, media_type);
  gdk_drop_finish (GDK_DROP (source), stream != NULL ? GDK_ACTION_COPY : 0);
}

static gboolean
drop_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, WwAttachStrip *strip)
{
  GtkWidget *area = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));

  gtk_widget_remove_css_class (area, "drop-target");
  if (has_files (gdk_drop_get_formats (drop)))
    gdk_drop_read_value_async (drop, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_dropped_cb,
                               g_object_ref (strip));
  else
    {
      g_autofree const char **types = make_media_types ();

      gdk_drop_read_async (drop, types, G_PRIORITY_DEFAULT, NULL, picture_dropped_cb, g_object_ref (strip));
    }
  return TRUE;
}

static GdkDragAction
drag_enter_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y)
{
  gtk_widget_add_css_class (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)), "drop-target");
  return GDK_ACTION_COPY;
}

static void
drag_leave_cb (GtkDropTargetAsync *target, GdkDrop *drop)
{
  gtk_widget_remove_css_class (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)), "drop-target");
}

/* Only where something can be sent: the strip's place is visible then. */
static gboolean
accept_cb (GtkDropTargetAsync *target, GdkDrop *drop, WwAttachStrip *strip)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (strip));
  GdkContentFormats *formats = gdk_drop_get_formats (drop);

  return gdk_drop_get_drag (drop) == NULL && parent != NULL && gtk_widget_get_mapped (parent) &&
         (has_files (formats) || has_picture (formats));
}

/**
 * ww_attach_drop_install:
 * @area: onto what one can drop; it has the CSS class “drop-target” while something is over it
 * @strip: where it goes
 */
void
ww_attach_drop_install (GtkWidget *area, WwAttachStrip *strip)
{
  GtkDropTargetAsync *target = gtk_drop_target_async_new (make_formats (), GDK_ACTION_COPY);

  g_signal_connect_object (target, "accept", G_CALLBACK (accept_cb), strip, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), strip, 0);
  g_signal_connect_object (target, "drag-enter", G_CALLBACK (drag_enter_cb), area, 0);
  g_signal_connect_object (target, "drag-leave", G_CALLBACK (drag_leave_cb), area, 0);
  gtk_widget_add_controller (area, GTK_EVENT_CONTROLLER (target));
}

static void
files_pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachStrip) strip = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL)
    add_files (strip, value);
}

static void
picture_pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwAttachStrip) strip = user_data;
  const char *media_type = NULL;
  g_autoptr (GInputStream) stream = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &media_type, NULL);

  if (stream != NULL)
    read_picture (strip, stream, media_type);
}

/* Text stays text. Files come with their addresses as text, so those are asked for first. */
static void
paste_cb (GtkTextView *view, WwAttachStrip *strip)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (has_files (formats))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_pasted_cb,
                                    g_object_ref (strip));
  else if (has_picture (formats) && !has_text (formats))
    {
      g_autofree const char **types = make_media_types ();

      gdk_clipboard_read_async (clipboard, types, G_PRIORITY_DEFAULT, NULL, picture_pasted_cb, g_object_ref (strip));
    }
  else
    return;
  g_signal_stop_emission_by_name (view, "paste-clipboard");
}

/**
 * ww_attach_paste_install:
 * @view: where one writes; files and pictures that are pasted there go to @strip
 */
void
ww_attach_paste_install (GtkTextView *view, WwAttachStrip *strip)
{
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (paste_cb), strip, 0);
}
