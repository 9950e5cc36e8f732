/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-authentication.h"

#include <string.h>

#include "ww-activity.h"
#include "ww-approval-relay.h"
#include "ww-claims.h"
#include "ww-directory.h"
#include "ww-log.h"
#include "ww-mailbox.h"
#include "ww-presence.h"
#include "ww-signature.h"

static void load_device (WwRequest *request);

static void
refuse (WwRequest *request)
{
  ww_request_fail (request, WW_CODE_UNAUTHENTICATED, "This device does not belong to an account of this server.");
}

/* The older link of the same device hears why it ends. */
static void
displace (WwConnection *displaced)
{
  Waxwing__Displaced event = WAXWING__DISPLACED__INIT;

  ww_connection_send_event (displaced, WAXWING__EVENT__BODY_DISPLACED, &event);
  ww_connection_close (displaced, WW_CLOSE_NORMAL);
  g_clear_pointer (&displaced->mailbox, ww_mailbox_unref);
}

static void
welcome (WwRequest *request, const WwLoadDeviceOp *op)
{
  WwServices *services = request->services;
  WwConnection *connection = ww_connection_ref (request->connection);
  WwConnection *displaced;
  Waxwing__Authenticated answer = WAXWING__AUTHENTICATED__INIT;

  displaced = ww_presence_set_device (services->presence, connection, op->number, op->account_id, op->device_id);
  if (displaced != NULL)
    displace (displaced);
  answer.account_id = ww_protobuf_bytes (op->account_id, WW_ID_SIZE);
  answer.record_sequence = op->record_sequence;
  answer.waiting = op->waiting;
  ww_request_respond (request, WAXWING__RESPONSE__BODY_AUTHENTICATED, &answer);

  connection->seen_ms = op->last_seen_ms;
  ww_activity_note (connection);
  ww_approval_relay_device_arrived (services->relay, connection);
  connection->mailbox = ww_mailbox_new (connection, op->next_sequence);
  /* Opens the mailbox afterwards: whoever hears that all has arrived has heard of every claim. */
  ww_claims_device_arrived (connection);
  ww_connection_unref (connection);
}

static void
loaded_cb (WwOperation *base)
{
  WwLoadDeviceOp *op = (WwLoadDeviceOp *) base;
  WwRequest *request = base->data;
  WwConnection *connection = request->connection;
  const Waxwing__Authenticate *asked = request->body->authenticate;
  uint64_t *generation = request->data;

  connection->authenticating = false;
  if (base->status == WW_STORAGE_UNAVAILABLE)
    ww_request_fail_unavailable (request);
  else if (base->status != WW_STORAGE_OK)
    refuse (request);
  else if (*generation != request->services->generation)
    /* A record was published meanwhile, perhaps one without this device. */
    load_device (request);
  else if (ww_signature_verify_link (op->signing_key, op->device_id, connection->challenge, asked->authority,
                                     asked->signature.data) != WW_CRYPTO_OK)
    {
      ww_log_bounded (WW_LOG_WARNING, "authentication", "device %s: wrong signature", ww_log_id (op->device_id).text);
      refuse (request);
    }
  else if (connection->wsi == NULL)
    ww_request_done (request);
  else
    welcome (request, op);
}

static void
load_device (WwRequest *request)
{
  WwLoadDeviceOp *op = ww_operation_new (WwLoadDeviceOp, loaded_cb, request);
  uint64_t *generation = request->data;

  *generation = request->services->generation;
  memcpy (op->device_id, request->body->authenticate->device_id.data, WW_ID_SIZE);
  request->connection->authenticating = true;
  request->services->storage->engine->load_device (request->services->storage, op);
}

/*
 * The device signs the link's challenge together with the name of the server that it dialled, so that
 * what it signs for one server is of no use at another.
 */
void
ww_authentication_handle (WwRequest *request)
{
  WwConnection *connection = request->connection;
  g_autofree char *authority = ww_net_normalise_authority (request->body->authenticate->authority);

  if (connection->state == WW_CONNECTION_DEVICE || connection->authenticating)
    ww_request_fail (request, WW_CODE_BAD_REQUEST, "This link is authenticated already.");
  else if (authority == NULL || g_strcmp0 (authority, connection->authority) != 0)
    ww_request_fail (request, WW_CODE_UNAUTHENTICATED, "The signature is for another server.");
  else
    {
      request->data = g_new0 (uint64_t, 1);
      load_device (request);
    }
}
