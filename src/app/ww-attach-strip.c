/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attach-strip"

#include "ww-attach-strip.h"

#include <glib/gi18n.h>

#include "ww-attach-tile.h"
#include "ww-widget.h"

/* In one message. */
#define FILES_MAX 32

struct _WwAttachStrip
{
  GtkWidget parent_instance;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkWidget *files_view;
  GtkBox *files_box;
  GtkLabel *total_label;

  WwClient *client; /* nullable: says what its server takes */
  char *owner;
  GHashTable *lists; /* of WwPendingFile, in a GListStore, by owner */
  GListStore *files; /* the owner's */
};

G_DEFINE_FINAL_TYPE (WwAttachStrip, ww_attach_strip, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update_visible (WwAttachStrip *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->files)) > 0;

  gtk_widget_set_visible (self->files_view, any);
  gtk_widget_set_visible (GTK_WIDGET (self), any || gtk_widget_get_visible (self->problem_box));
}

static void
update_total (WwAttachStrip *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->files));
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;
  guint64 total = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwPendingFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), i);

      total += ww_pending_file_get_size (file);
    }
  size = g_format_size (total);
  /* Translators: how many files will be sent, and how large they are together. */
  text = g_strdup_printf (ngettext ("%1$u file, %2$s", "%1$u files, %2$s", n), n, size);
  gtk_label_set_text (self->total_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->total_label), n > 0);
}

static void
changed (WwAttachStrip *self)
{
  update_total (self);
  update_visible (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * ww_attach_strip_set_problem:
 * @problem: (nullable): why something will not be sent, and what to do, as a sentence; it is announced
 */
void
ww_attach_strip_set_problem (WwAttachStrip *self, const char *problem)
{
  gtk_label_set_text (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_box, problem != NULL);
  update_visible (self);
  if (problem != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), problem, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
dismiss_cb (WwAttachStrip *self)
{
  ww_attach_strip_set_problem (self, NULL);
}

static void
remove_file (WwAttachStrip *self, GListStore *list, WwPendingFile *file)
{
  guint position;

  if (g_list_store_find (list, file, &position))
    g_list_store_remove (list, position);
}

static void
remove_cb (WwAttachStrip *self, WwAttachTile *tile)
{
  g_autoptr (WwPendingFile) file = g_object_ref (ww_attach_tile_get_file (tile));

  /* Where the keyboard goes when what it is on goes: to the one that follows, or to where one writes. */
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->files_box)) == GTK_WIDGET (tile))
    gtk_widget_child_focus (GTK_WIDGET (self->files_box), GTK_DIR_TAB_FORWARD);
  remove_file (self, self->files, file);
}

static void
size_known_cb (WwAttachStrip *self)
{
  changed (self);
}

/* What can't be sent goes, and it is said why. */
static void
file_failed_cb (WwAttachStrip *self, GParamSpec *pspec, WwPendingFile *file)
{
  guint position;

  if (ww_pending_file_get_error (file) == NULL)
    return;
  if (g_list_store_find (self->files, file, &position))
    ww_attach_strip_set_problem (self, ww_pending_file_get_error (file));
  g_object_ref (file);
  remove_file (self, self->files, file);
  g_object_unref (file);
}

static GtkWidget *
child_at (WwAttachStrip *self, guint position)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->files_box));

  for (guint i = 0; i < position && child != NULL; i++)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
items_changed_cb (WwAttachStrip *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed; i++)
    gtk_box_remove (self->files_box, child_at (self, position));
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (WwPendingFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), position + i);
      GtkWidget *tile = ww_attach_tile_new (file);
      GtkWidget *before = position + i > 0 ? child_at (self, position + i - 1) : NULL;

      g_signal_connect_object (tile, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
      gtk_box_insert_child_after (self->files_box, tile, before);
    }
  changed (self);
}

static void
show_list (WwAttachStrip *self, GListStore *list)
{
  guint before = 0;

  if (self->files != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->files, items_changed_cb, self);
      before = g_list_model_get_n_items (G_LIST_MODEL (self->files));
    }
  g_set_object (&self->files, list);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, before, g_list_model_get_n_items (G_LIST_MODEL (list)));
}

static GListStore *
ensure_list (WwAttachStrip *self, const char *owner)
{
  GListStore *list = g_hash_table_lookup (self->lists, owner);

  if (list == NULL)
    {
      list = g_list_store_new (WW_TYPE_PENDING_FILE);
      g_hash_table_insert (self->lists, g_strdup (owner), list);
    }
  return list;
}

/**
 * ww_attach_strip_set_owner:
 * @owner: the id of the conversation that is open; what was meant for another one stays with that
 */
void
ww_attach_strip_set_owner (WwAttachStrip *self, const char *owner)
{
  if (g_strcmp0 (self->owner, owner) == 0)
    return;
  /* Only those that hold something are kept. */
  if (self->owner != NULL && ww_attach_strip_is_empty (self))
    g_hash_table_remove (self->lists, self->owner);
  g_set_str (&self->owner, owner);
  ww_attach_strip_set_problem (self, NULL);
  show_list (self, ensure_list (self, owner != NULL ? owner : ""));
}

/* Whose server says what can be sent. */
void
ww_attach_strip_set_client (WwAttachStrip *self, WwClient *client)
{
  g_set_object (&self->client, client);
}

/**
 * ww_attach_strip_add:
 *
 * Adds something to what will be sent, if it can be.
 */
void
ww_attach_strip_add (WwAttachStrip *self, WwPendingFile *file)
{
  guint64 limit = 0;

  if (self->client != NULL && !ww_client_get_file_limit (self->client, &limit))
    {
      ww_attach_strip_set_problem (self, _ ("This server takes no files. Share them another way."));
      return;
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (self->files)) >= FILES_MAX)
    {
      g_autofree char *problem = g_strdup_printf (
          ngettext ("%u file goes into one message. Send it first, then add more.",
                    "%u files go into one message. Send them first, then add more.", FILES_MAX),
          FILES_MAX);

      ww_attach_strip_set_problem (self, problem);
      return;
    }
  g_signal_connect_object (file, "notify::error", G_CALLBACK (file_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (file, "notify::size", G_CALLBACK (size_known_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (file, "notify::known", G_CALLBACK (size_known_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->files, file);
  ww_pending_file_examine (file, limit);
}

void
ww_attach_strip_add_file (WwAttachStrip *self, GFile *file)
{
  g_autoptr (WwPendingFile) pending = ww_pending_file_new (file);

  ww_attach_strip_add (self, pending);
}

gboolean
ww_attach_strip_is_empty (WwAttachStrip *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->files)) == 0;
}

/**
 * ww_attach_strip_is_ready:
 *
 * Returns: whether everything in it has been looked at, so that it can be sent
 */
gboolean
ww_attach_strip_is_ready (WwAttachStrip *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->files)); i++)
    {
      g_autoptr (WwPendingFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), i);

      if (!ww_pending_file_get_known (file))
        return FALSE;
    }
  return TRUE;
}

/**
 * ww_attach_strip_take:
 *
 * Puts all of it into a message, and is empty afterwards.
 *
 * Returns: (transfer full): what was in it (#WwPendingFile), for ww_attach_strip_give_back()
 */
GPtrArray *
ww_attach_strip_take (WwAttachStrip *self, WwOutgoing *outgoing)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->files)); i++)
    {
      g_autoptr (WwPendingFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), i);

      ww_pending_file_add_to (file, outgoing);
      g_ptr_array_add (taken, g_object_ref (file));
    }
  g_list_store_remove_all (self->files);
  ww_attach_strip_set_problem (self, NULL);
  return taken;
}

/**
 * ww_attach_strip_give_back:
 * @owner: the id of the conversation
 * @files: of #WwPendingFile; a message with them could not be stored
 */
void
ww_attach_strip_give_back (WwAttachStrip *self, const char *owner, GPtrArray *files)
{
  g_list_store_splice (ensure_list (self, owner), 0, 0, files->pdata, files->len);
}

/**
 * ww_attach_strip_get_files:
 *
 * Returns: (transfer none): of #WwPendingFile, for the conversation that is open
 */
GListModel *
ww_attach_strip_get_files (WwAttachStrip *self)
{
  return G_LIST_MODEL (self->files);
}

static void
ww_attach_strip_dispose (GObject *object)
{
  WwAttachStrip *self = WW_ATTACH_STRIP (object);

  if (self->files != NULL)
    g_signal_handlers_disconnect_by_func (self->files, items_changed_cb, self);
  g_clear_object (&self->files);
  g_clear_object (&self->client);
  g_clear_pointer (&self->lists, g_hash_table_unref);
  g_clear_pointer (&self->owner, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_ATTACH_STRIP);
  G_OBJECT_CLASS (ww_attach_strip_parent_class)->dispose (object);
}

static void
ww_attach_strip_class_init (WwAttachStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_attach_strip_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-attach-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAttachStrip, problem_box);
  gtk_widget_class_bind_template_child (widget_class, WwAttachStrip, problem_label);
  gtk_widget_class_bind_template_child (widget_class, WwAttachStrip, files_view);
  gtk_widget_class_bind_template_child (widget_class, WwAttachStrip, files_box);
  gtk_widget_class_bind_template_child (widget_class, WwAttachStrip, total_label);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
ww_attach_strip_init (WwAttachStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->files = g_list_store_new (WW_TYPE_PENDING_FILE);
  ww_attach_strip_set_owner (self, "");
}
