/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-bytes.h"

#include <stdlib.h>

#include <openssl/crypto.h>

/*
 * ww_buffer_alloc:
 * @len: may be 0, which gives a valid pointer all the same
 *
 * Makes room for @len zero bytes. What the buffer held before is not looked at:
 * clear it first. Returns false, with the buffer empty, when there is no memory.
 */
bool
ww_buffer_alloc (WwBuffer *self, size_t len)
{
  self->data = calloc (len > 0 ? len : 1, 1);
  self->len = self->data != NULL ? len : 0;

  return self->data != NULL;
}

/* Wipes and frees what the buffer holds and leaves it empty, so that it may be cleared again or reused. */
void
ww_buffer_clear (WwBuffer *self)
{
  if (self->data != NULL)
    ww_wipe (self->data, self->len);
  free (self->data);
  *self = (WwBuffer) { 0 };
}

/* Overwrites memory in a way that the compiler can't take for a useless store. */
void
ww_wipe (void *data, size_t len)
{
  OPENSSL_cleanse (data, len);
}

/*
 * Whether both are the same bytes. The time depends on the lengths only, never
 * on where they differ.
 */
bool
ww_bytes_equal (WwBytes a, WwBytes b)
{
  if (a.len != b.len)
    return false;

  return a.len == 0 || CRYPTO_memcmp (a.data, b.data, a.len) == 0;
}
