/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-keyring"

#include "ww-keyring-lock.h"

#include "ww-error-private.h"

#define CALL_TIMEOUT_MS 25000

static GVariant *
call (GDBusConnection *bus, const char *path, const char *interface, const char *method, GVariant *parameters,
      const char *reply, GError **error)
{
  return dex_await_variant (dex_dbus_connection_call (bus, WW_SECRETS_NAME, path, interface, method, parameters,
                                                      G_VARIANT_TYPE (reply), G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS),
                            error);
}

/* The default collection's path; "/" when there is none. */
static char *
find_default (GDBusConnection *bus, GError **error)
{
  g_autoptr (GVariant) reply = call (bus, WW_SECRETS_PATH, "org.freedesktop.Secret.Service", "ReadAlias",
                                     g_variant_new ("(s)", "default"), "(o)", error);
  char *path;

  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(o)", &path);
  return path;
}

static gboolean
read_locked (GDBusConnection *bus, const char *collection, gboolean *locked, GError **error)
{
  g_autoptr (GVariant)
      reply = call (bus, collection, "org.freedesktop.DBus.Properties", "Get",
                    g_variant_new ("(ss)", "org.freedesktop.Secret.Collection", "Locked"), "(v)", error);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "(v)", &value);
  *locked = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
  return TRUE;
}

/**
 * ww_keyring_lock_query:
 * @collection: (out) (optional) (transfer full): of LOCKED and UNLOCKED
 *
 * Secret Service API, "Aliases" and "Collection". To be called in a fiber.
 */
WwKeyringState
ww_keyring_lock_query (char **collection)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  gboolean locked;

  bus = dex_await_object (dex_bus_get (G_BUS_TYPE_SESSION), &error);
  if (bus != NULL)
    path = find_default (bus, &error);
  if (path == NULL)
    {
      g_debug ("No Secret Service: %s", error->message);
      return WW_KEYRING_ABSENT;
    }
  if (g_str_equal (path, "/"))
    return WW_KEYRING_EMPTY;

  if (!read_locked (bus, path, &locked, &error))
    {
      g_debug ("The default collection does not answer: %s", error->message);
      return WW_KEYRING_ABSENT;
    }

  if (collection != NULL)
    *collection = g_steal_pointer (&path);
  return locked ? WW_KEYRING_LOCKED : WW_KEYRING_UNLOCKED;
}

static void
prompt_completed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                     const char *signal, GVariant *parameters, gpointer user_data)
{
  DexPromise *promise = user_data;
  gboolean dismissed = TRUE;

  if (!dex_future_is_pending (DEX_FUTURE (promise)))
    return;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    g_variant_get (parameters, "(bv)", &dismissed, NULL);

  if (dismissed)
    dex_promise_reject (promise, ww_error_new (WW_ERROR_KEYRING_LOCKED));
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

/* A service that ends takes its prompt along, and would leave us waiting. */
static void
owner_changed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
                  GVariant *parameters, gpointer user_data)
{
  DexPromise *promise = user_data;

  if (dex_future_is_pending (DEX_FUTURE (promise)))
    dex_promise_reject (promise, ww_error_new (WW_ERROR_KEYRING_LOCKED));
}

static guint
subscribe (GDBusConnection *bus, const char *sender, const char *interface, const char *signal, const char *path,
           const char *arg0, GDBusSignalCallback callback, DexPromise *promise)
{
  return g_dbus_connection_signal_subscribe (bus, sender, interface, signal, path, arg0, G_DBUS_SIGNAL_FLAGS_NONE,
                                             callback, dex_ref (promise), dex_unref);
}

/* Shows the prompt and waits for the person, however long they take. */
static gboolean
run_prompt (GDBusConnection *bus, const char *prompt, GError **error)
{
  g_autoptr (DexPromise) completed = dex_promise_new ();
  g_autoptr (GVariant) reply = NULL;
  guint done, gone;
  gboolean good;

  done = subscribe (bus, WW_SECRETS_NAME, "org.freedesktop.Secret.Prompt", "Completed", prompt, NULL,
                    prompt_completed_cb, completed);
  gone = subscribe (bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
                    WW_SECRETS_NAME, owner_changed_cb, completed);

  reply = call (bus, prompt, "org.freedesktop.Secret.Prompt", "Prompt", g_variant_new ("(s)", ""), "()", error);
  good = reply != NULL && dex_await (DEX_FUTURE (dex_ref (completed)), error);

  g_dbus_connection_signal_unsubscribe (bus, done);
  g_dbus_connection_signal_unsubscribe (bus, gone);
  return good;
}

/**
 * ww_keyring_lock_open:
 * @collection: path of the locked collection
 *
 * Secret Service API, "Locking and Unlocking" and "Prompts and Prompting". To be called in a fiber.
 */
gboolean
ww_keyring_lock_open (const char *collection, GError **error)
{
  g_autoptr (GDBusConnection) bus = dex_await_object (dex_bus_get (G_BUS_TYPE_SESSION), error);
  const char *collections[] = { collection, NULL };
  g_autoptr (GVariant) reply = NULL;
  const char *prompt;

  if (bus == NULL)
    return FALSE;

  reply = call (bus, WW_SECRETS_PATH, "org.freedesktop.Secret.Service", "Unlock", g_variant_new ("(^ao)", collections),
                "(aoo)", error);
  if (reply == NULL)
    return FALSE;

  g_variant_get_child (reply, 1, "&o", &prompt);
  return g_str_equal (prompt, "/") || run_prompt (bus, prompt, error);
}
