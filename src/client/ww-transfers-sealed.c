/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfers"

#include "ww-transfers-sealed.h"

#include "ww-checks.h"
#include "ww-hex.h"
#include "ww-transfer-private.h"

#define NAME_BYTES 16

char *
ww_transfers_make_file (void)
{
  guint8 name[NAME_BYTES];

  ww_random_bytes (name, sizeof name);
  return ww_hex_encode (name, sizeof name);
}

char *
ww_transfers_dup_path (WwTransfers *self, const char *file)
{
  return g_build_filename (self->directory, file, NULL);
}

WwTransfer *
ww_transfers_upload_sealed (WwTransfers *self, const char *file, const WwSealedChunk *sealed)
{
  WwTransferRow *row = ww_transfer_row_new (WW_TRANSFER_UP);
  WwTransfer *transfer;

  row->file = g_strdup (file);
  memcpy (row->key, sealed->key, sizeof row->key);
  memcpy (row->hash, sealed->hash, sizeof row->hash);
  row->size = sealed->size;
  transfer = ww_transfer_new (self, row, NULL);
  g_ptr_array_add (self->list, g_object_ref (transfer));
  ww_transfers_wake (self);
  return transfer;
}

WwTransfer *
ww_transfers_find_parcel (WwTransfers *self, const guint8 attachment_id[16])
{
  for (guint i = 0; i < self->list->len; i++)
    {
      const WwTransferRow *row = ((WwTransfer *) self->list->pdata[i])->row;

      if (row->direction == WW_TRANSFER_DOWN && memcmp (row->id, attachment_id, WW_ID_SIZE) == 0)
        return self->list->pdata[i];
    }
  return NULL;
}

char *
ww_transfer_dup_sealed_path (WwTransfer *self)
{
  return self->owner != NULL ? ww_transfer_dup_path (self) : NULL;
}

DexFuture *
ww_transfer_withdraw (WwTransfer *self)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__DeleteAttachment deletion = WAXWING__DELETE_ATTACHMENT__INIT;

  if (self->owner == NULL || !self->row->has_id)
    return dex_future_new_true ();
  deletion.attachment_id = (ProtobufCBinaryData) { sizeof self->row->id, self->row->id };
  request.body_case = WAXWING__REQUEST__BODY_DELETE_ATTACHMENT;
  request.delete_attachment = &deletion;
  return ww_link_request (self->owner->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

void
ww_transfer_discard (WwTransfer *self)
{
  /* Its fiber, should it be at work, ends with forgetting it. */
  if (self->moving || self->owner == NULL)
    ww_transfer_cancel (self);
  else
    ww_transfers_forget (self->owner, self);
}
