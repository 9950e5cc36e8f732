/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-delivery.h"

#include <uv.h>

#include "ww-clock.h"

#define MAX_WAITING 1000
#define MAX_TRIES   4
#define RETRY_MS    5000 /* after the first try; four times as long after each further one */

typedef struct
{
  void *item;
  unsigned tries;
  int64_t due_ms; /* monotonic */
} Waiting;

struct _WwDelivery
{
  WwDeliveryFunc deliver;
  void *data;
  GDestroyNotify free_item;
  WwDeliveryCounts *counts;
  uv_thread_t thread;
  uv_mutex_t mutex;
  uv_cond_t cond;
  GQueue waiting; /* of Waiting */
  bool closing;
};

/* The first item that is due; waits for it. NULL: closing, and nothing is left. */
static Waiting *
next_item (WwDelivery *self)
{
  while (true)
    {
      int64_t now_ms = ww_clock_monotonic_ms ();
      int64_t first_ms = G_MAXINT64;

      for (GList *link = self->waiting.head; link != NULL; link = link->next)
        {
          Waiting *waiting = link->data;

          if (waiting->due_ms <= now_ms || self->closing)
            {
              g_queue_delete_link (&self->waiting, link);
              return waiting;
            }
          first_ms = MIN (first_ms, waiting->due_ms);
        }
      if (self->closing)
        return NULL;
      if (first_ms == G_MAXINT64)
        uv_cond_wait (&self->cond, &self->mutex);
      else
        uv_cond_timedwait (&self->cond, &self->mutex, (uint64_t) (first_ms - now_ms) * 1000000);
    }
}

/* What failed waits for its next turn, a few times. */
static void
note_result (WwDelivery *self, Waiting *waiting, WwDeliveryResult result)
{
  if (result == WW_DELIVERY_FAILED && ++waiting->tries < MAX_TRIES && !self->closing)
    {
      waiting->due_ms = ww_clock_monotonic_ms () + (RETRY_MS << (2 * (waiting->tries - 1)));
      g_queue_push_tail (&self->waiting, waiting);
      return;
    }
  g_atomic_int_inc (result == WW_DELIVERY_DONE ? &self->counts->done_total : &self->counts->failed_total);
  self->free_item (waiting->item);
  g_free (waiting);
}

static void
delivery_main (void *data)
{
  WwDelivery *self = data;
  Waiting *waiting;

  uv_mutex_lock (&self->mutex);
  while ((waiting = next_item (self)) != NULL)
    {
      WwDeliveryResult result;

      uv_mutex_unlock (&self->mutex);
      result = self->deliver (self->data, waiting->item);
      uv_mutex_lock (&self->mutex);
      note_result (self, waiting, result);
    }
  uv_mutex_unlock (&self->mutex);
}

/* Starts the thread. `data` and `counts` outlive it. */
WwDelivery *
ww_delivery_new (WwDeliveryFunc deliver, void *data, GDestroyNotify free_item, WwDeliveryCounts *counts)
{
  WwDelivery *self = g_new0 (WwDelivery, 1);

  self->deliver = deliver;
  self->data = data;
  self->free_item = free_item;
  self->counts = counts;
  g_queue_init (&self->waiting);
  uv_mutex_init (&self->mutex);
  uv_cond_init (&self->cond);
  if (uv_thread_create (&self->thread, delivery_main, self) != 0)
    g_error ("cannot start a delivery's thread");
  return self;
}

/* See the header. */
void
ww_delivery_free (WwDelivery *self)
{
  uv_mutex_lock (&self->mutex);
  self->closing = true;
  uv_cond_signal (&self->cond);
  uv_mutex_unlock (&self->mutex);
  uv_thread_join (&self->thread);
  uv_cond_destroy (&self->cond);
  uv_mutex_destroy (&self->mutex);
  g_free (self);
}

/* See the header. */
bool
ww_delivery_add (WwDelivery *self, void *item)
{
  bool accepted;

  uv_mutex_lock (&self->mutex);
  accepted = g_queue_get_length (&self->waiting) < MAX_WAITING;
  if (accepted)
    {
      Waiting *waiting = g_new0 (Waiting, 1);

      waiting->item = item;
      g_queue_push_tail (&self->waiting, waiting);
      uv_cond_signal (&self->cond);
    }
  uv_mutex_unlock (&self->mutex);
  if (!accepted)
    self->free_item (item);
  return accepted;
}
