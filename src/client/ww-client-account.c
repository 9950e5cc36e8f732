/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-handle.h"

/* One thing to do with one of the own handles. */
typedef struct
{
  WwAccount *account;
  char *handle;
  gboolean first; /* to the front; else away */
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->account);
  g_free (self->handle);
  g_free (self);
}

static DexFuture *
change_fiber (gpointer data)
{
  Task *self = data;
  WwRecordChange change = { 0 };
  g_autoptr (GError) error = NULL;

  if (self->first)
    change.first_handle = self->handle;
  else
    change.handle_removed = self->handle;
  if (!ww_account_publish_change (self->account, &change, NULL, NULL, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

static DexFuture *
change_handle (WwClient *self, const char *typed, gboolean first)
{
  char *handle = NULL;
  Task *task;

  if (self->account == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (ww_handle_normalise (typed, &handle) == WW_HANDLE_INVALID)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("This address is not part of the account."));
  task = g_new0 (Task, 1);
  task->account = g_object_ref (self->account);
  task->handle = g_strdup (handle);
  task->first = first;
  free (handle);
  return dex_scheduler_spawn (NULL, 0, change_fiber, task, task_free);
}

/**
 * ww_client_remove_handle:
 * @handle: one of ww_client_get_handles(), or as typed
 *
 * Returns: (transfer full): a future of %TRUE when the record without it is published; WW_ERROR_LAST_HANDLE when it is the
 *   only one
 */
DexFuture *
ww_client_remove_handle (WwClient *self, const char *handle)
{
  return change_handle (self, handle, FALSE);
}

/**
 * ww_client_set_first_handle:
 * @handle: one of ww_client_get_handles(), or as typed
 *
 * Makes it the one that people see first.
 *
 * Returns: (transfer full): a future of %TRUE when the record is published
 */
DexFuture *
ww_client_set_first_handle (WwClient *self, const char *handle)
{
  return change_handle (self, handle, TRUE);
}
