/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval-relay-private.h"

#include <string.h>

#include "ww-chain.h"
#include "ww-presence.h"

/* --- DevicePending ------------------------------------------------------------------------- */

static void
find_name (const Waxwing__JoinAccount *names, const uint8_t *device_id, ProtobufCBinaryData *out)
{
  for (size_t i = 0; names != NULL && i < names->n_names; i++)
    if (memcmp (names->names[i]->device_id.data, device_id, WW_ID_SIZE) == 0)
      *out = names->names[i]->sealed;
}

/* Tells one device of the account that another one waits, with the name that only it can read. */
void
ww_approval_announce_to (const WwPending *pending, WwConnection *device)
{
  const WwStoredPending *row = &pending->row;
  Waxwing__JoinAccount *names = waxwing__join_account__unpack (NULL, row->names.len, row->names.data);
  Waxwing__DevicePending event = WAXWING__DEVICE_PENDING__INIT;

  event.device = ww_protobuf_bytes (row->device.data, row->device.len);
  event.signature = ww_protobuf_bytes (row->signature, sizeof row->signature);
  event.commitment = ww_protobuf_bytes (row->commitment, sizeof row->commitment);
  find_name (names, device->device_id, &event.sealed_name);
  event.handle = row->handle;
  event.requested_ms = (uint64_t) row->requested_ms;
  event.expires_ms = (uint64_t) row->expires_ms;
  ww_connection_send_event (device, WAXWING__EVENT__BODY_DEVICE_PENDING, &event);
  if (names != NULL)
    waxwing__join_account__free_unpacked (names, NULL);
}

static void
announce_cb (WwConnection *device, void *data)
{
  ww_approval_announce_to (data, device);
}

/* Tells all connected devices of the account. */
void
ww_approval_announce (WwApprovalRelay *self, const WwPending *pending)
{
  ww_presence_each_of_account (self->services->presence, pending->row.account_id, announce_cb, (void *) pending);
}

/* --- ApprovalBegun and ApprovalRevealed ---------------------------------------------------- */

/* To the new device: somebody wants to compare. */
void
ww_approval_tell_begun (const WwPending *pending)
{
  Waxwing__ApprovalBegun event = WAXWING__APPROVAL_BEGUN__INIT;
  Waxwing__SignedRecord record = WAXWING__SIGNED_RECORD__INIT;

  if (pending->connection == NULL)
    return;
  record.record = ww_protobuf_bytes (pending->record.record.data, pending->record.record.len);
  record.signature = ww_protobuf_bytes (pending->record.signature, WW_SIGNATURE_SIZE);
  event.approver_id = ww_protobuf_bytes (pending->approver_id, WW_ID_SIZE);
  event.nonce = ww_protobuf_bytes (pending->approver_nonce, WW_NONCE_SIZE);
  event.record = &record;
  ww_connection_send_event (pending->connection, WAXWING__EVENT__BODY_APPROVAL_BEGUN, &event);
}

static void
revealed_cb (WwConnection *device, void *data)
{
  const WwPending *pending = data;
  Waxwing__ApprovalRevealed event = WAXWING__APPROVAL_REVEALED__INIT;

  if (memcmp (device->device_id, pending->approver_id, WW_ID_SIZE) != 0)
    return;
  event.device_id = ww_protobuf_bytes (pending->row.device_id, WW_ID_SIZE);
  event.nonce = ww_protobuf_bytes (pending->new_nonce, WW_NONCE_SIZE);
  ww_connection_send_event (device, WAXWING__EVENT__BODY_APPROVAL_REVEALED, &event);
}

/* To the approving device: the new one has opened its commitment. */
void
ww_approval_tell_revealed (WwApprovalRelay *self, const WwPending *pending)
{
  ww_presence_each_of_account (self->services->presence, pending->row.account_id, revealed_cb, (void *) pending);
}

/* --- ApprovalGranted ----------------------------------------------------------------------- */

/* Keeps what the event needs while the chain is read; the pending device may be gone by then. */
typedef struct
{
  WwConnection *connection;
  WwBuffer sealed_account_key;
} Granted;

static void
chain_loaded_cb (WwOperation *base)
{
  const WwLoadChainOp *op = (WwLoadChainOp *) base;
  Granted *granted = base->data;
  Waxwing__ApprovalGranted event = WAXWING__APPROVAL_GRANTED__INIT;
  g_autoptr (WwChain) chain = ww_chain_new (op);

  if (base->status == WW_STORAGE_OK)
    {
      event.chain = chain->records;
      event.n_chain = chain->n_records;
      event.sealed_account_key = ww_protobuf_bytes (granted->sealed_account_key.data, granted->sealed_account_key.len);
      ww_connection_send_event (granted->connection, WAXWING__EVENT__BODY_APPROVAL_GRANTED, &event);
    }
  else
    /* It asks again on its next link. */
    ww_connection_close (granted->connection, WW_CLOSE_TRY_AGAIN);
  ww_connection_unref (granted->connection);
  ww_buffer_clear (&granted->sealed_account_key);
  g_free (granted);
}

/* To the new device: the records since it asked, and the account key that was sealed to it. */
void
ww_approval_tell_granted (WwApprovalRelay *self, const WwPending *pending)
{
  WwLoadChainOp *op;
  Granted *granted;

  if (pending->connection == NULL || pending->connection->wsi == NULL)
    return;
  granted = g_new0 (Granted, 1);
  granted->connection = ww_connection_ref (pending->connection);
  ww_buffer_copy (&granted->sealed_account_key, pending->row.sealed_account_key.data,
                  pending->row.sealed_account_key.len);
  op = ww_operation_new (WwLoadChainOp, chain_loaded_cb, granted);
  memcpy (op->account_id, pending->row.account_id, WW_ID_SIZE);
  op->since = pending->row.joined_sequence;
  op->max_records = WW_MAX_CHAIN;
  op->max_bytes = WW_CHAIN_BYTES;
  self->services->storage->engine->load_chain (self->services->storage, op);
}

/* --- ApprovalEnded ------------------------------------------------------------------------- */

typedef struct
{
  const WwPending *pending;
  Waxwing__ApprovalEnded__Reason reason;
} Ended;

static void
ended_cb (WwConnection *connection, void *data)
{
  const Ended *ended = data;
  Waxwing__ApprovalEnded event = WAXWING__APPROVAL_ENDED__INIT;

  event.device_id = ww_protobuf_bytes (ended->pending->row.device_id, WW_ID_SIZE);
  event.reason = ended->reason;
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_APPROVAL_ENDED, &event);
}

/* To the account's devices and, unless it was granted and hears more than that, the new one. */
void
ww_approval_tell_ended (WwApprovalRelay *self, const WwPending *pending, Waxwing__ApprovalEnded__Reason reason)
{
  Ended ended = { pending, reason };

  ww_presence_each_of_account (self->services->presence, pending->row.account_id, ended_cb, &ended);
  if (reason != WAXWING__APPROVAL_ENDED__REASON__GRANTED && pending->connection != NULL)
    ended_cb (pending->connection, &ended);
}
