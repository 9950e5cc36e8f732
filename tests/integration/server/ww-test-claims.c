/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-client.h"

#include <string.h>

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

/* See the header. */
void
test_later (TestServer *server, gint64 offset_ms)
{
  test_server_stop (server);
  test_server_set_clock (server, offset_ms);
  test_server_start (server);
}

static ProtobufCBinaryData
token_bytes (const uint8_t *token)
{
  return (ProtobufCBinaryData) { token != NULL ? WW_TOKEN_SIZE : 0, (uint8_t *) token };
}

/* --- Publishing ---------------------------------------------------------------------------- */

/* See the header. */
Waxwing__Frame *
test_publish (TestLink *link, TestAccount *account, const uint8_t *token, Waxwing__Response__BodyCase expected)
{
  g_autoptr (TestRecord) record = test_account_record (account);
  Waxwing__PublishRecord request = WAXWING__PUBLISH_RECORD__INIT;
  Waxwing__Frame *frame;

  request.record = &record->message;
  request.token = token_bytes (token);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_PUBLISH_RECORD, &request, expected);
  if (expected == WAXWING__RESPONSE__BODY_DONE)
    test_account_accept (account, record);
  return frame;
}

/* See the header. */
bool
test_publish_fails (TestLink *link, TestAccount *account, const uint8_t *token, const char *code)
{
  g_autoptr (TestRecord) record = test_account_record (account);
  Waxwing__PublishRecord request = WAXWING__PUBLISH_RECORD__INIT;

  request.record = &record->message;
  request.token = token_bytes (token);
  return test_link_call_fails (link, WAXWING__REQUEST__BODY_PUBLISH_RECORD, &request, code);
}

/* See the header. */
Waxwing__Frame *
test_reset (TestLink *link, TestAccount *account, const uint8_t *token, Waxwing__Response__BodyCase expected)
{
  g_autoptr (TestRecord) record = test_account_record (account);
  Waxwing__ResetAccount request = WAXWING__RESET_ACCOUNT__INIT;
  Waxwing__Frame *frame;

  request.record = &record->message;
  request.token = token_bytes (token);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_RESET_ACCOUNT, &request, expected);
  if (expected == WAXWING__RESPONSE__BODY_DONE)
    {
      test_account_accept (account, record);
      account->reset = false;
    }
  return frame;
}

/* See the header. */
bool
test_reset_fails (TestLink *link, TestAccount *account, const uint8_t *token, const char *code)
{
  g_autoptr (TestRecord) record = test_account_record (account);
  Waxwing__ResetAccount request = WAXWING__RESET_ACCOUNT__INIT;

  request.record = &record->message;
  request.token = token_bytes (token);
  return test_link_call_fails (link, WAXWING__REQUEST__BODY_RESET_ACCOUNT, &request, code);
}

/* See the header. */
TestDevice *
test_start_over (TestServer *server, TestLink *link, TestAccount *lost, const char *address,
                 uint8_t token[WW_TOKEN_SIZE])
{
  TestAccount *account = test_account_new ();
  TestDevice *device = test_device_new (account);
  Waxwing__PrepareDevice prepare = WAXWING__PREPARE_DEVICE__INIT;
  g_autoptr (TestFrame) prepared = NULL;

  memcpy (account->account_id, lost->account_id, WW_ID_SIZE);
  memcpy (account->hash, lost->hash, WW_HASH_SIZE);
  account->sequence = lost->sequence;
  account->reset = true;
  test_verify (server, link, address, token);
  prepare.token = token_bytes (token);
  prepared = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &prepare,
                             WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  memcpy (device->push_address, prepared->response->device_prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (device);
  g_ptr_array_add (account->handles, g_strconcat ("mailto:", address, NULL));
  g_ptr_array_add (account->devices, device);
  return device;
}

/* See the header. */
void
test_leave (TestDevice *device)
{
  test_account_free (device->account);
  test_device_free (device);
}

/* --- What an account's devices hear -------------------------------------------------------- */

/* See the header. */
Waxwing__Frame *
test_expect_claim (TestLink *link, Waxwing__Claim__State state, uint8_t id[WW_ID_SIZE])
{
  Waxwing__Frame *frame = test_link_event (link, WAXWING__EVENT__BODY_CLAIM);

  g_assert_cmpint (frame->event->claim->state, ==, state);
  if (id != NULL)
    memcpy (id, frame->event->claim->claim_id.data, WW_ID_SIZE);
  return frame;
}

/* See the header. */
void
test_expect_moved (TestLink *link, const char *handle, const TestAccount *to)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_HANDLE_MOVED);

  g_assert_cmpstr (frame->event->handle_moved->handle, ==, handle);
  g_assert_cmpmem (frame->event->handle_moved->account_id.data, WW_ID_SIZE, to->account_id, WW_ID_SIZE);
}

/* See the header. */
void
test_refuse_claim (TestLink *link, const uint8_t id[WW_ID_SIZE])
{
  Waxwing__RefuseClaim request = WAXWING__REFUSE_CLAIM__INIT;

  request.claim_id = (ProtobufCBinaryData) { WW_ID_SIZE, (uint8_t *) id };
  test_frame_free (test_link_call (link, WAXWING__REQUEST__BODY_REFUSE_CLAIM, &request, WAXWING__RESPONSE__BODY_DONE));
}

/* See the header. */
void
test_assert_owner (TestLink *link, const char *handle, const TestAccount *owner)
{
  Waxwing__LookUp request = WAXWING__LOOK_UP__INIT;
  g_autoptr (TestFrame) frame = NULL;

  request.by_case = WAXWING__LOOK_UP__BY_HANDLE;
  request.handle = (char *) handle;
  frame = test_link_call (link, WAXWING__REQUEST__BODY_LOOK_UP, &request, WAXWING__RESPONSE__BODY_LOOK_UP);
  g_assert_cmpint (frame->response->look_up->found, ==, owner != NULL);
  if (owner != NULL)
    g_assert_cmpmem (frame->response->look_up->account_id.data, WW_ID_SIZE, owner->account_id, WW_ID_SIZE);
}
