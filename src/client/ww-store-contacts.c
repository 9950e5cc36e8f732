/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-contacts"

#include "ww-store-contacts.h"

#include "ww-limits.h"

G_DEFINE_BOXED_TYPE (WwContactRow, ww_contact_row, ww_contact_row_copy, ww_contact_row_free)

WwContactRow *
ww_contact_row_copy (const WwContactRow *self)
{
  WwContactRow *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->handle = g_strdup (self->handle);
  copy->problem = g_strdup (self->problem);
  copy->handles = g_strdup (self->handles);
  return copy;
}

void
ww_contact_row_free (WwContactRow *self)
{
  g_free (self->name);
  g_free (self->handle);
  g_free (self->problem);
  g_free (self->handles);
  g_free (self);
}

gboolean
ww_contact_row_is_changed (const WwContactRow *self)
{
  return self != NULL && self->has_trusted_key && self->has_account_key &&
         memcmp (self->trusted_key, self->account_key, sizeof self->account_key) != 0;
}

WwTrust
ww_contact_row_get_trust (const WwContactRow *self)
{
  if (ww_contact_row_is_changed (self))
    return self->verified ? WW_TRUST_VERIFIED_CHANGED : WW_TRUST_CHANGED;
  return self != NULL && self->verified && self->has_trusted_key ? WW_TRUST_VERIFIED : WW_TRUST_UNVERIFIED;
}

static gboolean
read_key (WwStatement *statement, int column, guint8 key[65])
{
  gsize len;
  const guint8 *data = ww_statement_blob (statement, column, &len);

  if (data == NULL || len != WW_POINT_SIZE)
    return FALSE;
  memcpy (key, data, WW_POINT_SIZE);
  return TRUE;
}

WwContactRow *
ww_store_read_contact_row (WwStatement *statement, int first)
{
  WwContactRow *row = g_new0 (WwContactRow, 1);
  gsize len;
  const guint8 *account = ww_statement_blob (statement, first, &len);

  if (account != NULL && len == sizeof row->account)
    memcpy (row->account, account, sizeof row->account);
  row->name = g_strdup (ww_statement_text (statement, first + 1));
  row->handle = g_strdup (ww_statement_text (statement, first + 2));
  row->weak = ww_statement_int (statement, first + 3) != 0;
  row->problem = g_strdup (ww_statement_text (statement, first + 4));
  row->handles = g_strdup (ww_statement_text (statement, first + 5));
  row->standing = (guint) ww_statement_int (statement, first + 6);
  row->has_trusted_key = read_key (statement, first + 7, row->trusted_key);
  row->has_account_key = read_key (statement, first + 8, row->account_key);
  row->verified = ww_statement_int (statement, first + 9) != 0;
  row->changed_ms = ww_statement_int (statement, first + 10);
  row->took = ww_statement_int (statement, first + 11) != 0;
  return row;
}

gboolean
ww_store_get_contact (WwDatabase *database, const guint8 account[16], WwContactRow **row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *row = NULL;
  statement = ww_database_prepare (database, "SELECT " WW_CONTACT_COLUMNS " FROM contacts p WHERE p.account=?1", error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, account, 16);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    *row = ww_store_read_contact_row (statement, 0);

  return step != WW_STEP_ERROR;
}

gboolean
ww_store_set_contact (WwDatabase *database, const WwContactRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO contacts (account, name, handle, weak, problem)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account)"
                                   " DO UPDATE SET name=?2, handle=?3, weak=?4, problem=?5",
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

gboolean
ww_store_set_contact_identity (WwDatabase *database, const WwRecord *record, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);
  size_t n_handles;
  const char *const *handles = ww_record_handles (record, &n_handles);

  for (size_t i = 0; i < n_handles; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", handles[i]);
  statement = ww_database_prepare (database,
                                   "INSERT INTO contacts (account, account_key, handles) VALUES (?1, ?2, ?3)"
                                   " ON CONFLICT (account) DO UPDATE SET account_key=?2, handles=?3",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, ww_record_account_id (record), WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, ww_record_account_key (record), WW_POINT_SIZE);
  ww_statement_bind_text (statement, 3, joined->str);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_set_contact_decision (WwDatabase *database, const WwContactRow *row, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  statement = ww_database_prepare (database,
                                   "INSERT INTO contacts (account, standing, trusted_key, verified, changed_ms)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account)"
                                   " DO UPDATE SET standing=?2, trusted_key=?3, verified=?4, changed_ms=?5",
                                   error);
  if (statement == NULL)
    return FALSE;

  ww_statement_bind_blob (statement, 1, row->account, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, row->standing);
  if (row->has_trusted_key)
    ww_statement_bind_blob (statement, 3, row->trusted_key, WW_POINT_SIZE);
  ww_statement_bind_int (statement, 4, row->verified);
  ww_statement_bind_int (statement, 5, row->changed_ms);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_list_decided_contacts (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_contact_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  *rows = NULL;
  statement = ww_database_prepare (database,
                                   "SELECT " WW_CONTACT_COLUMNS " FROM contacts p WHERE p.standing IN (2, 3)"
                                   " ORDER BY p.account",
                                   error);
  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, ww_store_read_contact_row (statement, 0));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *rows = g_steal_pointer (&found);
  return TRUE;
}
