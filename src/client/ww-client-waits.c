/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-hex.h"

/* Somebody who waits for the connection to be at least `wanted`. */
typedef struct
{
  WwConnectionState wanted;
  DexPromise *promise;
} Waiter;

void
ww_client_waiter_free (gpointer waiter)
{
  Waiter *self = waiter;

  if (dex_future_is_pending (DEX_FUTURE (self->promise)))
    dex_promise_reject (self->promise, ww_error_new (WW_ERROR_CANCELLED));
  dex_clear (&self->promise);
  g_free (self);
}

/* Why waiting makes no sense; NULL when it does. */
static GError *
dup_hopeless (WwClient *self)
{
  switch (self->state)
    {
    case WW_CLIENT_STATE_READY:
    case WW_CLIENT_STATE_OPENING:
      return (self->flags & WW_CLIENT_OPEN_OFFLINE) != 0 ? ww_error_new (WW_ERROR_OFFLINE) : NULL;
    case WW_CLIENT_STATE_LOCKED:
    case WW_CLIENT_STATE_FAILED:
      return self->error != NULL ? g_error_copy (self->error) : ww_error_new (WW_ERROR_FAILED);
    case WW_CLIENT_STATE_REMOVED:
      return g_error_new_literal (WW_ERROR, WW_ERROR_NOT_ENROLLED, _ ("This device was removed from the account."));
    case WW_CLIENT_STATE_CLOSED:
    case WW_CLIENT_STATE_NOT_ENROLLED:
      break;
    }
  return ww_error_new (WW_ERROR_NOT_ENROLLED);
}

void
ww_client_check_waiters (WwClient *self)
{
  g_autoptr (GError) hopeless = NULL;

  if (self->waiters == NULL || self->waiters->len == 0)
    return;
  hopeless = dup_hopeless (self);
  for (guint i = self->waiters->len; i > 0; i--)
    {
      Waiter *waiter = self->waiters->pdata[i - 1];

      if (self->connection >= waiter->wanted)
        dex_promise_resolve_boolean (waiter->promise, TRUE);
      else if (hopeless != NULL)
        dex_promise_reject (waiter->promise, g_error_copy (hopeless));
      else
        continue;
      g_ptr_array_remove_index (self->waiters, i - 1);
    }
}

/* A time limit that was reached says why, as far as anybody knows. */
static DexFuture *
timed_out_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (!g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    return dex_ref (future);
  if (self->connection == WW_CONNECTION_STATE_OFFLINE && self->connection_error != NULL)
    return dex_future_new_for_error (g_error_copy (self->connection_error));
  return ww_error_reject (WW_ERROR_TIMED_OUT);
}

/* `timeout_ms` < 0: for as long as it takes. */
static DexFuture *
limit (WwClient *self, DexFuture *future, gint timeout_ms)
{
  if (timeout_ms < 0)
    return future;
  return dex_future_catch (dex_future_first (future, dex_timeout_new_msec (timeout_ms), NULL), timed_out_cb,
                           g_object_ref (self), g_object_unref);
}

static DexFuture *
wait_connection (WwClient *self, WwConnectionState wanted)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  DexFuture *future;

  waiter->wanted = wanted;
  waiter->promise = dex_promise_new ();
  future = DEX_FUTURE (dex_ref (waiter->promise));
  g_ptr_array_add (self->waiters, waiter);
  ww_client_check_waiters (self);
  return future;
}

/**
 * ww_client_wait_online:
 * @timeout_ms: how long at most; negative: as long as it takes
 *
 * Returns: (transfer full): a future of %TRUE as soon as the server can be talked to
 */
DexFuture *
ww_client_wait_online (WwClient *self, gint timeout_ms)
{
  return limit (self, wait_connection (self, WW_CONNECTION_STATE_DRAINING), timeout_ms);
}

DexFuture *
ww_client_add_work (WwClient *self, DexFuture *work)
{
  DexFuture *earlier = self->work;

  if (earlier != NULL && dex_future_is_pending (earlier))
    self->work = dex_future_all (earlier, dex_ref (work), NULL);
  else
    {
      dex_clear (&self->work);
      self->work = dex_ref (work);
    }
  return work;
}

static DexFuture *
succeed_cb (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

/* What failed of it was told where it failed. */
static DexFuture *
work_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;

  return self->work != NULL ? dex_future_finally (dex_ref (self->work), succeed_cb, NULL, NULL)
                            : dex_future_new_true ();
}

static DexFuture *
additions_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;
  DexFuture *settled = self->additions != NULL ? ww_additions_settle (self->additions) : dex_future_new_true ();

  return dex_future_finally (settled, work_cb, g_object_ref (self), g_object_unref);
}

static DexFuture *
settle_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;

  if (self->account == NULL)
    return dex_ref (future);
  return dex_future_finally (ww_account_settle (self->account), additions_cb, g_object_ref (self), g_object_unref);
}

/**
 * ww_client_wait_drained:
 * @timeout_ms: how long at most; negative: as long as it takes
 *
 * Returns: (transfer full): a future of %TRUE as soon as all that waited on the server is in the store, what other
 *   devices changed in the account is known here, claims are told, and
 *   addresses on their way have come as far as they can
 */
DexFuture *
ww_client_wait_drained (WwClient *self, gint timeout_ms)
{
  DexFuture *drained = wait_connection (self, WW_CONNECTION_STATE_ONLINE);

  return limit (self, dex_future_then (drained, settle_cb, g_object_ref (self), g_object_unref), timeout_ms);
}

typedef struct
{
  WwClient *client;
  guint8 id[16];
  WwMessageState wanted;
} MessageWait;

static void
message_wait_free (gpointer data)
{
  MessageWait *self = data;

  g_object_unref (self->client);
  g_free (self);
}

static gboolean
read_message (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwMessageRow *row;

  if (!ww_store_find_message (database, data, &row, error))
    return FALSE;
  if (row == NULL)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("There is no such message."));
      return FALSE;
    }
  g_value_init (result, WW_TYPE_MESSAGE_ROW);
  g_value_take_boxed (result, row);
  return TRUE;
}

static void
message_state_cb (WwMessage *message, GParamSpec *pspec, gpointer data)
{
  DexPromise *changed = data;

  if (dex_future_is_pending (DEX_FUTURE (changed)))
    dex_promise_resolve_boolean (changed, TRUE);
}

/* TRUE when there is nothing more to wait for; `error` when it will not come. */
static gboolean
is_there (WwMessage *message, WwMessageState wanted, GError **error)
{
  WwMessageState state = ww_message_get_state (message);

  if (state == wanted)
    return TRUE;
  if (state == WW_MESSAGE_STATE_FAILED)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_FAILED,
                           ww_message_get_error (message) != NULL ? ww_message_get_error (message)
                                                                  : _ ("The message could not be sent."));
      return TRUE;
    }
  return wanted < WW_MESSAGE_STATE_FAILED && state < WW_MESSAGE_STATE_FAILED && state > wanted;
}

static DexFuture *
message_wait_fiber (gpointer data)
{
  MessageWait *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwMessageRow) row = NULL;
  g_autoptr (WwMessage) message = NULL;

  if (self->client->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  row = dex_await_boxed (
      ww_store_read (self->client->store, read_message, g_memdup2 (self->id, sizeof self->id), g_free), &error);
  if (row == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  message = ww_conversation_list_take_message (self->client->conversations, row);
  while (!is_there (message, self->wanted, &error))
    {
      g_autoptr (DexPromise) changed = dex_promise_new ();
      gulong handler = g_signal_connect (message, "notify::state", G_CALLBACK (message_state_cb), changed);
      gboolean more = dex_await (DEX_FUTURE (dex_ref (changed)), &error);

      g_signal_handler_disconnect (message, handler);
      if (!more)
        break;
    }
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_wait_message_state:
 * @message_id: hex
 * @state: SENT is reached by DELIVERED and READ too
 * @timeout_ms: how long at most; negative: as long as it takes
 *
 * Returns: (transfer full): a future of %TRUE; WW_ERROR_FAILED when the message failed
 */
DexFuture *
ww_client_wait_message_state (WwClient *self, const char *message_id, WwMessageState state, gint timeout_ms)
{
  MessageWait *wait;
  guint8 id[WW_ID_SIZE];

  if (!ww_hex_decode (message_id, id, sizeof id))
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("This is not the id of a message."));
  wait = g_new0 (MessageWait, 1);
  wait->client = g_object_ref (self);
  memcpy (wait->id, id, sizeof id);
  wait->wanted = state;
  return limit (self, dex_scheduler_spawn (NULL, 0, message_wait_fiber, wait, message_wait_free), timeout_ms);
}

static DexFuture *
flush_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;

  return self->outbox != NULL ? ww_outbox_settle (self->outbox) : dex_future_new_true ();
}

/**
 * ww_client_flush:
 * @timeout_ms: how long at most; negative: as long as it takes
 *
 * For programs that end after their work: receipts for what just arrived leave a moment later, and files of messages longer.
 *
 * Returns: (transfer full): a future of %TRUE when nothing more can go out now. What could not stays in the outbox.
 */
DexFuture *
ww_client_flush (WwClient *self, gint timeout_ms)
{
  if (self->outbox == NULL)
    return dex_future_new_true ();
  return limit (self,
                dex_future_then (ww_uploads_settle (self->uploads), flush_cb, g_object_ref (self), g_object_unref),
                timeout_ms);
}
