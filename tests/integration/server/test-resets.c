/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts that are started over, and when their devices were there. */
#include "ww-test-client.h"

#include <string.h>

#include "ww-approval.h"

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })
#define DONE         WAXWING__RESPONSE__BODY_DONE
#define HELD         WAXWING__RESPONSE__BODY_HELD
#define ADDRESS      "alice@example.org"
#define SALES        "sales@example.org"
#define DAY_MS       (24LL * 60 * 60 * 1000)
#define CONF         "[limits]\nverifications-per-address=100000/1000\nverifications-per-handle=1000/1000\n"

static TestServer *server;
static TestDevice *alice, *bob;
static uint8_t token[WW_TOKEN_SIZE];

/* Alice has two addresses, and a message that waits. */
static void
set_up (void)
{
  g_autoptr (TestLink) link = NULL;
  g_autoptr (TestLink) other = NULL;

  server = test_server_start (test_server_new (CONF));
  alice = test_enroll (server, ADDRESS);
  bob = test_enroll (server, "bob@example.org");
  link = test_connect (server, alice);
  test_verify (server, link, SALES, token);
  g_ptr_array_add (alice->account->handles, g_strdup ("mailto:" SALES));
  test_frame_free (test_publish (link, alice->account, token, DONE));
  test_link_free (g_steal_pointer (&link));
  other = test_connect (server, bob);
  test_send_text (other, bob, alice->account, 1, "for the lost device");
}

static void
tear_down (void)
{
  test_leave (alice);
  test_leave (bob);
  test_server_free (server);
}

static void
assert_refused (TestDevice *device)
{
  g_autoptr (TestLink) link = test_link_new (server);
  g_autoptr (TestFrame) frame = test_authenticate (server, link, device);

  g_assert_cmpint (frame->response->body_case, ==, WAXWING__RESPONSE__BODY_ERROR);
  g_assert_cmpstr (frame->response->error->code, ==, WW_CODE_UNAUTHENTICATED);
}

/* Somebody has recorded what the device said when it authenticated, and says it again. */
static void
assert_replay_refused (TestDevice *device, const Waxwing__Authenticate *recorded)
{
  g_autoptr (TestLink) link = test_link_new (server);

  g_assert_cmpmem (recorded->device_id.data, recorded->device_id.len, device->id, WW_ID_SIZE);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, (void *) recorded, WW_CODE_UNAUTHENTICATED);
}

/* --- Starting over ------------------------------------------------------------------------- */

static void
test_checks (void)
{
  g_autoptr (TestLink) link = NULL;
  g_autoptr (TestLink) own = NULL;
  TestDevice *fresh, *second;
  uint8_t other[WW_TOKEN_SIZE];

  set_up ();
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, token);

  fresh->account->reset = false;
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
  fresh->account->reset = true;
  /* Another handle of the account, or one more. */
  g_ptr_array_add (fresh->account->handles, g_strdup ("mailto:" SALES));
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
  g_ptr_array_remove_index (fresh->account->handles, 0);
  test_reset_fails (link, fresh->account, token, WW_CODE_FORBIDDEN);
  g_ptr_array_remove_index (fresh->account->handles, 0);
  g_ptr_array_add (fresh->account->handles, g_strdup ("mailto:" ADDRESS));
  /* A second device, or a device with another push address. */
  second = test_device_new (fresh->account);
  memset (second->push_address, 0x66, sizeof second->push_address);
  test_device_sign (second);
  g_ptr_array_add (fresh->account->devices, second);
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
  g_ptr_array_remove_index (fresh->account->devices, 0);
  test_reset_fails (link, fresh->account, token, WW_CODE_FORBIDDEN);
  fresh->account->devices->pdata[0] = fresh;
  /* Under the id of a device that the account has. */
  {
    uint8_t id[WW_ID_SIZE];

    memcpy (id, fresh->id, WW_ID_SIZE);
    memcpy (fresh->id, alice->id, WW_ID_SIZE);
    test_device_sign (fresh);
    test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
    memcpy (fresh->id, id, WW_ID_SIZE);
    test_device_sign (fresh);
  }
  /* Whoever starts over makes no device forget. */
  fresh->account->wiped = alice->id;
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
  fresh->account->wiped = NULL;
  /* Not the next record, not with this token, not through the other request. */
  fresh->account->sequence++;
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_CONFLICT);
  fresh->account->sequence--;
  test_verify (server, link, "bob@example.org", other);
  test_reset_fails (link, fresh->account, other, WW_CODE_FORBIDDEN);
  test_start_verification (link, "mailto:" ADDRESS, other);
  test_reset_fails (link, fresh->account, other, WW_CODE_NOT_VERIFIED);
  /* Bob's own address proves nothing about Alice's account. */
  {
    TestDevice *foreign = test_start_over (server, link, alice->account, "bob@example.org", other);

    test_reset_fails (link, foreign->account, other, WW_CODE_FORBIDDEN);
    test_leave (foreign);
  }
  own = test_connect (server, alice);
  test_publish_fails (own, fresh->account, token, WW_CODE_RECORD_INVALID);
  test_reset_fails (own, fresh->account, token, WW_CODE_BAD_REQUEST);
  test_link_assert_no_event (own, WAXWING__EVENT__BODY_CLAIM);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 0);
  test_device_free (second);
  test_leave (fresh);
  tear_down ();
}

/* Held, killed, followed, completed. */
static void
test_holds (void)
{
  g_autoptr (TestLink) link = NULL;
  g_autoptr (TestLink) own = NULL;
  g_autoptr (TestFrame) first = NULL;
  g_autoptr (TestFrame) again = NULL;
  g_autoptr (TestFrame) event = NULL;
  g_autoptr (TestRecord) shown = NULL;
  TestDevice *fresh;

  set_up ();
  own = test_connect (server, alice);
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, token);
  first = test_reset (link, fresh->account, token, HELD);
  event = test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL);
  g_assert_cmpint (event->event->claim->kind, ==, WAXWING__CLAIM__KIND__RESET);
  g_assert_cmpstr (event->event->claim->handle, ==, "mailto:" ADDRESS);
  g_assert_nonnull (event->event->claim->record);
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));
  test_server_kill (server);
  test_server_set_clock (server, 60000);
  test_server_start (server);

  /* The account goes on meanwhile: what is claimed must follow, and its devices see the new record. */
  own = test_connect (server, alice);
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_publish (own, alice->account, NULL, DONE));
  link = test_link_new (server);
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_CONFLICT);
  fresh->account->sequence = alice->account->sequence;
  memcpy (fresh->account->hash, alice->account->hash, WW_HASH_SIZE);
  again = test_reset (link, fresh->account, token, HELD);
  g_assert_cmpuint (again->response->held->due_ms, ==, first->response->held->due_ms);
  test_frame_free (g_steal_pointer (&event));
  event = test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL);
  g_assert_cmpuint (event->event->claim->due_ms, ==, first->response->held->due_ms);
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));

  test_later (server, WW_HOLD_MS + 60000);
  own = test_connect (server, alice);
  link = test_link_new (server);
  test_frame_free (test_reset (link, fresh->account, token, DONE));
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__COMPLETED, NULL));
  test_frame_free (test_link_event (own, WAXWING__EVENT__BODY_RECORD_CHANGED));
  test_link_wait_closed (own, 1008);
  /* Everything of before is gone: the device, what waited for it, the other handle, the token. */
  assert_refused (alice);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 0);
  fresh->account->reset = true;
  test_reset_fails (link, fresh->account, token, WW_CODE_RECORD_INVALID);
  fresh->account->reset = false;
  test_link_free (g_steal_pointer (&link));
  link = test_connect (server, fresh);
  test_assert_owner (link, "mailto:" ADDRESS, fresh->account);
  test_assert_owner (link, "mailto:" SALES, NULL);
  test_leave (fresh);
  tear_down ();
}

/* The owner says no: the attacker gets neither the account nor a message, with whatever proof. */
static void
test_refusal (void)
{
  g_autoptr (TestLink) link = NULL;
  g_autoptr (TestLink) own = NULL;
  TestDevice *fresh, *second;
  uint8_t id[WW_ID_SIZE], other[WW_TOKEN_SIZE];

  set_up ();
  own = test_connect (server, alice);
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, token);
  test_frame_free (test_reset (link, fresh->account, token, HELD));
  second = test_start_over (server, link, alice->account, ADDRESS, other);
  test_frame_free (test_reset (link, second->account, other, HELD));
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, id));
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL));
  /* One refusal ends both. */
  test_refuse_claim (own, id);
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__REFUSED, NULL));
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__REFUSED, NULL));
  test_reset_fails (link, fresh->account, token, WW_CODE_CLAIM_REFUSED);
  test_reset_fails (link, second->account, other, WW_CODE_CLAIM_REFUSED);
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));
  test_later (server, WW_HOLD_MS + 60000);
  link = test_link_new (server);
  test_reset_fails (link, fresh->account, token, WW_CODE_VERIFICATION_USED);
  test_reset_fails (link, second->account, other, WW_CODE_VERIFICATION_USED);
  own = test_connect (server, alice);
  test_expect_text (own, "for the lost device");
  test_leave (fresh);
  test_leave (second);
  tear_down ();
}

/* --- Nobody to ask ------------------------------------------------------------------------- */

static void
test_inactive (void)
{
  g_autoptr (TestLink) link = NULL;
  TestDevice *early, *fresh;
  uint8_t other[WW_TOKEN_SIZE];

  set_up ();
  /* A day before it is asked; when thirty days are over, it isn't. */
  test_later (server, 29 * DAY_MS);
  link = test_link_new (server);
  early = test_start_over (server, link, alice->account, ADDRESS, token);
  test_frame_free (test_reset (link, early->account, token, HELD));
  test_link_free (g_steal_pointer (&link));
  test_later (server, 30 * DAY_MS + 60000);
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, other);
  test_frame_free (test_reset (link, fresh->account, other, DONE));
  assert_refused (alice);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM claims"), ==, 0);
  test_leave (early);
  test_leave (fresh);
  tear_down ();
}

static void
get_activity (TestLink *link, TestDevice *device, uint64_t *last_seen_ms, bool *connected)
{
  Waxwing__GetActivity request = WAXWING__GET_ACTIVITY__INIT;
  g_autoptr (TestFrame)
      frame = test_link_call (link, WAXWING__REQUEST__BODY_GET_ACTIVITY, &request, WAXWING__RESPONSE__BODY_ACTIVITY);
  const Waxwing__Activity *activity = frame->response->activity;

  g_assert_cmpuint (activity->n_devices, ==, 1);
  g_assert_cmpmem (activity->devices[0]->device_id.data, WW_ID_SIZE, device->id, WW_ID_SIZE);
  *last_seen_ms = activity->devices[0]->last_seen_ms;
  *connected = activity->devices[0]->connected;
}

/* The device says good-bye: what waits for it goes, and nobody asks it any more. */
static void
test_retires (void)
{
  g_autoptr (TestLink) own = NULL;
  g_autoptr (TestLink) link = NULL;
  Waxwing__Retire retire = WAXWING__RETIRE__INIT;
  TestDevice *fresh;
  uint64_t last_seen_ms;
  bool connected;

  set_up ();
  own = test_connect (server, alice);
  test_expect_text (own, "for the lost device");
  get_activity (own, alice, &last_seen_ms, &connected);
  g_assert_true (connected);
  g_assert_cmpuint (last_seen_ms, >, 0);
  g_assert_cmpuint (last_seen_ms % (60 * 60 * 1000), ==, 0);
  test_frame_free (test_link_call (own, WAXWING__REQUEST__BODY_RETIRE, &retire, DONE));
  get_activity (own, alice, &last_seen_ms, &connected);
  g_assert_true (connected);
  g_assert_cmpuint (last_seen_ms, ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT waiting FROM devices ORDER BY number LIMIT 1"), ==, 0);
  /* The link's end does not count as having been there. */
  test_link_free (g_steal_pointer (&own));
  test_later (server, 60000);
  g_assert_cmpint (test_server_query (server, "SELECT last_seen_ms FROM devices ORDER BY number LIMIT 1"), ==, 0);
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, token);
  test_frame_free (test_reset (link, fresh->account, token, DONE));
  test_leave (fresh);
  tear_down ();
}

/* Seen at authentication, when it was not within the same hour. */
static void
test_activity (void)
{
  uint64_t before_ms, last_seen_ms;
  bool connected;

  set_up ();
  {
    g_autoptr (TestLink) own = test_connect (server, alice);

    get_activity (own, alice, &before_ms, &connected);
  }
  test_later (server, 3 * DAY_MS);
  {
    g_autoptr (TestLink) own = test_connect (server, alice);

    /* It is stored behind the answer to Authenticate. */
    test_wait_for ((get_activity (own, alice, &last_seen_ms, &connected), last_seen_ms > before_ms));
    g_assert_cmpuint (last_seen_ms, >=, before_ms + 3 * DAY_MS);
  }
  tear_down ();
}

/* --- With a device that waits -------------------------------------------------------------- */

static void
join (TestLink *link, TestDevice *device, const uint8_t *proof)
{
  Waxwing__JoinAccount request = WAXWING__JOIN_ACCOUNT__INIT;
  uint8_t commitment[WW_HASH_SIZE];
  gsize len;
  const void *bytes = g_bytes_get_data (device->device, &len);

  g_assert_cmpint (ww_approval_commit (device->nonce, alice->account->account_id, WW_BYTES (bytes, len), commitment),
                   ==, WW_CRYPTO_OK);
  request.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, (uint8_t *) proof };
  request.account_id = BYTES (alice->account->account_id);
  request.device = (ProtobufCBinaryData) { len, (uint8_t *) bytes };
  request.signature = BYTES (device->signature);
  request.commitment = BYTES (commitment);
  test_frame_free (
      test_link_call (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &request, WAXWING__RESPONSE__BODY_JOIN_PENDING));
}

/* Nobody comes to approve: the person starts over instead, with the token that the request used up. */
static void
test_instead_of_joining (void)
{
  g_autoptr (TestLink) link = NULL;
  g_autoptr (TestLink) own = NULL;
  g_autoptr (TestFrame) ended = NULL;
  TestDevice *fresh, *joining;

  set_up ();
  own = test_connect (server, alice);
  link = test_link_new (server);
  fresh = test_start_over (server, link, alice->account, ADDRESS, token);
  joining = test_device_new (alice->account);
  memcpy (joining->push_address, fresh->push_address, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (joining);
  join (link, joining, token);
  test_frame_free (test_link_event (own, WAXWING__EVENT__BODY_DEVICE_PENDING));
  test_frame_free (test_reset (link, fresh->account, token, HELD));
  ended = test_link_event (own, WAXWING__EVENT__BODY_APPROVAL_ENDED);
  g_assert_cmpint (ended->event->approval_ended->reason, ==, WAXWING__APPROVAL_ENDED__REASON__CANCELLED);
  test_link_assert_no_event (link, WAXWING__EVENT__BODY_APPROVAL_ENDED);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM pending_devices"), ==, 0);
  test_frame_free (test_expect_claim (own, WAXWING__CLAIM__STATE__WAITING, NULL));
  test_frame_free (test_reset (link, fresh->account, token, HELD));
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));
  test_later (server, WW_HOLD_MS + 60000);
  link = test_link_new (server);
  test_frame_free (test_reset (link, fresh->account, token, DONE));
  test_device_free (joining);
  test_leave (fresh);
  tear_down ();
}

/* --- What is gone stays gone --------------------------------------------------------------- */

static void
test_replay (void)
{
  g_autoptr (TestLink) own = NULL;
  g_autoptr (TestLink) again = NULL;
  TestDevice *second;
  TestMessage *message;
  g_autoptr (TestLink) bobs = NULL;
  Waxwing__Authenticate recorded = WAXWING__AUTHENTICATE__INIT;
  uint8_t id[WW_ID_SIZE], signature[WW_SIGNATURE_SIZE];

  set_up ();
  {
    g_autoptr (TestLink) link = test_link_new (server);

    g_assert_cmpint (ww_signing_key_sign_link (ww_device_keys_signing (alice->keys), alice->id, link->challenge,
                                               server->authority, signature),
                     ==, WW_CRYPTO_OK);
    recorded.device_id = BYTES (alice->id);
    recorded.signature = BYTES (signature);
    recorded.authority = server->authority;
    test_frame_free (
        test_link_call (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &recorded, WAXWING__RESPONSE__BODY_AUTHENTICATED));
  }
  assert_replay_refused (alice, &recorded);
  bobs = test_connect (server, bob);
  own = test_link_new (server);
  second = test_start_over (server, own, alice->account, ADDRESS, token);
  test_id (id, 7);
  message = test_message_new (bob, id, "late", 4, alice->account, NULL);
  test_later (server, 31 * DAY_MS);
  test_link_free (g_steal_pointer (&own));
  own = test_link_new (server);
  /* The proof of a month ago is worth nothing either. */
  test_reset_fails (own, second->account, token, WW_CODE_VERIFICATION_EXPIRED);
  test_leave (second);
  second = test_start_over (server, own, alice->account, ADDRESS, token);
  test_frame_free (test_reset (own, second->account, token, DONE));
  /* What was sealed for the device that is gone is not taken. */
  test_link_free (g_steal_pointer (&bobs));
  bobs = test_connect (server, bob);
  test_link_call_fails (bobs, WAXWING__REQUEST__BODY_SEND, &message->send, WW_CODE_STALE_RECORD);
  /* The removed device's key signs what it likes, and what it signed before is said again. */
  assert_refused (alice);
  recorded.authority = server->authority;
  assert_replay_refused (alice, &recorded);
  test_message_free (message);
  test_leave (second);
  tear_down ();
}

/* A chain that is longer than one answer is read page by page, before there is an account to authenticate for. */
static void
test_long_chain (void)
{
  g_autoptr (TestLink) own = NULL;
  g_autoptr (TestLink) link = NULL;
  Waxwing__PrepareDevice prepare = WAXWING__PREPARE_DEVICE__INIT;
  Waxwing__LookUp look_up = WAXWING__LOOK_UP__INIT;
  uint64_t known = 0, current = 0;
  g_autoptr (TestFrame) first = NULL;

  set_up ();
  own = test_connect (server, alice);
  while (alice->account->sequence < WW_MAX_CHAIN + 20)
    test_frame_free (test_publish (own, alice->account, NULL, DONE));
  link = test_link_new (server);
  test_verify (server, link, ADDRESS, token);
  prepare.token = BYTES (token);
  first = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &prepare,
                          WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  known = first->response->device_prepared->n_chain;
  g_assert_cmpuint (known, >, 0);
  g_assert_cmpuint (known, <=, WW_MAX_CHAIN);
  look_up.by_case = WAXWING__LOOK_UP__BY_ACCOUNT_ID;
  look_up.account_id = BYTES (alice->account->account_id);
  do
    {
      g_autoptr (TestFrame) page = NULL;

      look_up.known_sequence = known;
      page = test_link_call (link, WAXWING__REQUEST__BODY_LOOK_UP, &look_up, WAXWING__RESPONSE__BODY_LOOK_UP);
      g_assert_cmpuint (page->response->look_up->n_chain, >, 0);
      known += page->response->look_up->n_chain;
      current = page->response->look_up->current_sequence;
    }
  while (known < current);
  g_assert_cmpuint (known, ==, alice->account->sequence);
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resets/checks", test_checks);
  g_test_add_func ("/resets/holds", test_holds);
  g_test_add_func ("/resets/refusal", test_refusal);
  g_test_add_func ("/resets/inactive", test_inactive);
  g_test_add_func ("/resets/retires", test_retires);
  g_test_add_func ("/resets/activity", test_activity);
  g_test_add_func ("/resets/instead-of-joining", test_instead_of_joining);
  g_test_add_func ("/resets/replay", test_replay);
  g_test_add_func ("/resets/long-chain", test_long_chain);
  return g_test_run ();
}
