/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-alerts"

#include "ww-store-alerts.h"

#include "ww-checks.h"

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

/* Which alerts a server, or whoever writes to this person, can make as many of as they like; ?1 is the time now. */
#define OTHERS_MAKE "(kind IN (?2, ?3, ?4) OR (claim IS NOT NULL AND NOT (claim_state = ?5 AND due_ms > ?1)))"

static void
bind_others_make (WwStatement *statement)
{
  ww_statement_bind_int (statement, 1, ww_now_ms ());
  ww_statement_bind_int (statement, 2, WW_ALERT_KIND_RECORD_PROBLEM);
  ww_statement_bind_int (statement, 3, WW_ALERT_KIND_MESSAGE_PROBLEM);
  ww_statement_bind_int (statement, 4, WW_ALERT_KIND_HANDLE_MOVED);
  ww_statement_bind_int (statement, 5, WW_CLAIM_WAITING);
}

/* Whoever lies or sends rubbish without end cannot fill the disk with what is said about it. */
static gboolean
prune (WwDatabase *database, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database,
                                                           "DELETE FROM alerts WHERE " OTHERS_MAKE
                                                           " AND row NOT IN (SELECT row FROM alerts WHERE " OTHERS_MAKE
                                                           " ORDER BY row DESC LIMIT ?6)",
                                                           error);

  if (statement == NULL)
    return FALSE;
  bind_others_make (statement);
  ww_statement_bind_int (statement, 6, WW_ALERTS_OF_OTHERS);
  return ww_statement_run (statement, error);
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
                                   " notified, source, claim, due_ms, claim_state)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
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
  if (row->claim_state != WW_CLAIM_NONE)
    ww_statement_bind_blob (statement, 11, row->claim, sizeof row->claim);
  ww_statement_bind_int (statement, 12, row->due_ms);
  ww_statement_bind_int (statement, 13, row->claim_state);

  if (!ww_statement_run (statement, error))
    return FALSE;

  *added = ww_database_changes (database) > 0;
  if (!*added)
    return TRUE;
  row->row = ww_database_last_row (database);
  return prune (database, error);
}

#define COLUMNS \
  "row, kind, at_ms, device, device_name, handle, code, detail, seen, notified, claim, due_ms, claim_state"

static gboolean
read_id (WwStatement *statement, int column, guint8 id[16])
{
  gsize len;
  const guint8 *blob = ww_statement_blob (statement, column, &len);

  if (len != 16)
    return FALSE;
  memcpy (id, blob, len);
  return TRUE;
}

static WwAlertRow *
read_alert (WwStatement *statement)
{
  WwAlertRow *row = ww_alert_row_new ();

  row->row = ww_statement_int (statement, 0);
  row->kind = (WwAlertKind) ww_statement_int (statement, 1);
  row->at_ms = ww_statement_int (statement, 2);
  row->has_device = read_id (statement, 3, row->device);
  row->device_name = g_strdup (ww_statement_text (statement, 4));
  row->handle = g_strdup (ww_statement_text (statement, 5));
  row->code = g_strdup (ww_statement_text (statement, 6));
  row->detail = g_strdup (ww_statement_text (statement, 7));
  row->seen = ww_statement_int (statement, 8) != 0;
  row->notified = ww_statement_int (statement, 9) != 0;
  if (read_id (statement, 10, row->claim))
    row->claim_state = (WwClaimState) ww_statement_int (statement, 12);
  row->due_ms = ww_statement_int (statement, 11);
  return row;
}

/**
 * ww_store_list_alerts:
 * @rows: (out) (transfer full): of WwAlertRow, without their sources, as they came, newest first
 *
 * What the person has to see is among them, however much others gave rise to since.
 */
gboolean
ww_store_list_alerts (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *rows = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT " COLUMNS " FROM alerts WHERE"
                                   " row IN (SELECT row FROM alerts ORDER BY row DESC LIMIT ?6)"
                                   " OR row IN (SELECT row FROM alerts WHERE seen = 0 AND NOT " OTHERS_MAKE
                                   " ORDER BY row DESC LIMIT ?6) ORDER BY row DESC",
                                   error);
  if (statement == NULL)
    return FALSE;

  bind_others_make (statement);
  ww_statement_bind_int (statement, 6, WW_ALERTS_LISTED);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, read_alert (statement));

  if (step == WW_STEP_ERROR)
    return FALSE;

  *rows = g_steal_pointer (&found);
  return TRUE;
}

/* NULL without an error when there is none. */
static WwAlertRow *
find_claim (WwDatabase *database, const guint8 claim[16], GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT " COLUMNS " FROM alerts WHERE claim=?1", error);

  if (statement == NULL)
    return NULL;
  ww_statement_bind_blob (statement, 1, claim, 16);
  return ww_statement_step (statement, error) == WW_STEP_ROW ? read_alert (statement) : NULL;
}

static gboolean
count_waiting (WwDatabase *database, gint64 *n, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT count(*) FROM alerts WHERE claim_state=?1 AND due_ms>?2", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, WW_CLAIM_WAITING);
  /* How those ended that became due while this device was away, nobody told it. */
  ww_statement_bind_int (statement, 2, ww_now_ms ());
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  *n = ww_statement_int (statement, 0);
  return TRUE;
}

static gboolean
set_claim_state (WwDatabase *database, gint64 row, WwClaimState state, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "UPDATE alerts SET claim_state=?2 WHERE row=?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, row);
  ww_statement_bind_int (statement, 2, state);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_apply_claim (WwDatabase *database, WwAlertRow *row, gboolean *added, gboolean *changed, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwAlertRow) before = find_claim (database, row->claim, &local);
  WwAlertRow given;
  gint64 n_waiting;

  *added = *changed = FALSE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (before == NULL)
    return count_waiting (database, &n_waiting, error) &&
           (n_waiting >= WW_ALERTS_CLAIMED || ww_store_insert_alert (database, row, added, error));
  if (before->claim_state != WW_CLAIM_WAITING || row->claim_state == WW_CLAIM_WAITING)
    return TRUE;
  *changed = TRUE;
  if (!set_claim_state (database, before->row, row->claim_state, error))
    return FALSE;
  before->claim_state = row->claim_state;
  given = *row;
  *row = *before;
  *before = given;
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
