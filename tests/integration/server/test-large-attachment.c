/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 2 GiB through the real server and back, by its offsets beyond what 31 bits hold, and without its memory growing. */
#include "ww-test-upload.h"

#include <signal.h>
#include <string.h>

/* The sanitizers keep what was freed for a while, and are slow: there only the way is walked. */
#ifdef __SANITIZE_ADDRESS__
#define SIZE       ((uint64_t) 64 << 20)
#define MEMORY_KIB (1024 * 1024)
#else
#define SIZE       ((uint64_t) 2 << 30)
#define MEMORY_KIB (16 * 1024)
#endif
/* Padded and sealed, as the largest file of a server with attachment-mib=2048 */
#define SEALED (SIZE + SIZE / WW_ATTACHMENT_SEGMENT * 16)

static long
peak_kib (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  const char *found;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  found = strstr (text, "VmHWM:");
  g_assert_nonnull (found);
  return strtol (found + strlen ("VmHWM:"), NULL, 10);
}

/* One block, over and over; its number at its beginning tells which it is. */
static void
fill (uint8_t *block, size_t len, uint64_t first)
{
  memcpy (block, &first, MIN (len, sizeof first));
}

static void
send_all (TestHttp *http, const TestUpload *upload, uint8_t *block)
{
  for (uint64_t first = 0; first < SEALED; first += WW_MAX_PART)
    {
      size_t len = (size_t) MIN (WW_MAX_PART, SEALED - first);
      g_autofree char *head = test_upload_put_head (upload, first, len);
      g_autoptr (TestAnswer) answer = NULL;

      fill (block, len, first);
      g_assert_true (test_http_send (http, head, strlen (head)));
      g_assert_true (test_http_send (http, block, len));
      answer = test_http_answer (http, false);
      g_assert_cmpuint (answer->status, ==, 204);
      g_assert_cmpint (test_answer_number (answer, "upload-offset"), ==, first + len);
    }
}

static void
read_fully (GInputStream *stream, uint8_t *out, size_t len)
{
  gsize got = 0;

  g_assert_true (g_input_stream_read_all (stream, out, len, &got, NULL, NULL));
  g_assert_cmpuint (got, ==, len);
}

static void
receive_all (TestServer *server, const TestUpload *upload, uint8_t *block, uint8_t *received)
{
  g_autoptr (TestHttp) http = test_http_new (server);
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (http->connection));
  g_autofree char *head = g_strdup_printf (
      "GET /v1/attachments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", upload->id, upload->download);
  uint8_t byte;
  unsigned newlines = 0;

  g_assert_true (test_http_send (http, head, strlen (head)));
  while (newlines < 2)
    {
      read_fully (stream, &byte, 1);
      newlines = byte == '\n' ? newlines + 1 : byte == '\r' ? newlines : 0;
    }
  for (uint64_t first = 0; first < SEALED; first += WW_MAX_PART)
    {
      size_t len = (size_t) MIN (WW_MAX_PART, SEALED - first);

      fill (block, len, first);
      read_fully (stream, received, len);
      g_assert_true (memcmp (block, received, len) == 0);
    }
}

static void
test_large (void)
{
  TestServer *server = test_server_start (test_server_new (
      "[limits]\nattachment-mib=2048\nattachment-quota-mib=4096\nrequests-per-address=720000/100000\n"));
  TestDevice *device = test_enroll (server, "alice@example.org");
  TestLink *link = test_connect (server, device);
  g_autoptr (TestUpload) upload = test_upload_new (server, link, SEALED);
  g_autoptr (TestAnswer) end = NULL;
  g_autofree uint8_t *block = g_malloc (WW_MAX_PART);
  g_autofree uint8_t *received = g_malloc (WW_MAX_PART);
  long before = peak_kib (server->pid);
  TestHttp *http = test_http_new (server);

  for (size_t i = 0; i < WW_MAX_PART; i++)
    block[i] = test_upload_byte (i);
  send_all (http, upload, block);
  test_http_free (http);
  receive_all (server, upload, block, received);
  end = test_upload_get (upload, upload->download, "bytes=-1");
  g_assert_cmpuint (end->status, ==, 206);
  g_test_message ("the server grew by %ld KiB", peak_kib (server->pid) - before);
  g_assert_cmpint (peak_kib (server->pid) - before, <, MEMORY_KIB);
  test_link_free (link);
  test_server_free (server);
  test_account_free (device->account);
  test_device_free (device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/attachments/large", test_large);
  return g_test_run ();
}
