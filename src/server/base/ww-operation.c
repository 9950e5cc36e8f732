/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-operation.h"

#include <glib.h>

/* An operation of the given size, zeroed but for what is given. Freed by ww_operation_finish(). */
WwOperation *
ww_operation_alloc (size_t size, void (*done) (WwOperation *), void *data)
{
  WwOperation *self = g_malloc0 (size);

  self->done = done;
  self->data = data;
  self->cost = size;
  return self;
}

/* On the loop's thread: tells the caller, then frees. */
void
ww_operation_finish (WwOperation *self)
{
  self->done (self);
  if (self->clear != NULL)
    self->clear (self);
  g_free (self);
}
