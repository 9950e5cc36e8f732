/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-approval.h"
#include "ww-error-private.h"
#include "ww-hex.h"

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
