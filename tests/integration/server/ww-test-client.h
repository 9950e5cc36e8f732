/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libsoup/soup.h>
#include <sqlite3.h>

#include "ww-error-codes.h"
#include "ww-keys.h"
#include "ww-limits.h"
#include "waxwing.pb-c.h"

/*
 * What the tests of the server stand on: the real program over a directory of its own, links that speak the
 * protocol frame by frame, and devices that sign. Nothing here hides an error: what a test does not expect
 * aborts it.
 */

#define TEST_TIMEOUT_MS 20000

/* --- The server ---------------------------------------------------------------------------- */

typedef struct
{
  char *directory;
  char *data;
  char *config; /* the text of its configuration, or NULL */
  GSubprocess *process;
  int pid;
  char *url; /* http://127.0.0.1:PORT; the port stays the same over restarts */
  char *authority;
  char *administration;
  char *log_path;
  GPtrArray *environment; /* NAME=VALUE, for its next start */
} TestServer;

TestServer *test_server_new (const char *config);
TestServer *test_server_start (TestServer *self);
/* SIGTERM, and that it ends well. */
void test_server_stop (TestServer *self);
void test_server_kill (TestServer *self);
void test_server_free (TestServer *self);
/* Its next start happens this much later, or earlier. */
void test_server_set_clock (TestServer *self, gint64 offset_ms);
char *test_server_log (TestServer *self);
/* Runs the program with these arguments after --data; its exit status, with what it printed in `output`. */
int test_server_run (TestServer *self, char **output, ...) G_GNUC_NULL_TERMINATED;
/* The link in the newest mail to this address; waits until there are `number` of them. */
char *test_server_link (TestServer *self, const char *address, unsigned number);
unsigned test_server_http (const char *method, const char *url, char **body, SoupMessage **message);
/* Keeps the server's writer waiting until the result is closed. */
sqlite3 *test_server_hold_up (TestServer *self);
gint64 test_server_query (TestServer *self, const char *sql);

/* --- Links --------------------------------------------------------------------------------- */

typedef struct
{
  SoupSession *session;
  SoupWebsocketConnection *socket;
  GQueue frames; /* received and not looked at, of Waxwing__Frame */
  uint8_t challenge[WW_NONCE_SIZE];
  uint64_t next_id;
  bool closed;
  unsigned close_code;
  bool paused;
} TestLink;

TestLink *test_link_new (TestServer *server);
/* A link that must not open. */
void test_link_assert_refused (TestServer *server, const char *path);
void test_link_free (TestLink *self);
bool test_link_is_open (TestLink *self);
void test_link_send_bytes (TestLink *self, const void *data, size_t len);
/* Without waiting; returns the request's id. */
uint64_t test_link_send (TestLink *self, Waxwing__Request__BodyCase body, void *message);
/* The response of this request. Events that come before it are kept. */
Waxwing__Frame *test_link_response (TestLink *self, uint64_t id);
/* Both; the response must be of this kind. Free with test_frame_free(). */
Waxwing__Frame *test_link_call (TestLink *self, Waxwing__Request__BodyCase body, void *message,
                                Waxwing__Response__BodyCase expected);
/* The request must fail with this code. Returns whether a retry can help. */
bool test_link_call_fails (TestLink *self, Waxwing__Request__BodyCase body, void *message, const char *code);
/* The next event of this kind; others are kept. */
Waxwing__Frame *test_link_event (TestLink *self, Waxwing__Event__BodyCase kind);
/* No event of this kind comes before the answer to a further request. */
void test_link_assert_no_event (TestLink *self, Waxwing__Event__BodyCase kind);
void test_link_wait_closed (TestLink *self, unsigned code);
void test_frame_free (Waxwing__Frame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestLink, test_link_free)
typedef Waxwing__Frame TestFrame;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFrame, test_frame_free)

/* Turns the main context until the condition holds; aborts after TEST_TIMEOUT_MS. */
#define test_wait_for(condition)                                   \
  G_STMT_START                                                     \
  {                                                                \
    gint64 end = g_get_monotonic_time () + TEST_TIMEOUT_MS * 1000; \
    while (!(condition))                                           \
      {                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, end);         \
        test_turn ();                                              \
      }                                                            \
  }                                                                \
  G_STMT_END
void test_turn (void);

/* --- Devices ------------------------------------------------------------------------------- */

typedef struct
{
  uint8_t account_id[WW_ID_SIZE];
  WwSigningKey *account_key;
  uint8_t account_public[WW_POINT_SIZE];
  GPtrArray *handles; /* of the next record */
  GPtrArray *devices; /* TestDevice* of the next record; borrowed */
  uint64_t sequence;  /* of the last record that was accepted */
  uint8_t hash[WW_HASH_SIZE];
  bool reset;           /* what the next record says */
  const uint8_t *wiped; /* a device that the next record wipes */
} TestAccount;

typedef struct
{
  TestAccount *account;
  uint8_t id[WW_ID_SIZE];
  WwDeviceKeys *keys;
  uint8_t push_address[WW_PUSH_ADDRESS_SIZE];
  GBytes *device; /* serialised DeviceKeys */
  uint8_t signature[WW_SIGNATURE_SIZE];
  uint8_t nonce[WW_NONCE_SIZE];
} TestDevice;

/* StartVerification, the click, and what became of it: a confirmed token. */
void test_verify (TestServer *server, TestLink *link, const char *address, uint8_t token[WW_TOKEN_SIZE]);
void test_start_verification (TestLink *link, const char *handle, uint8_t token[WW_TOKEN_SIZE]);
void test_click (const char *url);

TestDevice *test_device_new (TestAccount *account);
void test_device_free (TestDevice *self);
/* The device signs what it is, with the push address that it was given. */
void test_device_sign (TestDevice *self);
TestAccount *test_account_new (void);
void test_account_free (TestAccount *self);

/* The record after the accepted one, as it stands in handles and devices. */
typedef struct
{
  Waxwing__SignedRecord message;
  uint8_t *record;
  uint8_t signature[WW_SIGNATURE_SIZE];
} TestRecord;
TestRecord *test_account_record (TestAccount *self);
/* It was accepted: the next one follows it. */
void test_account_accept (TestAccount *self, const TestRecord *record);
void test_record_free (TestRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRecord, test_record_free)

/* An account with one device, enrolled with this address. */
TestDevice *test_enroll (TestServer *server, const char *address);
/* Authenticates; the link is the device's. */
TestLink *test_connect (TestServer *server, TestDevice *device);
Waxwing__Frame *test_authenticate (TestServer *server, TestLink *link, TestDevice *device);

/* --- Claims (ww-test-claims.c) ------------------------------------------------------------- */

/* Starts the server again, so much later than the test is. */
void test_later (TestServer *server, gint64 offset_ms);
/* The account's next record, with a token or NULL. The answer must be of this kind; Done counts as accepted. */
Waxwing__Frame *test_publish (TestLink *link, TestAccount *account, const uint8_t *token,
                              Waxwing__Response__BodyCase expected);
bool test_publish_fails (TestLink *link, TestAccount *account, const uint8_t *token, const char *code);
/* As test_publish(), for ResetAccount. */
Waxwing__Frame *test_reset (TestLink *link, TestAccount *account, const uint8_t *token,
                            Waxwing__Response__BodyCase expected);
bool test_reset_fails (TestLink *link, TestAccount *account, const uint8_t *token, const char *code);
/* A new key and a new device for an account of which nobody is at hand; the next record would start it over. */
TestDevice *test_start_over (TestServer *server, TestLink *link, TestAccount *lost, const char *address,
                             uint8_t token[WW_TOKEN_SIZE]);
void test_leave (TestDevice *device); /* frees it and its account */
/* The next Claim event, which must be of this state; its id is left in `id`, which may be NULL. */
Waxwing__Frame *test_expect_claim (TestLink *link, Waxwing__Claim__State state, uint8_t id[WW_ID_SIZE]);
void test_expect_moved (TestLink *link, const char *handle, const TestAccount *to);
void test_refuse_claim (TestLink *link, const uint8_t id[WW_ID_SIZE]);
/* Whether the directory leads from the handle to this account; NULL: to nobody. */
void test_assert_owner (TestLink *link, const char *handle, const TestAccount *owner);

/* --- Messages ------------------------------------------------------------------------------ */

/* A message from one device to all devices of accounts, with a body that nobody will open. */
typedef struct
{
  Waxwing__Send send;
  uint8_t header[WW_HEADER_SIZE];
} TestMessage;

TestMessage *test_message_new (TestDevice *sender, const uint8_t id[WW_ID_SIZE], const void *body, size_t len,
                               ...) G_GNUC_NULL_TERMINATED; /* TestAccount* … */
void test_message_free (TestMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMessage, test_message_free)
void test_id (uint8_t id[WW_ID_SIZE], uint64_t number);

/* Sends and expects success; returns whether it was a duplicate. */
bool test_send (TestLink *link, TestMessage *message);
/* Sends a text to all devices of one account. */
void test_send_text (TestLink *link, TestDevice *sender, TestAccount *recipient, uint64_t number, const char *text);
/* The next delivery must hold this text; returns its sequence. */
uint64_t test_expect_text (TestLink *link, const char *text);
void test_acknowledge (TestLink *link, uint64_t sequence);
