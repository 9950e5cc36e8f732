/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending, delivering, acknowledging: in order, once, for exactly whom it is, and gone afterwards. */
#include "ww-test-client.h"

#include <string.h>

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
  message->header[1] = 3;
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
  status = g_test_run ();
  test_account_free (alice->account);
  test_account_free (bob->account);
  test_device_free (alice);
  test_device_free (bob);
  test_server_free (server);
  return status;
}
