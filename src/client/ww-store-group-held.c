/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-groups"

#include "ww-store-groups.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* What cannot be judged before more of a group is known; asking for that, and telling it to others. */

/* The oldest go: of that group, and of those of which nothing is here, which anybody could make up without end. */
static gboolean
prune_held (WwDatabase *database, const guint8 group[16], gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "DELETE FROM group_held WHERE at_ms<?1 OR (grp=?2 AND row NOT IN (SELECT row"
                                       " FROM group_held WHERE grp=?2 ORDER BY row DESC LIMIT ?3)) OR (grp NOT IN"
                                       " (SELECT id FROM groups) AND row NOT IN (SELECT row FROM group_held WHERE"
                                       " grp NOT IN (SELECT id FROM groups) ORDER BY row DESC LIMIT ?4))",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, now_ms - WW_MAILBOX_MS);
  ww_statement_bind_blob (statement, 2, group, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, WW_HELD_OF_GROUP);
  ww_statement_bind_int (statement, 4, WW_HELD_OF_UNKNOWN);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_hold_delivery (WwDatabase *database, const guint8 group[16], GBytes *event, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      insert = ww_database_prepare (database, "INSERT INTO group_held (grp, at_ms, event) VALUES (?1, ?2, ?3)", error);
  gsize len;
  const guint8 *data = g_bytes_get_data (event, &len);

  if (insert == NULL)
    return FALSE;
  ww_statement_bind_blob (insert, 1, group, WW_ID_SIZE);
  ww_statement_bind_int (insert, 2, now_ms);
  ww_statement_bind_blob (insert, 3, data, len);
  return ww_statement_run (insert, error) && prune_held (database, group, now_ms, error);
}

/* At most as many as one transaction takes. */
gboolean
ww_store_list_held (WwDatabase *database, const guint8 group[16], GPtrArray **events, GArray **numbers, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT row, event FROM group_held WHERE grp=?1 ORDER BY row LIMIT ?2", error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, group, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_MAX_DELIVERIES_IN_FLIGHT);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gint64 number = ww_statement_int (statement, 0);
      gsize len;
      const guint8 *data = ww_statement_blob (statement, 1, &len);

      g_ptr_array_add (found, g_bytes_new (data, len));
      g_array_append_val (rows, number);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *events = g_steal_pointer (&found);
  *numbers = g_steal_pointer (&rows);
  return TRUE;
}

gboolean
ww_store_forget_held (WwDatabase *database, gint64 number, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM group_held WHERE row=?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, number);
  return ww_statement_run (statement, error);
}

/* What was said may be said again after this: an answer may never have come. */
#define SAY_AGAIN_MS (10 * 60 * 1000LL)

/* *first: it was not said to them lately. */
static gboolean
note_saying (WwDatabase *database, const char *tag, const guint8 group[16], const guint8 account[16], WwBytes what,
             gint64 now_ms, gboolean *first, GError **error)
{
  const WwBytes parts[] = { WW_BYTES (group, WW_ID_SIZE), WW_BYTES (account, WW_ID_SIZE), what };
  g_autoptr (WwStatement) prune = ww_database_prepare (database, "DELETE FROM group_asked WHERE at_ms<?1", error);
  g_autoptr (WwStatement) insert = NULL;
  guint8 digest[WW_HASH_SIZE];

  *first = FALSE;
  if (prune == NULL)
    return FALSE;
  if (ww_hash (tag, parts, G_N_ELEMENTS (parts), digest) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  ww_statement_bind_int (prune, 1, now_ms - SAY_AGAIN_MS);
  if (!ww_statement_run (prune, error))
    return FALSE;
  insert = ww_database_prepare (database, "INSERT OR IGNORE INTO group_asked (what, at_ms) VALUES (?1, ?2)", error);
  if (insert == NULL)
    return FALSE;
  ww_statement_bind_blob (insert, 1, digest, sizeof digest);
  ww_statement_bind_int (insert, 2, now_ms);
  if (!ww_statement_run (insert, error))
    return FALSE;
  *first = ww_database_changes (database) > 0;
  return TRUE;
}

static gboolean
queue_question (WwDatabase *database, const guint8 own_account[16], const guint8 group[16], const guint8 account[16],
                const guint8 device[16], gint64 now_ms, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__GroupChanges question = WAXWING__GROUP_CHANGES__INIT;
  ProtobufCBinaryData list[WW_MAX_GROUP_PARENTS];
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE], conversation[WW_ID_SIZE];
  WwGroupLog *log;

  if (!ww_store_load_group (database, group, &log, error))
    return FALSE;
  question.group_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) group };
  question.asked_device = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) device };
  question.n_heads = log != NULL ? ww_group_log_heads (log, heads) : 0;
  g_clear_pointer (&log, ww_group_log_free);
  question.heads = list;
  for (gsize i = 0; i < question.n_heads; i++)
    list[i] = (ProtobufCBinaryData) { WW_HASH_SIZE, heads[i] };
  payload.kind_case = WAXWING__PAYLOAD__KIND_GROUP_CHANGE;
  payload.group_change = &question;
  ww_conversation_id_for_pair (own_account, account, conversation);
  return ww_store_queue_payload (database, conversation, account, now_ms, &payload, error);
}

/**
 * ww_store_ask_for_changes:
 * @missing: 32 bytes: a head that is not here
 *
 * The question goes to the one who named it, between the two of them.
 */
gboolean
ww_store_ask_for_changes (WwDatabase *database, const guint8 own_account[16], const guint8 group[16],
                          const guint8 account[16], const guint8 device[16], const guint8 *missing, gint64 now_ms,
                          GError **error)
{
  gboolean first;

  if (!note_saying (database, "waxwing/client/group-asked", group, account, WW_BYTES (missing, WW_HASH_SIZE), now_ms,
                    &first, error))
    return FALSE;
  return !first || queue_question (database, own_account, group, account, device, now_ms, error);
}

gboolean
ww_store_queue_changes (WwDatabase *database, const guint8 own_account[16], const WwGroupLog *log,
                        const GArray *indices, const guint8 account[16], gint64 now_ms, GError **error)
{
  const guint8 *group = ww_group_log_group (log);
  g_autoptr (WwGroupRow) row = NULL;
  g_autoptr (GBytes) payload = NULL;
  guint8 conversation[WW_ID_SIZE], id[WW_ID_SIZE];
  gboolean member = ww_group_state_has (ww_group_log_state (log), account);

  if (indices->len == 0)
    return TRUE;
  if (!ww_store_get_group (database, group, &row, error))
    return FALSE;
  payload = ww_group_log_pack (log, indices, member && row != NULL ? row->picture : NULL, NULL);
  ww_conversation_id_for_pair (own_account, account, conversation);
  ww_random_bytes (id, sizeof id);
  return ww_store_insert_outbox (database, id, conversation, account, WW_ENVELOPE_SILENT, now_ms, payload, error);
}

gboolean
ww_store_tell_changes (WwDatabase *database, const guint8 own_account[16], const WwGroupLog *log, const GArray *indices,
                       const guint8 account[16], gint64 now_ms, GError **error)
{
  g_autoptr (GByteArray) hashes = g_byte_array_new ();
  gboolean first;

  if (indices->len == 0)
    return TRUE;
  for (guint i = 0; i < indices->len; i++)
    g_byte_array_append (hashes, ww_group_log_change (log, g_array_index (indices, guint, i))->hash, WW_HASH_SIZE);
  if (!note_saying (database, "waxwing/client/group-told", ww_group_log_group (log), account,
                    WW_BYTES (hashes->data, hashes->len), now_ms, &first, error))
    return FALSE;
  return !first || ww_store_queue_changes (database, own_account, log, indices, account, now_ms, error);
}
