/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attachments at the real server: parts go up and come back, and whatever is asked wrongly is refused. */
#include "ww-test-upload.h"

#include <signal.h>
#include <string.h>

#define KIB ((size_t) 1024)
#define MIB (1024 * KIB)

/* --- There and back ------------------------------------------------------------------------ */

static void
test_round_trip (void)
{
  static const size_t sizes[] = { 1, 272, 100 * KIB, 128 * KIB, 128 * KIB + 1, 5 * MIB + 17 };
  TestUploads self = test_uploads_begin (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TestUpload) upload = test_upload_new (self.server, self.link, sizes[i]);

      g_assert_cmpint (test_upload_offset (upload), ==, 0);
      test_upload_put_rest (upload, 0, 1 * MIB);
      g_assert_cmpint (test_upload_offset (upload), ==, sizes[i]);
      test_upload_assert_whole (upload);
    }
  test_uploads_end (&self);
}

/* Parts of every size up to the largest, several on one connection. */
static void
test_parts (void)
{
  static const size_t parts[] = { 1, 4095, 64 * KIB, 128 * KIB, 128 * KIB + 1, 300 * KIB, WW_MAX_PART };
  TestUploads self = test_uploads_begin (NULL);
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
  test_uploads_end (&self);
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
  TestUploads self = test_uploads_begin (NULL);
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
  test_uploads_end (&self);
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
  TestUploads self = test_uploads_begin (NULL);
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
  test_uploads_end (&self);
}

static void
test_capabilities (void)
{
  TestUploads self = test_uploads_begin (NULL);
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
  test_uploads_end (&self);
}

static void
prepare_fails (TestUploads *self, uint64_t size, const char *code)
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
  TestUploads self = test_uploads_begin (
      "[limits]\nattachment-mib=1\nattachment-quota-mib=3\nuploads-per-device=1/8\n");
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
  test_uploads_end (&self);
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
  return g_test_run ();
}
