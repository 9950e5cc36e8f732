/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nobody keeps: for who is connected at this moment, and in no mailbox, file or log. */
#include "ww-test-client.h"

#include <string.h>

#define BURST 6

static TestServer *server;
static TestDevice *alice, *bob, *carol;

static void
setup (void)
{
  g_autofree char *config = g_strdup_printf ("[limits]\ntransients-per-device=1/%d\n", BURST);

  server = test_server_start (test_server_new (config));
  alice = test_enroll (server, "alice@example.org");
  bob = test_enroll (server, "bob@example.org");
  carol = test_enroll (server, "carol@example.org");
}

static TestMessage *
transient_new (TestDevice *from, uint64_t number, const void *body, size_t len)
{
  TestMessage *message;
  uint8_t id[WW_ID_SIZE];

  test_id (id, number);
  message = test_message_new (from, id, body, len, bob->account, NULL);
  message->header[1] = 3;
  return message;
}

static void
drain (TestLink *link)
{
  test_frame_free (test_link_event (link, WAXWING__EVENT__BODY_MAILBOX_DRAINED));
}

static void
assert_nothing_kept (void)
{
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT sum(waiting) FROM devices"), ==, 0);
}

/* To the device that is there, with no number of a mailbox; the answer is the same when nobody is. */
static void
test_passes (void)
{
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestMessage) message = transient_new (alice, 1, "writes", 6);
  g_autoptr (TestLink) to = NULL;

  g_assert_false (test_send (from, message));
  to = test_connect (server, bob);
  drain (to);
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  g_assert_false (test_send (from, message));
  g_assert_cmpuint (test_expect_text (to, "writes"), ==, 0);
  assert_nothing_kept ();
  /* Ordinary messages go on beside it, though nobody acknowledged anything. */
  test_send_text (from, alice, bob->account, 2, "writes no more");
  test_acknowledge (to, test_expect_text (to, "writes no more"));
  test_link_free (g_steal_pointer (&to));
  to = test_connect (server, bob);
  drain (to);
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  assert_nothing_kept ();
}

/* Only what is sealed for a device, once, and only in the own name. */
static void
test_refuses (void)
{
  g_autoptr (TestLink) from = test_connect (server, bob);
  g_autoptr (TestLink) to = test_connect (server, carol);
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  drain (to);
  test_id (id, 10);
  message = test_message_new (bob, id, "twice", 5, carol->account, carol->account, alice->account, NULL);
  message->header[1] = 3;
  g_assert_false (test_send (from, message));
  g_assert_cmpuint (test_expect_text (to, "twice"), ==, 0);
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  message->header[36] ^= 1;
  test_link_call_fails (from, WAXWING__REQUEST__BODY_SEND, &message->send, WW_CODE_FORBIDDEN);
  message->header[36] ^= 1;
  /* A device of an account that is not named gets nothing. */
  message->send.envelope->wraps[0]->device_id.data = alice->id;
  message->send.envelope->wraps[1]->device_id.data = alice->id;
  g_assert_false (test_send (from, message));
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  message->send.envelope->wraps[0]->device_id.data = carol->id;
  message->send.envelope->wraps[1]->device_id.data = carol->id;
  message->send.n_recipients = 0;
  g_assert_false (test_send (from, message));
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  message->send.n_recipients = 3;
  assert_nothing_kept ();
}

/* At the limit and one past it: of one, and of many. */
static void
test_limits (void)
{
  g_autoptr (TestLink) from = test_connect (server, carol);
  g_autoptr (TestLink) to = test_connect (server, bob);
  g_autofree char *body = g_strnfill (WW_MAX_TRANSIENT + 1, 'w');
  g_autoptr (TestMessage) largest = transient_new (carol, 20, body, WW_MAX_TRANSIENT);
  g_autoptr (TestMessage) larger = transient_new (carol, 21, body, WW_MAX_TRANSIENT + 1);

  drain (to);
  g_assert_false (test_link_call_fails (from, WAXWING__REQUEST__BODY_SEND, &larger->send, WW_CODE_TOO_LARGE));
  for (unsigned i = 1; i < BURST; i++)
    {
      g_autoptr (TestFrame) delivery = NULL;

      g_assert_false (test_send (from, largest));
      delivery = test_link_event (to, WAXWING__EVENT__BODY_DELIVERY);
      g_assert_cmpuint (delivery->event->delivery->body.len, ==, WW_MAX_TRANSIENT);
    }
  g_assert_true (test_link_call_fails (from, WAXWING__REQUEST__BODY_SEND, &largest->send, WW_CODE_RATE_LIMITED));
  test_link_assert_no_event (to, WAXWING__EVENT__BODY_DELIVERY);
  /* That takes nothing from what is kept. */
  test_send_text (from, carol, bob->account, 22, "after all that");
  test_acknowledge (to, test_expect_text (to, "after all that"));
  assert_nothing_kept ();
}

int
main (int argc, char **argv)
{
  TestDevice *devices[3];
  int status;

  g_test_init (&argc, &argv, NULL);
  setup ();
  g_test_add_func ("/transient/passes", test_passes);
  g_test_add_func ("/transient/refuses", test_refuses);
  g_test_add_func ("/transient/limits", test_limits);
  status = g_test_run ();
  memcpy (devices, (TestDevice *[]) { alice, bob, carol }, sizeof devices);
  for (unsigned i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      test_account_free (devices[i]->account);
      test_device_free (devices[i]);
    }
  test_server_free (server);
  return status;
}
