/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-claims.h"

#include <string.h>

#include "ww-clock.h"
#include "ww-log.h"
#include "ww-mailbox.h"
#include "ww-presence.h"

#define EXPIRE_ROWS 100

/* --- Events -------------------------------------------------------------------------------- */

static void
tell_claim_cb (WwConnection *connection, void *data)
{
  const WwStoredClaim *claim = data;
  Waxwing__Claim event = WAXWING__CLAIM__INIT;
  Waxwing__SignedRecord record = WAXWING__SIGNED_RECORD__INIT;

  event.claim_id = ww_protobuf_bytes (claim->claim_id, WW_ID_SIZE);
  event.kind = (Waxwing__Claim__Kind) claim->kind;
  event.state = (Waxwing__Claim__State) claim->state;
  event.handle = claim->handle;
  if (claim->has_claimant)
    event.account_id = ww_protobuf_bytes (claim->claimant, WW_ID_SIZE);
  if (claim->has_record)
    {
      record.record = ww_protobuf_bytes (claim->record.record.data, claim->record.record.len);
      record.signature = ww_protobuf_bytes (claim->record.signature, WW_SIGNATURE_SIZE);
      event.record = &record;
    }
  event.requested_ms = (uint64_t) claim->requested_ms;
  event.due_ms = (uint64_t) claim->due_ms;
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_CLAIM, &event);
}

/* See the header. */
void
ww_claims_tell (WwServices *services, const GPtrArray *claims)
{
  static const char *const states[] = { "", "waits", "was refused", "was completed", "has ended" };

  if (claims == NULL)
    return;
  services->claims++;
  for (guint i = 0; i < claims->len; i++)
    {
      WwStoredClaim *claim = claims->pdata[i];

      ww_log (WW_LOG_INFO, "claim %s on account %s %s", ww_log_id (claim->claim_id).text,
              ww_log_id (claim->account_id).text, states[claim->state]);
      ww_presence_each_of_account (services->presence, claim->account_id, tell_claim_cb, claim);
    }
}

static void
tell_moved_cb (WwConnection *connection, void *data)
{
  const WwMovedHandle *moved = data;
  Waxwing__HandleMoved event = WAXWING__HANDLE_MOVED__INIT;

  event.handle = moved->handle;
  event.account_id = ww_protobuf_bytes (moved->account_id, WW_ID_SIZE);
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_HANDLE_MOVED, &event);
}

/* See the header. */
void
ww_claims_tell_moved (WwServices *services, const uint8_t from[WW_ID_SIZE], const char *handle,
                      const uint8_t to[WW_ID_SIZE])
{
  WwMovedHandle moved = { .handle = (char *) handle };

  memcpy (moved.account_id, to, WW_ID_SIZE);
  services->claims++;
  ww_log (WW_LOG_INFO, "an address of account %s moved to account %s", ww_log_id (from).text, ww_log_id (to).text);
  ww_presence_each_of_account (services->presence, from, tell_moved_cb, &moved);
}

/* --- A device that connects ---------------------------------------------------------------- */

typedef struct
{
  WwConnection *connection;
  uint64_t claims; /* the count when the storage was asked */
} Arrival;

static void load (Arrival *arrival);

static void
tell_all (WwConnection *connection, WwLoadClaimsOp *op)
{
  for (guint i = 0; i < op->claims->len; i++)
    tell_claim_cb (connection, op->claims->pdata[i]);
  for (size_t i = 0; i < op->n_moved; i++)
    tell_moved_cb (connection, &op->moved[i]);
}

static void
loaded_cb (WwOperation *base)
{
  Arrival *arrival = base->data;
  WwConnection *connection = arrival->connection;

  if (connection->wsi != NULL && base->status == WW_STORAGE_OK && arrival->claims != connection->services->claims)
    {
      /* What was read may be older than what the device has heard since. */
      load (arrival);
      return;
    }
  if (connection->wsi != NULL && base->status != WW_STORAGE_OK)
    /* It must hear of them: it asks again on its next link. */
    ww_connection_close (connection, WW_CLOSE_TRY_AGAIN);
  else if (connection->wsi != NULL)
    {
      tell_all (connection, (WwLoadClaimsOp *) base);
      if (connection->mailbox != NULL)
        ww_mailbox_open (connection->mailbox);
    }
  ww_connection_unref (connection);
  g_free (arrival);
}

static void
load (Arrival *arrival)
{
  WwServices *services = arrival->connection->services;
  WwLoadClaimsOp *op = ww_operation_new (WwLoadClaimsOp, loaded_cb, arrival);

  arrival->claims = services->claims;
  memcpy (op->account_id, arrival->connection->account_id, WW_ID_SIZE);
  services->storage->engine->load_claims (services->storage, op);
}

/* See the header. */
void
ww_claims_device_arrived (WwConnection *connection)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->connection = ww_connection_ref (connection);
  load (arrival);
}

/* --- RefuseClaim --------------------------------------------------------------------------- */

static void
refused_cb (WwOperation *base)
{
  const WwRefuseClaimOp *op = (WwRefuseClaimOp *) base;
  WwRequest *request = base->data;
  WwServices *services = request->services;

  if (base->status == WW_STORAGE_NOT_FOUND)
    {
      ww_request_fail (request, WW_CODE_NOT_FOUND, "Nobody asks for this any more.");
      return;
    }
  if (base->status != WW_STORAGE_OK)
    {
      ww_request_fail_unavailable (request);
      return;
    }
  ww_request_done (request);
  ww_claims_tell (services, op->claims);
}

/* A device of the account says no. Any of them can, and one is enough. */
void
ww_claims_refuse (WwRequest *request)
{
  WwRefuseClaimOp *op = ww_operation_new (WwRefuseClaimOp, refused_cb, request);

  memcpy (op->account_id, request->connection->account_id, WW_ID_SIZE);
  memcpy (op->claim_id, request->body->refuse_claim->claim_id.data, WW_ID_SIZE);
  request->services->storage->engine->refuse_claim (request->services->storage, op);
}

/* --- Housekeeping -------------------------------------------------------------------------- */

static void
expired_cb (WwOperation *base)
{
  const WwExpireClaimsOp *op = (WwExpireClaimsOp *) base;

  if (base->status == WW_STORAGE_OK)
    ww_claims_tell (base->data, op->claims);
}

/* See the header. What is more than a turn takes waits for the next. */
void
ww_claims_expire (WwServices *services)
{
  WwExpireClaimsOp *op = ww_operation_new (WwExpireClaimsOp, expired_cb, services);

  op->now_ms = ww_clock_now_ms ();
  op->max_rows = EXPIRE_ROWS;
  services->storage->engine->expire_claims (services->storage, op);
}
