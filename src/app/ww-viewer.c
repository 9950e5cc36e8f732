/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-viewer"

#include "ww-viewer.h"

#include <glib/gi18n.h>

#include "ww-attachment-actions.h"
#include "ww-attachment-text.h"
#include "ww-future.h"
#include "ww-media-source.h"
#include "ww-picture.h"
#include "ww-zoom-view.h"

/* What a photo is decoded for: one can come closer to it than the screen shows. */
#define SIDE 4096
#define PAN  60

struct _WwViewer
{
  AdwDialog parent_instance;
  AdwWindowTitle *window_title;
  GtkStack *stack;
  WwZoomView *zoom_view;
  GtkVideo *video;
  AdwStatusPage *broken_page;
  GtkWidget *previous_button;
  GtkWidget *next_button;

  GListModel *attachments;
  guint position;
  WwAttachment *shown;
  DexFuture *reading;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WwViewer, ww_viewer, ADW_TYPE_DIALOG)

/* The keyboard stays in the dialog whatever it shows: else Escape and the arrow keys would go to what is behind it. */
static void
show_page (WwViewer *self, const char *name)
{
  GtkWidget *page;

  gtk_stack_set_visible_child_name (self->stack, name);
  page = gtk_stack_get_visible_child (self->stack);
  if (gtk_widget_get_mapped (page) && !gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
show_broken (WwViewer *self, const char *why)
{
  g_autofree char *escaped = g_markup_escape_text (why, -1);

  adw_status_page_set_description (self->broken_page, escaped);
  show_page (self, "broken");
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwViewer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) paintable = ww_picture_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->shown == NULL)
    return;
  if (paintable == NULL)
    {
      show_broken (self, _ ("This picture is damaged, or of a kind that isn't known here. You can still save it."));
      return;
    }
  ww_zoom_view_set_paintable (self->zoom_view, paintable);
  show_page (self, "photo");
}

static void
read_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwViewer *self = owner;

  dex_clear (&self->reading);
  if (error != NULL)
    show_broken (self, error->message);
  else
    ww_picture_load_async (g_value_get_boxed (value), SIDE, SIDE, WW_PICTURE_MOVING, self->cancellable, decoded_cb,
                           g_object_ref (self));
}

static void
opened_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwViewer *self = owner;
  g_autoptr (GtkMediaStream) media = NULL;

  dex_clear (&self->reading);
  if (error != NULL)
    {
      show_broken (self, error->message);
      return;
    }
  media = ww_media_source_play (g_value_get_object (value));
  gtk_video_set_media_stream (self->video, media);
  show_page (self, "video");
}

static void
update_names (WwViewer *self)
{
  guint n = g_list_model_get_n_items (self->attachments);
  g_autofree char *what = ww_attachment_text_describe (self->shown, TRUE);
  /* Translators: which of all photos is shown, as in “3 of 12”. */
  g_autofree char *place = g_strdup_printf (_ ("%1$u of %2$u"), self->position + 1, n);

  adw_dialog_set_title (ADW_DIALOG (self), what);
  adw_window_title_set_title (self->window_title, ww_attachment_get_name (self->shown));
  adw_window_title_set_subtitle (self->window_title, n > 1 ? place : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->zoom_view), GTK_ACCESSIBLE_PROPERTY_LABEL, what, -1);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), what, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.previous", self->position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.next", self->position + 1 < n);
  gtk_widget_set_visible (self->previous_button, n > 1);
  gtk_widget_set_visible (self->next_button, n > 1);
}

static void
stop (WwViewer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  dex_clear (&self->reading);
  if (self->video != NULL)
    gtk_video_set_media_stream (self->video, NULL);
  if (self->zoom_view != NULL)
    ww_zoom_view_set_paintable (self->zoom_view, NULL);
}

static void
begin (WwViewer *self)
{
  gboolean readable = ww_attachment_get_readable (self->shown);
  gboolean photo = ww_attachment_get_kind (self->shown) == WW_ATTACHMENT_KIND_PHOTO;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.save", readable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.open", readable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.copy", readable && photo);
  if (self->reading != NULL)
    return;
  if (!readable)
    {
      const char *error = ww_attachment_get_error (self->shown);

      if (error != NULL)
        show_broken (self, error);
      return;
    }
  g_signal_handlers_disconnect_by_func (self->shown, begin, self);
  self->reading = photo ? ww_future_watch (ww_attachment_load_bytes (self->shown, WW_MEDIA_MAX_BYTES), self, read_cb,
                                           NULL)
                        : ww_future_watch (ww_attachment_open (self->shown), self, opened_cb, NULL);
}

static void
show_position (WwViewer *self, guint position)
{
  stop (self);
  if (self->shown != NULL)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  g_clear_object (&self->shown);
  self->position = position;
  self->shown = g_list_model_get_item (self->attachments, position);
  if (self->shown == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->stack, "loading");
  update_names (self);
  g_signal_connect_object (self->shown, "notify::state", G_CALLBACK (begin), self, G_CONNECT_SWAPPED);
  ww_attachment_resume (self->shown);
  begin (self);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwViewer *self = WW_VIEWER (widget);

  if (self->position > 0)
    show_position (self, self->position - 1);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwViewer *self = WW_VIEWER (widget);

  if (self->position + 1 < g_list_model_get_n_items (self->attachments))
    show_position (self, self->position + 1);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_attachment_actions_save (WW_VIEWER (widget)->shown, GTK_WIDGET (WW_VIEWER (widget)->stack));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_attachment_actions_copy (WW_VIEWER (widget)->shown, GTK_WIDGET (WW_VIEWER (widget)->stack));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_attachment_actions_open (WW_VIEWER (widget)->shown, GTK_WIDGET (WW_VIEWER (widget)->stack));
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwViewer *self = WW_VIEWER (widget);
  int steps = g_variant_get_int32 (parameter);

  if (steps == 0)
    ww_zoom_view_fit (self->zoom_view);
  else
    ww_zoom_view_step (self->zoom_view, steps);
}

/* Arrow keys move about in what is larger than the window, and else go on to the next one. */
static gboolean
key_cb (WwViewer *self, guint key)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean closer = ww_zoom_view_get_zoom (self->zoom_view) > 1;
  gboolean back = key == (mirrored ? GDK_KEY_Right : GDK_KEY_Left);

  if (key == GDK_KEY_Page_Up || key == GDK_KEY_Page_Down)
    gtk_widget_activate_action (GTK_WIDGET (self), key == GDK_KEY_Page_Up ? "viewer.previous" : "viewer.next", NULL);
  else if (closer && (key == GDK_KEY_Left || key == GDK_KEY_Right))
    ww_zoom_view_pan (self->zoom_view, key == GDK_KEY_Left ? -PAN : PAN, 0);
  else if (closer && (key == GDK_KEY_Up || key == GDK_KEY_Down))
    ww_zoom_view_pan (self->zoom_view, 0, key == GDK_KEY_Up ? -PAN : PAN);
  else if (key == GDK_KEY_Left || key == GDK_KEY_Right)
    gtk_widget_activate_action (GTK_WIDGET (self), back ? "viewer.previous" : "viewer.next", NULL);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
ww_viewer_dispose (GObject *object)
{
  WwViewer *self = WW_VIEWER (object);

  stop (self);
  g_clear_object (&self->shown);
  g_clear_object (&self->attachments);
  gtk_widget_dispose_template (GTK_WIDGET (self), WW_TYPE_VIEWER);
  G_OBJECT_CLASS (ww_viewer_parent_class)->dispose (object);
}

static void
add_bindings (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    int steps;
  } zoom[] = {
    { GDK_KEY_plus, 1 },         { GDK_KEY_equal, 1 }, { GDK_KEY_KP_Add, 1 }, { GDK_KEY_minus, -1 },
    { GDK_KEY_KP_Subtract, -1 }, { GDK_KEY_0, 0 },     { GDK_KEY_KP_0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (zoom); i++)
    {
      gtk_widget_class_add_binding_action (widget_class, zoom[i].key, 0, "viewer.zoom", "i", zoom[i].steps);
      gtk_widget_class_add_binding_action (widget_class, zoom[i].key, GDK_CONTROL_MASK, "viewer.zoom", "i",
                                           zoom[i].steps);
    }
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "viewer.save", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "viewer.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "viewer.open", NULL);
}

static void
ww_viewer_class_init (WwViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_viewer_dispose;
  g_type_ensure (WW_TYPE_ZOOM_VIEW);
  gtk_widget_class_install_action (widget_class, "viewer.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "viewer.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "viewer.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "viewer.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "viewer.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "viewer.zoom", "i", zoom_action);
  add_bindings (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, WwViewer, window_title);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, stack);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, zoom_view);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, video);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, broken_page);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, previous_button);
  gtk_widget_class_bind_template_child (widget_class, WwViewer, next_button);
}

static void
ww_viewer_init (WwViewer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * ww_viewer_new:
 * @attachments: (transfer full): of #WwAttachment, photos and films
 * @position: which is shown first
 */
AdwDialog *
ww_viewer_new (GListModel *attachments, guint position)
{
  WwViewer *self = g_object_new (WW_TYPE_VIEWER, NULL);

  self->attachments = attachments;
  show_position (self, position);
  return ADW_DIALOG (self);
}

/**
 * ww_viewer_collect:
 * @messages: of #WwMessage, oldest first
 * @id: of the attachment that was chosen
 * @position: (out): where it is among them
 *
 * Returns: (transfer full) (nullable): all photos and films of these messages, as #WwAttachment; %NULL when @id is none of them
 */
GListModel *
ww_viewer_collect (GListModel *messages, const char *id, guint *position)
{
  g_autoptr (GListStore) found = g_list_store_new (WW_TYPE_ATTACHMENT);
  gboolean there = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (WwMessage) message = g_list_model_get_item (messages, i);
      GListModel *attachments = ww_message_get_attachments (message);

      for (guint j = 0; attachments != NULL && j < g_list_model_get_n_items (attachments); j++)
        {
          g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, j);
          WwAttachmentKind kind = ww_attachment_get_kind (attachment);

          if (kind != WW_ATTACHMENT_KIND_PHOTO && kind != WW_ATTACHMENT_KIND_VIDEO)
            continue;
          if (g_str_equal (ww_attachment_get_id (attachment), id))
            {
              *position = g_list_model_get_n_items (G_LIST_MODEL (found));
              there = TRUE;
            }
          g_list_store_append (found, attachment);
        }
    }
  return there ? G_LIST_MODEL (g_steal_pointer (&found)) : NULL;
}
