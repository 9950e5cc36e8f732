/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-http"

#include "ww-http.h"

typedef struct
{
  gatomicrefcount ref_count;
  GMainContext *context; /* in which libsoup answers */
  int priority;          /* with which it does */
  GCancellable *outer;   /* the caller's; nullable */
  GCancellable *inner;   /* the message's */
  gulong handler;
  DexPromise *promise;
} Sending;

static Sending *
sending_ref (Sending *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
sending_unref (gpointer data)
{
  Sending *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_main_context_unref (self->context);
  g_clear_object (&self->outer);
  g_object_unref (self->inner);
  dex_unref (self->promise);
  g_free (self);
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (((Sending *) data)->inner);
  return G_SOURCE_REMOVE;
}

/* Any thread may cancel. What is ready to be delivered goes first: it has a higher priority. */
static void
cancelled_cb (GCancellable *outer, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, ((Sending *) data)->priority + 1);
  g_source_set_callback (source, cancel_cb, sending_ref (data), sending_unref);
  g_source_attach (source, ((Sending *) data)->context);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Sending *self = data;
  GError *error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  g_cancellable_disconnect (self->outer, self->handler);
  if (stream == NULL)
    dex_promise_reject (self->promise, error);
  else
    dex_promise_resolve_object (self->promise, stream);
  sending_unref (self);
}

DexFuture *
ww_http_send (SoupSession *session, SoupMessage *message, int priority, GCancellable *cancellable)
{
  Sending *self;
  DexFuture *future;
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, &error))
    return dex_future_new_for_error (error);
  self = g_new0 (Sending, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  self->priority = priority;
  self->inner = g_cancellable_new ();
  self->promise = dex_promise_new ();
  future = dex_ref (self->promise);
  soup_session_send_async (session, message, priority, self->inner, sent_cb, self);
  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      self->handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), sending_ref (self), sending_unref);
    }
  return future;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GBytes *bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (bytes == NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_boxed (promise, G_TYPE_BYTES, bytes);
}

DexFuture *
ww_http_read (GInputStream *stream, gsize count, int priority, GCancellable *cancellable)
{
  DexPromise *promise = dex_promise_new ();

  g_input_stream_read_bytes_async (stream, count, priority, cancellable, read_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}
