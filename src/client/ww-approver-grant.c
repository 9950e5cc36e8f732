/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-approver"

#include "ww-approver-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-store-welcome.h"
#include "ww-until.h"

/* What the person says when both sides' digits are there: yes, no, or digits that are wrong. */

static DexFuture *
send_refusal (WwApprover *self, WwPendingDevice *device)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__RefuseApproval refuse = WAXWING__REFUSE_APPROVAL__INIT;
  guint8 device_id[WW_ID_SIZE];

  ww_hex_decode (device->id, device_id, sizeof device_id);
  refuse.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, device_id };
  request.body_case = WAXWING__REQUEST__BODY_REFUSE_APPROVAL;
  request.refuse_approval = &refuse;
  return ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

static DexFuture *
refuse_fiber (gpointer data)
{
  WwApproverTask *task = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ww_until (send_refusal (task->approver, task->device), task->approver->closing), &error) &&
      ww_error_is_retryable (error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  ww_approver_end (task->approver, task->device);
  return dex_future_new_true ();
}

DexFuture *
ww_approver_refuse (WwApprover *self, WwPendingDevice *device)
{
  return dex_scheduler_spawn (NULL, 0, refuse_fiber, ww_approver_task_new (self, device, NULL), ww_approver_task_free);
}

static WwRecord *
build_with (const WwRecord *current, gpointer data, GError **error)
{
  WwApproverTask *task = data;
  WwApprover *self = task->approver;
  const Waxwing__DevicePending *pending = ww_approver_get_pending (task->device);
  const WwSigningKey *account_key = ww_identity_get_account_key (self->identity);
  WwNewDevice added = { .statement = WW_BYTES (pending->device.data, pending->device.len) };
  WwRecordChange change = { 0 };
  WW_AUTO_BUFFER name = { 0 };

  if (ww_record_find_device (current, task->device->exchange->device) != NULL)
    {
      ww_error_set (error, WW_ERROR_APPROVAL_ENDED);
      return NULL;
    }
  memcpy (added.signature, pending->signature.data, WW_SIGNATURE_SIZE);
  if (ww_name_seal (account_key, ww_identity_get_account_id (self->identity), task->device->exchange->device,
                    task->device->name, &name) == WW_CRYPTO_OK)
    added.sealed_name = WW_BYTES_OF_BUFFER (&name);
  change.device_added = &added;
  return ww_record_build_next (account_key, current, &change, ww_now_ms (), error);
}

static DexFuture *
publish_grant (WwLink *link, const WwRecord *next, gpointer data)
{
  WwApproverTask *task = data;
  WwApprover *self = task->approver;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__GrantApproval grant = WAXWING__GRANT_APPROVAL__INIT;
  Waxwing__SignedRecord record;
  const WwRecordDevice *device = ww_record_find_device (next, task->device->exchange->device);
  WW_AUTO_BUFFER sealed = { 0 };

  if (device == NULL || ww_approval_seal_account_key (ww_identity_get_account_key (self->identity),
                                                      ww_identity_get_account_id (self->identity), device->device_id,
                                                      device->p256_key.data, &sealed) != WW_CRYPTO_OK)
    return ww_error_reject (WW_ERROR_FAILED);
  ww_record_fill_signed (next, &record);
  grant.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, task->device->exchange->device };
  grant.record = &record;
  grant.sealed_account_key = (ProtobufCBinaryData) { sealed.len, sealed.data };
  request.body_case = WAXWING__REQUEST__BODY_GRANT_APPROVAL;
  request.grant_approval = &grant;
  return ww_link_request (link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

/* Counted in the store before the person hears of it, so that a restart gives no more tries. */
static DexFuture *
wrong_digits (WwApproverTask *task)
{
  WwApprovalRow *exchange = task->device->exchange;

  exchange->tries++;
  dex_await (ww_until (ww_approver_save (task->approver, task->device), task->approver->closing), NULL);
  if (exchange->tries >= WW_APPROVAL_TRIES)
    dex_await (ww_approver_refuse (task->approver, task->device), NULL);
  return ww_error_reject (WW_ERROR_APPROVAL_DIGITS);
}

static char *
strip (const char *typed)
{
  GString *digits = g_string_new (NULL);

  for (const char *c = typed; *c != '\0'; c++)
    if (!g_ascii_isspace (*c) && *c != '-')
      g_string_append_c (digits, *c);
  return g_string_free (digits, FALSE);
}

/* Whether the person has this side's digits before them. FALSE, without an error, when they have others. */
static gboolean
digits_agree (WwApproverTask *task, const char *typed, GError **error)
{
  WwApprover *self = task->approver;
  g_autofree char *ours = dex_await_string (ww_until (ww_approver_begin (self, task->device), self->closing), error);

  if (ours == NULL)
    return FALSE;
  if (task->device->state != WW_PENDING_DEVICE_STATE_COMPARING)
    {
      ww_error_set (error, WW_ERROR_APPROVAL_ENDED);
      return FALSE;
    }
  return g_str_equal (ours, typed);
}

static gboolean
promise_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_promise_welcome (database, data, ww_now_ms (), error);
}

/* First: from when the server has the record on, the device belongs to the account, and nobody else knows what it is to be sent. */
static gboolean
promise_welcome (WwApproverTask *task, GError **error)
{
  WwApprover *self = task->approver;
  guint8 *device = g_memdup2 (task->device->exchange->device, WW_ID_SIZE);

  return dex_await (ww_until (ww_store_run (self->store, promise_on_store, device, g_free), self->closing), error);
}

static gboolean
grant (WwApproverTask *task, GError **error)
{
  ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_APPROVING);
  if (!promise_welcome (task, error))
    return FALSE;
  return ww_account_publish (task->approver->account, build_with, publish_grant, task, NULL, error);
}

/* The server keeps an exchange in memory only; after its restart the same one is gone through again. */
static gboolean
grant_again (WwApproverTask *task, const char *typed, GError **error)
{
  ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_WAITING);
  task->device->exchange->has_revealed = FALSE;
  if (digits_agree (task, typed, error))
    return grant (task, error);
  if (error != NULL && *error == NULL)
    ww_error_set (error, WW_ERROR_APPROVAL_DIGITS);
  return FALSE;
}

static DexFuture *
approve_fiber (gpointer data)
{
  WwApproverTask *task = data;
  WwPendingDevice *device = task->device;
  g_autoptr (GError) error = NULL;
  g_autofree char *typed = strip (task->digits);
  gboolean done;

  if (!digits_agree (task, typed, &error))
    return error != NULL ? dex_future_new_for_error (g_steal_pointer (&error)) : wrong_digits (task);
  done = grant (task, &error);
  if (!done && g_str_equal (ww_error_get_code (error), WW_CODE_BAD_REQUEST))
    {
      g_clear_error (&error);
      done = grant_again (task, typed, &error);
    }
  /* With another device removed there is room for this one. */
  if (done || !(ww_error_is_retryable (error) || g_error_matches (error, WW_ERROR, WW_ERROR_TOO_MANY_DEVICES)))
    ww_approver_end (task->approver, device);
  else
    ww_pending_device_set_state (device, WW_PENDING_DEVICE_STATE_COMPARING);
  return done ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
ww_approver_approve (WwApprover *self, WwPendingDevice *device, const char *digits)
{
  return dex_scheduler_spawn (NULL, 0, approve_fiber, ww_approver_task_new (self, device, digits),
                              ww_approver_task_free);
}
