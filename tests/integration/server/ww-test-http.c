/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-http.h"

#include <string.h>

#define TIMEOUT_S 30

/* A connection to the server. */
TestHttp *
test_http_new (TestServer *server)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  TestHttp *self = g_new0 (TestHttp, 1);

  self->received = g_byte_array_new ();
  self->connection = g_socket_client_connect_to_host (client, server->authority, 80, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (g_socket_connection_get_socket (self->connection), TIMEOUT_S);
  return self;
}

/* See the header. */
void
test_http_free (TestHttp *self)
{
  g_object_unref (self->connection);
  g_byte_array_unref (self->received);
  g_free (self);
}

/* See the header. */
bool
test_http_send (TestHttp *self, const void *data, size_t len)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));

  return g_output_stream_write_all (stream, data, len, NULL, NULL, NULL);
}

/* False at the end. */
static bool
receive (TestHttp *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));
  g_autofree uint8_t *buffer = g_malloc (65536);
  g_autoptr (GError) error = NULL;
  gssize got = g_input_stream_read (stream, buffer, 65536, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_error ("the server does not answer");
  if (got > 0)
    g_byte_array_append (self->received, buffer, (guint) got);
  return got > 0;
}

static const uint8_t *
find_end (const GByteArray *bytes)
{
  return bytes->len == 0 ? NULL : memmem (bytes->data, bytes->len, "\r\n\r\n", 4);
}

/* See the header. */
TestAnswer *
test_http_answer (TestHttp *self, bool head)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);
  const uint8_t *end;
  guint head_len;
  gint64 len;

  answer->body = g_byte_array_new ();
  while ((end = find_end (self->received)) == NULL)
    if (!receive (self))
      {
        answer->headers = g_strdup ("");
        return answer;
      }
  head_len = (guint) (end - self->received->data) + 4;
  answer->headers = g_ascii_strdown ((const char *) self->received->data, head_len);
  g_assert_true (g_str_has_prefix (answer->headers, "http/1.1 "));
  answer->status = (unsigned) g_ascii_strtoull (answer->headers + 9, NULL, 10);
  g_byte_array_remove_range (self->received, 0, head_len);
  len = head || answer->status == 204 ? 0 : test_answer_number (answer, "content-length");
  g_assert_cmpint (len, >=, 0);
  while (self->received->len < (guint) len && receive (self))
    ;
  g_byte_array_append (answer->body, self->received->data, MIN ((guint) len, self->received->len));
  g_byte_array_remove_range (self->received, 0, answer->body->len);
  return answer;
}

/* See the header. */
bool
test_http_is_closed (TestHttp *self, unsigned wait_ms)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);
  gint64 end = g_get_monotonic_time () + (gint64) wait_ms * 1000;
  char byte;

  while (g_get_monotonic_time () < end)
    {
      if (g_socket_condition_timed_wait (socket, G_IO_IN, end - g_get_monotonic_time (), NULL, NULL) &&
          g_socket_receive_with_blocking (socket, &byte, 1, FALSE, NULL, NULL) <= 0)
        return true;
    }
  return false;
}

/* See the header. */
void
test_answer_free (TestAnswer *self)
{
  g_free (self->headers);
  g_byte_array_unref (self->body);
  g_free (self);
}

/* See the header. */
char *
test_answer_header (const TestAnswer *self, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strstr (self->headers, start);

  return found != NULL ? g_strndup (found + strlen (start), strcspn (found + strlen (start), "\r")) : NULL;
}

/* See the header. */
gint64
test_answer_number (const TestAnswer *self, const char *name)
{
  g_autofree char *value = test_answer_header (self, name);
  guint64 number;

  return value != NULL && g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL) ? (gint64) number : -1;
}
