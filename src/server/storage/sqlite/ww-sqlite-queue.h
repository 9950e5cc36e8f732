/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <uv.h>

#include "ww-storage.h"

/*
 * Operations on their way from one thread to another: first in, first out, with a bound on what waits.
 */
typedef struct
{
  uv_mutex_t mutex;
  uv_cond_t cond;
  WwOperation *head;
  WwOperation **tail;
  unsigned length;
  unsigned wake_at; /* the length at which who waits is woken */
  size_t bytes;
  size_t max_bytes; /* 0: no bound */
  bool closed;
} WwSqliteQueue;

void ww_sqlite_queue_init (WwSqliteQueue *self, size_t max_bytes);
void ww_sqlite_queue_clear (WwSqliteQueue *self);
/* False when too much waits already. */
bool ww_sqlite_queue_push (WwSqliteQueue *self, WwOperation *op);
/* As above, for a list that must not be refused. */
void ww_sqlite_queue_push_list (WwSqliteQueue *self, WwOperation *list);
/*
 * Up to `max` operations as a list; waits for the first, and then up to `linger_ns` until there are `enough`. NULL: closed
 * and empty. Of a queue with several who pop, all must do so with 1 as `enough`.
 */
WwOperation *ww_sqlite_queue_pop (WwSqliteQueue *self, unsigned max, unsigned enough, uint64_t linger_ns);
/* All of them, without waiting. */
WwOperation *ww_sqlite_queue_take (WwSqliteQueue *self);
void ww_sqlite_queue_close (WwSqliteQueue *self);
