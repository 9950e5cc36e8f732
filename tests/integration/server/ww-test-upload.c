/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-upload.h"

#include <string.h>

static void
to_hex (const ProtobufCBinaryData *bytes, char *out)
{
  for (size_t i = 0; i < bytes->len; i++)
    g_snprintf (out + 2 * i, 3, "%02x", bytes->data[i]);
}

/* See the header. */
TestUpload *
test_upload_new (TestServer *server, TestLink *link, uint64_t size)
{
  Waxwing__PrepareUpload request = WAXWING__PREPARE_UPLOAD__INIT;
  g_autoptr (TestFrame) frame = NULL;
  TestUpload *self = g_new0 (TestUpload, 1);
  const Waxwing__UploadPrepared *prepared;

  request.size = size;
  frame = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_UPLOAD, &request,
                          WAXWING__RESPONSE__BODY_UPLOAD_PREPARED);
  prepared = frame->response->upload_prepared;
  g_assert_cmpuint (prepared->part_size, ==, WW_MAX_PART);
  self->server = server;
  self->size = size;
  memcpy (self->raw_id, prepared->attachment_id.data, WW_ID_SIZE);
  to_hex (&prepared->attachment_id, self->id);
  to_hex (&prepared->upload_token, self->upload);
  to_hex (&prepared->download_token, self->download);
  return self;
}

/* See the header. */
void
test_upload_free (TestUpload *self)
{
  g_free (self);
}

/* No two pieces of a file look the same. */
uint8_t
test_upload_byte (uint64_t i)
{
  return (uint8_t) ((i * 2654435761u) >> 13);
}

/* See the header. */
GByteArray *
test_upload_bytes (uint64_t first, size_t len)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_set_size (bytes, (guint) len);
  for (size_t i = 0; i < len; i++)
    bytes->data[i] = test_upload_byte (first + i);
  return bytes;
}

/* See the header. */
char *
test_upload_put_head (const TestUpload *self, uint64_t first, size_t len)
{
  return g_strdup_printf ("PUT /v1/attachments/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                          "Content-Length: %zu\r\n"
                          "Content-Range: bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
                          "\r\n\r\n",
                          self->id, self->server->authority, self->upload, len, first, first + len - 1, self->size);
}

/* See the header. */
TestAnswer *
test_upload_put (const TestUpload *self, uint64_t first, size_t len)
{
  g_autoptr (TestHttp) http = test_http_new (self->server);
  g_autoptr (GByteArray) bytes = test_upload_bytes (first, len);
  g_autofree char *head = test_upload_put_head (self, first, len);

  test_http_send (http, head, strlen (head));
  test_http_send (http, bytes->data, bytes->len);
  return test_http_answer (http, false);
}

/* See the header. */
void
test_upload_put_rest (const TestUpload *self, uint64_t first, size_t part)
{
  g_autoptr (TestHttp) http = test_http_new (self->server);

  while (first < self->size)
    {
      size_t len = (size_t) MIN (part, self->size - first);
      g_autoptr (GByteArray) bytes = test_upload_bytes (first, len);
      g_autofree char *head = test_upload_put_head (self, first, len);
      g_autoptr (TestAnswer) answer = NULL;

      g_assert_true (test_http_send (http, head, strlen (head)));
      g_assert_true (test_http_send (http, bytes->data, bytes->len));
      answer = test_http_answer (http, false);
      g_assert_cmpuint (answer->status, ==, 204);
      first += len;
      g_assert_cmpint (test_answer_number (answer, "upload-offset"), ==, first);
    }
}

/* See the header. */
gint64
test_upload_offset (const TestUpload *self)
{
  g_autoptr (TestHttp) http = test_http_new (self->server);
  g_autofree char *head = g_strdup_printf (
      "HEAD /v1/attachments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", self->id, self->upload);
  g_autoptr (TestAnswer) answer = NULL;

  test_http_send (http, head, strlen (head));
  answer = test_http_answer (http, true);
  if (answer->status != 204)
    return -1;
  g_assert_cmpint (test_answer_number (answer, "upload-length"), ==, self->size);
  return test_answer_number (answer, "upload-offset");
}

/* See the header. */
TestAnswer *
test_upload_get (const TestUpload *self, const char *token, const char *range)
{
  g_autoptr (TestHttp) http = test_http_new (self->server);
  g_autofree char *line = range != NULL ? g_strdup_printf ("Range: %s\r\n", range) : g_strdup ("");
  g_autofree char *head = g_strdup_printf (
      "GET /v1/attachments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n", self->id, token, line);

  test_http_send (http, head, strlen (head));
  return test_http_answer (http, false);
}

/* See the header. */
void
test_upload_assert_whole (const TestUpload *self)
{
  g_autoptr (TestAnswer) answer = test_upload_get (self, self->download, NULL);
  g_autoptr (GByteArray) bytes = test_upload_bytes (0, (size_t) self->size);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpmem (answer->body->data, answer->body->len, bytes->data, bytes->len);
}

/* See the header. */
char *
test_upload_path (const TestUpload *self)
{
  g_autofree char *shard = g_strndup (self->id, 2);

  return g_build_filename (self->server->data, "attachments", shard, self->id, NULL);
}

/* Started, enrolled, connected. */
TestUploads
test_uploads_begin (const char *config)
{
  TestUploads self = { 0 };

  self.server = test_server_start (test_server_new (config));
  self.device = test_enroll (self.server, "alice@example.org");
  self.link = test_connect (self.server, self.device);
  return self;
}

/* Stops it all. */
void
test_uploads_end (TestUploads *self)
{
  g_clear_pointer (&self->link, test_link_free);
  test_server_free (self->server);
  test_account_free (self->device->account);
  test_device_free (self->device);
}
