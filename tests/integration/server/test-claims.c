/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles that accounts add, drop, claim of each other, and get or don't. */
#include "ww-test-client.h"

#include <string.h>

#define DONE  WAXWING__RESPONSE__BODY_DONE
#define HELD  WAXWING__RESPONSE__BODY_HELD
#define ALICE "mailto:alice@example.org"
#define SALES "mailto:sales@example.org"
#define CONF  "[limits]\nverifications-per-address=100000/1000\nverifications-per-handle=1000/1000\n"

static TestServer *server;
static TestDevice *alice, *bob;
static TestLink *alice_link, *bob_link;

static void
connect_all (void)
{
  alice_link = test_connect (server, alice);
  bob_link = test_connect (server, bob);
}

static void
disconnect_all (void)
{
  g_clear_pointer (&alice_link, test_link_free);
  g_clear_pointer (&bob_link, test_link_free);
}

/* The test goes on so much later. */
static void
later (gint64 offset_ms)
{
  disconnect_all ();
  test_later (server, offset_ms);
  connect_all ();
}

static void
prove (TestLink *link, const char *handle, uint8_t token[WW_TOKEN_SIZE])
{
  test_verify (server, link, handle + strlen ("mailto:"), token);
}

static void
add (TestDevice *device, const char *handle)
{
  g_ptr_array_add (device->account->handles, g_strdup (handle));
}

static void
drop (TestDevice *device, const char *handle)
{
  guint index;

  g_assert_true (g_ptr_array_find_with_equal_func (device->account->handles, handle, g_str_equal, &index));
  g_ptr_array_remove_index (device->account->handles, index);
}

static void
publish (TestLink *link, TestDevice *device, const uint8_t *token, Waxwing__Response__BodyCase expected)
{
  test_frame_free (test_publish (link, device->account, token, expected));
}

static uint64_t
held_until (TestLink *link, TestDevice *device, const uint8_t *token)
{
  g_autoptr (TestFrame) frame = test_publish (link, device->account, token, HELD);

  g_assert_cmpuint (frame->response->held->expires_ms, ==, frame->response->held->due_ms + WW_CLAIM_MS);
  return frame->response->held->due_ms;
}

/* Alice has two addresses, Bob one. */
static void
set_up (const char *config)
{
  uint8_t token[WW_TOKEN_SIZE];

  server = test_server_start (test_server_new (config));
  alice = test_enroll (server, "alice@example.org");
  bob = test_enroll (server, "bob@example.org");
  connect_all ();
  prove (alice_link, SALES, token);
  add (alice, SALES);
  publish (alice_link, alice, token, DONE);
}

static void
tear_down (void)
{
  disconnect_all ();
  test_leave (alice);
  test_leave (bob);
  test_server_free (server);
}

/* Bob proves Alice's second address and asks for it. */
static uint64_t
bob_claims (uint8_t token[WW_TOKEN_SIZE])
{
  prove (bob_link, SALES, token);
  add (bob, SALES);
  return held_until (bob_link, bob, token);
}

/* --- The own handles ----------------------------------------------------------------------- */

static void
test_adding (void)
{
  uint8_t token[WW_TOKEN_SIZE], other[WW_TOKEN_SIZE];

  set_up (CONF);
  test_assert_owner (bob_link, SALES, alice->account);

  add (bob, "mailto:bob@example.net");
  test_publish_fails (bob_link, bob->account, NULL, WW_CODE_FORBIDDEN);
  test_start_verification (bob_link, "mailto:bob@example.net", token);
  test_publish_fails (bob_link, bob->account, token, WW_CODE_NOT_VERIFIED);
  prove (bob_link, "mailto:bob@example.com", other);
  /* The token of another address, also with both in the record. */
  test_publish_fails (bob_link, bob->account, other, WW_CODE_FORBIDDEN);
  add (bob, "mailto:bob@example.com");
  test_publish_fails (bob_link, bob->account, other, WW_CODE_FORBIDDEN);
  drop (bob, "mailto:bob@example.net");
  publish (bob_link, bob, other, DONE);
  test_assert_owner (alice_link, "mailto:bob@example.com", bob->account);
  /* Once. */
  drop (bob, "mailto:bob@example.com");
  publish (bob_link, bob, NULL, DONE);
  test_assert_owner (alice_link, "mailto:bob@example.com", NULL);
  add (bob, "mailto:bob@example.com");
  test_publish_fails (bob_link, bob->account, other, WW_CODE_VERIFICATION_USED);
  test_publish_fails (bob_link, bob->account, NULL, WW_CODE_FORBIDDEN);
  memset (other, 0x55, sizeof other);
  test_publish_fails (bob_link, bob->account, other, WW_CODE_NOT_FOUND);
  tear_down ();
}

/* What an account gave up is free at once; an account that proves its own handle again keeps it. */
static void
test_giving_up (void)
{
  uint8_t token[WW_TOKEN_SIZE];

  set_up (CONF);
  prove (alice_link, SALES, token);
  publish (alice_link, alice, token, DONE);
  test_assert_owner (bob_link, SALES, alice->account);
  /* In another order, and without one. */
  drop (alice, ALICE);
  publish (alice_link, alice, NULL, DONE);
  prove (bob_link, ALICE, token);
  add (bob, ALICE);
  publish (bob_link, bob, token, DONE);
  test_assert_owner (alice_link, ALICE, bob->account);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_CLAIM);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_HANDLE_MOVED);
  tear_down ();
}

/* --- Moving -------------------------------------------------------------------------------- */

/* With nobody to ask. The old account hears of it until its record says so too. */
static void
test_moves_at_once (void)
{
  uint8_t token[WW_TOKEN_SIZE];

  set_up (CONF "claim-hold-hours=0\n");
  prove (bob_link, SALES, token);
  add (bob, SALES);
  publish (bob_link, bob, token, DONE);
  test_expect_moved (alice_link, SALES, bob->account);
  test_assert_owner (alice_link, SALES, bob->account);
  /* It may stay in the record; that does not take it back. */
  publish (alice_link, alice, NULL, DONE);
  test_assert_owner (alice_link, SALES, bob->account);
  later (0);
  test_expect_moved (alice_link, SALES, bob->account);
  drop (alice, SALES);
  publish (alice_link, alice, NULL, DONE);
  test_assert_owner (alice_link, SALES, bob->account);
  later (0);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_HANDLE_MOVED);
  /* And back. */
  add (alice, SALES);
  prove (alice_link, SALES, token);
  publish (alice_link, alice, token, DONE);
  test_expect_moved (bob_link, SALES, alice->account);
  tear_down ();
}

static void
test_holds (void)
{
  uint8_t token[WW_TOKEN_SIZE], first[WW_ID_SIZE], again[WW_ID_SIZE];
  g_autoptr (TestFrame) event = NULL;
  uint64_t due_ms;

  set_up (CONF);
  due_ms = bob_claims (token);
  event = test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, first);
  g_assert_cmpint (event->event->claim->kind, ==, WAXWING__CLAIM__KIND__HANDLE);
  g_assert_cmpstr (event->event->claim->handle, ==, SALES);
  g_assert_cmpmem (event->event->claim->account_id.data, WW_ID_SIZE, bob->account->account_id, WW_ID_SIZE);
  g_assert_cmpuint (event->event->claim->due_ms, ==, due_ms);
  g_assert_cmpuint (event->event->claim->due_ms - event->event->claim->requested_ms, ==, WW_HOLD_MS);
  /* Asked again it is the same claim, of which nobody hears again. */
  g_assert_cmpuint (held_until (bob_link, bob, token), ==, due_ms);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_CLAIM);
  test_assert_owner (bob_link, SALES, alice->account);

  /* A crash changes nothing; who connects hears of it. */
  disconnect_all ();
  test_server_kill (server);
  test_server_set_clock (server, WW_HOLD_MS - 60000);
  test_server_start (server);
  connect_all ();
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, again));
  g_assert_cmpmem (first, WW_ID_SIZE, again, WW_ID_SIZE);
  g_assert_cmpuint (held_until (bob_link, bob, token), ==, due_ms);

  /* The claimer's record moved on: it must follow, and the claim stays. */
  later (WW_HOLD_MS + 60000);
  bob->account->sequence--;
  test_publish_fails (bob_link, bob->account, token, WW_CODE_RECORD_CONFLICT);
  bob->account->sequence++;
  publish (bob_link, bob, token, DONE);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__COMPLETED, again));
  g_assert_cmpmem (first, WW_ID_SIZE, again, WW_ID_SIZE);
  test_expect_moved (alice_link, SALES, bob->account);
  test_assert_owner (alice_link, SALES, bob->account);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 0);
  tear_down ();
}

static void
test_refusing (void)
{
  uint8_t token[WW_TOKEN_SIZE], other[WW_TOKEN_SIZE], id[WW_ID_SIZE];
  Waxwing__RefuseClaim refuse = WAXWING__REFUSE_CLAIM__INIT;
  TestDevice *carol;
  TestLink *carol_link;

  set_up (CONF);
  carol = test_enroll (server, "carol@example.org");
  carol_link = test_connect (server, carol);
  bob_claims (token);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, id));
  refuse.claim_id = (ProtobufCBinaryData) { WW_ID_SIZE, id };
  test_link_call_fails (carol_link, WAXWING__REQUEST__BODY_REFUSE_CLAIM, &refuse, WW_CODE_NOT_FOUND);
  test_link_call_fails (bob_link, WAXWING__REQUEST__BODY_REFUSE_CLAIM, &refuse, WW_CODE_NOT_FOUND);
  test_refuse_claim (alice_link, id);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__REFUSED, NULL));
  test_refuse_claim (alice_link, id);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_CLAIM);

  test_publish_fails (bob_link, bob->account, token, WW_CODE_CLAIM_REFUSED);
  /* Nor with a new proof, nor for anybody else. */
  prove (bob_link, SALES, other);
  test_publish_fails (bob_link, bob->account, other, WW_CODE_CLAIM_REFUSED);
  prove (carol_link, SALES, other);
  add (carol, SALES);
  test_publish_fails (carol_link, carol->account, other, WW_CODE_CLAIM_REFUSED);
  /* Other addresses of the account are not barred. */
  prove (carol_link, ALICE, other);
  drop (carol, SALES);
  add (carol, ALICE);
  held_until (carol_link, carol, other);
  test_link_free (carol_link);

  /* When the hold would have been over, the old proof is worth nothing. */
  later (WW_HOLD_MS - 60000);
  test_publish_fails (bob_link, bob->account, token, WW_CODE_CLAIM_REFUSED);
  later (WW_HOLD_MS + 60000);
  test_publish_fails (bob_link, bob->account, token, WW_CODE_VERIFICATION_USED);
  prove (bob_link, SALES, token);
  held_until (bob_link, bob, token);
  test_leave (carol);
  tear_down ();
}

/* Both want it, one gets it; the other one has to ask that one then. */
static void
test_two_claimers (void)
{
  uint8_t token[WW_TOKEN_SIZE], other[WW_TOKEN_SIZE], first[WW_ID_SIZE], second[WW_ID_SIZE];
  TestDevice *carol;
  TestLink *carol_link;

  set_up (CONF);
  carol = test_enroll (server, "carol@example.org");
  carol_link = test_connect (server, carol);
  bob_claims (token);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, first));
  prove (carol_link, SALES, other);
  add (carol, SALES);
  held_until (carol_link, carol, other);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, second));
  test_link_free (carol_link);

  later (WW_HOLD_MS + 60000);
  carol_link = test_connect (server, carol);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  publish (bob_link, bob, token, DONE);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__COMPLETED, NULL));
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__EXPIRED, NULL));
  held_until (carol_link, carol, other);
  test_frame_free (test_expect_claim (bob_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_link_free (carol_link);
  test_leave (carol);
  tear_down ();
}

static void
test_given_up_meanwhile (void)
{
  uint8_t token[WW_TOKEN_SIZE];

  set_up (CONF);
  bob_claims (token);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  drop (alice, SALES);
  publish (alice_link, alice, NULL, DONE);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__EXPIRED, NULL));
  publish (bob_link, bob, token, DONE);
  test_assert_owner (alice_link, SALES, bob->account);
  test_link_assert_no_event (alice_link, WAXWING__EVENT__BODY_HANDLE_MOVED);
  tear_down ();
}

/* No account is asked by more than a few at once, and who asks twice takes one place. */
static void
test_is_limited (void)
{
  static const char *const names[] = { "carol", "dave", "erin" };
  uint8_t token[WW_TOKEN_SIZE], other[WW_TOKEN_SIZE];

  set_up (CONF);
  bob_claims (token);
  prove (bob_link, SALES, other);
  held_until (bob_link, bob, other);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__EXPIRED, NULL));
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 1);
  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *address = g_strconcat (names[i], "@example.org", NULL);
      TestDevice *device = test_enroll (server, address);
      g_autoptr (TestLink) link = test_connect (server, device);

      prove (link, SALES, token);
      add (device, SALES);
      if (i + 1 < WW_MAX_CLAIMS)
        held_until (link, device, token);
      else
        g_assert_true (test_publish_fails (link, device->account, token, WW_CODE_RATE_LIMITED));
      test_leave (device);
    }
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, WW_MAX_CLAIMS);
  tear_down ();
}

static void
test_expires (void)
{
  uint8_t token[WW_TOKEN_SIZE];

  set_up (CONF);
  bob_claims (token);
  later (WW_HOLD_MS + WW_CLAIM_MS - 60000);
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  later (WW_HOLD_MS + WW_CLAIM_MS + 60000);
  test_publish_fails (bob_link, bob->account, token, WW_CODE_VERIFICATION_EXPIRED);
  test_wait_for (test_server_query (server, "SELECT count(*) FROM claims") == 0);
  test_publish_fails (bob_link, bob->account, token, WW_CODE_VERIFICATION_EXPIRED);
  test_assert_owner (bob_link, SALES, alice->account);
  tear_down ();
}

/* The tools of the command line see nothing of claims, and leave none behind. */
static void
test_tools (void)
{
  uint8_t token[WW_TOKEN_SIZE];
  g_autofree char *file = NULL;
  g_autofree char *output = NULL;
  g_autofree char *account = NULL;

  set_up (CONF);
  bob_claims (token);
  file = g_build_filename (server->directory, "backup", NULL);
  g_assert_cmpint (test_server_run (server, NULL, "backup", file, NULL), ==, 0);
  g_assert_cmpint (test_server_run (server, &output, "accounts", NULL), ==, 0);
  account = g_strndup (output, 2 * WW_ID_SIZE);
  disconnect_all ();
  test_server_stop (server);
  /* The first of the two is Alice. */
  g_assert_cmpint (test_server_run (server, NULL, "forget", account, NULL), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM accounts"), ==, 1);
  g_assert_cmpint (test_server_run (server, NULL, "restore", file, NULL), ==, 0);
  test_server_start (server);
  connect_all ();
  test_frame_free (test_expect_claim (alice_link, WAXWING__CLAIM__STATE__WAITING, NULL));
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/claims/adding", test_adding);
  g_test_add_func ("/claims/giving-up", test_giving_up);
  g_test_add_func ("/claims/moves-at-once", test_moves_at_once);
  g_test_add_func ("/claims/holds", test_holds);
  g_test_add_func ("/claims/refusing", test_refusing);
  g_test_add_func ("/claims/two-claimers", test_two_claimers);
  g_test_add_func ("/claims/given-up-meanwhile", test_given_up_meanwhile);
  g_test_add_func ("/claims/is-limited", test_is_limited);
  g_test_add_func ("/claims/expires", test_expires);
  g_test_add_func ("/claims/tools", test_tools);
  return g_test_run ();
}
