/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-link.h"

#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS   256
#define READ_SIZE    65536
#define MAX_INCOMING (4 * 1024 * 1024)
#define MASK_SIZE    4

/* Opcodes of RFC 6455, section 5.2. */
#define OPCODE_BINARY 0x2
#define OPCODE_CLOSE  0x8
#define OPCODE_PING   0x9
#define OPCODE_PONG   0xa
#define FINAL         0x80
#define MASKED        0x80

/* Links that are made with this loop go to 127.0.0.1. The texts stay the caller's. */
void
bench_loop_init (BenchLoop *self, uint16_t port, const char *authority, const char *path)
{
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->port = port;
  self->authority = authority;
  self->path = path;
  if (self->epoll < 0)
    g_error ("epoll: %s", g_strerror (errno));
}

/* Its links must be gone. */
void
bench_loop_clear (BenchLoop *self)
{
  close (self->epoll);
}

/* --- Writing ------------------------------------------------------------------------------- */

static void
watch (BenchLink *self, int operation)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = self };

  if (self->outgoing->len > 0)
    event.events |= EPOLLOUT;
  if (epoll_ctl (self->loop->epoll, operation, self->fd, &event) != 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));
}

static void
flush (BenchLink *self)
{
  ssize_t n = send (self->fd, self->outgoing->data, self->outgoing->len, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0 && errno != EAGAIN)
    g_error ("send: %s", g_strerror (errno));
  if (n > 0)
    g_byte_array_remove_range (self->outgoing, 0, (guint) n);
}

static void
write_bytes (BenchLink *self, const void *data, size_t len)
{
  bool waiting = self->outgoing->len > 0;

  g_byte_array_append (self->outgoing, data, (guint) len);
  if (waiting)
    return;
  flush (self);
  if (self->outgoing->len > 0)
    watch (self, EPOLL_CTL_MOD);
}

/* One frame. A mask of zeros is a mask, and leaves the bytes as they are: the masking is not what is measured. */
static void
write_frame (BenchLink *self, uint8_t opcode, const uint8_t *data, size_t len)
{
  g_autofree uint8_t *frame = g_malloc0 (2 + 8 + MASK_SIZE + len);
  size_t at = 0;

  frame[at++] = FINAL | opcode;
  if (len < 126)
    frame[at++] = MASKED | (uint8_t) len;
  else if (len <= UINT16_MAX)
    {
      frame[at++] = MASKED | 126;
      frame[at++] = (uint8_t) (len >> 8);
      frame[at++] = (uint8_t) len;
    }
  else
    {
      frame[at++] = MASKED | 127;
      for (int shift = 56; shift >= 0; shift -= 8)
        frame[at++] = (uint8_t) ((uint64_t) len >> shift);
    }
  at += MASK_SIZE;
  if (len > 0)
    memcpy (frame + at, data, len);
  write_bytes (self, frame, at + len);
}

/* Sends a binary message; what the socket does not take waits in memory. */
void
bench_link_send (BenchLink *self, const uint8_t *data, size_t len)
{
  write_frame (self, OPCODE_BINARY, data, len);
}

/* --- Reading ------------------------------------------------------------------------------- */

/* Bytes of the answer to the upgrade, or 0 when it has not arrived completely. */
static size_t
take_upgrade (BenchLink *self, const uint8_t *data, size_t len)
{
  const uint8_t *end = memmem (data, len, "\r\n\r\n", 4);

  if (end == NULL)
    return 0;
  if (len < 12 || memcmp (data, "HTTP/1.1 101", 12) != 0)
    g_error ("the server refused a link: %.*s", (int) MIN (len, 100), (const char *) data);
  self->open = true;
  return (size_t) (end - data) + 4;
}

static void
take_message (BenchLink *self, uint8_t first, const uint8_t *data, size_t len)
{
  switch (first)
    {
    case FINAL | OPCODE_BINARY:
      self->message (self, data, len);
      return;
    case FINAL | OPCODE_PING:
      write_frame (self, OPCODE_PONG, data, len);
      return;
    case FINAL | OPCODE_CLOSE:
      g_error ("the server closed a link with %u", len >= 2 ? data[0] * 256u + data[1] : 0);
    default:
      g_error ("the server sent a frame of kind %x", first);
    }
}

/* Bytes of the frame at the beginning of the data, or 0 when it has not arrived completely. */
static size_t
take_frame (BenchLink *self, const uint8_t *data, size_t len)
{
  size_t header = 2, extra, payload;

  if (len < header)
    return 0;
  payload = data[1];
  if (payload >= 126)
    {
      extra = payload == 126 ? 2 : 8;
      if (len < header + extra)
        return 0;
      payload = 0;
      for (size_t i = 0; i < extra; i++)
        payload = payload << 8 | data[header + i];
      header += extra;
    }
  if (payload > MAX_INCOMING)
    g_error ("the server sent a message of %zu bytes", payload);
  if (len - header < payload)
    return 0;
  take_message (self, data[0], data + header, payload);
  return header + payload;
}

static void
receive (BenchLink *self)
{
  static uint8_t chunk[READ_SIZE];
  ssize_t n = recv (self->fd, chunk, sizeof chunk, MSG_DONTWAIT);
  size_t at = 0, used;

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    g_error ("the server went away: %s", n == 0 ? "end of file" : g_strerror (errno));
  g_byte_array_append (self->incoming, chunk, (guint) n);
  do
    {
      const uint8_t *data = self->incoming->data + at;
      size_t len = self->incoming->len - at;

      used = self->open ? take_frame (self, data, len) : take_upgrade (self, data, len);
      at += used;
    }
  while (used > 0);
  g_byte_array_remove_range (self->incoming, 0, (guint) at);
  if (self->pause != NULL)
    self->pause (self);
}

/* Waits for something to happen, and lets it. */
void
bench_loop_turn (BenchLoop *self, int timeout_ms)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->epoll, events, MAX_EVENTS, timeout_ms);

  for (int i = 0; i < n; i++)
    {
      BenchLink *link = events[i].data.ptr;

      if (events[i].events & EPOLLOUT)
        {
          flush (link);
          watch (link, EPOLL_CTL_MOD);
        }
      if (events[i].events & ~(uint32_t) EPOLLOUT)
        receive (link);
    }
}

/* --- Links --------------------------------------------------------------------------------- */

/* Connects, and asks for the WebSocket; `open` says when it is there. */
BenchLink *
bench_link_new (BenchLoop *loop, BenchMessageFunc message, BenchPauseFunc pause, void *data)
{
  BenchLink *self = g_new0 (BenchLink, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (loop->port) };
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                              "Sec-WebSocket-Key: d2F4d2luZyBiZW5jaG1hcms=\r\n\r\n",
                                              loop->path, loop->authority);
  int on = 1;

  self->loop = loop;
  self->message = message;
  self->pause = pause;
  self->data = data;
  self->incoming = g_byte_array_new ();
  self->outgoing = g_byte_array_new ();
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (self->fd < 0 || connect (self->fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("connect: %s", g_strerror (errno));
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  watch (self, EPOLL_CTL_ADD);
  write_bytes (self, request, strlen (request));
  return self;
}

/* Closes without a word, as a device does that loses its network. */
void
bench_link_free (BenchLink *self)
{
  close (self->fd);
  g_byte_array_unref (self->incoming);
  g_byte_array_unref (self->outgoing);
  g_free (self);
}
