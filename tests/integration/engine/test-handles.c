/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-house.h"

#include "ww-error-codes.h"

/*
 * Addresses that come, move and are refused, and what becomes of an account that is started over, against the real server,
 * whose clock the holds pass with.
 */
#define ALICE  "mailto:alice@example.org"
#define SECOND "mailto:alice@example.net"
#define BOB    "mailto:bob@example.org"
#define DAY_MS (24LL * 60 * 60 * 1000)

typedef struct
{
  WwClient *client;
  WwAlertKind kind;
  const char *handle; /* nullable */
  WwAlert *found;     /* transfer none */
} AlertWait;

static gboolean
has_alert (gpointer data)
{
  AlertWait *wait = data;
  GListModel *alerts = ww_client_get_alerts (wait->client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_kind (alert) == wait->kind &&
          (wait->handle == NULL || g_strcmp0 (ww_alert_get_handle (alert), wait->handle) == 0))
        wait->found = alert;
    }
  return wait->found != NULL;
}

static WwAlert *
wait_alert (WwClient *client, WwAlertKind kind, const char *handle)
{
  AlertWait wait = { client, kind, handle, NULL };

  ww_house_wait (has_alert, &wait, ww_alert_kind_to_string (kind));
  return wait.found;
}

/* --- Addresses ------------------------------------------------------------------------------ */

/* Begun on one device, seen on the other, also on one that was closed. */
static void
test_add_address (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autoptr (WwHandleAddition) addition = NULL, other = NULL;

  addition = ww_house_await_object (ww_client_add_handle (laptop, SECOND, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_await (ww_handle_addition_wait (addition, -1));
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_ADDED, SECOND);
  ww_house_assert_handles (desktop, ALICE " " SECOND);

  ww_house_close (desktop);
  other = ww_house_await_object (ww_client_add_handle (laptop, BOB, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_await (ww_handle_addition_wait (other, -1));
  desktop = ww_house_open (house, "desktop");
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_ADDED, BOB);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Both devices add the same address: whoever is second finds it done. */
static void
test_add_twice (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autoptr (WwHandleAddition) first = NULL, second = NULL;

  first = ww_house_await_object (ww_client_add_handle (laptop, SECOND, WW_ENROLMENT_DEFAULT));
  second = ww_house_await_object (ww_client_add_handle (desktop, SECOND, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_await (ww_handle_addition_wait (first, -1));
  ww_house_await (ww_handle_addition_wait (second, -1));
  ww_house_assert_handles (desktop, ALICE " " SECOND);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_additions (desktop)), ==, 0);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Bob's second address goes to Alice: he is alerted, the day passes, it moves. */
static void
test_move_address (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  WwClient *alice;
  g_autoptr (WwHandleAddition) addition = NULL, moving = NULL;

  addition = ww_house_await_object (ww_client_add_handle (bob, SECOND, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_await (ww_handle_addition_wait (addition, -1));
  alice = ww_house_enrol (house, "alice", NULL, ALICE);
  moving = ww_house_await_object (ww_client_add_handle (alice, SECOND, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_wait_state (moving, WW_HANDLE_ADDITION_STATE_HELD);
  g_assert_true (ww_alert_get_can_refuse (wait_alert (bob, WW_ALERT_KIND_HANDLE_CLAIMED, SECOND)));
  ww_house_restart_at (house, DAY_MS + 60000);
  ww_house_await (ww_handle_addition_wait (moving, -1));
  ww_house_assert_handles (alice, ALICE " " SECOND);
  wait_alert (bob, WW_ALERT_KIND_HANDLE_MOVED, SECOND);
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

static void
test_move_refused (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  g_autoptr (WwHandleAddition) moving = NULL;

  moving = ww_house_await_object (ww_client_add_handle (alice, BOB, WW_ENROLMENT_DEFAULT));
  ww_house_confirm (house);
  ww_house_wait_state (moving, WW_HANDLE_ADDITION_STATE_HELD);
  ww_house_await (ww_client_refuse_claim (bob, wait_alert (bob, WW_ALERT_KIND_HANDLE_CLAIMED, BOB)));
  /* Alice hears of it at her next connection. */
  ww_house_restart (house);
  ww_house_await_code (ww_handle_addition_wait (moving, -1), WW_CODE_CLAIM_REFUSED);
  ww_house_assert_handles (alice, ALICE);
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

/* --- Starting over -------------------------------------------------------------------------- */

static WwClient *
begin_again (WwHouse *house, DexFuture **done)
{
  WwClient *client = ww_house_open (house, "new");

  *done = ww_house_begin (house, client, ALICE, WW_ENROLMENT_DEFAULT);
  ww_house_confirm (house);
  ww_house_wait_state (ww_client_get_enrolment (client), WW_ENROLMENT_STATE_APPROVING);
  return client;
}

static void
test_start_over_at_once (void)
{
  WwHouse *house = ww_house_new_holding (0);
  WwClient *old = ww_house_enrol (house, "old", NULL, ALICE);
  DexFuture *done;
  WwClient *client = begin_again (house, &done);

  ww_house_await (ww_enrolment_start_over (ww_client_get_enrolment (client)));
  ww_house_await (done);
  g_assert_cmpuint (ww_client_get_record_sequence (client), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (client)), ==, 1);
  ww_house_wait_state (old, WW_CLIENT_STATE_REMOVED);
  wait_alert (old, WW_ALERT_KIND_RESET, NULL);
  ww_house_close (client);
  ww_house_close (old);
  ww_house_free (house);
}

static void
test_start_over_held (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *old = ww_house_enrol (house, "old", NULL, ALICE);
  DexFuture *done;
  WwClient *client = begin_again (house, &done);

  ww_house_await (ww_enrolment_start_over (ww_client_get_enrolment (client)));
  g_assert_cmpint (ww_enrolment_get_state (ww_client_get_enrolment (client)), ==, WW_ENROLMENT_STATE_HELD);
  wait_alert (old, WW_ALERT_KIND_RESET_CLAIMED, ALICE);
  ww_house_close (client);
  ww_house_await_code (done, "cancelled");
  ww_house_restart_at (house, DAY_MS + 60000);
  client = ww_house_open (house, "new");
  ww_house_wait_state (client, WW_CLIENT_STATE_READY);
  g_assert_cmpuint (ww_client_get_record_sequence (client), ==, 2);
  ww_house_wait_state (old, WW_CLIENT_STATE_REMOVED);
  ww_house_close (client);
  ww_house_close (old);
  ww_house_free (house);
}

static void
test_start_over_refused (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *old = ww_house_enrol (house, "old", NULL, ALICE);
  DexFuture *done;
  WwClient *client = begin_again (house, &done);

  ww_house_await (ww_enrolment_start_over (ww_client_get_enrolment (client)));
  ww_house_await (ww_client_refuse_claim (old, wait_alert (old, WW_ALERT_KIND_RESET_CLAIMED, ALICE)));
  ww_house_restart (house);
  ww_house_await_code (done, WW_CODE_CLAIM_REFUSED);
  g_assert_cmpint (ww_enrolment_get_state (ww_client_get_enrolment (client)), ==, WW_ENROLMENT_STATE_FAILED);
  g_assert_cmpint (ww_client_get_state (old), ==, WW_CLIENT_STATE_READY);
  g_assert_cmpuint (ww_client_get_record_sequence (old), ==, 1);
  ww_house_close (client);
  ww_house_close (old);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handles/address/add", test_add_address);
  g_test_add_func ("/handles/address/twice", test_add_twice);
  g_test_add_func ("/handles/address/move", test_move_address);
  g_test_add_func ("/handles/address/refused", test_move_refused);
  g_test_add_func ("/handles/start-over/at-once", test_start_over_at_once);
  g_test_add_func ("/handles/start-over/held", test_start_over_held);
  g_test_add_func ("/handles/start-over/refused", test_start_over_refused);
  return g_test_run ();
}
