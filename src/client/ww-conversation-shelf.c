/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-shelf"

#include "ww-conversation-shelf.h"

#include "ww-conversation-private.h"

struct _WwConversationShelf
{
  GObject parent_instance;

  GPtrArray *items; /* newest first */
};

static GType
ww_conversation_shelf_get_item_type (GListModel *model)
{
  return WW_TYPE_CONVERSATION;
}

static guint
ww_conversation_shelf_get_n_items (GListModel *model)
{
  return WW_CONVERSATION_SHELF (model)->items->len;
}

static gpointer
ww_conversation_shelf_get_item (GListModel *model, guint index)
{
  WwConversationShelf *self = WW_CONVERSATION_SHELF (model);

  return index < self->items->len ? g_object_ref (self->items->pdata[index]) : NULL;
}

static void
ww_conversation_shelf_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ww_conversation_shelf_get_item_type;
  iface->get_n_items = ww_conversation_shelf_get_n_items;
  iface->get_item = ww_conversation_shelf_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WwConversationShelf, ww_conversation_shelf, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ww_conversation_shelf_list_model_init))

static void
ww_conversation_shelf_finalize (GObject *object)
{
  g_ptr_array_unref (WW_CONVERSATION_SHELF (object)->items);

  G_OBJECT_CLASS (ww_conversation_shelf_parent_class)->finalize (object);
}

static void
ww_conversation_shelf_class_init (WwConversationShelfClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_conversation_shelf_finalize;
}

static void
ww_conversation_shelf_init (WwConversationShelf *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

WwConversationShelf *
ww_conversation_shelf_new (void)
{
  return g_object_new (WW_TYPE_CONVERSATION_SHELF, NULL);
}

/* Pinned ones, then the newest first; of two of the same millisecond always the same one. */
static int
compare (WwConversation *a, WwConversation *b)
{
  gint64 a_pin = ww_conversation_get_pin (a), b_pin = ww_conversation_get_pin (b);
  gint64 a_ms = ww_conversation_get_last_ms (a), b_ms = ww_conversation_get_last_ms (b);

  if (a_pin != b_pin)
    return a_pin > b_pin ? -1 : 1;
  if (a_ms != b_ms)
    return a_ms > b_ms ? -1 : 1;

  return strcmp (ww_conversation_get_id (a), ww_conversation_get_id (b));
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return compare ((WwConversation *) a, (WwConversation *) b);
}

/* Where it belongs among the others. */
static guint
find_place (WwConversationShelf *self, WwConversation *conversation)
{
  guint low = 0, high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (self->items->pdata[middle], conversation) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

void
ww_conversation_shelf_fill (WwConversationShelf *self, GPtrArray *conversations)
{
  guint before = self->items->len;

  g_ptr_array_set_size (self->items, 0);
  for (guint i = 0; i < conversations->len; i++)
    g_ptr_array_add (self->items, g_object_ref (conversations->pdata[i]));
  g_ptr_array_sort_values (self->items, compare_values);

  if (before > 0 || self->items->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->items->len);
}

void
ww_conversation_shelf_add (WwConversationShelf *self, WwConversation *conversation)
{
  guint index = find_place (self, conversation);

  g_ptr_array_insert (self->items, (int) index, g_object_ref (conversation));
  g_list_model_items_changed (G_LIST_MODEL (self), index, 0, 1);
}

void
ww_conversation_shelf_remove (WwConversationShelf *self, WwConversation *conversation)
{
  guint index;

  if (!g_ptr_array_find (self->items, conversation, &index))
    return;

  g_ptr_array_remove_index (self->items, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
}

/*
 * One change that spans from where it was to where it goes: a selection model then finds the selected conversation again,
 * which it would lose if that were removed first and inserted afterwards.
 */
void
ww_conversation_shelf_moved (WwConversationShelf *self, WwConversation *conversation)
{
  guint from, to, first, span;

  if (!g_ptr_array_find (self->items, conversation, &from))
    return;

  g_object_ref (conversation);
  g_ptr_array_remove_index (self->items, from);
  to = find_place (self, conversation);
  g_ptr_array_insert (self->items, (int) to, conversation);

  if (from == to)
    return;

  first = MIN (from, to);
  span = MAX (from, to) - first + 1;
  g_list_model_items_changed (G_LIST_MODEL (self), first, span, span);
}
