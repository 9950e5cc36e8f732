/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a link lets through: who may ask, what is malformed, how much at once; and how the server answers beside links. */
#include "ww-test-client.h"

#include <signal.h>
#include <string.h>

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

static TestServer *server;
static TestDevice *alice;

static void
test_malformed_frames (void)
{
  static const uint8_t garbage[] = { 0xff, 0xff, 0xff, 0xff, 0x0f };
  static const uint8_t no_body[] = { 0x08, 0x01 };
  static const uint8_t response[] = { 0x08, 0x01, 0x22, 0x02, 0x12, 0x00 };
  /* A Watch with a token of one byte, and a request with id 0 */
  static const uint8_t short_token[] = { 0x08, 0x01, 0x1a, 0x05, 0x12, 0x03, 0x0a, 0x01, 0x41 };
  static const uint8_t no_id[] = { 0x1a, 0x02, 0x0a, 0x00 };
  static const struct
  {
    const uint8_t *data;
    size_t len;
  } frames[] = {
    { garbage, sizeof garbage },         { garbage, 1 },          { no_body, sizeof no_body },
    { response, sizeof response },       { no_id, sizeof no_id }, { (const uint8_t *) "", 0 },
    { short_token, sizeof short_token },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (TestLink) link = test_link_new (server);

      test_link_send_bytes (link, frames[i].data, frames[i].len);
      test_link_wait_closed (link, 1002);
    }
  {
    g_autoptr (TestLink) link = test_link_new (server);

    soup_websocket_connection_send_text (link->socket, "hello");
    test_link_wait_closed (link, 1002);
  }
}

/* A request of a newer client is an error, not the end of the link. */
static void
test_unknown_request (void)
{
  static const uint8_t unknown[] = { 0x08, 0x07, 0x1a, 0x05, 0xaa, 0x06, 0x02, 0x0a, 0x00 };
  g_autoptr (TestLink) link = test_link_new (server);
  g_autoptr (TestFrame) frame = NULL;

  test_link_send_bytes (link, unknown, sizeof unknown);
  frame = test_link_response (link, 7);
  g_assert_cmpstr (frame->response->error->code, ==, WW_CODE_BAD_REQUEST);
}

static void
test_who_may_ask (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__PublishRecord publish = WAXWING__PUBLISH_RECORD__INIT;
  Waxwing__Acknowledge acknowledge = WAXWING__ACKNOWLEDGE__INIT;
  Waxwing__BeginApproval begin = WAXWING__BEGIN_APPROVAL__INIT;
  Waxwing__GrantApproval grant = WAXWING__GRANT_APPROVAL__INIT;
  Waxwing__RefuseApproval refuse = WAXWING__REFUSE_APPROVAL__INIT;
  g_autoptr (TestRecord) record = test_account_record (alice->account);
  g_autoptr (TestMessage) message = NULL;
  TestAccount other = { .devices = g_ptr_array_new () };
  TestDevice device = { .account = &other };
  uint8_t id[WW_ID_SIZE] = { 1 }, nonce[WW_NONCE_SIZE] = { 1 };

  g_ptr_array_add (other.devices, &device);
  message = test_message_new (alice, id, "x", 1, &other, NULL);
  publish.record = &record->message;
  begin.device_id = BYTES (id);
  begin.nonce = BYTES (nonce);
  grant.device_id = BYTES (id);
  grant.record = &record->message;
  grant.sealed_account_key = BYTES (nonce);
  refuse.device_id = BYTES (id);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_PUBLISH_RECORD, &publish, WW_CODE_UNAUTHENTICATED);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_SEND, &message->send, WW_CODE_UNAUTHENTICATED);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_ACKNOWLEDGE, &acknowledge, WW_CODE_UNAUTHENTICATED);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_BEGIN_APPROVAL, &begin, WW_CODE_UNAUTHENTICATED);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_GRANT_APPROVAL, &grant, WW_CODE_UNAUTHENTICATED);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_REFUSE_APPROVAL, &refuse, WW_CODE_UNAUTHENTICATED);
  g_ptr_array_unref (other.devices);
}

static void
test_authentication (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  g_autoptr (TestLink) other = test_link_new (server);
  Waxwing__Authenticate request = WAXWING__AUTHENTICATE__INIT;
  uint8_t signature[WW_SIGNATURE_SIZE], unknown[WW_ID_SIZE] = { 1 };
  const WwSigningKey *key = ww_device_keys_signing (alice->keys);
  g_autoptr (TestFrame) frame = NULL;

  request.device_id = BYTES (alice->id);
  request.signature = BYTES (signature);
  /* For another server: the name does not fit the link, however well it is signed. */
  request.authority = (char *) "other.example";
  ww_signing_key_sign_link (key, alice->id, link->challenge, request.authority, signature);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request, WW_CODE_UNAUTHENTICATED);
  request.authority = server->authority;
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request, WW_CODE_UNAUTHENTICATED);
  /* Another link's challenge */
  ww_signing_key_sign_link (key, alice->id, other->challenge, server->authority, signature);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request, WW_CODE_UNAUTHENTICATED);
  /* Another device */
  ww_signing_key_sign_link (key, unknown, link->challenge, server->authority, signature);
  request.device_id = BYTES (unknown);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request, WW_CODE_UNAUTHENTICATED);
  /* And as it should be, but once */
  frame = test_authenticate (server, link, alice);
  g_assert_cmpint (frame->response->body_case, ==, WAXWING__RESPONSE__BODY_AUTHENTICATED);
  request.device_id = BYTES (alice->id);
  test_link_call_fails (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request, WW_CODE_BAD_REQUEST);
}

/* 64 requests at once are taken; one more is refused, and it is worth asking again. The storage is held up meanwhile. */
static void
test_requests_in_flight (void)
{
  g_autoptr (TestLink) link = test_link_new (server);
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;
  uint8_t token[WW_TOKEN_SIZE] = { 0 };
  uint64_t ids[WW_MAX_REQUESTS_IN_FLIGHT + 1];
  sqlite3 *lock = test_server_hold_up (server);
  g_autoptr (TestFrame) refused = NULL;

  request.token = BYTES (token);
  for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = test_link_send (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request);
  refused = test_link_response (link, ids[WW_MAX_REQUESTS_IN_FLIGHT]);
  g_assert_cmpstr (refused->response->error->code, ==, WW_CODE_RATE_LIMITED);
  g_assert_true (refused->response->error->retryable);
  sqlite3_close (lock);
  for (unsigned i = 0; i < WW_MAX_REQUESTS_IN_FLIGHT; i++)
    {
      g_autoptr (TestFrame) frame = test_link_response (link, ids[i]);

      g_assert_cmpstr (frame->response->error->code, ==, WW_CODE_NOT_FOUND);
    }
}

static void
test_other_paths (void)
{
  test_link_assert_refused (server, "/");
  test_link_assert_refused (server, "/v1/links");
  test_link_assert_refused (server, "/v1/link/");
}

static void
test_connections_of_one_address (void)
{
  TestServer *small = test_server_start (test_server_new ("[limits]\nconnections-per-address=3\n"));
  TestLink *links[3];

  for (unsigned i = 0; i < G_N_ELEMENTS (links); i++)
    links[i] = test_link_new (small);
  test_link_assert_refused (small, "/v1/link");
  /* Pages and the administration are not links. */
  {
    g_autofree char *url = g_strconcat (small->url, "/.well-known/waxwing", NULL);
    g_autofree char *metrics_url = g_strconcat (small->administration, "/metrics", NULL);
    g_autofree char *metrics = NULL;

    g_assert_cmpuint (test_server_http ("GET", url, NULL, NULL), ==, 200);
    g_assert_cmpuint (test_server_http ("GET", metrics_url, &metrics, NULL), ==, 200);
    g_assert_nonnull (strstr (metrics, "\nwaxwing_connections 3\n"));
  }
  test_link_free (links[0]);
  links[0] = NULL;
  /* There is room again as soon as the server has seen that. */
  {
    g_autofree char *metrics_url = g_strconcat (small->administration, "/metrics", NULL);
    g_autofree char *metrics = NULL;

    do
      {
        g_free (metrics);
        metrics = NULL;
        test_server_http ("GET", metrics_url, &metrics, NULL);
      }
    while (strstr (metrics, "\nwaxwing_connections 2\n") == NULL);
  }
  links[0] = test_link_new (small);
  for (unsigned i = 0; i < G_N_ELEMENTS (links); i++)
    test_link_free (links[i]);
  test_server_free (small);
}

static void
test_administration (void)
{
  g_autofree char *health = g_strconcat (server->administration, "/health", NULL);
  g_autofree char *metrics = g_strconcat (server->administration, "/metrics", NULL);
  g_autofree char *elsewhere = g_strconcat (server->url, "/metrics", NULL);
  g_autofree char *body = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (test_server_http ("GET", health, &body, NULL), ==, 200);
  g_assert_cmpstr (body, ==, "ok\n");
  g_assert_cmpuint (test_server_http ("GET", metrics, &text, NULL), ==, 200);
  g_assert_nonnull (strstr (text, "\nwaxwing_accounts 1\n"));
  g_assert_nonnull (strstr (text, "# TYPE waxwing_sends_total counter\n"));
  g_assert_null (strstr (text, "example.org"));
  g_assert_cmpuint (test_server_http ("POST", metrics, NULL, NULL), ==, 405);
  g_assert_cmpuint (test_server_http ("GET", elsewhere, NULL, NULL), ==, 404);
}

/* Told to stop, it says goodbye to who is there. */
static void
test_stops (void)
{
  g_autoptr (TestLink) link = test_connect (server, alice);

  g_subprocess_send_signal (server->process, SIGTERM);
  test_link_wait_closed (link, 1001);
  test_server_stop (server);
  test_server_start (server);
}

/* The limits change without a restart, a configuration that is wrong changes nothing. */
static void
test_reloads (void)
{
  TestServer *other = test_server_start (test_server_new ("[limits]\nverifications-per-handle=1/1\n"));
  g_autoptr (TestLink) link = test_link_new (other);
  g_autofree char *path = g_build_filename (other->directory, "conf", NULL);
  Waxwing__StartVerification request = WAXWING__START_VERIFICATION__INIT;
  uint8_t token[WW_TOKEN_SIZE];

  test_start_verification (link, "mailto:nora@example.org", token);
  request.handle = (char *) "mailto:nora@example.org";
  test_link_call_fails (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &request, WW_CODE_RATE_LIMITED);
  g_assert_true (g_file_set_contents (path, "[limits]\nverifications-per-handle=0/0\n", -1, NULL));
  g_subprocess_send_signal (other->process, SIGHUP);
  {
    g_autofree char *log = NULL;

    do
      {
        g_free (log);
        log = test_server_log (other);
        test_turn ();
      }
    while (strstr (log, "was not reloaded") == NULL);
  }
  g_assert_true (g_file_set_contents (path, "[limits]\nverifications-per-handle=360000000/50\n", -1, NULL));
  g_subprocess_send_signal (other->process, SIGHUP);
  {
    g_autofree char *log = NULL;

    do
      {
        g_free (log);
        log = test_server_log (other);
        test_turn ();
      }
    while (strstr (log, "info: reloaded") == NULL);
  }
  test_start_verification (link, "mailto:nora@example.org", token);
  test_link_free (g_steal_pointer (&link));
  test_server_free (other);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = test_server_start (test_server_new (NULL));
  alice = test_enroll (server, "alice@example.org");
  g_test_add_func ("/requests/malformed-frames", test_malformed_frames);
  g_test_add_func ("/requests/unknown-request", test_unknown_request);
  g_test_add_func ("/requests/who-may-ask", test_who_may_ask);
  g_test_add_func ("/requests/authentication", test_authentication);
  g_test_add_func ("/requests/requests-in-flight", test_requests_in_flight);
  g_test_add_func ("/requests/other-paths", test_other_paths);
  g_test_add_func ("/requests/connections-of-one-address", test_connections_of_one_address);
  g_test_add_func ("/requests/administration", test_administration);
  g_test_add_func ("/requests/stops", test_stops);
  g_test_add_func ("/requests/reloads", test_reloads);
  status = g_test_run ();
  test_account_free (alice->account);
  test_device_free (alice);
  test_server_free (server);
  return status;
}
