/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strangers, and people whose identity changes, with the real server. */
#include "ww-house.h"

#include "ww-error-private.h"
#include "ww-hex.h"

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"

static WwConversation *
converse (WwClient *client, const char *handle)
{
  return ww_house_await_object (ww_client_start_conversation (client, handle));
}

static WwMessage *
send_text (WwClient *client, const char *handle, const char *text)
{
  g_autoptr (WwConversation) conversation = converse (client, handle);

  return ww_house_await_object (ww_conversation_send_text (conversation, text));
}

static void
wait_state (WwClient *client, WwMessage *message, WwMessageState state)
{
  ww_house_await (ww_client_wait_message_state (client, ww_message_get_id (message), state, 60000));
}

static guint
count (GListModel *model)
{
  return g_list_model_get_n_items (model);
}

static gboolean
has_request (gpointer client)
{
  return count (ww_client_get_requests (client)) == 1;
}

static gboolean
has_no_request (gpointer client)
{
  return count (ww_client_get_requests (client)) == 0;
}

static gboolean
has_conversation (gpointer client)
{
  return count (ww_client_get_conversations (client)) == 1;
}

static gboolean
has_blocked (gpointer client)
{
  return count (ww_client_get_blocked (client)) == 1;
}

static gint64
count_rows (WwClient *client, WwStoreFunc func)
{
  g_autoptr (DexFuture) future = ww_store_read (client->store, func, NULL, NULL);

  ww_house_await (dex_ref (future));
  return g_value_get_int64 (dex_future_get_value (future, NULL));
}

static gboolean
count_messages (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT count(*) FROM messages", error);

  if (statement == NULL || ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  g_value_init (result, G_TYPE_INT64);
  g_value_set_int64 (result, ww_statement_int (statement, 0));
  return TRUE;
}

/* No receipt before the request is accepted, however often it is read; what arrived is told then. */
static void
test_request (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice, *bob;
  g_autoptr (WwMessage) hello = NULL;
  g_autoptr (WwConversation) request = NULL;

  house->strangers = TRUE;
  alice = ww_house_enrol (house, "alice", NULL, ALICE);
  bob = ww_house_enrol (house, "bob", NULL, BOB);
  hello = send_text (alice, BOB, "Do I know you?");
  ww_house_wait (has_request, bob, "the request");
  g_assert_cmpuint (count (ww_client_get_conversations (bob)), ==, 0);
  request = ww_client_find_conversation (bob, ALICE);
  g_assert_cmpint (ww_conversation_get_standing (request), ==, WW_STANDING_REQUEST);
  g_assert_cmpuint (ww_conversation_get_unread (request), ==, 1);
  ww_house_await (ww_conversation_mark_read (request));
  ww_house_await (ww_client_flush (bob, 10000));
  ww_house_await (ww_client_flush (alice, 10000));
  ww_house_spin (300);
  g_assert_cmpint (ww_message_get_state (hello), ==, WW_MESSAGE_STATE_SENT);

  ww_house_await (ww_conversation_accept (request));
  g_assert_true (has_conversation (bob));
  g_assert_cmpuint (count (ww_client_get_requests (bob)), ==, 0);
  wait_state (alice, hello, WW_MESSAGE_STATE_DELIVERED);
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Deleted, it is gone on all devices; blocked, nothing comes any more, on the other device neither; unblocked, it does again. */
static void
test_block (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice, *bob, *phone;
  g_autoptr (WwConversation) request = NULL, again = NULL;
  g_autoptr (GError) refused = NULL;

  house->strangers = TRUE;
  alice = ww_house_enrol (house, "alice", NULL, ALICE);
  bob = ww_house_enrol (house, "bob", NULL, BOB);
  phone = ww_house_join (house, "phone", bob, BOB);
  g_object_unref (send_text (alice, BOB, "one"));
  ww_house_wait (has_request, bob, "the request");
  ww_house_wait (has_request, phone, "the request on the other device");
  request = ww_client_find_conversation (bob, ALICE);
  ww_house_await (ww_conversation_delete (request));
  g_assert_cmpuint (count (ww_client_get_requests (bob)), ==, 0);
  g_assert_cmpint (count_rows (bob, count_messages), ==, 0);
  ww_house_wait (has_no_request, phone, "the end of the request on the other device");
  g_assert_cmpint (count_rows (phone, count_messages), ==, 0);

  g_object_unref (send_text (alice, BOB, "two"));
  ww_house_wait_texts (bob, ALICE, "two");
  again = ww_client_find_conversation (bob, ALICE);
  ww_house_await (ww_conversation_block (again));
  g_assert_true (has_blocked (bob));
  ww_house_wait (has_blocked, phone, "the block on the other device");
  refused = ww_house_await_error (ww_conversation_send_text (again, "no"));
  g_assert_error (refused, WW_ERROR, WW_ERROR_BLOCKED);
  {
    g_autoptr (WwMessage) dropped = send_text (alice, BOB, "three");

    wait_state (alice, dropped, WW_MESSAGE_STATE_SENT);
  }
  ww_house_spin (500);
  ww_house_wait_texts (bob, ALICE, "two");
  ww_house_wait_texts (phone, ALICE, "two");
  ww_house_await (ww_conversation_unblock (again));
  ww_house_wait (has_conversation, phone, "the end of the block on the other device");
  g_object_unref (send_text (alice, BOB, "four"));
  ww_house_wait_texts (bob, ALICE, "two|four");
  ww_house_wait_texts (phone, ALICE, "two|four");
  ww_house_close (alice);
  ww_house_close (phone);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Whoever is known is known on a new device, too. */
static void
test_new_device (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice, *bob, *phone;
  g_autoptr (WwMessage) hello = NULL, answer = NULL;

  house->strangers = TRUE;
  alice = ww_house_enrol (house, "alice", NULL, ALICE);
  bob = ww_house_enrol (house, "bob", NULL, BOB);
  hello = send_text (bob, ALICE, "known");
  wait_state (bob, hello, WW_MESSAGE_STATE_SENT);
  phone = ww_house_join (house, "phone", bob, BOB);
  ww_house_await (ww_client_flush (bob, 10000));
  ww_house_await (ww_client_wait_drained (phone, 10000));
  ww_house_spin (500);
  answer = send_text (alice, BOB, "answer");
  ww_house_wait (has_conversation, phone, "the conversation on the new device");
  g_assert_cmpuint (count (ww_client_get_requests (phone)), ==, 0);
  ww_house_close (alice);
  ww_house_close (phone);
  ww_house_close (bob);
  ww_house_free (house);
}

static gboolean
is_approving (gpointer enrolment)
{
  return ww_enrolment_get_state (enrolment) == WW_ENROLMENT_STATE_APPROVING;
}

/* Whoever reads Alice's mail starts her account over. */
static WwClient *
start_over (WwHouse *house)
{
  WwClient *again = ww_house_open (house, "again");
  WwEnrolment *enrolment = ww_client_get_enrolment (again);
  DexFuture *done;

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, house->url)));
  done = ww_enrolment_start (enrolment, ALICE, "", "Again", WW_ENROLMENT_DEFAULT);
  ww_house_confirm (house);
  ww_house_wait (is_approving, enrolment, "the new device to wait for an approval");
  ww_house_await (ww_enrolment_start_over (enrolment));
  ww_house_await (done);
  return again;
}

static gboolean
is_changed (gpointer conversation)
{
  return ww_conversation_get_trust (conversation) == WW_TRUST_VERIFIED_CHANGED;
}

static guint
count_notices (WwClient *client, WwConversation *conversation)
{
  g_autoptr (GListModel) messages = ww_house_await_object (
      ww_client_list_messages (client, ww_conversation_get_id (conversation), 100, NULL));
  guint n = 0;

  for (guint i = 0; i < count (messages); i++)
    {
      g_autoptr (WwMessage) message = g_list_model_get_item (messages, i);

      n += g_strcmp0 (ww_message_get_notice (message), "identity-changed") == 0;
    }
  return n;
}

/*
 * Both see the same number; what was compared is what is marked. After a reset nothing goes out, also after a restart, until
 * the person decides; the conversation says so once.
 */
static void
test_changed (void)
{
  WwHouse *house = ww_house_new_holding (0);
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autoptr (WwMessage) hello = send_text (bob, ALICE, "hello");
  g_autoptr (WwMessage) held = NULL;
  g_autoptr (WwConversation) theirs = NULL, found = NULL, again_found = NULL;
  WwConversation *ours = converse (bob, ALICE);
  g_autofree char *number = NULL, *their_number = NULL, *texts = NULL;
  g_autoptr (GError) refused = NULL;
  WwClient *again;

  wait_state (bob, hello, WW_MESSAGE_STATE_DELIVERED);
  theirs = converse (alice, BOB);
  number = ww_house_await_string (ww_conversation_load_safety_number (ours));
  their_number = ww_house_await_string (ww_conversation_load_safety_number (theirs));
  g_assert_cmpstr (number, ==, their_number);
  g_assert_cmpuint (strlen (number), ==, 60);
  found = ww_house_await_object (ww_client_find_safety_number (bob, number));
  g_assert_true (found == ours);
  ww_house_await (ww_conversation_mark_verified (ours, number));
  g_assert_cmpint (ww_conversation_get_trust (ours), ==, WW_TRUST_VERIFIED);

  again = start_over (house);
  held = send_text (bob, ALICE, "for the old one only");
  ww_house_wait (is_changed, ours, "Bob to see that Alice is another");
  g_assert_cmpint (ww_message_get_state (held), ==, WW_MESSAGE_STATE_WAITING);
  g_assert_nonnull (ww_message_get_error (held));
  g_assert_cmpuint (count_notices (bob, ours), ==, 1);
  refused = ww_house_await_error (ww_conversation_mark_verified (ours, number));
  g_assert_error (refused, WW_ERROR, WW_ERROR_IDENTITY_CHANGED);
  g_clear_object (&held);
  g_clear_object (&hello);
  g_clear_object (&found);
  g_object_unref (ours);
  ww_house_close (bob);

  bob = ww_house_open (house, "bob");
  ours = converse (bob, ALICE);
  g_assert_true (is_changed (ours));
  ww_house_await (ww_client_wait_drained (bob, 10000));
  ww_house_spin (1500);
  texts = ww_house_texts (again, BOB);
  g_assert_cmpstr (texts, ==, "");
  g_assert_cmpuint (count_notices (bob, ours), ==, 1);
  ww_house_await (ww_conversation_accept_identity (ours));
  g_assert_cmpint (ww_conversation_get_trust (ours), ==, WW_TRUST_UNVERIFIED);
  ww_house_wait_texts (again, BOB, "for the old one only");
  g_object_unref (ours);
  ww_house_close (again);
  ww_house_close (alice);
  ww_house_close (bob);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/people/request", test_request);
  g_test_add_func ("/engine/people/block", test_block);
  g_test_add_func ("/engine/people/new-device", test_new_device);
  g_test_add_func ("/engine/people/changed", test_changed);
  return g_test_run ();
}
