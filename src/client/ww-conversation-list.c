/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-list"

#include "ww-conversation-list.h"

#include <glib/gi18n-lib.h>

#include "ww-conversation-private.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-message-private.h"
#include "ww-text.h"

#define NAME_CHARS 128

struct _WwConversationList
{
  GObject parent_instance;

  WwStore *store;
  guint8 account[16];
  guint8 device[16];
  char *name;
  char *handle;

  GPtrArray *items;     /* newest first */
  GHashTable *by_id;    /* hex → WwConversation, owned by items */
  GHashTable *by_peer;  /* hex → WwConversation, owned by items */
  GHashTable *contacts; /* account in hex → WwContactRow */
  GHashTable *messages; /* the pool: id in hex → WwMessage, unowned */
};

enum
{
  MESSAGE_ADDED,
  MESSAGE_CHANGED,
  OUTBOX_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
ww_conversation_list_get_item_type (GListModel *model)
{
  return WW_TYPE_CONVERSATION;
}

static guint
ww_conversation_list_get_n_items (GListModel *model)
{
  return WW_CONVERSATION_LIST (model)->items->len;
}

static gpointer
ww_conversation_list_get_item (GListModel *model, guint index)
{
  WwConversationList *self = WW_CONVERSATION_LIST (model);

  return index < self->items->len ? g_object_ref (self->items->pdata[index]) : NULL;
}

static void
ww_conversation_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ww_conversation_list_get_item_type;
  iface->get_n_items = ww_conversation_list_get_n_items;
  iface->get_item = ww_conversation_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WwConversationList, ww_conversation_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ww_conversation_list_list_model_init))

/* Lets the conversations go, without a signal. */
static void
forget_items (WwConversationList *self)
{
  for (guint i = 0; i < self->items->len; i++)
    ww_conversation_detach (self->items->pdata[i]);

  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->by_peer);
  g_hash_table_remove_all (self->contacts);
  g_ptr_array_set_size (self->items, 0);
}

static void
ww_conversation_list_dispose (GObject *object)
{
  WwConversationList *self = WW_CONVERSATION_LIST (object);

  forget_items (self);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (ww_conversation_list_parent_class)->dispose (object);
}

static void
ww_conversation_list_finalize (GObject *object)
{
  WwConversationList *self = WW_CONVERSATION_LIST (object);

  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_peer);
  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->messages);
  g_free (self->name);
  g_free (self->handle);

  G_OBJECT_CLASS (ww_conversation_list_parent_class)->finalize (object);
}

static void
ww_conversation_list_class_init (WwConversationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_conversation_list_dispose;
  object_class->finalize = ww_conversation_list_finalize;

  /**
   * WwConversationList::message-added:
   * @conversation: where
   * @message: is in the store
   */
  signals[MESSAGE_ADDED] = g_signal_new ("message-added", WW_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, WW_TYPE_CONVERSATION, WW_TYPE_MESSAGE);
  /**
   * WwConversationList::message-changed:
   * @message: has another state
   */
  signals[MESSAGE_CHANGED] = g_signal_new ("message-changed", WW_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, WW_TYPE_MESSAGE);
  /**
   * WwConversationList::outbox-changed:
   *
   * Something that has to go out was committed.
   */
  signals[OUTBOX_CHANGED] = g_signal_new ("outbox-changed", WW_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
}

static void
ww_conversation_list_init (WwConversationList *self)
{
  self->name = g_strdup ("");
  self->handle = g_strdup ("");
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_peer = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) ww_contact_row_free);
  self->messages = g_hash_table_new (g_str_hash, g_str_equal);
}

WwConversationList *
ww_conversation_list_new (void)
{
  return g_object_new (WW_TYPE_CONVERSATION_LIST, NULL);
}

/**
 * ww_conversation_list_set_self:
 * @account: 16 bytes
 * @device: 16 bytes
 * @name: (nullable): what others see
 * @handle: (nullable): the account's first
 */
void
ww_conversation_list_set_self (WwConversationList *self, const guint8 account[16], const guint8 device[16],
                               const char *name, const char *handle)
{
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  memcpy (self->account, account, sizeof self->account);
  memcpy (self->device, device, sizeof self->device);
  g_set_str (&self->name, name != NULL ? name : "");
  g_set_str (&self->handle, handle != NULL ? handle : "");

  for (guint i = 0; i < self->items->len; i++)
    ww_conversation_set_self_handle (self->items->pdata[i], self->handle);
}

/* Newest first; of two of the same millisecond always the same one. */
static int
compare (WwConversation *a, WwConversation *b)
{
  gint64 a_ms = ww_conversation_get_last_ms (a), b_ms = ww_conversation_get_last_ms (b);

  if (a_ms != b_ms)
    return a_ms > b_ms ? -1 : 1;

  return strcmp (ww_conversation_get_id (a), ww_conversation_get_id (b));
}

/* Where it belongs among the others. */
static guint
find_place (WwConversationList *self, WwConversation *conversation)
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

/*
 * One change that spans from where it was to where it goes: a selection model then finds the selected conversation again,
 * which it would lose if that were removed first and inserted afterwards.
 */
static void
move_to_place (WwConversationList *self, WwConversation *conversation)
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

static void
index_conversation (WwConversationList *self, WwConversation *conversation)
{
  g_hash_table_insert (self->by_id, (char *) ww_conversation_get_id (conversation), conversation);
  g_hash_table_insert (self->by_peer, ww_hex_encode (ww_conversation_get_peer (conversation), 16), conversation);
}

static void
remember_contact (WwConversationList *self, const WwContactRow *contact)
{
  g_hash_table_replace (self->contacts, ww_hex_encode (contact->account, sizeof contact->account),
                        ww_contact_row_copy (contact));
}

static const WwContactRow *
find_contact (WwConversationList *self, const guint8 account[16])
{
  g_autofree char *id = ww_hex_encode (account, 16);

  return g_hash_table_lookup (self->contacts, id);
}

static WwConversation *
make_conversation (WwConversationList *self, const WwConversationRow *row)
{
  WwConversation *conversation;

  /* First, because the last message takes its sender's name from it. */
  if (row->contact != NULL)
    remember_contact (self, row->contact);

  conversation = ww_conversation_new (self, row);
  if (row->contact == NULL)
    {
      const WwContactRow *contact = find_contact (self, row->peer);

      if (contact != NULL)
        ww_conversation_set_contact (conversation, contact);
    }

  index_conversation (self, conversation);
  return conversation;
}

static gboolean
read_conversations (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GPtrArray *rows;

  if (!ww_store_list_conversations (database, &rows, error))
    return FALSE;

  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

static DexFuture *
conversations_read_cb (DexFuture *completed, gpointer user_data)
{
  WwConversationList *self = user_data;
  GPtrArray *rows = g_value_get_boxed (dex_future_get_value (completed, NULL));
  guint before = self->items->len;

  forget_items (self);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (self->items, make_conversation (self, rows->pdata[i]));

  if (before > 0 || rows->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, rows->len);

  return dex_future_new_true ();
}

/**
 * ww_conversation_list_load:
 * @store: open; held until ww_conversation_list_clear()
 *
 * Costs one query, however long the conversations are.
 */
DexFuture *
ww_conversation_list_load (WwConversationList *self, WwStore *store)
{
  DexFuture *future;

  g_return_val_if_fail (WW_IS_CONVERSATION_LIST (self), NULL);
  g_return_val_if_fail (WW_IS_STORE (store), NULL);

  g_set_object (&self->store, store);
  future = dex_future_then (ww_store_read (store, read_conversations, NULL, NULL), conversations_read_cb,
                            g_object_ref (self), g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}

void
ww_conversation_list_clear (WwConversationList *self)
{
  guint before;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  before = self->items->len;
  forget_items (self);
  g_clear_object (&self->store);

  if (before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, 0);
}

WwStore *
ww_conversation_list_get_store (WwConversationList *self)
{
  return self->store;
}

const guint8 *
ww_conversation_list_get_account (WwConversationList *self)
{
  return self->account;
}

const guint8 *
ww_conversation_list_get_device (WwConversationList *self)
{
  return self->device;
}

const char *
ww_conversation_list_get_handle (WwConversationList *self)
{
  return self->handle;
}

WwConversation *
ww_conversation_list_find (WwConversationList *self, const char *id)
{
  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

WwConversation *
ww_conversation_list_find_by_handle (WwConversationList *self, const char *handle)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      if (g_strcmp0 (ww_conversation_get_handle (self->items->pdata[i]), handle) == 0)
        return self->items->pdata[i];
    }

  return NULL;
}

WwConversation *
ww_conversation_list_find_by_peer (WwConversationList *self, const guint8 account[16])
{
  g_autofree char *id = ww_hex_encode (account, 16);

  return g_hash_table_lookup (self->by_peer, id);
}

WwMessage *
ww_conversation_list_find_message (WwConversationList *self, const char *id)
{
  WwMessage *message = id != NULL ? g_hash_table_lookup (self->messages, id) : NULL;

  return message != NULL ? g_object_ref (message) : NULL;
}

/* How a sender is called: by what they call themselves, else by their handle. */
static char *
make_name (const char *name, const char *handle, const char *fallback)
{
  g_autofree char *line = ww_text_one_line (name, NAME_CHARS);

  if (*line != '\0')
    return g_steal_pointer (&line);

  return g_strdup (handle != NULL && *handle != '\0' ? ww_handle_for_people (handle) : fallback);
}

/**
 * ww_conversation_list_take_message:
 * @row: as it is in the store
 *
 * Returns: (transfer full): the one object of that message for as long as anyone holds it
 */
WwMessage *
ww_conversation_list_take_message (WwConversationList *self, const WwMessageRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  g_autofree char *name = NULL;
  const WwContactRow *contact;
  WwMessage *message;

  message = g_hash_table_lookup (self->messages, id);
  if (message != NULL)
    return g_object_ref (message);

  if (row->outgoing)
    {
      name = make_name (self->name, self->handle, _ ("You"));
      return ww_message_new (row, self->handle, name, self->messages);
    }

  contact = find_contact (self, row->account);
  name = make_name (contact != NULL ? contact->name : NULL, contact != NULL ? contact->handle : NULL,
                    _ ("Unknown Person"));
  return ww_message_new (row, contact != NULL ? contact->handle : NULL, name, self->messages);
}

WwConversation *
ww_conversation_list_apply_conversation (WwConversationList *self, const WwConversationRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, id);
  guint index;

  if (conversation != NULL)
    {
      if (row->contact != NULL)
        ww_conversation_list_apply_contact (self, row->contact);
      return conversation;
    }

  conversation = make_conversation (self, row);
  index = find_place (self, conversation);
  g_ptr_array_insert (self->items, (int) index, conversation);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 0, 1);
  return conversation;
}

/* A conversation that the message made in the store is made here. */
static WwConversation *
conversation_for_message (WwConversationList *self, const WwMessageRow *row, const guint8 peer[16])
{
  WwConversationRow fresh = { .created_ms = row->position, .last_position = row->position };

  memcpy (fresh.id, row->conversation, sizeof fresh.id);
  memcpy (fresh.peer, peer, sizeof fresh.peer);
  return ww_conversation_list_apply_conversation (self, &fresh);
}

WwMessage *
ww_conversation_list_apply_message (WwConversationList *self, const WwMessageRow *row, const guint8 peer[16])
{
  WwConversation *conversation;
  WwMessage *message;

  g_return_val_if_fail (WW_IS_CONVERSATION_LIST (self), NULL);

  conversation = conversation_for_message (self, row, peer);
  message = ww_conversation_list_take_message (self, row);
  ww_conversation_add_message (conversation, message, row->unread, row->stamp);
  move_to_place (self, conversation);
  g_signal_emit (self, signals[MESSAGE_ADDED], 0, conversation, message);
  return message;
}

void
ww_conversation_list_apply_state (WwConversationList *self, const guint8 id[16], WwMessageState state, guint suite,
                                  const char *error)
{
  g_autofree char *hex = ww_hex_encode (id, 16);
  g_autoptr (WwMessage) message = ww_conversation_list_find_message (self, hex);

  if (message != NULL && ww_message_set_state (message, state, suite, error))
    g_signal_emit (self, signals[MESSAGE_CHANGED], 0, message);
}

void
ww_conversation_list_apply_read (WwConversationList *self, const WwReadChange *change)
{
  g_autofree char *id = ww_hex_encode (change->conversation, sizeof change->conversation);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, id);

  if (conversation != NULL && change->changed)
    ww_conversation_set_read (conversation, change);
}

void
ww_conversation_list_apply_contact (WwConversationList *self, const WwContactRow *contact)
{
  WwConversation *conversation;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  remember_contact (self, contact);
  conversation = ww_conversation_list_find_by_peer (self, contact->account);
  if (conversation != NULL)
    ww_conversation_set_contact (conversation, contact);
}

void
ww_conversation_list_outbox_changed (WwConversationList *self)
{
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  g_signal_emit (self, signals[OUTBOX_CHANGED], 0);
}
