/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-safety.h"
#include "ww-store-standing.h"

/* What a person decides about the other one of a conversation: each is one transaction, told to the models after it. */

static gboolean
decide (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwDecided *decided = ww_store_decide (database, data, ww_now_ms (), error);

  if (decided == NULL)
    return FALSE;
  g_value_init (result, WW_TYPE_DECIDED);
  g_value_take_boxed (result, decided);
  return TRUE;
}

static WwDecision *
decision_new (WwConversation *self, WwDecisionKind kind)
{
  WwDecision *decision = g_new0 (WwDecision, 1);

  decision->kind = kind;
  memcpy (decision->own_account, ww_conversation_list_get_account (ww_conversation_get_list (self)), WW_ID_SIZE);
  memcpy (decision->peer, ww_conversation_get_peer (self), WW_ID_SIZE);
  memcpy (decision->conversation, ww_conversation_get_id_bytes (self), WW_ID_SIZE);
  return decision;
}

static DexFuture *
decided_cb (DexFuture *completed, gpointer data)
{
  WwConversation *self = data;
  WwConversationList *list = ww_conversation_get_list (self);

  if (list != NULL)
    {
      ww_conversation_list_apply_decided (list, g_value_get_boxed (dex_future_get_value (completed, NULL)));
      ww_conversation_list_outbox_changed (list);
    }
  return dex_future_new_true ();
}

/* The pages are gone with the transaction; what the log still has of them goes now. */
static DexFuture *
erased_cb (DexFuture *completed, gpointer data)
{
  WwConversation *self = data;
  WwConversationList *list = ww_conversation_get_list (self);

  if (list == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  ww_conversation_list_apply_erased (list, g_value_get_boxed (dex_future_get_value (completed, NULL)));
  ww_conversation_list_outbox_changed (list);
  return ww_store_purge (ww_conversation_list_get_store (list));
}

static DexFuture *
perform (WwConversation *self, WwDecision *decision)
{
  WwStore *store = ww_conversation_list_get_store (ww_conversation_get_list (self));
  gboolean erases = decision->kind == WW_DECISION_DELETE;
  DexFuture *future = dex_future_then (ww_store_run (store, decide, decision, g_free), erases ? erased_cb : decided_cb,
                                       g_object_ref (self), g_object_unref);

  /* It goes on when nobody waits for it, so that the models always hear of it. */
  dex_future_disown (dex_ref (future));
  return future;
}

static gboolean
is_there (WwConversation *self)
{
  WwConversationList *list = ww_conversation_get_list (self);

  return list != NULL && ww_conversation_list_get_store (list) != NULL;
}

static DexFuture *
perform_kind (WwConversation *self, WwDecisionKind kind)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return is_there (self) ? perform (self, decision_new (self, kind)) : ww_error_reject (WW_ERROR_CANCELLED);
}

/**
 * ww_conversation_accept:
 *
 * The stranger is one no more: they hear what has arrived, and from now on what was read. Writing to somebody does the same.
 *
 * Returns: (transfer full): resolves to %TRUE; WW_ERROR_BLOCKED when the person is blocked
 */
DexFuture *
ww_conversation_accept (WwConversation *self)
{
  return perform_kind (self, WW_DECISION_ACCEPT);
}

/**
 * ww_conversation_block:
 *
 * What they write from now on is dropped; what waited to go out to them fails. They are not told.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ww_conversation_block (WwConversation *self)
{
  return perform_kind (self, WW_DECISION_BLOCK);
}

/**
 * ww_conversation_unblock:
 *
 * The person is accepted again. What was dropped does not come back.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ww_conversation_unblock (WwConversation *self)
{
  return perform_kind (self, WW_DECISION_UNBLOCK);
}

/**
 * ww_conversation_delete:
 *
 * Erases the messages, here in the store's log too, and on the other own devices as soon as they hear of it. With a person that was accepted the next message begins the
 * conversation anew; with a stranger it is a new request; somebody blocked stays in the list of those.
 *
 * Returns: (transfer full): resolves to %TRUE when nothing of them is left in the store's files
 */
DexFuture *
ww_conversation_delete (WwConversation *self)
{
  return perform_kind (self, WW_DECISION_DELETE);
}

/**
 * ww_conversation_accept_identity:
 *
 * Of the identity that this object shows: when it changes meanwhile, nothing is decided.
 *
 * Returns: (transfer full): resolves to %TRUE; WW_ERROR_IDENTITY_CHANGED
 */
DexFuture *
ww_conversation_accept_identity (WwConversation *self)
{
  const WwContactRow *contact;
  WwDecision *decision;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (!is_there (self))
    return ww_error_reject (WW_ERROR_CANCELLED);
  contact = ww_conversation_list_get_contact (ww_conversation_get_list (self), ww_conversation_get_peer (self));
  if (contact == NULL || !contact->has_account_key)
    return ww_error_reject (WW_ERROR_NO_SUCH_PERSON);
  decision = decision_new (self, WW_DECISION_TRUST);
  memcpy (decision->key, contact->account_key, WW_POINT_SIZE);
  return perform (self, decision);
}

static DexFuture *
load (WwConversation *self)
{
  WwConversationList *list = ww_conversation_get_list (self);

  return ww_safety_load (ww_conversation_list_get_store (list), ww_conversation_list_get_account (list),
                         ww_conversation_get_peer (self));
}

static DexFuture *
number_cb (DexFuture *completed, gpointer data)
{
  const WwSafety *safety = g_value_get_boxed (dex_future_get_value (completed, NULL));

  return dex_future_new_take_string (g_strdup (safety->number));
}

/**
 * ww_conversation_load_safety_number:
 *
 * Returns: (transfer full): resolves to 60 digits; WW_ERROR_NO_SUCH_PERSON when nothing is known of the person yet
 */
DexFuture *
ww_conversation_load_safety_number (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (!is_there (self))
    return ww_error_reject (WW_ERROR_CANCELLED);
  return dex_future_then (load (self), number_cb, NULL, NULL);
}

typedef struct
{
  WwConversation *conversation;
  char *number;
} Marking;

static void
marking_free (gpointer data)
{
  Marking *self = data;

  g_object_unref (self->conversation);
  g_free (self->number);
  g_free (self);
}

/* The number that was compared says which key is meant; the transaction sees that it is still that one. */
static DexFuture *
mark_cb (DexFuture *completed, gpointer data)
{
  Marking *self = data;
  const WwSafety *safety = g_value_get_boxed (dex_future_get_value (completed, NULL));
  WwDecision *decision;

  if (!g_str_equal (safety->number, self->number))
    return ww_error_reject (WW_ERROR_IDENTITY_CHANGED);
  if (!is_there (self->conversation))
    return ww_error_reject (WW_ERROR_CANCELLED);
  decision = decision_new (self->conversation, WW_DECISION_VERIFY);
  memcpy (decision->key, safety->account_key, WW_POINT_SIZE);
  return perform (self->conversation, decision);
}

/**
 * ww_conversation_mark_verified:
 * @number: (nullable): what the person compared; %NULL takes the mark away
 *
 * Returns: (transfer full): resolves to %TRUE; WW_ERROR_IDENTITY_CHANGED when the person's number is another one
 */
DexFuture *
ww_conversation_mark_verified (WwConversation *self, const char *number)
{
  g_autofree char *stripped = NULL;
  Marking *marking;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (!is_there (self))
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (number == NULL)
    return perform_kind (self, WW_DECISION_DOUBT);
  stripped = ww_safety_strip (number);
  if (stripped == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  marking = g_new0 (Marking, 1);
  marking->conversation = g_object_ref (self);
  marking->number = g_steal_pointer (&stripped);
  return dex_future_then (load (self), mark_cb, marking, marking_free);
}
