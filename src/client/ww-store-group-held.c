/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-groups"

#include "ww-store-groups.h"

#include "ww-conversation-id.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* What cannot be judged before more of a group is known, and asking for that. */

gboolean
ww_store_hold_delivery (WwDatabase *database, const guint8 group[16], GBytes *event, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      insert = ww_database_prepare (database, "INSERT INTO group_held (grp, at_ms, event) VALUES (?1, ?2, ?3)", error);
  g_autoptr (WwStatement) prune = NULL;
  gsize len;
  const guint8 *data = g_bytes_get_data (event, &len);

  if (insert == NULL)
    return FALSE;
  ww_statement_bind_blob (insert, 1, group, WW_ID_SIZE);
  ww_statement_bind_int (insert, 2, now_ms);
  ww_statement_bind_blob (insert, 3, data, len);
  if (!ww_statement_run (insert, error))
    return FALSE;
  prune = ww_database_prepare (
      database, "DELETE FROM group_held WHERE row <= (SELECT MAX (row) FROM group_held) - ?1 OR at_ms < ?2", error);
  if (prune == NULL)
    return FALSE;
  ww_statement_bind_int (prune, 1, WW_HELD_KEPT);
  ww_statement_bind_int (prune, 2, now_ms - WW_MAILBOX_MS);
  return ww_statement_run (prune, error);
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

/* An answer that never came may be asked for again after this. */
#define ASK_AGAIN_MS (10 * 60 * 1000LL)

/* *first: it was not asked for lately. */
static gboolean
note_asking (WwDatabase *database, const guint8 group[16], const guint8 account[16], const guint8 *missing,
             gint64 now_ms, gboolean *first, GError **error)
{
  const WwBytes parts[] = { WW_BYTES (group, WW_ID_SIZE), WW_BYTES (account, WW_ID_SIZE),
                            WW_BYTES (missing, WW_HASH_SIZE) };
  g_autoptr (WwStatement) prune = ww_database_prepare (database, "DELETE FROM group_asked WHERE at_ms<?1", error);
  g_autoptr (WwStatement) insert = NULL;
  guint8 digest[WW_HASH_SIZE];

  *first = FALSE;
  if (prune == NULL || ww_hash ("waxwing/client/group-asked", parts, G_N_ELEMENTS (parts), digest) != WW_CRYPTO_OK)
    return FALSE;
  ww_statement_bind_int (prune, 1, now_ms - ASK_AGAIN_MS);
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

  if (!note_asking (database, group, account, missing, now_ms, &first, error))
    return FALSE;
  return !first || queue_question (database, own_account, group, account, device, now_ms, error);
}
