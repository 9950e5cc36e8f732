/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attachments at the real server: parts go up and come back, whatever is asked wrongly is refused, and what was
 * acknowledged is there.
 */
#include "ww-test-upload.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define KIB ((size_t) 1024)
#define MIB (1024 * KIB)

typedef struct
{
  TestServer *server;
  TestDevice *device;
  TestLink *link;
} Fixture;

static Fixture
begin (const char *config)
{
  Fixture self = { 0 };

  self.server = test_server_start (test_server_new (config));
  self.device = test_enroll (self.server, "alice@example.org");
  self.link = test_connect (self.server, self.device);
  return self;
}

static void
end (Fixture *self)
{
  g_clear_pointer (&self->link, test_link_free);
  test_server_free (self->server);
  test_account_free (self->device->account);
  test_device_free (self->device);
}

/* --- There and back ------------------------------------------------------------------------ */

static void
test_round_trip (void)
{
  static const size_t sizes[] = { 1, 272, 100 * KIB, 128 * KIB, 128 * KIB + 1, 5 * MIB + 17 };
  Fixture self = begin (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, sizes[i]);

      g_assert_cmpint (test_upload_offset (upload), ==, 0);
      test_upload_put_rest (upload, 0, 1 * MIB);
      g_assert_cmpint (test_upload_offset (upload), ==, sizes[i]);
      test_upload_assert_whole (upload);
    }
  end (&self);
}

/* Parts of every size up to the largest, several on one connection. */
static void
test_parts (void)
{
  static const size_t parts[] = { 1, 4095, 64 * KIB, 128 * KIB, 128 * KIB + 1, 300 * KIB, WW_MAX_PART };
  Fixture self = begin (NULL);
  size_t total = 0, at = 0;
  g_autoptr (TestUpload) upload = NULL;

  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    total += parts[i];
  upload = test_upload_new (self.server, self.link, total);
  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (TestAnswer) answer = test_upload_put (upload, at, parts[i]);

      at += parts[i];
      g_assert_cmpuint (answer->status, ==, 204);
      g_assert_cmpint (test_answer_number (answer, "upload-offset"), ==, at);
      g_assert_cmpint (test_upload_offset (upload), ==, at);
    }
  test_upload_assert_whole (upload);
  end (&self);
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *range;
    unsigned status;
    size_t first, len;
  } cases[] = {
    { "bytes=0-0", 206, 0, 1 },
    { "bytes=0-299999", 206, 0, 300000 },
    { "bytes=0-400000", 206, 0, 300000 },
    { "bytes=65536-131071", 206, 65536, 65536 },
    { "bytes=299999-", 206, 299999, 1 },
    { "bytes=1-", 206, 1, 299999 },
    { "bytes=-1", 206, 299999, 1 },
    { "bytes=-400000", 206, 0, 300000 },
    { "bytes=300000-", 416 },
    { "bytes=300000-300001", 416 },
    { "bytes=5-4", 416 },
    { "bytes=-0", 416 },
    { "bytes=-", 416 },
    { "bytes=", 416 },
    { "bytes=0-1,5-6", 416 },
    { "bytes=+1-2", 416 },
    { "bytes=0x0-2", 416 },
    { "bytes=99999999999999999999999-", 416 },
    { "bytes=18446744073709551615-18446744073709551616", 416 },
    { "bytes=-18446744073709551616", 416 },
    { "segments=0-1", 416 },
  };
  Fixture self = begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 300000);

  test_upload_put_rest (upload, 0, MIB);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestAnswer) answer = test_upload_get (upload, upload->download, cases[i].range);
      g_autofree char *place = test_answer_header (answer, "content-range");
      g_autofree char *expected = cases[i].status == 206 ? g_strdup_printf ("bytes %zu-%zu/300000", cases[i].first,
                                                                            cases[i].first + cases[i].len - 1)
                                                         : g_strdup ("bytes */300000");

      g_test_message ("%s", cases[i].range);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (place, ==, expected);
      if (cases[i].status == 206)
        {
          g_autoptr (GByteArray) bytes = test_upload_bytes (cases[i].first, cases[i].len);

          g_assert_cmpmem (answer->body->data, answer->body->len, bytes->data, bytes->len);
        }
    }
  end (&self);
}

/* --- Refusals ------------------------------------------------------------------------------ */

/* Asks with these lines instead of what is right; the status. */
static unsigned
ask (const TestUpload *upload, const char *method, const char *id, const char *token, const char *lines,
     const char *body)
{
  g_autoptr (TestHttp) http = test_http_new (upload->server);
  g_autofree char *authorization = token != NULL ? g_strdup_printf ("Authorization: %s\r\n", token) : g_strdup ("");
  g_autofree char *head = g_strdup_printf ("%s /v1/attachments/%s HTTP/1.1\r\nHost: x\r\n%s%s\r\n%s", method, id,
                                           authorization, lines, body);
  g_autoptr (TestAnswer) answer = NULL;

  test_http_send (http, head, strlen (head));
  answer = test_http_answer (http, strcmp (method, "HEAD") == 0);
  return answer->status;
}

#define PART "Content-Length: 4\r\nContent-Range: bytes 0-3/1000\r\n"

static void
test_part_refusals (void)
{
  static const struct
  {
    const char *lines;
    unsigned status;
  } cases[] = {
    { "Content-Length: 4\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 0-3/1001\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 0-4/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 0-2/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 0-3/*\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes */1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 3-0/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 997-1000/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes -1-3/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 18446744073709551612-18446744073709551615/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 4611686018427387900-4611686018427387903/4611686018427387904\r\n",
      400 },
    { "Content-Length: 4\r\nContent-Range: items 0-3/1000\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 0-3/1000 \t x\r\n", 400 },
    { "Content-Length: 4\r\nContent-Range: bytes 1-4/1000\r\n", 409 },
    { "Content-Length: 4\r\nContent-Range: bytes 996-999/1000\r\n", 409 },
    { "Content-Range: bytes 0-3/1000\r\n", 411 },
    { "Transfer-Encoding: chunked\r\nContent-Range: bytes 0-3/1000\r\n", 411 },
    { "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes 0-3/1000\r\n", 411 },
    { "Content-Length: 4194305\r\nContent-Range: bytes 0-4194304/4194305\r\n", 413 },
    { "Content-Length: 99999999999\r\nContent-Range: bytes 0-99999999998/99999999999\r\n", 413 },
    { "Content-Length: 0\r\nContent-Range: bytes 0-3/1000\r\n", 400 },
    { "Content-Length: -4\r\nContent-Range: bytes 0-3/1000\r\n", 400 },
    { "Content-Length: 4x\r\nContent-Range: bytes 0-3/1000\r\n", 400 },
  };
  Fixture self = begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 1000);
  g_autofree char *token = g_strconcat ("Bearer ", upload->upload, NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].lines);
      g_assert_cmpuint (ask (upload, "PUT", upload->id, token, cases[i].lines,
                             g_str_has_prefix (cases[i].lines, "Content-Length: 0") ? "" : "abcd"),
                        ==, cases[i].status);
      g_assert_cmpint (test_upload_offset (upload), ==, 0);
    }
  test_upload_put_rest (upload, 0, MIB);
  test_upload_assert_whole (upload);
  /* And nothing comes behind the end. */
  g_assert_cmpuint (ask (upload, "PUT", upload->id, token, PART, "abcd"), ==, 409);
  end (&self);
}

static void
test_capabilities (void)
{
  Fixture self = begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 1000);
  g_autoptr (TestUpload) other = test_upload_new (self.server, self.link, 1000);
  g_autofree char *up = g_strconcat ("Bearer ", upload->upload, NULL);
  g_autofree char *down = g_strconcat ("Bearer ", upload->download, NULL);
  g_autofree char *others = g_strconcat ("Bearer ", other->upload, NULL);
  g_autofree char *others_down = g_strconcat ("Bearer ", other->download, NULL);
  g_autofree char *longer = g_strconcat (up, "0", NULL);
  g_autofree char *shorter = g_strndup (up, strlen (up) - 1);
  g_autofree char *capitals = g_ascii_strup (up, -1);
  g_autofree char *basic = g_strconcat ("Basic ", upload->upload, NULL);
  g_autofree char *long_id = g_strconcat (upload->id, "0", NULL);
  g_autofree char *below = g_strconcat (upload->id, "/", NULL);
  g_autoptr (TestAnswer) part = NULL;
  g_autofree char *up_and_down = g_strconcat ("../attachments/", upload->id, NULL);

  /* A token that is none, or none at all */
  g_assert_cmpuint (ask (upload, "PUT", upload->id, NULL, PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, "", PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, "Bearer", PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, longer, PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, shorter, PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, capitals, PART, "abcd"), ==, 401);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, basic, PART, "abcd"), ==, 401);
  /* One of another purpose, or of another attachment: as if there were no such attachment */
  g_assert_cmpuint (ask (upload, "PUT", upload->id, down, PART, "abcd"), ==, 404);
  g_assert_cmpuint (ask (upload, "PUT", upload->id, others, PART, "abcd"), ==, 404);
  g_assert_cmpuint (ask (upload, "HEAD", upload->id, others, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "HEAD", upload->id, up, "", ""), ==, 204);
  g_assert_cmpuint (ask (upload, "HEAD", upload->id, down, "", ""), ==, 204);
  /* Not before it is complete, and not with the uploader's */
  g_assert_cmpuint (ask (upload, "GET", upload->id, down, "", ""), ==, 404);
  part = test_upload_put (upload, 0, 999);
  g_assert_cmpuint (part->status, ==, 204);
  g_assert_cmpuint (ask (upload, "GET", upload->id, down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", upload->id, down, "Range: bytes=0-9\r\n", ""), ==, 404);
  test_upload_put_rest (upload, 999, MIB);
  g_assert_cmpuint (ask (upload, "GET", upload->id, up, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", upload->id, others_down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", upload->id, down, "", ""), ==, 200);
  /* Ids that are none */
  g_assert_cmpuint (ask (upload, "GET", "", down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", "00000000000000000000000000000000", down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", long_id, down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", below, down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", "../../waxwing.db", down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", "%2e%2e%2fwaxwing.db", down, "", ""), ==, 404);
  g_assert_cmpuint (ask (upload, "GET", "..", down, "", ""), ==, 404);
  /* The same address, written another way, is the same. */
  g_assert_cmpuint (ask (upload, "GET", up_and_down, down, "", ""), ==, 200);
  /* Other methods */
  g_assert_cmpuint (ask (upload, "DELETE", upload->id, up, "", ""), ==, 405);
  g_assert_cmpuint (ask (upload, "GET", upload->id, down, "Content-Length: 3\r\n", ""), ==, 400);
  g_assert_cmpint (test_upload_offset (upload), ==, 1000);
  end (&self);
}

static void
prepare_fails (Fixture *self, uint64_t size, const char *code)
{
  Waxwing__PrepareUpload request = WAXWING__PREPARE_UPLOAD__INIT;

  request.size = size;
  test_link_call_fails (self->link, WAXWING__REQUEST__BODY_PREPARE_UPLOAD, &request, code);
}

/* What a file of the largest size is sealed: 1 MiB and 16 tags. */
#define SEALED_MIB (MIB + 16 * 16)

static void
test_limits (void)
{
  Fixture self = begin ("[limits]\nattachment-mib=1\nattachment-quota-mib=3\nuploads-per-device=1/8\n");
  g_autoptr (TestUpload) upload = NULL;
  g_autoptr (TestUpload) small = NULL;
  g_autoptr (TestLink) stranger = test_link_new (self.server);
  Waxwing__PrepareUpload request = WAXWING__PREPARE_UPLOAD__INIT;
  Waxwing__DeleteAttachment deletion = WAXWING__DELETE_ATTACHMENT__INIT;

  test_link_call_fails (stranger, WAXWING__REQUEST__BODY_PREPARE_UPLOAD, &request, WW_CODE_UNAUTHENTICATED);
  prepare_fails (&self, 0, WW_CODE_BAD_REQUEST);
  prepare_fails (&self, SEALED_MIB + 1, WW_CODE_TOO_LARGE);
  upload = test_upload_new (self.server, self.link, SEALED_MIB);
  test_upload_free (test_upload_new (self.server, self.link, SEALED_MIB));
  /* The third one is beyond the quota by a little; what is smaller is not, and counts as 64 KiB. */
  prepare_fails (&self, SEALED_MIB, WW_CODE_QUOTA_EXCEEDED);
  small = test_upload_new (self.server, self.link, MIB - 64 * KIB - 2 * 256);
  prepare_fails (&self, 64 * KIB + 1, WW_CODE_QUOTA_EXCEEDED);
  deletion.attachment_id = (ProtobufCBinaryData) { WW_ID_SIZE, upload->raw_id };
  test_frame_free (
      test_link_call (self.link, WAXWING__REQUEST__BODY_DELETE_ATTACHMENT, &deletion, WAXWING__RESPONSE__BODY_DONE));
  test_upload_free (test_upload_new (self.server, self.link, SEALED_MIB));
  /* Eight at once were allowed. */
  prepare_fails (&self, 1, WW_CODE_RATE_LIMITED);
  end (&self);
}

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
  Fixture self = begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, 3 * MIB);
  TestHttp *http = begin_part (upload, 0, 2 * MIB, MIB + 12345);

  test_http_free (http);
  test_wait_for (test_upload_offset (upload) > 0);
  g_assert_cmpint (test_upload_offset (upload), ==, MIB + 12345);
  test_upload_put_rest (upload, MIB + 12345, MIB);
  test_upload_assert_whole (upload);
  end (&self);
}

/* A client that does not know what arrived is told. */
static void
test_told_where (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
}

/* One at a time; but who has fallen silent makes way, and what came from there is kept. */
static void
test_concurrent (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
}

/* Killed while parts arrive, again and again: what was acknowledged is there, and no more than a part is sent twice. */
static void
test_kill (void)
{
  const size_t part = 512 * KIB, size = 24 * MIB;
  Fixture self = begin (NULL);
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
  end (&self);
}

/* Stopped in order, in the middle of a part: what had arrived is stored on the way out. */
static void
test_stop (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
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
  Fixture self = begin (NULL);
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
  end (&self);
}

static void
test_too_many (void)
{
  Fixture self = begin ("[limits]\ntransfers-per-address=2\n");
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
  end (&self);
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
  Fixture self = begin (NULL);
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
  end (&self);
}

/* What is kept free for messages is not for attachments, though the disk would have it. */
static void
test_reserve (void)
{
  Fixture self = begin ("[limits]\nattachment-reserve-mib=1073741824\n");
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);
  g_autoptr (TestAnswer) answer = test_upload_put (upload, 0, MIB);

  g_assert_cmpuint (answer->status, ==, 507);
  g_assert_cmpint (test_upload_offset (upload), ==, 0);
  end (&self);
}

static bool
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static void
test_delete (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
  test_account_free (other->account);
  test_device_free (other);
}

#define DAY_MS (24LL * 60 * 60 * 1000)

/* Complete ones are kept for 30 days, the others for three; then row and file go. */
static void
test_expiry (void)
{
  Fixture self = begin (NULL);
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
  g_assert_cmpuint (ask (complete, "GET", complete->id, "Bearer x", "", ""), ==, 401);
  answer = (test_answer_free (answer), test_upload_get (complete, complete->download, NULL));
  g_assert_cmpuint (answer->status, ==, 404);
  test_wait_for (!exists (complete_path));
  test_wait_for (test_server_query (self.server, "SELECT count(*) FROM attachments") == 0);
  end (&self);
}

/* What a crash left behind goes at the next start; what is not ours stays. */
static void
test_orphans (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
}

/* A database from before there were attachments: kept aside, brought up to date, and as good as new. */
static void
test_migration (void)
{
  Fixture self = begin (NULL);
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
  end (&self);
}

/* A link in the place of a file is not followed, in the place of a directory neither. */
static void
test_links (void)
{
  Fixture self = begin (NULL);
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
      end (&self);
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
  end (&self);
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
  Fixture self = begin (NULL);
  g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, MIB);

  test_upload_put_rest (upload, 0, MIB);
  test_upload_assert_whole (upload);
  assert_nowhere (self.server, upload->upload);
  assert_nowhere (self.server, upload->download);
  end (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/attachments/round-trip", test_round_trip);
  g_test_add_func ("/attachments/parts", test_parts);
  g_test_add_func ("/attachments/ranges", test_ranges);
  g_test_add_func ("/attachments/part-refusals", test_part_refusals);
  g_test_add_func ("/attachments/capabilities", test_capabilities);
  g_test_add_func ("/attachments/limits", test_limits);
  g_test_add_func ("/attachments/cut", test_cut);
  g_test_add_func ("/attachments/told-where", test_told_where);
  g_test_add_func ("/attachments/concurrent", test_concurrent);
  g_test_add_func ("/attachments/kill", test_kill);
  g_test_add_func ("/attachments/stop", test_stop);
  g_test_add_func ("/attachments/slow", test_slow);
  g_test_add_func ("/attachments/too-many", test_too_many);
  g_test_add_func ("/attachments/full", test_full);
  g_test_add_func ("/attachments/reserve", test_reserve);
  g_test_add_func ("/attachments/delete", test_delete);
  g_test_add_func ("/attachments/expiry", test_expiry);
  g_test_add_func ("/attachments/orphans", test_orphans);
  g_test_add_func ("/attachments/migration", test_migration);
  g_test_add_func ("/attachments/links", test_links);
  g_test_add_func ("/attachments/only-hashes", test_only_hashes);
  return g_test_run ();
}
