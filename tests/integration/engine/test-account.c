/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices that are renamed, removed, signed out and wiped; what the others learn of it, and what stays behind. */
#include "ww-house.h"

#include <glib/gstdio.h>

#include "ww-error.h"
#include "ww-profile-wipe.h"

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
is_removed (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_REMOVED;
}

static gboolean
is_not_enrolled (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_NOT_ENROLLED;
}

/* How many alerts of that kind there are; `seen` -1: of either sort. */
static guint
count_alerts (WwClient *client, WwAlertKind kind, int seen)
{
  GListModel *alerts = ww_client_get_alerts (client);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      n += ww_alert_get_kind (alert) == kind && (seen < 0 || ww_alert_get_seen (alert) == seen);
    }
  return n;
}

static gboolean
was_told_of_removal (gpointer client)
{
  return count_alerts (client, WW_ALERT_KIND_DEVICE_REMOVED, -1) > 0;
}

static WwClient *
reopen (WwHouse *house, WwClient *client, const char *profile)
{
  ww_house_close (client);
  return ww_house_open (house, profile);
}

/* Nothing of a store, and nothing in the keyring. */
static void
assert_forgotten (WwHouse *house, const char *profile)
{
  g_autofree char *path = g_build_filename (house->directory, profile, NULL);
  g_autoptr (WwProfile) opened = ww_house_await_object (ww_profile_open (path));
  g_autoptr (WwKeyring) keyring = ww_keyring_new (ww_profile_get_id (opened));
  g_autoptr (GError) store_key = ww_house_await_error (ww_keyring_load_store_key (keyring));
  g_autoptr (GError) identity = ww_house_await_error (ww_keyring_load_identity (keyring));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_error (store_key, WW_ERROR, WW_ERROR_KEYS_MISSING);
  g_assert_error (identity, WW_ERROR, WW_ERROR_KEYS_MISSING);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_true (g_str_equal (name, "profile.id") || g_str_equal (name, "profile.lock") ||
                   g_str_equal (name, "profile.wiped"));
}

typedef struct
{
  WwClient *client;
  const char *name;
} NameWait;

static gboolean
has_name (gpointer data)
{
  NameWait *wait = data;

  return g_strcmp0 (ww_client_get_device_name (wait->client), wait->name) == 0;
}

static void
test_rename (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autofree char *desktop_id = g_strdup (ww_client_get_device_id (desktop));
  g_autofree char *too_long = g_strnfill (65, 'n');
  g_autofree char *longest = g_strnfill (64, 'n');
  const char *const bad[] = { "", "  ", too_long, "\xff" };
  g_autoptr (WwDevice) listed = NULL;
  NameWait wait = { desktop, longest };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = ww_house_await_error (ww_client_rename_device (laptop, desktop_id, bad[i]));

      g_assert_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
    }
  ww_house_await (ww_client_rename_device (laptop, desktop_id, longest));
  ww_house_wait (has_name, &wait, "the desktop to learn its name");
  wait.name = "In the kitchen";
  ww_house_await (ww_client_rename_device (desktop, desktop_id, " In the kitchen "));
  ww_house_wait (has_name, &wait, "the desktop to have its own name");
  g_assert_cmpuint (ww_client_get_record_sequence (desktop), ==, 4);
  desktop = reopen (house, desktop, "desktop");
  g_assert_cmpstr (ww_client_get_device_name (desktop), ==, "In the kitchen");
  listed = g_list_model_get_item (ww_client_get_devices (desktop), 0);
  g_assert_cmpstr (ww_device_get_name (listed), ==, "In the kitchen");
  /* A name is no reason for alarm. */
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_alerts (laptop)), ==, 1);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

static void
test_last_handle (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *alice = ww_house_enrol (house, "alice", NULL, ALICE);
  g_autoptr (GError) last = ww_house_await_error (ww_client_remove_handle (alice, "Alice@Example.org"));
  g_autoptr (GError) foreign = ww_house_await_error (ww_client_remove_handle (alice, BOB));
  g_autoptr (GError) first = ww_house_await_error (ww_client_set_first_handle (alice, BOB));

  g_assert_error (last, WW_ERROR, WW_ERROR_LAST_HANDLE);
  g_assert_error (foreign, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  g_assert_error (first, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  ww_house_await (ww_client_set_first_handle (alice, ALICE));
  ww_house_close (alice);
  ww_house_free (house);
}

/* Removed without the word to forget: what is there stays readable until the person has it forgotten. */
static void
test_removed (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *tablet = ww_house_join (house, "tablet", desktop, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autofree char *laptop_id = g_strdup (ww_client_get_device_id (laptop));
  g_autoptr (WwMessage) before = send_text (bob, ALICE, "before");
  g_autoptr (WwMessage) after = NULL;
  g_autoptr (WwMessage) while_removed = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) nameless = NULL;
  g_autoptr (GError) too_early = NULL;

  wait_state (bob, before, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (laptop, BOB, "before");
  ww_house_close (tablet);
  ww_house_close (bob);
  too_early = ww_house_await_error (ww_client_wipe (laptop));
  g_assert_error (too_early, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);

  /* The one that approved it is removed by it. */
  ww_house_await (ww_client_remove_device (desktop, laptop_id, FALSE));
  ww_house_wait (is_removed, laptop, "the laptop to see that it was removed");
  g_assert_nonnull (ww_client_get_error (laptop));
  refused = ww_house_await_error (ww_client_sign_out (laptop));
  g_assert_error (refused, WW_ERROR, WW_ERROR_NOT_ENROLLED);
  nameless = ww_house_await_error (ww_client_rename_device (laptop, laptop_id, "Back again"));
  g_assert_error (nameless, WW_ERROR, WW_ERROR_NOT_ENROLLED);

  /* Here the person just did it; there it is news, once, however often the program starts. */
  g_assert_cmpuint (count_alerts (desktop, WW_ALERT_KIND_DEVICE_REMOVED, TRUE), ==, 1);
  g_assert_cmpuint (count_alerts (desktop, WW_ALERT_KIND_DEVICE_REMOVED, FALSE), ==, 0);
  tablet = ww_house_open (house, "tablet");
  ww_house_wait (was_told_of_removal, tablet, "the tablet to hear of it");
  tablet = reopen (house, tablet, "tablet");
  ww_house_await (ww_client_wait_drained (tablet, 60000));
  g_assert_cmpuint (count_alerts (tablet, WW_ALERT_KIND_DEVICE_REMOVED, FALSE), ==, 1);
  g_assert_cmpuint (count_alerts (tablet, WW_ALERT_KIND_DEVICE_REMOVED, TRUE), ==, 0);

  /* Bob was away, and still leaves it out. */
  bob = ww_house_open (house, "bob");
  after = send_text (bob, ALICE, "after");
  wait_state (bob, after, WW_MESSAGE_STATE_DELIVERED);
  ww_house_wait_texts (desktop, BOB, "before|after");
  laptop = reopen (house, laptop, "laptop");
  g_assert_true (is_removed (laptop));
  g_assert_nonnull (ww_client_get_error (laptop));
  while_removed = send_text (laptop, BOB, "from nobody");
  ww_house_spin (300);
  g_assert_cmpint (ww_message_get_state (while_removed), !=, WW_MESSAGE_STATE_SENT);
  ww_house_wait_texts (laptop, BOB, "before|from nobody");
  ww_house_wait_texts (bob, ALICE, "before|after");

  ww_house_await (ww_client_wipe (laptop));
  g_assert_true (is_not_enrolled (laptop));
  g_assert_null (ww_client_get_error (laptop));
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_conversations (laptop)), ==, 0);
  ww_house_close (laptop);
  assert_forgotten (house, "laptop");
  ww_house_close (tablet);
  ww_house_close (desktop);
  ww_house_close (bob);
  ww_house_free (house);
}

/* Removed with the word to forget: at once when it is connected, else when it next is, and the person is told why. */
static void
test_wiped (gconstpointer offline)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autofree char *desktop_id = g_strdup (ww_client_get_device_id (desktop));

  if (offline != NULL)
    ww_house_close (desktop);
  ww_house_await (ww_client_remove_device (laptop, desktop_id, TRUE));
  if (offline != NULL)
    desktop = ww_house_open (house, "desktop");
  ww_house_wait (is_not_enrolled, desktop, "the desktop to forget everything");
  g_assert_error (ww_client_get_error (desktop), WW_ERROR, WW_ERROR_NOT_ENROLLED);
  desktop = reopen (house, desktop, "desktop");
  g_assert_true (is_not_enrolled (desktop));
  g_assert_error (ww_client_get_error (desktop), WW_ERROR, WW_ERROR_NOT_ENROLLED);
  ww_house_close (desktop);
  assert_forgotten (house, "desktop");

  /* The profile can be used anew, and the sentence is gone. */
  desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_assert_null (ww_client_get_error (desktop));
  g_assert_cmpstr (ww_client_get_device_id (desktop), !=, desktop_id);
  desktop = reopen (house, desktop, "desktop");
  g_assert_cmpint (ww_client_get_state (desktop), ==, WW_CLIENT_STATE_READY);
  ww_house_await (ww_client_wait_online (desktop, 60000));
  ww_house_await (ww_client_sign_out (desktop));
  desktop = reopen (house, desktop, "desktop");
  g_assert_true (is_not_enrolled (desktop));
  g_assert_null (ww_client_get_error (desktop));
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

static void
test_sign_out (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autofree char *path = g_build_filename (house->directory, "desktop", NULL);
  g_autoptr (GError) offline = NULL;

  ww_house_close (desktop);
  desktop = ww_client_new (path);
  ww_house_await (ww_client_open (desktop, WW_CLIENT_OPEN_OFFLINE));
  offline = ww_house_await_error (ww_client_sign_out (desktop));
  g_assert_error (offline, WW_ERROR, WW_ERROR_OFFLINE);
  g_assert_nonnull (strstr (offline->message, "Sign out when you are connected"));
  g_assert_cmpint (ww_client_get_state (desktop), ==, WW_CLIENT_STATE_READY);
  desktop = reopen (house, desktop, "desktop");
  ww_house_await (ww_client_wait_online (desktop, 60000));

  ww_house_await (ww_client_sign_out (desktop));
  g_assert_true (is_not_enrolled (desktop));
  g_assert_null (ww_client_get_error (desktop));
  ww_house_wait (was_told_of_removal, laptop, "the laptop to hear of it");
  g_assert_cmpuint (count_alerts (laptop, WW_ALERT_KIND_DEVICE_REMOVED, FALSE), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (laptop)), ==, 1);
  ww_house_close (desktop);
  assert_forgotten (house, "desktop");
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Killed in the middle of forgetting, wherever that was: the next start ends it. */
static void
test_interrupted (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  g_autofree char *path = g_build_filename (house->directory, "laptop", NULL);
  g_autofree char *store_path = g_build_filename (path, "store.db", NULL);
  g_autoptr (WwProfile) profile = NULL;
  g_autoptr (WwKeyring) keyring = NULL;

  for (guint i = 0; i < 3; i++)
    {
      ww_house_close (laptop);
      profile = ww_house_await_object (ww_profile_open (path));
      keyring = ww_keyring_new (ww_profile_get_id (profile));
      ww_house_await (ww_profile_begin_wipe (profile, WW_FAREWELL_REMOVED));
      if (i > 0)
        ww_house_await (ww_keyring_clear (keyring));
      if (i > 1)
        ww_house_await (ww_profile_delete_store (profile));
      ww_profile_close (profile);
      g_clear_object (&keyring);
      g_clear_object (&profile);
      laptop = ww_house_open (house, "laptop");
      g_assert_true (is_not_enrolled (laptop));
      g_assert_error (ww_client_get_error (laptop), WW_ERROR, WW_ERROR_NOT_ENROLLED);
      g_assert_false (g_file_test (store_path, G_FILE_TEST_EXISTS));
      ww_house_close (laptop);
      assert_forgotten (house, "laptop");
      laptop = ww_house_enrol (house, "laptop", NULL,
                               i == 0   ? "mailto:second@example.org"
                               : i == 1 ? "mailto:third@example.org"
                                        : BOB);
    }
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Two devices remove each other in the same moment: one of them was first, and that is how it is. */
static void
test_each_other (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *tablet = ww_house_join (house, "tablet", laptop, ALICE);
  g_autofree char *laptop_id = g_strdup (ww_client_get_device_id (laptop));
  g_autofree char *desktop_id = g_strdup (ww_client_get_device_id (desktop));
  DexFuture *one = ww_client_remove_device (laptop, desktop_id, FALSE);
  DexFuture *other = ww_client_remove_device (desktop, laptop_id, FALSE);
  WwClient *left;

  while (dex_future_is_pending (one) || dex_future_is_pending (other))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (dex_future_is_resolved (one), !=, dex_future_is_resolved (other));
  left = dex_future_is_resolved (one) ? laptop : desktop;
  ww_house_wait (is_removed, left == laptop ? desktop : laptop, "the other one to be removed");
  g_assert_cmpint (ww_client_get_state (left), ==, WW_CLIENT_STATE_READY);
  ww_house_wait (was_told_of_removal, tablet, "the tablet to hear of it");
  g_assert_cmpuint (count_alerts (tablet, WW_ALERT_KIND_DEVICE_REMOVED, -1), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (tablet)), ==, 2);
  dex_unref (one);
  dex_unref (other);
  ww_house_close (tablet);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

/* Removed while messages are on their way out: what was not accepted stays, and says that it was not sent. */
static void
test_removed_while_sending (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *bob = ww_house_enrol (house, "bob", NULL, BOB);
  g_autofree char *desktop_id = g_strdup (ww_client_get_device_id (desktop));
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) sent = g_string_new (NULL);
  DexFuture *removal = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      g_ptr_array_add (messages, send_text (desktop, BOB, text));
      if (i == 20)
        removal = ww_client_remove_device (laptop, desktop_id, FALSE);
    }
  ww_house_await (removal);
  ww_house_wait (is_removed, desktop, "the desktop to be removed");
  ww_house_spin (300);
  for (guint i = 0; i < messages->len; i++)
    {
      WwMessage *message = messages->pdata[i];
      WwMessageState state = ww_message_get_state (message);

      if (state >= WW_MESSAGE_STATE_SENT && state < WW_MESSAGE_STATE_FAILED)
        g_string_append_printf (sent, "%s%s", sent->len > 0 ? "|" : "", ww_message_get_text (message));
    }
  {
    g_autofree char *arrived = NULL;
    g_autofree char *kept = ww_house_texts (desktop, BOB);

    ww_house_spin (300);
    arrived = ww_house_texts (bob, ALICE);
    /* The answer to the last one may have been lost with the connection. */
    g_assert_true (g_str_has_prefix (arrived, sent->str));
    g_assert_nonnull (strstr (kept, "message 39"));
  }
  ww_house_close (bob);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

static gboolean
has_two_pending (gpointer client)
{
  return g_list_model_get_n_items (ww_client_get_pending_devices (client)) == 2;
}

static WwClient *
ask_to_join (WwHouse *house, const char *profile, DexFuture **done)
{
  WwClient *client = ww_house_open (house, profile);
  WwEnrolment *enrolment = ww_client_get_enrolment (client);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, house->url)));
  *done = ww_enrolment_start (enrolment, ALICE, "", profile, WW_ENROLMENT_DEFAULT);
  ww_house_confirm (house);
  return client;
}

/*
 * The last place is asked for by two: the second one to be approved hears why not, and gets it when another has gone. Who
 * asks when the account is full is told at once.
 */
static void
test_too_many (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  g_autofree char *first_id = NULL;
  DexFuture *done[2], *too_late;
  WwClient *asking[2], *late;
  g_autoptr (WwPendingDevice) one = NULL;
  g_autoptr (WwPendingDevice) other = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) full = NULL;
  g_autoptr (GError) at_once = NULL;

  for (guint i = 1; i < WW_MAX_DEVICES - 1; i++)
    {
      g_autofree char *profile = g_strdup_printf ("device-%u", i);
      WwClient *device = ww_house_join (house, profile, laptop, ALICE);

      if (first_id == NULL)
        first_id = g_strdup (ww_client_get_device_id (device));
      ww_house_close (device);
    }
  asking[0] = ask_to_join (house, "asking-0", &done[0]);
  asking[1] = ask_to_join (house, "asking-1", &done[1]);
  ww_house_wait (has_two_pending, laptop, "both to ask");
  one = g_list_model_get_item (ww_client_get_pending_devices (laptop), 0);
  other = g_list_model_get_item (ww_client_get_pending_devices (laptop), 1);
  digits = ww_house_await_string (ww_pending_device_begin (one));
  ww_house_await (ww_pending_device_approve (one, digits));
  again = ww_house_await_string (ww_pending_device_begin (other));
  full = ww_house_await_error (ww_pending_device_approve (other, again));
  g_assert_error (full, WW_ERROR, WW_ERROR_TOO_MANY_DEVICES);
  g_assert_cmpint (ww_pending_device_get_state (other), !=, WW_PENDING_DEVICE_STATE_ENDED);

  late = ask_to_join (house, "late", &too_late);
  at_once = ww_house_await_error (too_late);
  g_assert_cmpstr (ww_error_get_code (at_once), ==, "too-many-devices");
  ww_house_close (late);

  ww_house_await (ww_client_remove_device (laptop, first_id, FALSE));
  g_clear_pointer (&again, g_free);
  again = ww_house_await_string (ww_pending_device_begin (other));
  ww_house_await (ww_pending_device_approve (other, again));
  for (guint i = 0; i < 2; i++)
    {
      ww_house_await (done[i]);
      ww_house_close (asking[i]);
    }
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (laptop)), ==, WW_MAX_DEVICES);
  ww_house_close (laptop);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/account/rename", test_rename);
  g_test_add_func ("/engine/account/last-handle", test_last_handle);
  g_test_add_func ("/engine/account/removed", test_removed);
  g_test_add_data_func ("/engine/account/wiped", NULL, test_wiped);
  g_test_add_data_func ("/engine/account/wiped-offline", GINT_TO_POINTER (TRUE), test_wiped);
  g_test_add_func ("/engine/account/sign-out", test_sign_out);
  g_test_add_func ("/engine/account/interrupted", test_interrupted);
  g_test_add_func ("/engine/account/each-other", test_each_other);
  g_test_add_func ("/engine/account/removed-while-sending", test_removed_while_sending);
  g_test_add_func ("/engine/account/too-many", test_too_many);
  return g_test_run ();
}
