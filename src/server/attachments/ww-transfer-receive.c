/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-transfer-private.h"

#include <string.h>

#include <libwebsockets.h>

#include "ww-clock.h"
#include "ww-log.h"

/* The library hands over what it has read already, even after it was asked to pause. */
#define SLACK       (64 * 1024)
#define PATIENCE_MS 30000 /* after which a body has to come at this pace */
#define BYTES_PER_S 1024

/*
 * A part goes in pieces to the disk, one after the other, while the next one arrives. When all of it is there, the last
 * piece is written together with a sync, then the database says how much counts, and then the client hears of it. When
 * the connection is lost before, the same is done with what has arrived.
 */

static bool
is_over (const WwTransfer *self)
{
  return self->body_done || self->wsi == NULL;
}

static int64_t
find_end (const WwTransfer *self)
{
  int64_t now_ms = ww_clock_now_ms ();

  return now_ms + (self->offset == self->size ? self->attachments->services->config->attachment_ms : WW_UPLOAD_MS);
}

static void
advanced_cb (WwOperation *base)
{
  const WwAdvanceUploadOp *op = (WwAdvanceUploadOp *) base;
  WwTransfer *self = base->data;

  self->working = false;
  switch (base->status)
    {
    case WW_STORAGE_OK:
      self->received = op->to;
      ww_transfer_answer (self, HTTP_STATUS_NO_CONTENT);
      break;
    case WW_STORAGE_NOT_FOUND:
      ww_transfer_answer (self, HTTP_STATUS_NOT_FOUND);
      break;
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_EXPIRED:
    case WW_STORAGE_USED:
    case WW_STORAGE_NOT_CONFIRMED:
    case WW_STORAGE_CONFLICT:
    case WW_STORAGE_MISMATCH:
    case WW_STORAGE_STALE:
    case WW_STORAGE_FULL:
    case WW_STORAGE_TOO_MANY:
    case WW_STORAGE_TOO_EARLY:
    case WW_STORAGE_REFUSED:
      ww_transfer_answer (self, HTTP_STATUS_SERVICE_UNAVAILABLE);
      break;
    }
  ww_transfer_unref (self);
}

/* The disk has it; the database is to know. */
static void
advance (WwTransfer *self)
{
  WwStorage *storage = self->attachments->services->storage;
  WwAdvanceUploadOp *op = ww_operation_new (WwAdvanceUploadOp, advanced_cb, self);

  ww_transfer_ref (self);
  self->working = true;
  memcpy (op->attachment_id, self->id, WW_ID_SIZE);
  op->from = self->received;
  op->to = self->offset;
  op->expires_ms = find_end (self);
  storage->engine->advance_upload (storage, op);
}

static unsigned
status_of (WwAttachmentStoreStatus status)
{
  switch (status)
    {
    case WW_ATTACHMENT_STORE_NOT_FOUND:
      return HTTP_STATUS_NOT_FOUND;
    case WW_ATTACHMENT_STORE_FULL:
      ww_log_bounded (WW_LOG_ERROR, "attachments-full", "there is no room for attachments");
      return WW_TRANSFER_STATUS_FULL;
    case WW_ATTACHMENT_STORE_OK:
    case WW_ATTACHMENT_STORE_FAILED:
      break;
    }
  ww_log_bounded (WW_LOG_ERROR, "attachments", "an attachment could not be written");
  return HTTP_STATUS_SERVICE_UNAVAILABLE;
}

static void
written_cb (WwAttachmentStoreStatus status, void *data)
{
  WwTransfer *self = data;
  bool durable = self->durable;

  self->working = false;
  self->offset += self->writing_len;
  self->writing_len = 0;
  if (status != WW_ATTACHMENT_STORE_OK)
    {
      self->piece_len = 0;
      ww_transfer_answer (self, status_of (status));
    }
  else if (durable)
    advance (self);
  else
    ww_transfer_receive_pump (self);
  ww_transfer_unref (self);
}

static void
write_piece (WwTransfer *self)
{
  WwAttachmentStore *store = self->attachments->store;
  uint8_t *emptied = self->writing;

  self->writing = self->piece;
  self->writing_len = self->piece_len;
  self->piece = emptied;
  self->piece_len = 0;
  self->durable = is_over (self);
  self->working = true;
  ww_transfer_ref (self);
  store->engine->write (store, self->id, self->offset, WW_BYTES (self->writing, self->writing_len), self->durable,
                        written_cb, self);
}

/* Does what there is to do next. */
void
ww_transfer_receive_pump (WwTransfer *self)
{
  bool stored = self->piece_len == 0 && self->offset == self->received;

  ww_transfer_set_paused (self, self->working && !self->body_done && self->piece_len >= WW_TRANSFER_PIECE);
  if (self->working || self->status != 0 || !self->looked_up || stored)
    return;
  if (is_over (self) || self->piece_len >= WW_TRANSFER_PIECE)
    {
      write_piece (self);
      ww_transfer_set_paused (self, false);
    }
}

/* It is allowed: what has arrived in the meantime is the beginning. */
void
ww_transfer_receive_begin (WwTransfer *self)
{
  self->looked_up = true;
  self->offset = self->first;
  ww_transfer_receive_pump (self);
}

static bool
is_too_slow (const WwTransfer *self, int64_t now_ms)
{
  int64_t took_ms = now_ms - self->begun_ms;

  return took_ms > PATIENCE_MS && self->body_bytes * 1000 < (uint64_t) took_ms * BYTES_PER_S;
}

/* A piece of the body. Not 0: the socket is to be closed. */
int
ww_transfer_receive (WwTransfer *self, const uint8_t *data, size_t len)
{
  int64_t now_ms = ww_clock_monotonic_ms ();

  self->last_ms = now_ms;
  self->body_bytes += len;
  if (self->kind != WW_TRANSFER_RECEIVE || self->body_bytes > WW_MAX_PART || is_too_slow (self, now_ms))
    return -1;
  /* Of what was refused the rest is not kept. */
  if (self->status != 0)
    return 0;
  if (self->piece == NULL)
    self->piece = g_malloc (WW_TRANSFER_PIECE + SLACK);
  if (len > WW_TRANSFER_PIECE + SLACK - self->piece_len)
    return -1;
  memcpy (self->piece + self->piece_len, data, len);
  self->piece_len += len;
  if (!self->looked_up)
    ww_transfer_set_paused (self, self->piece_len >= WW_TRANSFER_PIECE);
  else
    ww_transfer_receive_pump (self);
  return 0;
}

/* The body is complete. */
void
ww_transfer_received_all (WwTransfer *self)
{
  self->body_done = true;
  ww_transfer_set_paused (self, false);
  if (self->status != 0)
    ww_transfer_answer (self, self->status);
  else if (self->kind == WW_TRANSFER_RECEIVE && self->looked_up)
    ww_transfer_receive_pump (self);
}
