/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-device-private.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-store-meta.h"

/* One thing to do with one device. */
typedef struct
{
  WwAccount *account;
  guint8 device[16];
  gboolean wipe;
  char *name;
} Task;

static Task *
task_new (WwClient *client, const char *device_id, GError **error)
{
  g_autofree Task *self = g_new0 (Task, 1);

  if (client->account == NULL)
    {
      ww_error_set (error, WW_ERROR_NOT_ENROLLED);
      return NULL;
    }
  if (!ww_hex_decode (device_id, self->device, sizeof self->device))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return NULL;
    }
  self->account = g_object_ref (client->account);
  return g_steal_pointer (&self);
}

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->account);
  g_free (self->name);
  g_free (self);
}

static DexFuture *
remove_fiber (gpointer data)
{
  Task *self = data;
  WwRecordChange change = { .device_removed = self->device, .wipe = self->wipe };
  g_autoptr (GError) error = NULL;

  if (!ww_account_publish_change (self->account, &change, NULL, NULL, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

/**
 * ww_client_remove_device:
 * @device_id: hex; not this device
 * @wipe: whether the device shall forget keys and messages at once, without asking its person
 *
 * Returns: (transfer full): a future of %TRUE when the record without the device is published
 */
DexFuture *
ww_client_remove_device (WwClient *self, const char *device_id, gboolean wipe)
{
  g_autoptr (GError) error = NULL;
  Task *task = task_new (self, device_id, &error);

  if (task == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (memcmp (task->device, ww_identity_get_device_id (self->identity), WW_ID_SIZE) == 0)
    {
      task_free (task);
      return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                                    _ ("This is the device that you are using. Sign out instead."));
    }
  task->wipe = wipe;
  return dex_scheduler_spawn (NULL, 0, remove_fiber, task, task_free);
}

/* Sealed for the account's own devices: the server learns no name. */
static DexFuture *
rename_fiber (gpointer data)
{
  Task *self = data;
  WwIdentity *identity = ww_account_get_identity (self->account);
  WW_AUTO_BUFFER sealed = { 0 };
  WwNewName name = { .device_id = self->device };
  WwRecordChange change = { .names = &name, .n_names = 1 };
  g_autoptr (GError) error = NULL;

  if (ww_name_seal (ww_identity_get_account_key (identity), ww_identity_get_account_id (identity), self->device,
                    self->name, &sealed) != WW_CRYPTO_OK)
    return ww_error_reject (WW_ERROR_FAILED);
  name.sealed_name = WW_BYTES_OF_BUFFER (&sealed);
  if (!ww_account_publish_change (self->account, &change, NULL, NULL, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

/**
 * ww_client_rename_device:
 * @device_id: hex; any device of the account
 * @name: for people: up to 64 bytes, not only white space
 *
 * Returns: (transfer full): a future of %TRUE when the record with the new name is published
 */
DexFuture *
ww_client_rename_device (WwClient *self, const char *device_id, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (name));
  Task *task;

  if (*stripped == '\0' || !g_utf8_validate (stripped, -1, NULL))
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("A device needs a name."));
  if (strlen (stripped) > WW_MAX_DEVICE_NAME)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                                  _ ("This name is too long. Choose a shorter one."));
  task = task_new (self, device_id, &error);
  if (task == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  task->name = g_steal_pointer (&stripped);
  return dex_scheduler_spawn (NULL, 0, rename_fiber, task, task_free);
}

static WwDevice *
find_device (WwClient *self, const char *id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->devices));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);

      if (g_str_equal (ww_device_get_id (device), id))
        return g_steal_pointer (&device);
    }
  return NULL;
}

/* Only what the account's own record lists is shown, whatever the server names. */
static DexFuture *
activity_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;
  WwReply *reply = g_value_get_boxed (dex_future_get_value (future, NULL));
  const Waxwing__Activity *activity = ww_reply_response (reply)->activity;

  for (size_t i = 0; i < activity->n_devices; i++)
    {
      const Waxwing__DeviceActivity *seen = activity->devices[i];
      g_autofree char *id = ww_hex_encode (seen->device_id.data, seen->device_id.len);
      g_autoptr (WwDevice) device = find_device (self, id);

      if (device != NULL)
        ww_device_set_activity (device, ww_clamp_time (seen->last_seen_ms), seen->connected);
    }
  return dex_future_new_true ();
}

/**
 * ww_client_refresh_activity:
 *
 * Asks the server when each device of the account was last connected, and puts that into the #WwDevice objects.
 *
 * Returns: (transfer full): a future of %TRUE; WW_ERROR_OFFLINE without a connection
 */
DexFuture *
ww_client_refresh_activity (WwClient *self)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__GetActivity question = WAXWING__GET_ACTIVITY__INIT;

  if (self->link == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  request.body_case = WAXWING__REQUEST__BODY_GET_ACTIVITY;
  request.get_activity = &question;
  return dex_future_then (
      ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_ACTIVITY, WW_REQUEST_TIMEOUT_MS), activity_cb,
      g_object_ref (self), g_object_unref);
}

/* A device that is as it was stays the same object, and keeps what the server said of it. */
static WwDevice *
make_device (WwClient *self, const WwRecordDevice *listed)
{
  g_autofree char *name = ww_account_dup_device_name (self->account, listed);
  gboolean is_this = memcmp (listed->device_id, ww_identity_get_device_id (self->identity), WW_ID_SIZE) == 0;
  g_autoptr (WwDevice) device = ww_device_new (listed, name, is_this);
  g_autoptr (WwDevice) before = find_device (self, ww_device_get_id (device));

  if (before == NULL)
    return g_steal_pointer (&device);
  if (g_str_equal (ww_device_get_name (before), ww_device_get_name (device)) &&
      g_str_equal (ww_device_get_fingerprint (before), ww_device_get_fingerprint (device)))
    return g_steal_pointer (&before);
  ww_device_set_activity (device, ww_device_get_last_seen_ms (before), ww_device_get_connected (before));
  return g_steal_pointer (&device);
}

static void
show_devices (WwClient *self, WwRecord *record)
{
  size_t n_devices;
  const WwRecordDevice *devices = ww_record_devices (record, &n_devices);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->devices));

  for (size_t i = 0; i < n_devices; i++)
    {
      WwDevice *device = make_device (self, &devices[i]);

      if (ww_device_get_is_this (device))
        g_ptr_array_insert (list, 0, device);
      else
        g_ptr_array_add (list, device);
    }
  g_list_store_splice (self->devices, 0, n_before, list->pdata, list->len);
}

static gboolean
write_device_name (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_set_meta_text (database, WW_META_DEVICE_NAME, data, error);
}

/* What the record calls this device, wherever it was renamed. */
static void
take_own_name (WwClient *self, WwRecord *record)
{
  const WwRecordDevice *device = ww_record_find_device (record, ww_identity_get_device_id (self->identity));
  g_autofree char *name = device != NULL ? ww_account_dup_device_name (self->account, device) : NULL;

  if (name == NULL || *name == '\0' || g_strcmp0 (name, self->device_name) == 0)
    return;
  ww_client_set_self (self, self->server, self->name, name);
  dex_future_disown (ww_store_run (self->store, write_device_name, g_steal_pointer (&name), g_free));
}

/* The own account's record as it is now. */
void
ww_client_show_record (WwClient *self, WwRecord *record)
{
  size_t n_handles;
  const char *const *handles = ww_record_handles (record, &n_handles);

  ww_client_set_record (self, record);
  show_devices (self, record);
  take_own_name (self, record);
  ww_conversation_list_set_self (self->conversations, ww_identity_get_account_id (self->identity),
                                 ww_identity_get_device_id (self->identity), self->name,
                                 n_handles > 0 ? handles[0] : "");
}
