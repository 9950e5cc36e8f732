/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-alert-private.h"
#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"

/*
 * Somebody else receives what is sent to one of the account's handles: docs/protocol.md, "Claims". That there is a claim is
 * the server's word, and cannot be more: nothing is signed before it is due. What it can be held against, it is: the handle
 * is ours, a reset is the record that would follow.
 */

/* So many events are looked into at once. Those of an honest server are few, and told again with the next connection. */
#define MAX_EVENTS 64

/* A clock that differs from the server's by more than this is wrong. */
#define MAX_SKEW_MS (60 * 1000)

static void
event_task_free (gpointer data)
{
  WwEventTask *self = data;

  self->client->n_events--;
  g_object_unref (self->client);
  ww_reply_unref (self->reply);
  g_free (self);
}

void
ww_client_spawn_event (WwClient *self, WwReply *reply, DexFiberFunc fiber)
{
  WwEventTask *task;

  if (self->n_events >= MAX_EVENTS)
    return;
  self->n_events++;
  task = g_new0 (WwEventTask, 1);
  task->client = g_object_ref (self);
  task->reply = ww_reply_ref (reply);
  dex_future_disown (ww_client_add_work (self, dex_scheduler_spawn (NULL, 0, fiber, task, event_task_free)));
}

/* The record that a reset would publish: whole, our account's, with that one handle, and a next one of what we know. */
static WwRecordStatus
check_reset (WwClient *self, const Waxwing__Claim *claim)
{
  g_autoptr (WwRecord) record = NULL;
  WwRecordStatus status;
  size_t n_handles, n_devices;

  if (claim->record == NULL)
    return WW_RECORD_MALFORMED;
  status = ww_record_new (WW_BYTES (claim->record->record.data, claim->record->record.len),
                          WW_BYTES (claim->record->signature.data, claim->record->signature.len), &record);
  if (status != WW_RECORD_OK)
    return status;
  if (memcmp (ww_record_account_id (record), ww_identity_get_account_id (self->identity), WW_ID_SIZE) != 0)
    return WW_RECORD_WRONG_ACCOUNT;
  ww_record_handles (record, &n_handles);
  ww_record_devices (record, &n_devices);
  if (!ww_record_is_reset (record) || n_handles != 1 || n_devices != 1 || !ww_record_has_handle (record, claim->handle))
    return WW_RECORD_MALFORMED;
  /* The account may have gone on since it was held back: then its claimer signs another one. */
  if (!dex_await_boolean (
          ww_directory_has_hash (self->directory, ww_record_account_id (record), ww_record_previous (record)), NULL))
    return WW_RECORD_FORKED;
  return WW_RECORD_OK;
}

static WwClaimState
claim_state (const Waxwing__Claim *claim)
{
  if (claim->state == WAXWING__CLAIM__STATE__REFUSED)
    return WW_CLAIM_REFUSED;
  if (claim->state == WAXWING__CLAIM__STATE__COMPLETED)
    return WW_CLAIM_COMPLETED;
  return claim->state == WAXWING__CLAIM__STATE__EXPIRED ? WW_CLAIM_EXPIRED : WW_CLAIM_WAITING;
}

/* The server counts the hours of a claim; a clock here that is wrong by days must not take away the time to refuse. */
static gint64
local_time (WwClient *self, guint64 server_ms)
{
  gint64 skew = self->link != NULL ? ww_now_ms () - ww_link_get_server_now_ms (self->link) : 0;
  gint64 ms = ww_clamp_time (server_ms);

  return ABS (skew) <= MAX_SKEW_MS ? ms : ww_clamp_time ((guint64) MAX (ms + skew, 0));
}

static WwAlertRow *
claim_row (WwClient *self, const Waxwing__Claim *claim)
{
  WwAlertRow *row = ww_alert_row_new ();

  row->kind = claim->kind == WAXWING__CLAIM__KIND__RESET ? WW_ALERT_KIND_RESET_CLAIMED : WW_ALERT_KIND_HANDLE_CLAIMED;
  row->at_ms = local_time (self, claim->requested_ms);
  row->handle = g_strdup (claim->handle);
  memcpy (row->claim, claim->claim_id.data, WW_ID_SIZE);
  row->claim_state = claim_state (claim);
  row->due_ms = local_time (self, claim->due_ms);
  row->source = g_bytes_new (claim->claim_id.data, WW_ID_SIZE);
  return row;
}

static gboolean
is_known (WwClient *self, const guint8 claim[16])
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->alerts));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (G_LIST_MODEL (self->alerts), i);
      const guint8 *known = ww_alert_get_claim (alert);

      if (known != NULL && memcmp (known, claim, WW_ID_SIZE) == 0)
        return TRUE;
    }
  return FALSE;
}

static DexFuture *
claim_fiber (gpointer data)
{
  WwEventTask *task = data;
  WwClient *self = task->client;
  const Waxwing__Claim *claim = ww_reply_event (task->reply)->claim;
  WwRecordStatus status = WW_RECORD_OK;

  /* The end of one that was told is not held against what is ours by now. */
  if (claim_state (claim) == WW_CLAIM_WAITING || !is_known (self, claim->claim_id.data))
    {
      if (claim->kind != WAXWING__CLAIM__KIND__RESET && claim->kind != WAXWING__CLAIM__KIND__HANDLE)
        return dex_future_new_true ();
      if (!ww_client_owns_handle (self, claim->handle))
        {
          if (self->account != NULL && claim_state (claim) == WW_CLAIM_WAITING)
            ww_client_tell_problem (self, "claim", claim->handle, WW_ERROR_PROTOCOL);
          return dex_future_new_true ();
        }
      if (claim->kind == WAXWING__CLAIM__KIND__RESET && claim_state (claim) == WW_CLAIM_WAITING &&
          self->account != NULL)
        status = check_reset (self, claim);
    }
  if (self->account == NULL)
    return dex_future_new_true ();
  if (status != WW_RECORD_OK)
    ww_client_tell_problem (self, "claim", claim->handle, ww_error_from_record (status));
  else
    ww_client_tell (self, claim_row (self, claim), TRUE);
  return dex_future_new_true ();
}

gboolean
ww_client_take_claim (WwClient *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  if (event->body_case == WAXWING__EVENT__BODY_CLAIM)
    ww_client_spawn_event (self, reply, claim_fiber);
  else if (event->body_case == WAXWING__EVENT__BODY_HANDLE_MOVED)
    ww_client_take_moved (self, reply);
  else
    return FALSE;
  return TRUE;
}

/* --- Saying no --- */

typedef struct
{
  WwClient *client;
  WwAlert *alert;
} Refusal;

static void
refusal_free (gpointer data)
{
  Refusal *self = data;

  g_object_unref (self->client);
  g_object_unref (self->alert);
  g_free (self);
}

static DexFuture *
ask_refuse (WwLink *link, const guint8 claim[16])
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__RefuseClaim refuse = WAXWING__REFUSE_CLAIM__INIT;

  refuse.claim_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) claim };
  request.body_case = WAXWING__REQUEST__BODY_REFUSE_CLAIM;
  request.refuse_claim = &refuse;
  return ww_link_request (link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

static void
tell_end (Refusal *self, WwClaimState state)
{
  WwAlertRow *row = ww_alert_row_new ();

  memcpy (row->claim, ww_alert_get_claim (self->alert), WW_ID_SIZE);
  row->kind = ww_alert_get_kind (self->alert);
  row->claim_state = state;
  row->source = g_bytes_new (row->claim, sizeof row->claim);
  ww_client_tell (self->client, row, TRUE);
}

static DexFuture *
refuse_fiber (gpointer data)
{
  Refusal *self = data;
  g_autoptr (GError) error = NULL;
  gboolean refused = dex_await (ask_refuse (self->client->link, ww_alert_get_claim (self->alert)), &error);

  if (refused)
    tell_end (self, WW_CLAIM_REFUSED);
  else if (g_str_equal (ww_error_get_code (error), WW_CODE_NOT_FOUND))
    tell_end (self, WW_CLAIM_EXPIRED);
  if (!refused)
    return dex_future_new_for_error (g_steal_pointer (&error));
  dex_await (ww_client_mark_alert_seen (self->client, self->alert), NULL);
  return dex_future_new_true ();
}

/**
 * ww_client_refuse_claim:
 * @alert: whose ww_alert_get_can_refuse() says yes
 *
 * Returns: (transfer full): a future of %TRUE when the server has dropped the claim. The alert counts as seen then
 */
DexFuture *
ww_client_refuse_claim (WwClient *self, WwAlert *alert)
{
  Refusal *refusal;

  if (self->link == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!ww_alert_get_can_refuse (alert))
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("This can no longer be refused."));
  refusal = g_new0 (Refusal, 1);
  refusal->client = g_object_ref (self);
  refusal->alert = g_object_ref (alert);
  return dex_scheduler_spawn (NULL, 0, refuse_fiber, refusal, refusal_free);
}
