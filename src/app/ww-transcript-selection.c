/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-selection"

#include "ww-transcript-selection.h"

#include "ww-transcript-item.h"

struct _WwTranscriptSelection
{
  GObject parent_instance;
  GListModel *model;
  GHashTable *selected; /* of items, owned: they keep their place however the list changes around them */
  gboolean selecting;
};

enum
{
  PROP_0,
  PROP_COUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwTranscriptSelection, ww_transcript_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

static GType
get_item_type (GListModel *list)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (WW_TRANSCRIPT_SELECTION (list)->model);
}

static gpointer
get_item (GListModel *list, guint position)
{
  return g_list_model_get_item (WW_TRANSCRIPT_SELECTION (list)->model, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  WwTranscriptSelection *self = WW_TRANSCRIPT_SELECTION (model);
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  return item != NULL && g_hash_table_contains (self->selected, item);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  GtkBitset *set = gtk_bitset_new_empty ();

  for (guint i = position; i < position + n_items && g_hash_table_size (WW_TRANSCRIPT_SELECTION (model)->selected) > 0;
       i++)
    if (is_selected (model, i))
      gtk_bitset_add (set, i);
  return set;
}

static void
set_one (WwTranscriptSelection *self, guint position, gboolean selected)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  if (!WW_IS_TRANSCRIPT_ITEM (item))
    return;
  if (selected)
    g_hash_table_add (self->selected, g_object_ref (item));
  else
    g_hash_table_remove (self->selected, item);
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  WwTranscriptSelection *self = WW_TRANSCRIPT_SELECTION (model);
  GtkBitsetIter iter;
  guint position;

  if (!self->selecting)
    return FALSE;
  for (gboolean more = gtk_bitset_iter_init_first (&iter, mask, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    set_one (self, position, gtk_bitset_contains (selected, position));
  gtk_selection_model_selection_changed (model, 0, g_list_model_get_n_items (self->model));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
  return TRUE;
}

static void
toggle (WwTranscriptSelection *self, guint position)
{
  set_one (self, position, !is_selected (GTK_SELECTION_MODEL (self), position));
  gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

/* The list selects what the arrow keys come to, and nothing else: here they lead to a message, and Space takes it. */
static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  WwTranscriptSelection *self = WW_TRANSCRIPT_SELECTION (model);

  if (!self->selecting || unselect_rest)
    return FALSE;
  if (!is_selected (model, position))
    toggle (self, position);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  if (!is_selected (model, position))
    return FALSE;
  toggle (WW_TRANSCRIPT_SELECTION (model), position);
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->set_selection = set_selection;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
}

static gboolean
is_gone (gpointer item, gpointer value, gpointer user_data)
{
  return !g_hash_table_contains (user_data, item);
}

/* What was taken out of the list is no longer selected: deleted, here or on another device. */
static void
forget_gone (WwTranscriptSelection *self)
{
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (self->model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (g_hash_table_contains (self->selected, item))
        g_hash_table_add (there, item);
    }
  if (g_hash_table_foreach_remove (self->selected, is_gone, there) > 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

static void
items_changed_cb (WwTranscriptSelection *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (removed > 0 && g_hash_table_size (self->selected) > 0)
    forget_gone (self);
}

static void
ww_transcript_selection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_COUNT:
      g_value_set_uint (value, ww_transcript_selection_get_count (WW_TRANSCRIPT_SELECTION (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_transcript_selection_dispose (GObject *object)
{
  WwTranscriptSelection *self = WW_TRANSCRIPT_SELECTION (object);

  g_clear_object (&self->model);
  g_hash_table_remove_all (self->selected);
  G_OBJECT_CLASS (ww_transcript_selection_parent_class)->dispose (object);
}

static void
ww_transcript_selection_finalize (GObject *object)
{
  g_hash_table_unref (WW_TRANSCRIPT_SELECTION (object)->selected);
  G_OBJECT_CLASS (ww_transcript_selection_parent_class)->finalize (object);
}

static void
ww_transcript_selection_class_init (WwTranscriptSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_transcript_selection_get_property;
  object_class->dispose = ww_transcript_selection_dispose;
  object_class->finalize = ww_transcript_selection_finalize;
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_transcript_selection_init (WwTranscriptSelection *self)
{
  self->selected = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

/**
 * ww_transcript_selection_new:
 * @model: of WwTranscriptItem; anything else in it can't be selected
 */
WwTranscriptSelection *
ww_transcript_selection_new (GListModel *model)
{
  WwTranscriptSelection *self = g_object_new (WW_TYPE_TRANSCRIPT_SELECTION, NULL);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ww_transcript_selection_set_selecting:
 * @selecting: whether messages can be selected; those that were are let go
 */
void
ww_transcript_selection_set_selecting (WwTranscriptSelection *self, gboolean selecting)
{
  self->selecting = selecting;
  g_hash_table_remove_all (self->selected);
  if (g_list_model_get_n_items (self->model) > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, g_list_model_get_n_items (self->model));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

gboolean
ww_transcript_selection_get_selecting (WwTranscriptSelection *self)
{
  return self->selecting;
}

void
ww_transcript_selection_toggle (WwTranscriptSelection *self, guint position)
{
  if (self->selecting)
    toggle (self, position);
}

guint
ww_transcript_selection_get_count (WwTranscriptSelection *self)
{
  return g_hash_table_size (self->selected);
}
