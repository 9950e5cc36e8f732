/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-contact-private.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-safety.h"
#include "ww-search-private.h"
#include "ww-store-messages-private.h"

static char *
normalise (const char *typed, GError **error)
{
  char *handle = ww_handle_text_normalise (typed);

  if (handle == NULL && error != NULL)
    {
      g_autofree char *sentence = ww_handle_text_explain (typed);

      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, sentence);
    }
  return handle;
}

static DexFuture *
contact_cb (DexFuture *future, gpointer data)
{
  const GValue *value = dex_future_get_value (future, NULL);

  return dex_future_new_take_object (ww_contact_new (g_value_get_boxed (value)));
}

/**
 * ww_client_look_up:
 * @handle: as typed
 *
 * Asks the server, verifies the chain and remembers it.
 *
 * Returns: (transfer full): a future of a #WwContact
 */
DexFuture *
ww_client_look_up (WwClient *self, const char *handle)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normalised = normalise (handle, &error);

  if (normalised == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (self->directory == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  return dex_future_then (ww_directory_look_up (self->directory, normalised), contact_cb, NULL, NULL);
}

typedef struct
{
  WwClient *client;
  char *handle;
} Beginning;

static void
beginning_free (gpointer data)
{
  Beginning *self = data;

  g_object_unref (self->client);
  g_free (self->handle);
  g_free (self);
}

typedef struct
{
  guint8 own_account[16];
  guint8 id[16];
  guint8 peer[16];
} Pair;

/* Whoever is looked for is no stranger when they write. */
static gboolean
accept_peer (WwDatabase *database, const Pair *pair, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;
  g_autoptr (WwContactRow) accepted = NULL;

  if (!ww_store_get_contact (database, pair->peer, &contact, error))
    return FALSE;
  if (contact != NULL && contact->standing != 0)
    return TRUE;
  return ww_store_accept_by_writing (database, pair->own_account, pair->peer, ww_now_ms (), &accepted, error);
}

static gboolean
create_conversation (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Pair *pair = data;
  g_autoptr (WwMessageRow) notice = NULL;
  WwConversationRow *row;

  if (!ww_store_begin_conversation (database, pair->id, pair->peer, ww_now_ms (), &notice, error) ||
      !accept_peer (database, pair, error) || !ww_store_find_conversation (database, pair->id, &row, error))
    return FALSE;
  g_value_init (result, WW_TYPE_CONVERSATION_ROW);
  g_value_take_boxed (result, row);
  return TRUE;
}

/* Somebody seen before is known without the network. */
static WwRecord *
find_person (Beginning *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  WwRecord *record = dex_await_boxed (ww_directory_find_handle (self->client->directory, self->handle), &local);

  if (record != NULL)
    return record;
  if (g_error_matches (local, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    return self->client->directory != NULL
               ? dex_await_boxed (ww_directory_look_up (self->client->directory, self->handle), error)
               : NULL;
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static DexFuture *
begin_fiber (gpointer data)
{
  Beginning *self = data;
  WwClient *client = self->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwRecord) record = find_person (self, &error);
  g_autoptr (WwConversationRow) row = NULL;
  WwConversation *conversation;
  Pair *pair;

  if (record == NULL)
    return error != NULL ? dex_future_new_for_error (g_steal_pointer (&error)) : ww_error_reject (WW_ERROR_CANCELLED);
  if (client->store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (memcmp (ww_record_account_id (record), ww_identity_get_account_id (client->identity), WW_ID_SIZE) == 0)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("This is your own address."));
  pair = g_new0 (Pair, 1);
  memcpy (pair->own_account, ww_identity_get_account_id (client->identity), WW_ID_SIZE);
  memcpy (pair->peer, ww_record_account_id (record), WW_ID_SIZE);
  ww_conversation_id_for_pair (ww_identity_get_account_id (client->identity), pair->peer, pair->id);
  row = dex_await_boxed (ww_store_run (client->store, create_conversation, pair, g_free), &error);
  if (row == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  conversation = ww_conversation_list_apply_conversation (client->conversations, row);
  return dex_future_new_for_object (conversation);
}

/**
 * ww_client_start_conversation:
 * @handle: as typed
 *
 * Returns: (transfer full): a future of the #WwConversation with that person, which is made if need be
 */
DexFuture *
ww_client_start_conversation (WwClient *self, const char *handle)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normalised = normalise (handle, &error);
  WwConversation *conversation;
  Beginning *beginning;

  if (normalised == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (self->directory == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  conversation = ww_conversation_list_find_by_handle (self->conversations, normalised);
  if (conversation != NULL)
    return dex_future_new_for_object (conversation);
  beginning = g_new0 (Beginning, 1);
  beginning->client = g_object_ref (self);
  beginning->handle = g_steal_pointer (&normalised);
  return dex_scheduler_spawn (NULL, 0, begin_fiber, beginning, beginning_free);
}

GListModel *
ww_client_get_requests (WwClient *self)
{
  return ww_conversation_list_get_shelf (self->conversations, WW_STANDING_REQUEST);
}

GListModel *
ww_client_get_blocked (WwClient *self)
{
  return ww_conversation_list_get_shelf (self->conversations, WW_STANDING_BLOCKED);
}

static DexFuture *
number_found_cb (DexFuture *completed, gpointer data)
{
  WwClient *self = data;
  GBytes *account = g_value_get_boxed (dex_future_get_value (completed, NULL));
  WwConversation *conversation = ww_conversation_list_find_by_peer (self->conversations,
                                                                    g_bytes_get_data (account, NULL));

  return conversation != NULL ? dex_future_new_for_object (conversation) : ww_error_reject (WW_ERROR_NO_SUCH_PERSON);
}

/**
 * ww_client_find_safety_number:
 * @number: 60 digits, with or without white space
 *
 * Returns: (transfer full): a future of the #WwConversation with the person whose number it is; WW_ERROR_NO_SUCH_PERSON
 */
DexFuture *
ww_client_find_safety_number (WwClient *self, const char *number)
{
  g_autofree char *stripped = ww_safety_strip (number);

  if (self->store == NULL || self->identity == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (stripped == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return dex_future_then (ww_safety_find (self->store, ww_identity_get_account_id (self->identity), stripped),
                          number_found_cb, g_object_ref (self), g_object_unref);
}

/* Found by the directory: what conversations say about it, and what waits for the person. */
void
ww_client_show_finding (WwClient *self, const WwFindingResult *result)
{
  for (guint i = 0; i < result->notices->len; i++)
    {
      g_autoptr (WwMessage) message = ww_conversation_list_apply_message (
          self->conversations, result->notices->pdata[i], result->contact->account);
    }
  for (guint i = 0; i < result->states->len; i++)
    {
      const WwStateChange *change = result->states->pdata[i];

      ww_conversation_list_apply_state (self->conversations, change->id, change->state, change->suite, change->error);
    }
}

/**
 * ww_client_find_conversation:
 * @id_or_handle: hex, or a handle as typed
 *
 * Returns: (transfer full) (nullable): the conversation, if there is one
 */
WwConversation *
ww_client_find_conversation (WwClient *self, const char *id_or_handle)
{
  WwConversation *conversation = ww_conversation_list_find (self->conversations, id_or_handle);
  g_autofree char *handle = NULL;

  if (conversation == NULL)
    {
      handle = normalise (id_or_handle, NULL);
      if (handle != NULL)
        conversation = ww_conversation_list_find_by_handle (self->conversations, handle);
    }
  return conversation != NULL ? g_object_ref (conversation) : NULL;
}

typedef struct
{
  guint8 conversation[16];
  gboolean has_before;
  guint8 before[16];
  guint limit;
} Page;

static gboolean
read_page (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Page *page = data;
  g_autoptr (WwMessageRow) before = NULL;
  gint64 position = G_MAXINT64;
  gboolean has_older;
  GPtrArray *rows;

  if (page->has_before)
    {
      if (!ww_store_find_message (database, page->before, &before, error))
        return FALSE;
      if (before == NULL || memcmp (before->conversation, page->conversation, WW_ID_SIZE) != 0)
        {
          g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                               _ ("There is no such message in this conversation."));
          return FALSE;
        }
      position = before->position;
    }
  if (!ww_store_read_page (database, page->conversation, position, page->limit, &rows, &has_older, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, rows);
  return TRUE;
}

static DexFuture *
page_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;
  const GPtrArray *rows = g_value_get_boxed (dex_future_get_value (future, NULL));
  GListStore *messages = g_list_store_new (WW_TYPE_MESSAGE);

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (WwMessage) message = ww_conversation_list_take_message (self->conversations, rows->pdata[i]);

      g_list_store_append (messages, message);
    }
  return dex_future_new_take_object (messages);
}

/**
 * ww_client_list_messages:
 * @conversation_id: hex
 * @limit: how many at most
 * @before: (nullable): hex id of the message before which they end; %NULL: the newest
 *
 * Returns: (transfer full): a future of a #GListModel of #WwMessage, oldest first
 */
DexFuture *
ww_client_list_messages (WwClient *self, const char *conversation_id, guint limit, const char *before)
{
  g_autofree Page *page = g_new0 (Page, 1);

  if (self->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  page->limit = limit;
  page->has_before = before != NULL;
  if (!ww_hex_decode (conversation_id, page->conversation, sizeof page->conversation) ||
      (before != NULL && !ww_hex_decode (before, page->before, sizeof page->before)))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return dex_future_then (ww_store_read (self->store, read_page, g_steal_pointer (&page), g_free), page_cb,
                          g_object_ref (self), g_object_unref);
}

/**
 * ww_client_search:
 * @text: words, all of which a message has to contain; words in double quotes are one
 * @limit: at most so many
 * @before: (nullable): hex id of the message that the results are older than
 *
 * Returns: (transfer full): resolves to a #WwSearchResults
 */
DexFuture *
ww_client_search (WwClient *self, const char *text, guint limit, const char *before)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (self->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  return ww_search_begin (self->conversations, NULL, text, limit, before);
}
