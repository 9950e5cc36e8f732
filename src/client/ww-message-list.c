/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-list"

#include "ww-message-list-private.h"

#include "ww-conversation-private.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-store-page.h"

/*
 * Whoever shows the list makes and measures something for each message, and has a frame's time for it: of many that come at
 * once, so many go in together.
 */
#define SHOWN_AT_ONCE  4
#define SHOWN_EVERY_MS 16

struct _WwMessageList
{
  GObject parent_instance;

  WwConversation *conversation;
  GPtrArray *items;   /* ascending by position */
  GPtrArray *arrived; /* while a page is on its way, or too many at once */
  guint inserting;    /* the source that brings them in; 0 when nothing came for a while */
  guint shown;        /* since that ran last */
  DexFuture *load;    /* under way; NULL else */
  guint generation;   /* of the window: what was asked for an earlier one is for nobody */
  gboolean loaded;    /* the first page is there */
  gboolean loading;
  gboolean has_older;
  gboolean has_newer;
};

enum
{
  PROP_0,
  PROP_HAS_OLDER,
  PROP_HAS_NEWER,
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
  g_clear_handle_id (&self->inserting, g_source_remove);
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
    case PROP_HAS_NEWER:
      g_value_set_boolean (value, self->has_newer);
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
  properties[PROP_HAS_NEWER] = g_param_spec_boolean ("has-newer", NULL, NULL, FALSE, flags);
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

/* Two commits' news may come in either order; what is outside of the window is for a later page to bring. */
static void
insert (WwMessageList *self, WwMessage *message)
{
  guint index = find_index (self, ww_message_get_position (message));

  if (index < self->items->len && self->items->pdata[index] == message)
    return;
  if ((index == 0 && self->has_older) || (index == self->items->len && self->has_newer))
    return;

  g_ptr_array_insert (self->items, (int) index, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), index, 0, 1);
}

static guint
insert_some (WwMessageList *self)
{
  guint n = MIN (self->arrived->len, SHOWN_AT_ONCE);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwMessage) message = g_object_ref (self->arrived->pdata[0]);

      g_ptr_array_remove_index (self->arrived, 0);
      insert (self, message);
    }
  return n;
}

static gboolean
insert_cb (gpointer user_data)
{
  g_autoptr (WwMessageList) self = g_object_ref (WW_MESSAGE_LIST (user_data));

  self->shown = self->loading ? 0 : insert_some (self);
  if (self->shown > 0)
    return G_SOURCE_CONTINUE;
  self->inserting = 0;
  return G_SOURCE_REMOVE;
}

static void
count_shown (WwMessageList *self, guint n)
{
  self->shown += n;
  if (self->inserting == 0 && self->shown > 0)
    self->inserting = g_timeout_add (SHOWN_EVERY_MS, insert_cb, self);
}

static void
insert_arrived (WwMessageList *self)
{
  count_shown (self, insert_some (self));
}

/* Rows go in at `index`, in place of `removed` items, in one change. */
static void
splice (WwMessageList *self, guint index, guint removed, GPtrArray *rows)
{
  WwConversationList *list = ww_conversation_get_list (self->conversation);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->items);

  self->items = g_ptr_array_new_full (before->len - removed + rows->len, g_object_unref);
  for (guint i = 0; i < index; i++)
    g_ptr_array_add (self->items, g_object_ref (before->pdata[i]));
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (self->items, ww_conversation_list_take_message (list, rows->pdata[i]));
  for (guint i = index + removed; i < before->len; i++)
    g_ptr_array_add (self->items, g_object_ref (before->pdata[i]));

  if (removed > 0 || rows->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), index, removed, rows->len);
}

typedef struct
{
  WwMessageList *list;
  WwPageKind kind;
  guint generation;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->list);
  g_free (load);
}

static gboolean
is_jump (WwPageKind kind)
{
  return kind != WW_PAGE_OLDER && kind != WW_PAGE_NEWER;
}

/* Returns what the load resolves to. */
static guint
show_page (WwMessageList *self, WwPageKind kind, WwPage *page)
{
  switch (kind)
    {
    case WW_PAGE_OLDER:
      splice (self, 0, 0, page->rows);
      set_flag (self, &self->has_older, page->has_older, PROP_HAS_OLDER);
      return page->rows->len;
    case WW_PAGE_NEWER:
      splice (self, self->items->len, 0, page->rows);
      set_flag (self, &self->has_newer, page->has_newer, PROP_HAS_NEWER);
      return page->rows->len;
    case WW_PAGE_NEWEST:
    case WW_PAGE_AROUND:
    case WW_PAGE_UNREAD:
      break;
    }

  splice (self, 0, self->items->len, page->rows);
  set_flag (self, &self->has_older, page->has_older, PROP_HAS_OLDER);
  set_flag (self, &self->has_newer, page->has_newer, PROP_HAS_NEWER);
  return kind == WW_PAGE_NEWEST ? page->rows->len - 1 : page->target;
}

static DexFuture *
page_read_cb (DexFuture *completed, gpointer user_data)
{
  Load *load = user_data;
  WwMessageList *self = load->list;
  WwConversationList *list = self->conversation != NULL ? ww_conversation_get_list (self->conversation) : NULL;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (completed, &error);
  gboolean first = !self->loaded;
  guint answer = 0;

  /* Another page was asked for meanwhile. */
  if (load->generation != self->generation)
    return is_jump (load->kind) ? ww_error_reject (WW_ERROR_CANCELLED) : dex_future_new_for_uint (0);
  dex_clear (&self->load);

  if (value != NULL && list != NULL)
    {
      self->loaded = TRUE;
      answer = show_page (self, load->kind, g_value_get_boxed (value));
      insert_arrived (self);
      /* How many came, for whoever asks for older ones before any are there; jumps are asked for by name. */
      if (first && load->kind == WW_PAGE_NEWEST)
        answer = ((WwPage *) g_value_get_boxed (value))->rows->len;
    }
  else if (!self->loaded)
    {
      /* What could not be read can be asked for again. */
      set_flag (self, &self->has_older, TRUE, PROP_HAS_OLDER);
    }
  else
    {
      insert_arrived (self);
    }

  set_flag (self, &self->loading, FALSE, PROP_LOADING);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_uint (answer);
}

static gint64
end_position (WwMessageList *self, WwPageKind kind)
{
  if (self->items->len == 0)
    return G_MAXINT64;
  return ww_message_get_position (self->items->pdata[kind == WW_PAGE_OLDER ? 0 : self->items->len - 1]);
}

static DexFuture *
load_page (WwMessageList *self, WwPageKind kind, const guint8 *id)
{
  WwConversationList *list = ww_conversation_get_list (self->conversation);
  WwStore *store = list != NULL ? ww_conversation_list_get_store (list) : NULL;
  WwPageRequest *request;
  Load *load;
  DexFuture *future;

  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);

  request = g_new0 (WwPageRequest, 1);
  request->kind = kind;
  request->limit = WW_MESSAGE_LIST_PAGE;
  request->position = end_position (self, kind);
  memcpy (request->conversation, ww_conversation_get_id_bytes (self->conversation), sizeof request->conversation);
  if (id != NULL)
    memcpy (request->id, id, sizeof request->id);

  load = g_new0 (Load, 1);
  load->list = g_object_ref (self);
  load->kind = kind;
  load->generation = ++self->generation;

  dex_clear (&self->load);
  set_flag (self, &self->loading, TRUE, PROP_LOADING);
  future = dex_future_finally (ww_store_read (store, ww_store_load_page, request, g_free), page_read_cb, load,
                               load_free);
  /* It may have been answered already. */
  if (self->loading)
    self->load = dex_ref (future);

  /* Goes on when nobody waits for it: the list shows it. */
  dex_future_disown (dex_ref (future));
  return future;
}

WwMessageList *
ww_message_list_new (WwConversation *conversation)
{
  WwMessageList *self = g_object_new (WW_TYPE_MESSAGE_LIST, NULL);

  self->conversation = g_object_ref (conversation);
  dex_future_disown (load_page (self, WW_PAGE_NEWEST, NULL));
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

  /* The page that is on its way may have been read before the message was stored. What somebody writes they see at once. */
  if (self->loading || (self->shown >= SHOWN_AT_ONCE && !ww_message_get_outgoing (message)))
    {
      g_ptr_array_add (self->arrived, g_object_ref (message));
      return;
    }
  insert (self, message);
  count_shown (self, 1);
}

void
ww_message_list_deepen (WwMessageList *self)
{
  if (!self->loaded || self->has_older)
    return;
  if (self->items->len == 0 && self->load == NULL)
    dex_future_disown (load_page (self, WW_PAGE_NEWEST, NULL));
  else
    set_flag (self, &self->has_older, TRUE, PROP_HAS_OLDER);
}

void
ww_message_list_remove (WwMessageList *self, WwMessage *message)
{
  guint index;

  g_return_if_fail (WW_IS_MESSAGE_LIST (self));

  g_ptr_array_remove (self->arrived, message);
  if (!g_ptr_array_find (self->items, message, &index))
    return;
  g_ptr_array_remove_index (self->items, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
}

gboolean
ww_message_list_get_has_older (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), FALSE);

  return self->has_older;
}

gboolean
ww_message_list_get_has_newer (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), FALSE);

  return self->has_newer;
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
  if (!self->loaded)
    return load_page (self, WW_PAGE_NEWEST, NULL);
  if (!self->has_older)
    return dex_future_new_for_uint (0);

  return load_page (self, WW_PAGE_OLDER, NULL);
}

/**
 * ww_message_list_load_newer:
 *
 * Appends up to WW_MESSAGE_LIST_PAGE messages. While a page is on its way, the same future is given again.
 *
 * Returns: (transfer full): resolves to a guint, how many came: 0 when there are no newer ones
 */
DexFuture *
ww_message_list_load_newer (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), NULL);

  if (self->load != NULL)
    return dex_ref (self->load);
  if (!self->has_newer)
    return dex_future_new_for_uint (0);

  return load_page (self, WW_PAGE_NEWER, NULL);
}

/**
 * ww_message_list_jump:
 * @id: 32 hex digits
 *
 * Lays the window anew around the message, unless it holds it already.
 *
 * Returns: (transfer full): resolves to a guint, the message's position in the list; rejects with
 *   WW_ERROR_INVALID_ARGUMENT when there is no such message in the conversation
 */
DexFuture *
ww_message_list_jump (WwMessageList *self, const char *id)
{
  guint8 bytes[16];

  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), NULL);

  if (id == NULL || !ww_hex_decode (id, bytes, sizeof bytes))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  /* A page on its way moves what is here. */
  for (guint i = 0; !self->loading && i < self->items->len; i++)
    if (g_str_equal (ww_message_get_id (self->items->pdata[i]), id))
      return dex_future_new_for_uint (i);

  return load_page (self, WW_PAGE_AROUND, bytes);
}

/**
 * ww_message_list_jump_newest:
 *
 * Lays the window anew at the end of the conversation, unless it is there already.
 *
 * Returns: (transfer full): resolves to a guint, the newest message's position in the list; %G_MAXUINT when there is none
 */
DexFuture *
ww_message_list_jump_newest (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), NULL);

  if (self->loaded && !self->has_newer && !self->loading)
    return dex_future_new_for_uint (self->items->len - 1);

  return load_page (self, WW_PAGE_NEWEST, NULL);
}

/**
 * ww_message_list_jump_unread:
 *
 * Lays the window anew around the first message from somebody else that nobody has read on any device of the account: where
 * reading goes on. Asked for before the first page is there, it takes that one's place.
 *
 * Returns: (transfer full): resolves to a guint, that message's position in the list; %G_MAXUINT when all are read: then
 *   the newest page is there
 */
DexFuture *
ww_message_list_jump_unread (WwMessageList *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE_LIST (self), NULL);

  return load_page (self, WW_PAGE_UNREAD, NULL);
}
