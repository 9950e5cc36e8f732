/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-answer"

#include "ww-answer.h"

struct _WwAnswer
{
  DexScheduler *scheduler;
  DexPromise *promise;
  GValue value;
  GError *error;
};

/**
 * ww_answer_new:
 * @future: (out) (transfer full): pending until one of the other functions is called
 *
 * Remembers the calling thread's scheduler.
 */
WwAnswer *
ww_answer_new (DexFuture **future)
{
  WwAnswer *self = g_new0 (WwAnswer, 1);

  self->scheduler = dex_scheduler_ref_thread_default ();
  if (self->scheduler == NULL)
    self->scheduler = dex_ref (dex_scheduler_get_default ());
  self->promise = dex_promise_new ();
  *future = DEX_FUTURE (dex_ref (self->promise));
  return self;
}

/* On the thread that waits. */
static void
deliver (gpointer data)
{
  WwAnswer *self = data;

  if (self->error != NULL)
    dex_promise_reject (self->promise, g_steal_pointer (&self->error));
  else
    dex_promise_resolve (self->promise, &self->value);

  if (G_IS_VALUE (&self->value))
    g_value_unset (&self->value);
  dex_unref (self->promise);
  dex_unref (self->scheduler);
  g_free (self);
}

/**
 * ww_answer_resolve:
 * @value: moved out of; not initialised stands for %TRUE
 */
void
ww_answer_resolve (WwAnswer *self, GValue *value)
{
  if (G_IS_VALUE (value))
    {
      self->value = *value;
      *value = (GValue) G_VALUE_INIT;
    }
  else
    {
      g_value_init (&self->value, G_TYPE_BOOLEAN);
      g_value_set_boolean (&self->value, TRUE);
    }

  dex_scheduler_push (self->scheduler, deliver, self);
}

/**
 * ww_answer_resolve_object:
 * @object: (transfer full)
 */
void
ww_answer_resolve_object (WwAnswer *self, gpointer object)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_OBJECT_TYPE (object));
  g_value_take_object (&value, object);
  ww_answer_resolve (self, &value);
}

/**
 * ww_answer_reject:
 * @error: (transfer full)
 */
void
ww_answer_reject (WwAnswer *self, GError *error)
{
  self->error = error;
  dex_scheduler_push (self->scheduler, deliver, self);
}
