/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-chain.h"

/* Valid as long as the operation. */
WwChain *
ww_chain_new (const WwLoadChainOp *op)
{
  WwChain *self = g_new0 (WwChain, 1);

  self->n_records = op->n_records;
  self->records = g_new0 (Waxwing__SignedRecord *, op->n_records + 1);
  for (unsigned i = 0; i < op->n_records; i++)
    {
      Waxwing__SignedRecord *record = self->records[i] = g_new (Waxwing__SignedRecord, 1);

      waxwing__signed_record__init (record);
      record->record = (ProtobufCBinaryData) { op->records[i].record.len, op->records[i].record.data };
      record->signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, op->records[i].signature };
    }
  return self;
}

/* Frees the form, not the bytes. */
void
ww_chain_free (WwChain *self)
{
  for (size_t i = 0; i < self->n_records; i++)
    g_free (self->records[i]);
  g_free (self->records);
  g_free (self);
}
