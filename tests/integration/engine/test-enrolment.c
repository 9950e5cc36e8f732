/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-house.h"
#include "ww-stand-in.h"

#include <signal.h>
#include <sys/wait.h>

#include "ww-error-codes.h"
#include "ww-limits.h"

/*
 * Enrolling by telephone, starting over, adding addresses and numbers, against a server that does what the moment needs:
 * answers that are lost, time that passes, programs that are killed at each step.
 */
#define MAIL   "mailto:ada@example.org"
#define SECOND "mailto:ada@example.net"
#define PHONE  "tel:+4915123456789"
#define DAY_MS (24LL * 60 * 60 * 1000)

typedef struct
{
  char *directory;
  WwStandIn *server;
} Place;

static Place *
place_new (void)
{
  Place *self = g_new0 (Place, 1);

  self->directory = g_dir_make_tmp ("waxwing-enrolment-XXXXXX", NULL);
  self->server = ww_stand_in_new ();
  return self;
}

static void
place_free (Place *self)
{
  ww_stand_in_free (self->server);
  ww_house_remove_tree (self->directory);
  g_free (self->directory);
  g_free (self);
}

static WwClient *
open_client (Place *self, const char *profile)
{
  g_autofree char *path = g_build_filename (self->directory, profile, NULL);
  WwClient *client = ww_client_new (path);

  ww_house_await (ww_client_open (client, WW_CLIENT_OPEN_DEFAULT));
  return client;
}

static DexFuture *
begin (Place *self, WwClient *client, const char *handle, WwEnrolmentFlags flags)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (client);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, ww_stand_in_get_url (self->server))));
  return ww_enrolment_start (enrolment, handle, "Ada", "A device", flags);
}

static void
await_code (DexFuture *future, const char *code)
{
  g_autoptr (GError) error = ww_house_await_error (future);

  g_assert_cmpstr (ww_error_get_code (error), ==, code);
  g_test_message ("%s: %s", code, error->message);
  g_assert_cmpstr (error->message, !=, "The stand-in refuses.");
}

/* Enrolled with `handle`, which the server confirms at once. */
static WwClient *
enrol (Place *self, const char *profile, const char *handle)
{
  WwClient *client = open_client (self, profile);
  DexFuture *done = begin (self, client, handle, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND);

  ww_house_wait_state (ww_client_get_enrolment (client), WW_ENROLMENT_STATE_CONFIRMING);
  ww_stand_in_confirm (self->server, handle);
  ww_house_await (done);
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_READY);
  ww_house_await (ww_client_wait_drained (client, 10000));
  return client;
}

/* --- Telephone ------------------------------------------------------------------------------ */

static void
test_code (void)
{
  Place *place = place_new ();
  WwClient *client = open_client (place, "ada");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done;

  await_code (begin (place, client, "+49 1512 3456789", WW_ENROLMENT_DEFAULT), "cost-not-accepted");
  await_code (begin (place, client, "+49 1512", WW_ENROLMENT_ACCEPT_COST), "invalid-argument");
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_IDLE);
  done = begin (place, client, "+49 1512 3456789", WW_ENROLMENT_ACCEPT_COST);
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  g_assert_cmpstr (ww_enrolment_get_handle (enrolment), ==, PHONE);
  g_assert_cmpint (ww_enrolment_get_proof (enrolment), ==, WW_PROOF_CODE);
  g_assert_cmpuint (ww_enrolment_get_tries_left (enrolment), ==, WW_CODE_TRIES);
  await_code (ww_enrolment_submit_code (enrolment, ""), "invalid-argument");
  await_code (ww_enrolment_submit_code (enrolment, "000 000"), WW_CODE_WRONG_CODE);
  ww_house_await (ww_enrolment_resend (enrolment));
  g_assert_cmpuint (ww_enrolment_get_tries_left (enrolment), ==, WW_CODE_TRIES - 1);
  ww_house_await (ww_enrolment_submit_code (enrolment, " 123-456 "));
  ww_house_await (done);
  ww_house_assert_handles (client, PHONE);
  ww_house_close (client);
  place_free (place);
}

static void
test_wrong_codes (void)
{
  Place *place = place_new ();
  WwClient *client = open_client (place, "ada");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = begin (place, client, PHONE, WW_ENROLMENT_ACCEPT_COST);

  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  for (guint i = 0; i < WW_CODE_TRIES - 1; i++)
    await_code (ww_enrolment_submit_code (enrolment, "000000"), WW_CODE_WRONG_CODE);
  await_code (ww_enrolment_submit_code (enrolment, "000000"), WW_CODE_TOO_MANY_TRIES);
  await_code (done, WW_CODE_TOO_MANY_TRIES);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_FAILED);
  await_code (ww_enrolment_submit_code (enrolment, WW_STAND_IN_CODE), "invalid-argument");
  g_assert_cmpuint (ww_stand_in_get_sequence (place->server, PHONE), ==, 0);
  ww_house_close (client);
  place_free (place);
}

static void
test_inbound (void)
{
  Place *place = place_new ();
  WwClient *client = open_client (place, "ada");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = begin (place, client, PHONE, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND);

  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  g_assert_cmpint (ww_enrolment_get_proof (enrolment), ==, WW_PROOF_INBOUND);
  g_assert_cmpstr (ww_enrolment_get_send_to (enrolment), ==, WW_STAND_IN_SEND_TO);
  g_assert_cmpstr (ww_enrolment_get_send_text (enrolment), ==, "WAX AB12CD");
  await_code (ww_enrolment_submit_code (enrolment, WW_STAND_IN_CODE), "invalid-argument");
  ww_stand_in_confirm (place->server, PHONE);
  ww_house_await (done);
  ww_house_assert_handles (client, PHONE);
  ww_house_close (client);
  place_free (place);
}

/* What the server cannot do is said before anything is sent; an old server, which says nothing, is asked. */
static void
test_unsupported (void)
{
  static const char *const mail_only[] = { "mailto", NULL };
  static const char *const no_inbound[] = { "mailto", "tel", NULL };
  static const char *const nothing[] = { NULL };
  Place *place = place_new ();
  WwClient *client = open_client (place, "ada");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);

  ww_stand_in_set_verifies (place->server, mail_only);
  await_code (begin (place, client, PHONE, WW_ENROLMENT_ACCEPT_COST), WW_CODE_HANDLE_UNSUPPORTED);
  g_assert_cmpstr (ww_enrolment_get_verifies (enrolment)[0], ==, "mailto");
  g_assert_null (ww_enrolment_get_verifies (enrolment)[1]);
  ww_stand_in_set_verifies (place->server, no_inbound);
  await_code (begin (place, client, PHONE, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND),
              WW_CODE_HANDLE_UNSUPPORTED);
  /* Hello is asked too. */
  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, ww_stand_in_get_url (place->server))));
  ww_stand_in_set_verifies (place->server, mail_only);
  await_code (ww_enrolment_start (enrolment, PHONE, "", "A device", WW_ENROLMENT_ACCEPT_COST),
              WW_CODE_HANDLE_UNSUPPORTED);
  g_assert_cmpuint (ww_stand_in_count (place->server, WAXWING__REQUEST__BODY_START_VERIFICATION), ==, 0);
  ww_stand_in_set_verifies (place->server, nothing);
  dex_future_disown (begin (place, client, PHONE, WW_ENROLMENT_ACCEPT_COST));
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  ww_house_close (client);
  place_free (place);
}

/* --- Starting over -------------------------------------------------------------------------- */

/* An account that nobody's device is at hand of, with a few records, and a second device that waits for it. */
static WwClient *
begin_again (Place *place, DexFuture **done)
{
  WwClient *lost = enrol (place, "lost", MAIL);
  WwClient *client;

  ww_house_await (ww_client_rename_device (lost, ww_client_get_device_id (lost), "Old"));
  ww_house_await (ww_client_rename_device (lost, ww_client_get_device_id (lost), "Older"));
  ww_house_await (ww_client_rename_device (lost, ww_client_get_device_id (lost), "Oldest"));
  g_assert_cmpuint (ww_stand_in_get_sequence (place->server, MAIL), ==, 4);
  ww_house_close (lost);
  client = open_client (place, "new");
  *done = begin (place, client, MAIL, WW_ENROLMENT_DEFAULT);
  ww_house_wait_state (ww_client_get_enrolment (client), WW_ENROLMENT_STATE_CONFIRMING);
  ww_stand_in_confirm (place->server, MAIL);
  ww_house_wait_state (ww_client_get_enrolment (client), WW_ENROLMENT_STATE_APPROVING);
  return client;
}

static void
assert_started_over (WwClient *client, guint64 sequence)
{
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_READY);
  g_assert_cmpint (ww_enrolment_get_state (ww_client_get_enrolment (client)), ==, WW_ENROLMENT_STATE_DONE);
  g_assert_cmpuint (ww_client_get_record_sequence (client), ==, sequence);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (client)), ==, 1);
  ww_house_assert_handles (client, MAIL);
  ww_house_await (ww_client_wait_drained (client, 10000));
}

static void
test_start_over_at_once (void)
{
  Place *place = place_new ();
  DexFuture *done;
  WwClient *client = begin_again (place, &done);

  ww_stand_in_lose_answer (place->server, WAXWING__REQUEST__BODY_RESET_ACCOUNT);
  ww_house_await (ww_enrolment_start_over (ww_client_get_enrolment (client)));
  ww_house_await (done);
  assert_started_over (client, 5);
  g_assert_cmpuint (ww_stand_in_count (place->server, WAXWING__REQUEST__BODY_CANCEL_JOIN), ==, 0);
  ww_house_close (client);
  client = open_client (place, "new");
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_READY);
  ww_house_close (client);
  place_free (place);
}

static void
test_start_over_held (void)
{
  Place *place = place_new ();
  DexFuture *done;
  WwClient *client, *lost;
  WwEnrolment *enrolment;
  gint64 until;

  ww_stand_in_set_hold (place->server, DAY_MS);
  client = begin_again (place, &done);
  enrolment = ww_client_get_enrolment (client);
  ww_house_await (ww_enrolment_start_over (enrolment));
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_HELD);
  until = ww_enrolment_get_held_until_ms (enrolment);
  g_assert_cmpint (until, >, g_get_real_time () / 1000 + DAY_MS - 60000);
  await_code (ww_enrolment_start (enrolment, MAIL, "", "Another", WW_ENROLMENT_DEFAULT), "invalid-argument");
  ww_house_close (client);
  await_code (done, "cancelled");

  /* The program is closed, and the account's old device comes back and publishes. */
  lost = open_client (place, "lost");
  ww_house_await (ww_client_wait_drained (lost, 10000));
  ww_house_await (ww_client_rename_device (lost, ww_client_get_device_id (lost), "Back"));
  ww_house_close (lost);

  client = open_client (place, "new");
  enrolment = ww_client_get_enrolment (client);
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_NOT_ENROLLED);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_HELD);
  g_assert_cmpint (ww_enrolment_get_held_until_ms (enrolment), ==, until);
  g_assert_cmpstr (ww_enrolment_get_handle (enrolment), ==, MAIL);
  ww_stand_in_pass_time (place->server, DAY_MS);
  ww_house_wait_state (client, WW_CLIENT_STATE_READY);
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_DONE);
  assert_started_over (client, 6);
  ww_house_close (client);
  place_free (place);
}

/* Due by the server's clock, with the connection up all the time. */
static void
test_start_over_due (void)
{
  Place *place = place_new ();
  DexFuture *done;
  WwClient *client;

  ww_stand_in_set_hold (place->server, 1500);
  client = begin_again (place, &done);
  ww_house_await (ww_enrolment_start_over (ww_client_get_enrolment (client)));
  g_assert_cmpint (ww_enrolment_get_state (ww_client_get_enrolment (client)), ==, WW_ENROLMENT_STATE_HELD);
  ww_house_await (done);
  assert_started_over (client, 5);
  /* Held, then done: nobody asked in between, and the whole chain was known before. */
  g_assert_cmpuint (ww_stand_in_count (place->server, WAXWING__REQUEST__BODY_RESET_ACCOUNT), ==, 2);
  ww_house_close (client);
  place_free (place);
}

static void
assert_forgotten (Place *place, const char *profile)
{
  g_autofree char *path = g_build_filename (place->directory, profile, NULL);
  g_autoptr (WwProfile) lock = NULL;
  g_autoptr (WwKeyring) keyring = NULL;
  g_autoptr (GError) error = NULL;

  lock = ww_house_await_object (ww_profile_open (path));
  g_assert_false (ww_profile_has_store (lock));
  keyring = ww_keyring_new (ww_profile_get_id (lock));
  error = ww_house_await_error (ww_keyring_load_identity (keyring));
  g_assert_error (error, WW_ERROR, WW_ERROR_KEYS_MISSING);
  ww_profile_close (lock);
}

static void
test_start_over_refused (void)
{
  Place *place = place_new ();
  DexFuture *done;
  WwClient *client;
  WwEnrolment *enrolment;

  ww_stand_in_set_hold (place->server, DAY_MS);
  client = begin_again (place, &done);
  enrolment = ww_client_get_enrolment (client);
  ww_house_await (ww_enrolment_start_over (enrolment));
  ww_stand_in_set_refuse (place->server, TRUE);
  ww_stand_in_drop (place->server);
  await_code (done, WW_CODE_CLAIM_REFUSED);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_FAILED);
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_NOT_ENROLLED);
  g_assert_cmpuint (ww_stand_in_get_sequence (place->server, MAIL), ==, 4);
  ww_house_close (client);
  assert_forgotten (place, "new");
  place_free (place);
}

/* Nothing stays behind; and what comes at once after it does not meet what is being forgotten. */
static void
test_start_over_cancelled (void)
{
  Place *place = place_new ();
  DexFuture *done, *again;
  WwClient *client;
  WwEnrolment *enrolment;

  ww_stand_in_set_hold (place->server, DAY_MS);
  client = begin_again (place, &done);
  enrolment = ww_client_get_enrolment (client);
  ww_house_await (ww_enrolment_start_over (enrolment));
  ww_enrolment_cancel (enrolment);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_IDLE);
  g_assert_cmpint (ww_enrolment_get_held_until_ms (enrolment), ==, 0);
  ww_house_close (client);
  await_code (done, "cancelled");
  assert_forgotten (place, "new");

  client = open_client (place, "new");
  enrolment = ww_client_get_enrolment (client);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_IDLE);
  done = begin (place, client, MAIL, WW_ENROLMENT_DEFAULT);
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  ww_stand_in_confirm (place->server, MAIL);
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_APPROVING);
  ww_house_await (ww_enrolment_start_over (enrolment));
  ww_enrolment_cancel (enrolment);
  again = begin (place, client, SECOND, WW_ENROLMENT_DEFAULT);
  await_code (done, "cancelled");
  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  ww_stand_in_confirm (place->server, SECOND);
  ww_house_await (again);
  ww_house_assert_handles (client, SECOND);
  ww_house_close (client);
  place_free (place);
}

/* --- Additions ------------------------------------------------------------------------------ */

static WwHandleAddition *
add (WwClient *client, const char *handle, WwEnrolmentFlags flags)
{
  return ww_house_await_object (ww_client_add_handle (client, handle, flags));
}

static WwHandleAddition *
get_addition (WwClient *client)
{
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_additions (client)), ==, 1);
  return g_list_model_get_item (ww_client_get_additions (client), 0);
}

static void
assert_no_additions (WwClient *client)
{
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_additions (client)), ==, 0);
}

static void
test_add (void)
{
  Place *place = place_new ();
  WwClient *client = enrol (place, "ada", MAIL);
  g_autoptr (WwHandleAddition) mail = NULL, phone = NULL, same = NULL;

  g_assert_cmpstr (ww_client_get_verifies (client)[1], ==, "tel");
  await_code (ww_client_add_handle (client, MAIL, WW_ENROLMENT_DEFAULT), "invalid-argument");
  await_code (ww_client_add_handle (client, "nobody", WW_ENROLMENT_DEFAULT), "invalid-argument");
  await_code (ww_client_add_handle (client, PHONE, WW_ENROLMENT_DEFAULT), "cost-not-accepted");
  mail = add (client, "Ada@Example.NET", WW_ENROLMENT_DEFAULT);
  phone = add (client, PHONE, WW_ENROLMENT_ACCEPT_COST);
  g_assert_cmpstr (ww_handle_addition_get_handle (mail), ==, SECOND);
  g_assert_cmpint (ww_handle_addition_get_proof (mail), ==, WW_PROOF_LINK);
  g_assert_cmpint (ww_handle_addition_get_proof (phone), ==, WW_PROOF_CODE);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_additions (client)), ==, 2);
  same = add (client, SECOND, WW_ENROLMENT_DEFAULT);
  g_assert_true (same == mail);
  await_code (ww_handle_addition_submit_code (phone, "000000"), WW_CODE_WRONG_CODE);
  await_code (ww_handle_addition_submit_code (mail, "000000"), "invalid-argument");
  await_code (ww_handle_addition_wait (phone, 10), "timed-out");
  ww_house_await (ww_handle_addition_submit_code (phone, WW_STAND_IN_CODE));
  ww_house_await (ww_handle_addition_wait (phone, -1));
  ww_stand_in_lose_answer (place->server, WAXWING__REQUEST__BODY_PUBLISH_RECORD);
  ww_stand_in_confirm (place->server, SECOND);
  ww_house_await (ww_handle_addition_wait (mail, -1));
  ww_house_assert_handles (client, MAIL " " PHONE " " SECOND);
  assert_no_additions (client);
  g_assert_cmpuint (ww_client_get_record_sequence (client), ==, 3);
  ww_house_close (client);
  client = open_client (place, "ada");
  assert_no_additions (client);
  ww_house_close (client);
  place_free (place);
}

/* Begun in one run of the program, confirmed while it is closed, done in the next. */
static void
test_add_later (void)
{
  Place *place = place_new ();
  WwClient *client = enrol (place, "ada", MAIL);
  g_autoptr (WwHandleAddition) addition = add (client, PHONE, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND);
  g_autoptr (WwHandleAddition) later = NULL;

  ww_house_close (client);
  await_code (ww_handle_addition_wait (addition, -1), "cancelled");
  ww_stand_in_confirm (place->server, PHONE);
  client = open_client (place, "ada");
  later = get_addition (client);
  g_assert_cmpint (ww_handle_addition_get_proof (later), ==, WW_PROOF_INBOUND);
  g_assert_cmpstr (ww_handle_addition_get_send_to (later), ==, WW_STAND_IN_SEND_TO);
  ww_house_await (ww_handle_addition_wait (later, -1));
  ww_house_assert_handles (client, MAIL " " PHONE);
  ww_house_close (client);
  place_free (place);
}

/* It fails for good, is seen until the person has seen it, also in the next run, and can be begun anew. */
static void
test_add_fails (void)
{
  Place *place = place_new ();
  WwClient *client = enrol (place, "ada", MAIL);
  g_autoptr (WwHandleAddition) addition = add (client, PHONE, WW_ENROLMENT_ACCEPT_COST);
  g_autoptr (WwHandleAddition) later = NULL, again = NULL;

  for (guint i = 0; i < WW_CODE_TRIES - 1; i++)
    await_code (ww_handle_addition_submit_code (addition, "000000"), WW_CODE_WRONG_CODE);
  await_code (ww_handle_addition_submit_code (addition, "000000"), WW_CODE_TOO_MANY_TRIES);
  await_code (ww_handle_addition_wait (addition, -1), WW_CODE_TOO_MANY_TRIES);
  ww_house_close (client);
  client = open_client (place, "ada");
  ww_house_await (ww_client_wait_drained (client, 10000));
  later = get_addition (client);
  g_assert_cmpint (ww_handle_addition_get_state (later), ==, WW_HANDLE_ADDITION_STATE_FAILED);
  g_assert_cmpstr (ww_error_get_code (ww_handle_addition_get_error (later)), ==, WW_CODE_TOO_MANY_TRIES);
  await_code (ww_handle_addition_wait (later, -1), WW_CODE_TOO_MANY_TRIES);
  again = add (client, PHONE, WW_ENROLMENT_ACCEPT_COST);
  g_assert_true (again != later);
  g_assert_cmpint (ww_handle_addition_get_state (again), ==, WW_HANDLE_ADDITION_STATE_CONFIRMING);
  ww_house_await (ww_handle_addition_cancel (again));
  await_code (ww_handle_addition_wait (again, -1), "cancelled");
  assert_no_additions (client);
  ww_house_close (client);
  client = open_client (place, "ada");
  assert_no_additions (client);
  ww_house_close (client);
  place_free (place);
}

/* Another account has it: held over a restart, then moved. */
static void
test_add_held (void)
{
  Place *place = place_new ();
  WwClient *bob = enrol (place, "bob", SECOND);
  WwClient *client = enrol (place, "ada", MAIL);
  g_autoptr (WwHandleAddition) addition = NULL, later = NULL;
  gint64 until;

  ww_stand_in_set_hold (place->server, DAY_MS);
  addition = add (client, SECOND, WW_ENROLMENT_DEFAULT);
  ww_stand_in_confirm (place->server, SECOND);
  ww_house_wait_state (addition, WW_HANDLE_ADDITION_STATE_HELD);
  until = ww_handle_addition_get_held_until_ms (addition);
  g_assert_cmpint (until, >, g_get_real_time () / 1000 + DAY_MS - 60000);
  ww_house_close (client);
  client = open_client (place, "ada");
  later = get_addition (client);
  g_assert_cmpint (ww_handle_addition_get_state (later), ==, WW_HANDLE_ADDITION_STATE_HELD);
  g_assert_cmpint (ww_handle_addition_get_held_until_ms (later), ==, until);
  ww_house_await (ww_client_wait_drained (client, 10000));
  ww_stand_in_pass_time (place->server, DAY_MS);
  ww_house_await (ww_handle_addition_wait (later, -1));
  ww_house_assert_handles (client, MAIL " " SECOND);
  ww_house_close (client);
  ww_house_close (bob);
  place_free (place);
}

static void
test_add_refused (void)
{
  Place *place = place_new ();
  WwClient *bob = enrol (place, "bob", SECOND);
  WwClient *client = enrol (place, "ada", MAIL);
  g_autoptr (WwHandleAddition) addition = NULL;

  ww_stand_in_set_hold (place->server, 1200);
  addition = add (client, SECOND, WW_ENROLMENT_DEFAULT);
  ww_stand_in_confirm (place->server, SECOND);
  ww_house_wait_state (addition, WW_HANDLE_ADDITION_STATE_HELD);
  ww_stand_in_set_refuse (place->server, TRUE);
  await_code (ww_handle_addition_wait (addition, -1), WW_CODE_CLAIM_REFUSED);
  ww_house_assert_handles (client, MAIL);
  ww_house_close (client);
  ww_house_close (bob);
  place_free (place);
}

/* --- Killed at each step ---------------------------------------------------------------------- */

#define CHILD "--child"

static const char *program;

/* The child's part: enrols, or starts over, until it is killed. */
static int
run_child (char **argv)
{
  WwClient *client = ww_client_new (argv[2]);
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done;

  ww_house_await (ww_client_open (client, WW_CLIENT_OPEN_DEFAULT));
  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, argv[3])));
  done = ww_enrolment_start (enrolment, MAIL, "Ada", "A device", WW_ENROLMENT_DEFAULT);
  if (g_str_equal (argv[4], "reset"))
    {
      ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_APPROVING);
      ww_house_await (ww_enrolment_start_over (enrolment));
    }
  ww_house_await (done);
  return 1;
}

static void
exited_cb (GPid pid, int status, gpointer data)
{
  *(int *) data = status;
  g_spawn_close_pid (pid);
}

static gboolean
is_asked (gpointer data)
{
  return ww_stand_in_is_waiting (data, MAIL);
}

static gboolean
has_exited (gpointer data)
{
  return *(int *) data >= 0;
}

static void
kill_child (Place *place, const char *what, const char *point)
{
  g_autofree char *path = g_build_filename (place->directory, "new", NULL);
  const char *argv[] = { program, CHILD, path, ww_stand_in_get_url (place->server), what, NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "WAXWING_TEST_CRASH", point, TRUE);
  g_autoptr (GError) error = NULL;
  int status = -1;
  GPid pid;

  g_spawn_async (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  g_child_watch_add (pid, exited_cb, &status);
  ww_house_wait (is_asked, place->server, "the child's verification");
  ww_stand_in_confirm (place->server, MAIL);
  ww_house_wait (has_exited, &status, "the child's end");
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

/* What the person does when the program is opened after that: nothing, if it goes on by itself; else the same again. */
static void
go_on (Place *place, const char *what, gboolean by_itself, guint64 sequence)
{
  WwClient *client = open_client (place, "new");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  gboolean goes_on = ww_client_get_state (client) == WW_CLIENT_STATE_READY ||
                     ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_HELD;

  g_assert_true (goes_on == by_itself);
  if (!goes_on)
    {
      DexFuture *done = begin (place, client, MAIL, WW_ENROLMENT_DEFAULT);

      ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
      ww_stand_in_confirm (place->server, MAIL);
      if (g_str_equal (what, "reset"))
        {
          ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_APPROVING);
          ww_house_await (ww_enrolment_start_over (enrolment));
        }
      ww_house_await (done);
    }
  ww_house_wait_state (client, WW_CLIENT_STATE_READY);
  ww_house_assert_handles (client, MAIL);
  ww_house_await (ww_client_wait_drained (client, 10000));
  g_assert_cmpuint (ww_client_get_record_sequence (client), ==, sequence);
  g_assert_cmpuint (ww_stand_in_get_sequence (place->server, MAIL), ==, sequence);
  ww_house_close (client);
}

static void
test_killed (void)
{
  static const struct
  {
    const char *what;
    const char *point;
    gint64 hold_ms;
    gboolean by_itself;
  } cases[] = {
    { "create", "cleared", 0, FALSE },  { "create", "keyring", 0, FALSE },  { "create", "stored", 0, FALSE },
    { "create", "asked", 0, FALSE },    { "create", "answered", 0, FALSE }, { "create", "enrolled", 0, TRUE },
    { "reset", "cleared", 0, FALSE },   { "reset", "keyring", 0, FALSE },   { "reset", "stored", 0, TRUE },
    { "reset", "asked", 0, TRUE },      { "reset", "answered", 0, TRUE },   { "reset", "enrolled", 0, TRUE },
    { "reset", "asked", DAY_MS, TRUE }, { "reset", "held", DAY_MS, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Place *place = place_new ();
      gboolean resets = g_str_equal (cases[i].what, "reset");

      g_test_message ("%s, killed at “%s”%s", cases[i].what, cases[i].point, cases[i].hold_ms > 0 ? ", held" : "");
      if (resets)
        ww_house_close (enrol (place, "lost", MAIL));
      ww_stand_in_set_hold (place->server, cases[i].hold_ms);
      kill_child (place, cases[i].what, cases[i].point);
      ww_stand_in_pass_time (place->server, cases[i].hold_ms);
      go_on (place, cases[i].what, cases[i].by_itself, resets ? 2 : 1);
      place_free (place);
    }
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  if (argc == 5 && g_str_equal (argv[1], CHILD))
    return run_child (argv);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enrolment/code", test_code);
  g_test_add_func ("/enrolment/wrong-codes", test_wrong_codes);
  g_test_add_func ("/enrolment/inbound", test_inbound);
  g_test_add_func ("/enrolment/unsupported", test_unsupported);
  g_test_add_func ("/enrolment/start-over/at-once", test_start_over_at_once);
  g_test_add_func ("/enrolment/start-over/held", test_start_over_held);
  g_test_add_func ("/enrolment/start-over/due", test_start_over_due);
  g_test_add_func ("/enrolment/start-over/refused", test_start_over_refused);
  g_test_add_func ("/enrolment/start-over/cancelled", test_start_over_cancelled);
  g_test_add_func ("/enrolment/add", test_add);
  g_test_add_func ("/enrolment/add/later", test_add_later);
  g_test_add_func ("/enrolment/add/fails", test_add_fails);
  g_test_add_func ("/enrolment/add/held", test_add_held);
  g_test_add_func ("/enrolment/add/refused", test_add_refused);
  g_test_add_func ("/enrolment/killed", test_killed);
  return g_test_run ();
}
