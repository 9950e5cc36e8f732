/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-model"

#include "ww-transcript-model.h"

#include "ww-time.h"

struct _WwTranscriptModel
{
  GObject parent_instance;
  WwConversation *conversation;
  GListModel *messages;
  GPtrArray *items;
  WwTranscriptItem *last_own;     /* unowned, in items */
  WwTranscriptItem *first_unread; /* unowned, in items */
  gint64 read;                    /* position of the last message that was read when this was opened */
  gboolean plain;
  gboolean group;
};

enum
{
  EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwTranscriptModel, ww_transcript_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *list)
{
  return WW_TYPE_TRANSCRIPT_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return WW_TRANSCRIPT_MODEL (list)->items->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  WwTranscriptModel *self = WW_TRANSCRIPT_MODEL (list);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
place_item (WwTranscriptModel *self, guint position)
{
  WwTranscriptItem *item = g_ptr_array_index (self->items, position);
  WwGroupKey key = ww_transcript_item_get_key (item);
  WwPlace place = 0;

  if (item == self->last_own)
    place |= WW_PLACE_LAST_OWN;
  if (item == self->first_unread)
    place |= WW_PLACE_FIRST_UNREAD;
  if (self->plain)
    place |= WW_PLACE_PLAIN;
  if (self->group)
    place |= WW_PLACE_GROUP;

  if (position == 0)
    place |= WW_PLACE_STARTS_DAY | WW_PLACE_STARTS_GROUP;
  else
    {
      WwTranscriptItem *before = g_ptr_array_index (self->items, position - 1);
      WwGroupKey before_key = ww_transcript_item_get_key (before);

      if (!ww_time_same_day (before_key.ms, key.ms))
        place |= WW_PLACE_STARTS_DAY | WW_PLACE_STARTS_GROUP;
      else if (!ww_message_same_group (&before_key, &key) || item == self->first_unread)
        place |= WW_PLACE_STARTS_GROUP;
    }

  if (position + 1 == self->items->len)
    place |= WW_PLACE_ENDS_GROUP;
  else
    {
      WwTranscriptItem *after = g_ptr_array_index (self->items, position + 1);
      WwGroupKey after_key = ww_transcript_item_get_key (after);

      if (!ww_message_same_group (&key, &after_key) || after == self->first_unread)
        place |= WW_PLACE_ENDS_GROUP;
    }

  ww_transcript_item_set_place (item, place);
}

static void
place_object (WwTranscriptModel *self, WwTranscriptItem *item)
{
  guint position;

  if (item != NULL && g_ptr_array_find (self->items, item, &position))
    place_item (self, position);
}

static void
event_cb (WwTranscriptModel *self, const char *sentence)
{
  g_signal_emit (self, signals[EVENT], 0, sentence);
}

static WwTranscriptItem *
create_item (WwTranscriptModel *self, WwMessage *message)
{
  WwTranscriptItem *item = ww_transcript_item_new (self->conversation, message);

  g_signal_connect_object (item, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  return item;
}

static void
find_last_own (WwTranscriptModel *self)
{
  WwTranscriptItem *before = self->last_own;

  self->last_own = NULL;
  for (guint i = self->items->len; i > 0 && self->last_own == NULL; i--)
    {
      WwTranscriptItem *item = g_ptr_array_index (self->items, i - 1);

      if (ww_message_get_outgoing (ww_transcript_item_get_message (item)) && !ww_transcript_item_is_notice (item))
        self->last_own = item;
    }
  if (before != self->last_own)
    place_object (self, before);
}

/* The divider stands over the first message of somebody else that nobody has read, as far as they are loaded. */
static void
find_first_unread (WwTranscriptModel *self)
{
  WwTranscriptItem *before = self->first_unread;

  self->first_unread = NULL;
  for (guint i = self->items->len; i > 0; i--)
    {
      WwTranscriptItem *item = g_ptr_array_index (self->items, i - 1);
      WwMessage *message = ww_transcript_item_get_message (item);

      if (ww_message_get_position (message) <= self->read)
        break;
      if (!ww_message_get_outgoing (message) && !ww_transcript_item_is_notice (item))
        self->first_unread = item;
    }
  if (before == self->first_unread)
    return;
  /* Its neighbours belong to other groups than before. */
  for (guint i = 0; i < self->items->len; i++)
    place_item (self, i);
}

static void
items_changed_cb (GListModel *messages, guint position, guint removed, guint added, WwTranscriptModel *self)
{
  guint first = position > 0 ? position - 1 : 0;

  for (guint i = position; i < position + removed; i++)
    if (g_ptr_array_index (self->items, i) == self->first_unread)
      self->first_unread = NULL;
  if (removed > 0)
    {
      self->last_own = NULL;
      g_ptr_array_remove_range (self->items, position, removed);
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (WwMessage) message = g_list_model_get_item (messages, position + i);
      g_ptr_array_insert (self->items, (int) (position + i), create_item (self, message));
    }

  find_last_own (self);
  if (self->read != G_MAXINT64 && (position == 0 || self->first_unread == NULL))
    find_first_unread (self);
  for (guint i = first; i < MIN (position + added + 1, self->items->len); i++)
    place_item (self, i);
  place_object (self, self->last_own);
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
ww_transcript_model_dispose (GObject *object)
{
  WwTranscriptModel *self = WW_TRANSCRIPT_MODEL (object);

  g_clear_object (&self->messages);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ww_transcript_model_parent_class)->dispose (object);
}

static void
ww_transcript_model_finalize (GObject *object)
{
  WwTranscriptModel *self = WW_TRANSCRIPT_MODEL (object);

  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (ww_transcript_model_parent_class)->finalize (object);
}

static void
ww_transcript_model_class_init (WwTranscriptModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_transcript_model_dispose;
  object_class->finalize = ww_transcript_model_finalize;
  signals[EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ww_transcript_model_init (WwTranscriptModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->read = G_MAXINT64;
}

/**
 * ww_transcript_model_new:
 * @conversation: (nullable): whose messages they are
 * @messages: of WwMessage, oldest first
 */
WwTranscriptModel *
ww_transcript_model_new (WwConversation *conversation, GListModel *messages)
{
  WwTranscriptModel *self = g_object_new (WW_TYPE_TRANSCRIPT_MODEL, NULL);

  g_set_object (&self->conversation, conversation);
  self->group = conversation != NULL && ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP;
  self->messages = g_object_ref (messages);
  g_signal_connect_object (messages, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (messages, 0, 0, g_list_model_get_n_items (messages), self);
  return self;
}

/**
 * ww_transcript_model_set_read:
 * @position: of the last message that was read; %G_MAXINT64: all of them are
 *
 * Puts the divider over the first one from somebody else that comes behind it. It stays there while more arrive, and moves
 * up as older ones are loaded when not all unread ones were.
 */
void
ww_transcript_model_set_read (WwTranscriptModel *self, gint64 position)
{
  if (self->read == position)
    return;
  self->read = position;
  find_first_unread (self);
}

/**
 * ww_transcript_model_set_plain:
 * @plain: whether the messages are a stranger's, of which the letters are shown and nothing else
 */
void
ww_transcript_model_set_plain (WwTranscriptModel *self, gboolean plain)
{
  if (self->plain == plain)
    return;
  self->plain = plain;
  for (guint i = 0; i < self->items->len; i++)
    place_item (self, i);
}

/**
 * ww_transcript_model_get_first_unread:
 *
 * Returns: the position of the divider, or %G_MAXUINT
 */
guint
ww_transcript_model_get_first_unread (WwTranscriptModel *self)
{
  guint position;

  if (self->first_unread != NULL && g_ptr_array_find (self->items, self->first_unread, &position))
    return position;
  return G_MAXUINT;
}

/**
 * ww_transcript_model_find:
 *
 * Returns: where that message is, or %G_MAXUINT when it is not here
 */
guint
ww_transcript_model_find (WwTranscriptModel *self, const char *message_id)
{
  for (guint i = self->items->len; i > 0; i--)
    {
      WwTranscriptItem *item = g_ptr_array_index (self->items, i - 1);

      if (g_str_equal (ww_message_get_id (ww_transcript_item_get_message (item)), message_id))
        return i - 1;
    }
  return G_MAXUINT;
}

/**
 * ww_transcript_model_find_editable:
 *
 * Returns: (transfer none) (nullable): the last own message, if it may still be changed
 */
WwTranscriptItem *
ww_transcript_model_find_editable (WwTranscriptModel *self)
{
  if (self->last_own == NULL || !ww_message_can_edit (ww_transcript_item_get_message (self->last_own)))
    return NULL;
  return self->last_own;
}
