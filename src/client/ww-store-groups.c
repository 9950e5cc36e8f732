/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-groups"

#include "ww-store-groups.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"
#include "ww-store-outbox.h"
#include "ww-text.h"

#define NAME_CHARS 128

G_DEFINE_BOXED_TYPE (WwRecipients, ww_recipients, ww_recipients_copy, ww_recipients_free)

WwRecipients *
ww_recipients_copy (const WwRecipients *self)
{
  WwRecipients *copy = g_new0 (WwRecipients, 1);

  copy->accounts = g_array_ref (self->accounts);
  copy->heads = self->heads != NULL ? g_bytes_ref (self->heads) : NULL;
  copy->changed = g_strdup (self->changed);
  return copy;
}

void
ww_recipients_free (WwRecipients *self)
{
  g_array_unref (self->accounts);
  g_clear_pointer (&self->heads, g_bytes_unref);
  g_free (self->changed);
  g_free (self);
}

/* Whether there is a row. */
static gboolean
ask (WwDatabase *database, const char *sql, const guint8 *first, const guint8 *second, gboolean *yes, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, first, WW_ID_SIZE);
  if (second != NULL)
    ww_statement_bind_blob (statement, 2, second, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *yes = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_has_group (WwDatabase *database, const guint8 id[16], gboolean *has, GError **error)
{
  return ask (database, "SELECT 1 FROM groups WHERE id=?1", id, NULL, has, error);
}

gboolean
ww_store_is_member (WwDatabase *database, const guint8 group[16], const guint8 account[16], gboolean *is,
                    GError **error)
{
  return ask (database, "SELECT 1 FROM group_members WHERE grp=?1 AND account=?2", group, account, is, error);
}

static gboolean
read_change (WwGroupLog *log, WwStatement *statement)
{
  g_autoptr (WwGroupChange) change = NULL;
  gsize len, signature_len;
  const guint8 *bytes = ww_statement_blob (statement, 0, &len);
  const guint8 *signature = ww_statement_blob (statement, 1, &signature_len);

  return signature_len == WW_SIGNATURE_SIZE &&
         ww_group_change_new (WW_BYTES (bytes, len), signature, &change) == WW_GROUP_OK &&
         ww_group_log_add (log, change) == WW_GROUP_OK;
}

/* What is in the store was checked when it came. */
gboolean
ww_store_load_group (WwDatabase *database, const guint8 id[16], WwGroupLog **log, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT change, signature FROM group_changes WHERE grp=?1 ORDER BY row", error);
  g_autoptr (WwGroupLog) read = ww_group_log_new ();
  WwStep step;

  *log = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    if (!read_change (read, statement))
      {
        ww_error_set (error, WW_ERROR_STORE_FAILED);
        return FALSE;
      }
  if (step == WW_STEP_ERROR)
    return FALSE;
  if (ww_group_log_n_changes (read) > 0)
    *log = g_steal_pointer (&read);
  return TRUE;
}

static gboolean
read_members (WwDatabase *database, WwGroupRow *row, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT g.account, " WW_CONTACT_COLUMNS " FROM group_members g LEFT JOIN"
                                       " contacts p ON p.account=g.account WHERE g.grp=?1 ORDER BY g.account",
                                       error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, row->id, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      guint8 account[WW_ID_SIZE];

      ww_store_read_fixed (statement, 0, account, sizeof account);
      g_array_append_vals (row->accounts, account, 1);
      if (!ww_statement_is_null (statement, 1))
        g_ptr_array_add (row->contacts, ww_store_read_contact_row (statement, 1));
    }
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_get_group (WwDatabase *database, const guint8 id[16], WwGroupRow **row, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT name, picture, left FROM groups WHERE id=?1", error);
  g_autoptr (WwGroupRow) read = ww_group_row_new (id);
  const guint8 *picture;
  gsize len;
  WwStep step;

  *row = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;
  g_set_str (&read->name, ww_statement_text (statement, 0));
  picture = ww_statement_blob (statement, 1, &len);
  if (len > 0)
    read->picture = g_bytes_new (picture, len);
  read->left = ww_statement_int (statement, 2) != 0;
  if (!read_members (database, read, error))
    return FALSE;
  *row = g_steal_pointer (&read);
  return TRUE;
}

gboolean
ww_store_list_groups (WwDatabase *database, const guint8 *account, GPtrArray **ids, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      account != NULL ? "SELECT grp FROM group_members WHERE account=?1" : "SELECT id FROM groups ORDER BY id", error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint8 id[WW_ID_SIZE];
  WwStep step;

  if (statement == NULL)
    return FALSE;
  if (account != NULL)
    ww_statement_bind_blob (statement, 1, account, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      ww_store_read_fixed (statement, 0, id, sizeof id);
      g_ptr_array_add (found, g_bytes_new (id, sizeof id));
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *ids = g_steal_pointer (&found);
  return TRUE;
}

/* Heads of the group's log; NULL when there is no such group. */
static gboolean
read_heads (WwDatabase *database, const guint8 id[16], GBytes **heads, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT heads FROM groups WHERE id=?1", error);
  const guint8 *data;
  WwStep step;
  gsize len;

  *heads = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      data = ww_statement_blob (statement, 0, &len);
      *heads = g_bytes_new (data, len);
    }
  return step != WW_STEP_ERROR;
}

/* The member whose identity is another one than the person agreed to write to; *name is NULL when there is none. */
static gboolean
find_changed (WwDatabase *database, const guint8 group[16], const guint8 *own_account, char **name, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT p.name, p.handle FROM group_members g JOIN contacts p ON"
                                       " p.account=g.account WHERE g.grp=?1 AND p.trusted_key<>p.account_key"
                                       " AND (?2 IS NULL OR p.account<>?2) ORDER BY p.account LIMIT 1",
                                       error);
  WwStep step;

  *name = NULL;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, group, WW_ID_SIZE);
  if (own_account != NULL)
    ww_statement_bind_blob (statement, 2, own_account, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    {
      *name = ww_text_one_line (ww_statement_text (statement, 0), NAME_CHARS);
      if (**name == '\0')
        g_set_str (name, ww_handle_for_people (ww_statement_text (statement, 1)));
    }
  return step != WW_STEP_ERROR;
}

static void
append_account (GArray *accounts, const guint8 account[16], const guint8 own_account[16])
{
  if (memcmp (account, own_account, WW_ID_SIZE) == 0)
    return;
  for (guint i = 0; i < accounts->len; i++)
    if (memcmp ((const guint8 *) accounts->data + i * WW_ID_SIZE, account, WW_ID_SIZE) == 0)
      return;
  g_array_append_vals (accounts, account, 1);
}

gboolean
ww_store_read_recipients (WwDatabase *database, const guint8 own_account[16], const guint8 peer[16], GBytes *extra,
                          WwRecipients **recipients, GError **error)
{
  g_autoptr (WwRecipients) read = g_new0 (WwRecipients, 1);
  g_autoptr (WwGroupRow) row = NULL;
  gsize len = 0;
  const guint8 *more = extra != NULL ? g_bytes_get_data (extra, &len) : NULL;

  *recipients = NULL;
  read->accounts = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  if (!read_heads (database, peer, &read->heads, error))
    return FALSE;
  if (read->heads == NULL)
    append_account (read->accounts, peer, own_account);
  else if (!ww_store_get_group (database, peer, &row, error) ||
           !find_changed (database, peer, own_account, &read->changed, error))
    return FALSE;
  for (guint i = 0; row != NULL && i < ww_group_row_n_members (row); i++)
    append_account (read->accounts, ww_group_row_member (row, i), own_account);
  for (gsize i = 0; i + WW_ID_SIZE <= len; i += WW_ID_SIZE)
    append_account (read->accounts, more + i, own_account);
  *recipients = g_steal_pointer (&read);
  return TRUE;
}

gboolean
ww_store_follow_group (WwDatabase *database, const guint8 group[16], GPtrArray *states, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;

  if (!find_changed (database, group, NULL, &name, error))
    return FALSE;
  if (name != NULL)
    sentence = ww_error_dup_group_sentence (name);
  return ww_store_hold_outbox (database, group, sentence, states, error);
}

static gboolean
queue_group (WwDatabase *database, const guint8 own_account[16], const guint8 id[16], gint64 now_ms, GError **error)
{
  g_autoptr (WwGroupLog) log = NULL;
  g_autoptr (WwGroupRow) row = NULL;
  g_autoptr (GBytes) payload = NULL;
  guint8 message[WW_ID_SIZE];

  if (!ww_store_load_group (database, id, &log, error) || !ww_store_get_group (database, id, &row, error))
    return FALSE;
  if (log == NULL || row == NULL)
    return TRUE;
  payload = ww_group_log_pack (log, NULL, row->picture, NULL);
  ww_random_bytes (message, sizeof message);
  return ww_store_insert_outbox (database, message, id, own_account, WW_ENVELOPE_SILENT, now_ms, payload, error);
}

gboolean
ww_store_queue_groups (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  if (!ww_store_list_groups (database, NULL, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!queue_group (database, own_account, g_bytes_get_data (ids->pdata[i], NULL), now_ms, error))
      return FALSE;
  return TRUE;
}

gboolean
ww_store_check_in_group (WwDatabase *database, const guint8 peer[16], GError **error)
{
  gboolean left;

  if (!ask (database, "SELECT 1 FROM groups WHERE id=?1 AND left", peer, NULL, &left, error))
    return FALSE;
  if (left)
    ww_error_set (error, WW_ERROR_NOT_IN_GROUP);
  return !left;
}

/* Somebody who has just left still tells that. */
gboolean
ww_store_insert_group_outbox (WwDatabase *database, const guint8 group[16], GBytes *payload, GBytes *extra,
                              gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT INTO outbox (id, conversation, peer, kind, created_ms, payload, extra)"
                                       " VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6)",
                                       error);
  guint8 id[WW_ID_SIZE];
  gsize len;
  const guint8 *data = g_bytes_get_data (payload, &len);

  if (statement == NULL)
    return FALSE;
  ww_random_bytes (id, sizeof id);
  ww_statement_bind_blob (statement, 1, id, sizeof id);
  ww_statement_bind_blob (statement, 2, group, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, WW_ENVELOPE_SILENT);
  ww_statement_bind_int (statement, 4, now_ms);
  ww_statement_bind_blob (statement, 5, data, len);
  if (extra != NULL)
    {
      data = g_bytes_get_data (extra, &len);
      ww_statement_bind_blob (statement, 6, data, len);
    }
  return ww_statement_run (statement, error);
}
