/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attachments at the real server when something goes wrong: lost connections, kills, slow clients, full disks, what was left
 * behind. What was acknowledged is there.
 */
#include "ww-test-upload.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define KIB ((size_t) 1024)
#define MIB (1024 * KIB)

/* --- Interruptions ------------------------------------------------------------------------- */

/* Begins a part and stops in the middle. */
static TestHttp *
begin_part (const TestUpload *upload, uint64_t first, size_t len, size_t sent)
{
  TestHttp *http = test_http_new (upload->server);
  g_autofree char *head = test_upload_put_head (upload, first, len);
  g_autoptr (GByteArray) bytes = test_upload_bytes (first, sent);

  g_assert_true (test_http_send (http, head, strlen (head)));
  g_assert_true (test_http_send (http, bytes->data, bytes->len));
  return http;
}

/* What arrived before the connection was lost counts. */
static void
test_cut (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 3 * MIB);
  TestHttp *http = begin_part (upload, 0, 2 * MIB, MIB + 12345);

  test_http_free (http);
  test_wait_for (test_upload_offset (upload) > 0);
  g_assert_cmpint (test_upload_offset (upload), ==, MIB + 12345);
  test_upload_put_rest (upload, MIB + 12345, MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* A client that does not know what arrived is told. */
static void
test_told_where (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 2 * MIB);
  g_autoptr (TestAnswer) first = test_upload_put (upload, 0, MIB);
  g_autoptr (TestAnswer) again = test_upload_put (upload, 0, MIB);
  g_autoptr (TestAnswer) beyond = test_upload_put (upload, MIB + 1, 10);

  g_assert_cmpuint (first->status, ==, 204);
  g_assert_cmpuint (again->status, ==, 409);
  g_assert_cmpint (test_answer_number (again, "upload-offset"), ==, MIB);
  g_assert_cmpuint (beyond->status, ==, 409);
  g_assert_cmpint (test_answer_number (beyond, "upload-offset"), ==, MIB);
  test_upload_put_rest (upload, MIB, MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* One at a time; but who has fallen silent makes way, and what came from there is kept. */
static void
test_concurrent (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 3 * MIB);
  g_autoptr (TestHttp) http = begin_part (upload, 0, 2 * MIB, MIB);
  g_autoptr (TestAnswer) refused = test_upload_put (upload, 0, MIB);
  gint64 offset = 0, start = g_get_monotonic_time ();

  g_assert_cmpuint (refused->status, ==, 423);
  g_assert_cmpint (test_answer_number (refused, "retry-after"), ==, 1);
  while (offset == 0)
    {
      g_autoptr (TestAnswer) answer = test_upload_put (upload, 0, 1);

      g_assert_true (answer->status == 423 || answer->status == 409);
      if (answer->status == 409)
        offset = test_answer_number (answer, "upload-offset");
      else
        test_turn ();
    }
  g_assert_cmpint (offset, ==, MIB);
  /* Long before the server would have given it up by itself */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  g_assert_true (test_http_is_closed (http, 5000));
  test_upload_put_rest (upload, MIB, MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* Killed while parts arrive, again and again: what was acknowledged is there, and no more than a part is sent twice. */
static void
test_kill (void)
{
  const size_t part = 512 * KIB, size = 24 * MIB;
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, size);
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  uint64_t acknowledged = 0, sent = 0;
  unsigned kills = 0;

  g_clear_pointer (&self.link, test_link_free);
  while (acknowledged < size)
    {
      size_t len = MIN (part, size - acknowledged);
      size_t stop = g_rand_int_range (random, 0, 4) == 0 ? (size_t) g_rand_int_range (random, 0, (gint32) len) : len;
      g_autoptr (TestHttp) http = begin_part (upload, acknowledged, len, stop);
      g_autoptr (TestAnswer) answer = NULL;

      sent += stop;
      if (stop == len && g_rand_int_range (random, 0, 6) != 0)
        {
          answer = test_http_answer (http, false);
          g_assert_cmpuint (answer->status, ==, 204);
          acknowledged += len;
          continue;
        }
      test_server_kill (self.server);
      test_server_start (self.server);
      kills++;
      g_assert_cmpint (test_upload_offset (upload), >=, acknowledged);
      acknowledged = (uint64_t) test_upload_offset (upload);
    }
  g_assert_cmpuint (kills, >=, 5);
  g_assert_cmpuint (sent, <=, size + kills * part);
  g_test_message ("%u kills, %" G_GUINT64_FORMAT " bytes sent twice", kills, sent - size);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* Stopped in order, in the middle of a part: what had arrived is stored on the way out. */
static void
test_stop (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 3 * MIB);
  g_autoptr (TestAnswer) first = test_upload_put (upload, 0, MIB);
  g_autoptr (TestHttp) http = begin_part (upload, MIB, MIB, 700 * KIB);

  g_assert_cmpuint (first->status, ==, 204);
  g_clear_pointer (&self.link, test_link_free);
  test_server_stop (self.server);
  test_server_start (self.server);
  g_assert_cmpint (test_upload_offset (upload), >=, MIB);
  test_upload_put_rest (upload, (uint64_t) test_upload_offset (upload), MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

static unsigned
count_descriptors (TestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", server->pid);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  unsigned n = 0;

  g_assert_nonnull (directory);
  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* Neither who sends nothing nor who takes nothing is waited for without end. */
static void
test_slow (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestUpload) large = test_upload_new (self.server, self.link, 40 * MIB);
  g_autoptr (TestHttp) sender = NULL;
  g_autoptr (TestHttp) reader = NULL;
  g_autoptr (TestAnswer) answer = NULL;
  g_autofree char *head = NULL;
  unsigned descriptors = count_descriptors (self.server), waited_ms = 0;

  test_upload_put_rest (large, 0, WW_MAX_PART);
  test_wait_for (count_descriptors (self.server) == descriptors);
  reader = test_http_new (self.server);
  head = g_strdup_printf ("GET /v1/attachments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", large->id,
                          large->download);
  g_assert_true (test_http_send (reader, head, strlen (head)));
  sender = begin_part (upload, 0, MIB, 100 * KIB);
  test_wait_for (count_descriptors (self.server) >= descriptors + 2);
  g_assert_true (test_http_is_closed (sender, 25000));
  test_wait_for (test_upload_offset (upload) == (gint64) (100 * KIB));
  /* The reader hears of its end only behind what the kernel keeps for it; the server's descriptor goes before. */
  for (; count_descriptors (self.server) > descriptors; waited_ms += 10)
    {
      g_assert_cmpuint (waited_ms, <, 30000);
      test_turn ();
    }
  answer = test_http_answer (reader, false);
  g_assert_cmpuint (answer->body->len, <, 40 * MIB);
  test_uploads_end (&self);
}

static void
test_too_many (void)
{
  TestUploads self = test_uploads_begin ("[limits]\ntransfers-per-address=2\n");
  g_autoptr (TestUpload) a = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestUpload) b = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestUpload) c = test_upload_new (self.server, self.link, MIB);
  TestHttp *first = begin_part (a, 0, MIB, 10);
  g_autoptr (TestHttp) second = begin_part (b, 0, MIB, 10);
  unsigned status;

  do
    {
      g_autoptr (TestAnswer) answer = test_upload_put (c, 0, 10);

      status = answer->status;
      test_turn ();
    }
  while (status == 204 && test_upload_offset (c) == 10);
  g_assert_cmpuint (status, ==, 429);
  test_http_free (first);
  test_wait_for (test_upload_offset (a) == 10);
  test_uploads_end (&self);
}

/* --- The disk ------------------------------------------------------------------------------ */

static void
limit_files (TestServer *server, rlim_t bytes)
{
  struct rlimit limit = { bytes, RLIM_INFINITY };

  g_assert_cmpint (prlimit (server->pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
}

/* No room for a part: it is refused as a whole, what was acknowledged stays, and goes on when there is room. */
static void
test_full (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 6 * MIB);
  g_autoptr (TestAnswer) first = test_upload_put (upload, 0, 2 * MIB);
  g_autoptr (TestAnswer) second = NULL;
  g_autoptr (TestAnswer) third = NULL;

  g_assert_cmpuint (first->status, ==, 204);
  limit_files (self.server, 3 * MIB);
  second = test_upload_put (upload, 2 * MIB, 2 * MIB);
  g_assert_cmpuint (second->status, ==, 507);
  g_assert_cmpint (test_answer_number (second, "retry-after"), >, 0);
  g_assert_cmpint (test_upload_offset (upload), ==, 2 * MIB);
  third = test_upload_put (upload, 2 * MIB, 2 * MIB);
  g_assert_cmpuint (third->status, ==, 507);
  limit_files (self.server, RLIM_INFINITY);
  test_upload_put_rest (upload, 2 * MIB, 2 * MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* What is kept free for messages is not for attachments, though the disk would have it. */
static void
test_reserve (void)
{
  TestUploads self = test_uploads_begin ("[limits]\nattachment-reserve-mib=1073741824\n");
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestAnswer) answer = test_upload_put (upload, 0, MIB);

  g_assert_cmpuint (answer->status, ==, 507);
  g_assert_cmpint (test_upload_offset (upload), ==, 0);
  test_uploads_end (&self);
}

static bool
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static void
test_delete (void)
{
  TestUploads self = test_uploads_begin (NULL);
  TestDevice *other = test_enroll (self.server, "bob@example.org");
  TestLink *others_link = test_connect (self.server, other);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);
  g_autofree char *path = test_upload_path (upload);
  Waxwing__DeleteAttachment request = WAXWING__DELETE_ATTACHMENT__INIT;

  test_upload_put_rest (upload, 0, MIB);
  g_assert_true (exists (path));
  request.attachment_id = (ProtobufCBinaryData) { WW_ID_SIZE, upload->raw_id };
  test_frame_free (
      test_link_call (others_link, WAXWING__REQUEST__BODY_DELETE_ATTACHMENT, &request, WAXWING__RESPONSE__BODY_DONE));
  test_upload_assert_whole (upload);
  for (unsigned i = 0; i < 2; i++)
    test_frame_free (
        test_link_call (self.link, WAXWING__REQUEST__BODY_DELETE_ATTACHMENT, &request, WAXWING__RESPONSE__BODY_DONE));
  g_assert_cmpint (test_upload_offset (upload), ==, -1);
  test_wait_for (!exists (path));
  test_link_free (others_link);
  test_uploads_end (&self);
  test_account_free (other->account);
  test_device_free (other);
}

#define DAY_MS (24LL * 60 * 60 * 1000)

/* Complete ones are kept for 30 days, the others for three; then row and file go. */
static void
test_expiry (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) complete = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestUpload) half = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestAnswer) answer = NULL;
  g_autofree char *complete_path = test_upload_path (complete);
  g_autofree char *half_path = test_upload_path (half);

  test_upload_put_rest (complete, 0, MIB);
  answer = test_upload_put (half, 0, 1000);
  g_assert_cmpuint (answer->status, ==, 204);
  g_clear_pointer (&self.link, test_link_free);
  test_server_stop (self.server);

  test_server_set_clock (self.server, 3 * DAY_MS + 1000);
  test_server_start (self.server);
  g_assert_cmpint (test_upload_offset (half), ==, -1);
  test_wait_for (!exists (half_path));
  g_assert_true (exists (complete_path));
  test_upload_assert_whole (complete);
  test_server_stop (self.server);

  test_server_set_clock (self.server, 30 * DAY_MS + 1000);
  test_server_start (self.server);
  answer = (test_answer_free (answer), test_upload_get (complete, complete->download, NULL));
  g_assert_cmpuint (answer->status, ==, 404);
  test_wait_for (!exists (complete_path));
  test_wait_for (test_server_query (self.server, "SELECT count(*) FROM attachments") == 0);
  test_uploads_end (&self);
}

/* What a crash left behind goes at the next start; what is not ours stays. */
static void
test_orphans (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);
  g_autofree char *path = test_upload_path (upload);
  g_autofree char *shard = g_path_get_dirname (path);
  g_autofree char *orphan_name = g_strdup_printf ("%.2s%030d", upload->id, 7);
  g_autofree char *orphan = g_build_filename (shard, orphan_name, NULL);
  g_autofree char *foreign = g_build_filename (shard, "lost+found", NULL);

  test_upload_put_rest (upload, 0, MIB);
  g_clear_pointer (&self.link, test_link_free);
  test_server_stop (self.server);
  g_assert_true (g_file_set_contents (orphan, "rubbish", -1, NULL));
  g_assert_true (g_file_set_contents (foreign, "not ours", -1, NULL));
  test_server_start (self.server);
  test_wait_for (!exists (orphan));
  g_assert_true (exists (foreign));
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* A database from before there were attachments: kept aside, brought up to date, and as good as new. */
static void
test_migration (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autofree char *path = g_build_filename (self.server->data, "waxwing.db", NULL);
  g_autofree char *snapshot = g_strconcat (path, ".version-2", NULL);
  g_autoptr (TestUpload) upload = NULL;
  sqlite3 *handle;

  g_clear_pointer (&self.link, test_link_free);
  test_server_stop (self.server);
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "DROP TABLE attachments; PRAGMA user_version=2", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (handle);
  test_server_start (self.server);
  g_assert_true (exists (snapshot));
  self.link = test_connect (self.server, self.device);
  upload = test_upload_new (self.server, self.link, MIB);
  test_upload_put_rest (upload, 0, MIB);
  test_upload_assert_whole (upload);
  test_uploads_end (&self);
}

/* A link in the place of a file is not followed, in the place of a directory neither. */
static void
test_links (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) a = test_upload_new (self.server, self.link, 100);
  g_autoptr (TestUpload) b = test_upload_new (self.server, self.link, 100);
  g_autofree char *a_path = test_upload_path (a);
  g_autofree char *b_path = test_upload_path (b);
  g_autofree char *a_shard = g_path_get_dirname (a_path);
  g_autofree char *b_shard = g_path_get_dirname (b_path);
  g_autofree char *victim = g_build_filename (self.server->directory, "victim", NULL);
  g_autofree char *elsewhere = g_build_filename (self.server->directory, "elsewhere", NULL);
  g_autofree char *text = NULL;
  g_autoptr (TestAnswer) first = NULL;
  g_autoptr (TestAnswer) second = NULL;

  if (strcmp (a_shard, b_shard) == 0)
    {
      test_uploads_end (&self);
      g_test_skip ("both attachments are in one directory");
      return;
    }
  g_assert_true (g_file_set_contents (victim, "precious", -1, NULL));
  g_assert_cmpint (g_mkdir (a_shard, 0700), ==, 0);
  g_assert_cmpint (symlink (victim, a_path), ==, 0);
  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, b_shard), ==, 0);
  first = test_upload_put (a, 0, 100);
  second = test_upload_put (b, 0, 100);
  g_assert_cmpuint (first->status, ==, 503);
  g_assert_cmpuint (second->status, ==, 503);
  g_assert_true (g_file_get_contents (victim, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "precious");
  g_assert_cmpint (g_rmdir (elsewhere), ==, 0);
  test_uploads_end (&self);
}

static void
assert_nowhere (TestServer *server, const char *hex)
{
  static const char *const files[] = { "waxwing.db", "waxwing.db-wal" };
  g_autofree char *log = test_server_log (server);
  uint8_t raw[WW_TOKEN_SIZE];

  for (unsigned i = 0; i < WW_TOKEN_SIZE; i++)
    raw[i] = (uint8_t) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  g_assert_null (strstr (log, hex));
  for (unsigned i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (server->data, files[i], NULL);
      g_autofree char *content = NULL;
      gsize len;

      if (!g_file_get_contents (path, &content, &len, NULL))
        continue;
      g_assert_null (memmem (content, len, raw, sizeof raw));
      g_assert_null (memmem (content, len, hex, 2 * WW_TOKEN_SIZE));
    }
}

/* Who has the server's database or log has no capability. */
static void
test_only_hashes (void)
{
  TestUploads self = test_uploads_begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);

  test_upload_put_rest (upload, 0, MIB);
  test_upload_assert_whole (upload);
  assert_nowhere (self.server, upload->upload);
  assert_nowhere (self.server, upload->download);
  test_uploads_end (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/attachment-faults/cut", test_cut);
  g_test_add_func ("/attachment-faults/told-where", test_told_where);
  g_test_add_func ("/attachment-faults/concurrent", test_concurrent);
  g_test_add_func ("/attachment-faults/kill", test_kill);
  g_test_add_func ("/attachment-faults/stop", test_stop);
  g_test_add_func ("/attachment-faults/slow", test_slow);
  g_test_add_func ("/attachment-faults/too-many", test_too_many);
  g_test_add_func ("/attachment-faults/full", test_full);
  g_test_add_func ("/attachment-faults/reserve", test_reserve);
  g_test_add_func ("/attachment-faults/delete", test_delete);
  g_test_add_func ("/attachment-faults/expiry", test_expiry);
  g_test_add_func ("/attachment-faults/orphans", test_orphans);
  g_test_add_func ("/attachment-faults/migration", test_migration);
  g_test_add_func ("/attachment-faults/links", test_links);
  g_test_add_func ("/attachment-faults/only-hashes", test_only_hashes);
  return g_test_run ();
}
