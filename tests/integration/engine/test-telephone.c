/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-house.h"

#include "ww-error-codes.h"
#include "ww-limits.h"

/* Numbers, against the real server: codes in messages to telephones, and messages from them. */
#define ALICE   "mailto:alice@example.org"
#define PHONE   "tel:+4915123456789"
#define INBOUND "[sms]\ninbound-number=+4930901820\ninbound-secret-file=@DIRECTORY@/secret\n"

static void
test_code (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *client = ww_house_open (house, "alice");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = ww_house_begin (house, client, PHONE, WW_ENROLMENT_ACCEPT_COST);
  g_autofree char *code = NULL;
  const char *wrong;

  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  g_assert_true (g_strv_contains (ww_enrolment_get_verifies (enrolment), "tel"));
  code = ww_house_read_code (house);
  wrong = g_str_equal (code, "000000") ? "000001" : "000000";
  ww_house_await_code (ww_enrolment_submit_code (enrolment, wrong), WW_CODE_WRONG_CODE);
  ww_house_await (ww_enrolment_submit_code (enrolment, code));
  ww_house_await (done);
  ww_house_assert_handles (client, PHONE);
  ww_house_close (client);
  ww_house_free (house);
}

static void
test_wrong_codes (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *client = ww_house_open (house, "alice");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = ww_house_begin (house, client, PHONE, WW_ENROLMENT_ACCEPT_COST);
  g_autofree char *code = NULL;
  const char *wrong;

  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  code = ww_house_read_code (house);
  wrong = g_str_equal (code, "000000") ? "000001" : "000000";
  for (guint i = 1; i < WW_CODE_TRIES; i++)
    ww_house_await_code (ww_enrolment_submit_code (enrolment, wrong), WW_CODE_WRONG_CODE);
  ww_house_await_code (ww_enrolment_submit_code (enrolment, wrong), WW_CODE_TOO_MANY_TRIES);
  ww_house_await_code (done, WW_CODE_TOO_MANY_TRIES);
  ww_house_close (client);
  ww_house_free (house);
}

static void
test_inbound (void)
{
  WwHouse *house = ww_house_new_configured (INBOUND);
  WwClient *client = ww_house_open (house, "alice");
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = ww_house_begin (house, client, PHONE, WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND);
  g_autofree char *text = NULL;

  ww_house_wait_state (enrolment, WW_ENROLMENT_STATE_CONFIRMING);
  text = g_strdup (ww_enrolment_get_send_text (enrolment));
  g_assert_cmpstr (ww_enrolment_get_send_to (enrolment), ==, "+4930901820");
  g_assert_nonnull (text);
  /* From elsewhere, and from nowhere. */
  ww_house_receive_message (house, WW_HOUSE_SECRET, "+4915123456780", text);
  g_assert_cmpuint (ww_house_receive_message (house, "another secret", "+4915123456789", text), >=, 400);
  ww_house_spin (200);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_CONFIRMING);
  /* The server was asked how it stands meanwhile, and doesn't know any more what is to be sent. */
  g_assert_cmpstr (ww_enrolment_get_send_text (enrolment), ==, text);
  ww_house_receive_message (house, WW_HOUSE_SECRET, "+4915123456789", text);
  ww_house_await (done);
  ww_house_assert_handles (client, PHONE);
  ww_house_close (client);
  ww_house_free (house);
}

static void
test_add_number (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *client = ww_house_enrol (house, "alice", NULL, ALICE);
  g_autoptr (WwHandleAddition) begun = NULL, addition = NULL;
  g_autofree char *code = NULL;

  begun = ww_house_await_object (ww_client_add_handle (client, "+49 1512 3456789", WW_ENROLMENT_ACCEPT_COST));
  code = ww_house_read_code (house);
  /* Typed in another run of the program. */
  ww_house_close (client);
  client = ww_house_open (house, "alice");
  ww_house_await (ww_client_wait_drained (client, 10000));
  addition = g_list_model_get_item (ww_client_get_additions (client), 0);
  ww_house_await (ww_handle_addition_submit_code (addition, code));
  ww_house_await (ww_handle_addition_wait (addition, -1));
  ww_house_assert_handles (client, ALICE " " PHONE);
  ww_house_close (client);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/telephone/code", test_code);
  g_test_add_func ("/telephone/wrong-codes", test_wrong_codes);
  g_test_add_func ("/telephone/inbound", test_inbound);
  g_test_add_func ("/telephone/add", test_add_number);
  return g_test_run ();
}
