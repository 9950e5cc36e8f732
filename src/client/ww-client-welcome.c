/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-checks.h"
#include "ww-crash-point.h"
#include "ww-store-welcome.h"

/* A device that was approved here is to know who is known, so that nobody is a stranger there who is none here, and gets what was
 * said before it was there. */

static gboolean
keep_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  gboolean welcomed;

  if (!ww_store_keep_welcomes (database, data, ww_now_ms (), &welcomed, error))
    return FALSE;
  if (welcomed)
    ww_crash_point ("welcome");
  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, welcomed);
  return TRUE;
}

static DexFuture *
kept_cb (DexFuture *future, gpointer data)
{
  WwClient *self = data;
  const GValue *welcomed = dex_future_get_value (future, NULL);

  if (self->handover != NULL && welcomed != NULL && g_value_get_boolean (welcomed))
    {
      ww_outbox_wake (self->outbox);
      ww_handover_wake (self->handover);
      g_signal_emit_by_name (self, "history-changed");
    }
  return dex_future_new_true ();
}

void
ww_client_welcome (WwClient *self, WwRecord *record)
{
  DexFuture *kept = ww_store_run (self->store, keep_on_store, ww_record_ref (record), (GDestroyNotify) ww_record_unref);

  dex_future_disown (ww_client_add_work (self, dex_future_then (kept, kept_cb, g_object_ref (self), g_object_unref)));
}
