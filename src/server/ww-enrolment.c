/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-enrolment-private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "ww-approval-relay.h"
#include "ww-chain.h"
#include "ww-clock.h"
#include "ww-frame.h"
#include "ww-log.h"
#include "ww-record.h"
#include "ww-signature.h"

/* See the private header. */
void
ww_enrolment_fail_token (WwRequest *request, WwStorageStatus status)
{
  switch (status)
    {
    case WW_STORAGE_NOT_FOUND:
      ww_request_fail (request, WW_CODE_NOT_FOUND, "There is no such verification.");
      return;
    case WW_STORAGE_EXPIRED:
      ww_request_fail (request, WW_CODE_VERIFICATION_EXPIRED, "The verification has expired; start again.");
      return;
    case WW_STORAGE_USED:
      ww_request_fail (request, WW_CODE_VERIFICATION_USED, "The verification was used already; start again.");
      return;
    case WW_STORAGE_NOT_CONFIRMED:
      ww_request_fail (request, WW_CODE_NOT_VERIFIED, "The address is not confirmed yet.");
      return;
    case WW_STORAGE_CONFLICT:
      ww_request_fail (request, WW_CODE_RECORD_CONFLICT, "The address belongs to an account already.");
      return;
    case WW_STORAGE_MISMATCH:
      ww_request_fail (request, WW_CODE_FORBIDDEN, "This does not fit what was verified and issued.");
      return;
    case WW_STORAGE_FULL:
      ww_request_fail (request, WW_CODE_TOO_MANY_DEVICES, "The account has as many devices as it can have.");
      return;
    case WW_STORAGE_TOO_MANY:
      ww_request_fail_later (request, WW_CODE_TOO_MANY_DEVICES,
                             "Too many devices of this account wait for their approval.", WW_APPROVAL_MS);
      return;
    case WW_STORAGE_OK:
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_STALE:
    case WW_STORAGE_TOO_EARLY:
    case WW_STORAGE_REFUSED:
      break;
    }
  ww_request_fail_unavailable (request);
}

/* --- PrepareDevice ------------------------------------------------------------------------- */

static void
answer_prepared (WwRequest *request, const uint8_t *push_address, const WwLoadChainOp *op)
{
  Waxwing__DevicePrepared answer = WAXWING__DEVICE_PREPARED__INIT;
  g_autoptr (WwChain) chain = op != NULL ? ww_chain_new (op) : NULL;

  answer.push_address = ww_protobuf_bytes (push_address, WW_PUSH_ADDRESS_SIZE);
  if (chain != NULL)
    {
      answer.chain = chain->records;
      answer.n_chain = chain->n_records;
    }
  ww_request_respond (request, WAXWING__RESPONSE__BODY_DEVICE_PREPARED, &answer);
}

static void
prepared_chain_cb (WwOperation *base)
{
  WwRequest *request = base->data;

  if (base->status == WW_STORAGE_OK)
    answer_prepared (request, request->data, (WwLoadChainOp *) base);
  else
    ww_request_fail_unavailable (request);
}

static void
prepared_cb (WwOperation *base)
{
  const WwPrepareDeviceOp *op = (WwPrepareDeviceOp *) base;
  WwRequest *request = base->data;
  WwLoadChainOp *load;

  if (base->status != WW_STORAGE_OK)
    {
      ww_enrolment_fail_token (request, base->status);
      return;
    }
  if (!op->has_account)
    {
      answer_prepared (request, op->push_address, NULL);
      return;
    }
  request->data = g_memdup2 (op->push_address, WW_PUSH_ADDRESS_SIZE);
  load = ww_operation_new (WwLoadChainOp, prepared_chain_cb, request);
  memcpy (load->account_id, op->account_id, WW_ID_SIZE);
  load->max_records = WW_MAX_CHAIN;
  load->max_bytes = WW_CHAIN_BYTES;
  request->services->storage->engine->load_chain (request->services->storage, load);
}

/* A push address for the device, and whose handle it has verified. */
void
ww_enrolment_prepare_device (WwRequest *request)
{
  WwPrepareDeviceOp *op = ww_operation_new (WwPrepareDeviceOp, prepared_cb, request);

  ww_enrolment_hash_token (&request->body->prepare_device->token, op->token_hash);
  op->now_ms = ww_clock_now_ms ();
  if (RAND_bytes (op->push_address, sizeof op->push_address) != 1)
    g_error ("no random bytes");
  request->services->storage->engine->prepare_device (request->services->storage, op);
}

/* --- CreateAccount ------------------------------------------------------------------------- */

static void
created_cb (WwOperation *base)
{
  WwCreateAccountOp *op = (WwCreateAccountOp *) base;
  WwRequest *request = base->data;

  if (base->status == WW_STORAGE_OK)
    {
      ww_log (WW_LOG_INFO, "account %s was created", ww_log_id (op->account_id).text);
      ww_request_done (request);
    }
  else
    ww_enrolment_fail_token (request, base->status);
}

static void
submit_account (WwRequest *request, const WwRecord *record)
{
  const Waxwing__SignedRecord *asked = request->body->create_account->record;
  WwCreateAccountOp *op = ww_operation_new (WwCreateAccountOp, created_cb, request);
  size_t n;
  const char *const *handles = ww_record_handles (record, &n);
  const WwRecordDevice *devices = ww_record_devices (record, &n);

  ww_enrolment_hash_token (&request->body->create_account->token, op->token_hash);
  op->now_ms = ww_clock_now_ms ();
  memcpy (op->account_id, ww_record_account_id (record), WW_ID_SIZE);
  memcpy (op->device.device_id, devices[0].device_id, WW_ID_SIZE);
  memcpy (op->device.signing_key, devices[0].signing_key, WW_POINT_SIZE);
  memcpy (op->device.push_address, devices[0].push_address, WW_PUSH_ADDRESS_SIZE);
  /* The record goes now; the request lives until the answer. */
  request->data = g_strdup (handles[0]);
  op->handle = request->data;
  op->record = WW_BYTES (asked->record.data, asked->record.len);
  op->signature = WW_BYTES (asked->signature.data, asked->signature.len);
  request->services->storage->engine->create_account (request->services->storage, op);
}

/* The first record: number 1, one device, one handle. Whether these are the right ones, the storage checks. */
void
ww_enrolment_create_account (WwRequest *request)
{
  const Waxwing__SignedRecord *asked = request->body->create_account->record;
  WwRecord *record = NULL;
  WwRecordStatus status = ww_record_new (WW_BYTES (asked->record.data, asked->record.len),
                                         WW_BYTES (asked->signature.data, asked->signature.len), &record);
  size_t n_handles = 0, n_devices = 0;

  if (status != WW_RECORD_OK)
    {
      ww_request_fail (request, WW_CODE_RECORD_INVALID, "The account record is not valid.");
      return;
    }
  ww_record_handles (record, &n_handles);
  ww_record_devices (record, &n_devices);
  if (ww_record_sequence (record) != 1 || ww_record_is_reset (record) || n_handles != 1 || n_devices != 1)
    ww_request_fail (request, WW_CODE_RECORD_INVALID,
                     "The first record of an account holds one address and one device.");
  else
    submit_account (request, record);
  ww_record_unref (record);
}

/* --- JoinAccount --------------------------------------------------------------------------- */

static void
joined_cb (WwOperation *base)
{
  WwJoinAccountOp *op = (WwJoinAccountOp *) base;
  WwRequest *request = base->data;
  WwConnection *connection = request->connection;
  WwServices *services = request->services;
  Waxwing__JoinPending answer = WAXWING__JOIN_PENDING__INIT;
  WwStoredPending row = { 0 };

  if (base->status != WW_STORAGE_OK)
    {
      ww_enrolment_fail_token (request, base->status);
      return;
    }
  memcpy (row.device_id, op->device_id, WW_ID_SIZE);
  memcpy (row.account_id, op->account_id, WW_ID_SIZE);
  memcpy (row.token_hash, op->token_hash, WW_HASH_SIZE);
  ww_buffer_copy (&row.device, op->device.data, op->device.len);
  memcpy (row.signature, op->signature.data, WW_SIGNATURE_SIZE);
  memcpy (row.commitment, op->commitment.data, WW_HASH_SIZE);
  ww_buffer_copy (&row.names, op->names.data, op->names.len);
  row.handle = g_steal_pointer (&op->handle);
  row.requested_ms = op->now_ms;
  row.expires_ms = op->expires_ms;
  row.joined_sequence = op->joined_sequence;

  ww_connection_ref (connection);
  answer.expires_ms = (uint64_t) op->expires_ms;
  ww_request_respond (request, WAXWING__RESPONSE__BODY_JOIN_PENDING, &answer);
  ww_approval_relay_joined (services->relay, connection, &row);
  ww_connection_unref (connection);
  ww_stored_pending_clear (&row);
}

/* The names that the device sealed for the others, as bytes of their own. */
static WwBytes
pack_names (const Waxwing__JoinAccount *asked, WwRequest *request)
{
  Waxwing__JoinAccount names = WAXWING__JOIN_ACCOUNT__INIT;
  size_t len;

  names.names = asked->names;
  names.n_names = asked->n_names;
  len = waxwing__join_account__get_packed_size (&names);
  request->data = g_malloc (len + 1);
  waxwing__join_account__pack (&names, request->data);
  return WW_BYTES (request->data, len);
}

static void
submit_join (WwRequest *request, const Waxwing__DeviceKeys *keys)
{
  const Waxwing__JoinAccount *asked = request->body->join_account;
  WwJoinAccountOp *op = ww_operation_new (WwJoinAccountOp, joined_cb, request);

  ww_enrolment_hash_token (&asked->token, op->token_hash);
  op->now_ms = ww_clock_now_ms ();
  op->expires_ms = op->now_ms + WW_APPROVAL_MS;
  memcpy (op->account_id, asked->account_id.data, WW_ID_SIZE);
  memcpy (op->device_id, keys->device_id.data, WW_ID_SIZE);
  memcpy (op->push_address, keys->push_address.data, WW_PUSH_ADDRESS_SIZE);
  op->device = WW_BYTES (asked->device.data, asked->device.len);
  op->signature = WW_BYTES (asked->signature.data, asked->signature.len);
  op->commitment = WW_BYTES (asked->commitment.data, asked->commitment.len);
  op->names = pack_names (asked, request);
  request->services->storage->engine->join_account (request->services->storage, op);
}

static bool
keys_are_valid (const Waxwing__DeviceKeys *keys)
{
  return ww_point_is_valid (WW_BYTES (keys->signing_key.data, keys->signing_key.len)) &&
         (keys->p256_key.len == 0 || ww_point_is_valid (WW_BYTES (keys->p256_key.data, keys->p256_key.len))) &&
         (keys->rsa_key.len == 0 || ww_rsa_key_is_valid (WW_BYTES (keys->rsa_key.data, keys->rsa_key.len)));
}

/* Whether the device signed over the account key that is on record: the account's devices will check the same. */
static void
check_join (WwRequest *request, const WwRecord *current)
{
  const Waxwing__JoinAccount *asked = request->body->join_account;
  Waxwing__DeviceKeys *keys = ww_device_bytes_parse (asked->device.data, asked->device.len);

  if (keys == NULL || !keys_are_valid (keys))
    ww_request_fail (request, WW_CODE_RECORD_INVALID, "The keys of the device are not valid.");
  else if (ww_signature_verify_device (
               keys->signing_key.data, ww_record_account_id (current), ww_record_account_key (current),
               WW_BYTES (asked->device.data, asked->device.len), asked->signature.data) != WW_CRYPTO_OK)
    ww_request_fail (request, WW_CODE_RECORD_INVALID, "The device did not sign for this account.");
  else
    submit_join (request, keys);
  if (keys != NULL)
    waxwing__device_keys__free_unpacked (keys, NULL);
}

static void
join_record_cb (WwOperation *base)
{
  const WwLoadChainOp *op = (WwLoadChainOp *) base;
  WwRequest *request = base->data;
  WwRecord *current = NULL;

  if (base->status == WW_STORAGE_NOT_FOUND)
    ww_request_fail (request, WW_CODE_NOT_FOUND, "There is no such account.");
  else if (base->status != WW_STORAGE_OK || op->n_records != 1 ||
           ww_record_new (WW_BYTES_OF_BUFFER (&op->records[0].record),
                          WW_BYTES (op->records[0].signature, WW_SIGNATURE_SIZE), &current) != WW_RECORD_OK)
    ww_request_fail_unavailable (request);
  else
    check_join (request, current);
  g_clear_pointer (&current, ww_record_unref);
}

/* The device of an account that exists waits for the approval of another one. */
void
ww_enrolment_join_account (WwRequest *request)
{
  WwLoadChainOp *op;

  if (request->connection->state == WW_CONNECTION_DEVICE)
    {
      ww_request_fail (request, WW_CODE_BAD_REQUEST, "This link is authenticated already.");
      return;
    }
  op = ww_operation_new (WwLoadChainOp, join_record_cb, request);
  memcpy (op->account_id, request->body->join_account->account_id.data, WW_ID_SIZE);
  op->only_current = true;
  op->max_records = 1;
  request->services->storage->engine->load_chain (request->services->storage, op);
}
