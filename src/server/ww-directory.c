/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-directory.h"

#include <string.h>

#include "ww-chain.h"
#include "ww-handle.h"

static void
looked_up_cb (WwOperation *base)
{
  const WwLoadChainOp *op = (WwLoadChainOp *) base;
  WwRequest *request = base->data;
  Waxwing__LookUpResult answer = WAXWING__LOOK_UP_RESULT__INIT;
  g_autoptr (WwChain) chain = ww_chain_new (op);

  if (base->status != WW_STORAGE_OK && base->status != WW_STORAGE_NOT_FOUND)
    {
      ww_request_fail_unavailable (request);
      return;
    }
  answer.found = base->status == WW_STORAGE_OK;
  if (answer.found)
    {
      answer.chain = chain->records;
      answer.n_chain = chain->n_records;
      answer.current_sequence = op->current_sequence;
      answer.account_id = ww_protobuf_bytes (op->account_id, WW_ID_SIZE);
    }
  ww_request_respond (request, WAXWING__RESPONSE__BODY_LOOK_UP, &answer);
}

static void
submit_look_up (WwRequest *request)
{
  const Waxwing__LookUp *asked = request->body->look_up;
  WwLoadChainOp *op = ww_operation_new (WwLoadChainOp, looked_up_cb, request);

  if (asked->by_case == WAXWING__LOOK_UP__BY_HANDLE)
    op->handle = asked->handle;
  else
    memcpy (op->account_id, asked->account_id.data, WW_ID_SIZE);
  op->since = asked->known_sequence;
  op->max_records = WW_MAX_CHAIN;
  op->max_bytes = WW_CHAIN_BYTES;
  request->services->storage->engine->load_chain (request->services->storage, op);
}

/*
 * LookUp: the records of an account since the one that the device knows. Rated, so that handles cannot be enumerated. By
 * account id anyone may ask: only who was told the id knows it, and a device that was removed while it was away, and
 * cannot authenticate any more, learns here from the account's own signature that this is so.
 */
void
ww_directory_look_up (WwRequest *request)
{
  const Waxwing__LookUp *asked = request->body->look_up;
  char key[24];
  uint64_t wait_ms;

  g_snprintf (key, sizeof key, "%" G_GINT64_FORMAT, request->connection->device);
  if (request->connection->state != WW_CONNECTION_DEVICE && asked->by_case == WAXWING__LOOK_UP__BY_HANDLE)
    {
      ww_request_fail (request, WW_CODE_UNAUTHENTICATED, "This link is not authenticated.");
      return;
    }
  /* All who are not authenticated share one allowance. */
  wait_ms = ww_rate_limit_take (request->services->look_ups, key);
  if (wait_ms > 0)
    ww_request_fail_later (request, WW_CODE_RATE_LIMITED, "This device looks up too many accounts.", wait_ms);
  else if (asked->by_case == WAXWING__LOOK_UP__BY__NOT_SET)
    ww_request_fail (request, WW_CODE_BAD_REQUEST, "The look-up names no account.");
  else if (asked->by_case == WAXWING__LOOK_UP__BY_HANDLE && ww_handle_kind (asked->handle) == WW_HANDLE_INVALID)
    ww_request_fail (request, WW_CODE_HANDLE_INVALID, "This is not an e-mail address or a telephone number.");
  else
    submit_look_up (request);
}
