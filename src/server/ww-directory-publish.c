/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-directory.h"

#include <string.h>

#include "ww-approval-relay.h"
#include "ww-clock.h"
#include "ww-log.h"
#include "ww-presence.h"
#include "ww-record.h"

/*
 * Publishing the next record of an account: by PublishRecord (fewer devices, other handles), or by GrantApproval
 * (one device more, the one that was compared). What one publication needs until it is durable.
 */
typedef struct
{
  WwRecord *record;
  const Waxwing__GrantApproval *grant; /* of the request; NULL: PublishRecord */
} Publication;

static void
finish (WwRequest *request)
{
  Publication *publication = request->data;

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

static void
fail_publication (WwRequest *request, WwStorageStatus status)
{
  switch (status)
    {
    case WW_STORAGE_CONFLICT:
      refuse (request, WW_CODE_RECORD_CONFLICT, "Another record of this account came first.");
      return;
    case WW_STORAGE_MISMATCH:
      refuse (request, WW_CODE_FORBIDDEN, "The record holds an address or a device that is not the account's.");
      return;
    case WW_STORAGE_EXPIRED:
      refuse (request, WW_CODE_APPROVAL_ENDED, "No such device waits for an approval.");
      return;
    case WW_STORAGE_OK:
    case WW_STORAGE_UNAVAILABLE:
    case WW_STORAGE_NOT_FOUND:
    case WW_STORAGE_USED:
    case WW_STORAGE_NOT_CONFIRMED:
    case WW_STORAGE_STALE:
    case WW_STORAGE_FULL:
    case WW_STORAGE_TOO_MANY:
    case WW_STORAGE_TOO_EARLY:
      break;
    }
  finish (request);
  ww_request_fail_unavailable (request);
}

static void
published_cb (WwOperation *base)
{
  WwPublishRecordOp *op = (WwPublishRecordOp *) base;
  WwRequest *request = base->data;
  WwServices *services = request->services;

  g_free (op->devices);
  if (base->status != WW_STORAGE_OK)
    {
      fail_publication (request, base->status);
      return;
    }
  services->generation++;
  finish (request);
  if (op->grant)
    ww_approval_relay_granted (services->relay, op->granted_device, op->sealed_account_key);
  ww_presence_each_of_account (services->presence, op->account_id, tell_changed_cb, &op->sequence);
  ww_request_done (request);
  close_removed (services, op);
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
  const Publication *publication = request->data;
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
  const Publication *publication = request->data;
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

static void
submit (WwRequest *request)
{
  const Publication *publication = request->data;
  const WwRecord *record = publication->record;
  const Waxwing__GrantApproval *grant = publication->grant;
  WwPublishRecordOp *op = ww_operation_new (WwPublishRecordOp, published_cb, request);
  const WwRecordDevice *devices = ww_record_devices (record, &op->n_devices);

  memcpy (op->account_id, ww_record_account_id (record), WW_ID_SIZE);
  op->sequence = ww_record_sequence (record);
  op->record = ww_record_bytes (record);
  op->signature = WW_BYTES (ww_record_signature (record), WW_SIGNATURE_SIZE);
  op->handles = ww_record_handles (record, &op->n_handles);
  op->devices = g_new0 (WwStoredDevice, op->n_devices);
  for (size_t i = 0; i < op->n_devices; i++)
    {
      memcpy (op->devices[i].device_id, devices[i].device_id, WW_ID_SIZE);
      memcpy (op->devices[i].signing_key, devices[i].signing_key, WW_POINT_SIZE);
      memcpy (op->devices[i].push_address, devices[i].push_address, WW_PUSH_ADDRESS_SIZE);
    }
  op->now_ms = ww_clock_now_ms ();
  op->grant = grant != NULL;
  if (grant != NULL)
    {
      memcpy (op->granted_device, grant->device_id.data, WW_ID_SIZE);
      op->sealed_account_key = WW_BYTES (grant->sealed_account_key.data, grant->sealed_account_key.len);
    }
  request->services->storage->engine->publish_record (request->services->storage, op);
}

static void
check_successor (WwRequest *request, const WwRecord *current)
{
  const Publication *publication = request->data;

  switch (ww_record_check_next (current, publication->record))
    {
    case WW_RECORD_OK:
      if (ww_record_is_reset (publication->record))
        refuse (request, WW_CODE_RECORD_INVALID, "This server does not let accounts start over.");
      else if (!devices_are_allowed (request, current))
        refuse (request, WW_CODE_FORBIDDEN, "The record holds a device that was not approved, or changes one.");
      else
        submit (request);
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

  if (base->status != WW_STORAGE_OK || op->n_records != 1 ||
      ww_record_new (WW_BYTES_OF_BUFFER (&op->records[0].record),
                     WW_BYTES (op->records[0].signature, WW_SIGNATURE_SIZE), &current) != WW_RECORD_OK)
    fail_publication (request, WW_STORAGE_UNAVAILABLE);
  else
    check_successor (request, current);
  g_clear_pointer (&current, ww_record_unref);
}

static void
begin (WwRequest *request, const Waxwing__SignedRecord *asked, const Waxwing__GrantApproval *grant)
{
  Publication *publication = g_new0 (Publication, 1);
  WwLoadChainOp *op;

  request->data = publication;
  publication->grant = grant;
  if (ww_record_new (WW_BYTES (asked->record.data, asked->record.len),
                     WW_BYTES (asked->signature.data, asked->signature.len), &publication->record) != WW_RECORD_OK)
    {
      refuse (request, WW_CODE_RECORD_INVALID, "The account record is not valid.");
      return;
    }
  if (memcmp (ww_record_account_id (publication->record), request->connection->account_id, WW_ID_SIZE) != 0)
    {
      refuse (request, WW_CODE_FORBIDDEN, "The record is another account's.");
      return;
    }
  op = ww_operation_new (WwLoadChainOp, current_loaded_cb, request);
  memcpy (op->account_id, request->connection->account_id, WW_ID_SIZE);
  op->only_current = true;
  op->max_records = 1;
  request->services->storage->engine->load_chain (request->services->storage, op);
}

/* PublishRecord: the next record of the device's own account, without any new device. */
void
ww_directory_publish (WwRequest *request)
{
  begin (request, request->body->publish_record->record, NULL);
}

/* GrantApproval: the next record, with the device whose digits were compared. */
void
ww_directory_grant (WwRequest *request)
{
  const Waxwing__GrantApproval *asked = request->body->grant_approval;
  WwBytes device;

  switch (ww_approval_relay_check_grant (request->services->relay, request->connection, asked->device_id.data, &device))
    {
    case WW_GRANT_NOT_PENDING:
      ww_request_fail (request, WW_CODE_APPROVAL_ENDED, "No such device waits for an approval.");
      return;
    case WW_GRANT_NOT_COMPARED:
      ww_request_fail (request, WW_CODE_BAD_REQUEST, "The digits of this device were not compared here.");
      return;
    case WW_GRANT_ALLOWED:
      begin (request, asked->record, asked);
      return;
    }
}
