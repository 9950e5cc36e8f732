/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-mailbox.h"

#include <string.h>

#include "ww-clock.h"
#include "ww-presence.h"
#include "ww-transient.h"

#define LOAD_BYTES (1024 * 1024)

struct _WwMailbox
{
  unsigned refs;
  WwConnection *connection;  /* a load under way keeps it alive */
  uint64_t next_sequence;    /* nothing below is still to be handed over */
  uint64_t drained_sequence; /* from here on it is new, below it has waited */
  bool open;                 /* the device has heard what comes before its messages */
  bool drained;
  bool loading;
  bool more; /* the storage has something at or after next_sequence, as far as we know */
  uint64_t in_flight[WW_MAX_DELIVERIES_IN_FLIGHT];
  unsigned n_in_flight;
};

/* The mailbox of a link that has just been authenticated. */
WwMailbox *
ww_mailbox_new (WwConnection *connection, uint64_t next_sequence)
{
  WwMailbox *self = g_new0 (WwMailbox, 1);

  self->refs = 1;
  self->connection = connection;
  self->drained_sequence = next_sequence;
  self->more = true;
  return self;
}

/* One reference more. */
WwMailbox *
ww_mailbox_ref (WwMailbox *self)
{
  self->refs++;
  return self;
}

/* One reference less. The link's own goes last or when it closes. */
void
ww_mailbox_unref (WwMailbox *self)
{
  if (--self->refs == 0)
    g_free (self);
}

/* Whether this still is the mailbox of an open link. */
static bool
is_open (const WwMailbox *self)
{
  return self->open && self->connection->mailbox == self && ww_connection_has_room (self->connection);
}

static void
deliver (WwMailbox *self, Waxwing__Delivery *delivery)
{
  ww_connection_send_event (self->connection, WAXWING__EVENT__BODY_DELIVERY, delivery);
  self->connection->services->metrics.deliveries_total++;
  self->in_flight[self->n_in_flight++] = delivery->sequence;
  self->next_sequence = delivery->sequence + 1;
}

static void
deliver_stored (WwMailbox *self, const WwStoredDelivery *stored)
{
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;
  Waxwing__Wrap wrap = WAXWING__WRAP__INIT;

  wrap.device_id = ww_protobuf_bytes (self->connection->device_id, WW_ID_SIZE);
  wrap.suite = stored->suite;
  wrap.sealed_key = ww_protobuf_bytes (stored->sealed_key.data, stored->sealed_key.len);
  delivery.sequence = stored->sequence;
  delivery.header = ww_protobuf_bytes (stored->header.data, stored->header.len);
  delivery.body = ww_protobuf_bytes (stored->body.data, stored->body.len);
  delivery.wrap = &wrap;
  delivery.received_ms = (uint64_t) stored->received_ms;
  deliver (self, &delivery);
}

static void
say_drained (WwMailbox *self)
{
  Waxwing__MailboxDrained event = WAXWING__MAILBOX_DRAINED__INIT;

  if (self->drained || (self->more && self->next_sequence < self->drained_sequence))
    return;
  self->drained = true;
  ww_connection_send_event (self->connection, WAXWING__EVENT__BODY_MAILBOX_DRAINED, &event);
}

static void
loaded_cb (WwOperation *base)
{
  WwLoadDeliveriesOp *op = (WwLoadDeliveriesOp *) base;
  WwMailbox *self = base->data;
  bool closed = self->connection->wsi == NULL || self->connection->mailbox != self;
  WwConnection *connection = self->connection;

  self->loading = false;
  if (!closed && base->status == WW_STORAGE_OK)
    {
      self->more |= op->more;
      for (unsigned i = 0; i < op->n_deliveries; i++)
        deliver_stored (self, &op->deliveries[i]);
      say_drained (self);
      ww_mailbox_pump (self);
    }
  else if (!closed)
    {
      /* The device comes back later and finds everything where it was. */
      self->connection->services->metrics.unavailable_total++;
      ww_connection_close (connection, WW_CLOSE_TRY_AGAIN);
    }
  ww_mailbox_unref (self);
  ww_connection_unref (connection);
}

/* Loads the next deliveries, when there are some, the window is open and the peer reads. */
void
ww_mailbox_pump (WwMailbox *self)
{
  WwLoadDeliveriesOp *op;
  WwStorage *storage;

  if (self->loading || !self->more || self->n_in_flight == WW_MAX_DELIVERIES_IN_FLIGHT || !is_open (self))
    return;
  storage = self->connection->services->storage;
  op = ww_operation_new (WwLoadDeliveriesOp, loaded_cb, ww_mailbox_ref (self));
  ww_connection_ref (self->connection);
  op->device = self->connection->device;
  op->from_sequence = self->next_sequence;
  op->max_deliveries = WW_MAX_DELIVERIES_IN_FLIGHT - self->n_in_flight;
  op->max_bytes = LOAD_BYTES;
  self->loading = true;
  /* What is stored while the load is under way sets this again. */
  self->more = false;
  storage->engine->load_deliveries (storage, op);
}

/* See the header. */
void
ww_mailbox_open (WwMailbox *self)
{
  self->open = true;
  ww_mailbox_pump (self);
}

/* See the header. */
bool
ww_mailbox_can_pass (const WwMailbox *self)
{
  return is_open (self);
}

/* --- Sending ------------------------------------------------------------------------------- */

/* The fields of an envelope's header that concern the server; the layout is in docs/protocol.md. */
#define HEADER_VERSION        0
#define HEADER_KIND           1
#define HEADER_MESSAGE_ID     2
#define HEADER_SENDER_ACCOUNT 18
#define HEADER_SENDER_DEVICE  34

#define KIND_TRANSIENT 3

static bool
header_is_known (const uint8_t *header)
{
  return header[HEADER_VERSION] == 1 && header[HEADER_KIND] >= 1 && header[HEADER_KIND] <= KIND_TRANSIENT;
}

static bool
header_is_from (const uint8_t *header, const WwConnection *connection)
{
  return memcmp (header + HEADER_SENDER_ACCOUNT, connection->account_id, WW_ID_SIZE) == 0 &&
         memcmp (header + HEADER_SENDER_DEVICE, connection->device_id, WW_ID_SIZE) == 0;
}

/* A message that has just become durable goes to who is connected without another look at the disk. */
static void
offer (WwMailbox *self, const WwSendOp *op, const WwStoredWrap *stored)
{
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;
  Waxwing__Wrap wrap = WAXWING__WRAP__INIT;

  if (stored->sequence < self->next_sequence)
    return;
  if (self->loading || self->more || self->n_in_flight == WW_MAX_DELIVERIES_IN_FLIGHT || !is_open (self))
    {
      self->more = true;
      ww_mailbox_pump (self);
      return;
    }
  wrap.device_id = ww_protobuf_bytes (stored->device_id, WW_ID_SIZE);
  wrap.suite = stored->suite;
  wrap.sealed_key = ww_protobuf_bytes (stored->sealed_key.data, stored->sealed_key.len);
  delivery.sequence = stored->sequence;
  delivery.header = ww_protobuf_bytes (op->header.data, op->header.len);
  delivery.body = ww_protobuf_bytes (op->body.data, op->body.len);
  delivery.wrap = &wrap;
  delivery.received_ms = (uint64_t) op->received_ms;
  deliver (self, &delivery);
}

static void
wake_recipients (WwServices *services, const WwSendOp *op)
{
  for (size_t i = 0; i < op->n_wraps; i++)
    {
      WwConnection *connection = ww_presence_find_device (services->presence, op->wraps[i].device);

      if (connection != NULL && connection->mailbox != NULL)
        offer (connection->mailbox, op, &op->wraps[i]);
    }
}

static void
answer_sent (WwRequest *request, const WwSendOp *op)
{
  Waxwing__Sent sent = WAXWING__SENT__INIT;

  sent.received_ms = (uint64_t) op->received_ms;
  sent.duplicate = op->duplicate;
  ww_request_respond (request, WAXWING__RESPONSE__BODY_SENT, &sent);
}

static void
sent_cb (WwOperation *base)
{
  WwSendOp *op = (WwSendOp *) base;
  WwRequest *request = base->data;

  switch (base->status)
    {
    case WW_STORAGE_OK:
      if (!op->duplicate)
        {
          request->services->metrics.sends_total++;
          wake_recipients (request->services, op);
        }
      answer_sent (request, op);
      return;
    case WW_STORAGE_NOT_FOUND:
      ww_request_fail (request, WW_CODE_UNAUTHENTICATED, "This device does not belong to the account any more.");
      return;
    case WW_STORAGE_STALE:
      ww_request_fail (request, WW_CODE_STALE_RECORD, "The devices of a recipient have changed.");
      return;
    case WW_STORAGE_FULL:
      ww_request_fail_later (request, WW_CODE_MAILBOX_FULL, "The mailbox of a recipient is full.", 0);
      return;
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_EXPIRED:
    case WW_STORAGE_USED:
    case WW_STORAGE_NOT_CONFIRMED:
    case WW_STORAGE_CONFLICT:
    case WW_STORAGE_MISMATCH:
    case WW_STORAGE_TOO_MANY:
    case WW_STORAGE_TOO_EARLY:
    case WW_STORAGE_REFUSED:
      break;
    }
  ww_request_fail_unavailable (request);
}

static void
submit_send (WwRequest *request)
{
  const Waxwing__Send *send = request->body->send;
  const Waxwing__Envelope *envelope = send->envelope;
  const uint8_t *header = envelope->header.data;
  WwSendOp *op = ww_operation_new (WwSendOp, sent_cb, request);

  op->sender = request->connection->device;
  memcpy (op->message_id, header + HEADER_MESSAGE_ID, WW_ID_SIZE);
  op->header = WW_BYTES (header, envelope->header.len);
  op->body = WW_BYTES (envelope->body.data, envelope->body.len);
  op->n_wraps = envelope->n_wraps;
  op->wraps = g_new0 (WwStoredWrap, op->n_wraps);
  for (size_t i = 0; i < op->n_wraps; i++)
    {
      const Waxwing__Wrap *wrap = envelope->wraps[i];

      memcpy (op->wraps[i].device_id, wrap->device_id.data, WW_ID_SIZE);
      op->wraps[i].suite = wrap->suite;
      op->wraps[i].sealed_key = WW_BYTES (wrap->sealed_key.data, wrap->sealed_key.len);
      op->base.cost += wrap->sealed_key.len + sizeof *op->wraps;
    }
  op->n_recipients = send->n_recipients;
  op->recipients = g_new0 (WwStoredRecipient, op->n_recipients);
  for (size_t i = 0; i < op->n_recipients; i++)
    {
      memcpy (op->recipients[i].account_id, send->recipients[i]->account_id.data, WW_ID_SIZE);
      op->recipients[i].record_sequence = send->recipients[i]->record_sequence;
    }
  op->now_ms = ww_clock_now_ms ();
  op->base.cost += envelope->body.len;
  request->services->storage->engine->send (request->services->storage, op);
}

/* Send. */
void
ww_mailbox_send (WwRequest *request)
{
  const WwConnection *connection = request->connection;
  const uint8_t *header = request->body->send->envelope->header.data;
  bool transient = header[HEADER_KIND] == KIND_TRANSIENT;
  char key[24];
  uint64_t wait_ms;

  g_snprintf (key, sizeof key, "%" G_GINT64_FORMAT, connection->device);
  wait_ms = ww_rate_limit_take (transient ? request->services->transients : request->services->sends, key);
  if (wait_ms > 0)
    ww_request_fail_later (request, WW_CODE_RATE_LIMITED, "This device sends too fast.", wait_ms);
  else if (!header_is_known (header))
    ww_request_fail (request, WW_CODE_BAD_REQUEST, "This server does not know this kind of message.");
  else if (!header_is_from (header, connection))
    ww_request_fail (request, WW_CODE_FORBIDDEN, "The message names another sender.");
  else if (transient)
    ww_transient_send (request);
  else
    submit_send (request);
}

/* --- Acknowledging ------------------------------------------------------------------------- */

static void
close_window (WwMailbox *self, const uint64_t *sequences, size_t n)
{
  unsigned kept = 0;

  for (unsigned i = 0; i < self->n_in_flight; i++)
    {
      bool acknowledged = false;

      for (size_t j = 0; j < n && !acknowledged; j++)
        acknowledged = self->in_flight[i] == sequences[j];
      if (!acknowledged)
        self->in_flight[kept++] = self->in_flight[i];
    }
  self->n_in_flight = kept;
}

static void
acknowledged_cb (WwOperation *base)
{
  WwAcknowledgeOp *op = (WwAcknowledgeOp *) base;
  WwRequest *request = base->data;
  WwMailbox *mailbox = request->connection->mailbox;

  if (base->status != WW_STORAGE_OK)
    {
      ww_request_fail_unavailable (request);
      return;
    }
  request->services->metrics.acknowledged_total += op->n_sequences;
  if (mailbox != NULL)
    {
      close_window (mailbox, op->sequences, op->n_sequences);
      ww_mailbox_pump (mailbox);
    }
  ww_request_done (request);
}

/* Acknowledge: the device has stored these, the server forgets them. */
void
ww_mailbox_acknowledge (WwRequest *request)
{
  const Waxwing__Acknowledge *asked = request->body->acknowledge;
  WwAcknowledgeOp *op;

  if (asked->n_sequences == 0)
    {
      ww_request_done (request);
      return;
    }
  op = ww_operation_new (WwAcknowledgeOp, acknowledged_cb, request);
  op->device = request->connection->device;
  op->sequences = asked->sequences;
  op->n_sequences = asked->n_sequences;
  request->services->storage->engine->acknowledge (request->services->storage, op);
}
