/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are cancelled at each step of their way while their session ends, and a session that goes on without them. */
#include "ww-http.h"

#include <string.h>

#define ROUNDS 120

typedef struct
{
  GSocketService *service;
  GPtrArray *connections; /* held open: whoever asks waits */
  gboolean answers;
  char *uri;
} Listener;

static void
answer_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GIOStream) connection = data;
  g_autoptr (GBytes) request = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

  if (request != NULL && g_bytes_get_size (request) > 0)
    g_output_stream_write_all (g_io_stream_get_output_stream (connection), answer, strlen (answer), NULL, NULL, NULL);
}

static gboolean
incoming_cb (Listener *self, GSocketConnection *connection)
{
  if (self->answers)
    g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 4096, G_PRIORITY_DEFAULT,
                                     NULL, answer_cb, g_object_ref (connection));
  else
    g_ptr_array_add (self->connections, g_object_ref (connection));
  return TRUE;
}

static void
listener_start (Listener *self)
{
  guint16 port;

  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_socket_service_new ();
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_assert_cmpint (port, >, 0);
  g_signal_connect_swapped (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->service);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u/", port);
}

static void
listener_stop (Listener *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_ptr_array_unref (self->connections);
  g_object_unref (self->service);
  g_free (self->uri);
}

static void
wait_for (DexFuture *future)
{
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_cancel_at_end (void)
{
  Listener listener = { 0 };

  listener_start (&listener);
  for (guint i = 0; i < ROUNDS; i++)
    {
      SoupSession *session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
      g_autoptr (SoupMessage) message = soup_message_new ("GET", listener.uri);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (DexFuture) future = ww_http_send (session, message, G_PRIORITY_DEFAULT, cancellable);
      g_autoptr (GError) error = NULL;

      guint before = listener.connections->len;

      while (i >= ROUNDS / 2 && listener.connections->len == before)
        g_main_context_iteration (NULL, TRUE);
      for (guint n = 0; n < i / 4 % 15; n++)
        g_main_context_iteration (NULL, FALSE);
      if (i % 4 == 1)
        soup_session_abort (session);
      g_cancellable_cancel (cancellable);
      if (i % 4 == 2)
        soup_session_abort (session);
      if (i % 4 == 3)
        while (g_main_context_iteration (NULL, FALSE))
          ;
      g_object_unref (session);
      wait_for (future);
      g_assert_null (dex_future_get_value (future, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  listener_stop (&listener);
}

/* What was cancelled takes no place from what comes after it. */
static void
test_session_lives_on (void)
{
  Listener listener = { 0 };
  g_autoptr (SoupSession)
      session = soup_session_new_with_options ("max-conns-per-host", 2, "proxy-resolver", NULL, "timeout", 10, NULL);

  listener_start (&listener);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (SoupMessage) message = soup_message_new ("GET", listener.uri);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (DexFuture) future = ww_http_send (session, message, G_PRIORITY_DEFAULT, cancellable);
      guint before = listener.connections->len;

      while (listener.connections->len == before && i < 2)
        g_main_context_iteration (NULL, TRUE);
      g_cancellable_cancel (cancellable);
      wait_for (future);
    }
  listener.answers = TRUE;
  {
    g_autoptr (SoupMessage) message = soup_message_new ("GET", listener.uri);
    g_autoptr (DexFuture) sent = ww_http_send (session, message, G_PRIORITY_DEFAULT, NULL);
    g_autoptr (DexFuture) read = NULL;
    g_autoptr (GError) error = NULL;
    const GValue *value;

    wait_for (sent);
    value = dex_future_get_value (sent, &error);
    g_assert_no_error (error);
    read = ww_http_read (g_value_get_object (value), 10, G_PRIORITY_DEFAULT, NULL);
    wait_for (read);
    g_assert_cmpuint (g_bytes_get_size (g_value_get_boxed (dex_future_get_value (read, NULL))), ==, 2);
  }
  listener_stop (&listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/client/http-session/cancelled-at-end", test_cancel_at_end);
  g_test_add_func ("/client/http-session/lives-on", test_session_lives_on);
  return g_test_run ();
}
