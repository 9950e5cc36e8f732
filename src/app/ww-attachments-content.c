/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attachments-content"

#include "ww-attachments-content.h"

#include "ww-attachment-tile.h"
#include "ww-audio-player.h"
#include "ww-file-card.h"
#include "ww-text-content.h"
#include "ww-transcript-item.h"
#include "ww-viewer.h"

/* The last of so many stands for all that follow. */
#define TILES_MAX    6
#define GRID_COLUMNS 2
#define GRID_GAP     2

struct _WwAttachmentsContent
{
  GtkWidget parent_instance;
  GListModel *attachments; /* what is shown */
  GtkWidget *caption;      /* unowned; NULL: none */
  char *text;
  gboolean plain;
  gboolean bare;
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwAttachmentsContent, ww_attachments_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static gboolean
is_seen (WwAttachment *attachment)
{
  return ww_attachment_get_kind (attachment) == WW_ATTACHMENT_KIND_PHOTO ||
         ww_attachment_get_kind (attachment) == WW_ATTACHMENT_KIND_VIDEO;
}

/* All messages that the list around it holds. */
static GListModel *
list_messages (GtkWidget *widget)
{
  GtkWidget *view = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW);
  GListModel *items = view != NULL ? G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view))) : NULL;
  GListStore *messages = g_list_store_new (WW_TYPE_MESSAGE);

  for (guint i = 0; items != NULL && i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (items, i);

      if (WW_IS_TRANSCRIPT_ITEM (item))
        g_list_store_append (messages, ww_transcript_item_get_message (WW_TRANSCRIPT_ITEM (item)));
    }
  return G_LIST_MODEL (messages);
}

static void
activate_cb (WwAttachmentTile *tile)
{
  g_autoptr (GListModel) messages = list_messages (GTK_WIDGET (tile));
  WwAttachment *attachment = ww_attachment_tile_get_attachment (tile);
  guint position = 0;
  GListModel *all = ww_viewer_collect (messages, ww_attachment_get_id (attachment), &position);

  if (all == NULL)
    {
      GListStore *alone = g_list_store_new (WW_TYPE_ATTACHMENT);

      g_list_store_append (alone, attachment);
      all = G_LIST_MODEL (alone);
    }
  adw_dialog_present (ww_viewer_new (all, position), GTK_WIDGET (tile));
}

static GtkWidget *
make_tile (WwAttachment *attachment, gboolean tile, gboolean plain)
{
  GtkWidget *widget = ww_attachment_tile_new (attachment, tile, plain);

  g_signal_connect (widget, "activate", G_CALLBACK (activate_cb), NULL);
  return widget;
}

/* A number over the last one that there is room for. */
static GtkWidget *
add_rest (GtkWidget *tile, guint rest)
{
  GtkWidget *overlay = gtk_overlay_new ();
  g_autofree char *text = g_strdup_printf ("+%u", rest);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "photo-rest");
  gtk_widget_set_can_target (label, FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), tile);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), label);
  return overlay;
}

/* Two in a row; when they are odd, the first has a row to itself. */
static GtkWidget *
make_grid (GPtrArray *seen, gboolean plain)
{
  GtkWidget *grid = gtk_grid_new ();
  guint shown = MIN (seen->len, TILES_MAX);
  guint wide = shown % GRID_COLUMNS;

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), GRID_GAP);
  gtk_grid_set_row_spacing (GTK_GRID (grid), GRID_GAP);
  for (guint i = 0; i < shown; i++)
    {
      GtkWidget *tile = make_tile (seen->pdata[i], TRUE, plain);
      guint cell = i + (wide > 0 && i > 0 ? 1 : 0);

      if (i == shown - 1 && seen->len > shown)
        tile = add_rest (tile, seen->len - shown);
      gtk_grid_attach (GTK_GRID (grid), tile, (int) (cell % GRID_COLUMNS), (int) (cell / GRID_COLUMNS),
                       wide > 0 && i == 0 ? GRID_COLUMNS : 1, 1);
    }
  return grid;
}

static void
append (WwAttachmentsContent *self, GtkWidget *child, const char *css_class)
{
  gtk_widget_add_css_class (child, css_class);
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
append_seen (WwAttachmentsContent *self, GPtrArray *seen)
{
  GtkWidget *child;

  if (seen->len == 0)
    return;
  child = seen->len == 1 ? make_tile (seen->pdata[0], FALSE, self->plain) : make_grid (seen, self->plain);
  gtk_widget_set_overflow (child, GTK_OVERFLOW_HIDDEN);
  append (self, child, "photos");
}

static void
append_others (WwAttachmentsContent *self, GPtrArray *others)
{
  GtkWidget *box;

  if (others->len == 0)
    return;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  for (guint i = 0; i < others->len; i++)
    gtk_box_append (GTK_BOX (box), ww_attachment_get_kind (others->pdata[i]) == WW_ATTACHMENT_KIND_AUDIO
                                       ? ww_audio_player_new (others->pdata[i], self->plain)
                                       : ww_file_card_new (others->pdata[i], self->plain));
  append (self, box, self->bare ? "part" : "files");
}

static void
append_text (WwAttachmentsContent *self)
{
  GtkWidget *text;

  if (*self->text == '\0')
    return;
  text = GTK_WIDGET (ww_message_content_new (WW_MESSAGE_KIND_TEXT));
  ww_text_content_set_text (WW_TEXT_CONTENT (text), self->text, self->plain);
  self->caption = text;
  append (self, text, self->bare ? "part" : "caption-text");
}

static void
remove_children (WwAttachmentsContent *self)
{
  GtkWidget *child;

  self->caption = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

/**
 * ww_attachments_content_show:
 * @attachments: of #WwAttachment
 * @text: what was written with them; may be empty
 * @plain: whether it is a stranger's: nothing of it is decoded or loaded
 */
void
ww_attachments_content_show (WwAttachmentsContent *self, GListModel *attachments, const char *text, gboolean plain)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);

  /* A row that is told the same again keeps what it has loaded. */
  if (self->attachments == attachments && self->plain == plain && g_strcmp0 (self->text, text) == 0)
    return;
  g_set_object (&self->attachments, attachments);
  g_set_str (&self->text, text);
  self->plain = plain;
  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      WwAttachment *attachment = g_list_model_get_item (attachments, i);

      g_ptr_array_add (is_seen (attachment) ? seen : others, attachment);
    }
  remove_children (self);
  self->bare = seen->len > 0;
  append_seen (self, seen);
  append_others (self, others);
  append_text (self);
}

static void
ww_attachments_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  GListModel *attachments = ww_message_get_attachments (message);

  if (attachments != NULL)
    ww_attachments_content_show (WW_ATTACHMENTS_CONTENT (content), attachments, ww_message_get_text (message), plain);
}

static gboolean
ww_attachments_content_is_bare (WwMessageContent *content)
{
  return WW_ATTACHMENTS_CONTENT (content)->bare;
}

static void
ww_attachments_content_set_highlight (WwMessageContent *content, const char *text)
{
  GtkWidget *caption = WW_ATTACHMENTS_CONTENT (content)->caption;

  if (caption != NULL)
    ww_message_content_set_highlight (WW_MESSAGE_CONTENT (caption), text);
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_highlight = ww_attachments_content_set_highlight;
  iface->set_message = ww_attachments_content_set_message;
  iface->is_bare = ww_attachments_content_is_bare;
}

static void
ww_attachments_content_dispose (GObject *object)
{
  WwAttachmentsContent *self = WW_ATTACHMENTS_CONTENT (object);

  remove_children (self);
  g_clear_object (&self->attachments);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (ww_attachments_content_parent_class)->dispose (object);
}

static void
ww_attachments_content_class_init (WwAttachmentsContentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_attachments_content_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "attachments");
}

static void
ww_attachments_content_init (WwAttachmentsContent *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 2);
}
