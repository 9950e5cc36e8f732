/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-handover"

#include "ww-store-handover-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-store-messages-private.h"
#include "ww-store-meta.h"

/* The side that gives. */

G_DEFINE_BOXED_TYPE (WwHistoryPiece, ww_history_piece, ww_history_piece_ref, ww_history_piece_unref)

WwHistoryPiece *
ww_history_piece_ref (WwHistoryPiece *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
piece_clear (gpointer data)
{
  WwHistoryPiece *self = data;

  g_clear_pointer (&self->piece.chunk, g_bytes_unref);
}

void
ww_history_piece_unref (WwHistoryPiece *self)
{
  g_atomic_rc_box_release_full (self, piece_clear);
}

const char *
ww_history_state_to_string (WwHistoryState state)
{
  switch (state)
    {
    case WW_HISTORY_OFFERED:
      return "offered";
    case WW_HISTORY_COMING:
      return "coming";
    case WW_HISTORY_DONE:
      return "done";
    case WW_HISTORY_FAILED:
      return "failed";
    }
  return "failed";
}

gboolean
ww_handover_queue (WwDatabase *database, const guint8 own_account[16], const Waxwing__Payload *payload, gint64 now_ms,
                   GError **error)
{
  return ww_store_queue_payload (database, NULL, own_account, now_ms, payload, error);
}

/* Nothing is given any more, or can be taken, of that archive. */
gboolean
ww_handover_queue_end (WwDatabase *database, const guint8 own_account[16], const guint8 device[16],
                       const guint8 archive[16], gint64 now_ms, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryEnd end = WAXWING__HISTORY_END__INIT;

  end.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) device };
  end.archive_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) archive };
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_END;
  payload.history_end = &end;
  return ww_handover_queue (database, own_account, &payload, now_ms, error);
}

gboolean
ww_handover_run (WwDatabase *database, const char *sql, const guint8 device[16], gint64 number, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  if (strstr (sql, "?2") != NULL)
    ww_statement_bind_int (statement, 2, number);
  return ww_statement_run (statement, error);
}

/* --- Offering ------------------------------------------------------------------------------ */

static gboolean
put_given (WwDatabase *database, const guint8 device[16], const guint8 archive[16], const WwArchiveCursor *cursor,
           guint64 total, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "INSERT OR REPLACE INTO history_given (device, archive, state, total, chunks,"
      " messages, section, after, row, uploading) VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6,"
      " ?7, (SELECT uploading FROM history_given WHERE device=?1))",
      error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, archive, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, WW_HISTORY_OFFERED);
  ww_statement_bind_int (statement, 4, (gint64) total);
  ww_statement_bind_int (statement, 5, cursor->section);
  ww_statement_bind_blob (statement, 6, cursor->after, cursor->after_len);
  ww_statement_bind_int (statement, 7, cursor->row);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_offer_history (WwDatabase *database, const guint8 own_account[16], const guint8 device[16], gint64 now_ms,
                        GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryOffer offer = WAXWING__HISTORY_OFFER__INIT;
  WwArchiveCursor cursor;
  guint8 archive[WW_ID_SIZE];
  guint64 total;

  ww_random_bytes (archive, sizeof archive);
  if (!ww_store_begin_archive (database, &cursor, &total, error) ||
      !ww_handover_run (database, "UPDATE history_sent SET over=1 WHERE device=?1", device, 0, error) ||
      !put_given (database, device, archive, &cursor, total, error))
    return FALSE;
  offer.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) device };
  offer.archive_id = (ProtobufCBinaryData) { sizeof archive, archive };
  offer.messages = total;
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_OFFER;
  payload.history_offer = &offer;
  return ww_handover_queue (database, own_account, &payload, now_ms, error);
}

gboolean
ww_store_end_history (WwDatabase *database, const guint8 device[16], GError **error)
{
  return ww_handover_run (database, "UPDATE history_sent SET over=1 WHERE device=?1", device, 0, error) &&
         ww_handover_run (database, "UPDATE history_given SET state=?2 WHERE device=?1", device, WW_HISTORY_FAILED,
                          error);
}

/* --- Chunks -------------------------------------------------------------------------------- */

static void
read_cursor (WwStatement *statement, int first, WwArchiveCursor *cursor)
{
  gsize len;
  const guint8 *after = ww_statement_blob (statement, first + 1, &len);

  cursor->section = (guint) ww_statement_int (statement, first);
  cursor->after_len = MIN (len, sizeof cursor->after);
  if (cursor->after_len > 0)
    memcpy (cursor->after, after, cursor->after_len);
  cursor->row = ww_statement_int (statement, first + 2);
}

/* Where an archive that may go on goes on: behind what was sent last, or else behind what is in place. */
static WwHistoryPiece *
find_next (WwDatabase *database, GError **error, gboolean *failed)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT g.device, g.archive, g.total, coalesce (s.chunk+1, g.chunks),"
      " coalesce (s.messages, g.messages), coalesce (s.section, g.section), coalesce (s.after, g.after),"
      " coalesce (s.row, g.row) FROM history_given g LEFT JOIN history_sent s ON s.file=(SELECT file FROM history_sent"
      " WHERE device=g.device AND archive=g.archive AND NOT over ORDER BY chunk DESC LIMIT 1)"
      " WHERE g.state=?1 AND NOT coalesce (s.last, 0) AND coalesce (s.chunk+1, g.chunks)<g.chunks+?2"
      " ORDER BY g.device LIMIT 1",
      error);
  WwHistoryPiece *piece;
  WwStep step;

  *failed = TRUE;
  if (statement == NULL)
    return NULL;
  ww_statement_bind_int (statement, 1, WW_HISTORY_COMING);
  ww_statement_bind_int (statement, 2, WW_MAX_CHUNKS_SENT);
  step = ww_statement_step (statement, error);
  *failed = step == WW_STEP_ERROR;
  if (step != WW_STEP_ROW)
    return NULL;
  piece = g_atomic_rc_box_new0 (WwHistoryPiece);
  ww_store_read_fixed (statement, 0, piece->device, WW_ID_SIZE);
  ww_store_read_fixed (statement, 1, piece->order.archive, WW_ID_SIZE);
  piece->total = (guint64) ww_statement_int (statement, 2);
  piece->order.index = (guint32) ww_statement_int (statement, 3);
  piece->messages = (guint64) ww_statement_int (statement, 4);
  read_cursor (statement, 5, &piece->next);
  return piece;
}

gboolean
ww_store_next_history_piece (WwDatabase *database, const guint8 own_account[16], WwHistoryPiece **piece, GError **error)
{
  gboolean failed;
  g_autoptr (WwHistoryPiece) found = find_next (database, error, &failed);

  *piece = NULL;
  if (found == NULL)
    return !failed;
  memcpy (found->order.account, own_account, WW_ID_SIZE);
  if (!ww_store_read_archive (database, &found->order, &found->next, &found->piece, error))
    return FALSE;
  found->messages += found->piece.messages;
  *piece = g_steal_pointer (&found);
  return TRUE;
}

/* What a restart, or the server, interrupted. */
static gboolean
give_up_upload (WwDatabase *database, const guint8 device[16], GError **error)
{
  return ww_handover_run (database,
                          "INSERT OR IGNORE INTO history_sent (device, archive, chunk, file, last, messages, section,"
                          " after, row, over) SELECT device, archive, chunks, uploading, 0, 0, 0, x'', 0, 1"
                          " FROM history_given WHERE device=?1 AND uploading IS NOT NULL",
                          device, 0, error);
}

gboolean
ww_store_begin_history_piece (WwDatabase *database, const WwHistoryPiece *piece, const char *file, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "UPDATE history_given SET uploading=?2 WHERE device=?1", error);

  if (statement == NULL || (file != NULL && !give_up_upload (database, piece->device, error)))
    return FALSE;
  ww_statement_bind_blob (statement, 1, piece->device, WW_ID_SIZE);
  ww_statement_bind_text (statement, 2, file);
  return ww_statement_run (statement, error);
}

/* Whether that chunk is the next one still: meanwhile the other device may have asked for another. */
static gboolean
is_current (WwDatabase *database, const WwHistoryPiece *piece, gboolean *current, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT 1 FROM history_given g WHERE device=?1 AND archive=?2 AND state=?3 AND ?4=coalesce ((SELECT max (chunk)+1"
      " FROM history_sent s WHERE s.device=?1 AND s.archive=?2 AND NOT over), chunks)",
      error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, piece->device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, piece->order.archive, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, WW_HISTORY_COMING);
  ww_statement_bind_int (statement, 4, piece->order.index);
  step = ww_statement_step (statement, error);
  *current = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

static gboolean
put_sent (WwDatabase *database, const WwHistoryPiece *piece, const char *file, gboolean over, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "INSERT INTO history_sent (device, archive, chunk, file, last, messages, section,"
      " after, row, over) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, piece->device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, piece->order.archive, WW_ID_SIZE);
  ww_statement_bind_int (statement, 3, piece->order.index);
  ww_statement_bind_text (statement, 4, file);
  ww_statement_bind_int (statement, 5, piece->piece.last);
  ww_statement_bind_int (statement, 6, (gint64) piece->messages);
  ww_statement_bind_int (statement, 7, piece->next.section);
  ww_statement_bind_blob (statement, 8, piece->next.after, piece->next.after_len);
  ww_statement_bind_int (statement, 9, piece->next.row);
  ww_statement_bind_int (statement, 10, over);
  return ww_statement_run (statement, error);
}

static gboolean
queue_chunk (WwDatabase *database, const guint8 own_account[16], const WwHistoryPiece *piece,
             const WwAttachmentPointer *pointer, gint64 now_ms, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryChunk chunk = WAXWING__HISTORY_CHUNK__INIT;
  Waxwing__Attachment attachment = WAXWING__ATTACHMENT__INIT;

  attachment.attachment_id = (ProtobufCBinaryData) { sizeof pointer->id, (guint8 *) pointer->id };
  attachment.download_token = (ProtobufCBinaryData) { sizeof pointer->download_token,
                                                      (guint8 *) pointer->download_token };
  attachment.key = (ProtobufCBinaryData) { sizeof pointer->key, (guint8 *) pointer->key };
  attachment.hash = (ProtobufCBinaryData) { sizeof pointer->hash, (guint8 *) pointer->hash };
  attachment.size = pointer->size;
  chunk.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) piece->device };
  chunk.archive_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) piece->order.archive };
  chunk.index = piece->order.index;
  chunk.attachment = &attachment;
  chunk.messages = piece->messages;
  chunk.total = MAX (piece->total, piece->messages);
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_CHUNK;
  payload.history_chunk = &chunk;
  return ww_handover_queue (database, own_account, &payload, now_ms, error);
}

gboolean
ww_store_send_history_piece (WwDatabase *database, const guint8 own_account[16], const WwHistoryPiece *piece,
                             const char *file, const WwAttachmentPointer *pointer, gint64 now_ms, gboolean *current,
                             GError **error)
{
  if (!is_current (database, piece, current, error) || !put_sent (database, piece, file, !*current, error) ||
      !ww_store_begin_history_piece (database, piece, NULL, error))
    return FALSE;
  return !*current || queue_chunk (database, own_account, piece, pointer, now_ms, error);
}

gboolean
ww_store_list_over (WwDatabase *database, GPtrArray **files, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT file FROM history_sent WHERE over", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, g_strdup (ww_statement_text (statement, 0)));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *files = g_steal_pointer (&found);
  return TRUE;
}

gboolean
ww_store_forget_over (WwDatabase *database, const char *file, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "DELETE FROM history_sent WHERE file=?1 AND over", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, file);
  return ww_statement_run (statement, error);
}

/* --- What the other device says ------------------------------------------------------------ */

typedef struct
{
  gboolean known;
  WwHistoryState state;
  gint64 chunks;
  gint64 sent; /* the last one that is on its way; -1: none */
} Given;

static gboolean
find_given (WwDatabase *database, const guint8 device[16], const guint8 archive[16], Given *given, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT state, chunks, coalesce ((SELECT max (chunk) FROM history_sent s"
                                       " WHERE s.device=?1 AND s.archive=?2 AND NOT over), -1) FROM history_given"
                                       " WHERE device=?1 AND archive=?2",
                                       error);
  WwStep step;

  *given = (Given) { .sent = -1 };
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, device, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, archive, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  given->known = step == WW_STEP_ROW;
  if (given->known)
    {
      given->state = (WwHistoryState) ww_statement_int (statement, 0);
      given->chunks = ww_statement_int (statement, 1);
      given->sent = ww_statement_int (statement, 2);
    }
  return step != WW_STEP_ERROR;
}

/* So many chunks are in place there: what comes next begins behind the last of them. */
static gboolean
confirm (WwDatabase *database, const guint8 device[16], gint64 chunks, GError **error)
{
  return ww_handover_run (
             database,
             "UPDATE history_given SET (chunks, messages, section, after, row, state)=(SELECT s.chunk+1,"
             " s.messages, s.section, s.after, s.row, CASE WHEN s.last THEN 3 ELSE 2 END FROM history_sent s"
             " WHERE s.device=?1 AND s.archive=history_given.archive AND s.chunk=?2-1 AND NOT s.over)"
             " WHERE device=?1",
             device, chunks, error) &&
         ww_handover_run (database, "UPDATE history_sent SET over=1 WHERE device=?1 AND chunk<?2", device, chunks,
                          error);
}

gboolean
ww_handover_take_request (WwDatabase *database, const guint8 own_account[16], const guint8 sender[16],
                          const Waxwing__HistoryRequest *request, gint64 now_ms, gboolean *changed, GError **error)
{
  const guint8 *archive = request->archive_id.data;
  Given given;

  *changed = FALSE;
  if (!find_given (database, sender, archive, &given, error))
    return FALSE;
  /* Only what was offered to that device is given to it. */
  if (!given.known || given.state == WW_HISTORY_FAILED)
    return ww_handover_queue_end (database, own_account, sender, archive, now_ms, error);
  *changed = TRUE;
  if (given.state == WW_HISTORY_OFFERED &&
      !ww_handover_run (database, "UPDATE history_given SET state=?2 WHERE device=?1", sender, WW_HISTORY_COMING,
                        error))
    return FALSE;
  if (request->chunks > given.chunks && request->chunks <= given.sent + 1 &&
      !confirm (database, sender, request->chunks, error))
    return FALSE;
  return !request->again ||
         ww_handover_run (database, "UPDATE history_sent SET over=1 WHERE device=?1", sender, 0, error);
}

gboolean
ww_handover_take_end_of_given (WwDatabase *database, const guint8 sender[16], const guint8 archive[16],
                               gboolean *changed, GError **error)
{
  Given given;

  if (!find_given (database, sender, archive, &given, error))
    return FALSE;
  if (!given.known || given.state == WW_HISTORY_DONE)
    return TRUE;
  *changed = TRUE;
  return ww_store_end_history (database, sender, error);
}
