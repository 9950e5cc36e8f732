/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-alert-private.h"
#include "ww-enrolment-private.h"
#include "ww-error-private.h"
#include "ww-profile-wipe.h"
#include "ww-store-alerts.h"
#include "ww-store-meta.h"

/* What opens the window goes first. */
#define KEEPER_DELAY_MS 3000

/* What the store says about this device. Boxed for the way between the threads. */
typedef struct
{
  gint64 enrolled;
  gboolean claims; /* starting over, and not done yet */
  char *server;
  char *name;
  char *device_name;
  GPtrArray *alerts; /* of WwAlertRow */
} Settings;

static void
settings_free (Settings *self)
{
  g_free (self->server);
  g_free (self->name);
  g_free (self->device_name);
  g_clear_pointer (&self->alerts, g_ptr_array_unref);
  g_free (self);
}

static Settings *
settings_copy (Settings *self)
{
  Settings *copy = g_new0 (Settings, 1);

  copy->enrolled = self->enrolled;
  copy->claims = self->claims;
  copy->server = g_strdup (self->server);
  copy->name = g_strdup (self->name);
  copy->device_name = g_strdup (self->device_name);
  copy->alerts = self->alerts != NULL ? g_ptr_array_ref (self->alerts) : NULL;
  return copy;
}

static GType settings_get_type (void);
G_DEFINE_BOXED_TYPE (Settings, settings, settings_copy, settings_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settings, settings_free)

static gboolean
read_settings (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_autoptr (Settings) settings = g_new0 (Settings, 1);

  if (!ww_store_has_held_claim (database, &settings->claims, error) ||
      !ww_store_get_meta_int (database, WW_META_ENROLLED, 0, &settings->enrolled, error) ||
      !ww_store_get_meta_text (database, WW_META_SERVER, &settings->server, error) ||
      !ww_store_get_meta_text (database, WW_META_NAME, &settings->name, error) ||
      !ww_store_get_meta_text (database, WW_META_DEVICE_NAME, &settings->device_name, error) ||
      !ww_store_list_alerts (database, &settings->alerts, error))
    return FALSE;
  g_value_init (result, settings_get_type ());
  g_value_take_boxed (result, g_steal_pointer (&settings));
  return TRUE;
}

typedef struct
{
  WwClient *client;
  WwStore *store;
  WwIdentity *identity;
} Start;

static void
start_free (gpointer data)
{
  Start *self = data;

  g_object_unref (self->client);
  g_object_unref (self->store);
  ww_identity_unref (self->identity);
  g_free (self);
}

static void
make_uploads (WwClient *self, const char *server)
{
  g_autoptr (WwTransfers)
      transfers = ww_transfers_new (self->store, self->link, server, ww_profile_get_directory (self->profile_lock));

  if ((self->flags & WW_CLIENT_OPEN_OFFLINE) != 0)
    ww_transfers_hold (transfers);
  self->uploads = ww_uploads_new (self->store, transfers, self->conversations);
  ww_conversation_list_set_uploads (self->conversations, self->uploads);
}

static void
make_parts (Start *start, const Settings *settings)
{
  WwClient *self = start->client;

  g_set_object (&self->store, start->store);
  self->identity = ww_identity_ref (start->identity);
  self->link = ww_link_new (settings->server, self->identity);
  ww_link_set_attentive (self->link, !self->unattended);
  self->directory = ww_directory_new (self->store, self->link, self->identity);
  self->account = ww_account_new (self->link, self->directory, self->identity);
  self->approver = ww_approver_new (self->store, self->link, self->account, self->identity, self->pending_devices);
  self->additions = ww_additions_new (self->store, self->link, self->account, self->additions_list);
  make_uploads (self, settings->server);
  self->outbox = ww_outbox_new (self->store, self->link, self->directory, self->identity, self->conversations,
                                settings->name != NULL ? settings->name : "");
  self->inbox = ww_inbox_new (self->store, self->link, self->directory, self->identity, self->conversations);
  self->handover = ww_handover_new (self->store, self->account, self->identity,
                                    ww_uploads_get_transfers (self->uploads));
  self->transients = ww_transients_new (self->store, self->directory, self->identity, self->conversations);
  ww_client_connect_parts (self);
  ww_client_set_self (self, settings->server, settings->name != NULL ? settings->name : "", settings->device_name);
}

static gboolean
fill_lists (WwClient *self, const Settings *settings, GError **error)
{
  g_autoptr (WwRecord) record = dex_await_boxed (ww_account_load (self->account), error);

  if (record == NULL)
    return FALSE;
  ww_client_show_record (self, record);
  ww_conversation_list_set_parts (self->conversations, self->identity, self->directory);
  if (!dex_await (ww_transfers_load (ww_uploads_get_transfers (self->uploads)), error) ||
      !dex_await (ww_uploads_load (self->uploads), error) ||
      !dex_await (ww_conversation_list_load (self->conversations, self->store), error) ||
      !dex_await (ww_additions_load (self->additions), error) || !ww_client_load_preferences (self, error))
    return FALSE;
  for (guint i = 0; i < settings->alerts->len; i++)
    {
      g_autoptr (WwAlert) alert = ww_alert_new (settings->alerts->pdata[i]);

      g_list_store_append (self->alerts, alert);
    }
  return TRUE;
}

static gboolean
start (Start *start_data, GError **error)
{
  WwClient *self = start_data->client;
  g_autoptr (Settings) settings = dex_await_boxed (ww_store_read (start_data->store, read_settings, NULL, NULL), error);
  const WwRecord *record;

  if (settings == NULL)
    return FALSE;
  if (settings->server == NULL)
    {
      ww_error_set (error, WW_ERROR_STORE_FOREIGN);
      return FALSE;
    }
  make_parts (start_data, settings);
  if (!fill_lists (self, settings, error))
    return FALSE;
  record = self->account != NULL ? ww_account_get_record (self->account) : NULL;
  if (record == NULL || self->link == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  if (ww_record_find_device (record, ww_identity_get_device_id (self->identity)) == NULL)
    return ww_client_open_removed (self, error);
  ww_client_set_state (self, WW_CLIENT_STATE_READY, NULL);
  self->keeper = ww_search_keeper_new (self->store, KEEPER_DELAY_MS);
  if ((self->flags & WW_CLIENT_OPEN_OFFLINE) == 0)
    {
      ww_handover_wake (self->handover);
      ww_link_start (self->link);
    }
  return TRUE;
}

static DexFuture *
start_fiber (gpointer data)
{
  Start *start_data = data;
  g_autoptr (GError) error = NULL;

  if (start (start_data, &error))
    return dex_future_new_true ();
  dex_await (ww_client_stop (start_data->client), NULL);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
ww_client_start (WwClient *self, WwStore *store, WwIdentity *identity)
{
  Start *data = g_new0 (Start, 1);

  data->client = g_object_ref (self);
  data->store = g_object_ref (store);
  data->identity = ww_identity_ref (identity);
  return dex_scheduler_spawn (NULL, 0, start_fiber, data, start_free);
}

DexFuture *
ww_client_stop (WwClient *self)
{
  g_autoptr (WwStore) store = g_steal_pointer (&self->store);

  ww_client_disconnect_parts (self);
  if (self->link != NULL)
    {
      if (self->keeper != NULL)
        ww_search_keeper_close (self->keeper);
      ww_transients_close (self->transients);
      ww_handover_close (self->handover);
      ww_inbox_close (self->inbox);
      ww_outbox_close (self->outbox);
      ww_uploads_close (self->uploads);
      ww_additions_close (self->additions);
      ww_approver_close (self->approver);
      ww_account_close (self->account);
      ww_directory_close (self->directory);
      ww_link_stop (self->link);
    }
  g_clear_object (&self->keeper);
  g_clear_object (&self->transients);
  g_clear_object (&self->handover);
  g_clear_object (&self->inbox);
  g_clear_object (&self->outbox);
  ww_conversation_list_set_uploads (self->conversations, NULL);
  g_clear_object (&self->uploads);
  g_clear_object (&self->additions);
  g_clear_object (&self->approver);
  g_clear_object (&self->account);
  g_clear_object (&self->directory);
  g_clear_object (&self->link);
  g_clear_pointer (&self->identity, ww_identity_unref);
  ww_conversation_list_clear (self->conversations);
  g_list_store_remove_all (self->devices);
  g_list_store_remove_all (self->pending_devices);
  g_list_store_remove_all (self->alerts);
  g_list_store_remove_all (self->additions_list);
  ww_client_set_self (self, NULL, "", NULL);
  ww_client_set_record (self, NULL);
  ww_client_set_connection (self, WW_CONNECTION_STATE_OFFLINE, NULL);
  if (store == NULL)
    return dex_future_new_true ();
  return ww_store_close (store);
}

static DexFuture *
discard_fiber (gpointer data)
{
  WwProfile *profile = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ww_profile_delete_store (profile), &error) ||
      !dex_await (ww_profile_forget_farewell (profile), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

DexFuture *
ww_client_discard_store (WwClient *self)
{
  g_return_val_if_fail (self->state == WW_CLIENT_STATE_NOT_ENROLLED, ww_error_reject (WW_ERROR_FAILED));
  return dex_scheduler_spawn (NULL, 0, discard_fiber, g_object_ref (self->profile_lock), g_object_unref);
}

static void open_again (WwClient *self);

static void
unlocked_cb (WwKeyring *keyring, gpointer data)
{
  WwClient *self = data;

  if (self->state == WW_CLIENT_STATE_LOCKED)
    open_again (self);
}

static gboolean
open_profile (WwClient *self, GError **error)
{
  g_autoptr (WwProfile) profile = NULL;

  if (self->profile_lock != NULL)
    return TRUE;
  profile = dex_await_object (ww_profile_open (self->profile), error);
  if (profile == NULL)
    return FALSE;
  g_set_object (&self->profile_lock, profile);
  self->keyring = ww_keyring_new (ww_profile_get_id (profile));
  g_signal_connect_object (self->keyring, "unlocked", G_CALLBACK (unlocked_cb), self, G_CONNECT_DEFAULT);
  return TRUE;
}

/* Never prompts unless the caller said so. */
static WwStoreKey *
load_store_key (WwClient *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  WwStoreKey *key = dex_await_boxed (ww_keyring_load_store_key (self->keyring), &local);

  if (key == NULL && g_error_matches (local, WW_ERROR, WW_ERROR_KEYRING_LOCKED) &&
      (self->flags & WW_CLIENT_OPEN_PROMPT) != 0)
    {
      if (!dex_await (ww_keyring_unlock (self->keyring), error))
        return NULL;
      return dex_await_boxed (ww_keyring_load_store_key (self->keyring), error);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return key;
}

/* Starting over was asked for and is not done: it goes on. Without its keys there is nothing to go on with. */
static gboolean
resume_claim (WwClient *self, WwStore *store, const Settings *settings, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwIdentity) identity = dex_await_boxed (ww_keyring_load_identity (self->keyring), &local);
  gboolean resumed = FALSE;

  if (identity != NULL && ww_identity_get_account_key (identity) != NULL && settings->server != NULL)
    {
      ww_client_set_state (self, WW_CLIENT_STATE_NOT_ENROLLED, NULL);
      resumed = ww_enrolment_resume (self->enrolment, store, identity, settings->server,
                                     settings->name != NULL ? settings->name : "",
                                     settings->device_name != NULL ? settings->device_name : "",
                                     (self->flags & WW_CLIENT_OPEN_OFFLINE) == 0, &local);
    }
  if (resumed)
    return TRUE;
  dex_await (ww_store_close (store), NULL);
  if (local != NULL && !g_error_matches (local, WW_ERROR, WW_ERROR_KEYS_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  ww_client_set_state (self, WW_CLIENT_STATE_NOT_ENROLLED, NULL);
  return TRUE;
}

/* TRUE also when nobody is enrolled: the state says which. */
static gboolean
open_store (WwClient *self, GError **error)
{
  gboolean wiped;
  g_autoptr (WwStoreKey) key = NULL;
  g_autoptr (WwStore) store = NULL;
  g_autoptr (WwIdentity) identity = NULL;
  g_autoptr (Settings) settings = NULL;

  if (!ww_client_resume_wipe (self, &wiped, error))
    return FALSE;
  if (wiped)
    return TRUE;
  if (!ww_profile_has_store (self->profile_lock))
    {
      g_autoptr (GError) farewell = ww_client_dup_farewell (self);

      ww_client_set_state (self, WW_CLIENT_STATE_NOT_ENROLLED, farewell);
      return TRUE;
    }
  key = load_store_key (self, error);
  if (key == NULL)
    return FALSE;
  store = dex_await_object (ww_store_open (ww_profile_get_store_path (self->profile_lock), key, FALSE), error);
  if (store == NULL)
    return FALSE;
  settings = dex_await_boxed (ww_store_read (store, read_settings, NULL, NULL), error);
  if (settings == NULL)
    return FALSE;
  if (settings->enrolled == 0 && settings->claims)
    return resume_claim (self, store, settings, error);
  if (settings->enrolled == 0)
    {
      /* An enrolment that was cut off. There is nothing in it but records. */
      if (!dex_await (ww_store_close (store), error))
        return FALSE;
      ww_client_set_state (self, WW_CLIENT_STATE_NOT_ENROLLED, NULL);
      return TRUE;
    }
  identity = dex_await_boxed (ww_keyring_load_identity (self->keyring), error);
  if (identity == NULL || ww_identity_get_account_key (identity) == NULL)
    {
      dex_await (ww_store_close (store), NULL);
      if (identity != NULL)
        ww_error_set (error, WW_ERROR_KEYS_MISSING);
      return FALSE;
    }
  return dex_await (ww_client_start (self, store, identity), error);
}

static DexFuture *
open_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (DexPromise) opening = NULL;
  g_autoptr (GError) error = NULL;

  if (!open_profile (self, &error) || !open_store (self, &error))
    ww_client_set_state (self,
                         g_error_matches (error, WW_ERROR, WW_ERROR_KEYRING_LOCKED) ? WW_CLIENT_STATE_LOCKED
                                                                                    : WW_CLIENT_STATE_FAILED,
                         error);
  opening = g_steal_pointer (&self->opening);
  if (error != NULL)
    dex_promise_reject (opening, g_steal_pointer (&error));
  else
    dex_promise_resolve_boolean (opening, TRUE);
  return dex_future_new_true ();
}

static void
open_again (WwClient *self)
{
  if (self->opening != NULL)
    return;
  self->opening = dex_promise_new ();
  ww_client_set_state (self, WW_CLIENT_STATE_OPENING, NULL);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, open_fiber, g_object_ref (self), g_object_unref));
}

/**
 * ww_client_open:
 *
 * Opens profile, keyring and store, fills the lists, then brings the link up in the background. Calls while one is under
 * way share it.
 *
 * Returns: (transfer full): a future of %TRUE when the state is READY, REMOVED or NOT_ENROLLED
 */
DexFuture *
ww_client_open (WwClient *self, WwClientOpenFlags flags)
{
  switch (self->state)
    {
    case WW_CLIENT_STATE_CLOSED:
    case WW_CLIENT_STATE_LOCKED:
    case WW_CLIENT_STATE_FAILED:
      self->flags = flags;
      open_again (self);
      break;
    case WW_CLIENT_STATE_OPENING:
      break;
    case WW_CLIENT_STATE_NOT_ENROLLED:
    case WW_CLIENT_STATE_READY:
    case WW_CLIENT_STATE_REMOVED:
      return dex_future_new_true ();
    }
  return DEX_FUTURE (dex_ref (self->opening));
}

static DexFuture *
unlock_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ww_keyring_unlock (self->keyring), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  /* The keyring's own word that it is unlocked may have come first. */
  return ww_client_open (self, self->flags);
}

/**
 * ww_client_unlock:
 *
 * Has the keyring ask for its password.
 *
 * Returns: (transfer full): a future as of ww_client_open(); WW_ERROR_KEYRING_LOCKED when the person dismissed it
 */
DexFuture *
ww_client_unlock (WwClient *self)
{
  if (self->keyring == NULL)
    return ww_error_reject (WW_ERROR_KEYRING_LOCKED);
  return dex_scheduler_spawn (NULL, 0, unlock_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
close_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;
  gboolean closed;

  if (self->opening != NULL)
    dex_await (DEX_FUTURE (dex_ref (self->opening)), NULL);
  dex_await (ww_enrolment_suspend (self->enrolment), NULL);
  closed = dex_await (ww_client_stop (self), &error);
  if (self->profile_lock != NULL)
    ww_profile_close (self->profile_lock);
  g_clear_object (&self->profile_lock);
  g_clear_object (&self->keyring);
  ww_client_set_state (self, WW_CLIENT_STATE_CLOSED, NULL);
  return closed ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_close:
 *
 * Disconnects, finishes what the store has begun, and lets the profile go.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_client_close (WwClient *self)
{
  return dex_scheduler_spawn (NULL, 0, close_fiber, g_object_ref (self), g_object_unref);
}
