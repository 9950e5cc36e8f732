/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite-queue.h"

/* An empty queue. */
void
ww_sqlite_queue_init (WwSqliteQueue *self, size_t max_bytes)
{
  uv_mutex_init (&self->mutex);
  uv_cond_init (&self->cond);
  self->head = NULL;
  self->tail = &self->head;
  self->length = 0;
  self->wake_at = 1;
  self->bytes = 0;
  self->max_bytes = max_bytes;
  self->closed = false;
}

/* Of a queue that nobody uses any more and that is empty. */
void
ww_sqlite_queue_clear (WwSqliteQueue *self)
{
  g_assert (self->head == NULL);
  uv_cond_destroy (&self->cond);
  uv_mutex_destroy (&self->mutex);
}

static void
append (WwSqliteQueue *self, WwOperation *op)
{
  op->next = NULL;
  *self->tail = op;
  self->tail = &op->next;
  self->length++;
  self->bytes += op->cost;
}

static WwOperation *
detach (WwSqliteQueue *self, unsigned max)
{
  WwOperation *list = self->head;
  WwOperation **end = &list;

  while (*end != NULL && max > 0)
    {
      self->length--;
      self->bytes -= (*end)->cost;
      end = &(*end)->next;
      max--;
    }
  self->head = *end;
  if (self->head == NULL)
    self->tail = &self->head;
  *end = NULL;
  return list;
}

/* Adds an operation, unless the queue is full or closed. */
bool
ww_sqlite_queue_push (WwSqliteQueue *self, WwOperation *op)
{
  bool accepted;

  uv_mutex_lock (&self->mutex);
  accepted = !self->closed && (self->max_bytes == 0 || self->bytes + op->cost <= self->max_bytes);
  if (accepted)
    {
      append (self, op);
      if (self->length >= self->wake_at)
        uv_cond_signal (&self->cond);
    }
  uv_mutex_unlock (&self->mutex);
  return accepted;
}

/* Adds a list of operations. */
void
ww_sqlite_queue_push_list (WwSqliteQueue *self, WwOperation *list)
{
  uv_mutex_lock (&self->mutex);
  while (list != NULL)
    {
      WwOperation *op = list;

      list = op->next;
      append (self, op);
    }
  if (self->length >= self->wake_at)
    uv_cond_signal (&self->cond);
  uv_mutex_unlock (&self->mutex);
}

/* Waits for work; see the header. Who lingers is not woken for each operation: that would cost more than it. */
WwOperation *
ww_sqlite_queue_pop (WwSqliteQueue *self, unsigned max, unsigned enough, uint64_t linger_ns)
{
  WwOperation *list;
  uint64_t deadline;

  uv_mutex_lock (&self->mutex);
  while (self->head == NULL && !self->closed)
    uv_cond_wait (&self->cond, &self->mutex);
  deadline = uv_hrtime () + linger_ns;
  self->wake_at = enough;
  while (self->length < enough && !self->closed)
    {
      uint64_t now = uv_hrtime ();

      if (now >= deadline || uv_cond_timedwait (&self->cond, &self->mutex, deadline - now) != 0)
        break;
    }
  self->wake_at = 1;
  list = detach (self, max);
  uv_mutex_unlock (&self->mutex);
  return list;
}

/* Empties the queue. */
WwOperation *
ww_sqlite_queue_take (WwSqliteQueue *self)
{
  WwOperation *list;

  uv_mutex_lock (&self->mutex);
  list = detach (self, UINT_MAX);
  uv_mutex_unlock (&self->mutex);
  return list;
}

/* No more is accepted; who waits is woken. */
void
ww_sqlite_queue_close (WwSqliteQueue *self)
{
  uv_mutex_lock (&self->mutex);
  self->closed = true;
  uv_cond_broadcast (&self->cond);
  uv_mutex_unlock (&self->mutex);
}
