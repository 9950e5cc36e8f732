/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-list"

#include "ww-message-list-private.h"

#include "ww-conversation-private.h"
#include "ww-error-private.h"

struct _WwMessageList
{
  GObject parent_instance;

  WwConversation *conversation;
  GPtrArray *items;   /* ascending by position */
  GPtrArray *arrived; /* while the first page is on its way */
  DexFuture *load;    /* under way; NULL else */
  gboolean loaded;    /* the first page is there */
  gboolean loading;
  gboolean has_older;
};

enum
{
  PROP_0,
  PROP_HAS_OLDER,
  PROP_LOADING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
ww_message_list_get_item_type (GListModel *model)
{
  return WW_TYPE_MESSAGE;
}

static guint
ww_message_list_get_n_items (GListModel *model)
{
  return WW_MESSAGE_LIST (model)->items->len;
}

static gpointer
ww_message_list_get_item (GListModel *model, guint index)
{
  WwMessageList *self = WW_MESSAGE_LIST (model);

  return index < self->items->len ? g_object_ref (self->items->pdata[index]) : NULL;
}

static void
ww_message_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ww_message_list_get_item_type;
  iface->get_n_items = ww_message_list_get_n_items;
  iface->get_item = ww_message_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WwMessageList, ww_message_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ww_message_list_list_model_init))

static void
ww_message_list_dispose (GObject *object)
{
  WwMessageList *self = WW_MESSAGE_LIST (object);

  dex_clear (&self->load);
  g_clear_object (&self->conversation);
  g_ptr_array_set_size (self->items, 0);
  g_ptr_array_set_size (self->arrived, 0);

  G_OBJECT_CLASS (ww_message_list_parent_class)->dispose (object);
}

static void
ww_message_list_finalize (GObject *object)
{
  WwMessageList *self = WW_MESSAGE_LIST (object);

  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->arrived);

  G_OBJECT_CLASS (ww_message_list_parent_class)->finalize (object);
}

static void
ww_message_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwMessageList *self = WW_MESSAGE_LIST (object);

  switch (property_id)
    {
    case PROP_HAS_OLDER:
      g_value_set_boolean (value, self->has_older);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_message_list_class_init (WwMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ww_message_list_dispose;
  object_class->finalize = ww_message_list_finalize;
  object_class->get_property = ww_message_list_get_property;

  properties[PROP_HAS_OLDER] = g_param_spec_boolean ("has-older", NULL, NULL, FALSE, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_message_list_init (WwMessageList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->arrived = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
set_flag (WwMessageList *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;

  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Where a message of that position is, or belongs. */
static guint
find_index (WwMessageList *self, gint64 position)
{
  guint low = 0, high = self->items->len;

  /* Nearly always it is the newest. */
  if (high == 0 || ww_message_get_position (self->items->pdata[high - 1]) < position)
    return high;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (ww_message_get_position (self->items->pdata[middle]) < position)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Two commits' news may come in either order; older than the window is for a later page to bring. */
static void
insert (WwMessageList *self, WwMessage *message)
{
  guint index = find_index (self, ww_message_get_position (message));

  if (index < self->items->len && self->items->pdata[index] == message)
    return;
  if (index == 0 && self->has_older)
    return;

  g_ptr_array_insert (self->items, (int) index, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), index, 0, 1);
}

static void
insert_arrived (WwMessageList *self)
{
  g_autoptr (GPtrArray) arrived = g_steal_pointer (&self->arrived);

  self->arrived = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < arrived->len; i++)
    insert (self, arrived->pdata[i]);
}

/* A page goes in at the front, in one change. */
static guint
prepend_rows (WwMessageList *self, WwConversationList *list, GPtrArray *rows, guint skip)
{
  guint n = rows->len - skip;

  for (guint i = 0; i < n; i++)
    {
      WwMessage *message = ww_conversation_list_take_message (list, rows->pdata[skip + i]);

      g_ptr_array_insert (self->items, (int) i, message);
    }

  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);

  return n;
}

typedef struct
{
  guint8 conversation[16];
  gint64 before;
} PageRequest;

/* One row more than a page tells whether there are older ones. */
static gboolean
read_page (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  PageRequest *request = data;
  GPtrArray *rows;

  if (!ww_store_read_page (database, request->conversation, request->before, WW_MESSAGE_LIST_PAGE + 1, &rows, NULL,
                           error))
    return FALSE;

  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

static DexFuture *
page_read_cb (DexFuture *completed, gpointer user_data)
{
  WwMessageList *self = user_data;
  WwConversationList *list = self->conversation != NULL ? ww_conversation_get_list (self->conversation) : NULL;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (completed, &error);
  guint n = 0;

  dex_clear (&self->load);

  if (value != NULL && list != NULL)
    {
      GPtrArray *rows = g_value_get_boxed (value);
      gboolean has_older = rows->len > WW_MESSAGE_LIST_PAGE;

      self->loaded = TRUE;
      n = prepend_rows (self, list, rows, has_older ? rows->len - WW_MESSAGE_LIST_PAGE : 0);
      set_flag (self, &self->has_older, has_older, PROP_HAS_OLDER);
      insert_arrived (self);
    }
  else if (!self->loaded)
    {
      /* What could not be read can be asked for again. */
      set_flag (self, &self->has_older, TRUE, PROP_HAS_OLDER);
    }

  set_flag (self, &self->loading, FALSE, PROP_LOADING);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_uint (n);
}

static DexFuture *
load_page (WwMessageList *self)
{
  WwConversationList *list = ww_conversation_get_list (self->conversation);
  WwStore *store = list != NULL ? ww_conversation_list_get_store (list) : NULL;
  PageRequest *request;
  DexFuture *load;

  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);

  request = g_new0 (PageRequest, 1);
  memcpy (request->conversation, ww_conversation_get_id_bytes (self->conversation), sizeof request->conversation);
  request->before = self->items->len > 0 ? ww_message_get_position (self->items->pdata[0]) : G_MAXINT64;

  set_flag (self, &self->loading, TRUE, PROP_LOADING);
  load = dex_future_finally (ww_store_read (store, read_page, request, g_free), page_read_cb, g_object_ref (self),
                             g_object_unref);
  /* It may have been answered already. */
  if (self->loading)
    self->load = dex_ref (load);

  /* Goes on when nobody waits for it: the list shows it. */
  dex_future_disown (dex_ref (load));
  return load;
}

WwMessageList *
ww_message_list_new (WwConversation *conversation)
{
  WwMessageList *self = g_object_new (WW_TYPE_MESSAGE_LIST, NULL);

  self->conversation = g_object_ref (conversation);
  dex_future_disown (load_page (self));
  return self;
}

/**
 * ww_message_list_add:
 * @message: is in the store
 *
 * Shows it at its place when that is within the window.
 */
void
ww_message_list_add (WwMessageList *self, WwMessage *message)
{
  g_return_if_fail (WW_IS_MESSAGE_LIST (self));

  if (self->loaded)
    insert (self, message);
  else
    g_ptr_array_add (self->arrived, g_object_ref (message));
}

gboolean
ww_message_list_get_has_older (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), FALSE);

  return self->has_older;
}

gboolean
ww_message_list_get_loading (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), FALSE);

  return self->loading;
}

/**
 * ww_message_list_load_older:
 *
 * Prepends up to WW_MESSAGE_LIST_PAGE messages. While a page is on its way, the first one included, the same future is
 * given again.
 *
 * Returns: (transfer full): resolves to a guint, how many came: 0 when there are no older ones
 */
DexFuture *
ww_message_list_load_older (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), NULL);

  if (self->load != NULL)
    return dex_ref (self->load);
  if (self->loaded && !self->has_older)
    return dex_future_new_for_uint (0);

  return load_page (self);
}
