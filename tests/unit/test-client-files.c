/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "waxwing.pb-c.h"
#include "ww-attachment-file.h"
#include "ww-error.h"
#include "ww-file-name.h"
#include "ww-message-describe.h"
#include "ww-search-private.h"
#include "ww-store-amend.h"
#include "ww-store-search.h"
#include "ww-store-transfers.h"
#include "ww-store-uploads.h"

/* What a file is called on this machine, whatever somebody else says. */
static void
test_names (void)
{
  static const struct
  {
    const char *said;
    const char *clean;
  } names[] = {
    { "holiday.jpg", "holiday.jpg" },
    { "../../.bashrc", "_.._.bashrc" },
    { "/etc/passwd", "_etc_passwd" },
    { "..\\..\\autoexec.bat", "_.._autoexec.bat" },
    { "a/b", "a_b" },
    { "a\xe2\x88\x95"
      "b",
      "a_b" }, /* U+2215 DIVISION SLASH */
    { "a\xef\xbc\x8f"
      "b",
      "a_b" }, /* U+FF0F FULLWIDTH SOLIDUS */
    { "..", "File" },
    { ".", "File" },
    { "", "File" },
    { " . ", "File" },
    { ".hidden", "hidden" },
    { "%2e%2e%2fetc", "%2e%2e%2fetc" },
    { "line\nbreak\r.txt", "line_break_.txt" },
    { "bell\a\x1b[31m.txt", "bell__[31m.txt" },
    { "report\xe2\x80\xae"
      "fdp.exe",
      "report_fdp.exe" }, /* U+202E RIGHT-TO-LEFT OVERRIDE */
    { "a\xe2\x81\xa6"
      "b\xe2\x81\xa9.txt",
      "a_b_.txt" }, /* U+2066, U+2069 */
    { "zero\xe2\x80\x8bwidth.txt", "zero_width.txt" },
    { "not\xffutf8.txt", "not\xef\xbf\xbdutf8.txt" },
    { "trailing. . ", "trailing" },
    { "Grüße 北京.pdf", "Grüße 北京.pdf" },
    { "photo.jpg .exe", "photo.jpg .exe" },
  };
  g_autofree char *umlauts = g_malloc (601);
  g_autofree char *shortened = NULL, *numbered = NULL, *hidden = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *clean = ww_file_name_clean (names[i].said, strlen (names[i].said), "File");

      g_assert_cmpstr (clean, ==, names[i].clean);
    }
  for (guint i = 0; i < 300; i++)
    memcpy (umlauts + 2 * i, "ü", 2);
  memcpy (umlauts + 596, ".jpg", 5);
  shortened = ww_file_name_clean (umlauts, strlen (umlauts), "File");
  g_assert_cmpuint (strlen (shortened), <=, 200);
  g_assert_true (g_utf8_validate (shortened, -1, NULL));
  g_assert_true (g_str_has_suffix (shortened, "ü.jpg"));
  numbered = ww_file_name_numbered ("archive.tar.gz", 1);
  g_assert_cmpstr (numbered, ==, "archive.tar (1).gz");
  hidden = ww_file_name_numbered ("README", 12);
  g_assert_cmpstr (hidden, ==, "README (12)");
}

static GInputStream *
stream_of (const char *text)
{
  return g_memory_input_stream_new_from_data (g_strdup (text), (gssize) strlen (text), g_free);
}

/* Nothing is written over, and no link followed; nobody may execute it. */
static void
test_write (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *target = g_build_filename (directory, "target", NULL);
  g_autofree char *link = g_build_filename (directory, "link", NULL);
  g_autofree char *nowhere = g_build_filename (directory, "no", "such", "place", NULL);
  g_autofree char *contents = NULL;
  const char *taken_paths[] = { path, link };
  GStatBuf info;
  gboolean taken;

  {
    g_autoptr (GInputStream) stream = stream_of ("first");

    g_assert_true (ww_attachment_file_write (path, stream, 5, &taken, NULL));
    g_assert_false (taken);
  }
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  g_assert_cmpint (symlink (target, link), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (taken_paths); i++)
    {
      g_autoptr (GInputStream) stream = stream_of ("other");
      g_autoptr (GError) error = NULL;

      g_assert_false (ww_attachment_file_write (taken_paths[i], stream, 5, &taken, &error));
      g_assert_true (taken);
      g_assert_nonnull (error);
    }
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "first");
  g_assert_cmpint (g_lstat (target, &info), !=, 0);

  /* A stream that ends too early leaves nothing. */
  {
    g_autoptr (GInputStream) stream = stream_of ("short");
    g_autoptr (GError) error = NULL;

    g_assert_false (ww_attachment_file_write (target, stream, 6, &taken, &error));
    g_assert_false (taken);
    g_assert_cmpint (g_lstat (target, &info), !=, 0);
  }
  {
    g_autoptr (GInputStream) stream = stream_of ("lost");
    g_autoptr (GError) error = NULL;

    g_assert_false (ww_attachment_file_write (nowhere, stream, 4, &taken, &error));
    g_assert_false (taken);
    g_assert_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  }
}

/* Whose card it is. */
static void
test_card_names (void)
{
  static const struct
  {
    const char *vcard;
    const char *name;
  } cards[] = {
    { "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob Okafor\r\nEND:VCARD\r\n", "Bob Okafor" },
    { "BEGIN:VCARD\nfn;language=en:Bob\nEND:VCARD\n", "Bob" },
    { "BEGIN:VCARD\nitem1.FN;X=\"a:b\":Bob\nEND:VCARD\n", "Bob" },
    { "BEGIN:VCARD\nFN:Bo\r\n b Oka\r\n\tfor\nEND:VCARD\n", "Bob Okafor" },
    { "BEGIN:VCARD\nFN:Bob\\, the \\\\ \\n Builder\nEND:VCARD\n", "Bob, the \\ Builder" },
    { "BEGIN:VCARD\nFNORD:no\nNOTE:FN:no\nFN:\nFN:Second\nEND:VCARD\n", "Second" },
    { "BEGIN:VCARD\nFN:a\xe2\x80\xae"
      "b\x01\nEND:VCARD",
      "ab" },
    { "FN:at the end", "at the end" },
    { "FN", "" },
    { "FN;\"", "" },
    { "\n \n \n", "" },
  };
  g_autoptr (GString) large = g_string_new ("NOTE:");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      g_autoptr (GBytes) vcard = g_bytes_new_static (cards[i].vcard, strlen (cards[i].vcard));
      g_autofree char *name = ww_message_dup_card_name (vcard);

      g_assert_cmpstr (name, ==, cards[i].name);
    }
  while (large->len < WW_MAX_CARD)
    g_string_append (large, "\n folded");
  g_string_append (large, "\nFN:Behind it\n");
  bytes = g_bytes_new (large->str, large->len);
  found = ww_message_dup_card_name (bytes);
  g_assert_cmpstr (found, ==, "Behind it");
}

/* A message with files of these names, described as from its payload. */
static WwMessageRow *
message_with_files (guint64 number, const char *text, const char *const *names)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Attachments attachments = WAXWING__ATTACHMENTS__INIT;
  Waxwing__Attachment storage[4], *list[4];
  WwMessageRow *row = test_message (number, 1, text);

  for (guint i = 0; names[i] != NULL; i++)
    {
      waxwing__attachment__init (&storage[i]);
      storage[i].name = (char *) names[i];
      list[i] = &storage[i];
      attachments.n_attachments++;
    }
  attachments.attachments = list;
  attachments.text = (char *) text;
  payload.kind_case = WAXWING__PAYLOAD__KIND_ATTACHMENTS;
  payload.attachments = &attachments;
  ww_message_row_describe (row, &payload);
  return row;
}

static void
insert (WwDatabase *database, WwMessageRow *row)
{
  g_autoptr (GError) error = NULL;
  WwInsertResult result;

  g_assert_true (ww_store_insert_message (database, row, test_peer, 1000, &result, &error));
  g_assert_no_error (error);
}

static guint
count_found (WwDatabase *database, const char *words)
{
  g_autoptr (WwSearchQuery) query = ww_search_query_new (words);
  g_autoptr (WwSearch) search = ww_search_new (query, 5);
  g_auto (GValue) result = G_VALUE_INIT;

  g_assert_true (ww_store_search (database, search, &result, NULL));
  return ((WwSearchFound *) g_value_get_boxed (&result))->rows->len;
}

static guint
count_indexed (WwDatabase *database, const char *token)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM search WHERE search MATCH '\"%s\"'", token);

  return (guint) test_database_int (database, sql);
}

static gboolean
unsend (WwDatabase *database, const WwMessageRow *row)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Unsend unsent = WAXWING__UNSEND__INIT;
  WwAmendment amendment = { .created_ms = row->created_ms + 1 };
  WwAmendResult result;

  test_id (amendment.id, 999);
  memcpy (amendment.account, row->account, 16);
  memcpy (amendment.conversation, row->conversation, 16);
  unsent.message_id = (ProtobufCBinaryData) { 16, (uint8_t *) row->id };
  payload.kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
  payload.unsend = &unsent;
  return ww_store_amend (database, &amendment, &payload, FALSE, 2000, &result, NULL, NULL) && result == WW_AMENDED;
}

/* Files are found by their names, beside the text and without one, until the message is taken back. */
static void
test_search (void)
{
  static const char *const names[] = { "Kingfisher.pdf", "..\\Grebe.png", NULL };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) bare = message_with_files (1, "", names);
  g_autoptr (WwMessageRow) said = message_with_files (2, "by the river", names);

  insert (database, bare);
  insert (database, said);
  g_assert_cmpstr (bare->names, ==, "Kingfisher.pdf\n_Grebe.png");
  g_assert_cmpuint (count_found (database, "kingfish"), ==, 2);
  g_assert_cmpuint (count_found (database, "grebe river"), ==, 1);
  g_assert_cmpuint (count_found (database, "osprey"), ==, 0);
  g_assert_cmpuint (count_indexed (database, "reb"), ==, 2);
  g_assert_true (unsend (database, bare));
  g_assert_cmpuint (count_found (database, "kingfish"), ==, 1);
  g_assert_cmpuint (count_indexed (database, "reb"), ==, 1);
  g_assert_true (ww_database_exec (database, "DELETE FROM messages", NULL));
  g_assert_cmpuint (count_indexed (database, "reb"), ==, 0);
  g_assert_true (ww_database_exec (database, "INSERT INTO search (search) VALUES ('integrity-check')", NULL));
}

static WwTransferRow *
put (WwDatabase *database, const WwMessageRow *message, const char *file)
{
  WwTransferRow *row = ww_transfer_row_new (WW_TRANSFER_DOWN);

  row->file = g_strdup (file);
  row->has_message = TRUE;
  memcpy (row->message, message->id, 16);
  g_assert_true (ww_store_put_transfer (database, row, NULL));
  return row;
}

static gint64
count_transfers (WwDatabase *database)
{
  return test_database_int (database, "SELECT count(*) FROM transfers");
}

/* A file's row goes with its message, and nothing that was under way brings it back. */
static void
test_forgotten (void)
{
  static const char *const names[] = { "a", NULL };
  static const char *const uploads[] = { "00", "01", NULL };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) unsent = message_with_files (1, "", names);
  g_autoptr (WwMessageRow) deleted = message_with_files (2, "", names);
  g_autoptr (WwMessageRow) kept = message_with_files (3, "", names);
  g_autoptr (WwTransferRow) first = NULL, second = NULL, third = NULL, late = NULL;
  gboolean waits;

  insert (database, unsent);
  insert (database, deleted);
  insert (database, kept);
  g_assert_true (ww_store_insert_uploads (database, unsent->id, uploads, NULL));
  g_assert_true (ww_store_insert_uploads (database, deleted->id, uploads, NULL));
  first = put (database, unsent, "a");
  second = put (database, deleted, "b");
  third = put (database, kept, "c");
  g_assert_cmpint (third->row, >, 0);
  g_assert_cmpint (count_transfers (database), ==, 3);
  g_assert_true (ww_store_has_uploads (database, unsent->id, &waits, NULL));
  g_assert_true (waits);

  g_assert_true (unsend (database, unsent));
  g_assert_true (
      ww_database_exec (database, "DELETE FROM messages WHERE position=(SELECT max(position)-1 FROM messages)", NULL));
  g_assert_cmpint (count_transfers (database), ==, 1);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM uploads"), ==, 0);

  g_assert_true (ww_store_put_transfer (database, first, NULL));
  g_assert_cmpint (first->row, ==, 0);
  g_assert_true (ww_store_put_transfer (database, second, NULL));
  g_assert_cmpint (second->row, ==, 0);
  late = put (database, unsent, "d");
  g_assert_cmpint (late->row, ==, 0);
  g_assert_cmpint (count_transfers (database), ==, 1);
  third->done = 7;
  g_assert_true (ww_store_put_transfer (database, third, NULL));
  g_assert_cmpint (test_database_int (database, "SELECT done FROM transfers"), ==, 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/files/names", test_names);
  g_test_add_func ("/client/files/write", test_write);
  g_test_add_func ("/client/files/card-names", test_card_names);
  g_test_add_func ("/client/files/search", test_search);
  g_test_add_func ("/client/files/forgotten", test_forgotten);
  return g_test_run ();
}
