/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-transfer-private.h"

#include <libwebsockets.h>

#define WRITE_BYTES 16384 /* to the socket at once: what the library takes without keeping a copy */
#define STALL_S     15    /* in which a reader has to take as much */

static void send_piece (WwTransfer *self);

static void
read_cb (WwAttachmentStoreStatus status, void *data)
{
  WwTransfer *self = data;

  self->working = false;
  if (self->wsi == NULL)
    ;
  else if (status == WW_ATTACHMENT_STORE_OK)
    lws_callback_on_writable (self->wsi);
  else if (!self->headers_sent)
    {
      self->status = 0;
      ww_transfer_answer (self, status == WW_ATTACHMENT_STORE_NOT_FOUND ? HTTP_STATUS_NOT_FOUND
                                                                        : HTTP_STATUS_SERVICE_UNAVAILABLE);
    }
  else
    lws_set_timeout (self->wsi, 1, LWS_TO_KILL_ASYNC);
  ww_transfer_unref (self);
}

/* Reads the next piece. There is no look ahead: the pages come from the kernel's cache, which does that. */
static void
send_piece (WwTransfer *self)
{
  WwAttachmentStore *store = self->attachments->store;
  uint64_t rest = self->first + self->len - self->offset;

  if (self->piece == NULL)
    self->piece = g_malloc (LWS_PRE + WW_TRANSFER_PIECE);
  self->piece_len = (size_t) MIN (rest, WW_TRANSFER_PIECE);
  self->piece_sent = 0;
  self->working = true;
  ww_transfer_ref (self);
  store->engine->read (store, self->id, self->offset, self->piece + LWS_PRE, self->piece_len, read_cb, self);
  self->offset += self->piece_len;
}

/* The headers wait for the first piece: so that what cannot be read is refused, and not cut off. */
void
ww_transfer_send_begin (WwTransfer *self)
{
  unsigned status = HTTP_STATUS_OK;

  self->first = 0;
  self->len = self->size;
  if (self->range != NULL)
    {
      if (!ww_transfer_parse_range (self->range, self->size, &self->first, &self->len))
        {
          ww_transfer_answer (self, HTTP_STATUS_REQ_RANGE_NOT_SATISFIABLE);
          return;
        }
      status = HTTP_STATUS_PARTIAL_CONTENT;
    }
  self->status = status;
  self->offset = self->first;
  send_piece (self);
}

/* Not 0: the socket is to be closed. */
int
ww_transfer_send_write (WwTransfer *self)
{
  bool last_piece = self->offset == self->first + self->len;

  if (self->working)
    return 0;
  while (self->piece_sent < self->piece_len)
    {
      size_t len = MIN (self->piece_len - self->piece_sent, WRITE_BYTES);
      bool last = last_piece && self->piece_sent + len == self->piece_len;

      /* What lies before the bytes has been sent already, and may be written over. */
      if (lws_write (self->wsi, self->piece + LWS_PRE + self->piece_sent, len,
                     last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
        return -1;
      self->piece_sent += len;
      lws_set_timeout (self->wsi, PENDING_TIMEOUT_HTTP_CONTENT, STALL_S);
      if (!last && lws_send_pipe_choked (self->wsi))
        {
          lws_callback_on_writable (self->wsi);
          return 0;
        }
    }
  if (last_piece)
    {
      ww_transfer_done (self);
      return lws_http_transaction_completed (self->wsi) != 0 ? -1 : 0;
    }
  send_piece (self);
  return 0;
}
