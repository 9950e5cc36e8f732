/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to the account while a device's keyring is locked: alerts come later, forgetting ends later. */
#include "ww-house.h"

#include "ww-error.h"

#define ALICE "mailto:alice@example.org"

#define SERVICE    "org.freedesktop.secrets"
#define PATH       "/org/freedesktop/secrets"
#define COLLECTION PATH "/collection/login"
/* That of support.session. */
#define PASSWORD "correct horse"

static GVariant *
call (const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  GVariant *answer;

  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (bus, SERVICE, PATH, interface, method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
                                        10000, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

static void
lock (void)
{
  const char *const collections[] = { COLLECTION };

  g_variant_unref (
      call ("org.freedesktop.Secret.Service", "Lock", g_variant_new ("(@ao)", g_variant_new_objv (collections, 1))));
}

/* Without a prompt, as gnome-keyring's own tests do it. */
static void
unlock (void)
{
  g_autoptr (GVariant) opened = call ("org.freedesktop.Secret.Service", "OpenSession",
                                      g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  g_autofree char *session = NULL;
  GVariant *secret;

  g_variant_get (opened, "(vo)", NULL, &session);
  secret = g_variant_new ("(o@ay@ays)", session, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1),
                          g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, PASSWORD, strlen (PASSWORD), 1),
                          "text/plain");
  g_variant_unref (call ("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", "UnlockWithMasterPassword",
                         g_variant_new ("(o@(oayays))", COLLECTION, secret)));
}

static gboolean
is_ready (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_READY;
}

static gboolean
is_locked (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_LOCKED;
}

static gboolean
is_not_enrolled (gpointer client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_NOT_ENROLLED;
}

static guint
count_removed (WwClient *client)
{
  GListModel *alerts = ww_client_get_alerts (client);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      n += ww_alert_get_kind (alert) == WW_ALERT_KIND_DEVICE_REMOVED;
    }
  return n;
}

static gboolean
was_told (gpointer client)
{
  return count_removed (client) > 0;
}

/* The desktop starts while the keyring is locked, and hears after the unlock what happened meanwhile: once. */
static void
test_alert (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  WwClient *tablet = ww_house_join (house, "tablet", laptop, ALICE);
  g_autofree char *path = g_build_filename (house->directory, "desktop", NULL);
  g_autoptr (GError) locked = NULL;

  ww_house_close (desktop);
  lock ();
  desktop = ww_client_new (path);
  locked = ww_house_await_error (ww_client_open (desktop, WW_CLIENT_OPEN_DEFAULT));
  g_assert_error (locked, WW_ERROR, WW_ERROR_KEYRING_LOCKED);
  g_assert_true (is_locked (desktop));
  ww_house_await (ww_client_remove_device (laptop, ww_client_get_device_id (tablet), FALSE));
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_alerts (desktop)), ==, 0);
  unlock ();
  ww_house_wait (is_ready, desktop, "the desktop to go on");
  ww_house_wait (was_told, desktop, "the desktop to hear of it");
  ww_house_close (desktop);
  desktop = ww_house_open (house, "desktop");
  ww_house_await (ww_client_wait_drained (desktop, 60000));
  g_assert_cmpuint (count_removed (desktop), ==, 1);
  ww_house_close (tablet);
  ww_house_close (desktop);
  ww_house_close (laptop);
  ww_house_free (house);
}

/* The files go at once; what the keyring keeps goes as soon as it is unlocked, and nobody reads anything meanwhile. */
static void
test_wipe (void)
{
  WwHouse *house = ww_house_new ();
  WwClient *laptop = ww_house_enrol (house, "laptop", NULL, ALICE);
  WwClient *desktop = ww_house_join (house, "desktop", laptop, ALICE);
  g_autofree char *path = g_build_filename (house->directory, "desktop", NULL);
  g_autofree char *store_path = g_build_filename (path, "store.db", NULL);
  g_autoptr (WwProfile) profile = NULL;
  g_autoptr (WwKeyring) keyring = NULL;
  g_autoptr (GError) gone = NULL;

  lock ();
  ww_house_await (ww_client_remove_device (laptop, ww_client_get_device_id (desktop), TRUE));
  ww_house_wait (is_locked, desktop, "the desktop to find the keyring locked");
  g_assert_false (g_file_test (store_path, G_FILE_TEST_EXISTS));
  unlock ();
  ww_house_wait (is_not_enrolled, desktop, "the desktop to have forgotten everything");
  g_assert_error (ww_client_get_error (desktop), WW_ERROR, WW_ERROR_NOT_ENROLLED);
  ww_house_close (desktop);
  profile = ww_house_await_object (ww_profile_open (path));
  keyring = ww_keyring_new (ww_profile_get_id (profile));
  gone = ww_house_await_error (ww_keyring_load_identity (keyring));
  g_assert_error (gone, WW_ERROR, WW_ERROR_KEYS_MISSING);
  ww_house_close (laptop);
  ww_house_free (house);
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/locked/alert", test_alert);
  g_test_add_func ("/engine/locked/wipe", test_wipe);
  return g_test_run ();
}
