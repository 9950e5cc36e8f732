/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-keyring"

#include "ww-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <openssl/rand.h>

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-identity-private.h"
#include "ww-keyring-lock.h"

/*
 * "kind" says what the name of the schema says. libsecret keeps no such name in the file that it uses behind the Secret
 * portal, and would give the one secret for the other there.
 */
static const SecretSchema store_key_schema = {
  "im.waxwing.StoreKey",
  SECRET_SCHEMA_NONE,
  { { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

static const SecretSchema identity_schema = {
  "im.waxwing.DeviceKeys",
  SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "device", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

struct _WwKeyring
{
  GObject parent_instance;

  char *profile_id;
  GCancellable *cancellable; /* of everything asked of libsecret */
  GDBusConnection *bus;      /* while we watch it */
  guint watches[3];
  gboolean was_locked; /* when it was last looked at */
};

enum
{
  UNLOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WwKeyring, ww_keyring, G_TYPE_OBJECT)

static WwKeyringState
query (WwKeyring *self, char **collection)
{
  WwKeyringState state = ww_keyring_lock_query (collection);
  gboolean locked = state == WW_KEYRING_LOCKED;
  gboolean opened = self->was_locked && state == WW_KEYRING_UNLOCKED;

  /* One that is away may come back locked or not: what is known of it stays. */
  if (state != WW_KEYRING_ABSENT)
    self->was_locked = locked;
  if (opened)
    g_signal_emit (self, signals[UNLOCKED], 0);

  return state;
}

static DexFuture *
look_again_fiber (gpointer user_data)
{
  query (user_data, NULL);
  return dex_future_new_true ();
}

/* Something about the collections changed; what it was is asked, because services differ in what they tell. */
static void
service_changed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                    const char *signal, GVariant *parameters, gpointer user_data)
{
  WwKeyring *self = user_data;

  if (!self->was_locked)
    return;

  /* A service that just ended is not started again for this. */
  if (g_str_equal (signal, "NameOwnerChanged") && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sss)")))
    {
      const char *owner;

      g_variant_get_child (parameters, 2, "&s", &owner);
      if (*owner == '\0')
        return;
    }

  dex_future_disown (dex_scheduler_spawn (NULL, 0, look_again_fiber, g_object_ref (self), g_object_unref));
}

static void
watch (WwKeyring *self, guint index, const char *sender, const char *interface, const char *signal, const char *arg0)
{
  self->watches[index] = g_dbus_connection_signal_subscribe (self->bus, sender, interface, signal, NULL, arg0,
                                                             G_DBUS_SIGNAL_FLAGS_NONE, service_changed_cb, self, NULL);
}

static void
bus_got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwKeyring) self = user_data;
  g_autoptr (GError) error = NULL;

  self->bus = g_bus_get_finish (result, &error);
  if (self->bus == NULL)
    {
      g_debug ("No session bus to watch a keyring on: %s", error->message);
      return;
    }
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  watch (self, 0, WW_SECRETS_NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged",
         "org.freedesktop.Secret.Collection");
  watch (self, 1, WW_SECRETS_NAME, "org.freedesktop.Secret.Service", "CollectionChanged", NULL);
  watch (self, 2, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", WW_SECRETS_NAME);
}

static void
ww_keyring_dispose (GObject *object)
{
  WwKeyring *self = WW_KEYRING (object);

  g_cancellable_cancel (self->cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (self->watches); i++)
    {
      if (self->watches[i] != 0)
        g_dbus_connection_signal_unsubscribe (self->bus, g_steal_handle_id (&self->watches[i]));
    }
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (ww_keyring_parent_class)->dispose (object);
}

static void
ww_keyring_finalize (GObject *object)
{
  WwKeyring *self = WW_KEYRING (object);

  g_clear_object (&self->cancellable);
  g_free (self->profile_id);

  G_OBJECT_CLASS (ww_keyring_parent_class)->finalize (object);
}

static void
ww_keyring_class_init (WwKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_keyring_dispose;
  object_class->finalize = ww_keyring_finalize;

  /**
   * WwKeyring::unlocked:
   *
   * The default collection was locked when it was last looked at, and somebody unlocked it.
   */
  signals[UNLOCKED] = g_signal_new ("unlocked", WW_TYPE_KEYRING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                    0);
}

static void
ww_keyring_init (WwKeyring *self)
{
  self->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_got_cb, g_object_ref (self));
}

/**
 * ww_keyring_new:
 * @profile_id: ww_profile_get_id()
 */
WwKeyring *
ww_keyring_new (const char *profile_id)
{
  WwKeyring *self = g_object_new (WW_TYPE_KEYRING, NULL);

  self->profile_id = g_strdup (profile_id);
  return self;
}

/* What libsecret reports, in our words. Its own text names no secret, but is not for people. */
static GError *
translate (GError *error)
{
  WwError code = WW_ERROR_KEYRING_UNAVAILABLE;

  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    code = WW_ERROR_KEYRING_LOCKED;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = WW_ERROR_CANCELLED;

  g_debug ("The keyring reports: %s", error->message);
  g_error_free (error);
  return ww_error_new (code);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;
  SecretValue *value = secret_password_lookup_binary_finish (result, &error);

  if (error != NULL)
    dex_promise_reject (promise, translate (error));
  else if (value == NULL)
    dex_promise_reject (promise, ww_error_new (WW_ERROR_KEYS_MISSING));
  else
    dex_promise_resolve_boxed (promise, SECRET_TYPE_VALUE, value);
}

static const char *
kind_of (const SecretSchema *schema)
{
  return schema == &identity_schema ? "device-keys" : "store-key";
}

/* SecretValue, in memory of libsecret's that is not swapped and wiped. */
static DexFuture *
look_up (WwKeyring *self, const SecretSchema *schema, GHashTable *attributes)
{
  DexPromise *promise = dex_promise_new ();

  secret_password_lookupv (schema, attributes, self->cancellable, looked_up_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

/* Items of before there were kinds are found by the schema's name; what else that finds, the reader of it refuses. */
static SecretValue *
find (WwKeyring *self, const SecretSchema *schema, GError **error)
{
  g_autoptr (GHashTable)
      attributes = secret_attributes_build (schema, "kind", kind_of (schema), "profile", self->profile_id, NULL);
  g_autoptr (GError) local = NULL;
  SecretValue *value = dex_await_boxed (look_up (self, schema, attributes), &local);

  if (value != NULL)
    return value;
  if (!g_error_matches (local, WW_ERROR, WW_ERROR_KEYS_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  g_hash_table_remove (attributes, "kind");
  return dex_await_boxed (look_up (self, schema, attributes), error);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else if (error != NULL)
    dex_promise_reject (promise, translate (error));
  else
    dex_promise_reject (promise, ww_error_new (WW_ERROR_KEYRING_LOCKED));
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    dex_promise_reject (promise, translate (error));
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

static DexFuture *
clear (WwKeyring *self, const SecretSchema *schema)
{
  DexPromise *promise = dex_promise_new ();

  secret_password_clear (schema, self->cancellable, cleared_cb, dex_ref (promise), "profile", self->profile_id, NULL);
  return DEX_FUTURE (promise);
}

/* One line of text: gnome-keyring 50 dropped a secret that held a newline. */
static SecretValue *
encode (WwBytes secret)
{
  WW_AUTO_BUFFER text = { 0 };
  int state = 0, save = 0;
  gsize len;

  if (!ww_buffer_alloc (&text, (secret.len / 3 + 1) * 4 + 4))
    return NULL;

  len = g_base64_encode_step (secret.data, secret.len, FALSE, (char *) text.data, &state, &save);
  len += g_base64_encode_close (FALSE, (char *) text.data + len, &state, &save);
  ww_wipe (&save, sizeof save);
  return secret_value_new ((const char *) text.data, (gssize) len, "text/plain");
}

static gboolean
decode (SecretValue *value, WwBuffer *out)
{
  gsize len;
  const char *text = secret_value_get (value, &len);
  int state = 0;
  guint save = 0;

  if (len == 0 || len % 4 != 0 || strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/=") < len ||
      !ww_buffer_alloc (out, len / 4 * 3))
    return FALSE;

  out->len = g_base64_decode_step (text, len, out->data, &state, &save);
  ww_wipe (&save, sizeof save);
  return out->len > 0;
}

/* Nothing of libsecret's may be called while the collection is locked: it would prompt, or find nothing. */
static gboolean
require_unlocked (WwKeyring *self, GError **error)
{
  if (query (self, NULL) != WW_KEYRING_LOCKED)
    return TRUE;

  ww_error_set (error, WW_ERROR_KEYRING_LOCKED);
  return FALSE;
}

/* The item's bytes. A collection locked between the question and the look-up is told from a missing item. */
static gboolean
load (WwKeyring *self, const SecretSchema *schema, WwBuffer *out, GError **error)
{
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) local = NULL;

  if (!require_unlocked (self, error))
    return FALSE;

  value = find (self, schema, &local);
  if (value == NULL)
    {
      if (g_error_matches (local, WW_ERROR, WW_ERROR_KEYS_MISSING) && !require_unlocked (self, error))
        return FALSE;

      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  if (decode (value, out))
    return TRUE;

  ww_error_set (error, WW_ERROR_KEYS_MISSING);
  return FALSE;
}

static gboolean
check_kept (WwKeyring *self, const SecretSchema *schema, WwBytes secret, GError **error)
{
  WW_AUTO_BUFFER kept = { 0 };

  if (!load (self, schema, &kept, error))
    return FALSE;
  if (ww_bytes_equal (secret, WW_BYTES_OF_BUFFER (&kept)))
    return TRUE;

  g_set_error_literal (error, WW_ERROR, WW_ERROR_KEYRING_UNAVAILABLE, _ ("The keyring did not keep the keys."));
  return FALSE;
}

static WwStoreKey *
load_store_key (WwKeyring *self, GError **error)
{
  WW_AUTO_BUFFER secret = { 0 };
  WwStoreKey key, *copy;

  if (!load (self, &store_key_schema, &secret, error))
    return NULL;
  if (secret.len != sizeof key.bytes)
    {
      ww_error_set (error, WW_ERROR_KEYS_MISSING);
      return NULL;
    }

  memcpy (key.bytes, secret.data, sizeof key.bytes);
  copy = ww_store_key_copy (&key);
  ww_wipe (&key, sizeof key);
  return copy;
}

static DexFuture *
load_store_key_fiber (gpointer user_data)
{
  GError *error = NULL;
  WwStoreKey *key = load_store_key (user_data, &error);

  if (key == NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (WW_TYPE_STORE_KEY, key);
}

static DexFuture *
spawn (WwKeyring *self, DexFiberFunc fiber)
{
  return dex_scheduler_spawn (NULL, 0, fiber, g_object_ref (self), g_object_unref);
}

/**
 * ww_keyring_load_store_key:
 *
 * Returns: (transfer full): resolves to a WwStoreKey; rejects with WW_ERROR_KEYRING_LOCKED, WW_ERROR_KEYRING_UNAVAILABLE, or
 *   WW_ERROR_KEYS_MISSING when the keyring is open and holds none
 */
DexFuture *
ww_keyring_load_store_key (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, load_store_key_fiber);
}

static DexFuture *
store (WwKeyring *self, const SecretSchema *schema, const char *label, SecretValue *value, GHashTable *attributes)
{
  DexPromise *promise = dex_promise_new ();

  secret_password_storev_binary (schema, attributes, SECRET_COLLECTION_DEFAULT, label, value, self->cancellable,
                                 stored_cb, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static gboolean
store_and_check (WwKeyring *self, const SecretSchema *schema, const char *label, WwBytes secret, GHashTable *attributes,
                 GError **error)
{
  g_autoptr (SecretValue) value = encode (secret);

  if (value == NULL)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }

  return require_unlocked (self, error) && dex_await (store (self, schema, label, value, attributes), error) &&
         check_kept (self, schema, secret, error);
}

static DexFuture *
create_store_key_fiber (gpointer user_data)
{
  WwKeyring *self = user_data;
  g_autoptr (GHashTable) attributes = secret_attributes_build (&store_key_schema, "kind", kind_of (&store_key_schema),
                                                               "profile", self->profile_id, NULL);
  GError *error = NULL;
  WwStoreKey *key = load_store_key (self, &error);

  if (key != NULL)
    return dex_future_new_take_boxed (WW_TYPE_STORE_KEY, key);
  if (!g_error_matches (error, WW_ERROR, WW_ERROR_KEYS_MISSING))
    return dex_future_new_for_error (error);
  g_clear_error (&error);

  key = g_new0 (WwStoreKey, 1);
  if (RAND_priv_bytes (key->bytes, sizeof key->bytes) != 1)
    error = ww_error_new (WW_ERROR_FAILED);
  else
    store_and_check (self, &store_key_schema, _ ("Waxwing Message Store"), WW_BYTES_OF (key->bytes), attributes,
                     &error);

  if (error != NULL)
    {
      ww_store_key_free (key);
      return dex_future_new_for_error (error);
    }

  return dex_future_new_take_boxed (WW_TYPE_STORE_KEY, key);
}

/**
 * ww_keyring_create_store_key:
 *
 * One that is there already is kept and given: a store may depend on it. ww_keyring_clear() first for a new one.
 *
 * Returns: (transfer full): resolves to a WwStoreKey that the keyring has given back
 */
DexFuture *
ww_keyring_create_store_key (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, create_store_key_fiber);
}

static DexFuture *
load_identity_fiber (gpointer user_data)
{
  WW_AUTO_BUFFER secret = { 0 };
  GError *error = NULL;
  WwIdentity *identity;

  if (!load (user_data, &identity_schema, &secret, &error))
    return dex_future_new_for_error (error);

  identity = ww_identity_parse (WW_BYTES_OF_BUFFER (&secret));
  if (identity == NULL)
    return ww_error_reject (WW_ERROR_KEYS_MISSING);

  return dex_future_new_take_boxed (WW_TYPE_IDENTITY, identity);
}

/**
 * ww_keyring_load_identity:
 *
 * Returns: (transfer full): resolves to a WwIdentity; rejects as ww_keyring_load_store_key()
 */
DexFuture *
ww_keyring_load_identity (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, load_identity_fiber);
}

typedef struct
{
  WwKeyring *keyring;
  WwIdentity *identity;
} StoreIdentity;

static void
store_identity_free (gpointer data)
{
  StoreIdentity *task = data;

  g_object_unref (task->keyring);
  ww_identity_unref (task->identity);
  g_free (task);
}

static DexFuture *
store_identity_fiber (gpointer user_data)
{
  StoreIdentity *task = user_data;
  g_autofree char *account = ww_hex_encode (ww_identity_get_account_id (task->identity), 16);
  g_autofree char *device = ww_hex_encode (ww_identity_get_device_id (task->identity), 16);
  g_autoptr (GHashTable) attributes = NULL;
  WW_AUTO_BUFFER secret = { 0 };
  GError *error = NULL;

  if (!ww_identity_serialise (task->identity, &secret))
    return ww_error_reject (WW_ERROR_FAILED);

  attributes = secret_attributes_build (&identity_schema, "account", account, "device", device, "kind",
                                        kind_of (&identity_schema), "profile", task->keyring->profile_id, NULL);
  if (!store_and_check (task->keyring, &identity_schema, _ ("Waxwing Device Keys"), WW_BYTES_OF_BUFFER (&secret),
                        attributes, &error))
    return dex_future_new_for_error (error);

  return dex_future_new_true ();
}

/**
 * ww_keyring_store_identity:
 * @identity: replaces what is there of the same account and device
 *
 * Returns: (transfer full): resolves to %TRUE when the keyring has given the same back
 */
DexFuture *
ww_keyring_store_identity (WwKeyring *self, WwIdentity *identity)
{
  StoreIdentity *task;

  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);
  g_return_val_if_fail (identity != NULL, NULL);

  task = g_new0 (StoreIdentity, 1);
  task->keyring = g_object_ref (self);
  task->identity = ww_identity_ref (identity);
  return dex_scheduler_spawn (NULL, 0, store_identity_fiber, task, store_identity_free);
}

static DexFuture *
clear_fiber (gpointer user_data)
{
  WwKeyring *self = user_data;
  GError *error = NULL;

  if (!require_unlocked (self, &error) || !dex_await (clear (self, &identity_schema), &error) ||
      !dex_await (clear (self, &store_key_schema), &error))
    return dex_future_new_for_error (error);

  return dex_future_new_true ();
}

/**
 * ww_keyring_clear:
 *
 * Removes this profile's items, and nothing else. That there are none is fine.
 */
DexFuture *
ww_keyring_clear (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, clear_fiber);
}

static DexFuture *
is_locked_fiber (gpointer user_data)
{
  return dex_future_new_for_boolean (query (user_data, NULL) == WW_KEYRING_LOCKED);
}

/**
 * ww_keyring_is_locked:
 *
 * Returns: (transfer full): resolves to a boolean; %FALSE also when there is no Secret Service, or nothing in it yet
 */
DexFuture *
ww_keyring_is_locked (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, is_locked_fiber);
}

static DexFuture *
unlock_fiber (gpointer user_data)
{
  WwKeyring *self = user_data;
  g_autofree char *collection = NULL;
  GError *error = NULL;

  switch (query (self, &collection))
    {
    case WW_KEYRING_ABSENT:
      return ww_error_reject (WW_ERROR_KEYRING_UNAVAILABLE);
    case WW_KEYRING_EMPTY:
    case WW_KEYRING_UNLOCKED:
      return dex_future_new_true ();
    case WW_KEYRING_LOCKED:
      break;
    }

  if (!ww_keyring_lock_open (collection, &error))
    {
      if (error->domain != WW_ERROR)
        error = translate (error);
      return dex_future_new_for_error (error);
    }

  /* Also when the service said yes: it is what it is. */
  if (query (self, NULL) == WW_KEYRING_LOCKED)
    return ww_error_reject (WW_ERROR_KEYRING_LOCKED);

  return dex_future_new_true ();
}

/**
 * ww_keyring_unlock:
 *
 * The only function here that lets the service ask the person.
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with WW_ERROR_KEYRING_LOCKED when the person dismissed the prompt,
 *   WW_ERROR_KEYRING_UNAVAILABLE when nothing answers
 */
DexFuture *
ww_keyring_unlock (WwKeyring *self)
{
  g_return_val_if_fail (WW_IS_KEYRING (self), NULL);

  return spawn (self, unlock_fiber);
}
