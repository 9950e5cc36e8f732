/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-directory.h"

#include "ww-checks.h"

G_DEFINE_BOXED_TYPE (WwFindingResult, ww_finding_result, ww_finding_result_copy, ww_finding_result_free)

WwFinding *
ww_finding_new (const guint8 account[16])
{
  WwFinding *self = g_new0 (WwFinding, 1);

  memcpy (self->account, account, WW_ID_SIZE);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_record_unref);
  self->alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  return self;
}

void
ww_finding_free (gpointer finding)
{
  WwFinding *self = finding;

  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->alerts);
  g_free (self->handle);
  g_free (self->shown_handle);
  g_free (self->problem);
  g_free (self);
}

WwFindingResult *
ww_finding_result_copy (const WwFindingResult *self)
{
  WwFindingResult *copy = g_new0 (WwFindingResult, 1);

  copy->contact = self->contact != NULL ? ww_contact_row_copy (self->contact) : NULL;
  copy->alerts = g_ptr_array_ref (self->alerts);
  return copy;
}

void
ww_finding_result_free (WwFindingResult *self)
{
  g_clear_pointer (&self->contact, ww_contact_row_free);
  g_clear_pointer (&self->alerts, g_ptr_array_unref);
  g_free (self);
}

/* A problem leaves handle and weakness as the last good record had them. */
static gboolean
write_contact (WwDatabase *database, const WwFinding *finding, GError **error)
{
  g_autoptr (WwContactRow) row = NULL;

  if (finding->problem == NULL)
    return ww_store_set_contact_record (database, finding->account, finding->shown_handle, finding->weak, NULL, error);
  if (!ww_store_get_contact (database, finding->account, &row, error))
    return FALSE;
  return ww_store_set_contact_record (database, finding->account, row != NULL ? row->handle : "",
                                      row != NULL && row->weak, finding->problem, error);
}

static gboolean
write_alerts (WwDatabase *database, const WwFinding *finding, GPtrArray *written, GError **error)
{
  for (guint i = 0; i < finding->alerts->len; i++)
    {
      WwAlertRow *row = finding->alerts->pdata[i];
      gboolean added;

      if (!ww_store_insert_alert (database, row, &added, error))
        return FALSE;
      if (added)
        g_ptr_array_add (written, ww_alert_row_copy (row));
    }
  return TRUE;
}

gboolean
ww_store_write_finding (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const WwFinding *finding = data;
  g_autoptr (WwFindingResult) written = g_new0 (WwFindingResult, 1);

  written->alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  if (!ww_store_insert_records (database, (WwRecord *const *) finding->records->pdata, finding->records->len, error) ||
      !write_contact (database, finding, error) || !write_alerts (database, finding, written->alerts, error))
    return FALSE;
  if (finding->handle != NULL && finding->problem == NULL &&
      !ww_store_set_handle (database, finding->handle, finding->account, ww_now_ms (), error))
    return FALSE;
  if (!ww_store_get_contact (database, finding->account, &written->contact, error))
    return FALSE;
  g_value_init (result, WW_TYPE_FINDING_RESULT);
  g_value_take_boxed (result, g_steal_pointer (&written));
  return TRUE;
}
