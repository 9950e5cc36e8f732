/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-storage.h"

#include <string.h>

/* Frees what a pending device's row holds, not the row itself. */
void
ww_stored_pending_clear (WwStoredPending *self)
{
  ww_buffer_clear (&self->device);
  ww_buffer_clear (&self->names);
  ww_buffer_clear (&self->sealed_account_key);
  g_clear_pointer (&self->handle, g_free);
}

/* Frees a claim and what it holds. */
void
ww_stored_claim_free (WwStoredClaim *self)
{
  ww_buffer_clear (&self->record.record);
  g_free (self->handle);
  g_free (self);
}

/* A copy of these bytes; empty for none. False when there is no memory. */
bool
ww_buffer_copy (WwBuffer *self, const void *data, size_t len)
{
  if (!ww_buffer_alloc (self, len))
    return false;
  if (len > 0)
    memcpy (self->data, data, len);
  return true;
}
