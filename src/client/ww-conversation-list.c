/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-list"

#include "ww-conversation-list.h"

#include <glib/gi18n-lib.h>

#include "ww-conversation-private.h"
#include "ww-conversation-shelf.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-message-private.h"
#include "ww-text.h"
#include "ww-uploads.h"

#define NAME_CHARS 128

struct _WwConversationList
{
  GObject parent_instance;

  WwUploads *uploads;
  WwStore *store;
  WwIdentity *identity;
  WwDirectory *directory;
  guint8 account[16];
  guint8 device[16];
  char *name;
  char *handle;

  WwConversationShelf *shelves[WW_STANDING_BLOCKED + 1]; /* by standing; each conversation is on one */
  GHashTable *by_id;                                     /* hex → WwConversation, owned */
  GHashTable *by_peer;                                   /* hex → WwConversation, owned by by_id */
  GHashTable *contacts;                                  /* account in hex → WwContactRow */
  GHashTable *messages;                                  /* the pool: id in hex → WwMessage, unowned */
};

enum
{
  MESSAGE_ADDED,
  MESSAGE_CHANGED,
  MESSAGE_AMENDED,
  OUTBOX_CHANGED,
  TYPING,
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
  return g_list_model_get_n_items (G_LIST_MODEL (WW_CONVERSATION_LIST (model)->shelves[WW_STANDING_ACCEPTED]));
}

static gpointer
ww_conversation_list_get_item (GListModel *model, guint index)
{
  return g_list_model_get_item (G_LIST_MODEL (WW_CONVERSATION_LIST (model)->shelves[WW_STANDING_ACCEPTED]), index);
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

/* Which of the three lists shows it. */
static WwConversationShelf *
shelf_of (WwConversationList *self, WwConversation *conversation)
{
  return self->shelves[ww_conversation_get_standing (conversation)];
}

/* Fills each of the three lists with what belongs there. */
static void
fill_shelves (WwConversationList *self)
{
  for (guint standing = WW_STANDING_REQUEST; standing <= WW_STANDING_BLOCKED; standing++)
    {
      g_autoptr (GPtrArray) found = g_ptr_array_new ();
      GHashTableIter iter;
      gpointer conversation;

      g_hash_table_iter_init (&iter, self->by_id);
      while (g_hash_table_iter_next (&iter, NULL, &conversation))
        if (ww_conversation_get_standing (conversation) == standing)
          g_ptr_array_add (found, conversation);
      ww_conversation_shelf_fill (self->shelves[standing], found);
    }
}

/* Lets the conversations go. The lists have them until they are filled anew. */
static void
forget_items (WwConversationList *self)
{
  GHashTableIter iter;
  gpointer conversation;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    ww_conversation_detach (conversation);

  g_hash_table_remove_all (self->by_peer);
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->contacts);
}

static void
accepted_changed_cb (WwConversationList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
ww_conversation_list_dispose (GObject *object)
{
  WwConversationList *self = WW_CONVERSATION_LIST (object);

  forget_items (self);
  g_clear_object (&self->store);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);

  G_OBJECT_CLASS (ww_conversation_list_parent_class)->dispose (object);
}

static void
ww_conversation_list_finalize (GObject *object)
{
  WwConversationList *self = WW_CONVERSATION_LIST (object);

  for (guint i = WW_STANDING_REQUEST; i <= WW_STANDING_BLOCKED; i++)
    g_object_unref (self->shelves[i]);
  g_hash_table_unref (self->by_peer);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->messages);
  g_free (self->name);
  g_free (self->handle);

  g_clear_object (&self->uploads);
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
  /**
   * WwConversationList::message-amended:
   * @message: as it is now
   * @change: #WwMessageChange
   * @account: whose doing it is, hex
   *
   * Before "message-changed", for messages that nobody holds too.
   */
  signals[MESSAGE_AMENDED] = g_signal_new ("message-amended", WW_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 3, WW_TYPE_MESSAGE, G_TYPE_UINT, G_TYPE_STRING);
  /**
   * WwConversationList::typing:
   * @conversation: where
   * @active: whether the person writes, or has stopped
   *
   * For those that are connected, if the person wants them to know.
   */
  signals[TYPING] = g_signal_new ("typing", WW_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, WW_TYPE_CONVERSATION, G_TYPE_BOOLEAN);
}

static void
ww_conversation_list_init (WwConversationList *self)
{
  self->name = g_strdup ("");
  self->handle = g_strdup ("");
  for (guint i = WW_STANDING_REQUEST; i <= WW_STANDING_BLOCKED; i++)
    self->shelves[i] = ww_conversation_shelf_new ();
  g_signal_connect_object (self->shelves[WW_STANDING_ACCEPTED], "items-changed", G_CALLBACK (accepted_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
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
  GHashTableIter iter;
  gpointer conversation;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  memcpy (self->account, account, sizeof self->account);
  memcpy (self->device, device, sizeof self->device);
  g_set_str (&self->name, name != NULL ? name : "");
  g_set_str (&self->handle, handle != NULL ? handle : "");

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    {
      ww_conversation_set_self_handle (conversation, self->handle);
      ww_conversation_describe_members (conversation);
    }
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

static void
remember_members (WwConversationList *self, const WwGroupRow *group)
{
  for (guint i = 0; i < group->contacts->len; i++)
    remember_contact (self, group->contacts->pdata[i]);
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

  /* First, because members and the last message take their names from it. */
  if (row->contact != NULL)
    remember_contact (self, row->contact);
  if (row->group != NULL)
    remember_members (self, row->group);

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

  forget_items (self);
  for (guint i = 0; i < rows->len; i++)
    make_conversation (self, rows->pdata[i]);
  fill_shelves (self);

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
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  forget_items (self);
  g_clear_object (&self->store);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);
  fill_shelves (self);
}

void
ww_conversation_list_set_parts (WwConversationList *self, WwIdentity *identity, WwDirectory *directory)
{
  g_clear_pointer (&self->identity, ww_identity_unref);
  self->identity = ww_identity_ref (identity);
  g_set_object (&self->directory, directory);
}

WwIdentity *
ww_conversation_list_get_identity (WwConversationList *self)
{
  return self->identity;
}

WwDirectory *
ww_conversation_list_get_directory (WwConversationList *self)
{
  return self->directory;
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

GListModel *
ww_conversation_list_get_shelf (WwConversationList *self, WwStanding standing)
{
  return G_LIST_MODEL (self->shelves[standing]);
}

/* An address that moved is in two people's records for a while: it is whose it is the first of, else the one written to. */
static int
rate (WwConversation *conversation, const char *handle)
{
  int rating = ww_conversation_get_standing (conversation) == WW_STANDING_ACCEPTED ? 2 : 0;

  if (g_strcmp0 (ww_conversation_get_handle (conversation), handle) == 0)
    return rating + 2;
  return g_strv_contains (ww_conversation_get_handles (conversation), handle) ? rating + 1 : 0;
}

WwConversation *
ww_conversation_list_find_by_handle (WwConversationList *self, const char *handle)
{
  WwConversation *best = NULL;
  GHashTableIter iter;
  gpointer conversation;
  int rating = 0;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    if (rate (conversation, handle) > rating)
      {
        best = conversation;
        rating = rate (conversation, handle);
      }

  return best;
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

char *
ww_conversation_list_dup_sender (WwConversationList *self, const guint8 account[16], const char **handle)
{
  const WwContactRow *contact;

  if (memcmp (account, self->account, sizeof self->account) == 0)
    {
      *handle = self->handle;
      return make_name (self->name, self->handle, _ ("You"));
    }
  contact = find_contact (self, account);
  *handle = contact != NULL ? contact->handle : NULL;
  return make_name (contact != NULL ? contact->name : NULL, *handle, _ ("Unknown Person"));
}

/**
 * ww_conversation_list_dup_name:
 *
 * Returns: (transfer full): what somebody calls themselves, else their handle; for the own account as well
 */
char *
ww_conversation_list_dup_name (WwConversationList *self, const guint8 account[16])
{
  const char *handle;

  return ww_conversation_list_dup_sender (self, account, &handle);
}

/**
 * ww_conversation_list_take_message:
 * @row: as it is in the store, with its details
 *
 * Returns: (transfer full): the one object of that message for as long as anyone holds it
 */
WwMessage *
ww_conversation_list_take_message (WwConversationList *self, const WwMessageRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  g_autofree char *name = NULL;
  const char *handle;
  WwMessage *message;

  message = g_hash_table_lookup (self->messages, id);
  if (message != NULL)
    {
      ww_message_update (message, row);
      return g_object_ref (message);
    }

  name = ww_conversation_list_dup_sender (self, row->account, &handle);
  return ww_message_new (self, row, handle, name, self->messages);
}

WwConversation *
ww_conversation_list_apply_conversation (WwConversationList *self, const WwConversationRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, id);

  if (conversation != NULL)
    {
      if (row->contact != NULL)
        ww_conversation_list_apply_contact (self, row->contact);
      if (row->group != NULL)
        ww_conversation_list_apply_group (self, row->group);
      return conversation;
    }

  conversation = make_conversation (self, row);
  ww_conversation_shelf_add (shelf_of (self, conversation), conversation);
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
  ww_conversation_shelf_moved (shelf_of (self, conversation), conversation);
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

/* Those that answer it show it. */
static void
update_quotes (WwConversationList *self, const WwMessageRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  g_autofree char *conversation = ww_hex_encode (row->conversation, sizeof row->conversation);
  g_autofree char *name = NULL;
  const char *handle;
  GHashTableIter iter;
  gpointer message;

  name = ww_conversation_list_dup_sender (self, row->account, &handle);
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    if (g_strcmp0 (ww_message_get_reply_to (message), id) == 0 &&
        g_str_equal (ww_message_get_conversation_id (message), conversation))
      ww_message_set_quoted (message, row, name);
}

void
ww_conversation_list_set_uploads (WwConversationList *self, WwUploads *uploads)
{
  g_set_object (&self->uploads, uploads);
}

WwUploads *
ww_conversation_list_get_uploads (WwConversationList *self)
{
  return self->uploads;
}

WwTransfers *
ww_conversation_list_get_transfers (WwConversationList *self)
{
  return self->uploads != NULL ? ww_uploads_get_transfers (self->uploads) : NULL;
}

void
ww_conversation_list_apply_changed (WwConversationList *self, const WwMessageRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  g_autoptr (WwMessage) message = ww_conversation_list_find_message (self, id);
  g_autofree char *conversation_id = ww_hex_encode (row->conversation, sizeof row->conversation);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, conversation_id);

  if (row->kind == WW_MESSAGE_KIND_UNSENT && self->uploads != NULL)
    ww_uploads_forget (self->uploads, row->id, TRUE);
  if (message != NULL)
    ww_message_update (message, row);
  else if (row->change != 0)
    message = ww_conversation_list_take_message (self, row);
  update_quotes (self, row);
  if (message == NULL)
    return;
  if (row->change != 0)
    {
      g_autofree char *account = ww_hex_encode (row->changed_by, sizeof row->changed_by);

      g_signal_emit (self, signals[MESSAGE_AMENDED], 0, message, row->change, account);
    }
  if (conversation != NULL)
    ww_conversation_message_changed (conversation, message);
  g_signal_emit (self, signals[MESSAGE_CHANGED], 0, message);
}

void
ww_conversation_list_apply_deleted (WwConversationList *self, const guint8 id[16])
{
  g_autofree char *hex = ww_hex_encode (id, 16);
  g_autoptr (WwMessage) message = ww_conversation_list_find_message (self, hex);
  WwConversation *conversation;

  if (self->uploads != NULL)
    ww_uploads_forget (self->uploads, id, FALSE);
  if (message == NULL)
    return;
  conversation = g_hash_table_lookup (self->by_id, ww_message_get_conversation_id (message));
  if (conversation != NULL)
    ww_conversation_remove_message (conversation, message);
}

void
ww_conversation_list_apply_settled (WwConversationList *self, const WwConversationRow *row)
{
  g_autofree char *id = ww_hex_encode (row->id, sizeof row->id);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, id);

  if (conversation == NULL)
    return;
  ww_conversation_settle (conversation, row);
  ww_conversation_shelf_moved (shelf_of (self, conversation), conversation);
}

void
ww_conversation_list_apply_deepened (WwConversationList *self, const WwConversationRow *row)
{
  WwConversation *conversation;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  conversation = ww_conversation_list_apply_conversation (self, row);
  ww_conversation_list_apply_settled (self, row);
  ww_conversation_deepen (conversation);
}

void
ww_conversation_list_apply_typing (WwConversationList *self, const guint8 conversation[16], const guint8 account[16],
                                   gboolean active)
{
  g_autofree char *id = ww_hex_encode (conversation, 16);
  WwConversation *found = g_hash_table_lookup (self->by_id, id);
  g_autofree char *name = NULL;
  const char *handle;

  if (found == NULL || ww_conversation_get_standing (found) != WW_STANDING_ACCEPTED ||
      (ww_conversation_get_group (found) != NULL &&
       !ww_group_row_has_member (ww_conversation_get_group (found), account)))
    return;
  name = ww_conversation_list_dup_sender (self, account, &handle);
  ww_conversation_set_writing (found, account, name, active);
}

void
ww_conversation_list_tell_typing (WwConversationList *self, WwConversation *conversation, gboolean active)
{
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  g_signal_emit (self, signals[TYPING], 0, conversation, active);
}

void
ww_conversation_list_apply_read (WwConversationList *self, const WwReadChange *change)
{
  g_autofree char *id = ww_hex_encode (change->conversation, sizeof change->conversation);
  WwConversation *conversation = g_hash_table_lookup (self->by_id, id);

  if (conversation != NULL && change->changed)
    ww_conversation_set_read (conversation, change);
}

/* Groups show what is known of their members. */
static void
describe_groups (WwConversationList *self, const guint8 account[16])
{
  GHashTableIter iter;
  gpointer conversation, message;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    {
      const WwGroupRow *group = ww_conversation_get_group (conversation);

      if (group != NULL && ww_group_row_has_member (group, account))
        ww_conversation_describe_members (conversation);
    }
  /* What is told about groups calls people by their names. */
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    ww_message_tell_anew (message);
}

void
ww_conversation_list_apply_group (WwConversationList *self, const WwGroupRow *group)
{
  WwConversation *conversation;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  remember_members (self, group);
  conversation = ww_conversation_list_find_by_peer (self, group->id);
  if (conversation != NULL)
    ww_conversation_set_group (conversation, group);
}

void
ww_conversation_list_apply_contact (WwConversationList *self, const WwContactRow *contact)
{
  WwConversation *conversation;
  WwConversationShelf *from;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  remember_contact (self, contact);
  describe_groups (self, contact->account);
  conversation = ww_conversation_list_find_by_peer (self, contact->account);
  if (conversation == NULL)
    return;
  from = shelf_of (self, conversation);
  ww_conversation_set_contact (conversation, contact);
  if (from == shelf_of (self, conversation))
    return;
  ww_conversation_shelf_remove (from, conversation);
  ww_conversation_shelf_add (shelf_of (self, conversation), conversation);
}

const WwContactRow *
ww_conversation_list_get_contact (WwConversationList *self, const guint8 account[16])
{
  return find_contact (self, account);
}

/* The last reference may be somebody else's. */
static void
forget_conversation (WwConversationList *self, WwConversation *conversation)
{
  g_autofree char *peer = ww_hex_encode (ww_conversation_get_peer (conversation), 16);

  ww_conversation_shelf_remove (shelf_of (self, conversation), conversation);
  ww_conversation_detach (conversation);
  g_hash_table_remove (self->by_peer, peer);
  g_hash_table_remove (self->by_id, ww_conversation_get_id (conversation));
}

void
ww_conversation_list_apply_decided (WwConversationList *self, const WwDecided *decided)
{
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  if (decided->contact != NULL)
    ww_conversation_list_apply_contact (self, decided->contact);
  if (decided->conversation != NULL)
    ww_conversation_list_apply_conversation (self, decided->conversation);
  for (guint i = 0; i < decided->states->len; i++)
    {
      const WwStateChange *change = decided->states->pdata[i];

      ww_conversation_list_apply_state (self, change->id, change->state, change->suite, change->error);
    }
}

void
ww_conversation_list_apply_erased (WwConversationList *self, const WwDecided *decided)
{
  WwConversation *conversation;

  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  conversation = ww_conversation_list_find_by_peer (self, decided->contact->account);
  if (conversation != NULL)
    forget_conversation (self, conversation);
  if (self->uploads != NULL)
    dex_future_disown (ww_transfers_reconcile (ww_uploads_get_transfers (self->uploads)));
  ww_conversation_list_apply_decided (self, decided);
}

void
ww_conversation_list_outbox_changed (WwConversationList *self)
{
  g_return_if_fail (WW_IS_CONVERSATION_LIST (self));

  g_signal_emit (self, signals[OUTBOX_CHANGED], 0);
}
