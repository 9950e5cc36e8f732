/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include <glib/gi18n-lib.h>

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-client-private.h"
#include "ww-crash-point.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-record-builder.h"
#include "ww-until.h"

/*
 * Starting over: docs/protocol.md, "Claims". Before the request goes out, the keys are in the keyring and all that is needed
 * to repeat the request in the store, so that the program can be closed, or killed, at any moment and goes on when it is
 * opened again. The record itself is not kept: it is made anew, after whatever the account has published meanwhile. Whether
 * an earlier request was the one that counted shows in the account's chain.
 */

/* Longer waits are taken in pieces, so that a clock that was set meanwhile is noticed. */
#define MAX_PAUSE_MS (10LL * 60 * 1000)
#define MIN_PAUSE_MS 1000
#define RETRY_MS     15000
/* Every lost race means that another record came in; more than a few in a row is not people. */
#define MAX_CONFLICTS 8

typedef enum
{
  OUTCOME_FAILED, /* with an error */
  OUTCOME_AGAIN,
  OUTCOME_HELD,
  OUTCOME_DONE,
} Outcome;

WwHeldClaim *
ww_enrolment_run_dup_claim (WwEnrolmentRun *self)
{
  WwHeldClaim *claim = g_new0 (WwHeldClaim, 1);

  claim->handle = g_strdup (self->handle);
  memcpy (claim->token, self->token, sizeof claim->token);
  memcpy (claim->push_address, self->push_address, sizeof claim->push_address);
  claim->enrolled_ms = self->enrolled_ms;
  claim->due_ms = self->due_ms;
  return claim;
}

/* The next record of the account as it is now: this device and this handle, and a new key. */
static WwRecord *
build_record (WwEnrolmentRun *run, GError **error)
{
  const WwSigningKey *account_key = ww_identity_get_account_key (run->identity);
  const guint8 *account_id = ww_identity_get_account_id (run->identity);
  guint8 public_key[WW_POINT_SIZE];
  WwNewDevice device = { 0 };
  WwRecordChange change = { .device_added = &device, .handle_added = run->handle, .reset = TRUE };
  WW_AUTO_BUFFER name = { 0 };
  g_autoptr (GBytes) statement = NULL;
  gsize len;

  ww_signing_key_public (account_key, public_key);
  statement = ww_enrolment_run_state_device (run, ww_identity_get_keys (run->identity), account_id, public_key,
                                             device.signature, error);
  if (statement == NULL)
    return NULL;
  device.statement.data = g_bytes_get_data (statement, &len);
  device.statement.len = len;
  if (ww_name_seal (account_key, account_id, run->device_id, run->device_name, &name) == WW_CRYPTO_OK)
    device.sealed_name = WW_BYTES_OF_BUFFER (&name);
  return ww_record_build_next (account_key, ww_enrolment_run_newest (run), &change, ww_now_ms (), error);
}

static WwReply *
ask_reset (WwEnrolmentRun *run, const WwRecord *record, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__ResetAccount reset = WAXWING__RESET_ACCOUNT__INIT;
  Waxwing__SignedRecord signed_record;

  ww_record_fill_signed (record, &signed_record);
  reset.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  reset.record = &signed_record;
  request.body_case = WAXWING__REQUEST__BODY_RESET_ACCOUNT;
  request.reset_account = &reset;
  return ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_DONE, error);
}

static gboolean
write_due (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_set_held_due (database, *(gint64 *) data, error);
}

static void
take_held (WwEnrolmentRun *run, const Waxwing__Held *held)
{
  run->due_ms = ww_clamp_time (held->due_ms);
  /* Not needed to go on: without it the server would only be asked once more. */
  dex_await (ww_until (ww_store_run (run->store, write_due, g_memdup2 (&run->due_ms, sizeof run->due_ms), g_free),
                       run->closing),
             NULL);
  ww_crash_point ("held");
  run->held = TRUE;
  ww_enrolment_set_held_until (run->enrolment, run->due_ms);
  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_HELD, NULL);
  if (run->start_over != NULL && dex_future_is_pending (DEX_FUTURE (run->start_over)))
    dex_promise_resolve_boolean (run->start_over, TRUE);
}

/* A refusal is the last word only if no earlier request, whose answer was lost, did it: that shows in the chain. */
static Outcome
take_refusal (WwEnrolmentRun *run, GError *refusal, GError **error)
{
  guint64 before = ww_record_sequence (ww_enrolment_run_newest (run));
  g_autoptr (GError) owned = refusal;

  if (!g_error_matches (refusal, WW_ERROR, WW_ERROR_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return OUTCOME_FAILED;
    }
  if (!ww_enrolment_follow_chain (run, error))
    return OUTCOME_FAILED;
  if (ww_enrolment_record_has_identity (ww_enrolment_run_newest (run), run->identity))
    return OUTCOME_DONE;
  if (g_str_equal (ww_error_get_code (refusal), WW_CODE_RECORD_CONFLICT) &&
      ww_record_sequence (ww_enrolment_run_newest (run)) > before)
    return OUTCOME_AGAIN;
  if (ww_error_is_retryable (refusal))
    return ww_enrolment_run_pause (run, RETRY_MS, error) ? OUTCOME_AGAIN : OUTCOME_FAILED;
  g_propagate_error (error, g_steal_pointer (&owned));
  ww_proof_explain (error, run->handle, run->proof);
  run->forget = TRUE;
  return OUTCOME_FAILED;
}

static Outcome
claim_once (WwEnrolmentRun *run, GError **error)
{
  g_autoptr (WwRecord) record = build_record (run, error);
  g_autoptr (WwReply) reply = NULL;
  g_autoptr (GError) refusal = NULL;

  if (record == NULL)
    return OUTCOME_FAILED;
  run->watch = FALSE;
  reply = ask_reset (run, record, &refusal);
  ww_crash_point ("asked");
  if (reply == NULL)
    return take_refusal (run, g_steal_pointer (&refusal), error);
  if (ww_reply_response (reply)->body_case == WAXWING__RESPONSE__BODY_HELD)
    {
      take_held (run, ww_reply_response (reply)->held);
      return OUTCOME_HELD;
    }
  g_ptr_array_add (run->chain, g_steal_pointer (&record));
  return OUTCOME_DONE;
}

/* Until it is due, by the server's clock, or the link came up anew: whoever refused meanwhile has done so for good. */
static gboolean
wait_due (WwEnrolmentRun *run, GError **error)
{
  for (;;)
    {
      gint64 left = run->due_ms - ww_link_get_server_now_ms (run->link);
      guint ups_before = run->n_ups;

      if (!ww_enrolment_run_pause (run, CLAMP (left, MIN_PAUSE_MS, MAX_PAUSE_MS), error))
        return FALSE;
      if (run->n_ups != ups_before || ww_link_get_server_now_ms (run->link) >= run->due_ms)
        return TRUE;
    }
}

gboolean
ww_enrolment_claim (WwEnrolmentRun *run, GError **error)
{
  guint conflicts = 0;

  for (;;)
    {
      switch (claim_once (run, error))
        {
        case OUTCOME_FAILED:
          return FALSE;
        case OUTCOME_DONE:
          return ww_enrolment_finish (run, run->store, run->identity, run->chain, error);
        case OUTCOME_HELD:
          conflicts = 0;
          if (!wait_due (run, error))
            return FALSE;
          break;
        case OUTCOME_AGAIN:
          if (++conflicts > MAX_CONFLICTS)
            {
              ww_error_set (error, WW_ERROR_PROTOCOL);
              return FALSE;
            }
          break;
        }
    }
}

gboolean
ww_enrolment_reset_account (WwEnrolmentRun *run, GError **error)
{
  WwSigningKey *account_key = NULL;

  ww_enrolment_set_digits (run->enrolment, NULL);
  ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_PREPARING, NULL);
  if (ww_signing_key_generate (&account_key) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  run->joined = FALSE;
  run->identity = ww_identity_new (ww_record_account_id (ww_enrolment_run_newest (run)), run->device_id,
                                   g_steal_pointer (&run->keys), account_key);
  run->store = ww_enrolment_store (run, run->identity, (WwRecord *const *) run->chain->pdata, run->chain->len, error);
  return run->store != NULL && ww_enrolment_claim (run, error);
}

/**
 * ww_enrolment_start_over:
 *
 * In APPROVING: none of the account's devices is at hand. Makes a new account key and asks the server to start the account
 * over with this device alone. In HELD after a restart: nothing but waits for the server's answer to the request, which
 * goes out by itself.
 *
 * Returns: (transfer full): a future of %TRUE when the server has taken the request: the state then is HELD or DONE
 */
DexFuture *
ww_enrolment_start_over (WwEnrolment *self)
{
  gboolean held = self->state == WW_ENROLMENT_STATE_HELD;

  if (self->run == NULL || (!held && self->state != WW_ENROLMENT_STATE_APPROVING))
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s",
                                  _ ("There is no account to start over now."));
  if (held && self->run->held)
    return dex_future_new_true ();
  if (self->run->start_over == NULL)
    {
      self->run->start_over = dex_promise_new ();
      if (!held)
        ww_enrolment_run_look_again (self->run);
    }
  return DEX_FUTURE (dex_ref (self->run->start_over));
}

static gboolean
read_claim (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwHeldClaim *claim;

  if (!ww_store_get_held_claim (database, data, &claim, error))
    return FALSE;
  g_value_init (result, WW_TYPE_HELD_CLAIM);
  g_value_take_boxed (result, claim);
  return TRUE;
}

/* A run that stands where the one before the restart did. */
static WwEnrolmentRun *
run_from_claim (WwEnrolment *self, WwHeldClaim *claim, WwStore *store, WwIdentity *identity, const char *name,
                const char *device_name)
{
  WwEnrolmentRun *run = ww_enrolment_run_new (self, claim->handle, name, device_name, WW_ENROLMENT_ACCEPT_COST);

  memcpy (run->token, claim->token, sizeof run->token);
  memcpy (run->push_address, claim->push_address, sizeof run->push_address);
  memcpy (run->device_id, ww_identity_get_device_id (identity), sizeof run->device_id);
  run->enrolled_ms = claim->enrolled_ms;
  run->due_ms = claim->due_ms;
  run->store = g_object_ref (store);
  run->identity = ww_identity_ref (identity);
  g_ptr_array_add (run->chain, ww_record_ref (claim->newest));
  return run;
}

gboolean
ww_enrolment_resume (WwEnrolment *self, WwStore *store, WwIdentity *identity, const char *server, const char *name,
                     const char *device_name, gboolean online, GError **error)
{
  g_autoptr (WwHeldClaim) claim = dex_await_boxed (
      ww_store_read (store, read_claim, g_memdup2 (ww_identity_get_account_id (identity), WW_ID_SIZE), g_free), error);
  g_autofree char *id = NULL;

  if (claim == NULL)
    return FALSE;
  ww_enrolment_set_server (self, server);
  ww_enrolment_set_handle (self, claim->handle);
  ww_enrolment_set_proof (self, ww_proof_choose (claim->handle, WW_ENROLMENT_DEFAULT));
  ww_enrolment_set_further_device (self, TRUE);
  id = ww_hex_encode (ww_identity_get_device_id (identity), WW_ID_SIZE);
  ww_enrolment_set_device_id (self, id);
  ww_enrolment_set_held_until (self, claim->due_ms);
  dex_future_disown (
      ww_enrolment_begin (self, run_from_claim (self, claim, store, identity, name, device_name), online));
  ww_enrolment_set_state (self, WW_ENROLMENT_STATE_HELD, NULL);
  return TRUE;
}
