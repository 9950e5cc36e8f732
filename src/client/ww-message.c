/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message"

#include "ww-message-private.h"

#include <glib/gi18n-lib.h>

#include "ww-group-events.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-message-parts-private.h"

struct _WwMessage
{
  GObject parent_instance;

  GHashTable *pool; /* id → this; unowned, but the table is */
  guint8 id_bytes[16];
  char *id;
  char *conversation_id;
  char *sender_handle;
  char *sender_name;
  char *sender_account;
  char *sender_device;
  gboolean outgoing;
  gint64 created_ms;
  gint64 position;
  WwMessageKind kind;
  WwMessageState state;
  char *text;
  guint suite;
  char *error;
  char *notice;
  char *event; /* of a group: what is told, and of whom; NULL for other kinds */
  char *event_text;
  char *reply_to;
  gint64 edited_ms;
  WwQuote *quote;
  GListStore *tapbacks; /* NULL until somebody asks, or there is one */
  GBytes *payload;
  gint64 stamp;             /* which answer of the store this is */
  WwConversationList *list; /* weak */
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_CONVERSATION_ID,
  PROP_SENDER_HANDLE,
  PROP_SENDER_NAME,
  PROP_SENDER_ACCOUNT,
  PROP_SENDER_DEVICE,
  PROP_OUTGOING,
  PROP_CREATED_MS,
  PROP_POSITION,
  PROP_KIND,
  PROP_STATE,
  PROP_TEXT,
  PROP_SUITE,
  PROP_ERROR,
  PROP_NOTICE,
  PROP_REPLY_TO,
  PROP_EDITED_MS,
  PROP_QUOTE,
  PROP_TAPBACKS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwMessage, ww_message, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwMessageState, ww_message_state, G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_DELIVERED, "delivered"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_READ, "read"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_STATE_RECEIVED, "received"))

G_DEFINE_ENUM_TYPE (WwMessageKind, ww_message_kind, G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_NOTICE, "notice"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_ATTACHMENTS, "attachments"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_CONTACT, "contact"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_LOCATION, "location"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_UNSENT, "unsent"),
                    G_DEFINE_ENUM_VALUE (WW_MESSAGE_KIND_GROUP_EVENT, "group-event"))

static void
ww_message_finalize (GObject *object)
{
  WwMessage *self = WW_MESSAGE (object);

  if (self->pool != NULL && g_hash_table_lookup (self->pool, self->id) == self)
    g_hash_table_remove (self->pool, self->id);

  g_clear_pointer (&self->pool, g_hash_table_unref);
  g_free (self->event);
  g_free (self->event_text);
  g_free (self->id);
  g_free (self->conversation_id);
  g_free (self->sender_handle);
  g_free (self->sender_name);
  g_free (self->sender_account);
  g_free (self->sender_device);
  g_free (self->text);
  g_free (self->error);
  g_free (self->notice);
  g_free (self->reply_to);
  g_clear_object (&self->quote);
  g_clear_object (&self->tapbacks);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_weak_pointer (&self->list);

  G_OBJECT_CLASS (ww_message_parent_class)->finalize (object);
}

static void
ww_message_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwMessage *self = WW_MESSAGE (object);

  switch (property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_CONVERSATION_ID:
      g_value_set_string (value, self->conversation_id);
      break;
    case PROP_SENDER_HANDLE:
      g_value_set_string (value, self->sender_handle);
      break;
    case PROP_SENDER_NAME:
      g_value_set_string (value, self->sender_name);
      break;
    case PROP_SENDER_ACCOUNT:
      g_value_set_string (value, self->sender_account);
      break;
    case PROP_SENDER_DEVICE:
      g_value_set_string (value, self->sender_device);
      break;
    case PROP_OUTGOING:
      g_value_set_boolean (value, self->outgoing);
      break;
    case PROP_CREATED_MS:
      g_value_set_int64 (value, self->created_ms);
      break;
    case PROP_POSITION:
      g_value_set_int64 (value, self->position);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_SUITE:
      g_value_set_uint (value, self->suite);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    case PROP_REPLY_TO:
      g_value_set_string (value, self->reply_to);
      break;
    case PROP_EDITED_MS:
      g_value_set_int64 (value, self->edited_ms);
      break;
    case PROP_QUOTE:
      g_value_set_object (value, self->quote);
      break;
    case PROP_TAPBACKS:
      g_value_set_object (value, ww_message_get_tapbacks (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_message_class_init (WwMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_message_finalize;
  object_class->get_property = ww_message_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_CONVERSATION_ID] = g_param_spec_string ("conversation-id", NULL, NULL, NULL, flags);
  properties[PROP_SENDER_HANDLE] = g_param_spec_string ("sender-handle", NULL, NULL, NULL, flags);
  properties[PROP_SENDER_NAME] = g_param_spec_string ("sender-name", NULL, NULL, NULL, flags);
  properties[PROP_SENDER_ACCOUNT] = g_param_spec_string ("sender-account", NULL, NULL, NULL, flags);
  properties[PROP_SENDER_DEVICE] = g_param_spec_string ("sender-device", NULL, NULL, NULL, flags);
  properties[PROP_OUTGOING] = g_param_spec_boolean ("outgoing", NULL, NULL, FALSE, flags);
  properties[PROP_CREATED_MS] = g_param_spec_int64 ("created-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_POSITION] = g_param_spec_int64 ("position", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, WW_TYPE_MESSAGE_KIND, WW_MESSAGE_KIND_TEXT, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_MESSAGE_STATE, WW_MESSAGE_STATE_WAITING,
                                              flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_SUITE] = g_param_spec_uint ("suite", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, flags);
  properties[PROP_REPLY_TO] = g_param_spec_string ("reply-to", NULL, NULL, NULL, flags);
  properties[PROP_EDITED_MS] = g_param_spec_int64 ("edited-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_QUOTE] = g_param_spec_object ("quote", NULL, NULL, WW_TYPE_QUOTE, flags);
  properties[PROP_TAPBACKS] = g_param_spec_object ("tapbacks", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_message_init (WwMessage *self)
{
}

/* Of a notice the store has the code and what it is about, so that it speaks the language of whoever reads it. */
static char *
make_text (WwConversationList *list, const WwMessageRow *row)
{
  if (row->kind == WW_MESSAGE_KIND_GROUP_EVENT && list != NULL)
    return ww_group_event_sentence (row->notice, row->text, list);
  if (row->kind == WW_MESSAGE_KIND_TEXT || row->kind == WW_MESSAGE_KIND_ATTACHMENTS ||
      row->kind == WW_MESSAGE_KIND_LOCATION)
    return row->text != NULL ? g_utf8_make_valid (row->text, -1) : g_strdup ("");
  if (row->kind != WW_MESSAGE_KIND_NOTICE)
    return g_strdup ("");
  if (g_strcmp0 (row->notice, WW_NOTICE_IDENTITY_CHANGED) == 0)
    return g_strdup (_ ("This person’s identity has changed. Compare the safety number to be sure who it is."));
  if (g_strcmp0 (row->notice, WW_NOTICE_HANDLE_CHANGED) == 0 && row->text != NULL)
    /* Translators: %s is an e-mail address or a telephone number. */
    return g_strdup_printf (_ ("This person’s first address is now %s."), ww_handle_for_people (row->text));
  return g_strdup (_ ("Something about this person has changed."));
}

/* Of the message that this one answers; nullable. */
static WwQuote *
make_quote (WwMessage *self, const WwMessageRow *row)
{
  g_autofree char *name = NULL;
  const char *handle;

  if (!row->has_reply_to)
    return NULL;
  if (row->replied != NULL && self->list != NULL)
    name = ww_conversation_list_dup_sender (self->list, row->replied->account, &handle);
  return ww_quote_new (row->reply_to, row->replied, name);
}

static gboolean
has_tapbacks (WwMessage *self, const GPtrArray *rows)
{
  guint n = self->tapbacks != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tapbacks)) : 0;

  if (n != (rows != NULL ? rows->len : 0))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (G_LIST_MODEL (self->tapbacks), i);

      if (!ww_tapback_is (tapback, rows->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

static WwTapback *
make_tapback (WwMessage *self, const WwTapbackRow *row)
{
  const char *handle = NULL;
  g_autofree char *name = self->list != NULL ? ww_conversation_list_dup_sender (self->list, row->account, &handle)
                                             : NULL;
  gboolean own = self->list != NULL &&
                 memcmp (row->account, ww_conversation_list_get_account (self->list), sizeof row->account) == 0;

  return ww_tapback_new (row, name != NULL ? name : "", handle, own);
}

static gboolean
set_tapbacks (WwMessage *self, const GPtrArray *rows)
{
  g_autoptr (GPtrArray) items = NULL;

  if (has_tapbacks (self, rows))
    return FALSE;
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_ptr_array_add (items, make_tapback (self, rows->pdata[i]));
  if (self->tapbacks == NULL)
    self->tapbacks = g_list_store_new (WW_TYPE_TAPBACK);
  g_list_store_splice (self->tapbacks, 0, g_list_model_get_n_items (G_LIST_MODEL (self->tapbacks)), items->pdata,
                       items->len);
  return TRUE;
}

/**
 * ww_message_new:
 * @list: whose message it is; not owned
 * @row: as it is in the store
 * @sender_handle: (nullable): the sender's first handle
 * @sender_name: for people, not empty
 * @pool: where the message enters itself, so that its id always leads to this object; must not have it yet
 */
WwMessage *
ww_message_new (WwConversationList *list, const WwMessageRow *row, const char *sender_handle, const char *sender_name,
                GHashTable *pool)
{
  WwMessage *self = g_object_new (WW_TYPE_MESSAGE, NULL);

  g_set_weak_pointer (&self->list, list);
  memcpy (self->id_bytes, row->id, sizeof row->id);
  self->id = ww_hex_encode (row->id, sizeof row->id);
  self->conversation_id = ww_hex_encode (row->conversation, sizeof row->conversation);
  self->sender_handle = g_strdup (sender_handle != NULL ? sender_handle : "");
  self->sender_name = g_strdup (sender_name);
  self->sender_account = ww_hex_encode (row->account, sizeof row->account);
  self->sender_device = ww_hex_encode (row->device, sizeof row->device);
  self->outgoing = row->outgoing;
  self->created_ms = row->created_ms;
  self->position = row->position;
  self->kind = row->kind;
  self->state = row->state;
  self->notice = row->kind == WW_MESSAGE_KIND_NOTICE ? g_strdup (row->notice != NULL ? row->notice : "") : NULL;
  self->text = make_text (list, row);
  if (row->kind == WW_MESSAGE_KIND_GROUP_EVENT)
    {
      self->event = g_strdup (row->notice);
      self->event_text = g_strdup (row->text);
    }
  self->suite = row->suite;
  self->error = g_strdup (row->error);
  self->reply_to = row->has_reply_to ? ww_hex_encode (row->reply_to, sizeof row->reply_to) : NULL;
  self->edited_ms = row->edited_ms;
  self->quote = make_quote (self, row);
  set_tapbacks (self, row->tapbacks);
  self->payload = row->detailed && row->payload != NULL ? g_bytes_ref (row->payload) : NULL;
  self->stamp = row->stamp;

  self->pool = g_hash_table_ref (pool);
  g_hash_table_insert (pool, self->id, self);

  return self;
}

static void
set_payload (WwMessage *self, const WwMessageRow *row)
{
  GBytes *payload = row->detailed ? row->payload : NULL;

  if (payload != NULL)
    g_bytes_ref (payload);
  g_clear_pointer (&self->payload, g_bytes_unref);
  self->payload = payload;
}

static void
notify (WwMessage *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
update_words (WwMessage *self, const WwMessageRow *row)
{
  g_autofree char *text = make_text (self->list, row);

  set_payload (self, row);
  if (self->kind != row->kind)
    {
      self->kind = row->kind;
      notify (self, PROP_KIND);
    }
  if (g_set_str (&self->text, text))
    notify (self, PROP_TEXT);
  if (self->edited_ms != row->edited_ms)
    {
      self->edited_ms = row->edited_ms;
      notify (self, PROP_EDITED_MS);
    }
}

static void
update_quote (WwMessage *self, const WwMessageRow *row)
{
  g_autofree char *reply_to = row->has_reply_to ? ww_hex_encode (row->reply_to, sizeof row->reply_to) : NULL;
  g_autoptr (WwQuote) quote = make_quote (self, row);

  if (g_set_str (&self->reply_to, reply_to))
    notify (self, PROP_REPLY_TO);
  if (!ww_quote_equal (self->quote, quote) && g_set_object (&self->quote, quote))
    notify (self, PROP_QUOTE);
}

void
ww_message_set_quoted (WwMessage *self, const WwMessageRow *row, const char *sender_name)
{
  g_autoptr (WwQuote) quote = ww_quote_new (row->id, row, sender_name);

  if (!ww_quote_equal (self->quote, quote) && g_set_object (&self->quote, quote))
    notify (self, PROP_QUOTE);
}

/**
 * ww_message_tell_anew:
 *
 * Of what happened to a group: with the names that people have now.
 */
void
ww_message_tell_anew (WwMessage *self)
{
  g_autofree char *text = NULL;

  if (self->event == NULL || self->list == NULL)
    return;
  text = ww_group_event_sentence (self->event, self->event_text, self->list);
  if (g_set_str (&self->text, text))
    notify (self, PROP_TEXT);
}

/**
 * ww_message_update:
 * @row: with its details
 *
 * News of two commits may arrive in either order: the later one counts.
 */
void
ww_message_update (WwMessage *self, const WwMessageRow *row)
{
  g_return_if_fail (WW_IS_MESSAGE (self));

  if (row->stamp < self->stamp)
    return;
  self->stamp = row->stamp;
  g_object_freeze_notify (G_OBJECT (self));
  update_words (self, row);
  update_quote (self, row);
  if (set_tapbacks (self, row->tapbacks))
    notify (self, PROP_TAPBACKS);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ww_message_set_state:
 * @suite: 0 keeps what is known
 * @error: (nullable): the sentence of a failure
 *
 * Ignores a step backwards (ww_message_state_can_follow()): the news of two commits may arrive in either order.
 *
 * Returns: whether anything changed
 */
gboolean
ww_message_set_state (WwMessage *self, WwMessageState state, guint suite, const char *error)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (WW_IS_MESSAGE (self), FALSE);

  /* What waits may come to wait for another reason. */
  if (!ww_message_state_can_follow (self->state, state) &&
      !(self->state == WW_MESSAGE_STATE_WAITING && state == WW_MESSAGE_STATE_WAITING))
    return FALSE;

  g_object_freeze_notify (G_OBJECT (self));

  if (self->state != state)
    {
      self->state = state;
      changed = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (suite != 0 && self->suite != suite)
    {
      self->suite = suite;
      changed = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUITE]);
    }
  if (g_set_str (&self->error, state == WW_MESSAGE_STATE_FAILED || state == WW_MESSAGE_STATE_WAITING ? error : NULL))
    {
      changed = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }

  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

GBytes *
ww_message_get_payload (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->payload;
}

WwConversationList *
ww_message_get_list (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->list;
}

const guint8 *
ww_message_get_id_bytes (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->id_bytes;
}

const char *
ww_message_get_id (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->id;
}

const char *
ww_message_get_conversation_id (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->conversation_id;
}

const char *
ww_message_get_sender_handle (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->sender_handle;
}

const char *
ww_message_get_sender_name (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->sender_name;
}

const char *
ww_message_get_sender_account (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->sender_account;
}

const char *
ww_message_get_sender_device (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->sender_device;
}

gboolean
ww_message_get_outgoing (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), FALSE);

  return self->outgoing;
}

gint64
ww_message_get_created_ms (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), 0);

  return self->created_ms;
}

/**
 * ww_message_get_position:
 *
 * Returns: its order within the conversation: unique there, and close to its time of arrival in milliseconds,
 *   so that a sender's clock cannot move it
 */
gint64
ww_message_get_position (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), 0);

  return self->position;
}

WwMessageKind
ww_message_get_kind (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), WW_MESSAGE_KIND_UNKNOWN);

  return self->kind;
}

WwMessageState
ww_message_get_state (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), WW_MESSAGE_STATE_FAILED);

  return self->state;
}

/**
 * ww_message_get_text:
 *
 * Returns: valid UTF-8, otherwise exactly what was sent: markup in it means nothing; "" for other kinds than text
 */
const char *
ww_message_get_text (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->text;
}

guint
ww_message_get_suite (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), 0);

  return self->suite;
}

const char *
ww_message_get_error (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->error;
}

const char *
ww_message_get_notice (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->notice;
}

gint64
ww_message_get_edited_ms (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), 0);

  return self->edited_ms;
}

const char *
ww_message_get_reply_to (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->reply_to;
}

WwQuote *
ww_message_get_quote (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return self->quote;
}

/**
 * ww_message_get_tapbacks:
 *
 * Returns: (transfer none): the same model for the life of the message
 */
GListModel *
ww_message_get_tapbacks (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  if (self->tapbacks == NULL)
    self->tapbacks = g_list_store_new (WW_TYPE_TAPBACK);
  return G_LIST_MODEL (self->tapbacks);
}

/**
 * ww_message_state_to_string:
 *
 * Returns: (transfer none): the word of `waxwing-cli --json`
 */
const char *
ww_message_state_to_string (WwMessageState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (WW_TYPE_MESSAGE_STATE);
  GEnumValue *value = g_enum_get_value (klass, state);

  return value != NULL ? value->value_nick : "failed";
}

const char *
ww_message_kind_to_string (WwMessageKind kind)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (WW_TYPE_MESSAGE_KIND);
  GEnumValue *value = g_enum_get_value (klass, kind);

  return value != NULL ? value->value_nick : "unknown";
}
