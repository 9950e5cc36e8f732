/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval-relay-private.h"

#include <string.h>

/* The pending device of this id, if it is of the asking device's account and still waits. */
static WwPending *
find_own (WwRequest *request, const ProtobufCBinaryData *device_id)
{
  WwPending *pending = ww_approval_relay_find (request->services->relay, device_id->data);

  if (pending == NULL || pending->state == WW_APPROVAL_GRANTED ||
      memcmp (pending->row.account_id, request->connection->account_id, WW_ID_SIZE) != 0)
    return NULL;
  return pending;
}

static void
fail_ended (WwRequest *request)
{
  ww_request_fail (request, WW_CODE_APPROVAL_ENDED, "No such device waits for an approval.");
}

/* --- BeginApproval ------------------------------------------------------------------------- */

static void
begin (WwRequest *request, WwPending *pending, WwLoadChainOp *op)
{
  const Waxwing__BeginApproval *asked = request->body->begin_approval;

  if (!ww_approval_state_move (&pending->state, WW_APPROVAL_BEGIN))
    {
      fail_ended (request);
      return;
    }
  pending->begins++;
  memcpy (pending->approver_id, request->connection->device_id, WW_ID_SIZE);
  memcpy (pending->approver_nonce, asked->nonce.data, WW_NONCE_SIZE);
  ww_buffer_clear (&pending->record.record);
  pending->record = op->records[0];
  memset (&op->records[0], 0, sizeof op->records[0]);
  ww_request_done (request);
  ww_approval_tell_begun (pending);
}

static void
record_loaded_cb (WwOperation *base)
{
  WwLoadChainOp *op = (WwLoadChainOp *) base;
  WwRequest *request = base->data;
  WwPending *pending = find_own (request, &request->body->begin_approval->device_id);

  if (base->status != WW_STORAGE_OK || op->n_records != 1)
    ww_request_fail_unavailable (request);
  else if (pending == NULL)
    fail_ended (request);
  else
    begin (request, pending, op);
}

/*
 * A device of the account wants to compare digits with the new one. Another device may take over, but not
 * without end: each exchange is one guess for whoever sits in between.
 */
void
ww_approval_relay_begin (WwRequest *request)
{
  WwPending *pending = find_own (request, &request->body->begin_approval->device_id);
  WwLoadChainOp *op;

  if (pending == NULL)
    {
      fail_ended (request);
      return;
    }
  if (pending->begins >= WW_APPROVAL_BEGINS)
    {
      ww_approval_relay_end (request->services->relay, pending, WAXWING__APPROVAL_ENDED__REASON__EXPIRED);
      ww_request_fail (request, WW_CODE_APPROVAL_ENDED,
                       "The digits of this device were compared too often; it has to ask again.");
      return;
    }
  op = ww_operation_new (WwLoadChainOp, record_loaded_cb, request);
  memcpy (op->account_id, request->connection->account_id, WW_ID_SIZE);
  op->only_current = true;
  op->max_records = 1;
  request->services->storage->engine->load_chain (request->services->storage, op);
}

/* --- RevealNonce and CancelJoin: from the new device --------------------------------------- */

static WwPending *
find_self (WwRequest *request, const ProtobufCBinaryData *device_id)
{
  const WwConnection *connection = request->connection;

  if (connection->state != WW_CONNECTION_PENDING || memcmp (connection->device_id, device_id->data, WW_ID_SIZE) != 0)
    return NULL;
  return ww_approval_relay_find (request->services->relay, device_id->data);
}

/* The new device opens its commitment. */
void
ww_approval_relay_reveal (WwRequest *request)
{
  const Waxwing__RevealNonce *asked = request->body->reveal_nonce;
  WwApprovalRelay *relay = request->services->relay;
  WwPending *pending = find_self (request, &asked->device_id);

  if (pending == NULL)
    {
      fail_ended (request);
      return;
    }
  if (pending->state == WW_APPROVAL_REVEALED && memcmp (pending->new_nonce, asked->nonce.data, WW_NONCE_SIZE) == 0)
    {
      /* Said again on another link. */
      ww_request_done (request);
      return;
    }
  if (!ww_approval_state_move (&pending->state, WW_APPROVAL_REVEAL))
    {
      ww_request_fail (request, WW_CODE_BAD_REQUEST, "Nobody asked for this yet.");
      return;
    }
  memcpy (pending->new_nonce, asked->nonce.data, WW_NONCE_SIZE);
  ww_request_done (request);
  ww_approval_tell_revealed (relay, pending);
}

/* The new device does not want to join any more. */
void
ww_approval_relay_cancel (WwRequest *request)
{
  WwPending *pending = find_self (request, &request->body->cancel_join->device_id);

  if (pending == NULL || pending->state == WW_APPROVAL_GRANTED)
    {
      fail_ended (request);
      return;
    }
  ww_approval_relay_end (request->services->relay, pending, WAXWING__APPROVAL_ENDED__REASON__CANCELLED);
  ww_request_done (request);
}

/* A device of the account refuses the new one. */
void
ww_approval_relay_refuse (WwRequest *request)
{
  WwPending *pending = find_own (request, &request->body->refuse_approval->device_id);

  if (pending == NULL)
    {
      fail_ended (request);
      return;
    }
  ww_approval_relay_end (request->services->relay, pending, WAXWING__APPROVAL_ENDED__REASON__REFUSED);
  ww_request_done (request);
}
