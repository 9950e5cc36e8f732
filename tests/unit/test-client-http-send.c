/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cancelling a request, also at the one moment that libsoup does not bear: its response is here, and nobody was told yet. */
#include "ww-http.h"

#include <string.h>

#define TURNS    20
#define RESPONSE "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun"

/* A server that answers before it is asked, so that a response is found as soon as it is looked for. It never sends the
 * second half. */
typedef struct
{
  GSocketService *service;
  char *uri;
  GMutex mutex;
  GCond cond;
  guint answered; /* connections */
} Place;

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, Place *place)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char byte[512];

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), RESPONSE,
                                            strlen (RESPONSE), NULL, NULL, NULL));
  g_mutex_lock (&place->mutex);
  place->answered++;
  g_cond_signal (&place->cond);
  g_mutex_unlock (&place->mutex);
  while (g_input_stream_read (input, byte, sizeof byte, NULL, NULL) > 0)
    ;
  return TRUE;
}

static void
set_up (Place *place, gconstpointer data)
{
  guint16 port;

  g_mutex_init (&place->mutex);
  g_cond_init (&place->cond);
  place->service = g_threaded_socket_service_new (-1);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (place->service), NULL, NULL);
  g_assert_cmpuint (port, !=, 0);
  g_signal_connect (place->service, "run", G_CALLBACK (run_cb), place);
  g_socket_service_start (place->service);
  place->uri = g_strdup_printf ("http://127.0.0.1:%u/", port);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_socket_service_stop (place->service);
  g_socket_listener_close (G_SOCKET_LISTENER (place->service));
  g_object_unref (place->service);
  g_free (place->uri);
}

static void
turn_until_settled (DexFuture *future)
{
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

typedef struct
{
  Place *place;
  GCancellable *cancellable;
  guint answered;
} Moment;

/* The service accepts in the main loop's next turn; the connection is there, so its response can be. */
static void
starting_cb (SoupMessage *message, Moment *moment)
{
  Place *place = moment->place;

  g_mutex_lock (&place->mutex);
  while (place->answered <= moment->answered)
    {
      g_mutex_unlock (&place->mutex);
      g_main_context_iteration (NULL, FALSE);
      g_mutex_lock (&place->mutex);
    }
  g_mutex_unlock (&place->mutex);
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* Before libsoup is told of it, which takes a turn of the main loop. */
static void
got_headers_cb (SoupMessage *message, Moment *moment)
{
  g_idle_add_full (G_PRIORITY_HIGH, cancel_cb, g_object_ref (moment->cancellable), g_object_unref);
}

static void
test_cancelled_in_between (Place *place, gconstpointer data)
{
  for (int i = 0; i < TURNS; i++)
    {
      g_autoptr (SoupSession) session = soup_session_new ();
      g_autoptr (SoupMessage) message = soup_message_new ("GET", place->uri);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (DexFuture) future = NULL;
      g_autoptr (GError) error = NULL;
      Moment moment = { place, cancellable, place->answered };

      g_signal_connect (message, "starting", G_CALLBACK (starting_cb), &moment);
      g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), &moment);
      future = ww_http_send (session, message, G_PRIORITY_DEFAULT, cancellable);
      turn_until_settled (future);
      g_assert_true (g_cancellable_is_cancelled (cancellable));
      /* The answer came first. */
      g_assert_nonnull (dex_future_get_value (future, &error));
      g_assert_no_error (error);
    }
}

static void
test_cancelled (Place *place, gconstpointer when)
{
  for (int i = 0; i < TURNS; i++)
    {
      g_autoptr (SoupSession) session = soup_session_new ();
      g_autoptr (SoupMessage) message = soup_message_new ("GET", place->uri);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (DexFuture) future = NULL;
      g_autoptr (GError) error = NULL;

      if (when == NULL)
        g_cancellable_cancel (cancellable);
      future = ww_http_send (session, message, G_PRIORITY_DEFAULT, cancellable);
      if (when != NULL)
        g_cancellable_cancel (cancellable);
      turn_until_settled (future);
      /* Once it is on its way, the answer may come first. */
      if (when == NULL || dex_future_is_rejected (future))
        {
          g_assert_null (dex_future_get_value (future, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
    }
}

static void
test_answered (Place *place, gconstpointer data)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", place->uri);
  g_autoptr (DexFuture) future = ww_http_send (session, message, G_PRIORITY_LOW, NULL);
  g_autoptr (GError) error = NULL;
  char body[8] = { 0 };
  GInputStream *stream;

  turn_until_settled (future);
  stream = g_value_get_object (dex_future_get_value (future, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, SOUP_STATUS_OK);
  g_assert_cmpint (g_input_stream_read (stream, body, 5, NULL, &error), ==, 5);
  g_assert_no_error (error);
  g_assert_cmpstr (body, ==, "begun");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add ("/client/http-send/answered", Place, NULL, set_up, test_answered, tear_down);
  g_test_add ("/client/http-send/cancelled-before", Place, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/client/http-send/cancelled-after", Place, "after", set_up, test_cancelled, tear_down);
  g_test_add ("/client/http-send/cancelled-in-between", Place, NULL, set_up, test_cancelled_in_between, tear_down);
  return g_test_run ();
}
