/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-amend"

#include "ww-conversation-private.h"

#include <openssl/rand.h>

#include "waxwing.pb-c.h"
#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-message-private.h"
#include "ww-store-amend.h"

/*
 * What a person does to messages that are there: each takes effect here and enters the outbox in one transaction. What
 * the own account does is judged by the same code as what others do.
 */
typedef struct
{
  guint8 conversation[16];
  guint8 peer[16];
  guint8 own_account[16];
  WwStanding standing;
  GBytes *payload;
} Amending;

static void
amending_free (gpointer data)
{
  Amending *self = data;

  g_bytes_unref (self->payload);
  g_free (self);
}

static GBytes *
pack (const Waxwing__Payload *payload)
{
  gsize size = waxwing__payload__get_packed_size (payload);
  guint8 *packed = g_malloc (size);

  return g_bytes_new_take (packed, waxwing__payload__pack (payload, packed));
}

static gboolean
apply (WwDatabase *database, Amending *self, const Waxwing__Payload *payload, GPtrArray *changed, GError **error)
{
  WwAmendment amendment = { .created_ms = ww_now_ms () };
  WwAmendResult result;

  if (RAND_bytes (amendment.id, sizeof amendment.id) != 1)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  memcpy (amendment.account, self->own_account, sizeof amendment.account);
  memcpy (amendment.conversation, self->conversation, sizeof amendment.conversation);
  if (!ww_store_amend (database, &amendment, payload, FALSE, amendment.created_ms, &result, changed, error))
    return FALSE;
  if (result == WW_AMENDED_NOTHING)
    return TRUE;
  if (result != WW_AMENDED)
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  return ww_store_insert_outbox (database, amendment.id, self->conversation, self->peer, WW_ENVELOPE_SILENT,
                                 amendment.created_ms, self->payload, error);
}

/* Resolves to the messages that changed. */
static gboolean
amend (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Amending *self = data;
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  gsize len;
  const guint8 *packed = g_bytes_get_data (self->payload, &len);
  Waxwing__Payload *payload = waxwing__payload__unpack (NULL, len, packed);
  gboolean done;

  if (payload == NULL)
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  done = apply (database, self, payload, changed, error);
  waxwing__payload__free_unpacked (payload, NULL);
  if (!done)
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, g_steal_pointer (&changed));
  return TRUE;
}

static DexFuture *
amended_cb (DexFuture *completed, gpointer user_data)
{
  WwConversationList *list = ww_conversation_get_list (user_data);
  GPtrArray *changed = g_value_get_boxed (dex_future_get_value (completed, NULL));

  if (list == NULL)
    return dex_future_new_true ();
  for (guint i = 0; i < changed->len; i++)
    ww_conversation_list_apply_changed (list, changed->pdata[i]);
  ww_conversation_list_outbox_changed (list);
  return dex_future_new_true ();
}

static WwStore *
find_store (WwConversation *self)
{
  WwConversationList *list = ww_conversation_get_list (self);

  return list != NULL ? ww_conversation_list_get_store (list) : NULL;
}

/* Whom the person has not accepted gets nothing, not even this. */
static DexFuture *
say (WwConversation *self, const Waxwing__Payload *payload)
{
  WwStore *store = find_store (self);
  Amending *amending;
  DexFuture *future;

  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (ww_conversation_get_standing (self) != WW_STANDING_ACCEPTED)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  amending = g_new0 (Amending, 1);
  memcpy (amending->conversation, ww_conversation_get_id_bytes (self), sizeof amending->conversation);
  memcpy (amending->peer, ww_conversation_get_peer (self), sizeof amending->peer);
  memcpy (amending->own_account, ww_conversation_list_get_account (ww_conversation_get_list (self)),
          sizeof amending->own_account);
  amending->payload = pack (payload);
  future = dex_future_then (ww_store_run (store, amend, amending, amending_free), amended_cb, g_object_ref (self),
                            g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}

static gboolean
is_of (WwConversation *self, WwMessage *message)
{
  return g_str_equal (ww_message_get_conversation_id (message), ww_conversation_get_id (self));
}

static ProtobufCBinaryData
id_of (WwMessage *message)
{
  return (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_message_get_id_bytes (message) };
}

/**
 * ww_conversation_tap_back:
 * @emoji: (nullable): one grapheme, at most WW_MAX_EMOJI bytes; %NULL takes the own tapback away
 *
 * One for each person and message: another one takes its place.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ww_conversation_tap_back (WwConversation *self, WwMessage *message, const char *emoji)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Tapback tapback = WAXWING__TAPBACK__INIT;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (WW_IS_MESSAGE (message), NULL);

  if (!is_of (self, message) || !ww_message_can_tap_back (message) ||
      (emoji != NULL && (*emoji == '\0' || strlen (emoji) > WW_MAX_EMOJI || !g_utf8_validate (emoji, -1, NULL))))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  tapback.message_id = id_of (message);
  tapback.emoji = (char *) (emoji != NULL ? emoji : "");
  payload.kind_case = WAXWING__PAYLOAD__KIND_TAPBACK;
  payload.tapback = &tapback;
  return say (self, &payload);
}

/**
 * ww_conversation_edit:
 * @text: as for ww_conversation_send_text()
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ww_conversation_edit (WwConversation *self, WwMessage *message, const char *text)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Edit edit = WAXWING__EDIT__INIT;
  g_autofree char *stripped = NULL;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (WW_IS_MESSAGE (message), NULL);

  if (text == NULL || !g_utf8_validate (text, -1, NULL) || strlen (text) > WW_MAX_TEXT || !is_of (self, message) ||
      !ww_message_can_edit (message))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  stripped = g_strstrip (g_strdup (text));
  if (*stripped == '\0')
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  if (g_str_equal (text, ww_message_get_text (message)))
    return dex_future_new_true ();
  edit.message_id = id_of (message);
  edit.body = (char *) text;
  payload.kind_case = WAXWING__PAYLOAD__KIND_EDIT;
  payload.edit = &edit;
  return say (self, &payload);
}

/* What was taken back stays in the write-ahead log until that is emptied. */
static DexFuture *
purge_cb (DexFuture *completed, gpointer user_data)
{
  return ww_store_purge (user_data);
}

static DexFuture *
and_purge (DexFuture *future, WwStore *store)
{
  future = dex_future_then (future, purge_cb, g_object_ref (store), g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}

/**
 * ww_conversation_unsend:
 *
 * Takes an own message back, here and with everybody who got it. Nothing of it is left but that it was there.
 *
 * Returns: (transfer full): resolves to %TRUE when no trace is on the disk
 */
DexFuture *
ww_conversation_unsend (WwConversation *self, WwMessage *message)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Unsend unsend = WAXWING__UNSEND__INIT;
  WwStore *store;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (WW_IS_MESSAGE (message), NULL);

  if (!is_of (self, message) || !ww_message_can_unsend (message))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  unsend.message_id = id_of (message);
  payload.kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
  payload.unsend = &unsend;
  return and_purge (say (self, &payload), store);
}

/* --- Deleting for oneself -------------------------------------------------------------------- */

typedef struct
{
  guint8 own_account[16];
  GByteArray *ids;
} Deleting;

static void
deleting_free (gpointer data)
{
  Deleting *self = data;

  g_byte_array_unref (self->ids);
  g_free (self);
}

static gboolean
tell_devices (WwDatabase *database, const Deleting *self, GError **error)
{
  gsize n = self->ids->len / WW_ID_SIZE;
  g_autofree ProtobufCBinaryData *list = g_new0 (ProtobufCBinaryData, n);
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Deletion deletion = WAXWING__DELETION__INIT;
  g_autoptr (GBytes) packed = NULL;
  guint8 id[WW_ID_SIZE];

  for (gsize i = 0; i < n; i++)
    list[i] = (ProtobufCBinaryData) { WW_ID_SIZE, self->ids->data + i * WW_ID_SIZE };
  deletion.message_ids = list;
  deletion.n_message_ids = n;
  payload.kind_case = WAXWING__PAYLOAD__KIND_DELETION;
  payload.deletion = &deletion;
  packed = pack (&payload);
  ww_random_bytes (id, sizeof id);
  return ww_store_insert_outbox (database, id, NULL, self->own_account, WW_ENVELOPE_SILENT, ww_now_ms (), packed,
                                 error);
}

static gboolean
delete_messages (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Deleting *self = data;
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);

  if (!ww_store_delete_messages (database, self->ids->data, self->ids->len / WW_ID_SIZE, ww_now_ms (), conversations,
                                 error) ||
      !tell_devices (database, self, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, g_steal_pointer (&conversations));
  return TRUE;
}

/* What the models need: which messages, of which conversation. */
typedef struct
{
  WwConversation *conversation;
  GByteArray *ids;
} Deleted;

static void
deleted_free (gpointer data)
{
  Deleted *self = data;

  g_object_unref (self->conversation);
  g_byte_array_unref (self->ids);
  g_free (self);
}

static DexFuture *
deleted_cb (DexFuture *completed, gpointer user_data)
{
  Deleted *self = user_data;
  WwConversationList *list = ww_conversation_get_list (self->conversation);
  GPtrArray *conversations = g_value_get_boxed (dex_future_get_value (completed, NULL));

  if (list == NULL)
    return dex_future_new_true ();
  for (gsize i = 0; i < self->ids->len; i += WW_ID_SIZE)
    ww_conversation_list_apply_deleted (list, self->ids->data + i);
  for (guint i = 0; i < conversations->len; i++)
    ww_conversation_list_apply_settled (list, conversations->pdata[i]);
  ww_conversation_list_outbox_changed (list);
  return dex_future_new_true ();
}

/**
 * ww_conversation_delete_messages:
 * @messages: of WwMessage of this conversation, at most WW_MAX_DELETION_IDS
 *
 * On all devices of the own account; nobody else hears of it.
 *
 * Returns: (transfer full): resolves to %TRUE when no trace is on this disk
 */
DexFuture *
ww_conversation_delete_messages (WwConversation *self, GPtrArray *messages)
{
  WwStore *store;
  Deleting *deleting;
  Deleted *deleted;
  DexFuture *future;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (messages->len == 0 || messages->len > WW_MAX_DELETION_IDS)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  deleting = g_new0 (Deleting, 1);
  memcpy (deleting->own_account, ww_conversation_list_get_account (ww_conversation_get_list (self)),
          sizeof deleting->own_account);
  deleting->ids = g_byte_array_new ();
  for (guint i = 0; i < messages->len; i++)
    if (is_of (self, messages->pdata[i]))
      g_byte_array_append (deleting->ids, ww_message_get_id_bytes (messages->pdata[i]), WW_ID_SIZE);
  if (deleting->ids->len == 0)
    {
      deleting_free (deleting);
      return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
    }
  deleted = g_new0 (Deleted, 1);
  deleted->conversation = g_object_ref (self);
  deleted->ids = g_byte_array_ref (deleting->ids);
  future = dex_future_then (ww_store_run (store, delete_messages, deleting, deleting_free), deleted_cb, deleted,
                            deleted_free);
  return and_purge (future, store);
}
