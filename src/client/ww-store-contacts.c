/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-contacts"

#include "ww-store-contacts.h"

G_DEFINE_BOXED_TYPE (WwContactRow, ww_contact_row, ww_contact_row_copy, ww_contact_row_free)

WwContactRow *
ww_contact_row_copy (const WwContactRow *self)
{
  WwContactRow *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->handle = g_strdup (self->handle);
  copy->problem = g_strdup (self->problem);
  return copy;
}

void
ww_contact_row_free (WwContactRow *self)
{
  g_free (self->name);
  g_free (self->handle);
  g_free (self->problem);
  g_free (self);
}

gboolean
ww_store_get_contact (WwDatabase *database, const guint8 account[16], WwContactRow **row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *row = NULL;
  statement = ww_database_prepare (database, "SELECT name, handle, weak, problem FROM contacts WHERE account=?1",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, account, 16);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      *row = g_new0 (WwContactRow, 1);
      memcpy ((*row)->account, account, 16);
      (*row)->name = g_strdup (ww_statement_text (statement, 0));
      (*row)->handle = g_strdup (ww_statement_text (statement, 1));
      (*row)->weak = ww_statement_int (statement, 2) != 0;
      (*row)->problem = g_strdup (ww_statement_text (statement, 3));
    }

  return step != WW_STEP_ERROR;
}

gboolean
ww_store_set_contact (WwDatabase *database, const WwContactRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT OR REPLACE INTO contacts (account, name, handle, weak, problem)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5)",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, row->account, 16);
  ww_statement_bind_text (statement, 2, row->name != NULL ? row->name : "");
  ww_statement_bind_text (statement, 3, row->handle != NULL ? row->handle : "");
  ww_statement_bind_int (statement, 4, row->weak);
  ww_statement_bind_text (statement, 5, row->problem);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_set_contact_name (WwDatabase *database, const guint8 account[16], const char *name, gboolean *changed,
                           GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO contacts (account, name) VALUES (?1, ?2)"
                                   " ON CONFLICT (account) DO UPDATE SET name=?2 WHERE name<>?2",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, account, 16);
  ww_statement_bind_text (statement, 2, name);
  if (!ww_statement_run (statement, error))
    return FALSE;

  if (changed != NULL)
    *changed = ww_database_changes (database) > 0;
  return TRUE;
}

gboolean
ww_store_set_contact_record (WwDatabase *database, const guint8 account[16], const char *handle, gboolean weak,
                             const char *problem, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO contacts (account, handle, weak, problem) VALUES (?1, ?2, ?3, ?4)"
                                   " ON CONFLICT (account) DO UPDATE SET handle=?2, weak=?3, problem=?4",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, account, 16);
  ww_statement_bind_text (statement, 2, handle);
  ww_statement_bind_int (statement, 3, weak);
  ww_statement_bind_text (statement, 4, problem);
  return ww_statement_run (statement, error);
}
