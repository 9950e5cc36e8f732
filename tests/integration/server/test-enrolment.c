/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an address to an account: the mail, the page, the click, the first record. */
#include "ww-test-client.h"

#include <stdlib.h>
#include <string.h>

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

static TestServer *server;

static Waxwing__VerificationState__State
watch (TestLink *link, const uint8_t token[WW_TOKEN_SIZE])
{
  Waxwing__WatchVerification request = WAXWING__WATCH_VERIFICATION__INIT;
  g_autoptr (TestFrame) frame = NULL;

  request.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, (uint8_t *) token };
  frame = test_link_call (link, WAXWING__REQUEST__BODY_WATCH_VERIFICATION, &request,
                          WAXWING__RESPONSE__BODY_VERIFICATION);
  return frame->response->verification->state;
}

static void
assert_prepare_fails (TestLink *link, uint8_t *token, const char *code)
{
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;

  request.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, token };
  test_link_call_fails (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request, code);
}

static void
prepare (TestLink *link, uint8_t *token, uint8_t *push_address)
{
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;
  g_autoptr (TestFrame) frame = NULL;

  request.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, token };
  frame = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request,
                          WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  memcpy (push_address, frame->response->device_prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
}

/* --- The page ------------------------------------------------------------------------------ */

static void
assert_header (SoupMessage *message, const char *name, const char *value)
{
  const char *found = soup_message_headers_get_one (soup_message_get_response_headers (message), name);

  g_assert_nonnull (found);
  g_assert_nonnull (strstr (found, value));
}

static void
test_looking_confirms_nothing (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  uint8_t token[WW_TOKEN_SIZE];
  g_autofree char *url = NULL;
  g_autofree char *body = NULL;
  g_autoptr (SoupMessage) message = NULL;

  test_start_verification (link, "mailto:dora.long@example.org", token);
  url = test_server_link (server, "dora.long@example.org", 1);
  for (unsigned i = 0; i < 3; i++)
    {
      g_clear_pointer (&body, g_free);
      g_clear_object (&message);
      g_assert_cmpuint (test_server_http ("GET", url, &body, &message), ==, 200);
      g_assert_cmpuint (test_server_http ("HEAD", url, NULL, NULL), ==, 200);
      g_assert_cmpuint (test_server_http ("PUT", url, NULL, NULL), ==, 405);
    }
  g_assert_nonnull (strstr (body, "method=\"post\""));
  g_assert_null (strstr (body, "<script"));
  g_assert_null (strstr (body, "dora.long"));
  g_assert_nonnull (strstr (body, "do…@example.org"));
  assert_header (message, "Content-Security-Policy", "default-src 'none'");
  assert_header (message, "Content-Security-Policy", "frame-ancestors 'none'");
  assert_header (message, "X-Frame-Options", "DENY");
  assert_header (message, "Referrer-Policy", "no-referrer");
  assert_header (message, "Cache-Control", "no-store");
  assert_header (message, "X-Content-Type-Options", "nosniff");
  g_assert_cmpint (watch (link, token), ==, WAXWING__VERIFICATION_STATE__STATE__WAITING);
  assert_prepare_fails (link, token, WW_CODE_NOT_VERIFIED);
  test_link_assert_no_event (link, WAXWING__EVENT__BODY_VERIFICATION);

  test_click (url);
  g_assert_cmpint (watch (link, token), ==, WAXWING__VERIFICATION_STATE__STATE__CONFIRMED);
  /* Once. */
  g_assert_cmpuint (test_server_http ("POST", url, NULL, NULL), ==, 410);
  g_assert_cmpuint (test_server_http ("GET", url, NULL, NULL), ==, 410);
}

static void
test_unknown_links (void)
{
  static const char *const paths[] = {
    "/confirm/",
    "/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D",
    "/confirm/..%2f..%2fetc%2fpasswd",
    "/nothing",
    "/v1/other",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *url = g_strconcat (server->url, paths[i], NULL);

      g_assert_cmpuint (test_server_http ("GET", url, NULL, NULL), ==, 404);
      g_assert_cmpuint (test_server_http ("POST", url, NULL, NULL), ==, i < 4 ? 404 : 405);
    }
}

static void
test_well_known (void)
{
  g_autofree char *url = g_strconcat (server->url, "/.well-known/waxwing", NULL);
  /* A server without a name is called by the machine's. */
  g_autofree char *expected = g_strdup_printf (
      "{\"version\":1,\"server\":\"%s\",\"link\":\"/v1/link\",\"verifies\":[\"mailto\",\"tel\"]}\n",
      g_get_host_name ());
  g_autofree char *body = NULL;

  g_assert_cmpuint (test_server_http ("GET", url, &body, NULL), ==, 200);
  g_assert_cmpstr (body, ==, expected);
}

/* --- The mail ------------------------------------------------------------------------------ */

static void
assert_start_fails (TestLink *link, const char *handle, const char *code, bool retryable)
{
  Waxwing__StartVerification request = WAXWING__START_VERIFICATION__INIT;

  request.handle = (char *) handle;
  g_assert_cmpint (test_link_call_fails (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &request, code), ==,
                   retryable);
}

static void
test_bad_handles (void)
{
  g_autoptr (TestLink) link = test_link_new (server);

  assert_start_fails (link, "", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "mailto:nobody", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "mailto:a@example.org\r\nBcc: b@example.org", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "mailto:a@example.org,b@example.org", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "https://example.org", WW_CODE_HANDLE_INVALID, false);
  /* In no number plan, premium rate, a short number, a company's. */
  assert_start_fails (link, "tel:+15550109999", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "tel:+19002345678", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "tel:+333631", WW_CODE_HANDLE_INVALID, false);
  assert_start_fails (link, "tel:+445500123456", WW_CODE_HANDLE_INVALID, false);
}

static void
test_resends (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__StartVerification request = WAXWING__START_VERIFICATION__INIT;
  g_autoptr (TestFrame) frame = NULL;
  uint8_t token[WW_TOKEN_SIZE];
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  test_start_verification (link, "mailto:emil@example.org", token);
  first = test_server_link (server, "emil@example.org", 1);
  request.token = BYTES (token);
  g_assert_true (
      test_link_call_fails (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &request, WW_CODE_RATE_LIMITED));

  test_server_stop (server);
  test_server_set_clock (server, WW_RESEND_MS);
  test_server_start (server);
  test_link_free (g_steal_pointer (&link));
  link = test_link_new (server);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &request,
                          WAXWING__RESPONSE__BODY_VERIFICATION);
  g_assert_cmpmem (frame->response->verification->token.data, WW_TOKEN_SIZE, token, WW_TOKEN_SIZE);
  second = test_server_link (server, "emil@example.org", 2);
  g_assert_cmpstr (first, !=, second);
  /* The older mail may be the one that is opened. */
  test_click (first);
  g_assert_cmpuint (test_server_http ("POST", second, NULL, NULL), ==, 410);
  g_assert_false (
      test_link_call_fails (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &request, WW_CODE_VERIFICATION_USED));
  test_server_stop (server);
  test_server_set_clock (server, 0);
  test_server_start (server);
}

static void
test_is_limited (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  uint8_t token[WW_TOKEN_SIZE];

  for (unsigned i = 0; i < 6; i++)
    test_start_verification (link, "mailto:fritz@example.org", token);
  assert_start_fails (link, "mailto:fritz@example.org", WW_CODE_RATE_LIMITED, true);
  test_start_verification (link, "mailto:frida@example.org", token);
}

static void
test_expires (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  uint8_t waiting[WW_TOKEN_SIZE], confirmed[WW_TOKEN_SIZE];
  g_autofree char *url = NULL;
  g_autofree char *body = NULL;

  test_start_verification (link, "mailto:gerd@example.org", waiting);
  url = test_server_link (server, "gerd@example.org", 1);
  test_verify (server, link, "gerda@example.org", confirmed);
  test_server_stop (server);
  /* A minute before the end it works still. */
  test_server_set_clock (server, WW_VERIFICATION_MS - 60000);
  test_server_start (server);
  g_assert_cmpuint (test_server_http ("GET", url, NULL, NULL), ==, 200);
  test_server_stop (server);
  test_server_set_clock (server, WW_VERIFICATION_MS + 1000);
  test_server_start (server);
  g_assert_cmpuint (test_server_http ("POST", url, &body, NULL), ==, 410);
  g_assert_nonnull (strstr (body, "expired"));
  test_link_free (g_steal_pointer (&link));
  link = test_link_new (server);
  g_assert_cmpint (watch (link, waiting), ==, WAXWING__VERIFICATION_STATE__STATE__EXPIRED);
  assert_prepare_fails (link, waiting, WW_CODE_VERIFICATION_EXPIRED);
  assert_prepare_fails (link, confirmed, WW_CODE_VERIFICATION_EXPIRED);
  test_server_stop (server);
  test_server_set_clock (server, 0);
  test_server_start (server);
}

/* --- The account --------------------------------------------------------------------------- */

static void
assert_create_fails (TestLink *link, uint8_t *token, TestAccount *account, const char *code)
{
  g_autoptr (TestRecord) record = test_account_record (account);
  Waxwing__CreateAccount request = WAXWING__CREATE_ACCOUNT__INIT;

  request.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, token };
  request.record = &record->message;
  test_link_call_fails (link, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &request, code);
}

static void
test_first_record (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  TestAccount *account = test_account_new ();
  TestDevice *device = test_device_new (account);
  TestDevice *other = test_device_new (account);
  g_autoptr (TestRecord) record = NULL;
  g_autoptr (TestFrame) frame = NULL;
  Waxwing__CreateAccount request = WAXWING__CREATE_ACCOUNT__INIT;
  uint8_t token[WW_TOKEN_SIZE], again[WW_PUSH_ADDRESS_SIZE];

  test_verify (server, link, "hans@example.org", token);
  prepare (link, token, device->push_address);
  prepare (link, token, again);
  g_assert_cmpmem (again, sizeof again, device->push_address, sizeof device->push_address);
  g_ptr_array_add (account->handles, g_strdup ("mailto:hans@example.org"));
  g_ptr_array_add (account->devices, device);

  /* A push address that was not issued */
  device->push_address[0] ^= 1;
  test_device_sign (device);
  assert_create_fails (link, token, account, WW_CODE_FORBIDDEN);
  device->push_address[0] ^= 1;
  test_device_sign (device);
  /* Another handle than the verified one, or one more */
  g_ptr_array_remove_index (account->handles, 0);
  g_ptr_array_add (account->handles, g_strdup ("mailto:anna@example.org"));
  assert_create_fails (link, token, account, WW_CODE_FORBIDDEN);
  g_ptr_array_add (account->handles, g_strdup ("mailto:hans@example.org"));
  assert_create_fails (link, token, account, WW_CODE_RECORD_INVALID);
  g_ptr_array_remove_index (account->handles, 0);
  /* Two devices */
  test_device_sign (other);
  g_ptr_array_add (account->devices, other);
  assert_create_fails (link, token, account, WW_CODE_RECORD_INVALID);
  g_ptr_array_remove_index (account->devices, 1);
  /* Not the first record */
  account->sequence = 1;
  assert_create_fails (link, token, account, WW_CODE_RECORD_INVALID);
  account->sequence = 0;
  /* A wrong signature */
  record = test_account_record (account);
  record->signature[5] ^= 1;
  request.token = BYTES (token);
  request.record = &record->message;
  test_link_call_fails (link, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &request, WW_CODE_RECORD_INVALID);
  record->signature[5] ^= 1;

  frame = test_link_call (link, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &request, WAXWING__RESPONSE__BODY_DONE);
  /* The token is used up. */
  test_link_call_fails (link, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &request, WW_CODE_VERIFICATION_USED);
  assert_prepare_fails (link, token, WW_CODE_VERIFICATION_USED);
  test_device_free (device);
  test_device_free (other);
  test_account_free (account);
}

static void
test_one_account_for_a_handle (void)
{
  TestDevice *first = test_enroll (server, "ida@example.org");
  g_autoptr (TestLink) link = test_link_new (server);
  TestAccount *account = test_account_new ();
  TestDevice *device = test_device_new (account);
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;
  g_autoptr (TestFrame) frame = NULL;
  uint8_t token[WW_TOKEN_SIZE];

  test_verify (server, link, "ida@example.org", token);
  request.token = BYTES (token);
  frame = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request,
                          WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  g_assert_cmpuint (frame->response->device_prepared->n_chain, ==, 1);
  memcpy (device->push_address, frame->response->device_prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (device);
  g_ptr_array_add (account->handles, g_strdup ("mailto:ida@example.org"));
  g_ptr_array_add (account->devices, device);
  assert_create_fails (link, token, account, WW_CODE_RECORD_CONFLICT);
  test_device_free (device);
  test_account_free (account);
  test_account_free (first->account);
  test_device_free (first);
}

static void
test_tokens_are_not_stored (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  g_autofree char *path = g_build_filename (server->data, "waxwing.db-wal", NULL);
  g_autofree char *contents = NULL;
  g_autofree char *url = NULL;
  g_autofree char *log = NULL;
  g_autofree guchar *secret = NULL;
  g_autofree char *base64 = NULL;
  uint8_t token[WW_TOKEN_SIZE];
  gsize len;

  test_start_verification (link, "mailto:josef@example.org", token);
  url = test_server_link (server, "josef@example.org", 1);
  base64 = g_strconcat (strrchr (url, '/') + 1, "=", NULL);
  g_strdelimit (base64, "-", '+');
  g_strdelimit (base64, "_", '/');
  secret = g_base64_decode (base64, &len);
  g_assert_cmpuint (len, ==, WW_TOKEN_SIZE);
  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  g_assert_cmpuint (len, >, 0);
  g_assert_null (memmem (contents, len, token, sizeof token));
  g_assert_null (memmem (contents, len, secret, WW_TOKEN_SIZE));
  g_assert_nonnull (memmem (contents, len, "josef@example.org", 17));
  log = test_server_log (server);
  g_assert_null (strstr (log, "josef"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = test_server_start (test_server_new ("[limits]\nverifications-per-address=100000/1000\n"));
  g_test_add_func ("/enrolment/looking-confirms-nothing", test_looking_confirms_nothing);
  g_test_add_func ("/enrolment/unknown-links", test_unknown_links);
  g_test_add_func ("/enrolment/well-known", test_well_known);
  g_test_add_func ("/enrolment/bad-handles", test_bad_handles);
  g_test_add_func ("/enrolment/resends", test_resends);
  g_test_add_func ("/enrolment/is-limited", test_is_limited);
  g_test_add_func ("/enrolment/expires", test_expires);
  g_test_add_func ("/enrolment/first-record", test_first_record);
  g_test_add_func ("/enrolment/one-account-for-a-handle", test_one_account_for_a_handle);
  g_test_add_func ("/enrolment/tokens-are-not-stored", test_tokens_are_not_stored);
  status = g_test_run ();
  test_server_free (server);
  return status;
}
