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
  g_clear_pointer (&self->newest, ww_record_unref);
  g_free (self->problem);
  g_free (self);
}

WwFindingResult *
ww_finding_result_copy (const WwFindingResult *self)
{
  WwFindingResult *copy = g_new0 (WwFindingResult, 1);

  copy->contact = self->contact != NULL ? ww_contact_row_copy (self->contact) : NULL;
  copy->alerts = g_ptr_array_ref (self->alerts);
  copy->notices = g_ptr_array_ref (self->notices);
  copy->states = g_ptr_array_ref (self->states);
  return copy;
}

void
ww_finding_result_free (WwFindingResult *self)
{
  g_clear_pointer (&self->contact, ww_contact_row_free);
  g_clear_pointer (&self->alerts, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_clear_pointer (&self->states, g_ptr_array_unref);
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

/* Who else has, or had, one of the person's addresses. *row is NULL when nobody did. */
static gboolean
find_earlier (WwDatabase *database, const guint8 account[16], const char *handle, WwContactRow **row, gboolean *lists,
              GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *row = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT " WW_CONTACT_COLUMNS ", instr(' ' || p.handles || ' ', ' ' || ?2 || ' ') > 0"
                                   " FROM contacts p WHERE p.account<>?1 AND p.trusted_key IS NOT NULL AND"
                                   " (instr(' ' || p.handles || ' ', ' ' || ?2 || ' ') > 0 OR"
                                   " p.account=(SELECT account FROM handles WHERE handle=?2))"
                                   " ORDER BY 13 DESC, p.verified DESC LIMIT 1",
                                   error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  ww_statement_bind_text (statement, 2, handle);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      *row = ww_store_read_contact_row (statement, 0);
      *lists = ww_statement_int (statement, WW_N_CONTACT_COLUMNS) != 0;
    }
  return step != WW_STEP_ERROR;
}

static gboolean
set_took (WwDatabase *database, const guint8 account[16], GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "UPDATE contacts SET took=1 WHERE account=?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

/*
 * An address that somebody else has whom the user writes to. While the other one's own record lists it too, the newcomer
 * counts as somebody whose identity changed: the key that is trusted is the other one's. When it was given up, the newcomer
 * is a new person, and the conversation says so if the earlier one was verified.
 */
static gboolean
compare_with_earlier (WwDatabase *database, const WwFinding *finding, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;
  size_t n_handles;
  const char *const *handles = ww_record_handles (finding->newest, &n_handles);

  if (!ww_store_get_contact (database, finding->account, &contact, error))
    return FALSE;
  /* Whoever the user has decided about is who they are. */
  if (contact == NULL || contact->has_trusted_key || contact->standing == WW_STANDING_ACCEPTED)
    return TRUE;
  for (size_t i = 0; i < n_handles; i++)
    {
      g_autoptr (WwContactRow) earlier = NULL;
      gboolean lists = FALSE;

      if (!find_earlier (database, finding->account, handles[i], &earlier, &lists, error))
        return FALSE;
      if (earlier == NULL)
        continue;
      if (!lists)
        return !earlier->verified || set_took (database, finding->account, error);
      contact->has_trusted_key = TRUE;
      memcpy (contact->trusted_key, earlier->trusted_key, sizeof contact->trusted_key);
      contact->verified = earlier->verified;
      return ww_store_set_contact_decision (database, contact, error);
    }
  return TRUE;
}

static gboolean
add_notice (WwDatabase *database, const WwFinding *finding, const char *notice, const char *text,
            WwFindingResult *written, GError **error)
{
  WwMessageRow *row;

  if (!ww_store_insert_notice (database, finding->account, notice, text, ww_now_ms (), &row, error))
    return FALSE;
  if (row != NULL)
    g_ptr_array_add (written->notices, row);
  return TRUE;
}

/* What the conversation says about the new record, once, since the old one is gone with the same transaction. */
static gboolean
write_identity (WwDatabase *database, const WwFinding *finding, const WwContactRow *before, WwFindingResult *written,
                GError **error)
{
  g_autoptr (WwContactRow) now = NULL;
  const guint8 *key = ww_record_account_key (finding->newest);

  if (!ww_store_set_contact_identity (database, finding->newest, error))
    return FALSE;
  if (finding->own)
    return TRUE;
  if (!compare_with_earlier (database, finding, error) ||
      !ww_store_get_contact (database, finding->account, &now, error))
    return FALSE;
  if (before != NULL && before->has_account_key && memcmp (before->account_key, key, WW_POINT_SIZE) != 0 &&
      !add_notice (database, finding, WW_NOTICE_IDENTITY_CHANGED, NULL, written, error))
    return FALSE;
  if (before != NULL && before->handle[0] != '\0' && !g_str_equal (before->handle, finding->shown_handle) &&
      !add_notice (database, finding, WW_NOTICE_HANDLE_CHANGED, finding->shown_handle, written, error))
    return FALSE;
  return ww_store_follow_contact (database, now, written->states, error);
}

gboolean
ww_store_write_finding (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const WwFinding *finding = data;
  g_autoptr (WwFindingResult) written = g_new0 (WwFindingResult, 1);
  g_autoptr (WwContactRow) before = NULL;

  written->alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  written->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  written->states = ww_state_changes_new ();
  if (!ww_store_get_contact (database, finding->account, &before, error) ||
      !ww_store_insert_records (database, (WwRecord *const *) finding->records->pdata, finding->records->len, error) ||
      !write_contact (database, finding, error) || !write_alerts (database, finding, written->alerts, error))
    return FALSE;
  if (finding->newest != NULL && !write_identity (database, finding, before, written, error))
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
