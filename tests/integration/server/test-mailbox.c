/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending, delivering, acknowledging: in order, once, for exactly whom it is, and gone afterwards. */
#include "ww-test-client.h"

#include <string.h>
#include <unistd.h>

#include "ww-frame.h"

static TestServer *server;
static TestDevice *alice, *bob;

static void
setup (void)
{
  server = test_server_start (test_server_new (NULL));
  alice = test_enroll (server, "alice@example.org");
  bob = test_enroll (server, "bob@example.org");
}

static void
drain (TestLink *link)
{
  test_frame_free (test_link_event (link, WAXWING__EVENT__BODY_MAILBOX_DRAINED));
}

static void
test_passes_at_once (void)
{
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestLink) to = test_connect (server, bob);
  uint64_t sequence;

  drain (to);
  test_send_text (from, alice, bob->account, 1, "at once");
  sequence = test_expect_text (to, "at once");
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 1);
  test_acknowledge (to, sequence);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT sum(waiting) FROM devices"), ==, 0);
  /* Again is no error. */
  test_acknowledge (to, sequence);
}

static void
test_waits (void)
{
  {
    g_autoptr (TestLink) from = test_connect (server, alice);

    for (unsigned i = 0; i < 200; i++)
      {
        g_autofree char *text = g_strdup_printf ("waits %u", i);

        test_send_text (from, alice, bob->account, 100 + i, text);
      }
  }
  {
    /* Without an acknowledgement no more than the window comes, and a second link starts from the beginning. */
    g_autoptr (TestLink) to = test_connect (server, bob);

    for (unsigned i = 0; i < WW_MAX_DELIVERIES_IN_FLIGHT; i++)
      {
        g_autofree char *text = g_strdup_printf ("waits %u", i);

        test_expect_text (to, text);
      }
    test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
    test_link_assert_no_event (to, WAXWING__EVENT__BODY_MAILBOX_DRAINED);
  }
  {
    g_autoptr (TestLink) to = test_connect (server, bob);

    for (unsigned i = 0; i < 200; i++)
      {
        g_autofree char *text = g_strdup_printf ("waits %u", i);

        test_acknowledge (to, test_expect_text (to, text));
      }
    drain (to);
  }
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
}

static void
test_is_idempotent (void)
{
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestLink) to = test_connect (server, bob);
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  drain (to);
  test_id (id, 1000);
  message = test_message_new (alice, id, "once", 4, bob->account, NULL);
  g_assert_false (test_send (from, message));
  g_assert_true (test_send (from, message));
  test_acknowledge (to, test_expect_text (to, "once"));
  /* After the delivery too, and after a restart. */
  g_assert_true (test_send (from, message));
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
}

static void
assert_send_fails (TestLink *link, TestMessage *message, const char *code)
{
  test_link_call_fails (link, WAXWING__REQUEST__BODY_SEND, &message->send, code);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
}

static void
test_refuses (void)
{
  g_autoptr (TestLink) from = test_connect (server, alice);
  TestMessage *message;
  uint8_t id[WW_ID_SIZE];

  test_id (id, 2000);
  /* An older and a newer record than the current one */
  message = test_message_new (alice, id, "x", 1, bob->account, NULL);
  message->send.recipients[0]->record_sequence = 0;
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  message->send.recipients[0]->record_sequence = 2;
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  test_message_free (message);
  /* A device that is not in it, and one that is missing */
  message = test_message_new (alice, id, "x", 1, bob->account, NULL);
  message->send.envelope->wraps[0]->device_id.data = alice->account->account_id;
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  message->send.n_recipients = 0;
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  message->send.n_recipients = 1;
  test_message_free (message);
  /* The same device twice */
  message = test_message_new (alice, id, "x", 1, bob->account, bob->account, NULL);
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  test_message_free (message);
  /* An account that does not exist */
  message = test_message_new (alice, id, "x", 1, bob->account, NULL);
  message->send.recipients[0]->account_id.data = id;
  assert_send_fails (from, message, WW_CODE_STALE_RECORD);
  test_message_free (message);
  /* In somebody else's name */
  message = test_message_new (alice, id, "x", 1, bob->account, NULL);
  message->header[20] ^= 1;
  assert_send_fails (from, message, WW_CODE_FORBIDDEN);
  message->header[20] ^= 1;
  message->header[36] ^= 1;
  assert_send_fails (from, message, WW_CODE_FORBIDDEN);
  message->header[36] ^= 1;
  /* Of another version or kind */
  message->header[0] = 2;
  assert_send_fails (from, message, WW_CODE_BAD_REQUEST);
  message->header[0] = 1;
  message->header[1] = 4;
  assert_send_fails (from, message, WW_CODE_BAD_REQUEST);
  message->header[1] = 2;
  /* Nothing of all this has used the id up. */
  g_assert_false (test_send (from, message));
  test_message_free (message);
  {
    g_autoptr (TestLink) to = test_connect (server, bob);

    test_acknowledge (to, test_expect_text (to, "x"));
  }
}

/* The largest body passes; one byte more is a malformed frame, and one past the frame's limit is not even read. */
static void
test_sizes (void)
{
  g_autoptr (TestLink) to = test_connect (server, bob);
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autofree uint8_t *body = g_malloc (WW_MAX_FRAME + 1);
  g_autoptr (TestMessage) largest = NULL;
  g_autoptr (TestMessage) larger = NULL;
  g_autoptr (TestFrame) delivery = NULL;
  uint8_t id[WW_ID_SIZE];

  drain (to);
  memset (body, 'b', WW_MAX_FRAME + 1);
  test_id (id, 3000);
  largest = test_message_new (alice, id, body, WW_MAX_BODY, bob->account, NULL);
  g_assert_false (test_send (from, largest));
  delivery = test_link_event (to, WAXWING__EVENT__BODY_DELIVERY);
  g_assert_cmpmem (delivery->event->delivery->body.data, delivery->event->delivery->body.len, body, WW_MAX_BODY);
  test_acknowledge (to, delivery->event->delivery->sequence);

  test_id (id, 3001);
  larger = test_message_new (alice, id, body, WW_MAX_BODY + 1, bob->account, NULL);
  test_link_send (from, WAXWING__REQUEST__BODY_SEND, &larger->send);
  test_link_wait_closed (from, 1002);

  test_link_free (g_steal_pointer (&from));
  from = test_link_new (server);
  test_link_send_bytes (from, body, WW_MAX_FRAME);
  test_link_wait_closed (from, 1002);
  test_link_free (g_steal_pointer (&from));
  from = test_link_new (server);
  test_link_send_bytes (from, body, WW_MAX_FRAME + 1);
  test_link_wait_closed (from, 1009);
}

static void
test_own_devices_and_groups (void)
{
  TestDevice *carol = test_enroll (server, "carol@example.org");
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestLink) first = test_connect (server, bob);
  g_autoptr (TestLink) second = test_connect (server, carol);
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  test_id (id, 4000);
  /* The sender's own account is among the recipients; its only device is the one that sends. */
  message = test_message_new (alice, id, "to all", 6, bob->account, carol->account, alice->account, NULL);
  g_assert_false (test_send (from, message));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 1);
  test_acknowledge (first, test_expect_text (first, "to all"));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 1);
  test_acknowledge (second, test_expect_text (second, "to all"));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  test_account_free (carol->account);
  test_device_free (carol);
}

static void
test_displaces (void)
{
  g_autoptr (TestLink) old = test_connect (server, bob);
  g_autoptr (TestLink) new = NULL;
  g_autoptr (TestLink) from = test_connect (server, alice);

  drain (old);
  new = test_connect (server, bob);
  test_frame_free (test_link_event (old, WAXWING__EVENT__BODY_DISPLACED));
  test_link_wait_closed (old, 1000);
  drain (new);
  test_send_text (from, alice, bob->account, 5000, "to the new one");
  test_acknowledge (new, test_expect_text (new, "to the new one"));
}

/* --- A device that does not read ----------------------------------------------------------- */

/* A WebSocket by hand, on a socket that nobody reads unless asked to. The mask is zero. */
typedef struct
{
  GSocketClient *client;
  GSocketConnection *connection;
  GDataInputStream *input;
  GOutputStream *output;
} RawLink;

static void
raw_read (RawLink *self, void *data, gsize len)
{
  gsize n;

  g_assert_true (g_input_stream_read_all (G_INPUT_STREAM (self->input), data, len, &n, NULL, NULL));
  g_assert_cmpuint (n, ==, len);
}

static Waxwing__Frame *
raw_next_frame (RawLink *self)
{
  uint8_t header[2], extended[8];
  g_autofree uint8_t *data = NULL;
  guint64 len;
  Waxwing__Frame *frame;

  raw_read (self, header, 2);
  len = header[1] & 0x7f;
  g_assert_cmpint (header[0], ==, 0x82);
  if (len >= 126)
    {
      unsigned n = len == 126 ? 2 : 8;

      raw_read (self, extended, n);
      len = 0;
      for (unsigned i = 0; i < n; i++)
        len = len << 8 | extended[i];
    }
  data = g_malloc (len + 1);
  raw_read (self, data, len);
  frame = ww_frame_parse (data, len);
  g_assert_nonnull (frame);
  return frame;
}

static void
raw_open (RawLink *self)
{
  g_autofree char *request = g_strdup_printf ("GET /v1/link HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                                              server->authority);

  self->client = g_socket_client_new ();
  self->connection = g_socket_client_connect_to_host (self->client, server->authority, 80, NULL, NULL);
  g_assert_nonnull (self->connection);
  self->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_data_input_stream_set_newline_type (self->input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  self->output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_assert_true (g_output_stream_write_all (self->output, request, strlen (request), NULL, NULL, NULL));
  while (true)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->input, NULL, NULL, NULL);

      g_assert_nonnull (line);
      if (line[0] == '\0')
        break;
    }
}

static void
raw_authenticate (RawLink *self, TestDevice *device)
{
  g_autoptr (TestFrame) hello = raw_next_frame (self);
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Authenticate authenticate = WAXWING__AUTHENTICATE__INIT;
  uint8_t signature[WW_SIGNATURE_SIZE], packed[512], header[6] = { 0x82 };
  size_t len;

  ww_signing_key_sign_link (ww_device_keys_signing (device->keys), device->id, hello->hello->challenge.data,
                            server->authority, signature);
  authenticate.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, device->id };
  authenticate.signature = (ProtobufCBinaryData) { sizeof signature, signature };
  authenticate.authority = server->authority;
  request.body_case = WAXWING__REQUEST__BODY_AUTHENTICATE;
  request.authenticate = &authenticate;
  frame.id = 1;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = &request;
  g_assert_cmpuint (waxwing__frame__get_packed_size (&frame), <=, sizeof packed);
  len = waxwing__frame__pack (&frame, packed);
  g_assert_cmpuint (len, <, 126);
  header[1] = (uint8_t) (0x80 | len);
  g_assert_true (g_output_stream_write_all (self->output, header, sizeof header, NULL, NULL, NULL));
  g_assert_true (g_output_stream_write_all (self->output, packed, len, NULL, NULL, NULL));
}

static gint64
resident_bytes (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", server->pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (text, " ", -1);
  return g_ascii_strtoll (fields[1], NULL, 10) * getpagesize ();
}

#define LARGE_MESSAGES 60

/* What it does not read waits on the disk, not in memory, and all of it is there when it reads at last. */
static void
test_slow_reader (void)
{
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autofree char *body = g_strnfill (WW_MAX_BODY, 'l');
  RawLink raw;
  gint64 before;
  uint64_t last = 0;

  raw_open (&raw);
  raw_authenticate (&raw, bob);
  before = resident_bytes ();
  for (unsigned i = 0; i < LARGE_MESSAGES; i++)
    test_send_text (from, alice, bob->account, 6000 + i, body);
  g_test_message ("%" G_GINT64_FORMAT " KiB more", (resident_bytes () - before) / 1024);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
  g_assert_cmpint (resident_bytes () - before, <, LARGE_MESSAGES / 2 * WW_MAX_BODY);
#endif
  for (unsigned i = 0; i < LARGE_MESSAGES;)
    {
      g_autoptr (TestFrame) frame = raw_next_frame (&raw);

      if (frame->body_case != WAXWING__FRAME__BODY_EVENT || frame->event->body_case != WAXWING__EVENT__BODY_DELIVERY)
        continue;
      g_assert_cmpuint (frame->event->delivery->body.len, ==, WW_MAX_BODY);
      g_assert_cmpuint (frame->event->delivery->sequence, >, last);
      last = frame->event->delivery->sequence;
      i++;
    }
  g_object_unref (raw.input);
  g_object_unref (raw.connection);
  g_object_unref (raw.client);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  setup ();
  g_test_add_func ("/mailbox/passes-at-once", test_passes_at_once);
  g_test_add_func ("/mailbox/waits", test_waits);
  g_test_add_func ("/mailbox/is-idempotent", test_is_idempotent);
  g_test_add_func ("/mailbox/refuses", test_refuses);
  g_test_add_func ("/mailbox/sizes", test_sizes);
  g_test_add_func ("/mailbox/own-devices-and-groups", test_own_devices_and_groups);
  g_test_add_func ("/mailbox/displaces", test_displaces);
  g_test_add_func ("/mailbox/slow-reader", test_slow_reader);
  status = g_test_run ();
  test_account_free (alice->account);
  test_account_free (bob->account);
  test_device_free (alice);
  test_device_free (bob);
  test_server_free (server);
  return status;
}
