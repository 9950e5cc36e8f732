/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-alerts"

#include "ww-store-alerts.h"

G_DEFINE_BOXED_TYPE (WwAlertRow, ww_alert_row, ww_alert_row_copy, ww_alert_row_free)

WwAlertRow *
ww_alert_row_new (void)
{
  return g_new0 (WwAlertRow, 1);
}

WwAlertRow *
ww_alert_row_copy (const WwAlertRow *self)
{
  WwAlertRow *copy = g_memdup2 (self, sizeof *self);

  copy->device_name = g_strdup (self->device_name);
  copy->handle = g_strdup (self->handle);
  copy->code = g_strdup (self->code);
  copy->detail = g_strdup (self->detail);
  if (copy->source != NULL)
    g_bytes_ref (copy->source);
  return copy;
}

void
ww_alert_row_free (WwAlertRow *self)
{
  g_free (self->device_name);
  g_free (self->handle);
  g_free (self->code);
  g_free (self->detail);
  g_clear_pointer (&self->source, g_bytes_unref);
  g_free (self);
}

/**
 * ww_store_insert_alert:
 * @row: its number is filled in when it was added
 * @added: (out): %FALSE when an alert of the same source is there already
 */
gboolean
ww_store_insert_alert (WwDatabase *database, WwAlertRow *row, gboolean *added, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  *added = FALSE;
  statement = ww_database_prepare (database,
                                   "INSERT INTO alerts (kind, at_ms, device, device_name, handle, code, detail, seen,"
                                   " notified, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                                   " ON CONFLICT (source) DO NOTHING",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_int (statement, 1, row->kind);
  ww_statement_bind_int (statement, 2, row->at_ms);
  if (row->has_device)
    ww_statement_bind_blob (statement, 3, row->device, sizeof row->device);
  ww_statement_bind_text (statement, 4, row->device_name);
  ww_statement_bind_text (statement, 5, row->handle);
  ww_statement_bind_text (statement, 6, row->code);
  ww_statement_bind_text (statement, 7, row->detail);
  ww_statement_bind_int (statement, 8, row->seen);
  ww_statement_bind_int (statement, 9, row->notified);
  if (row->source != NULL)
    {
      gsize len;
      const void *data = g_bytes_get_data (row->source, &len);

      ww_statement_bind_blob (statement, 10, data, len);
    }

  if (!ww_statement_run (statement, error))
    return FALSE;

  *added = ww_database_changes (database) > 0;
  if (*added)
    row->row = ww_database_last_row (database);
  return TRUE;
}

static WwAlertRow *
read_alert (WwStatement *statement)
{
  WwAlertRow *row = ww_alert_row_new ();
  const guint8 *device;
  gsize len;

  row->row = ww_statement_int (statement, 0);
  row->kind = (WwAlertKind) ww_statement_int (statement, 1);
  row->at_ms = ww_statement_int (statement, 2);
  device = ww_statement_blob (statement, 3, &len);
  if (len == sizeof row->device)
    {
      memcpy (row->device, device, len);
      row->has_device = TRUE;
    }
  row->device_name = g_strdup (ww_statement_text (statement, 4));
  row->handle = g_strdup (ww_statement_text (statement, 5));
  row->code = g_strdup (ww_statement_text (statement, 6));
  row->detail = g_strdup (ww_statement_text (statement, 7));
  row->seen = ww_statement_int (statement, 8) != 0;
  row->notified = ww_statement_int (statement, 9) != 0;
  return row;
}

/**
 * ww_store_list_alerts:
 * @rows: (out) (transfer full): of WwAlertRow, without their sources, as they came, newest first
 */
gboolean
ww_store_list_alerts (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *rows = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT row, kind, at_ms, device, device_name, handle, code, detail, seen, notified"
                                   " FROM alerts ORDER BY row DESC LIMIT ?1",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_int (statement, 1, WW_ALERTS_LISTED);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, read_alert (statement));

  if (step == WW_STEP_ERROR)
    return FALSE;

  *rows = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
mark (WwDatabase *database, const char *sql, gint64 row, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;

  ww_statement_bind_int (statement, 1, row);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_mark_alert_seen (WwDatabase *database, gint64 row, GError **error)
{
  return mark (database, "UPDATE alerts SET seen=1 WHERE row=?1", row, error);
}

gboolean
ww_store_mark_alert_notified (WwDatabase *database, gint64 row, GError **error)
{
  return mark (database, "UPDATE alerts SET notified=1 WHERE row=?1", row, error);
}
