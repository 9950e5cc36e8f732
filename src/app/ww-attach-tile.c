/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attach-tile"

#include "ww-attach-tile.h"

#include <glib/gi18n.h>

#include "ww-file-type.h"
#include "ww-widget.h"

struct _WwAttachTile
{
  GtkWidget parent_instance;
  GtkStack *stack;
  GtkImage *icon;
  GtkLabel *name_label;
  GtkLabel *size_label;
  GtkPicture *picture;
  GtkWidget *remove_button;
  GtkWidget *options_button;
  GtkWidget *mark;

  WwPendingFile *file;
};

G_DEFINE_FINAL_TYPE (WwAttachTile, ww_attach_tile, GTK_TYPE_WIDGET)

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
remove_cb (WwAttachTile *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
update (WwAttachTile *self)
{
  const char *name = ww_pending_file_get_name (self->file);
  g_autoptr (GIcon) icon = ww_file_type_icon (ww_pending_file_get_content_type (self->file), name);
  g_autofree char *size = g_format_size (ww_pending_file_get_size (self->file));
  gboolean photo = ww_pending_file_get_is_photo (self->file);
  gboolean film = !photo && ww_pending_file_get_paintable (self->file) != NULL;
  /* Translators: a button; the name of a file. */
  g_autofree char *remove = g_strdup_printf (_ ("Remove “%s”"), name);
  /* Translators: a button; the name of a photo. */
  g_autofree char *options = g_strdup_printf (_ ("Options of “%s”"), name);

  gtk_image_set_from_gicon (self->icon, icon);
  gtk_label_set_text (self->name_label, name);
  gtk_label_set_text (self->size_label, size);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  gtk_picture_set_paintable (self->picture, ww_pending_file_get_paintable (self->file));
  gtk_picture_set_alternative_text (self->picture, name);
  gtk_stack_set_visible_child_name (self->stack, photo || film ? "photo" : "file");
  gtk_widget_set_visible (self->options_button, photo);
  gtk_widget_set_visible (self->mark, film);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->options_button), GTK_ACCESSIBLE_PROPERTY_LABEL, options, -1);
}

static void
add_actions (WwAttachTile *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  static const char *const names[] = { "keep-metadata", "smaller" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPropertyAction) action = g_property_action_new (names[i], self->file, names[i]);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "photo", G_ACTION_GROUP (group));
}

static void
ww_attach_tile_dispose (GObject *object)
{
  WwAttachTile *self = WW_ATTACH_TILE (object);

  g_clear_object (&self->file);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_ATTACH_TILE);
  G_OBJECT_CLASS (ww_attach_tile_parent_class)->dispose (object);
}

static void
ww_attach_tile_class_init (WwAttachTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_attach_tile_dispose;
  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-attach-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, stack);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, icon);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, name_label);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, size_label);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, picture);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, remove_button);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, options_button);
  gtk_widget_class_bind_template_child (widget_class, WwAttachTile, mark);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
ww_attach_tile_init (WwAttachTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ww_attach_tile_new (WwPendingFile *file)
{
  WwAttachTile *self = g_object_new (WW_TYPE_ATTACH_TILE, NULL);

  self->file = g_object_ref (file);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, ww_pending_file_get_name (file),
                                  -1);
  g_signal_connect_object (file, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  add_actions (self);
  update (self);
  return GTK_WIDGET (self);
}

WwPendingFile *
ww_attach_tile_get_file (WwAttachTile *self)
{
  return self->file;
}
