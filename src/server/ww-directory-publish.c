/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-directory-private.h"

#include <string.h>

#include <openssl/rand.h>

#include "ww-approval-relay.h"
#include "ww-claims.h"
#include "ww-clock.h"
#include "ww-enrolment-private.h"
#include "ww-log.h"
#include "ww-presence.h"

/*
 * Publishing the next record of an account: by PublishRecord (fewer devices, other handles), by GrantApproval (one device
 * more, the one that was compared), or by ResetAccount (nothing of what there was). What may not be published yet is a
 * claim then.
 */
static void
finish (WwRequest *request)
{
  WwPublication *publication = request->data;

  g_clear_pointer (&publication->record, ww_record_unref);
}

static void
refuse (WwRequest *request, const char *code, const char *message)
{
  finish (request);
  ww_request_fail (request, code, message);
}

/* --- After the publication ----------------------------------------------------------------- */

static void
tell_changed_cb (WwConnection *connection, void *data)
{
  Waxwing__RecordChanged event = WAXWING__RECORD_CHANGED__INIT;
  const uint64_t *sequence = data;

  event.account_id = ww_protobuf_bytes (connection->account_id, WW_ID_SIZE);
  event.sequence = *sequence;
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_RECORD_CHANGED, &event);
}

static void
close_removed (WwServices *services, const WwPublishRecordOp *op)
{
  for (size_t i = 0; i < op->n_removed; i++)
    {
      WwConnection *connection = ww_presence_find_device (services->presence, op->removed[i]);

      if (connection != NULL)
        {
          ww_log (WW_LOG_INFO, "device %s was removed", ww_log_id (connection->device_id).text);
          ww_connection_close (connection, WW_CLOSE_POLICY);
        }
    }
}

/* For what the storage said no to, or could not do. */
static void
fail_publication (WwRequest *request, WwStorageStatus status)
{
  const WwPublication *publication = request->data;
  bool by_token = publication->has_token;

  switch (status)
    {
    case WW_STORAGE_CONFLICT:
      refuse (request, WW_CODE_RECORD_CONFLICT, "Another record of this account came first.");
      return;
    case WW_STORAGE_MISMATCH:
      refuse (request, WW_CODE_FORBIDDEN,
              by_token ? "This does not fit what was verified and issued."
                       : "The record holds an address or a device that is not the account's.");
      return;
    case WW_STORAGE_REFUSED:
      refuse (request, WW_CODE_CLAIM_REFUSED, "A device of the account that has this address said no.");
      return;
    case WW_STORAGE_TOO_MANY:
      finish (request);
      ww_request_fail_later (request, WW_CODE_RATE_LIMITED, "Too many others wait for an answer of this account.",
                             (uint64_t) request->services->config->claim_hold_ms);
      return;
    case WW_STORAGE_NOT_FOUND:
    case WW_STORAGE_EXPIRED:
    case WW_STORAGE_USED:
    case WW_STORAGE_NOT_CONFIRMED:
      if (!by_token)
        {
          refuse (request, WW_CODE_APPROVAL_ENDED, "No such device waits for an approval.");
          return;
        }
      finish (request);
      ww_enrolment_fail_token (request, status);
      return;
    case WW_STORAGE_OK:
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_STALE:
    case WW_STORAGE_FULL:
    case WW_STORAGE_TOO_EARLY:
      break;
    }
  finish (request);
  ww_request_fail_unavailable (request);
}

/* Not published yet: the devices of the account in question are asked. */
static void
answer_held (WwRequest *request, const WwPublishRecordOp *op)
{
  WwServices *services = request->services;
  Waxwing__Held held = WAXWING__HELD__INIT;

  if (op->reset)
    ww_approval_relay_drop (services->relay, op->account_id, op->token_hash, request->connection);
  held.due_ms = (uint64_t) op->due_ms;
  held.expires_ms = (uint64_t) op->claim_expires_ms;
  ww_claims_tell (services, op->claims);
  finish (request);
  ww_request_respond (request, WAXWING__RESPONSE__BODY_HELD, &held);
}

static void
tell_published (WwRequest *request, WwPublishRecordOp *op)
{
  WwServices *services = request->services;

  services->generation++;
  if (op->grant)
    ww_approval_relay_granted (services->relay, op->granted_device, op->sealed_account_key);
  if (op->reset)
    {
      ww_approval_relay_drop (services->relay, op->account_id, NULL, request->connection);
      ww_log (WW_LOG_INFO, "account %s was started over", ww_log_id (op->account_id).text);
    }
  ww_claims_tell (services, op->claims);
  if (op->moved != NULL)
    ww_claims_tell_moved (services, op->moved_from, op->moved, op->account_id);
  ww_presence_each_of_account (services->presence, op->account_id, tell_changed_cb, &op->sequence);
}

static void
published_cb (WwOperation *base)
{
  WwPublishRecordOp *op = (WwPublishRecordOp *) base;
  WwRequest *request = base->data;
  WwServices *services = request->services;

  g_clear_pointer (&op->devices, g_free);
  if (base->status != WW_STORAGE_OK)
    fail_publication (request, base->status);
  else if (op->held)
    answer_held (request, op);
  else
    {
      tell_published (request, op);
      finish (request);
      ww_request_done (request);
      close_removed (services, op);
    }
}

/* --- Checks against the record before ------------------------------------------------------ */

/* A device that stays must stay what it is. */
static bool
is_unchanged (const WwRecordDevice *before, const WwRecordDevice *after)
{
  return memcmp (before->signing_key, after->signing_key, WW_POINT_SIZE) == 0 &&
         memcmp (before->push_address, after->push_address, WW_PUSH_ADDRESS_SIZE) == 0;
}

/* Whether this new device is the one that was compared, byte for byte. */
static bool
is_granted (WwRequest *request, const WwRecordDevice *device)
{
  const WwPublication *publication = request->data;
  WwBytes compared;

  return publication->grant != NULL &&
         memcmp (publication->grant->device_id.data, device->device_id, WW_ID_SIZE) == 0 &&
         ww_approval_relay_check_grant (request->services->relay, request->connection, device->device_id, &compared) ==
             WW_GRANT_ALLOWED &&
         ww_bytes_equal (compared, device->device);
}

static bool
devices_are_allowed (WwRequest *request, const WwRecord *current)
{
  const WwPublication *publication = request->data;
  size_t n_devices, n_new = 0;
  const WwRecordDevice *devices = ww_record_devices (publication->record, &n_devices);

  for (size_t i = 0; i < n_devices; i++)
    {
      const WwRecordDevice *before = ww_record_find_device (current, devices[i].device_id);

      if (before == NULL ? !is_granted (request, &devices[i]) : !is_unchanged (before, &devices[i]))
        return false;
      n_new += before == NULL;
    }
  return n_devices > 0 && n_new == (publication->grant != NULL ? 1 : 0);
}

/* A handle that the record before did not have; NULL: none. How many there are in `n`. */
static const char *
find_added_handle (const WwRecord *record, const WwRecord *current, size_t *n)
{
  size_t n_handles;
  const char *const *handles = ww_record_handles (record, &n_handles);
  const char *added = NULL;

  *n = 0;
  for (size_t i = 0; i < n_handles; i++)
    if (!ww_record_has_handle (current, handles[i]))
      {
        added = handles[i];
        (*n)++;
      }
  return added;
}

/* Any handle that the record before had may stay; what is new needs its proof. */
static bool
handles_are_allowed (WwRequest *request, const WwRecord *current)
{
  const WwPublication *publication = request->data;
  size_t n_added;

  find_added_handle (publication->record, current, &n_added);
  return n_added <= (publication->has_token ? 1 : 0);
}

static void
fill_devices (WwPublishRecordOp *op, const WwRecord *record)
{
  const WwRecordDevice *devices = ww_record_devices (record, &op->n_devices);

  op->devices = g_new0 (WwStoredDevice, op->n_devices);
  for (size_t i = 0; i < op->n_devices; i++)
    {
      memcpy (op->devices[i].device_id, devices[i].device_id, WW_ID_SIZE);
      memcpy (op->devices[i].signing_key, devices[i].signing_key, WW_POINT_SIZE);
      memcpy (op->devices[i].push_address, devices[i].push_address, WW_PUSH_ADDRESS_SIZE);
    }
}

static void
submit (WwRequest *request, const WwRecord *current)
{
  const WwPublication *publication = request->data;
  const WwRecord *record = publication->record;
  const Waxwing__GrantApproval *grant = publication->grant;
  WwPublishRecordOp *op = ww_operation_new (WwPublishRecordOp, published_cb, request);
  size_t n_added;

  memcpy (op->account_id, ww_record_account_id (record), WW_ID_SIZE);
  op->sequence = ww_record_sequence (record);
  op->record = ww_record_bytes (record);
  op->signature = WW_BYTES (ww_record_signature (record), WW_SIGNATURE_SIZE);
  op->handles = ww_record_handles (record, &op->n_handles);
  op->added = find_added_handle (record, current, &n_added);
  fill_devices (op, record);
  op->now_ms = ww_clock_now_ms ();
  op->grant = grant != NULL;
  if (grant != NULL)
    {
      memcpy (op->granted_device, grant->device_id.data, WW_ID_SIZE);
      op->sealed_account_key = WW_BYTES (grant->sealed_account_key.data, grant->sealed_account_key.len);
    }
  op->token_hash = publication->has_token ? publication->token_hash : NULL;
  op->reset = publication->reset;
  op->hold_ms = request->services->config->claim_hold_ms;
  if (RAND_bytes (op->claim_id, sizeof op->claim_id) != 1)
    g_error ("no random bytes");
  request->services->storage->engine->publish_record (request->services->storage, op);
}

/* One device and one handle, neither of which the account's devices had a say in. */
static bool
is_fresh_start (const WwRecord *record, const WwRecord *current)
{
  size_t n_handles, n_devices;
  const WwRecordDevice *devices = ww_record_devices (record, &n_devices);

  ww_record_handles (record, &n_handles);
  return n_handles == 1 && n_devices == 1 && ww_record_find_device (current, devices[0].device_id) == NULL;
}

static void
check_change (WwRequest *request, const WwRecord *current)
{
  const WwPublication *publication = request->data;
  const WwRecord *record = publication->record;

  if (ww_record_is_reset (record) != publication->reset)
    refuse (request, WW_CODE_RECORD_INVALID,
            publication->reset ? "The record does not start the account over."
                               : "An account is started over by another request.");
  else if (publication->reset && !is_fresh_start (record, current))
    refuse (request, WW_CODE_RECORD_INVALID, "An account starts over with one address and one new device.");
  else if (!publication->reset && !devices_are_allowed (request, current))
    refuse (request, WW_CODE_FORBIDDEN, "The record holds a device that was not approved, or changes one.");
  else if (!publication->reset && !handles_are_allowed (request, current))
    refuse (request, WW_CODE_FORBIDDEN, "The record holds an address that was not verified for it.");
  else
    submit (request, current);
}

static void
check_successor (WwRequest *request, const WwRecord *current)
{
  const WwPublication *publication = request->data;

  switch (ww_record_check_next (current, publication->record))
    {
    case WW_RECORD_OK:
      check_change (request, current);
      return;
    case WW_RECORD_ROLLED_BACK:
    case WW_RECORD_FORKED:
    case WW_RECORD_GAP:
      refuse (request, WW_CODE_RECORD_CONFLICT, "The record does not follow from the account's current one.");
      return;
    case WW_RECORD_WRONG_ACCOUNT:
      refuse (request, WW_CODE_FORBIDDEN, "The record is another account's.");
      return;
    case WW_RECORD_MALFORMED:
    case WW_RECORD_BAD_SIGNATURE:
    case WW_RECORD_DEVICE_UNSIGNED:
    case WW_RECORD_WRONG_KEY:
      break;
    }
  refuse (request, WW_CODE_RECORD_INVALID, "The account record is not valid.");
}

static void
current_loaded_cb (WwOperation *base)
{
  const WwLoadChainOp *op = (WwLoadChainOp *) base;
  WwRequest *request = base->data;
  WwRecord *current = NULL;

  if (base->status == WW_STORAGE_NOT_FOUND)
    refuse (request, WW_CODE_NOT_FOUND, "There is no such account.");
  else if (base->status != WW_STORAGE_OK || op->n_records != 1 ||
           ww_record_new (WW_BYTES_OF_BUFFER (&op->records[0].record),
                          WW_BYTES (op->records[0].signature, WW_SIGNATURE_SIZE), &current) != WW_RECORD_OK)
    fail_publication (request, WW_STORAGE_UNAVAILABLE);
  else
    check_successor (request, current);
  g_clear_pointer (&current, ww_record_unref);
}

/* See the header. */
void
ww_directory_begin (WwRequest *request, const Waxwing__SignedRecord *asked, const WwPublication *how)
{
  WwPublication *publication = g_memdup2 (how, sizeof *how);
  WwLoadChainOp *op;

  request->data = publication;
  if (ww_record_new (WW_BYTES (asked->record.data, asked->record.len),
                     WW_BYTES (asked->signature.data, asked->signature.len), &publication->record) != WW_RECORD_OK)
    {
      refuse (request, WW_CODE_RECORD_INVALID, "The account record is not valid.");
      return;
    }
  if (!publication->reset &&
      memcmp (ww_record_account_id (publication->record), request->connection->account_id, WW_ID_SIZE) != 0)
    {
      refuse (request, WW_CODE_FORBIDDEN, "The record is another account's.");
      return;
    }
  op = ww_operation_new (WwLoadChainOp, current_loaded_cb, request);
  memcpy (op->account_id, ww_record_account_id (publication->record), WW_ID_SIZE);
  op->only_current = true;
  op->max_records = 1;
  request->services->storage->engine->load_chain (request->services->storage, op);
}
