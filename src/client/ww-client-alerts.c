/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-alert-private.h"
#include "ww-error-private.h"

/* The newest come first, and no more than a person would ever look at. */
void
ww_client_show_alert (WwClient *self, const WwAlertRow *row)
{
  g_autoptr (WwAlert) alert = ww_alert_new (row);
  guint n;

  g_list_store_insert (self->alerts, 0, alert);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));
  if (n > WW_ALERTS_LISTED)
    g_list_store_splice (self->alerts, WW_ALERTS_LISTED, n - WW_ALERTS_LISTED, NULL, 0);
  ww_client_emit_alert_added (self, alert);
}

static gboolean
write_seen (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_mark_alert_seen (database, *(gint64 *) data, error);
}

static gboolean
write_notified (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_mark_alert_notified (database, *(gint64 *) data, error);
}

static DexFuture *
seen_cb (DexFuture *future, gpointer data)
{
  ww_alert_set_seen (data, TRUE);
  return dex_ref (future);
}

static DexFuture *
notified_cb (DexFuture *future, gpointer data)
{
  ww_alert_set_notified (data, TRUE);
  return dex_ref (future);
}

static DexFuture *
mark_alert (WwClient *self, WwAlert *alert, WwStoreFunc func, DexFutureCallback done)
{
  gint64 row = ww_alert_get_row (alert);

  if (self->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  return dex_future_then (ww_store_run (self->store, func, g_memdup2 (&row, sizeof row), g_free), done,
                          g_object_ref (alert), g_object_unref);
}

/**
 * ww_client_mark_alert_seen:
 *
 * Returns: (transfer full): a future of %TRUE when it is stored that the person has seen the alert
 */
DexFuture *
ww_client_mark_alert_seen (WwClient *self, WwAlert *alert)
{
  return mark_alert (self, alert, write_seen, seen_cb);
}

/**
 * ww_client_mark_alert_notified:
 *
 * Returns: (transfer full): a future of %TRUE when it is stored that the desktop has shown the alert
 */
DexFuture *
ww_client_mark_alert_notified (WwClient *self, WwAlert *alert)
{
  return mark_alert (self, alert, write_notified, notified_cb);
}
