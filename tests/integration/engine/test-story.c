/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-house.h"

#include "ww-error.h"

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"

static WwMessage *
send_text (WwClient *client, const char *handle, const char *text)
{
  g_autoptr (WwConversation) conversation = ww_house_await_object (ww_client_start_conversation (client, handle));

  return ww_house_await_object (ww_conversation_send_text (conversation, text));
}

static void
wait_state (WwClient *client, WwMessage *message, WwMessageState state)
{
  ww_house_await (ww_client_wait_message_state (client, ww_message_get_id (message), state, 60000));
}

static gboolean
is_offline (gpointer client)
{
  return ww_client_get_connection (client) == WW_CONNECTION_STATE_OFFLINE;
}

static gboolean
is_removed (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_REMOVED;
}

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

/* Two people write to each other; what arrived says so; reading is told. */
static void
test_two_people (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (WwMessage) hello = send_text (alice, BOB, "Hello Bob");
  g_autoptr (WwMessage) answer = NULL;
  g_autoptr (WwConversation) conversation = NULL;

  g_assert_cmpuint (ww_client_get_record_sequence (alice), ==, 1);
  g_assert_cmpstr (ww_client_get_handles (alice)[0], ==, ALICE);
  wait_state (alice, hello, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (bob, ALICE, "Hello Bob");
  g_assert_cmpuint (ww_message_get_suite (hello), ==, 2);
  conversation = ww_client_find_conversation (bob, ALICE);
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 1);
  g_assert_cmpstr (ww_conversation_get_title (conversation), ==, "alice@example.org");
  ww_house_await (ww_conversation_mark_read (conversation));
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 0);
  wait_state (alice, hello, WW_MESSAGE_STATE_READ);
  answer = send_text (bob, ALICE, "Hello Alice");
  wait_state (bob, answer, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (alice, BOB, "Hello Bob|Hello Alice");
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

/* A second device: alert, the same digits, sent copies, read state, and its removal. */
static void
test_second_device (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (WwMessage) before = send_text (laptop, BOB, "from laptop");
  g_autoptr (WwMessage) copy = NULL;
  g_autoptr (WwMessage) answer = NULL;
  g_autoptr (WwConversation) on_desktop = NULL, on_laptop = NULL;
  g_autofree char *desktop_id = NULL;
  WwClient *desktop;

  wait_state (laptop, before, WW_MESSAGE_STATE_DELIVERED);
  desktop = ww_house_join (house, "desktop", laptop, ALICE);
  desktop_id = g_strdup (ww_client_get_device_id (desktop));
  g_assert_cmpuint (count_alerts (laptop, WW_ALERT_KIND_DEVICE_ADDED), ==, 1);
  g_assert_cmpuint (count_alerts (desktop, WW_ALERT_KIND_DEVICE_ADDED), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (laptop)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (desktop)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_pending_devices (laptop)), ==, 0);

  /* Bob still has the old record: the server says stale, and he seals again. */
  answer = send_text (bob, ALICE, "to both");
  wait_state (bob, answer, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (laptop, BOB, "from laptop|to both");
  ww_house_wait_texts (desktop, BOB, "from laptop|to both");

  copy = send_text (desktop, BOB, "from desktop");
  wait_state (desktop, copy, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (laptop, BOB, "from laptop|to both|from desktop");
  ww_house_wait_texts (bob, ALICE, "from laptop|to both|from desktop");

  on_desktop = ww_client_find_conversation (desktop, BOB);
  on_laptop = ww_client_find_conversation (laptop, BOB);
  g_assert_true (ww_conversation_get_preview_outgoing (on_laptop));
  ww_house_await (ww_conversation_mark_read (on_desktop));
  wait_state (bob, answer, WW_MESSAGE_STATE_READ);

  ww_house_await (ww_client_remove_device (laptop, desktop_id, FALSE));
  ww_house_wait (is_removed, desktop, "the desktop to see that it was removed");
  g_assert_cmpuint (count_alerts (laptop, WW_ALERT_KIND_DEVICE_REMOVED), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (laptop)), ==, 1);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Bob is away; what waits for him is there once, in order, after the server was killed and everybody restarted. */
static void
test_waiting (void)
{
  enum
  {
    N = 1000
  };
  WwHouse *house = ww_house_new ();
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (WwMessage) last = NULL;

  ww_house_close (bob);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      g_clear_object (&last);
      last = send_text (alice, BOB, text);
      g_string_append_printf (expected, "%s%s", i > 0 ? "|" : "", text);
      if (i == N / 2)
        ww_house_restart (house);
    }
  wait_state (alice, last, WW_MESSAGE_STATE_SENT);
  bob = ww_house_open (house, "bob");
  ww_house_await (ww_client_wait_drained (bob, 60000));
  ww_house_wait_texts (bob, ALICE, expected->str);
  wait_state (alice, last, WW_MESSAGE_STATE_DELIVERED);
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Written without a connection, and the program ended: it goes out when there is one again. */
static void
test_offline (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (WwMessage) first = send_text (alice, BOB, "first");
  g_autoptr (WwMessage) second = NULL;
  g_autofree char *path = g_build_filename (house->directory, "alice", NULL);

  wait_state (alice, first, WW_MESSAGE_STATE_DELIVERED);
  ww_house_close (alice);
  alice = ww_client_new (path);
  ww_house_await (ww_client_open (alice, WW_CLIENT_OPEN_OFFLINE));
  second = send_text (alice, BOB, "second");
  g_assert_cmpint (ww_message_get_state (second), ==, WW_MESSAGE_STATE_WAITING);
  g_assert_true (is_offline (alice));
  g_clear_object (&second);
  ww_house_close (alice);
  alice = ww_house_open (house, "alice");
  ww_house_wait_texts (bob, ALICE, "first|second");
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Wrong digits twice, and the device is refused. */
static void
test_wrong_digits (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_open (house, "desktop");
  WwEnrolment *enrolment = ww_client_get_enrolment (desktop);
  g_autofree char *name = ww_house_await_string (ww_enrolment_check_server (enrolment, house->url));
  DexFuture *done = ww_enrolment_start (enrolment, ALICE, "", "Desktop", WW_ENROLMENT_DEFAULT);
  g_autoptr (WwPendingDevice) pending = NULL;
  g_autofree char *digits = NULL;
  g_autoptr (GError) refused = NULL;

  ww_house_confirm (house);
  while (g_list_model_get_n_items (ww_client_get_pending_devices (laptop)) == 0)
    g_main_context_iteration (NULL, TRUE);
  pending = g_list_model_get_item (ww_client_get_pending_devices (laptop), 0);
  digits = ww_house_await_string (ww_pending_device_begin (pending));
  digits[0] = digits[0] == '9' ? '0' : digits[0] + 1;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = ww_house_await_error (ww_pending_device_approve (pending, digits));

      g_assert_error (error, WW_ERROR, WW_ERROR_APPROVAL_DIGITS);
    }
  refused = ww_house_await_error (done);
  g_assert_error (refused, WW_ERROR, WW_ERROR_APPROVAL_ENDED);
  g_assert_cmpint (ww_enrolment_get_state (enrolment), ==, WW_ENROLMENT_STATE_FAILED);
  g_assert_cmpint (ww_pending_device_get_state (pending), ==, WW_PENDING_DEVICE_STATE_ENDED);
  g_assert_cmpuint (ww_client_get_record_sequence (laptop), ==, 1);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/story/two-people", test_two_people);
  g_test_add_func ("/engine/story/second-device", test_second_device);
  g_test_add_func ("/engine/story/waiting", test_waiting);
  g_test_add_func ("/engine/story/offline", test_offline);
  g_test_add_func ("/engine/story/wrong-digits", test_wrong_digits);
  return g_test_run ();
}
