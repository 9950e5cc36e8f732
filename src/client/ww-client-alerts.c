/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-alert-private.h"
#include "ww-checks.h"
#include "ww-error-private.h"

/* The oldest goes that may; of those that the person has to see, one only when there are very many. */
static void
drop_oldest (WwClient *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));

  for (guint i = n; i > 0; i--)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (G_LIST_MODEL (self->alerts), i - 1);

      if (ww_alert_has_to_stay (alert))
        continue;
      g_list_store_remove (self->alerts, i - 1);
      return;
    }
  if (n > 2 * WW_ALERTS_LISTED)
    g_list_store_remove (self->alerts, n - 1);
}

/* The newest come first, and no more than a person would ever look at. */
void
ww_client_show_alert (WwClient *self, const WwAlertRow *row)
{
  g_autoptr (WwAlert) alert = ww_alert_new (row);

  g_list_store_insert (self->alerts, 0, alert);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->alerts)) > WW_ALERTS_LISTED)
    drop_oldest (self);
  ww_client_emit_alert_added (self, alert);
}

typedef struct
{
  WwAlertRow *row;
  gboolean claim;
} Insertion;

static void
insertion_free (gpointer data)
{
  Insertion *self = data;

  ww_alert_row_free (self->row);
  g_free (self);
}

/* The result is the row when there is something to show. */
static gboolean
insert (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Insertion *self = data;
  gboolean added = FALSE, changed = FALSE;

  if (self->claim ? !ww_store_apply_claim (database, self->row, &added, &changed, error)
                  : !ww_store_insert_alert (database, self->row, &added, error))
    return FALSE;
  g_value_init (result, WW_TYPE_ALERT_ROW);
  if (added || changed)
    g_value_set_boxed (result, self->row);
  return TRUE;
}

static WwAlert *
find_alert (WwClient *self, gint64 row)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (G_LIST_MODEL (self->alerts), i);

      if (ww_alert_get_row (alert) == row)
        return g_steal_pointer (&alert);
    }
  return NULL;
}

/* For fibers. Stores it and shows it, once, however often it comes. Takes the row. */
gboolean
ww_client_tell (WwClient *self, WwAlertRow *row, gboolean claim)
{
  Insertion *insertion = g_new0 (Insertion, 1);
  g_autoptr (WwStore) store = self->store != NULL ? g_object_ref (self->store) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwAlertRow) written = NULL;
  g_autoptr (WwAlert) alert = NULL;

  insertion->row = row;
  insertion->claim = claim;
  if (store == NULL)
    {
      insertion_free (insertion);
      return FALSE;
    }
  written = dex_await_boxed (ww_store_run (store, insert, insertion, insertion_free), &error);
  if (error != NULL || self->store != store)
    return FALSE;
  if (written == NULL)
    return TRUE;
  alert = find_alert (self, written->row);
  if (alert != NULL)
    ww_alert_set_claim_state (alert, written->claim_state);
  else
    ww_client_show_alert (self, written);
  return TRUE;
}

/* The first part tells sources of one kind from those of another. */
GBytes *
ww_client_alert_source (const char *kind, const guint8 *id, gsize id_len, const char *text)
{
  g_autoptr (GByteArray) source = g_byte_array_new ();

  g_byte_array_append (source, (const guint8 *) kind, (guint) strlen (kind) + 1);
  if (id != NULL)
    g_byte_array_append (source, id, (guint) id_len);
  if (text != NULL)
    g_byte_array_append (source, (const guint8 *) text, (guint) strlen (text));
  return g_byte_array_free_to_bytes (g_steal_pointer (&source));
}

/* A lie that was caught: once for each handle and kind of lie, so that telling many of them fills nothing. */
void
ww_client_tell_problem (WwClient *self, const char *kind, const char *handle, WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);
  WwAlertRow *row = ww_alert_row_new ();
  WwRecord *record = ww_account_get_record (self->account);
  const char *ours = record != NULL && handle != NULL && ww_record_has_handle (record, handle) ? handle : NULL;

  g_message ("the server said something about this account that its record does not bear out");
  row->kind = WW_ALERT_KIND_RECORD_PROBLEM;
  row->at_ms = ww_now_ms ();
  row->code = g_strdup (ww_error_get_code (error));
  row->handle = g_strdup (ours);
  row->source = ww_client_alert_source (kind, (const guint8 *) row->code, strlen (row->code), ours);
  ww_client_tell (self, row, FALSE);
}

typedef struct
{
  WwClient *client;
  WwRecord *record;
} Withheld;

static void
withheld_free (gpointer data)
{
  Withheld *self = data;

  g_object_unref (self->client);
  ww_record_unref (self->record);
  g_free (self);
}

static DexFuture *
withheld_fiber (gpointer data)
{
  Withheld *self = data;
  g_autoptr (GError) error = ww_error_new (WW_ERROR_RECORD_GAP);
  WwAlertRow *row = ww_alert_row_new ();

  row->kind = WW_ALERT_KIND_RECORD_PROBLEM;
  row->at_ms = ww_now_ms ();
  row->code = g_strdup (ww_error_get_code (error));
  row->source = ww_client_alert_source ("withheld", ww_record_hash (self->record), WW_HASH_SIZE, NULL);
  ww_client_tell (self->client, row, FALSE);
  return dex_future_new_true ();
}

void
ww_client_tell_withheld (WwClient *self, WwRecord *record)
{
  Withheld *withheld = g_new0 (Withheld, 1);

  withheld->client = g_object_ref (self);
  withheld->record = ww_record_ref (record);
  dex_future_disown (ww_client_add_work (self, dex_scheduler_spawn (NULL, 0, withheld_fiber, withheld, withheld_free)));
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
