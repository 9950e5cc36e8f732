/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-http"

#include "ww-http.h"

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GTask *task = G_TASK (result);
  GError *error = NULL;
  GInputStream *stream;

  /* What libsoup 3.6 looks at to finish what was cancelled may be freed by then (its queue item, when the session ends). */
  if (g_task_had_error (task) && g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    stream = g_task_propagate_pointer (task, &error);
  else
    stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream == NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_object (promise, stream);
}

/**
 * ww_http_send:
 * @priority: of GLib's sources
 * @cancellable: (nullable): may be cancelled in the moment in which nobody needs the session any more
 *
 * Returns: (transfer full): resolves to a #GInputStream, of whatever status the answer has
 */
DexFuture *
ww_http_send (SoupSession *session, SoupMessage *message, int priority, GCancellable *cancellable)
{
  DexPromise *promise = dex_promise_new ();

  soup_session_send_async (session, message, priority, cancellable, sent_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
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

/**
 * ww_http_read:
 *
 * Returns: (transfer full): resolves to a #GBytes of @count bytes at most, and of none when there are no more
 */
DexFuture *
ww_http_read (GInputStream *stream, gsize count, int priority, GCancellable *cancellable)
{
  DexPromise *promise = dex_promise_new ();

  g_input_stream_read_bytes_async (stream, count, priority, cancellable, read_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}
