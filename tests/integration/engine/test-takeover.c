/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody else receives what is sent to a handle: what the account's devices hear of it from the real server, and do. */
#include "ww-house.h"

#include "ww-error.h"

#define ALICE  "mailto:alice@example.org"
#define SECOND "mailto:second@example.org"
#define BOB    "mailto:bob@example.org"

typedef struct
{
  WwClient *client;
  WwAlertKind kind;
} AlertWait;

static guint
count_alerts (WwClient *client, WwAlertKind kind)
{
  GListModel *alerts = ww_client_get_alerts (client);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      n += ww_alert_get_kind (alert) == kind;
    }
  return n;
}

static WwAlert *
find_alert (WwClient *client, WwAlertKind kind)
{
  GListModel *alerts = ww_client_get_alerts (client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_kind (alert) == kind)
        return g_steal_pointer (&alert);
    }
  return NULL;
}

static gboolean
alert_is_there (gpointer data)
{
  AlertWait *wait = data;

  return count_alerts (wait->client, wait->kind) > 0;
}

static void
wait_alert (WwClient *client, WwAlertKind kind)
{
  AlertWait wait = { client, kind };

  ww_house_wait (alert_is_there, &wait, ww_alert_kind_to_string (kind));
  g_assert_cmpuint (count_alerts (client, kind), ==, 1);
}

static gboolean
is_removed (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_REMOVED;
}

static gboolean
is_approving (gpointer enrolment)
{
  return ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_APPROVING;
}

static gboolean
cannot_refuse (gpointer alert)
{
  return !ww_alert_get_can_refuse (alert);
}

static gboolean
has_one_handle (gpointer client)
{
  return g_strv_length ((char **) ww_client_get_handles (client)) == 1;
}

static gboolean
has_two_handles (gpointer client)
{
  return g_strv_length ((char **) ww_client_get_handles (client)) == 2;
}

static gboolean
has_lost_last (gpointer client)
{
  g_autoptr (WwAlert) newest = g_list_model_get_item (ww_client_get_alerts (client), 0);

  return ww_alert_get_kind (newest) == WW_ALERT_KIND_HANDLE_MOVED &&
         g_strcmp0 (ww_alert_get_code (newest), "last-handle") == 0;
}

/* Somebody who reads Alice's mail starts her account over. */
static WwClient *
start_over (WwHouse *house, DexFuture **done)
{
  WwClient *thief = ww_house_open (house, "thief");
  WwEnrolment *enrolment = ww_client_get_enrolment (thief);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, house->url)));
  *done = ww_enrolment_start (enrolment, ALICE, "", "Thief", WW_ENROLMENT_DEFAULT);
  ww_house_confirm (house);
  ww_house_wait (is_approving, enrolment, "the thief to wait for an approval");
  ww_house_await (ww_enrolment_start_over (enrolment));
  return thief;
}

/* Every device hears of it, also the one that was away; one says no, and that is that. */
static void
test_refused (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  DexFuture *done;
  WwClient *thief;
  g_autoptr (WwAlert) on_laptop = NULL;
  g_autoptr (WwAlert) on_desktop = NULL;
  g_autoptr (GError) error = NULL;

  ww_house_close (desktop);
  thief = start_over (house, &done);
  wait_alert (laptop, WW_ALERT_KIND_RESET_CLAIMED);
  for (guint i = 0; i < 2; i++)
    {
      desktop = ww_house_open (house, "desktop");
      wait_alert (desktop, WW_ALERT_KIND_RESET_CLAIMED);
      ww_house_await (ww_client_wait_drained (desktop, 60000));
      wait_alert (desktop, WW_ALERT_KIND_RESET_CLAIMED);
      if (i == 0)
        ww_house_close (desktop);
    }
  on_laptop = find_alert (laptop, WW_ALERT_KIND_RESET_CLAIMED);
  on_desktop = find_alert (desktop, WW_ALERT_KIND_RESET_CLAIMED);
  g_assert_cmpstr (ww_alert_get_handle (on_laptop), ==, ALICE);
  g_assert_true (ww_alert_get_can_refuse (on_laptop));
  ww_house_await (ww_client_refuse_claim (laptop, on_laptop));
  g_assert_false (ww_alert_get_can_refuse (on_laptop));
  ww_house_wait (cannot_refuse, on_desktop, "the desktop to hear that it was refused");
  g_assert_cmpuint (count_alerts (laptop, WW_ALERT_KIND_RECORD_PROBLEM), ==, 0);
  g_assert_cmpuint (count_alerts (desktop, WW_ALERT_KIND_RECORD_PROBLEM), ==, 0);
  g_assert_cmpuint (ww_client_get_record_sequence (laptop), ==, 2);
  ww_house_close (thief);
  dex_unref (done);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Nobody is asked: the account is gone, each of its devices says so, and what they hold stays. */
static void
test_started_over (void)
{
  WwHouse *house = ww_house_new_holding (0);
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (WwConversation) conversation = ww_house_await_object (ww_client_start_conversation (bob, ALICE));
  WwClient *clients[2];
  DexFuture *done;
  WwClient *thief;

  g_object_unref (ww_house_await_object (ww_conversation_send_text (conversation, "kept")));
  ww_house_wait_texts (laptop, BOB, "kept");
  ww_house_wait_texts (desktop, BOB, "kept");
  ww_house_close (desktop);
  thief = start_over (house, &done);
  ww_house_await (done);
  desktop = ww_house_open (house, "desktop");
  clients[0] = laptop;
  clients[1] = desktop;
  for (guint i = 0; i < 2; i++)
    {
      ww_house_wait (is_removed, clients[i], "an earlier device to be removed");
      wait_alert (clients[i], WW_ALERT_KIND_RESET);
      g_assert_nonnull (ww_client_get_error (clients[i]));
      ww_house_wait_texts (clients[i], BOB, "kept");
    }
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_conversations (thief)), ==, 0);
  ww_house_close (thief);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_close (bob);
  ww_house_free (house);
}

static void
add_handle (WwHouse *house, WwClient *client, const char *handle)
{
  g_autoptr (WwHandleAddition)
      addition = ww_house_await_object (ww_client_add_handle (client, handle, WW_ENROLMENT_DEFAULT));

  ww_house_confirm (house);
  ww_house_await (ww_handle_addition_wait (addition, 60000));
}

/* One of two handles goes to somebody else: each device says so once, and the record follows. Then the last one goes. */
static void
test_moved (void)
{
  WwHouse *house = ww_house_new_holding (0);
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);

  add_handle (house, laptop, SECOND);
  ww_house_wait (has_two_handles, desktop, "the second handle");
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_ADDED);
  ww_house_await (ww_client_set_first_handle (desktop, SECOND));
  g_assert_cmpstr (ww_client_get_handles (desktop)[0], ==, SECOND);

  add_handle (house, bob, SECOND);
  wait_alert (laptop, WW_ALERT_KIND_HANDLE_MOVED);
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_MOVED);
  ww_house_wait (has_one_handle, laptop, "the laptop to know one handle");
  ww_house_wait (has_one_handle, desktop, "the desktop to know one handle");
  wait_alert (laptop, WW_ALERT_KIND_HANDLE_REMOVED);
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_REMOVED);
  ww_house_close (desktop);
  desktop = ww_house_open (house, "desktop");
  ww_house_await (ww_client_wait_drained (desktop, 60000));
  wait_alert (desktop, WW_ALERT_KIND_HANDLE_MOVED);

  add_handle (house, bob, ALICE);
  ww_house_wait (has_lost_last, laptop, "the laptop to hear that the last one moved");
  ww_house_wait (has_lost_last, desktop, "the desktop to hear that the last one moved");
  g_assert_cmpstr (ww_client_get_handles (laptop)[0], ==, ALICE);
  g_assert_cmpuint (count_alerts (laptop, WW_ALERT_KIND_RECORD_PROBLEM), ==, 0);
  g_assert_cmpuint (count_alerts (desktop, WW_ALERT_KIND_RECORD_PROBLEM), ==, 0);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_close (bob);
  ww_house_free (house);
}

/* What the server knows of the devices; and the last one of an account leaves. */
static void
test_activity (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autoptr (WwDevice) this_one = NULL;
  g_autoptr (WwDevice) other = NULL;

  ww_house_await (ww_client_refresh_activity (laptop));
  this_one = g_list_model_get_item (ww_client_get_devices (laptop), 0);
  other = g_list_model_get_item (ww_client_get_devices (laptop), 1);
  g_assert_true (ww_device_get_is_this (this_one));
  g_assert_true (ww_device_get_connected (this_one));
  g_assert_true (ww_device_get_connected (other));
  g_assert_cmpint (ww_device_get_last_seen_ms (other), >, 0);
  ww_house_await (ww_client_sign_out (desktop));
  ww_house_close (desktop);
  ww_house_await (ww_client_wait_online (laptop, 60000));
  while (g_list_model_get_n_items (ww_client_get_devices (laptop)) > 1)
    g_main_context_iteration (NULL, TRUE);
  ww_house_await (ww_client_sign_out (laptop));
  g_assert_cmpint (ww_client_get_state (laptop), ==, WW_CLIENT_STATE_NOT_ENROLLED);
  ww_house_close (laptop);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/takeover/refused", test_refused);
  g_test_add_func ("/engine/takeover/started-over", test_started_over);
  g_test_add_func ("/engine/takeover/moved", test_moved);
  g_test_add_func ("/engine/takeover/activity", test_activity);
  return g_test_run ();
}
