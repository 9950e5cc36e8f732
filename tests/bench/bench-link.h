/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/*
 * Thousands of WebSocket links (RFC 6455) to a server of this machine from one thread, on epoll. As little of its
 * own as possible stands between the server and the clock; what goes wrong ends the program with a sentence.
 */

#define BENCH_TIMEOUT_MS 60000

typedef struct
{
  int epoll;
  uint16_t port;
  const char *authority; /* of the Host header */
  const char *path;
} BenchLoop;

typedef struct _BenchLink BenchLink;

/* A whole binary message. The bytes are the caller's until it returns. */
typedef void (*BenchMessageFunc) (BenchLink *link, const uint8_t *data, size_t len);
/* Called after the messages that had arrived together. May be NULL. */
typedef void (*BenchPauseFunc) (BenchLink *link);

struct _BenchLink
{
  BenchLoop *loop;
  int fd;
  bool open; /* the server has accepted the WebSocket */
  GByteArray *incoming;
  GByteArray *outgoing; /* what the socket did not take at once */
  BenchMessageFunc message;
  BenchPauseFunc pause;
  void *data;
};

void bench_loop_init (BenchLoop *self, uint16_t port, const char *authority, const char *path);
void bench_loop_turn (BenchLoop *self, int timeout_ms);
void bench_loop_clear (BenchLoop *self);

BenchLink *bench_link_new (BenchLoop *loop, BenchMessageFunc message, BenchPauseFunc pause, void *data);
void bench_link_send (BenchLink *self, const uint8_t *data, size_t len);
void bench_link_free (BenchLink *self);

/* Turns the loop until the condition holds; ends the program after BENCH_TIMEOUT_MS. */
#define bench_wait(loop, condition)                                         \
  G_STMT_START                                                              \
  {                                                                         \
    gint64 bench_end = g_get_monotonic_time () + BENCH_TIMEOUT_MS * 1000LL; \
    while (!(condition))                                                    \
      {                                                                     \
        if (g_get_monotonic_time () > bench_end)                            \
          g_error ("waited in vain for: %s", #condition);                   \
        bench_loop_turn (loop, 100);                                        \
      }                                                                     \
  }                                                                         \
  G_STMT_END
