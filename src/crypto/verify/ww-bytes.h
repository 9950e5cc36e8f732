/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that someone else owns. */
typedef struct
{
  const uint8_t *data;
  size_t len;
} WwBytes;

/* Bytes on the heap. Wiped before they are freed, whatever they hold: it costs little, and no caller has to know. */
typedef struct
{
  uint8_t *data;
  size_t len;
} WwBuffer;

#define WW_BYTES(pointer, length)  ((WwBytes) { (pointer), (length) })
#define WW_BYTES_OF(array)         ((WwBytes) { (array), sizeof (array) })
#define WW_BYTES_OF_BUFFER(buffer) ((WwBytes) { (buffer)->data, (buffer)->len })

bool ww_buffer_alloc (WwBuffer *self, size_t len); /* false: no memory */
void ww_buffer_clear (WwBuffer *self);             /* wipes, frees, may be called again */
void ww_wipe (void *data, size_t len);
bool ww_bytes_equal (WwBytes a, WwBytes b); /* constant time for equal lengths */

#define WW_AUTO_BUFFER __attribute__ ((cleanup (ww_buffer_clear))) WwBuffer
