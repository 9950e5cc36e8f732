/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-outbox.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-limits.h"
#include "ww-store-amend.h"

void
ww_outbox_row_free (WwOutboxRow *self)
{
  g_bytes_unref (self->payload);
  g_clear_pointer (&self->extra, g_bytes_unref);
  g_free (self);
}

static gboolean
read_id (WwStatement *statement, int column, guint8 out[16])
{
  gsize len;
  const guint8 *blob = ww_statement_blob (statement, column, &len);

  if (blob == NULL || len != WW_ID_SIZE)
    return FALSE;
  memcpy (out, blob, WW_ID_SIZE);
  return TRUE;
}

static WwOutboxRow *
read_row (WwStatement *statement)
{
  WwOutboxRow *row = g_new0 (WwOutboxRow, 1);
  const guint8 *payload;
  gsize len;

  row->row = ww_statement_int (statement, 0);
  read_id (statement, 1, row->id);
  row->has_conversation = read_id (statement, 2, row->conversation);
  read_id (statement, 3, row->peer);
  row->kind = (guint) ww_statement_int (statement, 4);
  row->created_ms = ww_statement_int (statement, 5);
  payload = ww_statement_blob (statement, 6, &len);
  row->payload = g_bytes_new (payload, len);
  payload = ww_statement_blob (statement, 7, &len);
  if (len > 0)
    row->extra = g_bytes_new (payload, len);
  return row;
}

gboolean
ww_store_list_outbox_peers (WwDatabase *database, GPtrArray **peers, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT peer FROM outbox WHERE NOT EXISTS (SELECT 1 FROM contacts p WHERE"
                                       " p.account=outbox.peer AND (p.standing=3 OR p.trusted_key<>p.account_key))"
                                       " AND NOT EXISTS (SELECT 1 FROM group_members g JOIN contacts p ON"
                                       " p.account=g.account WHERE g.grp=outbox.peer AND p.trusted_key<>p.account_key)"
                                       " AND id NOT IN (SELECT message FROM uploads) GROUP BY peer ORDER BY MIN (row)",
                                       error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint8 peer[WW_ID_SIZE];
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    if (read_id (statement, 0, peer))
      g_ptr_array_add (found, g_bytes_new (peer, sizeof peer));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *peers = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
goes_to_same (const WwOutboxRow *a, const WwOutboxRow *b)
{
  if (a->extra == NULL || b->extra == NULL)
    return a->extra == b->extra;
  return g_bytes_equal (a->extra, b->extra);
}

gboolean
ww_store_list_outbox (WwDatabase *database, const guint8 peer[16], guint limit, GPtrArray **rows, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT row, id, conversation, peer, kind, created_ms, payload, extra FROM outbox WHERE peer = ?"
      " AND id NOT IN (SELECT message FROM uploads) ORDER BY row LIMIT ?",
      error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_outbox_row_free);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, peer, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, limit);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      g_autoptr (WwOutboxRow) row = read_row (statement);

      /* What goes to others than the first one is for the next batch. */
      if (found->len > 0 && !goes_to_same (found->pdata[0], row))
        break;
      g_ptr_array_add (found, g_steal_pointer (&row));
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *rows = g_steal_pointer (&found);
  return TRUE;
}

static void
state_change_free (gpointer data)
{
  WwStateChange *self = data;

  g_free (self->error);
  g_free (self);
}

GPtrArray *
ww_state_changes_new (void)
{
  return g_ptr_array_new_with_free_func (state_change_free);
}

void
ww_state_changes_add (GPtrArray *changes, const guint8 id[16], WwMessageState state, guint suite, const char *error)
{
  WwStateChange *change = g_new0 (WwStateChange, 1);

  memcpy (change->id, id, WW_ID_SIZE);
  change->state = state;
  change->suite = suite;
  change->error = g_strdup (error);
  g_ptr_array_add (changes, change);
}

static void
outcome_free (gpointer data)
{
  WwOutboxOutcome *self = data;

  g_clear_pointer (&self->accounts, g_bytes_unref);
  g_free (self->error);
  g_free (self);
}

GPtrArray *
ww_outbox_outcomes_new (void)
{
  return g_ptr_array_new_with_free_func (outcome_free);
}

void
ww_outbox_outcomes_add (GPtrArray *outcomes, const guint8 id[16], guint suite, const char *error)
{
  WwOutboxOutcome *outcome = g_new0 (WwOutboxOutcome, 1);

  memcpy (outcome->id, id, WW_ID_SIZE);
  outcome->suite = suite;
  outcome->error = g_strdup (error);
  g_ptr_array_add (outcomes, outcome);
}

void
ww_outbox_outcomes_set_accounts (GPtrArray *outcomes, GBytes *accounts)
{
  WwOutboxOutcome *outcome = outcomes->pdata[outcomes->len - 1];

  outcome->accounts = g_bytes_ref (accounts);
}

static gboolean
delete_row (WwDatabase *database, const guint8 id[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM outbox WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

/* Those are waited for from now on; some may have answered already. */
static gboolean
settle_in_group (WwDatabase *database, const WwOutboxOutcome *outcome, GPtrArray *changes, GError **error)
{
  gsize len;
  const guint8 *accounts = g_bytes_get_data (outcome->accounts, &len);
  g_autoptr (WwMessageRow) row = NULL;
  WwMessageState together;
  gboolean changed;

  if (!ww_store_find_message (database, outcome->id, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  for (gsize i = 0; i + WW_ID_SIZE <= len; i += WW_ID_SIZE)
    if (!ww_store_note_delivery (database, outcome->id, accounts + i, WW_MESSAGE_STATE_SENT, ww_now_ms (), error))
      return FALSE;
  if (!ww_store_summarise_deliveries (database, outcome->id, &together, error))
    return FALSE;
  if (together < WW_MESSAGE_STATE_DELIVERED)
    return TRUE;
  if (!ww_store_set_message_state (database, outcome->id, together, 0, NULL, &changed, error))
    return FALSE;
  if (changed)
    ww_state_changes_add (changes, outcome->id, together, 0, NULL);
  return TRUE;
}

gboolean
ww_store_settle_outbox (WwDatabase *database, GPtrArray *outcomes, GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < outcomes->len; i++)
    {
      const WwOutboxOutcome *outcome = outcomes->pdata[i];
      WwMessageState state = outcome->error == NULL ? WW_MESSAGE_STATE_SENT : WW_MESSAGE_STATE_FAILED;
      gboolean changed;

      if (!delete_row (database, outcome->id, error) ||
          !ww_store_set_message_state (database, outcome->id, state, outcome->suite, outcome->error, &changed, error))
        return FALSE;
      if (changed)
        ww_state_changes_add (changes, outcome->id, state, outcome->suite, outcome->error);
      if (outcome->accounts != NULL && !settle_in_group (database, outcome, changes, error))
        return FALSE;
    }
  return TRUE;
}

/* Runs a statement that says which messages have another state or error now. */
static gboolean
change_waiting (WwDatabase *database, const char *sql, const guint8 peer[16], const char *sentence,
                WwMessageState state, GPtrArray *changes, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);
  guint8 id[WW_ID_SIZE];
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, peer, WW_ID_SIZE);
  ww_statement_bind_text (statement, 2, sentence);
  ww_statement_bind_int (statement, 3, WW_MESSAGE_STATE_WAITING);
  ww_statement_bind_int (statement, 4, state);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    if (read_id (statement, 0, id))
      ww_state_changes_add (changes, id, state, 0, sentence);
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_hold_outbox (WwDatabase *database, const guint8 peer[16], const char *sentence, GPtrArray *changes,
                      GError **error)
{
  return change_waiting (database,
                         "UPDATE messages SET error=?2, state=?4 WHERE id IN (SELECT id FROM outbox WHERE peer=?1)"
                         " AND state=?3 AND error IS NOT ?2 RETURNING id",
                         peer, sentence, WW_MESSAGE_STATE_WAITING, changes, error);
}

gboolean
ww_store_drop_outbox (WwDatabase *database, const guint8 peer[16], const char *sentence, GPtrArray *changes,
                      GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  if (!change_waiting (database,
                       "UPDATE messages SET error=?2, state=?4 WHERE id IN (SELECT id FROM outbox WHERE peer=?1)"
                       " AND state=?3 RETURNING id",
                       peer, sentence, WW_MESSAGE_STATE_FAILED, changes, error))
    return FALSE;
  statement = ww_database_prepare (database, "DELETE FROM outbox WHERE peer=?1", error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, peer, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_drop_group_outbox (WwDatabase *database, const guint8 group[16], const char *sentence, GPtrArray *changes,
                            GError **error)
{
  g_autoptr (WwStatement) statement = NULL;

  if (!change_waiting (database,
                       "UPDATE messages SET error=?2, state=?4 WHERE id IN (SELECT id FROM outbox WHERE peer=?1)"
                       " AND state=?3 RETURNING id",
                       group, sentence, WW_MESSAGE_STATE_FAILED, changes, error))
    return FALSE;
  statement = ww_database_prepare (database, "DELETE FROM outbox WHERE peer=?1 AND kind=?2", error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, group, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_ENVELOPE_MESSAGE);
  return ww_statement_run (statement, error);
}
