/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A further device: asked for, compared, granted or not; and devices that go. */
#include "ww-test-client.h"

#include <string.h>

#include "ww-approval.h"

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

static TestServer *server;
static TestDevice *laptop;

/* A device on its way into an account, with what it needs to say so. */
typedef struct
{
  TestDevice *device;
  uint8_t token[WW_TOKEN_SIZE];
  uint8_t commitment[WW_HASH_SIZE];
} Joiner;

static WwBytes
device_bytes (const TestDevice *device)
{
  gsize len;
  const void *data = g_bytes_get_data (device->device, &len);

  return WW_BYTES (data, len);
}

static void
joiner_prepare (Joiner *self, TestLink *link)
{
  Waxwing__PrepareDevice prepare = WAXWING__PREPARE_DEVICE__INIT;
  g_autoptr (TestFrame) frame = NULL;

  self->device = test_device_new (laptop->account);
  test_verify (server, link, "kim@example.org", self->token);
  prepare.token = BYTES (self->token);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &prepare,
                          WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  g_assert_cmpuint (frame->response->device_prepared->n_chain, ==, laptop->account->sequence);
  memcpy (self->device->push_address, frame->response->device_prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (self->device);
  g_assert_cmpint (ww_approval_commit (self->device->nonce, laptop->account->account_id, device_bytes (self->device),
                                       self->commitment),
                   ==, WW_CRYPTO_OK);
}

static void
joiner_request (const Joiner *self, Waxwing__JoinAccount *join, Waxwing__SealedName *name)
{
  WwBytes bytes = device_bytes (self->device);
  static Waxwing__SealedName *names[1];

  waxwing__join_account__init (join);
  waxwing__sealed_name__init (name);
  name->device_id = BYTES (laptop->id);
  name->sealed = (ProtobufCBinaryData) { 6, (uint8_t *) "sealed" };
  names[0] = name;
  join->token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, (uint8_t *) self->token };
  join->account_id = BYTES (laptop->account->account_id);
  join->device = (ProtobufCBinaryData) { bytes.len, (uint8_t *) bytes.data };
  join->signature = BYTES (self->device->signature);
  join->commitment = (ProtobufCBinaryData) { WW_HASH_SIZE, (uint8_t *) self->commitment };
  join->names = names;
  join->n_names = 1;
}

static void
joiner_join (const Joiner *self, TestLink *link)
{
  Waxwing__JoinAccount join;
  Waxwing__SealedName name;
  g_autoptr (TestFrame) frame = NULL;

  joiner_request (self, &join, &name);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WAXWING__RESPONSE__BODY_JOIN_PENDING);
  g_assert_cmpuint (frame->response->join_pending->expires_ms, >, 0);
}

static void
joiner_clear (Joiner *self)
{
  test_device_free (self->device);
}

static void
begin (TestLink *approver_link, TestDevice *approver, const Joiner *joiner)
{
  Waxwing__BeginApproval request = WAXWING__BEGIN_APPROVAL__INIT;

  request.device_id = BYTES (joiner->device->id);
  request.nonce = BYTES (approver->nonce);
  test_frame_free (
      test_link_call (approver_link, WAXWING__REQUEST__BODY_BEGIN_APPROVAL, &request, WAXWING__RESPONSE__BODY_DONE));
}

static void
reveal (TestLink *link, const Joiner *joiner)
{
  Waxwing__RevealNonce request = WAXWING__REVEAL_NONCE__INIT;

  request.device_id = BYTES (joiner->device->id);
  request.nonce = BYTES (joiner->device->nonce);
  test_frame_free (test_link_call (link, WAXWING__REQUEST__BODY_REVEAL_NONCE, &request, WAXWING__RESPONSE__BODY_DONE));
}

static void
expect_pending (TestLink *link, const Joiner *joiner)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_DEVICE_PENDING);
  const Waxwing__DevicePending *event = frame->event->device_pending;
  WwBytes bytes = device_bytes (joiner->device);

  g_assert_cmpmem (event->device.data, event->device.len, bytes.data, bytes.len);
  g_assert_cmpmem (event->commitment.data, event->commitment.len, joiner->commitment, WW_HASH_SIZE);
  g_assert_cmpmem (event->sealed_name.data, event->sealed_name.len, "sealed", 6);
  g_assert_cmpstr (event->handle, ==, "mailto:kim@example.org");
}

static void
expect_begun (TestLink *link, const TestDevice *approver)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_APPROVAL_BEGUN);
  const Waxwing__ApprovalBegun *event = frame->event->approval_begun;

  g_assert_cmpmem (event->approver_id.data, event->approver_id.len, approver->id, WW_ID_SIZE);
  g_assert_cmpmem (event->nonce.data, event->nonce.len, approver->nonce, WW_NONCE_SIZE);
  g_assert_cmpuint (event->record->record.len, >, 0);
}

static void
expect_revealed (TestLink *link, const Joiner *joiner)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_APPROVAL_REVEALED);
  const Waxwing__ApprovalRevealed *event = frame->event->approval_revealed;

  g_assert_cmpmem (event->nonce.data, event->nonce.len, joiner->device->nonce, WW_NONCE_SIZE);
  g_assert_cmpint (ww_approval_check (joiner->commitment, event->nonce.data, laptop->account->account_id,
                                      device_bytes (joiner->device)),
                   ==, WW_CRYPTO_OK);
}

static void
expect_granted (TestLink *link, unsigned n_chain)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_APPROVAL_GRANTED);

  g_assert_cmpuint (frame->event->approval_granted->n_chain, ==, n_chain);
  g_assert_cmpmem (frame->event->approval_granted->sealed_account_key.data,
                   frame->event->approval_granted->sealed_account_key.len, "account key", 11);
}

static void
expect_ended (TestLink *link, Waxwing__ApprovalEnded__Reason reason)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_APPROVAL_ENDED);

  g_assert_cmpint (frame->event->approval_ended->reason, ==, reason);
}

static void
grant_request (Waxwing__GrantApproval *request, const TestDevice *device, TestRecord *record)
{
  waxwing__grant_approval__init (request);
  request->device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (uint8_t *) device->id };
  request->record = &record->message;
  request->sealed_account_key = (ProtobufCBinaryData) { 11, (uint8_t *) "account key" };
}

/* The account's next record holds the device. */
static void
grant (TestLink *link, TestDevice *device)
{
  TestAccount *account = device->account;
  g_autoptr (TestRecord) record = NULL;
  Waxwing__GrantApproval request;

  g_ptr_array_add (account->devices, device);
  record = test_account_record (account);
  grant_request (&request, device, record);
  test_frame_free (
      test_link_call (link, WAXWING__REQUEST__BODY_GRANT_APPROVAL, &request, WAXWING__RESPONSE__BODY_DONE));
  test_account_accept (account, record);
}

static void
assert_grant_fails (TestLink *link, TestDevice *device, const char *code)
{
  TestAccount *account = device->account;
  g_autoptr (TestRecord) record = NULL;
  Waxwing__GrantApproval request;

  g_ptr_array_add (account->devices, device);
  record = test_account_record (account);
  grant_request (&request, device, record);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_GRANT_APPROVAL, &request, code);
  g_ptr_array_remove (account->devices, device);
}

static void
publish (TestLink *link, TestAccount *account)
{
  Waxwing__PublishRecord request = WAXWING__PUBLISH_RECORD__INIT;
  g_autoptr (TestRecord) record = test_account_record (account);

  request.record = &record->message;
  test_frame_free (
      test_link_call (link, WAXWING__REQUEST__BODY_PUBLISH_RECORD, &request, WAXWING__RESPONSE__BODY_DONE));
  test_account_accept (account, record);
}

static void
assert_publish_fails (TestLink *link, TestAccount *account, const char *code)
{
  Waxwing__PublishRecord request = WAXWING__PUBLISH_RECORD__INIT;
  g_autoptr (TestRecord) record = test_account_record (account);

  request.record = &record->message;
  test_link_call_fails (link, WAXWING__REQUEST__BODY_PUBLISH_RECORD, &request, code);
}

/* --- Tests --------------------------------------------------------------------------------- */

static void
test_is_granted_and_removed (void)
{
  g_autoptr (TestLink) own = test_connect (server, laptop);
  g_autoptr (TestLink) link = test_link_new (server);
  g_autoptr (TestLink) connected = NULL;
  g_autoptr (TestFrame) changed = NULL;
  g_autoptr (TestFrame) refused = NULL;
  Joiner joiner;

  joiner_prepare (&joiner, link);
  joiner_join (&joiner, link);
  expect_pending (own, &joiner);
  /* Nothing is granted before the digits could be compared. */
  assert_grant_fails (own, joiner.device, WW_CODE_BAD_REQUEST);
  begin (own, laptop, &joiner);
  expect_begun (link, laptop);
  assert_grant_fails (own, joiner.device, WW_CODE_BAD_REQUEST);
  reveal (link, &joiner);
  expect_revealed (own, &joiner);
  grant (own, joiner.device);
  expect_granted (link, 1);
  expect_ended (own, WAXWING__APPROVAL_ENDED__REASON__GRANTED);
  changed = test_link_event (own, WAXWING__EVENT__BODY_RECORD_CHANGED);
  g_assert_cmpuint (changed->event->record_changed->sequence, ==, laptop->account->sequence);
  test_frame_free (test_authenticate (server, link, joiner.device));
  test_wait_for (test_server_query (server, "SELECT count(*) FROM pending_devices") == 0);

  /* Its own messages reach the account's other device. */
  test_send_text (link, joiner.device, laptop->account, 1, "from the new device");
  test_acknowledge (own, test_expect_text (own, "from the new device"));

  /* Removed: its link ends, its mailbox goes, it is nobody. */
  test_link_free (g_steal_pointer (&link));
  test_send_text (own, laptop, laptop->account, 2, "never fetched");
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 1);
  connected = test_connect (server, joiner.device);
  test_expect_text (connected, "never fetched");
  g_ptr_array_remove (laptop->account->devices, joiner.device);
  publish (own, laptop->account);
  test_link_wait_closed (connected, 1008);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, 0);
  link = test_link_new (server);
  refused = test_authenticate (server, link, joiner.device);
  g_assert_cmpint (refused->response->body_case, ==, WAXWING__RESPONSE__BODY_ERROR);
  g_assert_cmpstr (refused->response->error->code, ==, WW_CODE_UNAUTHENTICATED);
  joiner_clear (&joiner);
}

static void
test_survives_lost_links (void)
{
  g_autoptr (TestLink) own = test_connect (server, laptop);
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__WatchVerification watch = WAXWING__WATCH_VERIFICATION__INIT;
  Joiner joiner;

  joiner_prepare (&joiner, link);
  joiner_join (&joiner, link);
  expect_pending (own, &joiner);
  begin (own, laptop, &joiner);
  /* The new device comes back while somebody waits for it, */
  test_link_free (g_steal_pointer (&link));
  link = test_link_new (server);
  joiner_join (&joiner, link);
  expect_begun (link, laptop);
  reveal (link, &joiner);
  expect_revealed (own, &joiner);
  /* by its token as well, and the approving device, too; */
  test_link_free (g_steal_pointer (&link));
  link = test_link_new (server);
  watch.token = BYTES (joiner.token);
  test_frame_free (
      test_link_call (link, WAXWING__REQUEST__BODY_WATCH_VERIFICATION, &watch, WAXWING__RESPONSE__BODY_VERIFICATION));
  expect_begun (link, laptop);
  reveal (link, &joiner);
  test_link_free (g_steal_pointer (&own));
  own = test_connect (server, laptop);
  expect_pending (own, &joiner);
  expect_revealed (own, &joiner);
  /* after the server was killed the exchange is begun anew; */
  test_server_kill (server);
  test_server_start (server);
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));
  link = test_link_new (server);
  joiner_join (&joiner, link);
  own = test_connect (server, laptop);
  expect_pending (own, &joiner);
  begin (own, laptop, &joiner);
  expect_begun (link, laptop);
  reveal (link, &joiner);
  /* and what was granted waits until the device has used it, over a restart too. */
  test_link_free (g_steal_pointer (&link));
  grant (own, joiner.device);
  test_server_kill (server);
  test_server_start (server);
  link = test_link_new (server);
  joiner_join (&joiner, link);
  expect_granted (link, 1);
  test_frame_free (test_authenticate (server, link, joiner.device));
  test_wait_for (test_server_query (server, "SELECT count(*) FROM pending_devices") == 0);

  test_link_free (g_steal_pointer (&own));
  own = test_connect (server, laptop);
  g_ptr_array_remove (laptop->account->devices, joiner.device);
  publish (own, laptop->account);
  joiner_clear (&joiner);
}

static void
test_refused_and_cancelled (void)
{
  g_autoptr (TestLink) own = test_connect (server, laptop);
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__RefuseApproval refuse = WAXWING__REFUSE_APPROVAL__INIT;
  Waxwing__CancelJoin cancel = WAXWING__CANCEL_JOIN__INIT;
  Waxwing__JoinAccount join;
  Waxwing__SealedName name;
  Joiner first, second;

  joiner_prepare (&first, link);
  joiner_join (&first, link);
  expect_pending (own, &first);
  refuse.device_id = BYTES (first.device->id);
  test_frame_free (test_link_call (own, WAXWING__REQUEST__BODY_REFUSE_APPROVAL, &refuse, WAXWING__RESPONSE__BODY_DONE));
  expect_ended (own, WAXWING__APPROVAL_ENDED__REASON__REFUSED);
  expect_ended (link, WAXWING__APPROVAL_ENDED__REASON__REFUSED);
  test_link_call_fails (own, WAXWING__REQUEST__BODY_REFUSE_APPROVAL, &refuse, WW_CODE_APPROVAL_ENDED);
  joiner_request (&first, &join, &name);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_VERIFICATION_USED);

  joiner_prepare (&second, link);
  joiner_join (&second, link);
  cancel.device_id = BYTES (first.device->id);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_CANCEL_JOIN, &cancel, WW_CODE_APPROVAL_ENDED);
  cancel.device_id = BYTES (second.device->id);
  /* Nobody but the device itself. */
  test_link_call_fails (own, WAXWING__REQUEST__BODY_CANCEL_JOIN, &cancel, WW_CODE_APPROVAL_ENDED);
  test_frame_free (test_link_call (link, WAXWING__REQUEST__BODY_CANCEL_JOIN, &cancel, WAXWING__RESPONSE__BODY_DONE));
  expect_ended (own, WAXWING__APPROVAL_ENDED__REASON__CANCELLED);
  joiner_clear (&first);
  joiner_clear (&second);
}

static void
test_limits (void)
{
  g_autoptr (TestLink) own = test_connect (server, laptop);
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__BeginApproval request = WAXWING__BEGIN_APPROVAL__INIT;
  Waxwing__JoinAccount join;
  Waxwing__SealedName name;
  Joiner joiners[WW_MAX_PENDING_DEVICES + 1];

  for (unsigned i = 0; i < G_N_ELEMENTS (joiners); i++)
    {
      joiner_prepare (&joiners[i], link);
      if (i < WW_MAX_PENDING_DEVICES)
        joiner_join (&joiners[i], link);
    }
  joiner_request (&joiners[WW_MAX_PENDING_DEVICES], &join, &name);
  g_assert_true (test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_TOO_MANY_DEVICES));

  for (unsigned i = 0; i < WW_APPROVAL_BEGINS; i++)
    begin (own, laptop, &joiners[0]);
  request.device_id = BYTES (joiners[0].device->id);
  request.nonce = BYTES (laptop->nonce);
  test_link_call_fails (own, WAXWING__REQUEST__BODY_BEGIN_APPROVAL, &request, WW_CODE_APPROVAL_ENDED);
  expect_ended (own, WAXWING__APPROVAL_ENDED__REASON__EXPIRED);
  test_wait_for (test_server_query (server, "SELECT count(*) FROM pending_devices") == WW_MAX_PENDING_DEVICES - 1);

  /* After ten minutes nobody waits any more, and there is room again. */
  test_server_stop (server);
  test_server_set_clock (server, WW_APPROVAL_MS + 1000);
  test_server_start (server);
  test_link_free (g_steal_pointer (&link));
  test_link_free (g_steal_pointer (&own));
  link = test_link_new (server);
  own = test_connect (server, laptop);
  test_link_assert_no_event (own, WAXWING__EVENT__BODY_DEVICE_PENDING);
  request.device_id = BYTES (joiners[1].device->id);
  test_link_call_fails (own, WAXWING__REQUEST__BODY_BEGIN_APPROVAL, &request, WW_CODE_APPROVAL_ENDED);
  joiner_join (&joiners[WW_MAX_PENDING_DEVICES], link);
  test_server_stop (server);
  test_server_set_clock (server, 0);
  test_server_start (server);
  for (unsigned i = 0; i < G_N_ELEMENTS (joiners); i++)
    joiner_clear (&joiners[i]);
}

static void
test_bad_joins (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__JoinAccount join;
  Waxwing__SealedName name;
  uint8_t unknown[WW_ID_SIZE] = { 1 };
  Joiner joiner;

  joiner_prepare (&joiner, link);
  joiner.device->signature[3] ^= 1;
  joiner_request (&joiner, &join, &name);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_RECORD_INVALID);
  joiner.device->signature[3] ^= 1;
  join.account_id = BYTES (unknown);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_NOT_FOUND);
  joiner.token[0] ^= 1;
  joiner_request (&joiner, &join, &name);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_NOT_FOUND);
  joiner.token[0] ^= 1;
  /* A push address that was not issued */
  joiner.device->push_address[0] ^= 1;
  test_device_sign (joiner.device);
  joiner_request (&joiner, &join, &name);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_JOIN_ACCOUNT, &join, WW_CODE_FORBIDDEN);
  joiner_clear (&joiner);
}

static void
test_bad_records (void)
{
  TestAccount *account = laptop->account;
  g_autoptr (TestLink) own = test_connect (server, laptop);
  TestDevice *stranger = test_device_new (account);
  TestDevice *other = test_enroll (server, "lara@example.org");
  g_autoptr (TestLink) foreign = test_connect (server, other);

  /* A device that nobody approved */
  test_device_sign (stranger);
  g_ptr_array_add (account->devices, stranger);
  assert_publish_fails (own, account, WW_CODE_FORBIDDEN);
  g_ptr_array_remove (account->devices, stranger);
  assert_grant_fails (own, stranger, WW_CODE_APPROVAL_ENDED);
  /* A handle that is not the account's */
  g_ptr_array_add (account->handles, g_strdup ("mailto:mia@example.org"));
  assert_publish_fails (own, account, WW_CODE_FORBIDDEN);
  g_ptr_array_remove_index (account->handles, account->handles->len - 1);
  /* Another push address for a device that stays */
  laptop->push_address[0] ^= 1;
  test_device_sign (laptop);
  assert_publish_fails (own, account, WW_CODE_FORBIDDEN);
  laptop->push_address[0] ^= 1;
  test_device_sign (laptop);
  /* Not the next one: too old, too new, another history */
  account->sequence--;
  assert_publish_fails (own, account, WW_CODE_RECORD_CONFLICT);
  account->sequence += 2;
  assert_publish_fails (own, account, WW_CODE_RECORD_CONFLICT);
  account->sequence--;
  account->hash[0] ^= 1;
  assert_publish_fails (own, account, WW_CODE_RECORD_CONFLICT);
  account->hash[0] ^= 1;
  /* From another account's device */
  assert_publish_fails (foreign, account, WW_CODE_FORBIDDEN);
  publish (own, account);
  test_account_free (other->account);
  test_device_free (other);
  test_device_free (stranger);
}

static void
look_up (TestLink *link, const char *handle, uint64_t known, bool found, size_t n_chain)
{
  Waxwing__LookUp request = WAXWING__LOOK_UP__INIT;
  g_autoptr (TestFrame) frame = NULL;

  request.by_case = WAXWING__LOOK_UP__BY_HANDLE;
  request.handle = (char *) handle;
  request.known_sequence = known;
  frame = test_link_call (link, WAXWING__REQUEST__BODY_LOOK_UP, &request, WAXWING__RESPONSE__BODY_LOOK_UP);
  g_assert_cmpint (frame->response->look_up->found, ==, found);
  g_assert_cmpuint (frame->response->look_up->n_chain, ==, n_chain);
}

static void
test_look_up (void)
{
  g_autoptr (TestLink) own = test_connect (server, laptop);
  g_autoptr (TestLink) anonymous = test_link_new (server);
  Waxwing__LookUp request = WAXWING__LOOK_UP__INIT;
  uint64_t sequence = laptop->account->sequence;
  g_autoptr (TestFrame) frame = NULL;

  look_up (own, "mailto:kim@example.org", 0, true, sequence);
  look_up (own, "mailto:kim@example.org", sequence - 1, true, 1);
  look_up (own, "mailto:kim@example.org", sequence, true, 0);
  look_up (own, "mailto:kim@example.org", G_MAXUINT64, true, 0);
  look_up (own, "mailto:nobody@example.org", 0, false, 0);
  request.by_case = WAXWING__LOOK_UP__BY_HANDLE;
  request.handle = (char *) "nonsense";
  test_link_call_fails (own, WAXWING__REQUEST__BODY_LOOK_UP, &request, WW_CODE_HANDLE_INVALID);
  test_link_call_fails (anonymous, WAXWING__REQUEST__BODY_LOOK_UP, &request, WW_CODE_UNAUTHENTICATED);
  /* An account id cannot be guessed; who knows it may ask. */
  request.by_case = WAXWING__LOOK_UP__BY_ACCOUNT_ID;
  request.account_id = BYTES (laptop->account->account_id);
  frame = test_link_call (anonymous, WAXWING__REQUEST__BODY_LOOK_UP, &request, WAXWING__RESPONSE__BODY_LOOK_UP);
  g_assert_true (frame->response->look_up->found);
  request.by_case = WAXWING__LOOK_UP__BY__NOT_SET;
  test_link_call_fails (own, WAXWING__REQUEST__BODY_LOOK_UP, &request, WW_CODE_BAD_REQUEST);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = test_server_start (test_server_new ("[limits]\nverifications-per-address=100000/1000\n"
                                               "verifications-per-handle=100000/1000\n"));
  laptop = test_enroll (server, "kim@example.org");
  g_test_add_func ("/approval/is-granted-and-removed", test_is_granted_and_removed);
  g_test_add_func ("/approval/survives-lost-links", test_survives_lost_links);
  g_test_add_func ("/approval/refused-and-cancelled", test_refused_and_cancelled);
  g_test_add_func ("/approval/limits", test_limits);
  g_test_add_func ("/approval/bad-joins", test_bad_joins);
  g_test_add_func ("/approval/bad-records", test_bad_records);
  g_test_add_func ("/approval/look-up", test_look_up);
  status = g_test_run ();
  test_account_free (laptop->account);
  test_device_free (laptop);
  test_server_free (server);
  return status;
}
