/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-requests"

#include "ww-requests.h"

#include "ww-limits.h"
#include "ww-error-private.h"
#include "ww-frame.h"

typedef struct
{
  guint64 id;
  DexPromise *promise;
  Waxwing__Response__BodyCase expected;
  gboolean can_be_held; /* its answer may be Held as well */
  guint timeout_ms;
  guint timer;
  guint8 *bytes; /* until it is sent; malloc() */
  gsize len;
  gboolean abandoned; /* timed out: its answer may still come, and is nobody's */
} Request;

struct _WwRequests
{
  WwRequestsSend send;
  gpointer data;
  guint64 last_id;
  guint64 authentication;
  GHashTable *in_flight; /* id → Request, owned */
  GQueue waiting;        /* of Request, owned */
};

static void
request_free (gpointer data)
{
  Request *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  dex_clear (&self->promise);
  free (self->bytes);
  g_free (self);
}

WwRequests *
ww_requests_new (WwRequestsSend send, gpointer data)
{
  WwRequests *self = g_new0 (WwRequests, 1);

  self->send = send;
  self->data = data;
  self->in_flight = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, request_free);
  g_queue_init (&self->waiting);
  return self;
}

void
ww_requests_free (WwRequests *self)
{
  g_hash_table_unref (self->in_flight);
  g_queue_clear_full (&self->waiting, request_free);
  g_free (self);
}

static guint8 *
pack (guint64 id, const Waxwing__Request *request, gsize *len)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;

  frame.id = id;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = (Waxwing__Request *) request;
  return ww_frame_pack (&frame, len);
}

/* The id stays taken until the link ends, so that a late answer is not mistaken for one that nobody asked for. */
static gboolean
timeout_cb (gpointer data)
{
  Request *self = data;

  self->timer = 0;
  self->abandoned = TRUE;
  dex_promise_reject (self->promise, ww_error_new (WW_ERROR_TIMED_OUT));
  return G_SOURCE_REMOVE;
}

/* Sending may find the connection gone, and then rejects everything that is here: a request is let go of before that. */
static void
send_waiting (WwRequests *self)
{
  while (!g_queue_is_empty (&self->waiting) && g_hash_table_size (self->in_flight) < WW_MAX_REQUESTS_IN_FLIGHT)
    {
      Request *request = g_queue_pop_head (&self->waiting);
      guint8 *bytes = g_steal_pointer (&request->bytes);
      gsize len = request->len;

      request->timer = g_timeout_add (request->timeout_ms, timeout_cb, request);
      g_hash_table_insert (self->in_flight, &request->id, request);
      self->send (self->data, bytes, len);
      free (bytes);
    }
}

DexFuture *
ww_requests_send (WwRequests *self, const Waxwing__Request *request, Waxwing__Response__BodyCase expected,
                  guint timeout_ms)
{
  Request *waiting = g_new0 (Request, 1);
  DexFuture *future;

  waiting->id = ++self->last_id;
  waiting->expected = expected;
  waiting->can_be_held = request->body_case == WAXWING__REQUEST__BODY_PUBLISH_RECORD ||
                         request->body_case == WAXWING__REQUEST__BODY_RESET_ACCOUNT;
  waiting->timeout_ms = timeout_ms;
  waiting->bytes = pack (waiting->id, request, &waiting->len);
  if (waiting->bytes == NULL || waiting->len > WW_MAX_FRAME)
    {
      request_free (waiting);
      return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
    }
  waiting->promise = dex_promise_new ();
  future = DEX_FUTURE (dex_ref (waiting->promise));
  g_queue_push_tail (&self->waiting, waiting);
  send_waiting (self);
  return future;
}

static void
answer (Request *request, WwReply *reply)
{
  const Waxwing__Response *response = ww_reply_response (reply);

  if (request->abandoned)
    return;
  if (response->body_case == WAXWING__RESPONSE__BODY_ERROR)
    dex_promise_reject (request->promise, ww_error_new_refused (response->error->code, response->error->message,
                                                                response->error->retryable));
  else
    dex_promise_resolve_boxed (request->promise, WW_TYPE_REPLY, ww_reply_ref (reply));
}

static gboolean
is_expected (const Request *request, Waxwing__Response__BodyCase answer)
{
  return answer == request->expected || answer == WAXWING__RESPONSE__BODY_ERROR ||
         (request->can_be_held && answer == WAXWING__RESPONSE__BODY_HELD);
}

gboolean
ww_requests_take (WwRequests *self, WwReply *reply)
{
  const Waxwing__Frame *frame = ww_reply_frame (reply);
  const Waxwing__Response *response = ww_reply_response (reply);
  Request *request = g_hash_table_lookup (self->in_flight, &frame->id);

  if (request == NULL || !is_expected (request, response->body_case))
    return FALSE;
  g_hash_table_steal (self->in_flight, &frame->id);
  answer (request, reply);
  request_free (request);
  send_waiting (self);
  return TRUE;
}

void
ww_requests_reject_all (WwRequests *self, const GError *error)
{
  g_autoptr (GHashTable) in_flight = g_steal_pointer (&self->in_flight);
  GQueue waiting = self->waiting;
  GHashTableIter iter;
  gpointer request;

  self->in_flight = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, request_free);
  g_queue_init (&self->waiting);
  self->authentication = 0;
  g_hash_table_iter_init (&iter, in_flight);
  while (g_hash_table_iter_next (&iter, NULL, &request))
    if (!((Request *) request)->abandoned)
      dex_promise_reject (((Request *) request)->promise, g_error_copy (error));
  while ((request = g_queue_pop_head (&waiting)) != NULL)
    {
      dex_promise_reject (((Request *) request)->promise, g_error_copy (error));
      request_free (request);
    }
}

void
ww_requests_authenticate (WwRequests *self, const Waxwing__Request *request)
{
  gsize len;
  guint8 *bytes;

  self->authentication = ++self->last_id;
  bytes = pack (self->authentication, request, &len);
  if (bytes != NULL)
    self->send (self->data, bytes, len);
  free (bytes);
}

gboolean
ww_requests_take_authentication (WwRequests *self, guint64 id)
{
  if (self->authentication == 0 || self->authentication != id)
    return FALSE;
  self->authentication = 0;
  return TRUE;
}
