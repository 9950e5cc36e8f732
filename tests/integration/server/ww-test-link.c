/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-client.h"

#include <string.h>

#include "ww-frame.h"

static gboolean
nothing_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the main context, which lasts 10 ms at most. */
void
test_turn (void)
{
  guint id = g_timeout_add (10, nothing_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

/* --- Opening and closing ------------------------------------------------------------------- */

static void
message_cb (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer data)
{
  TestLink *self = data;
  gsize len;
  const uint8_t *frame = g_bytes_get_data (bytes, &len);
  Waxwing__Frame *parsed = ww_frame_parse (frame, len);

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_BINARY);
  g_assert_nonnull (parsed);
  g_queue_push_tail (&self->frames, parsed);
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer data)
{
  TestLink *self = data;

  self->closed = true;
  self->close_code = soup_websocket_connection_get_close_code (socket);
}

typedef struct
{
  bool done;
  SoupWebsocketConnection *socket;
} Opening;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;

  opening->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  opening->done = true;
}

static SoupWebsocketConnection *
open_socket (SoupSession *session, TestServer *server, const char *path)
{
  g_autofree char *url = g_strconcat (server->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  Opening opening = { 0 };

  soup_session_websocket_connect_async (session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, opened_cb, &opening);
  test_wait_for (opening.done);
  return opening.socket;
}

/* An open link whose greeting has come. */
TestLink *
test_link_new (TestServer *server)
{
  TestLink *self = g_new0 (TestLink, 1);
  Waxwing__Frame *frame;

  g_queue_init (&self->frames);
  self->next_id = 1;
  self->session = soup_session_new ();
  self->socket = open_socket (self->session, server, "/v1/link");
  g_assert_nonnull (self->socket);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, WW_MAX_FRAME);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
  test_wait_for (!g_queue_is_empty (&self->frames));
  frame = g_queue_pop_head (&self->frames);
  g_assert_cmpint (frame->body_case, ==, WAXWING__FRAME__BODY_HELLO);
  g_assert_cmpuint (frame->hello->version, ==, 1);
  memcpy (self->challenge, frame->hello->challenge.data, sizeof self->challenge);
  test_frame_free (frame);
  return self;
}

/* See the header. */
void
test_link_assert_refused (TestServer *server, const char *path)
{
  g_autoptr (SoupSession) session = soup_session_new ();

  g_assert_null (open_socket (session, server, path));
}

/* Closes it without ado. */
void
test_link_free (TestLink *self)
{
  g_signal_handlers_disconnect_by_data (self->socket, self);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  while (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_CLOSING)
    test_turn ();
  g_object_unref (self->socket);
  g_object_unref (self->session);
  g_queue_clear_full (&self->frames, (GDestroyNotify) test_frame_free);
  g_free (self);
}

/* Frees what the functions here return. */
void
test_frame_free (Waxwing__Frame *frame)
{
  waxwing__frame__free_unpacked (frame, NULL);
}

/* --- Requests ------------------------------------------------------------------------------ */

/* Whether something can be sent. */
bool
test_link_is_open (TestLink *self)
{
  return soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN;
}

/* Any bytes, as one binary message. */
void
test_link_send_bytes (TestLink *self, const void *data, size_t len)
{
  soup_websocket_connection_send_binary (self->socket, data, len);
}

/* See the header. */
uint64_t
test_link_send (TestLink *self, Waxwing__Request__BodyCase body, void *message)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  g_autofree uint8_t *bytes = NULL;
  size_t len;

  request.body_case = body;
  request.send = message;
  frame.id = self->next_id++;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = &request;
  len = waxwing__frame__get_packed_size (&frame);
  bytes = g_malloc (len + 1);
  waxwing__frame__pack (&frame, bytes);
  test_link_send_bytes (self, bytes, len);
  return frame.id;
}

static Waxwing__Frame *
take (TestLink *self, GList *link)
{
  Waxwing__Frame *frame = link->data;

  g_queue_delete_link (&self->frames, link);
  return frame;
}

/* See the header. */
Waxwing__Frame *
test_link_response (TestLink *self, uint64_t id)
{
  gint64 end = g_get_monotonic_time () + TEST_TIMEOUT_MS * 1000;

  while (true)
    {
      for (GList *link = self->frames.head; link != NULL; link = link->next)
        {
          const Waxwing__Frame *frame = link->data;

          if (frame->body_case == WAXWING__FRAME__BODY_RESPONSE && frame->id == id)
            return take (self, link);
        }
      g_assert_false (self->closed);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      test_turn ();
    }
}

/* See the header. */
Waxwing__Frame *
test_link_call (TestLink *self, Waxwing__Request__BodyCase body, void *message, Waxwing__Response__BodyCase expected)
{
  Waxwing__Frame *frame = test_link_response (self, test_link_send (self, body, message));

  if (frame->response->body_case == WAXWING__RESPONSE__BODY_ERROR && expected != WAXWING__RESPONSE__BODY_ERROR)
    g_error ("refused: %s: %s", frame->response->error->code, frame->response->error->message);
  g_assert_cmpint (frame->response->body_case, ==, expected);
  return frame;
}

/* See the header. */
bool
test_link_call_fails (TestLink *self, Waxwing__Request__BodyCase body, void *message, const char *code)
{
  g_autoptr (TestFrame) frame = test_link_call (self, body, message, WAXWING__RESPONSE__BODY_ERROR);

  g_assert_cmpstr (frame->response->error->code, ==, code);
  g_assert_cmpstr (frame->response->error->message, !=, "");
  return frame->response->error->retryable;
}

/* --- Events -------------------------------------------------------------------------------- */

static Waxwing__Frame *
find_event (TestLink *self, Waxwing__Event__BodyCase kind)
{
  for (GList *link = self->frames.head; link != NULL; link = link->next)
    {
      const Waxwing__Frame *frame = link->data;

      if (frame->body_case == WAXWING__FRAME__BODY_EVENT && frame->event->body_case == kind)
        return take (self, link);
    }
  return NULL;
}

/* See the header. */
Waxwing__Frame *
test_link_event (TestLink *self, Waxwing__Event__BodyCase kind)
{
  Waxwing__Frame *frame;

  test_wait_for ((frame = find_event (self, kind)) != NULL || self->closed);
  g_assert_nonnull (frame);
  return frame;
}

/* See the header. The further request passes through the storage's writer, as whatever could cause an event did. */
void
test_link_assert_no_event (TestLink *self, Waxwing__Event__BodyCase kind)
{
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;
  uint8_t token[WW_TOKEN_SIZE] = { 0 };

  request.token = (ProtobufCBinaryData) { sizeof token, token };
  test_link_call_fails (self, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request, WW_CODE_NOT_FOUND);
  g_assert_null (find_event (self, kind));
}

/* The server closes it, with this code. */
void
test_link_wait_closed (TestLink *self, unsigned code)
{
  test_wait_for (self->closed);
  g_assert_cmpuint (self->close_code, ==, code);
}
