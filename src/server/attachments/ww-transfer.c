/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-transfer-private.h"

#include <string.h>

#include <libwebsockets.h>

#include "ww-clock.h"
#include "ww-hash.h"
#include "ww-log.h"

#define IDLE_MS 2000 /* after which an upload makes way for another one of the same attachment */

/* See the header. */
void
ww_transfer_ref (WwTransfer *self)
{
  self->refs++;
}

/* Another one may upload this attachment. */
static void
unregister_upload (WwTransfer *self)
{
  if (self->registered)
    g_hash_table_remove (self->attachments->uploads, self->id);
  self->registered = false;
}

/* Another one of this client may take its turn. */
static void
leave_client (WwTransfer *self)
{
  GHashTable *clients = self->attachments->clients;
  guint count;

  if (!self->counted)
    return;
  self->counted = false;
  self->attachments->active--;
  count = GPOINTER_TO_UINT (g_hash_table_lookup (clients, self->client));
  if (count > 1)
    g_hash_table_insert (clients, g_strdup (self->client), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (clients, self->client);
}

/* See the header. */
void
ww_transfer_unref (WwTransfer *self)
{
  if (--self->refs > 0)
    return;
  unregister_upload (self);
  leave_client (self);
  self->attachments->transfers--;
  g_free (self->piece);
  g_free (self->writing);
  g_free (self->client);
  g_free (self->range);
  ww_wipe (self->token, sizeof self->token);
  g_free (self);
}

/* The answer has been written; what follows on the socket is another request. */
void
ww_transfer_done (WwTransfer *self)
{
  leave_client (self);
}

/* Whether the library reads on. */
void
ww_transfer_set_paused (WwTransfer *self, bool paused)
{
  if (self->wsi == NULL || self->paused == paused)
    return;
  self->paused = paused;
  lws_rx_flow_control (self->wsi, paused ? 0 : 1);
}

/* See the header. */
void
ww_transfer_answer (WwTransfer *self, unsigned status)
{
  if (self->status == 0)
    self->status = status;
  if (!self->working)
    unregister_upload (self);
  /* What is left of the body has to pass. */
  ww_transfer_set_paused (self, false);
  if (self->body_done && self->wsi != NULL)
    lws_callback_on_writable (self->wsi);
}

/* --- Whether it may ------------------------------------------------------------------------ */

static bool
token_is (const WwTransfer *self, const uint8_t hash[WW_HASH_SIZE])
{
  uint8_t own[WW_HASH_SIZE];

  return ww_hash (NULL, &WW_BYTES_OF (self->token), 1, own) == WW_CRYPTO_OK &&
         ww_bytes_equal (WW_BYTES_OF (own), WW_BYTES (hash, WW_HASH_SIZE));
}

/* An unknown attachment, a wrong token and a time that is over look the same. */
static bool
is_allowed (const WwTransfer *self, const WwStoredAttachment *attachment)
{
  bool uploads = token_is (self, attachment->upload_hash);
  bool downloads = token_is (self, attachment->download_hash);

  if (attachment->expires_ms <= ww_clock_now_ms ())
    return false;
  switch (self->kind)
    {
    case WW_TRANSFER_ASK:
      return uploads || downloads;
    case WW_TRANSFER_RECEIVE:
      return uploads;
    case WW_TRANSFER_SEND:
      return downloads && attachment->received == attachment->size;
    }
  return false;
}

/*
 * One part at a time. A client that lost its connection must not wait for the server to notice: who has been silent for a
 * moment is cut off, and what came from there is stored before the next one gets its turn.
 */
static bool
register_upload (WwTransfer *self)
{
  WwTransfer *other = g_hash_table_lookup (self->attachments->uploads, self->id);

  if (other == NULL)
    {
      g_hash_table_insert (self->attachments->uploads, self->id, self);
      self->registered = true;
      return true;
    }
  if (other->wsi != NULL && !other->working && ww_clock_monotonic_ms () > other->last_ms + IDLE_MS)
    lws_set_timeout (other->wsi, 1, LWS_TO_KILL_ASYNC);
  return false;
}

static void
begin (WwTransfer *self, const WwStoredAttachment *attachment)
{
  self->size = attachment->size;
  self->received = attachment->received;
  switch (self->kind)
    {
    case WW_TRANSFER_ASK:
      ww_transfer_answer (self, HTTP_STATUS_NO_CONTENT);
      return;
    case WW_TRANSFER_RECEIVE:
      if (self->total != self->size)
        ww_transfer_answer (self, HTTP_STATUS_BAD_REQUEST);
      else if (self->first != self->received)
        ww_transfer_answer (self, HTTP_STATUS_CONFLICT);
      else
        ww_transfer_receive_begin (self);
      return;
    case WW_TRANSFER_SEND:
      ww_transfer_send_begin (self);
      return;
    }
}

static void
loaded_cb (WwOperation *base)
{
  WwTransfer *self = base->data;
  const WwStoredAttachment *attachment = &((WwLoadAttachmentOp *) base)->attachment;

  self->working = false;
  if (self->wsi == NULL)
    ;
  else if (base->status != WW_STORAGE_OK && base->status != WW_STORAGE_NOT_FOUND)
    ww_transfer_answer (self, HTTP_STATUS_SERVICE_UNAVAILABLE);
  else if (base->status == WW_STORAGE_NOT_FOUND || !is_allowed (self, attachment))
    ww_transfer_answer (self, HTTP_STATUS_NOT_FOUND);
  else
    begin (self, attachment);
  ww_transfer_unref (self);
}

static void
look_up (WwTransfer *self)
{
  WwStorage *storage = self->attachments->services->storage;
  WwLoadAttachmentOp *op = ww_operation_new (WwLoadAttachmentOp, loaded_cb, self);

  ww_transfer_ref (self);
  self->working = true;
  memcpy (op->attachment.attachment_id, self->id, WW_ID_SIZE);
  storage->engine->load_attachment (storage, op);
}

static bool
enter_client (WwTransfer *self)
{
  WwAttachments *attachments = self->attachments;
  const WwConfig *config = attachments->services->config;
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (attachments->clients, self->client));

  if (ww_rate_limit_take (attachments->services->requests, self->client) > 0)
    return false;
  if (attachments->active >= config->transfers || count >= config->transfers_per_address)
    {
      ww_log_bounded (WW_LOG_WARNING, "transfers", "too many transfers of attachments; refused one");
      return false;
    }
  g_hash_table_insert (attachments->clients, g_strdup (self->client), GUINT_TO_POINTER (count + 1));
  attachments->active++;
  self->counted = true;
  return true;
}

/* See the header. */
WwTransfer *
ww_transfer_new (WwAttachments *attachments, struct lws *wsi, const char *path, char *client)
{
  WwTransfer *self = g_new0 (WwTransfer, 1);
  unsigned status;

  self->refs = 1;
  self->attachments = attachments;
  self->wsi = wsi;
  self->client = client;
  self->begun_ms = self->last_ms = ww_clock_monotonic_ms ();
  attachments->transfers++;
  status = ww_transfer_parse (self, path);
  if (status == 0 && attachments->services->stopping)
    status = HTTP_STATUS_SERVICE_UNAVAILABLE;
  if (status == 0 && !enter_client (self))
    status = WW_TRANSFER_STATUS_TOO_MANY;
  if (status == 0 && self->kind == WW_TRANSFER_RECEIVE && !register_upload (self))
    status = WW_TRANSFER_STATUS_LOCKED;
  if (status != 0)
    ww_transfer_answer (self, status);
  else
    look_up (self);
  return self;
}

/* --- The answer ---------------------------------------------------------------------------- */

/* The socket can be written. */
int
ww_transfer_write (WwTransfer *self)
{
  bool sends = self->status == HTTP_STATUS_OK || self->status == HTTP_STATUS_PARTIAL_CONTENT;

  if (self->status == 0 || !self->body_done)
    return 0;
  if (!self->headers_sent && !ww_transfer_write_headers (self))
    return -1;
  if (sends)
    return ww_transfer_send_write (self);
  ww_transfer_done (self);
  if (self->close || lws_http_transaction_completed (self->wsi) != 0)
    return -1;
  return 0;
}

/* The socket is closed, or goes on with another request. What arrived of a part is stored all the same. */
void
ww_transfer_closed (WwTransfer *self)
{
  self->wsi = NULL;
  if (self->kind == WW_TRANSFER_RECEIVE && self->looked_up)
    ww_transfer_receive_pump (self);
  ww_transfer_unref (self);
}
