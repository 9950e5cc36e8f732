/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-handover-take"

#include "ww-store-handover-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-store-messages-private.h"
#include "ww-store-meta.h"

/* The side that takes. */

G_DEFINE_BOXED_TYPE (WwHistoryParcel, ww_history_parcel, ww_history_parcel_copy, ww_history_parcel_free)

WwHistoryParcel *
ww_history_parcel_copy (const WwHistoryParcel *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
ww_history_parcel_free (WwHistoryParcel *self)
{
  ww_wipe (self, sizeof *self);
  g_free (self);
}

void
ww_history_entry_free (WwHistoryEntry *self)
{
  g_free (self->device_id);
  g_free (self->error);
  g_free (self);
}

gboolean
ww_store_want_history (WwDatabase *database, gboolean want, GError **error)
{
  return ww_store_set_meta_int (database, WW_META_HISTORY_WANTED, want, error);
}

/* So many chunks are in place. */
static gboolean
queue_request (WwDatabase *database, const guint8 own_account[16], const guint8 device[16], const guint8 archive[16],
               guint32 chunks, gboolean again, gint64 now_ms, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryRequest request = WAXWING__HISTORY_REQUEST__INIT;

  request.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) device };
  request.archive_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) archive };
  request.chunks = chunks;
  request.again = again;
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_REQUEST;
  payload.history_request = &request;
  return ww_handover_queue (database, own_account, &payload, now_ms, error);
}

/* What is taken from that device. */
typedef struct
{
  gboolean known;
  guint8 archive[16];
  WwHistoryState state;
  guint32 chunks;
  gint64 tries;
} Taken;

static gboolean
find_taken (WwDatabase *database, const guint8 device[16], Taken *taken, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT archive, state, chunks, tries FROM history_taken WHERE device=?1", error);
  WwStep step;

  *taken = (Taken) { 0 };
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  taken->known = step == WW_STEP_ROW;
  if (taken->known)
    {
      ww_store_read_fixed (statement, 0, taken->archive, WW_ID_SIZE);
      taken->state = (WwHistoryState) ww_statement_int (statement, 1);
      taken->chunks = (guint32) ww_statement_int (statement, 2);
      taken->tries = ww_statement_int (statement, 3);
    }
  return step != WW_STEP_ERROR;
}

static gboolean
is_archive (const Taken *taken, const guint8 archive[16])
{
  return taken->known && memcmp (taken->archive, archive, WW_ID_SIZE) == 0;
}

/* --- Offers -------------------------------------------------------------------------------- */

/* *busy: an archive of another device is on its way here. */
static gboolean
is_busy (WwDatabase *database, const guint8 device[16], gboolean *busy, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT 1 FROM history_taken WHERE state=?2 AND device<>?1", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_HISTORY_COMING);
  step = ww_statement_step (statement, error);
  *busy = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

static gboolean
put_taken (WwDatabase *database, const guint8 device[16], const guint8 archive[16], WwHistoryState state, guint64 total,
           GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT OR REPLACE INTO history_taken (device, archive, state, total)"
                                       " VALUES (?1, ?2, ?3, ?4)",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, archive, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, state);
  ww_statement_bind_int (statement, 4, (gint64) MIN (total, G_MAXINT64));
  return ww_statement_run (statement, error) &&
         ww_handover_run (database, "DELETE FROM history_chunks WHERE device=?1", device, 0, error);
}

/*
 * Taken only by a device that wants one: one that is new, or whose person asked. Otherwise it is remembered, so that it can be asked
 * for, and nothing comes.
 */
static gboolean
take_offer (WwDatabase *database, const guint8 own_account[16], const guint8 sender[16],
            const Waxwing__HistoryOffer *offer, gint64 now_ms, gboolean *changed, GError **error)
{
  const guint8 *archive = offer->archive_id.data;
  gint64 wanted;
  gboolean busy;

  if (!ww_store_get_meta_int (database, WW_META_HISTORY_WANTED, 0, &wanted, error) ||
      !is_busy (database, sender, &busy, error))
    return FALSE;
  *changed = TRUE;
  if (wanted == 0 || busy)
    return put_taken (database, sender, archive, WW_HISTORY_OFFERED, offer->messages, error);
  return put_taken (database, sender, archive, WW_HISTORY_COMING, offer->messages, error) &&
         queue_request (database, own_account, sender, archive, 0, FALSE, now_ms, error);
}

/* The one on its way, or else the one that was offered or failed last. */
static gboolean
find_latest (WwDatabase *database, guint8 device[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT device FROM history_taken WHERE state<>3 ORDER BY state=2 DESC, state, device LIMIT 1", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    ww_store_read_fixed (statement, 0, device, WW_ID_SIZE);
  else if (step == WW_STEP_DONE)
    ww_error_set (error, WW_ERROR_NO_HISTORY);
  return step == WW_STEP_ROW;
}

gboolean
ww_store_ask_for_history (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error)
{
  guint8 device[WW_ID_SIZE];
  Taken taken;

  return find_latest (database, device, error) && find_taken (database, device, &taken, error) &&
         ww_handover_run (database, "UPDATE history_taken SET state=?2, tries=0, error=NULL WHERE device=?1", device,
                          WW_HISTORY_COMING, error) &&
         ww_handover_run (database, "DELETE FROM history_chunks WHERE device=?1", device, 0, error) &&
         ww_store_want_history (database, TRUE, error) &&
         queue_request (database, own_account, device, taken.archive, taken.chunks, TRUE, now_ms, error);
}

/* --- Chunks -------------------------------------------------------------------------------- */

static gboolean
put_chunk (WwDatabase *database, const guint8 sender[16], const Waxwing__HistoryChunk *chunk, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT OR REPLACE INTO history_chunks (device, chunk, attachment, messages)"
                                       " VALUES (?1, ?2, ?3, ?4)",
                                       error);
  g_autofree guint8 *packed = g_malloc (waxwing__attachment__get_packed_size (chunk->attachment));
  gsize len = waxwing__attachment__pack (chunk->attachment, packed);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, sender, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, chunk->index);
  ww_statement_bind_blob (statement, 3, packed, len);
  ww_statement_bind_int (statement, 4, (gint64) MIN (chunk->messages, G_MAXINT64));
  return ww_statement_run (statement, error) &&
         ww_handover_run (database, "UPDATE history_taken SET total=?2 WHERE device=?1", sender,
                          (gint64) MIN (chunk->total, G_MAXINT64), error);
}

static gboolean
take_chunk (WwDatabase *database, const guint8 own_account[16], const guint8 sender[16],
            const Waxwing__HistoryChunk *chunk, gint64 now_ms, gboolean *refused, gboolean *changed, GError **error)
{
  Taken taken;

  if (!find_taken (database, sender, &taken, error))
    return FALSE;
  *refused = !is_archive (&taken, chunk->archive_id.data) || taken.state == WW_HISTORY_OFFERED ||
             chunk->index >= taken.chunks + WW_MAX_CHUNKS_SENT || chunk->attachment->size > WW_MAX_PACKED_CHUNK;
  /* What has failed, and what is in place, is nobody's fault. */
  if (*refused || taken.state != WW_HISTORY_COMING)
    return TRUE;
  if (chunk->index < taken.chunks)
    return queue_request (database, own_account, sender, taken.archive, taken.chunks, FALSE, now_ms, error);
  *changed = TRUE;
  return put_chunk (database, sender, chunk, error);
}

static gboolean
read_parcel (WwStatement *statement, WwHistoryParcel *parcel)
{
  gsize len;
  const guint8 *data = ww_statement_blob (statement, 3, &len);
  Waxwing__Attachment *attachment = waxwing__attachment__unpack (NULL, len, data);

  if (attachment == NULL)
    return FALSE;
  ww_store_read_fixed (statement, 0, parcel->device, WW_ID_SIZE);
  ww_store_read_fixed (statement, 1, parcel->archive, WW_ID_SIZE);
  parcel->index = (guint32) ww_statement_int (statement, 2);
  parcel->messages = (guint64) ww_statement_int (statement, 4);
  memcpy (parcel->pointer.id, attachment->attachment_id.data, sizeof parcel->pointer.id);
  memcpy (parcel->pointer.download_token, attachment->download_token.data, sizeof parcel->pointer.download_token);
  memcpy (parcel->pointer.key, attachment->key.data, sizeof parcel->pointer.key);
  memcpy (parcel->pointer.hash, attachment->hash.data, sizeof parcel->pointer.hash);
  parcel->pointer.size = attachment->size;
  waxwing__attachment__free_unpacked (attachment, NULL);
  return TRUE;
}

gboolean
ww_store_list_history_parcels (WwDatabase *database, GPtrArray **parcels, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_history_parcel_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT c.device, t.archive, c.chunk, c.attachment, c.messages, t.chunks FROM history_chunks c"
      " JOIN history_taken t ON t.device=c.device WHERE t.state=?1 AND c.chunk>=t.chunks ORDER BY c.device, c.chunk",
      error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, WW_HISTORY_COMING);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      g_autoptr (WwHistoryParcel) parcel = g_new0 (WwHistoryParcel, 1);

      /* The one after a gap waits for it. */
      if (ww_statement_int (statement, 2) == ww_statement_int (statement, 5) + found->len &&
          read_parcel (statement, parcel))
        g_ptr_array_add (found, g_steal_pointer (&parcel));
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *parcels = g_steal_pointer (&found);
  return TRUE;
}

/* Whether it is still the next one that is wanted. */
static gboolean
is_wanted (WwDatabase *database, const WwHistoryParcel *parcel, Taken *taken, gboolean *wanted, GError **error)
{
  if (!find_taken (database, parcel->device, taken, error))
    return FALSE;
  *wanted = is_archive (taken, parcel->archive) && taken->state == WW_HISTORY_COMING && taken->chunks == parcel->index;
  return TRUE;
}

static gboolean
advance (WwDatabase *database, const WwHistoryParcel *parcel, gboolean last, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "UPDATE history_taken SET chunks=?2, messages=?3, tries=0, state=?4,"
                                       " total=max (total, ?3) WHERE device=?1",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, parcel->device, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, (gint64) parcel->index + 1);
  ww_statement_bind_int (statement, 3, (gint64) parcel->messages);
  ww_statement_bind_int (statement, 4, last ? WW_HISTORY_DONE : WW_HISTORY_COMING);
  return ww_statement_run (statement, error) &&
         ww_handover_run (database, "DELETE FROM history_chunks WHERE device=?1 AND chunk<=?2", parcel->device,
                          parcel->index, error) &&
         (!last || ww_store_want_history (database, FALSE, error));
}

WwArchiveTaken *
ww_store_take_history_parcel (WwDatabase *database, const guint8 own_account[16], const WwHistoryParcel *parcel,
                              const Waxwing__ArchiveChunk *chunk, gint64 now_ms, GError **error)
{
  g_autoptr (WwArchiveTaken) brought = NULL;
  gboolean wanted;
  Taken taken;

  if (!is_wanted (database, parcel, &taken, &wanted, error))
    return NULL;
  if (!wanted)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return NULL;
    }
  /* What is sealed under the key of one chunk says itself which one it is. */
  if (chunk->index != parcel->index || memcmp (chunk->archive_id.data, parcel->archive, WW_ID_SIZE) != 0)
    {
      ww_error_set (error, WW_ERROR_MESSAGE_MALFORMED);
      return NULL;
    }
  brought = ww_store_take_archive (database, own_account, chunk, now_ms, error);
  if (brought == NULL || !advance (database, parcel, chunk->last, error) ||
      !queue_request (database, own_account, parcel->device, parcel->archive, parcel->index + 1, FALSE, now_ms, error))
    return NULL;
  return g_steal_pointer (&brought);
}

static gboolean
set_failed (WwDatabase *database, const guint8 device[16], const char *code, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "UPDATE history_taken SET state=?2, error=?3 WHERE device=?1", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_HISTORY_FAILED);
  ww_statement_bind_text (statement, 3, code);
  return ww_statement_run (statement, error) &&
         ww_handover_run (database, "DELETE FROM history_chunks WHERE device=?1", device, 0, error);
}

gboolean
ww_store_fail_history_parcel (WwDatabase *database, const guint8 own_account[16], const WwHistoryParcel *parcel,
                              const char *code, gboolean final, gint64 now_ms, GError **error)
{
  gboolean wanted;
  Taken taken;

  if (!is_wanted (database, parcel, &taken, &wanted, error))
    return FALSE;
  if (!wanted)
    return TRUE;
  if (final || taken.tries >= WW_HISTORY_TRIES)
    return set_failed (database, parcel->device, code, error) &&
           ww_handover_queue_end (database, own_account, parcel->device, parcel->archive, now_ms, error);
  return ww_handover_run (database, "UPDATE history_taken SET tries=tries+1 WHERE device=?1", parcel->device, 0,
                          error) &&
         ww_handover_run (database, "DELETE FROM history_chunks WHERE device=?1", parcel->device, 0, error) &&
         queue_request (database, own_account, parcel->device, parcel->archive, taken.chunks, TRUE, now_ms, error);
}

/* --- What arrives -------------------------------------------------------------------------- */

/* The one who gives says so to who takes, or the other way round. */
static gboolean
take_end (WwDatabase *database, const guint8 sender[16], const Waxwing__HistoryEnd *end, gboolean *changed,
          GError **error)
{
  g_autoptr (GError) reason = ww_error_new (WW_ERROR_NO_HISTORY);
  Taken taken;

  if (!find_taken (database, sender, &taken, error))
    return FALSE;
  if (is_archive (&taken, end->archive_id.data) && taken.state != WW_HISTORY_DONE)
    {
      *changed = TRUE;
      return set_failed (database, sender, ww_error_get_code (reason), error);
    }
  return ww_handover_take_end_of_given (database, sender, end->archive_id.data, changed, error);
}

static gboolean
is_for (const ProtobufCBinaryData *device, const guint8 this_device[16])
{
  return memcmp (device->data, this_device, WW_ID_SIZE) == 0;
}

gboolean
ww_store_take_history_payload (WwDatabase *database, const guint8 own_account[16], const guint8 this_device[16],
                               const guint8 sender[16], const Waxwing__Payload *payload, gint64 now_ms,
                               gboolean *refused, gboolean *changed, GError **error)
{
  *refused = *changed = FALSE;
  /* Everything goes to all own devices; what is between two others is theirs. */
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_HISTORY_OFFER)
    return !is_for (&payload->history_offer->device_id, this_device) ||
           take_offer (database, own_account, sender, payload->history_offer, now_ms, changed, error);
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_HISTORY_REQUEST)
    return !is_for (&payload->history_request->device_id, this_device) ||
           ww_handover_take_request (database, own_account, sender, payload->history_request, now_ms, changed, error);
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_HISTORY_CHUNK)
    return !is_for (&payload->history_chunk->device_id, this_device) ||
           take_chunk (database, own_account, sender, payload->history_chunk, now_ms, refused, changed, error);
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_HISTORY_END)
    return !is_for (&payload->history_end->device_id, this_device) ||
           take_end (database, sender, payload->history_end, changed, error);
  return TRUE;
}

/* --- For people ---------------------------------------------------------------------------- */

gboolean
ww_store_list_handovers (WwDatabase *database, GPtrArray **entries, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_history_entry_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT 0, device, state, messages, total, error FROM history_taken"
      " UNION ALL SELECT 1, device, state, messages, total, NULL FROM history_given ORDER BY 1, 2",
      error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwHistoryEntry *entry = g_new0 (WwHistoryEntry, 1);
      const char *code = ww_statement_text (statement, 5);
      guint8 device[WW_ID_SIZE];

      ww_store_read_fixed (statement, 1, device, sizeof device);
      entry->giving = ww_statement_int (statement, 0) != 0;
      entry->device_id = ww_hex_encode (device, sizeof device);
      entry->state = (WwHistoryState) ww_statement_int (statement, 2);
      entry->messages = (guint64) ww_statement_int (statement, 3);
      entry->total = (guint64) ww_statement_int (statement, 4);
      if (code != NULL)
        entry->error = g_strdup (ww_error_get_sentence_for_code (code));
      g_ptr_array_add (found, entry);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *entries = g_steal_pointer (&found);
  return TRUE;
}
