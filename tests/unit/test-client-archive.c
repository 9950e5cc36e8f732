/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives: everything that a store holds goes into one and comes out of it the same; what is here wins over what comes; and
 * whatever a hostile one says is left out.
 */
#include "ww-client-fixture.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "waxwing.pb-c.h"
#include "ww-archive.h"
#include "ww-backup-file.h"
#include "ww-backup.h"
#include "ww-conversation-id.h"
#include "ww-error.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-store-amend.h"
#include "ww-store-archive.h"
#include "ww-store-settings.h"

#define NOW_MS  1767225600000
#define SENT_MS (NOW_MS - 3600000)

static guint8 pair[16];

/* --- Making -------------------------------------------------------------------------------- */

static GBytes *
pack (const Waxwing__Payload *payload)
{
  size_t len;
  uint8_t *packed = ww_message_pack (payload, &len);

  return g_bytes_new_with_free_func (packed, len, free, packed);
}

static GBytes *
text_payload (const char *body, const guint8 *reply_to)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text text = WAXWING__TEXT__INIT;

  text.body = (char *) body;
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &text;
  if (reply_to != NULL)
    payload.reply_to = (ProtobufCBinaryData) { 16, (guint8 *) reply_to };
  return pack (&payload);
}

static void
put (WwDatabase *database, guint64 number, gboolean outgoing, GBytes *packed /* full */)
{
  g_autoptr (WwMessageRow) row = ww_message_row_new ();
  g_autoptr (GBytes) payload = packed;
  gsize len;
  const guint8 *data = g_bytes_get_data (payload, &len);
  Waxwing__Payload *parsed = ww_payload_parse (data, len);
  WwInsertResult result;

  g_assert_nonnull (parsed);
  test_id (row->id, number);
  memcpy (row->conversation, pair, 16);
  memcpy (row->account, outgoing ? test_self : test_peer, 16);
  memcpy (row->device, test_device, 16);
  row->created_ms = SENT_MS + (gint64) number;
  row->outgoing = outgoing;
  row->state = outgoing ? WW_MESSAGE_STATE_SENT : WW_MESSAGE_STATE_RECEIVED;
  row->suite = 2;
  row->payload = g_bytes_ref (payload);
  ww_message_row_describe (row, parsed);
  waxwing__payload__free_unpacked (parsed, NULL);
  row->has_content_hash = TRUE;
  memset (row->content_hash, (int) number, sizeof row->content_hash);
  g_assert_true (ww_store_insert_message (database, row, test_peer, SENT_MS + (gint64) number, &result, NULL));
  g_assert_cmpint (result, ==, WW_INSERTED);
}

static void
put_text (WwDatabase *database, guint64 number, gboolean outgoing, const char *text)
{
  put (database, number, outgoing, text_payload (text, NULL));
}

static WwAmendResult
say (WwDatabase *database, guint64 id, const guint8 account[16], gint64 created_ms, Waxwing__Payload *payload)
{
  WwAmendment amendment = { .created_ms = created_ms };
  WwAmendResult result;

  test_id (amendment.id, id);
  memcpy (amendment.account, account, 16);
  memcpy (amendment.conversation, pair, 16);
  g_assert_true (ww_store_amend (database, &amendment, payload, TRUE, NOW_MS, &result, NULL, NULL));
  return result;
}

static WwAmendResult
tap_back (WwDatabase *database, guint64 target, guint64 id, const guint8 account[16], gint64 at_ms, const char *emoji)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Tapback tapback = WAXWING__TAPBACK__INIT;
  guint8 message[16];

  test_id (message, target);
  tapback.message_id = (ProtobufCBinaryData) { 16, message };
  tapback.emoji = (char *) emoji;
  payload.kind_case = WAXWING__PAYLOAD__KIND_TAPBACK;
  payload.tapback = &tapback;
  return say (database, id, account, at_ms, &payload);
}

static WwAmendResult
edit (WwDatabase *database, guint64 target, guint64 id, const guint8 account[16], gint64 at_ms, const char *body)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Edit said = WAXWING__EDIT__INIT;
  guint8 message[16];

  test_id (message, target);
  said.message_id = (ProtobufCBinaryData) { 16, message };
  said.body = (char *) body;
  payload.kind_case = WAXWING__PAYLOAD__KIND_EDIT;
  payload.edit = &said;
  return say (database, id, account, at_ms, &payload);
}

static WwAmendResult
unsend (WwDatabase *database, guint64 target, guint64 id, const guint8 account[16], gint64 at_ms)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Unsend said = WAXWING__UNSEND__INIT;
  guint8 message[16];

  test_id (message, target);
  said.message_id = (ProtobufCBinaryData) { 16, message };
  payload.kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
  payload.unsend = &said;
  return say (database, id, account, at_ms, &payload);
}

static void
put_attachments (WwDatabase *database, guint64 number)
{
  static guint8 zeros[32];
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Attachments attachments = WAXWING__ATTACHMENTS__INIT;
  Waxwing__Attachment attachment = WAXWING__ATTACHMENT__INIT, *list[] = { &attachment };

  attachment.attachment_id = (ProtobufCBinaryData) { 16, zeros };
  attachment.download_token = attachment.key = attachment.hash = (ProtobufCBinaryData) { 32, zeros };
  attachment.size = 5;
  attachment.name = (char *) "photo.jpg";
  attachment.media_type = (char *) "image/jpeg";
  attachments.attachments = list;
  attachments.n_attachments = 1;
  attachments.text = (char *) "look";
  payload.kind_case = WAXWING__PAYLOAD__KIND_ATTACHMENTS;
  payload.attachments = &attachments;
  put (database, number, TRUE, pack (&payload));
}

static void
put_card_and_place (WwDatabase *database, guint64 number)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Card card = WAXWING__CARD__INIT;
  Waxwing__Location location = WAXWING__LOCATION__INIT;

  card.vcard = (ProtobufCBinaryData) { 11, (uint8_t *) "BEGIN:VCARD" };
  payload.kind_case = WAXWING__PAYLOAD__KIND_CARD;
  payload.card = &card;
  put (database, number, FALSE, pack (&payload));
  location.latitude = 48.85;
  location.longitude = 2.35;
  location.name = (char *) "here";
  payload.kind_case = WAXWING__PAYLOAD__KIND_LOCATION;
  payload.location = &location;
  put (database, number + 1, TRUE, pack (&payload));
}

static void
set_up_person (WwDatabase *database)
{
  g_autoptr (WwContactRow) contact = g_new0 (WwContactRow, 1);
  gboolean changed;

  memcpy (contact->account, test_peer, 16);
  contact->standing = WW_STANDING_ACCEPTED;
  contact->has_trusted_key = contact->verified = TRUE;
  memset (contact->trusted_key, 4, sizeof contact->trusted_key);
  contact->changed_ms = SENT_MS;
  g_assert_true (ww_store_set_contact_decision (database, contact, NULL));
  g_assert_true (ww_store_set_contact_name (database, test_peer, "Bob", &changed, NULL));
  g_assert_true (
      ww_store_change_setting (database, test_self, pair, WW_SETTING_PINNED, 7, "", SENT_MS, &changed, NULL));
  g_assert_true (
      ww_store_change_setting (database, test_self, pair, WW_SETTING_DRAFT, 0, "not yet", SENT_MS, &changed, NULL));
  g_assert_true (
      ww_store_change_setting (database, test_self, NULL, WW_SETTING_TYPING, 0, "", SENT_MS, &changed, NULL));
}

/* One of each thing that there is. */
static void
fill (WwDatabase *database)
{
  WwReadChange change = { 0 };
  g_autoptr (WwMessageRow) notice = NULL;
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  static const guint8 unknown[] = { 0xfa, 0x3e, 0 }; /* field 1007 */
  gboolean changed;
  guint8 id[16];

  put_text (database, 1, FALSE, "hello");
  put_text (database, 2, TRUE, "hello yourself");
  test_id (id, 1);
  put (database, 3, TRUE, text_payload ("an answer", id));
  put_attachments (database, 4);
  put_card_and_place (database, 5);
  put (database, 7, FALSE, g_bytes_new_static (unknown, sizeof unknown));
  put_text (database, 8, FALSE, "a secret");
  put_text (database, 9, TRUE, "first words");
  put_text (database, 10, FALSE, "deleted");
  set_up_person (database);
  g_assert_cmpint (tap_back (database, 2, 100, test_peer, SENT_MS + 50, "👍"), ==, WW_AMENDED);
  g_assert_cmpint (tap_back (database, 1, 101, test_self, SENT_MS + 50, "🎉"), ==, WW_AMENDED);
  g_assert_cmpint (tap_back (database, 3, 102, test_peer, SENT_MS + 50, ""), ==, WW_AMENDED);
  g_assert_cmpint (edit (database, 9, 103, test_self, SENT_MS + 60, "second words"), ==, WW_AMENDED);
  g_assert_cmpint (edit (database, 9, 104, test_self, SENT_MS + 70, "third words"), ==, WW_AMENDED);
  g_assert_cmpint (unsend (database, 8, 105, test_peer, SENT_MS + 80), ==, WW_AMENDED);
  test_id (id, 2);
  g_assert_true (ww_store_set_message_state (database, id, WW_MESSAGE_STATE_READ, 0, NULL, &changed, NULL));
  g_assert_true (ww_store_note_delivery (database, id, test_peer, WW_MESSAGE_STATE_READ, SENT_MS + 90, NULL));
  test_id (id, 5);
  g_assert_true (ww_store_apply_read_state (database, id, &change, NULL));
  test_id (id, 10);
  g_assert_true (ww_store_delete_messages (database, id, 1, NOW_MS, conversations, NULL));
  g_assert_true (ww_store_insert_notice (database, test_peer, WW_NOTICE_HANDLE_CHANGED, "mailto:b@x.org", SENT_MS + 95,
                                         &notice, NULL));
  g_assert_nonnull (notice);
}

/* --- Reading and taking -------------------------------------------------------------------- */

/* All chunks (GBytes) of what is there. */
static GPtrArray *
read_all (WwDatabase *database, gboolean backup)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  WwArchiveOrder order = { .backup = backup };
  WwArchiveCursor cursor;
  WwArchivePiece piece = { 0 };
  guint64 messages;

  memcpy (order.account, test_self, 16);
  memset (order.archive, 9, 16);
  g_assert_true (ww_store_begin_archive (database, &cursor, &messages, NULL));
  while (!piece.last)
    {
      g_assert_true (ww_store_read_archive (database, &order, &cursor, &piece, NULL));
      g_assert_cmpuint (g_bytes_get_size (piece.chunk), <=, WW_MAX_ARCHIVE_CHUNK);
      g_ptr_array_add (chunks, piece.chunk);
      order.index++;
    }
  return chunks;
}

static guint64
take (WwDatabase *database, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  Waxwing__ArchiveChunk *chunk = ww_archive_parse (bytes, &error);
  g_autoptr (WwArchiveTaken) taken = NULL;

  g_assert_no_error (error);
  taken = ww_store_take_archive (database, test_self, chunk, NOW_MS, &error);
  g_assert_no_error (error);
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
  return taken->added;
}

static guint64
take_all (WwDatabase *database, GPtrArray *chunks)
{
  guint64 added = 0;

  for (guint i = 0; i < chunks->len; i++)
    added += take (database, chunks->pdata[i]);
  return added;
}

/* Everything that a person could see, as text. */
static char *
dump (WwDatabase *database)
{
  static const char *const statements[] = {
    "SELECT hex (id)||hex (conversation)||position||hex (account)||hex "
    "(device)||'|'||created_ms||'|'||outgoing||'|'||state"
    "||'|'||kind||'|'||suite||'|'||hex (payload)||'|'||text||'|'||coalesce (hex (content_hash), '-')||'|'"
    "||coalesce (notice, '-')||'|'||coalesce (hex (reply_to), '-')||'|'||edited_ms||'|'||detailed||'|'||(error IS NULL)"
    " FROM messages ORDER BY position",
    "SELECT hex (id)||hex (peer)||'|'||last_position||'|'||read_position||'|'||unread||'|'||draft||'|'||pinned"
    " FROM conversations ORDER BY id",
    "SELECT hex (message)||hex (account)||emoji||at_ms||hex (id) FROM tapbacks ORDER BY message, account",
    "SELECT hex (message)||at_ms||hex (id)||text FROM wordings ORDER BY message, at_ms, id",
    "SELECT hex (message)||hex (account)||state||at_ms FROM deliveries ORDER BY message, account",
    "SELECT hex (conversation)||key||number||text||changed_ms FROM settings ORDER BY conversation, key",
    "SELECT hex (id) FROM deleted ORDER BY id",
    "SELECT hex (account)||name||standing||hex (trusted_key)||verified||changed_ms FROM contacts ORDER BY account",
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WwStatement) statement = ww_database_prepare (database, statements[i], &error);

      g_assert_no_error (error);
      while (ww_statement_step (statement, &error) == WW_STEP_ROW)
        g_string_append_printf (text, "%s\n", ww_statement_text (statement, 0));
      g_assert_no_error (error);
    }
  return g_string_free (text, FALSE);
}

/* The first line that differs, and not all of them. */
static void
assert_same (const char *here, const char *there)
{
  g_auto (GStrv) left = g_strsplit (here, "\n", -1);
  g_auto (GStrv) right = g_strsplit (there, "\n", -1);

  for (guint i = 0; left[i] != NULL || right[i] != NULL; i++)
    if (g_strcmp0 (left[i], right[i]) != 0)
      g_error ("line %u: %.200s is not %.200s", i, left[i] != NULL ? left[i] : "the end",
               right[i] != NULL ? right[i] : "the end");
}

typedef struct
{
  char *directory[2];
  WwDatabase *from;
  WwDatabase *to;
} Two;

static void
two_init (Two *self)
{
  for (guint i = 0; i < 2; i++)
    self->directory[i] = test_directory_new ();
  self->from = test_database_new (self->directory[0]);
  self->to = test_database_new (self->directory[1]);
}

static void
two_clear (Two *self)
{
  ww_database_close (self->from);
  ww_database_close (self->to);
  for (guint i = 0; i < 2; i++)
    test_directory_free (self->directory[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

static void
test_round_trip (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) chunks = NULL;
  g_autofree char *there = NULL, *here = NULL, *again = NULL;

  two_init (&two);
  fill (two.from);
  chunks = read_all (two.from, FALSE);
  /* Nine that are left, and the notice. */
  g_assert_cmpuint (take_all (two.to, chunks), ==, 10);
  there = dump (two.from);
  here = dump (two.to);
  assert_same (here, there);
  /* Once more changes nothing. */
  g_assert_cmpuint (take_all (two.to, chunks), ==, 0);
  again = dump (two.to);
  assert_same (again, there);
  /* The rows are older than any that comes now, and the index is to take them. */
  g_assert_cmpint (test_database_int (two.to, "SELECT max (row) FROM messages"), <, 0);
  g_assert_cmpint (test_database_int (two.to, "SELECT (SELECT row FROM messages ORDER BY position DESC LIMIT 1)"
                                              "=(SELECT max (row) FROM messages)"),
                   ==, 1);
  g_assert_cmpint (test_database_int (two.to, "SELECT first FROM search_state"), ==, 0);
}

/* Long enough for several chunks: each comes alone, in whatever order, and is complete after a restart at any of them. */
static void
test_many (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) chunks = NULL;
  g_autofree char *long_text = g_strnfill (1000, 'x');
  g_autofree char *there = NULL, *here = NULL;

  two_init (&two);
  g_assert_true (ww_database_exec (two.from, "BEGIN", NULL));
  for (guint i = 1; i <= 2000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", long_text, i);

      put_text (two.from, i, i % 2 == 0, text);
    }
  set_up_person (two.from);
  g_assert_true (ww_database_exec (two.from, "COMMIT", NULL));
  chunks = read_all (two.from, FALSE);
  g_assert_cmpuint (chunks->len, >=, 4);
  g_assert_true (ww_database_exec (two.to, "BEGIN", NULL));
  /* The newest come first. */
  take (two.to, chunks->pdata[0]);
  g_assert_cmpint (test_database_int (two.to, "SELECT count(*) FROM messages WHERE text LIKE '% 2000'"), ==, 1);
  g_assert_cmpint (test_database_int (two.to, "SELECT count(*) FROM messages WHERE text LIKE '% 1'"), ==, 0);
  for (guint i = chunks->len; i > 0; i--)
    take (two.to, chunks->pdata[i - 1]);
  g_assert_true (ww_database_exec (two.to, "COMMIT", NULL));
  there = dump (two.from);
  here = dump (two.to);
  assert_same (here, there);
}

/* What is here, or was said meanwhile, is newer than the archive. */
static void
test_here_wins (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) chunks = NULL;
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  g_autoptr (WwMessageRow) nine = NULL;
  guint8 id[16];
  gboolean changed;

  two_init (&two);
  fill (two.from);
  chunks = read_all (two.from, FALSE);
  put_text (two.to, 2, TRUE, "hello yourself");
  put_text (two.to, 3, TRUE, "taken back here");
  put_text (two.to, 9, TRUE, "first words");
  g_assert_cmpint (tap_back (two.to, 2, 200, test_peer, SENT_MS + 51, "😢"), ==, WW_AMENDED);
  g_assert_cmpint (unsend (two.to, 3, 201, test_self, SENT_MS + 80), ==, WW_AMENDED);
  g_assert_cmpint (edit (two.to, 9, 202, test_self, SENT_MS + 75, "latest words"), ==, WW_AMENDED);
  /* Said before its message is here. */
  g_assert_cmpint (tap_back (two.to, 4, 203, test_peer, SENT_MS + 52, "😮"), ==, WW_AMENDED_LATER);
  test_id (id, 1);
  g_assert_true (ww_store_delete_messages (two.to, id, 1, NOW_MS, conversations, NULL));
  g_assert_true (
      ww_store_change_setting (two.to, test_self, pair, WW_SETTING_PINNED, 0, "", SENT_MS + 1, &changed, NULL));

  take_all (two.to, chunks);
#define COUNT(what) test_database_int (two.to, "SELECT count(*) FROM " what)
  g_assert_cmpint (COUNT ("messages WHERE text='hello'"), ==, 0);
  g_assert_cmpint (COUNT ("tapbacks WHERE emoji='😢'"), ==, 1);
  g_assert_cmpint (COUNT ("tapbacks WHERE emoji='👍'"), ==, 0);
  g_assert_cmpint (COUNT ("tapbacks WHERE emoji='😮'"), ==, 1);
  g_assert_cmpint (COUNT ("messages WHERE text IN ('an answer', 'taken back here')"), ==, 0);
  g_assert_cmpint (COUNT ("messages WHERE kind=6"), ==, 2);
  test_id (id, 9);
  g_assert_true (ww_store_find_message (two.to, id, &nine, NULL));
  g_assert_cmpstr (nine->text, ==, "latest words");
  g_assert_cmpint (COUNT ("wordings"), ==, 4);
  g_assert_cmpint (COUNT ("conversations WHERE pinned=0"), ==, 1);
  /* Better known there. */
  g_assert_cmpint (COUNT ("messages WHERE state=3"), ==, 1);
  g_assert_cmpint (COUNT ("messages WHERE text='a secret'"), ==, 0);
}

/* What nobody has sent is for backups only. */
static void
test_unsent (void)
{
  g_auto (Two) two;
  g_autoptr (GPtrArray) archive = NULL;
  g_autoptr (GPtrArray) backup = NULL;

  two_init (&two);
  put_text (two.from, 1, TRUE, "stuck");
  g_assert_true (ww_database_exec (two.from, "UPDATE messages SET state=0", NULL));
  archive = read_all (two.from, FALSE);
  backup = read_all (two.from, TRUE);
  g_assert_cmpuint (take_all (two.to, archive), ==, 0);
  g_assert_cmpuint (take_all (two.to, backup), ==, 1);
  g_assert_cmpint (test_database_int (two.to, "SELECT state FROM messages"), ==, WW_MESSAGE_STATE_FAILED);
  g_assert_cmpint (test_database_int (two.to, "SELECT count(*) FROM outbox"), ==, 0);
}

/* --- Hostile archives ---------------------------------------------------------------------- */

typedef struct
{
  Waxwing__ArchiveMessage message;
  Waxwing__ArchiveEdit edit, *edits[1];
  Waxwing__ArchiveTapback tapback, *tapbacks[1];
  guint8 id[16], other[16], conversation[16], said[16];
  GBytes *payload;
} Lie;

typedef void (*Twist) (Lie *lie);

static void
twist_conversation (Lie *lie)
{
  lie->message.conversation_id.data = lie->other;
}

static void
twist_sender (Lie *lie)
{
  lie->message.account_id.data = lie->other;
}

static void
twist_nothing (Lie *lie)
{
  lie->message.payload.len = 0;
}

static void
twist_both (Lie *lie)
{
  lie->message.unsent = TRUE;
}

static void
twist_notice (Lie *lie)
{
  lie->message.notice = (char *) "identity-changed";
}

static void
twist_silent (Lie *lie)
{
  static const guint8 typing[] = { 0x5a, 0 };

  lie->message.payload = (ProtobufCBinaryData) { sizeof typing, (guint8 *) typing };
}

static void
twist_rubbish (Lie *lie)
{
  lie->message.payload = (ProtobufCBinaryData) { 3, (guint8 *) "\x0a\xff\xff" };
}

static void
twist_short_id (Lie *lie)
{
  lie->message.message_id.len = 15;
}

static void
twist_long_notice (Lie *lie)
{
  static char notice[WW_MAX_NOTICE + 2];

  memset (notice, 'n', sizeof notice - 1);
  lie->message.payload.len = 0;
  lie->message.notice = notice;
}

/* Those after this are taken, without what is a lie about them. */
static void
twist_times (Lie *lie)
{
  lie->message.created_ms = lie->message.arrived_ms = G_MAXUINT64;
}

static void
twist_edit_late (Lie *lie)
{
  lie->edit.created_ms = SENT_MS + WW_EDIT_MS + 1000;
  lie->message.n_edits = 1;
}

static void
twist_emoji (Lie *lie)
{
  lie->tapback.emoji = (char *) "<b>no</b>";
  lie->message.n_tapbacks = 1;
}

static void
twist_stranger_taps (Lie *lie)
{
  lie->tapback.account_id.data = lie->other;
  lie->message.n_tapbacks = 1;
}

static void
twist_state (Lie *lie)
{
  lie->message.state = (Waxwing__ArchiveMessage__State) 77;
  lie->message.suite = G_MAXUINT32;
}

static void
lie_init (Lie *self)
{
  memset (self, 0, sizeof *self);
  test_id (self->id, 1);
  test_id (self->other, 666);
  test_id (self->said, 2);
  memcpy (self->conversation, pair, 16);
  waxwing__archive_message__init (&self->message);
  waxwing__archive_edit__init (&self->edit);
  waxwing__archive_tapback__init (&self->tapback);
  self->payload = text_payload ("a lie", NULL);
  self->message.message_id = (ProtobufCBinaryData) { 16, self->id };
  self->message.conversation_id = (ProtobufCBinaryData) { 16, self->conversation };
  self->message.account_id = (ProtobufCBinaryData) { 16, (guint8 *) test_peer };
  self->message.device_id = (ProtobufCBinaryData) { 16, (guint8 *) test_device };
  self->message.created_ms = self->message.arrived_ms = SENT_MS;
  self->message.payload.data = (guint8 *) g_bytes_get_data (self->payload, &self->message.payload.len);
  self->edit.message_id = self->tapback.message_id = (ProtobufCBinaryData) { 16, self->said };
  self->edit.body = (char *) "edited";
  self->tapback.account_id = self->message.account_id;
  self->tapback.emoji = (char *) "👍";
  self->edits[0] = &self->edit;
  self->tapbacks[0] = &self->tapback;
  self->message.edits = self->edits;
  self->message.tapbacks = self->tapbacks;
}

/* A chunk with the conversation of the two and one message in it. */
static GBytes *
pack_lie (const Lie *lie, const guint8 account[16], const guint8 peer[16], const guint8 conversation_id[16])
{
  Waxwing__ArchiveChunk chunk = WAXWING__ARCHIVE_CHUNK__INIT;
  Waxwing__ArchiveEntry first = WAXWING__ARCHIVE_ENTRY__INIT, second = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveConversation conversation = WAXWING__ARCHIVE_CONVERSATION__INIT;
  ProtobufCBinaryData entries[3];
  uint8_t *packed;
  size_t len;

  conversation.conversation_id = (ProtobufCBinaryData) { 16, (guint8 *) conversation_id };
  conversation.peer_id = (ProtobufCBinaryData) { 16, (guint8 *) peer };
  conversation.created_ms = conversation.read_ms = G_MAXUINT64;
  first.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_CONVERSATION;
  first.conversation = &conversation;
  second.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_MESSAGE;
  second.message = (Waxwing__ArchiveMessage *) &lie->message;
  entries[0].data = ww_message_pack (&first, &entries[0].len);
  entries[1] = (ProtobufCBinaryData) { 4, (guint8 *) "\xff\xff\xff\xff" };
  entries[2].data = ww_message_pack (&second, &entries[2].len);
  chunk.account_id = (ProtobufCBinaryData) { 16, (guint8 *) account };
  chunk.archive_id = (ProtobufCBinaryData) { 16, (guint8 *) lie->said };
  chunk.entries = entries;
  chunk.n_entries = 3;
  packed = ww_message_pack (&chunk, &len);
  free (entries[0].data);
  free (entries[2].data);
  return g_bytes_new_with_free_func (packed, len, free, packed);
}

static void
test_lies (void)
{
  static const struct
  {
    Twist twist;
    guint64 added;
  } cases[] = {
    { NULL, 1 },           { twist_conversation, 0 },  { twist_sender, 0 }, { twist_nothing, 0 },
    { twist_both, 0 },     { twist_notice, 0 },        { twist_silent, 0 }, { twist_rubbish, 0 },
    { twist_short_id, 0 }, { twist_long_notice, 0 },   { twist_times, 1 },  { twist_edit_late, 1 },
    { twist_emoji, 1 },    { twist_stranger_taps, 1 }, { twist_state, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TestDirectory *directory = test_directory_new ();
      g_autoptr (WwDatabase) database = test_database_new (directory);
      g_autoptr (GBytes) chunk = NULL;
      Lie lie;

      lie_init (&lie);
      if (cases[i].twist != NULL)
        cases[i].twist (&lie);
      chunk = pack_lie (&lie, test_self, test_peer, pair);
      g_test_message ("%zu", i);
      g_assert_cmpuint (take (database, chunk), ==, cases[i].added);
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM messages"), ==, (gint64) cases[i].added);
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM tapbacks"), ==, 0);
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM wordings"), ==, 0);
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox"), ==, 0);
      g_assert_cmpint (test_database_int (database, "SELECT coalesce (max (position), 0) FROM messages"), <=,
                       NOW_MS + 24 * 60 * 60 * 1000);
      g_bytes_unref (lie.payload);
      test_directory_free (directory);
    }
}

static void
test_conversations (void)
{
  TestDirectory *directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GBytes) wrong_id = NULL;
  g_autoptr (GBytes) with_self = NULL;
  g_autoptr (GBytes) other_account = NULL;
  g_autoptr (GError) error = NULL;
  Waxwing__ArchiveChunk *chunk;
  Lie lie;
  guint8 own_pair[16];

  lie_init (&lie);
  ww_conversation_id_for_pair (test_self, test_self, own_pair);
  wrong_id = pack_lie (&lie, test_self, test_peer, lie.other);
  with_self = pack_lie (&lie, test_self, test_self, own_pair);
  other_account = pack_lie (&lie, test_peer, test_peer, pair);
  g_assert_cmpuint (take (database, wrong_id), ==, 0);
  g_assert_cmpuint (take (database, with_self), ==, 0);
  chunk = ww_archive_parse (other_account, &error);
  g_assert_no_error (error);
  g_assert_null (ww_store_take_archive (database, test_self, chunk, NOW_MS, &error));
  g_assert_error (error, WW_ERROR, WW_ERROR_OTHER_ACCOUNT);
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM conversations"), ==, 0);
  g_bytes_unref (lie.payload);
  test_directory_free (directory);
}

/* --- Compression and sealing --------------------------------------------------------------- */

static GBytes *
altered (GBytes *bytes, gsize at, guint8 by)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  guint8 *copy = g_memdup2 (data, len);

  copy[at] ^= by;
  return g_bytes_new_take (copy, len);
}

static void
refuse_unpacking (GBytes *packed /* full */)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ww_archive_unpack (packed, &error));
  g_assert_error (error, WW_ERROR, WW_ERROR_MESSAGE_MALFORMED);
  g_bytes_unref (packed);
}

/* What says that it is small and is not. */
static GBytes *
make_bomb (guint32 said)
{
  g_autofree guint8 *zeros = g_malloc0 (WW_MAX_ARCHIVE_CHUNK);
  g_autoptr (GBytes) chunk = g_bytes_new_take (g_steal_pointer (&zeros), WW_MAX_ARCHIVE_CHUNK);
  g_autoptr (GBytes) packed = ww_archive_pack (chunk, NULL);
  gsize len;
  guint8 *bomb = g_memdup2 (g_bytes_get_data (packed, &len), g_bytes_get_size (packed));

  g_assert_cmpuint (len, <, 16384);
  for (guint i = 0; i < 4; i++)
    bomb[1 + i] = (guint8) (said >> (24 - 8 * i));
  return g_bytes_new_take (bomb, len);
}

/* One that is as large as it says, and too large. */
static GBytes *
make_oversized (void)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 9);
  const gsize size = WW_MAX_ARCHIVE_CHUNK + 1;
  g_autofree guint8 *zeros = g_malloc0 (size);
  guint8 *out = g_malloc (WW_MAX_PACKED_CHUNK);
  gsize consumed, produced;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), zeros, size, out + 5, WW_MAX_PACKED_CHUNK - 5,
                                        G_CONVERTER_INPUT_AT_END, &consumed, &produced, NULL),
                   ==, G_CONVERTER_FINISHED);
  out[0] = 1;
  for (guint i = 0; i < 4; i++)
    out[1 + i] = (guint8) (size >> (24 - 8 * i));
  return g_bytes_new_take (out, produced + 5);
}

static void
test_packing (void)
{
  g_autoptr (GBytes) chunk = g_bytes_new_static ("Hello, hello, hello, hello", 26);
  g_autoptr (GBytes) packed = ww_archive_pack (chunk, NULL);
  g_autoptr (GBytes) back = ww_archive_unpack (packed, NULL);
  g_autoptr (GBytes) largest = make_bomb (WW_MAX_ARCHIVE_CHUNK);
  g_autoptr (GBytes) whole = ww_archive_unpack (largest, NULL);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  gsize len = g_bytes_get_size (packed);

  g_assert_true (g_bytes_equal (back, chunk));
  g_assert_nonnull (whole);
  refuse_unpacking (make_bomb (100));
  refuse_unpacking (make_bomb (WW_MAX_ARCHIVE_CHUNK - 1));
  refuse_unpacking (make_bomb (WW_MAX_ARCHIVE_CHUNK + 1));
  refuse_unpacking (make_bomb (G_MAXUINT32));
  refuse_unpacking (make_oversized ());
  refuse_unpacking (make_bomb (0));
  refuse_unpacking (altered (packed, 0, 2));
  refuse_unpacking (altered (packed, 4, 1));
  for (gsize i = 0; i < len; i++)
    refuse_unpacking (g_bytes_new_from_bytes (packed, 0, i));
  g_byte_array_append (longer, g_bytes_get_data (packed, NULL), (guint) len);
  g_byte_array_append (longer, (const guint8 *) "x", 1);
  refuse_unpacking (g_bytes_new (longer->data, longer->len));
}

static void
test_sealing (void)
{
  static const gsize sizes[] = { 1, 5, 65536, 65537, 300000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) packed = g_bytes_new_take (g_strnfill (sizes[i], 'p'), sizes[i]);
      g_auto (WwSealedChunk) sealed = { 0 };
      g_autoptr (GBytes) opened = NULL;
      g_autoptr (GBytes) kept = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (ww_archive_seal (packed, &sealed, NULL));
      opened = ww_archive_open (&sealed, NULL);
      g_assert_true (g_bytes_equal (opened, packed));
      kept = g_steal_pointer (&sealed.sealed);
      sealed.sealed = altered (kept, g_bytes_get_size (kept) / 2, 1);
      g_assert_null (ww_archive_open (&sealed, &error));
      g_assert_error (error, WW_ERROR, WW_ERROR_MESSAGE_ALTERED);
      g_clear_pointer (&sealed.sealed, g_bytes_unref);
      sealed.sealed = g_bytes_new_from_bytes (kept, 0, g_bytes_get_size (kept) - 1);
      g_assert_null (ww_archive_open (&sealed, NULL));
    }
}

/* --- Backups ------------------------------------------------------------------------------- */

#define PASSPHRASE "grüne Wiese 7"

static WwError
read_backup (const char *path, const char *passphrase, guint *chunks)
{
  g_autoptr (WwBackupFile) file = ww_backup_file_new (path, passphrase);
  g_autoptr (GError) error = NULL;
  gboolean last = FALSE;

  *chunks = 0;
  if (!ww_backup_file_open (file, &error))
    return (WwError) error->code;
  while (!last)
    {
      g_autoptr (GBytes) chunk = ww_backup_file_read (file, &last, &error);

      if (chunk == NULL)
        return (WwError) error->code;
      (*chunks)++;
    }
  return WW_ERROR_FAILED;
}

/* FAILED stands for none. */
static void
expect_backup (const char *path, const guint8 *data, gsize len, const char *passphrase, WwError code, guint chunks)
{
  guint read;

  g_assert_true (g_file_set_contents (path, (const char *) data, (gssize) len, NULL));
  g_assert_cmpint (read_backup (path, passphrase, &read), ==, code);
  g_assert_cmpuint (read, ==, chunks);
}

static char *
write_backup (const char *directory)
{
  char *path = g_build_filename (directory, "backup", NULL);
  g_autoptr (WwBackupFile) file = ww_backup_file_new (path, PASSPHRASE);
  g_autoptr (WwBackupFile) second = ww_backup_file_new (path, PASSPHRASE);
  g_autoptr (GError) error = NULL;

  g_assert_true (ww_backup_file_create (file, NULL));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("chunk %u", i);
      g_autoptr (GBytes) chunk = g_bytes_new (text, strlen (text));

      g_assert_true (ww_backup_file_write (file, chunk, i == 2, NULL));
    }
  /* Nothing is written over. */
  g_assert_false (ww_backup_file_create (second, &error));
  g_assert_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  return path;
}

static void
test_backup_file (void)
{
  TestDirectory *directory = test_directory_new ();
  g_autofree char *path = write_backup (directory);
  g_autofree char *contents = NULL;
  g_autofree guint8 *copy = NULL;
  const gsize one = WW_BACKUP_ENTRY_SIZE + WW_MIN_PADDED + 16, head = WW_BACKUP_HEADER_SIZE;
  GStatBuf info;
  guint chunks;
  gsize len;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (read_backup (path, PASSPHRASE, &chunks), ==, WW_ERROR_FAILED);
  g_assert_cmpuint (chunks, ==, 3);
  /* The same letters, typed in another way. */
  g_assert_cmpint (read_backup (path, "gru\xcc\x88ne Wiese 7", &chunks), ==, WW_ERROR_FAILED);
  g_assert_cmpint (read_backup (path, "grüne Wiese 8", &chunks), ==, WW_ERROR_WRONG_PASSPHRASE);

  g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  g_assert_cmpuint (len, ==, head + 3 * one);
  g_assert_null (g_strstr_len (contents, (gssize) len, "chunk"));
  copy = g_memdup2 (contents, len);
#define EXPECT(size, code, n) expect_backup (path, copy, size, PASSPHRASE, code, n)
  EXPECT (head - 1, WW_ERROR_INVALID_ARGUMENT, 0);
  EXPECT (head, WW_ERROR_BACKUP_DAMAGED, 0);
  EXPECT (head + one, WW_ERROR_BACKUP_DAMAGED, 1);
  EXPECT (head + 2 * one, WW_ERROR_BACKUP_DAMAGED, 2);
  EXPECT (len - 1, WW_ERROR_BACKUP_DAMAGED, 2);
  copy[head + one + 200] ^= 1;
  EXPECT (len, WW_ERROR_BACKUP_DAMAGED, 1);
  /* One left out, two in another order, one twice. */
  memcpy (copy + head + one, contents + head + 2 * one, one);
  EXPECT (head + 2 * one, WW_ERROR_BACKUP_DAMAGED, 1);
  memcpy (copy + head, contents + head + one, one);
  memcpy (copy + head + one, contents + head, one);
  EXPECT (len, WW_ERROR_WRONG_PASSPHRASE, 0);
  memcpy (copy + head, contents + head, one);
  EXPECT (len, WW_ERROR_BACKUP_DAMAGED, 1);
  test_directory_free (directory);
}

static void
test_backup_header (void)
{
  static const struct
  {
    guint32 passes, memory_kib, lanes;
    WwCryptoStatus status;
  } cases[] = {
    { 1, 8, 1, WW_CRYPTO_OK },
    { WW_BACKUP_PASSES, WW_BACKUP_MEMORY_KIB, WW_BACKUP_LANES, WW_CRYPTO_OK },
    { 4, 1024 * 1024, 4, WW_CRYPTO_OK },
    { 5, 1024 * 1024, 4, WW_CRYPTO_BAD_SIZE },
    { 0, 1024, 1, WW_CRYPTO_BAD_SIZE },
    { 17, 1024, 1, WW_CRYPTO_BAD_SIZE },
    { 1, 1024, 0, WW_CRYPTO_BAD_SIZE },
    { 1, 1024, 17, WW_CRYPTO_BAD_SIZE },
    { 1, 31, 4, WW_CRYPTO_BAD_SIZE },
    { 1, 1024 * 1024 + 1, 1, WW_CRYPTO_BAD_SIZE },
    { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, WW_CRYPTO_BAD_SIZE },
  };
  guint8 header[WW_BACKUP_HEADER_SIZE];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WwBackupCost cost = { cases[i].passes, cases[i].memory_kib, cases[i].lanes, { 0 } }, read;

      ww_backup_header_write (&cost, header);
      g_assert_cmpint (ww_backup_header_read (header, &read), ==, cases[i].status);
    }
  header[7]++;
  g_assert_cmpint (ww_backup_header_read (header, &(WwBackupCost) { 0 }), ==, WW_CRYPTO_BAD_VERSION);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ww_conversation_id_for_pair (test_self, test_peer, pair);
  g_test_add_func ("/archive/round-trip", test_round_trip);
  g_test_add_func ("/archive/many", test_many);
  g_test_add_func ("/archive/here-wins", test_here_wins);
  g_test_add_func ("/archive/not-sent", test_unsent);
  g_test_add_func ("/archive/lies", test_lies);
  g_test_add_func ("/archive/conversations", test_conversations);
  g_test_add_func ("/archive/packing", test_packing);
  g_test_add_func ("/archive/sealing", test_sealing);
  g_test_add_func ("/backup/file", test_backup_file);
  g_test_add_func ("/backup/header", test_backup_header);
  return g_test_run ();
}
