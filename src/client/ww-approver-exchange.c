/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-approver"

#include "ww-approver-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-until.h"

/* Commit, then reveal, up to the digits that both people see. */

/* Gives the digits to the person, when both nonces are known. */
static void
compare (WwApprover *self, WwPendingDevice *device)
{
  const Waxwing__DevicePending *pending = ww_approver_get_pending (device);
  const WwApprovalRow *exchange = device->exchange;
  char digits[7];

  if (ww_approval_digits (exchange->revealed, exchange->nonce, ww_identity_get_account_id (self->identity),
                          exchange->record, WW_BYTES (pending->device.data, pending->device.len),
                          ww_identity_get_device_id (self->identity), digits) != WW_CRYPTO_OK)
    return;
  ww_pending_device_set_digits (device, digits);
  ww_pending_device_set_state (device, WW_PENDING_DEVICE_STATE_COMPARING);
  if (device->compared != NULL)
    dex_promise_resolve_string (device->compared, g_strdup (digits));
  dex_clear (&device->compared);
}

static gboolean
read_exchange (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwApprovalRow *row;

  if (!ww_store_find_approval (database, data, ww_now_ms (), &row, error))
    return FALSE;
  g_value_init (result, WW_TYPE_APPROVAL_ROW);
  g_value_take_boxed (result, row);
  return TRUE;
}

static gboolean
write_exchange (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_set_approval (database, data, error);
}

DexFuture *
ww_approver_save (WwApprover *self, WwPendingDevice *device)
{
  return ww_store_run (self->store, write_exchange, ww_approval_row_copy (device->exchange),
                       (GDestroyNotify) ww_approval_row_free);
}

/* The exchange begun before a restart, if it was with the very same announcement; else a fresh nonce. */
static gboolean
prepare_exchange (WwApprover *self, WwPendingDevice *device, GError **error)
{
  guint8 device_id[WW_ID_SIZE];
  g_autoptr (WwApprovalRow) row = NULL;
  g_autoptr (GError) local = NULL;

  if (device->exchange != NULL)
    return TRUE;
  if (!ww_hex_decode (device->id, device_id, sizeof device_id))
    return FALSE;
  row = dex_await_boxed (
      ww_until (ww_store_run (self->store, read_exchange, g_memdup2 (device_id, sizeof device_id), g_free),
                self->closing),
      &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (device->exchange != NULL)
    return TRUE;
  if (row != NULL && g_bytes_equal (row->pending, device->pending))
    {
      device->exchange = g_steal_pointer (&row);
      return TRUE;
    }
  device->exchange = g_new0 (WwApprovalRow, 1);
  memcpy (device->exchange->device, device_id, WW_ID_SIZE);
  ww_random_bytes (device->exchange->nonce, WW_NONCE_SIZE);
  device->exchange->pending = g_bytes_ref (device->pending);
  device->exchange->expires_ms = device->expires_ms;
  return TRUE;
}

static DexFuture *
send_begin (WwApprover *self, WwPendingDevice *device)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__BeginApproval begin = WAXWING__BEGIN_APPROVAL__INIT;

  begin.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, device->exchange->device };
  begin.nonce = (ProtobufCBinaryData) { WW_NONCE_SIZE, device->exchange->nonce };
  request.body_case = WAXWING__REQUEST__BODY_BEGIN_APPROVAL;
  request.begin_approval = &begin;
  return ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

/* Digits bind the record that is current when the exchange begins, so that both sides have to know which that is. */
static gboolean
exchange_nonces (WwApproverTask *task, const WwRecord *record, GError **error)
{
  WwApprover *self = task->approver;
  WwApprovalRow *exchange = task->device->exchange;

  memcpy (exchange->record, ww_record_hash (record), WW_HASH_SIZE);
  exchange->has_revealed = FALSE;
  ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_EXCHANGING);
  /* Stored before it is sent: after a restart the other side meets the same nonce, or none. */
  return dex_await (ww_until (ww_approver_save (self, task->device), self->closing), error) &&
         dex_await (ww_until (send_begin (self, task->device), self->closing), error);
}

static gboolean
begin (WwApproverTask *task, GError **error)
{
  WwApprover *self = task->approver;
  WwPendingDevice *device = task->device;
  g_autoptr (WwRecord) record = NULL;

  if (ww_account_get_record (self->account) == NULL)
    {
      ww_error_set (error, WW_ERROR_NOT_ENROLLED);
      return FALSE;
    }
  record = ww_record_ref (ww_account_get_record (self->account));
  if (!prepare_exchange (self, device, error))
    return FALSE;
  if (!device->exchange->has_revealed || memcmp (device->exchange->record, ww_record_hash (record), WW_HASH_SIZE) != 0)
    return exchange_nonces (task, record, error);
  /* Compared before a restart: the digits are the same as then. */
  compare (self, device);
  return TRUE;
}

static DexFuture *
begin_fiber (gpointer data)
{
  WwApproverTask *task = data;
  g_autoptr (GError) error = NULL;

  if (!begin (task, &error) && task->device->state != WW_PENDING_DEVICE_STATE_ENDED)
    {
      ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_WAITING);
      if (task->device->compared != NULL)
        dex_promise_reject (task->device->compared, g_steal_pointer (&error));
      dex_clear (&task->device->compared);
    }
  return dex_future_new_true ();
}

/* All who ask meanwhile get the same digits. */
DexFuture *
ww_approver_begin (WwApprover *self, WwPendingDevice *device)
{
  DexFuture *future;

  if (device->state == WW_PENDING_DEVICE_STATE_COMPARING)
    return dex_future_new_for_string (device->digits);
  if (device->compared != NULL)
    return DEX_FUTURE (dex_ref (device->compared));
  device->compared = dex_promise_new ();
  future = DEX_FUTURE (dex_ref (device->compared));
  dex_future_disown (
      dex_scheduler_spawn (NULL, 0, begin_fiber, ww_approver_task_new (self, device, NULL), ww_approver_task_free));
  return future;
}

void
ww_approver_take_revealed (WwApprover *self, const Waxwing__ApprovalRevealed *revealed)
{
  WwPendingDevice *device = ww_approver_find (self, revealed->device_id.data, NULL);
  const Waxwing__DevicePending *pending;

  if (device == NULL || device->state != WW_PENDING_DEVICE_STATE_EXCHANGING)
    return;
  pending = ww_approver_get_pending (device);
  if (ww_approval_check (pending->commitment.data, revealed->nonce.data, ww_identity_get_account_id (self->identity),
                         WW_BYTES (pending->device.data, pending->device.len)) != WW_CRYPTO_OK)
    {
      /* Somebody between the two devices tried other keys. Nothing good comes of this exchange. */
      dex_future_disown (ww_approver_refuse (self, device));
      return;
    }
  memcpy (device->exchange->revealed, revealed->nonce.data, WW_NONCE_SIZE);
  device->exchange->has_revealed = TRUE;
  dex_future_disown (ww_approver_save (self, device));
  compare (self, device);
}
