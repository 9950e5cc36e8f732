/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-storage.h"
#include "waxwing.pb-c.h"

/* What one answer takes of a chain at most, so that its frame stays well below WW_MAX_FRAME. */
#define WW_CHAIN_BYTES (1280 * 1024)

/* Stored records in the form in which they travel. Borrows the bytes of the operation. */
typedef struct
{
  Waxwing__SignedRecord **records;
  size_t n_records;
} WwChain;

WwChain *ww_chain_new (const WwLoadChainOp *op);
void ww_chain_free (WwChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwChain, ww_chain_free)
