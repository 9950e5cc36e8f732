/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-notices"

#include "ww-store-messages-private.h"

#include "ww-checks.h"
#include "ww-limits.h"

static gboolean
find_by_peer (WwDatabase *database, const guint8 peer[16], guint8 conversation[16], gboolean *found, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT id FROM conversations WHERE peer=?1", error);
  WwStep step;

  *found = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, peer, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *found = step == WW_STEP_ROW;
  if (*found)
    ww_store_read_fixed (statement, 0, conversation, WW_ID_SIZE);
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_insert_notice (WwDatabase *database, const guint8 peer[16], const char *notice, const char *text,
                        gint64 now_ms, WwMessageRow **row, GError **error)
{
  g_autoptr (WwMessageRow) made = ww_message_row_new ();
  WwInsertResult result;
  gboolean found;

  *row = NULL;
  if (!find_by_peer (database, peer, made->conversation, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  ww_random_bytes (made->id, sizeof made->id);
  memcpy (made->account, peer, WW_ID_SIZE);
  made->created_ms = now_ms;
  made->state = WW_MESSAGE_STATE_RECEIVED;
  made->kind = WW_MESSAGE_KIND_NOTICE;
  made->notice = g_strdup (notice);
  made->text = g_strdup (text != NULL ? text : "");
  if (!ww_store_insert_message (database, made, peer, now_ms, &result, error))
    return FALSE;
  *row = g_steal_pointer (&made);
  return TRUE;
}

/**
 * ww_store_begin_conversation:
 * @notice: (out) (transfer full) (nullable): what the conversation begins with
 *
 * Makes the conversation if need be. When the person has an address that somebody else had, of whom the user may think, the
 * conversation begins by saying so.
 */
gboolean
ww_store_begin_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                             WwMessageRow **notice, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;
  gboolean found;
  guint8 known[WW_ID_SIZE];

  *notice = NULL;
  if (!find_by_peer (database, peer, known, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  if (!ww_store_ensure_conversation (database, id, peer, now_ms, error) ||
      !ww_store_get_contact (database, peer, &contact, error))
    return FALSE;
  if (contact == NULL || !(contact->took || ww_contact_row_is_changed (contact)))
    return TRUE;
  return ww_store_insert_notice (database, peer, WW_NOTICE_IDENTITY_CHANGED, NULL, now_ms, notice, error);
}
