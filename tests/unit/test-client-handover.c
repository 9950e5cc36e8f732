/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * History from one own device to another, as far as their stores are concerned: what one puts into its outbox is given to the
 * other, in whatever order, more than once, and after either was closed and opened again.
 */
#include "ww-client-fixture.h"

#include "waxwing.pb-c.h"
#include "ww-archive.h"
#include "ww-conversation-id.h"
#include "ww-error.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-store-amend.h"
#include "ww-store-handover.h"

#define NOW_MS 1767225600000

static guint8 pair[16];

/* One of the two, on this thread. */
typedef struct
{
  char *directory;
  WwDatabase *database;
  guint8 id[16];
  GPtrArray *uploads; /* of GBytes: chunks that it uploaded, by their number, which is the attachment's id */
} Device;

typedef struct
{
  Device old;
  Device new;
} Two;

static void
device_init (Device *self, guint64 number)
{
  self->directory = test_directory_new ();
  self->database = test_database_new (self->directory);
  test_id (self->id, number);
  self->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
device_clear (Device *self)
{
  ww_database_close (self->database);
  test_directory_free (self->directory);
  g_ptr_array_unref (self->uploads);
}

static void
restart (Device *self)
{
  ww_database_close (self->database);
  self->database = test_database_new (self->directory);
}

static void
fill (WwDatabase *database, guint n)
{
  g_assert_true (ww_database_exec (database, "BEGIN", NULL));
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%01000u", i);
      g_autoptr (WwMessageRow) row = test_message (i, 1, text);
      Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
      Waxwing__Text body = WAXWING__TEXT__INIT;
      WwInsertResult result;
      uint8_t *packed;
      size_t len;

      body.body = text;
      payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
      payload.text = &body;
      packed = ww_message_pack (&payload, &len);
      g_clear_pointer (&row->payload, g_bytes_unref);
      row->payload = g_bytes_new_with_free_func (packed, len, free, packed);
      memcpy (row->conversation, pair, 16);
      g_assert_true (ww_store_insert_message (database, row, test_peer, NOW_MS - 100000 + i, &result, NULL));
    }
  g_assert_true (ww_database_exec (database, "COMMIT", NULL));
}

static void
two_init (Two *self)
{
  device_init (&self->old, 1001);
  device_init (&self->new, 1002);
  fill (self->old.database, 2500);
  g_assert_true (ww_store_want_history (self->new.database, TRUE, NULL));
}

static void
two_clear (Two *self)
{
  device_clear (&self->old);
  device_clear (&self->new);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

/* --- What travels -------------------------------------------------------------------------- */

/* Everything that waits in the outbox (GBytes), which is empty then. */
static GPtrArray *
empty_outbox (Device *self)
{
  GPtrArray *payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (WwStatement)
      statement = ww_database_prepare (self->database, "SELECT payload FROM outbox ORDER BY row", NULL);
  gsize len;

  while (ww_statement_step (statement, NULL) == WW_STEP_ROW)
    {
      const guint8 *data = ww_statement_blob (statement, 0, &len);

      g_ptr_array_add (payloads, g_bytes_new (data, len));
    }
  g_clear_pointer (&statement, ww_statement_release);
  g_assert_true (ww_database_exec (self->database, "DELETE FROM outbox", NULL));
  return payloads;
}

static gboolean
deliver (Device *to, const Device *from, GBytes *bytes, gboolean *refused)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  Waxwing__Payload *payload = ww_payload_parse (data, len);
  gboolean changed;

  g_assert_nonnull (payload);
  g_assert_true (ww_store_take_history_payload (to->database, test_self, to->id, from->id, payload, NOW_MS, refused,
                                                &changed, NULL));
  waxwing__payload__free_unpacked (payload, NULL);
  return changed;
}

static void
deliver_all (Device *to, Device *from)
{
  g_autoptr (GPtrArray) payloads = empty_outbox (from);
  gboolean refused;

  for (guint i = 0; i < payloads->len; i++)
    {
      deliver (to, from, payloads->pdata[i], &refused);
      g_assert_false (refused);
    }
}

/* Makes a chunk and "uploads" it. FALSE when there is none to be made. */
static gboolean
give (Device *self)
{
  g_autoptr (WwHistoryPiece) piece = NULL;
  WwAttachmentPointer pointer = { .size = 5 };
  g_autofree char *file = NULL;
  gboolean current;

  g_assert_true (ww_store_next_history_piece (self->database, test_self, &piece, NULL));
  if (piece == NULL)
    return FALSE;
  test_id (pointer.id, self->uploads->len);
  g_ptr_array_add (self->uploads, g_bytes_ref (piece->piece.chunk));
  file = g_strdup_printf ("%032u", self->uploads->len);
  g_assert_true (ww_store_begin_history_piece (self->database, piece, file, NULL));
  g_assert_true (
      ww_store_send_history_piece (self->database, test_self, piece, file, &pointer, NOW_MS, &current, NULL));
  g_assert_true (current);
  return TRUE;
}

static GBytes *
fetch (const Device *from, const WwHistoryParcel *parcel)
{
  for (guint i = 0; i < from->uploads->len; i++)
    {
      guint8 id[16];

      test_id (id, i);
      if (memcmp (id, parcel->pointer.id, sizeof id) == 0)
        return from->uploads->pdata[i];
    }
  g_error ("nobody uploaded this");
}

static WwArchiveTaken *
put_in (Device *self, const WwHistoryParcel *parcel, GBytes *bytes, GError **error)
{
  Waxwing__ArchiveChunk *chunk = ww_archive_parse (bytes, NULL);
  WwArchiveTaken *taken;

  g_assert_nonnull (chunk);
  g_assert_true (ww_database_exec (self->database, "BEGIN", NULL));
  taken = ww_store_take_history_parcel (self->database, test_self, parcel, chunk, NOW_MS, error);
  g_assert_true (ww_database_exec (self->database, taken != NULL ? "COMMIT" : "ROLLBACK", NULL));
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
  return taken;
}

static GPtrArray *
list_parcels (Device *self)
{
  GPtrArray *parcels;

  g_assert_true (ww_store_list_history_parcels (self->database, &parcels, NULL));
  return parcels;
}

/* Puts in all that is there. */
static guint
take (Device *self, const Device *from)
{
  guint n = 0;

  while (TRUE)
    {
      g_autoptr (GPtrArray) parcels = list_parcels (self);
      g_autoptr (WwArchiveTaken) taken = NULL;
      g_autoptr (GError) error = NULL;

      if (parcels->len == 0)
        return n;
      taken = put_in (self, parcels->pdata[0], fetch (from, parcels->pdata[0]), &error);
      g_assert_no_error (error);
      n++;
    }
}

#define COUNT(device, what) test_database_int ((device).database, "SELECT count(*) FROM " what)

static void
assert_complete (const Two *two)
{
  g_assert_cmpint (COUNT (two->new, "messages"), ==, 2500);
  g_assert_cmpint (COUNT (two->new, "history_taken WHERE state=3 AND messages=2500 AND total=2500"), ==, 1);
  g_assert_cmpint (COUNT (two->old, "history_given WHERE state=3 AND messages=2500"), ==, 1);
  g_assert_cmpint (COUNT (two->old, "history_sent WHERE NOT over"), ==, 0);
  g_assert_cmpint (COUNT (two->new, "history_chunks"), ==, 0);
}

static void
offer (Two *two)
{
  g_assert_true (ww_store_offer_history (two->old.database, test_self, two->new.id, NOW_MS, NULL));
  deliver_all (&two->new, &two->old);
}

/* --- Tests --------------------------------------------------------------------------------- */

/* Never more than two under way, and a restart of either side after each step makes no difference. */
static void
test_whole (void)
{
  g_auto (Two) two;
  guint rounds = 0, taken;

  two_init (&two);
  offer (&two);
  do
    {
      guint made = 0;

      deliver_all (&two.old, &two.new);
      restart (&two.old);
      while (give (&two.old))
        made++;
      g_assert_cmpuint (made, <=, WW_MAX_CHUNKS_SENT);
      restart (&two.old);
      deliver_all (&two.new, &two.old);
      restart (&two.new);
      taken = take (&two.new, &two.old);
      restart (&two.new);
      g_assert_cmpuint (++rounds, <, 20);
    }
  while (taken > 0);
  g_assert_cmpuint (two.old.uploads->len, >=, 4);
  deliver_all (&two.old, &two.new);
  assert_complete (&two);
  /* Whoever has it all wants no more. */
  offer (&two);
  g_assert_cmpint (COUNT (two.new, "outbox"), ==, 0);
  g_assert_cmpint (COUNT (two.new, "history_taken WHERE state=1"), ==, 1);
}

/* A chunk that was begun before a crash is made again, once; one that is confirmed never. */
static void
test_crash (void)
{
  g_auto (Two) two;
  g_autoptr (WwHistoryPiece) piece = NULL;
  g_autoptr (WwHistoryPiece) again = NULL;
  g_autoptr (GPtrArray) over = NULL;

  two_init (&two);
  offer (&two);
  deliver_all (&two.old, &two.new);
  g_assert_true (ww_store_next_history_piece (two.old.database, test_self, &piece, NULL));
  g_assert_true (ww_store_begin_history_piece (two.old.database, piece, "00", NULL));
  restart (&two.old);
  g_assert_true (ww_store_next_history_piece (two.old.database, test_self, &again, NULL));
  g_assert_cmpuint (again->order.index, ==, 0);
  g_assert_true (g_bytes_equal (again->piece.chunk, piece->piece.chunk));
  /* What was uploaded of the first is nobody's. */
  g_assert_true (ww_store_begin_history_piece (two.old.database, again, "01", NULL));
  g_assert_true (ww_store_list_over (two.old.database, &over, NULL));
  g_assert_cmpuint (over->len, ==, 1);
  g_assert_cmpstr (over->pdata[0], ==, "00");
}

/* In the wrong order, twice, and after it is in place. */
static void
test_repeated (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) sent = NULL;
  g_autoptr (GPtrArray) parcels = NULL;
  g_autoptr (GPtrArray) answers = NULL;
  gboolean refused;

  two_init (&two);
  offer (&two);
  deliver_all (&two.old, &two.new);
  g_assert_true (give (&two.old));
  g_assert_true (give (&two.old));
  g_assert_false (give (&two.old));
  sent = empty_outbox (&two.old);
  g_assert_cmpuint (sent->len, ==, 2);
  deliver (&two.new, &two.old, sent->pdata[1], &refused);
  parcels = list_parcels (&two.new);
  g_assert_cmpuint (parcels->len, ==, 0);
  for (guint i = 0; i < 2; i++)
    deliver (&two.new, &two.old, sent->pdata[i], &refused);
  g_assert_cmpuint (take (&two.new, &two.old), ==, 2);
  g_ptr_array_unref (empty_outbox (&two.new));
  /* Once more: nothing but that it is there. */
  deliver (&two.new, &two.old, sent->pdata[0], &refused);
  g_assert_false (refused);
  g_assert_cmpuint (take (&two.new, &two.old), ==, 0);
  answers = empty_outbox (&two.new);
  g_assert_cmpuint (answers->len, ==, 1);
  deliver (&two.old, &two.new, answers->pdata[0], &refused);
  g_assert_cmpint (COUNT (two.old, "history_given WHERE chunks=2"), ==, 1);
}

/* One that is gone, or was altered on its way, is made again; not for ever. */
static void
test_failures (void)
{
  g_auto (Two) two;

  two_init (&two);
  offer (&two);
  deliver_all (&two.old, &two.new);
  for (guint i = 0; i <= WW_HISTORY_TRIES; i++)
    {
      g_autoptr (GPtrArray) parcels = NULL;

      while (give (&two.old))
        ;
      deliver_all (&two.new, &two.old);
      parcels = list_parcels (&two.new);
      g_assert_cmpuint (parcels->len, ==, 2);
      g_assert_true (ww_store_fail_history_parcel (two.new.database, test_self, parcels->pdata[0], "message-altered",
                                                   FALSE, NOW_MS, NULL));
      deliver_all (&two.old, &two.new);
    }
  g_assert_cmpint (COUNT (two.new, "history_taken WHERE state=4"), ==, 1);
  g_assert_cmpint (COUNT (two.old, "history_given WHERE state=4"), ==, 1);
  g_assert_false (give (&two.old));
  /* Asked for again, it has to be offered again. */
  g_assert_true (ww_store_ask_for_history (two.new.database, test_self, NOW_MS, NULL));
  deliver_all (&two.old, &two.new);
  deliver_all (&two.new, &two.old);
  g_assert_cmpint (COUNT (two.new, "history_taken WHERE state=4"), ==, 1);
  offer (&two);
  for (guint i = 0; i < 10; i++)
    {
      deliver_all (&two.old, &two.new);
      while (give (&two.old))
        ;
      deliver_all (&two.new, &two.old);
      take (&two.new, &two.old);
    }
  assert_complete (&two);
}

/* A chunk says itself which one it is, and of which archive. */
static void
test_exchanged (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) parcels = NULL;
  g_autoptr (GError) error = NULL;

  two_init (&two);
  offer (&two);
  deliver_all (&two.old, &two.new);
  while (give (&two.old))
    ;
  deliver_all (&two.new, &two.old);
  parcels = list_parcels (&two.new);
  g_assert_cmpuint (parcels->len, ==, 2);
  g_assert_null (put_in (&two.new, parcels->pdata[0], fetch (&two.old, parcels->pdata[1]), &error));
  g_assert_error (error, WW_ERROR, WW_ERROR_MESSAGE_MALFORMED);
  g_assert_cmpint (COUNT (two.new, "messages"), ==, 0);
  g_assert_cmpint (COUNT (two.new, "history_taken WHERE chunks=0"), ==, 1);
}

/* --- What nobody asked for ----------------------------------------------------------------- */

typedef struct
{
  const char *what;
  gboolean wanted; /* the device is new */
  gboolean offered;
  gboolean other_archive;
  guint32 index;
  guint64 size;
  gboolean for_other;
  gboolean refused;
  guint parcels;
} Case;

static void
deliver_chunk (const Two *two, const Case *given, const guint8 archive[16], gboolean *refused)
{
  static guint8 zeros[32];
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryChunk chunk = WAXWING__HISTORY_CHUNK__INIT;
  Waxwing__Attachment attachment = WAXWING__ATTACHMENT__INIT;
  guint8 other[16];
  gboolean changed;

  test_id (other, 4711);
  attachment.attachment_id = (ProtobufCBinaryData) { 16, zeros };
  attachment.download_token = attachment.key = attachment.hash = (ProtobufCBinaryData) { 32, zeros };
  attachment.size = given->size;
  chunk.device_id = (ProtobufCBinaryData) { 16, given->for_other ? other : (guint8 *) two->new.id };
  chunk.archive_id = (ProtobufCBinaryData) { 16, given->other_archive ? other : (guint8 *) archive };
  chunk.index = given->index;
  chunk.attachment = &attachment;
  chunk.messages = chunk.total = G_MAXUINT64;
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_CHUNK;
  payload.history_chunk = &chunk;
  g_assert_true (ww_store_take_history_payload (two->new.database, test_self, two->new.id, two->old.id, &payload,
                                                NOW_MS, refused, &changed, NULL));
}

static void
deliver_offer (const Two *two, const guint8 archive[16])
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryOffer said = WAXWING__HISTORY_OFFER__INIT;
  gboolean refused, changed;

  said.device_id = (ProtobufCBinaryData) { 16, (guint8 *) two->new.id };
  said.archive_id = (ProtobufCBinaryData) { 16, (guint8 *) archive };
  said.messages = G_MAXUINT64;
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_OFFER;
  payload.history_offer = &said;
  g_assert_true (ww_store_take_history_payload (two->new.database, test_self, two->new.id, two->old.id, &payload,
                                                NOW_MS, &refused, &changed, NULL));
}

static void
test_unasked (void)
{
  static const Case cases[] = {
    { "asked for", TRUE, TRUE, FALSE, 0, 5, FALSE, FALSE, 1 },
    { "no offer", TRUE, FALSE, FALSE, 0, 5, FALSE, TRUE, 0 },
    { "an offer that was not taken", FALSE, TRUE, FALSE, 0, 5, FALSE, TRUE, 0 },
    { "neither", FALSE, FALSE, FALSE, 0, 5, FALSE, TRUE, 0 },
    { "another archive", TRUE, TRUE, TRUE, 0, 5, FALSE, TRUE, 0 },
    { "the second before the first", TRUE, TRUE, FALSE, 1, 5, FALSE, FALSE, 0 },
    { "too many at once", TRUE, TRUE, FALSE, 2, 5, FALSE, TRUE, 0 },
    { "far ahead", TRUE, TRUE, FALSE, WW_MAX_ARCHIVE_CHUNKS - 1, 5, FALSE, TRUE, 0 },
    { "too large", TRUE, TRUE, FALSE, 0, WW_MAX_PACKED_CHUNK + 1, FALSE, TRUE, 0 },
    { "for another device", TRUE, TRUE, FALSE, 0, 5, TRUE, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Two two;
      g_autoptr (GPtrArray) parcels = NULL;
      guint8 archive[16];
      gboolean refused;

      device_init (&two.old, 1001);
      device_init (&two.new, 1002);
      g_test_message ("%s", cases[i].what);
      test_id (archive, 99);
      g_assert_true (ww_store_want_history (two.new.database, cases[i].wanted, NULL));
      if (cases[i].offered)
        deliver_offer (&two, archive);
      deliver_chunk (&two, &cases[i], archive, &refused);
      g_assert_cmpint (refused, ==, cases[i].refused);
      parcels = list_parcels (&two.new);
      g_assert_cmpuint (parcels->len, ==, cases[i].parcels);
      two_clear (&two);
    }
}

/* Who was not offered anything gets nothing, whatever they ask for. */
static void
test_requests (void)
{
  g_auto (Two) two;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__HistoryRequest request = WAXWING__HISTORY_REQUEST__INIT;
  g_autoptr (GPtrArray) answers = NULL;
  Device third = { 0 };
  gboolean refused, changed;
  guint8 archive[16];

  two_init (&two);
  test_id (third.id, 1003);
  offer (&two);
  g_assert_true (ww_database_exec (two.old.database,
                                   "UPDATE history_given SET archive=x'00000000000000000000000000000000'", NULL));
  memset (archive, 0, sizeof archive);
  request.device_id = (ProtobufCBinaryData) { 16, two.old.id };
  request.archive_id = (ProtobufCBinaryData) { 16, archive };
  payload.kind_case = WAXWING__PAYLOAD__KIND_HISTORY_REQUEST;
  payload.history_request = &request;
  g_assert_true (ww_store_take_history_payload (two.old.database, test_self, two.old.id, third.id, &payload, NOW_MS,
                                                &refused, &changed, NULL));
  g_assert_false (give (&two.old));
  answers = empty_outbox (&two.old);
  g_assert_cmpuint (answers->len, ==, 1);
  /* More than there is to be confirmed confirms nothing. */
  request.chunks = WW_MAX_ARCHIVE_CHUNKS;
  g_assert_true (ww_store_take_history_payload (two.old.database, test_self, two.old.id, two.new.id, &payload, NOW_MS,
                                                &refused, &changed, NULL));
  g_assert_true (give (&two.old));
  g_assert_cmpint (COUNT (two.old, "history_given WHERE chunks=0 AND messages=0"), ==, 1);
  /* A device that left gets no more. */
  g_assert_true (ww_store_end_history (two.old.database, two.new.id, NULL));
  g_assert_false (give (&two.old));
  g_assert_cmpint (COUNT (two.old, "history_sent WHERE NOT over"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ww_conversation_id_for_pair (test_self, test_peer, pair);
  g_test_add_func ("/handover/whole", test_whole);
  g_test_add_func ("/handover/crash", test_crash);
  g_test_add_func ("/handover/repeated", test_repeated);
  g_test_add_func ("/handover/failures", test_failures);
  g_test_add_func ("/handover/exchanged", test_exchanged);
  g_test_add_func ("/handover/unasked", test_unasked);
  g_test_add_func ("/handover/requests", test_requests);
  return g_test_run ();
}
