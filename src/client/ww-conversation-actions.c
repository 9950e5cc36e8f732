/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include <openssl/rand.h>

#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-message-private.h"
#include "ww-outgoing-private.h"
#include "ww-store-amend.h"
#include "ww-store-groups.h"
#include "ww-store-settings.h"
#include "ww-store-standing.h"
#include "ww-store-uploads.h"
#include "ww-uploads.h"

/*
 * What a person does in a conversation: each is one transaction on the store's thread, told to the models when it is
 * committed. The futures go on when nobody waits for them, so that the models always hear of it.
 */

#define MAX_DRAFT (16 * WW_MAX_TEXT)

typedef struct
{
  guint8 conversation[16];
  guint8 peer[16];
  guint8 own_account[16];
  guint8 id[16];
  gint64 position;
  char *text;
  WwMessageRow *row;
  GStrv uploads; /* names of the sealed files; nullable */
} Action;

/* What the model needs when it is done. */
typedef struct
{
  WwConversation *conversation;
  WwMessage *message;
  char *draft;
  WwOutgoing *outgoing;
} Followup;

static void
action_free (gpointer data)
{
  Action *action = data;

  g_clear_pointer (&action->row, ww_message_row_free);
  g_strfreev (action->uploads);
  g_free (action->text);
  g_free (action);
}

static void
followup_free (gpointer data)
{
  Followup *followup = data;

  g_clear_object (&followup->conversation);
  g_clear_object (&followup->message);
  g_clear_object (&followup->outgoing);
  g_free (followup->draft);
  g_free (followup);
}

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static Action *
action_new (WwConversation *self, WwConversationList *list)
{
  Action *action = g_new0 (Action, 1);

  memcpy (action->conversation, ww_conversation_get_id_bytes (self), sizeof action->conversation);
  memcpy (action->peer, ww_conversation_get_peer (self), sizeof action->peer);
  memcpy (action->own_account, ww_conversation_list_get_account (list), sizeof action->own_account);
  return action;
}

static Followup *
followup_new (WwConversation *self)
{
  Followup *followup = g_new0 (Followup, 1);

  followup->conversation = g_object_ref (self);
  followup->draft = g_strdup (ww_conversation_get_draft (self));
  return followup;
}

static WwStore *
find_store (WwConversation *self)
{
  WwConversationList *list = ww_conversation_get_list (self);

  return list != NULL ? ww_conversation_list_get_store (list) : NULL;
}

static DexFuture *
perform (WwStore *store, WwStoreFunc func, Action *action, DexFutureCallback callback, Followup *followup)
{
  DexFuture *future = dex_future_then (ww_store_run (store, func, action, action_free), callback, followup,
                                       followup_free);

  dex_future_disown (dex_ref (future));
  return future;
}

/* The message, and whom it accepted. Boxed for the way between the threads. */
typedef struct
{
  WwMessageRow *row;
  WwContactRow *accepted; /* nullable */
} SentMessage;

static SentMessage *
sent_message_new (const WwMessageRow *row, const WwContactRow *accepted)
{
  SentMessage *self = g_new0 (SentMessage, 1);

  self->row = ww_message_row_copy (row);
  self->accepted = accepted != NULL ? ww_contact_row_copy (accepted) : NULL;
  return self;
}

static SentMessage *
sent_message_copy (SentMessage *self)
{
  return sent_message_new (self->row, self->accepted);
}

static void
sent_message_free (SentMessage *self)
{
  ww_message_row_free (self->row);
  g_clear_pointer (&self->accepted, ww_contact_row_free);
  g_free (self);
}

#define WW_TYPE_SENT_MESSAGE (sent_message_get_type ())
static GType sent_message_get_type (void);
G_DEFINE_BOXED_TYPE (SentMessage, sent_message, sent_message_copy, sent_message_free)

/* What is sent is no draft any more, on no device. */
static gboolean
end_draft (WwDatabase *database, const Action *action, gint64 now, GError **error)
{
  g_autoptr (WwConversationRow) row = NULL;
  gboolean changed;

  if (!ww_store_find_conversation (database, action->conversation, &row, error))
    return FALSE;
  return row == NULL || row->draft == NULL || *row->draft == '\0' ||
         ww_store_change_setting (database, action->own_account, action->conversation, WW_SETTING_DRAFT, 0, "", now,
                                  &changed, error);
}

static gboolean
send_message (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Action *action = data;
  WwMessageRow *row = action->row;
  gint64 now = now_ms ();

  g_autoptr (WwContactRow) accepted = NULL, contact = NULL;
  g_autoptr (GPtrArray) states = ww_state_changes_new ();

  row->created_ms = now;
  if (!ww_store_accept_by_writing (database, action->own_account, action->peer, now, &accepted, error) ||
      !end_draft (database, action, now, error) ||
      !ww_store_insert_outgoing (database, row, action->peer, now, error) ||
      !ww_store_insert_uploads (database, row->id, (const char *const *) action->uploads, error) ||
      !ww_store_amend_new (database, row, now, error) ||
      !ww_store_get_contact (database, action->peer, &contact, error))
    return FALSE;
  /* Somebody whose identity has changed stops it: the message says so at once. */
  if (contact != NULL && !ww_store_follow_contact (database, contact, states, error))
    return FALSE;
  if (!ww_store_follow_group (database, action->peer, states, error))
    return FALSE;
  for (guint i = 0; i < states->len; i++)
    {
      const WwStateChange *change = states->pdata[i];

      if (memcmp (change->id, row->id, sizeof row->id) == 0)
        g_set_str (&row->error, change->error);
    }

  g_value_init (result, WW_TYPE_SENT_MESSAGE);
  g_value_take_boxed (result, sent_message_new (row, accepted));
  return TRUE;
}

static DexFuture *
message_sent_cb (DexFuture *completed, gpointer user_data)
{
  Followup *followup = user_data;
  WwConversation *self = followup->conversation;
  WwConversationList *list = ww_conversation_get_list (self);
  const SentMessage *sent = g_value_get_boxed (dex_future_get_value (completed, NULL));
  WwMessage *message;

  if (list == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);

  if (sent->accepted != NULL)
    ww_conversation_list_apply_contact (list, sent->accepted);
  /* Before anybody looks at the message's files. */
  if (ww_conversation_list_get_uploads (list) != NULL)
    ww_uploads_begin (ww_conversation_list_get_uploads (list), sent->row->id, followup->outgoing);
  message = ww_conversation_list_apply_message (list, sent->row, ww_conversation_get_peer (self));
  /* What was typed meanwhile is a draft of its own. */
  if (g_str_equal (ww_conversation_get_draft (self), followup->draft))
    ww_conversation_take_draft (self, "");
  ww_conversation_list_outbox_changed (list);

  return dex_future_new_take_object (message);
}

/**
 * ww_conversation_send:
 * @outgoing: used up; goes out as it is
 *
 * Returns: (transfer full): resolves to the WwMessage, in state WAITING, as soon as it is safe on the disk. Rejects with
 *   WW_ERROR_INVALID_ARGUMENT, WW_ERROR_STORE_FULL and the like: then nothing was stored, and nothing goes out.
 */
DexFuture *
ww_conversation_send (WwConversation *self, WwOutgoing *outgoing)
{
  g_autoptr (WwMessageRow) row = NULL;
  g_autoptr (GError) error = NULL;
  WwConversationList *list;
  WwStore *store;
  Action *action;
  Followup *followup;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (WW_IS_OUTGOING (outgoing), NULL);

  row = ww_message_row_new ();
  if (!ww_outgoing_fill (outgoing, row, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (RAND_bytes (row->id, sizeof row->id) != 1)
    return ww_error_reject (WW_ERROR_FAILED);

  list = ww_conversation_get_list (self);
  action = action_new (self, list);
  memcpy (row->conversation, action->conversation, sizeof row->conversation);
  memcpy (row->account, action->own_account, sizeof row->account);
  memcpy (row->device, ww_conversation_list_get_device (list), sizeof row->device);
  action->row = g_steal_pointer (&row);
  action->uploads = ww_outgoing_dup_transfers (outgoing);
  followup = followup_new (self);
  followup->outgoing = g_object_ref (outgoing);

  return perform (store, send_message, action, message_sent_cb, followup);
}

/**
 * ww_conversation_send_text:
 * @text: UTF-8, at most WW_MAX_TEXT bytes, with something else than white space in it
 *
 * ww_conversation_send() with nothing but a text.
 */
DexFuture *
ww_conversation_send_text (WwConversation *self, const char *text)
{
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();

  ww_outgoing_set_text (outgoing, text);
  return ww_conversation_send (self, outgoing);
}

static gboolean
retry (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Action *action = data;
  gboolean changed;

  if (!ww_store_retry_message (database, action->id, now_ms (), &changed, error))
    return FALSE;

  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, changed);
  return TRUE;
}

static DexFuture *
retried_cb (DexFuture *completed, gpointer user_data)
{
  Followup *followup = user_data;
  WwConversationList *list = ww_conversation_get_list (followup->conversation);

  if (!g_value_get_boolean (dex_future_get_value (completed, NULL)))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);

  if (list != NULL)
    {
      ww_conversation_list_apply_state (list, ww_message_get_id_bytes (followup->message), WW_MESSAGE_STATE_WAITING, 0,
                                        NULL);
      if (ww_conversation_list_get_uploads (list) != NULL)
        ww_uploads_retry (ww_conversation_list_get_uploads (list), ww_message_get_id_bytes (followup->message));
      ww_conversation_list_outbox_changed (list);
    }

  return dex_future_new_true ();
}

/**
 * ww_conversation_retry:
 * @failed: in state FAILED
 *
 * Returns: (transfer full): resolves to %TRUE when it waits in the outbox again; rejects with WW_ERROR_INVALID_ARGUMENT
 *   when it had not failed
 */
DexFuture *
ww_conversation_retry (WwConversation *self, WwMessage *failed)
{
  Followup *followup;
  WwStore *store;
  Action *action;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (WW_IS_MESSAGE (failed), NULL);

  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);

  action = action_new (self, ww_conversation_get_list (self));
  memcpy (action->id, ww_message_get_id_bytes (failed), sizeof action->id);
  followup = followup_new (self);
  followup->message = g_object_ref (failed);

  return perform (store, retry, action, retried_cb, followup);
}

static gboolean
mark_read (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Action *action = data;
  WwReadChange change;

  if (!ww_store_mark_read (database, action->conversation, action->position, action->own_account, now_ms (), &change,
                           error))
    return FALSE;

  g_value_init (result, WW_TYPE_READ_CHANGE);
  g_value_set_boxed (result, &change);
  return TRUE;
}

static DexFuture *
marked_read_cb (DexFuture *completed, gpointer user_data)
{
  Followup *followup = user_data;
  WwConversationList *list = ww_conversation_get_list (followup->conversation);
  const WwReadChange *change = g_value_get_boxed (dex_future_get_value (completed, NULL));

  if (list != NULL && change->changed)
    {
      ww_conversation_list_apply_read (list, change);
      ww_conversation_list_outbox_changed (list);
    }

  return dex_future_new_true ();
}

/**
 * ww_conversation_mark_read:
 *
 * Up to the newest message that this object knows of: one that is only just arriving was not seen. Cheap when nothing is
 * unread.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ww_conversation_mark_read (WwConversation *self)
{
  WwStore *store;
  Action *action;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (ww_conversation_get_unread (self) == 0)
    return dex_future_new_true ();

  action = action_new (self, ww_conversation_get_list (self));
  action->position = ww_conversation_get_last_ms (self);

  return perform (store, mark_read, action, marked_read_cb, followup_new (self));
}

static gboolean
set_draft (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Action *action = data;

  gboolean changed;

  /* What is longer than anything that can be sent stays here. */
  if (strlen (action->text) > WW_MAX_TEXT)
    return ww_store_set_draft (database, action->conversation, action->text, error);
  return ww_store_change_setting (database, action->own_account, action->conversation, WW_SETTING_DRAFT, 0,
                                  action->text, now_ms (), &changed, error);
}

static DexFuture *
draft_set_cb (DexFuture *completed, gpointer user_data)
{
  WwConversationList *list = ww_conversation_get_list (user_data);

  if (list != NULL)
    ww_conversation_list_outbox_changed (list);
  return dex_future_new_true ();
}

/**
 * ww_conversation_set_draft:
 * @draft: UTF-8; "" when there is none; may be longer than what can be sent, up to 1 MiB
 *
 * The property changes at once. The account's other devices show it too, unless it is longer than what can be sent.
 *
 * Returns: (transfer full): resolves to %TRUE when it is stored
 */
DexFuture *
ww_conversation_set_draft (WwConversation *self, const char *draft)
{
  DexFuture *future;
  WwStore *store;
  Action *action;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (draft == NULL || strlen (draft) > MAX_DRAFT || !g_utf8_validate (draft, -1, NULL))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);

  store = find_store (self);
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (g_str_equal (draft, ww_conversation_get_draft (self)))
    return dex_future_new_true ();

  action = action_new (self, ww_conversation_get_list (self));
  action->text = g_strdup (draft);
  ww_conversation_take_draft (self, draft);

  future = dex_future_then (ww_store_run (store, set_draft, action, action_free), draft_set_cb, g_object_ref (self),
                            g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}
