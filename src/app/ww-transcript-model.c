/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-model"

#include "ww-transcript-model.h"

#include "ww-time.h"

struct _WwTranscriptModel
{
  GObject parent_instance;
  GListModel *messages;
  GPtrArray *items;
  WwTranscriptItem *last_own;     /* unowned, in items */
  WwTranscriptItem *first_unread; /* unowned, in items */
  guint unread_left;              /* unread ones before the oldest that is loaded */
  gboolean plain;
};

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
find_last_own (WwTranscriptModel *self)
{
  WwTranscriptItem *before = self->last_own;

  self->last_own = NULL;
  for (guint i = self->items->len; i > 0 && self->last_own == NULL; i--)
    {
      WwTranscriptItem *item = g_ptr_array_index (self->items, i - 1);

      if (ww_message_get_outgoing (ww_transcript_item_get_message (item)))
        self->last_own = item;
    }
  if (before != self->last_own)
    place_object (self, before);
}

/* Moves the divider up over as many unread messages as are still looked for, starting before `end`. */
static void
seek_first_unread (WwTranscriptModel *self, guint end)
{
  for (guint i = end; i > 0 && self->unread_left > 0; i--)
    {
      WwTranscriptItem *item = g_ptr_array_index (self->items, i - 1);

      WwMessage *message = ww_transcript_item_get_message (item);

      if (ww_message_get_outgoing (message) || ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE)
        continue;
      self->first_unread = item;
      self->unread_left--;
    }
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
      g_ptr_array_insert (self->items, (int) (position + i), ww_transcript_item_new (message));
    }

  find_last_own (self);
  if (position == 0 && self->unread_left > 0)
    {
      WwTranscriptItem *before = self->first_unread;

      seek_first_unread (self, added);
      if (before != self->first_unread)
        place_object (self, before);
    }
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
}

static void
ww_transcript_model_init (WwTranscriptModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ww_transcript_model_new:
 * @messages: of WwMessage, oldest first
 */
WwTranscriptModel *
ww_transcript_model_new (GListModel *messages)
{
  WwTranscriptModel *self = g_object_new (WW_TYPE_TRANSCRIPT_MODEL, NULL);

  self->messages = g_object_ref (messages);
  g_signal_connect_object (messages, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (messages, 0, 0, g_list_model_get_n_items (messages), self);
  return self;
}

/**
 * ww_transcript_model_mark_unread:
 * @unread: how many of the newest messages from others nobody has read yet
 *
 * Puts the divider over the first of them. It stays there while more arrive, and moves up as older ones are loaded when
 * not all of them were; 0 takes it away.
 */
void
ww_transcript_model_mark_unread (WwTranscriptModel *self, guint unread)
{
  WwTranscriptItem *before = self->first_unread;

  self->first_unread = NULL;
  self->unread_left = unread;
  seek_first_unread (self, self->items->len);
  if (before == self->first_unread)
    return;
  for (guint i = 0; i < self->items->len; i++)
    place_item (self, i);
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
