/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-archive-take"

#include "ww-store-archive.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-store-amend.h"
#include "ww-store-archive-private.h"
#include "ww-store-messages-private.h"
#include "ww-store-search-index.h"
#include "ww-store-settings.h"

G_DEFINE_BOXED_TYPE (WwArchiveTaken, ww_archive_taken, ww_archive_taken_ref, ww_archive_taken_unref)

static WwArchiveTaken *
taken_new (void)
{
  WwArchiveTaken *self = g_atomic_rc_box_new0 (WwArchiveTaken);

  self->conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_contact_row_free);
  self->decided = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_decided_unref);
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  return self;
}

WwArchiveTaken *
ww_archive_taken_ref (WwArchiveTaken *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
taken_clear (gpointer data)
{
  WwArchiveTaken *self = data;

  g_ptr_array_unref (self->conversations);
  g_ptr_array_unref (self->contacts);
  g_ptr_array_unref (self->decided);
  g_ptr_array_unref (self->changed);
}

void
ww_archive_taken_unref (WwArchiveTaken *self)
{
  g_atomic_rc_box_release_full (self, taken_clear);
}

/* --- What messages stand in ---------------------------------------------------------------- */

/* A person whose messages wait here for a decision waits there, too. */
static gboolean
take_request (WwArchiveTaking *self, const Waxwing__ContactState *state, WwContactRow *contact, GError **error)
{
  if (state->standing != WAXWING__CONTACT_STATE__STANDING__REQUEST || contact->standing != 0)
    return TRUE;
  contact->standing = WW_STANDING_REQUEST;
  return ww_store_set_contact_decision (self->database, contact, error);
}

/* A name that is known is what the person's newest message said. */
static gboolean
take_contact_name (WwArchiveTaking *self, const Waxwing__ArchiveContact *contact, GError **error)
{
  g_autoptr (WwContactRow) row = NULL;
  const guint8 *account = contact->state->account_id.data;

  if (!ww_store_get_contact (self->database, account, &row, error))
    return FALSE;
  if (row == NULL)
    {
      row = g_new0 (WwContactRow, 1);
      memcpy (row->account, account, WW_ID_SIZE);
    }
  if ((row->name == NULL || row->name[0] == '\0') && contact->name[0] != '\0' &&
      !ww_store_set_contact_name (self->database, account, contact->name, NULL, error))
    return FALSE;
  return take_request (self, contact->state, row, error);
}

static gboolean
take_contact (WwArchiveTaking *self, const Waxwing__ArchiveContact *contact, GError **error)
{
  const guint8 *account = contact->state->account_id.data;
  WwContactRow *row;
  WwDecided *decided;

  if (memcmp (account, self->own_account, WW_ID_SIZE) == 0)
    return TRUE;
  if (!ww_store_apply_contact_state (self->database, self->own_account, contact->state, self->now_ms, &decided, error))
    return FALSE;
  if (decided != NULL)
    g_ptr_array_add (self->taken->decided, decided);
  if (!take_contact_name (self, contact, error) || !ww_store_get_contact (self->database, account, &row, error))
    return FALSE;
  if (row != NULL)
    g_ptr_array_add (self->taken->contacts, row);
  return TRUE;
}

/* Of two people, whose ids make its own; or of a group, which has no peer but itself. */
static gboolean
is_conversation (WwArchiveTaking *self, const guint8 id[16], const guint8 peer[16])
{
  guint8 pair[WW_ID_SIZE];

  if (memcmp (id, peer, WW_ID_SIZE) == 0)
    return TRUE;
  ww_conversation_id_for_pair (self->own_account, peer, pair);
  return memcmp (peer, self->own_account, WW_ID_SIZE) != 0 && memcmp (id, pair, WW_ID_SIZE) == 0;
}

/* Whether a question about an id has an answer. */
gboolean
ww_archive_taking_has (WwArchiveTaking *self, const char *sql, const guint8 id[16], gboolean *has, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, sql, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *has = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

void
ww_archive_taking_touch (WwArchiveTaking *self, const guint8 conversation[16])
{
  g_hash_table_add (self->touched, g_bytes_new (conversation, WW_ID_SIZE));
}

static gboolean
take_conversation (WwArchiveTaking *self, const Waxwing__ArchiveConversation *conversation, GError **error)
{
  const guint8 *id = conversation->conversation_id.data, *peer = conversation->peer_id.data;
  gint64 created_ms = MIN (ww_clamp_time (conversation->created_ms), self->now_ms);
  g_autoptr (WwStatement) statement = NULL;

  if (!is_conversation (self, id, peer))
    return TRUE;
  if (!ww_store_ensure_conversation (self->database, id, peer, created_ms, error) ||
      !ww_store_adopt_settings (self->database, id, error))
    return FALSE;
  statement = ww_database_prepare (self->database,
                                   "UPDATE conversations SET created_ms=min(created_ms, ?2),"
                                   " read_position=max(read_position, ?3) WHERE id=?1",
                                   error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, created_ms);
  ww_statement_bind_int (statement, 3, ww_clamp_time (conversation->read_ms));
  ww_archive_taking_touch (self, id);
  return ww_statement_run (statement, error);
}

static gboolean
take_setting (WwArchiveTaking *self, const Waxwing__Setting *setting, GError **error)
{
  gboolean changed;

  if (!ww_store_apply_setting (self->database, setting, &changed, error))
    return FALSE;
  if (changed && setting->conversation_id.len == 0)
    self->taken->settings = TRUE;
  else if (changed)
    ww_archive_taking_touch (self, setting->conversation_id.data);
  return TRUE;
}

/* Only that they do not come back: an archive takes nothing away. */
static gboolean
take_deletion (WwArchiveTaking *self, const Waxwing__Deletion *deletion, GError **error)
{
  for (size_t i = 0; i < deletion->n_message_ids; i++)
    {
      g_autoptr (WwStatement) statement = ww_database_prepare (self->database,
                                                               "INSERT OR IGNORE INTO deleted (id, at_ms) SELECT ?1, ?2"
                                                               " WHERE NOT EXISTS (SELECT 1 FROM messages WHERE id=?1)",
                                                               error);

      if (statement == NULL)
        return FALSE;
      ww_statement_bind_blob (statement, 1, deletion->message_ids[i].data, WW_ID_SIZE);
      ww_statement_bind_int (statement, 2, self->now_ms);
      if (!ww_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/* --- Chunks -------------------------------------------------------------------------------- */

static gboolean
take_entry (WwArchiveTaking *self, const Waxwing__ArchiveEntry *entry, GError **error)
{
  switch (entry->kind_case)
    {
    case WAXWING__ARCHIVE_ENTRY__KIND_CONTACT:
      return take_contact (self, entry->contact, error);
    case WAXWING__ARCHIVE_ENTRY__KIND_CONVERSATION:
      return take_conversation (self, entry->conversation, error);
    case WAXWING__ARCHIVE_ENTRY__KIND_SETTING:
      return take_setting (self, entry->setting, error);
    case WAXWING__ARCHIVE_ENTRY__KIND_DELETION:
      return take_deletion (self, entry->deletion, error);
    case WAXWING__ARCHIVE_ENTRY__KIND_MESSAGE:
      return ww_archive_taking_message (self, entry->message, error);
    case WAXWING__ARCHIVE_ENTRY__KIND__NOT_SET:
    case _WAXWING__ARCHIVE_ENTRY__KIND__CASE_IS_INT_SIZE:
      break;
    }
  return TRUE;
}

/* Those that cannot be read are left out: the others are not to be lost for their sake. */
static gboolean
take_entries (WwArchiveTaking *self, const Waxwing__ArchiveChunk *chunk, GError **error)
{
  for (size_t i = 0; i < chunk->n_entries; i++)
    {
      Waxwing__ArchiveEntry *entry = ww_archive_entry_parse (chunk->entries[i].data, chunk->entries[i].len);
      gboolean done;

      if (entry == NULL)
        continue;
      done = take_entry (self, entry, error);
      waxwing__archive_entry__free_unpacked (entry, NULL);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

/* Counted anew, and told. */
static gboolean
settle_touched (WwArchiveTaking *self, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      WwConversationRow *row;

      if (!ww_store_settle_conversation (self->database, g_bytes_get_data (id, NULL), error) ||
          !ww_store_find_conversation (self->database, g_bytes_get_data (id, NULL), &row, error))
        return FALSE;
      if (row != NULL)
        g_ptr_array_add (self->taken->conversations, row);
    }
  return TRUE;
}

WwArchiveTaken *
ww_store_take_archive (WwDatabase *database, const guint8 own_account[16], const Waxwing__ArchiveChunk *chunk,
                       gint64 now_ms, GError **error)
{
  g_autoptr (WwArchiveTaken) taken = taken_new ();
  g_autoptr (GHashTable)
      touched = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  WwArchiveTaking taking = { database, own_account, now_ms, taken, touched, 0, FALSE };

  if (memcmp (chunk->account_id.data, own_account, WW_ID_SIZE) != 0)
    {
      ww_error_set (error, WW_ERROR_OTHER_ACCOUNT);
      return NULL;
    }
  if (!ww_store_search_set_aside (database, &taking.row, error) ||
      !ww_archive_taking_has (&taking, "SELECT 1 FROM amendments WHERE ?1 IS NOT NULL LIMIT 1", own_account,
                              &taking.amended, error) ||
      !take_entries (&taking, chunk, error) || !settle_touched (&taking, error))
    return NULL;
  return g_steal_pointer (&taken);
}
