/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include <glib/gi18n-lib.h>

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-store-handover.h"
#include "ww-until.h"

/* The side of an approval that asks: docs/protocol.md, "Enrolment". */
typedef struct
{
  WwEnrolmentRun *run;
  guint8 account_id[16];
  GBytes *statement;
  guint8 signature[64];
  guint8 nonce[32];
  guint8 commitment[32];
  gboolean revealed; /* to one approving device and its nonce, and never to another */
  guint8 approver_id[16];
  guint8 approver_nonce[32];
} Join;

static gboolean
prepare_join (Join *self, GError **error)
{
  WwEnrolmentRun *run = self->run;
  WwRecord *newest = ww_enrolment_run_newest (run);
  gsize len;
  const guint8 *data;

  memcpy (self->account_id, ww_record_account_id (newest), WW_ID_SIZE);
  self->statement = ww_enrolment_run_state_device (run, run->keys, self->account_id, ww_record_account_key (newest),
                                                   self->signature, error);
  if (self->statement == NULL)
    return FALSE;
  data = g_bytes_get_data (self->statement, &len);
  ww_random_bytes (self->nonce, sizeof self->nonce);
  if (ww_approval_commit (self->nonce, self->account_id, WW_BYTES (data, len), self->commitment) == WW_CRYPTO_OK)
    return TRUE;
  ww_error_set (error, WW_ERROR_FAILED);
  return FALSE;
}

/* This device's name, readable by each of the account's devices. Those without an encryption key show none. */
static size_t
seal_names (Join *self, Waxwing__SealedName *names, WwBuffer *sealed)
{
  size_t n_devices, n = 0;
  const WwRecordDevice *devices = ww_record_devices (ww_enrolment_run_newest (self->run), &n_devices);

  for (size_t i = 0; i < n_devices; i++)
    {
      if (devices[i].p256_key.len != WW_POINT_SIZE ||
          ww_pending_name_seal (devices[i].p256_key.data, self->account_id, self->run->device_id,
                                self->run->device_name, &sealed[n]) != WW_CRYPTO_OK)
        continue;
      waxwing__sealed_name__init (&names[n]);
      names[n].device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) devices[i].device_id };
      names[n].sealed = (ProtobufCBinaryData) { sealed[n].len, sealed[n].data };
      n++;
    }
  return n;
}

static gboolean
want_history (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_want_history (database, TRUE, error);
}

/* May be asked again with the same device: after a lost connection the server then knows where to find us. */
static gboolean
ask_join (Join *self, GError **error)
{
  WwEnrolmentRun *run = self->run;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__JoinAccount join = WAXWING__JOIN_ACCOUNT__INIT;
  Waxwing__SealedName names[WW_MAX_DEVICES];
  Waxwing__SealedName *list[WW_MAX_DEVICES];
  WwBuffer sealed[WW_MAX_DEVICES] = { 0 };
  g_autoptr (WwReply) reply = NULL;
  gsize len;

  join.token = (ProtobufCBinaryData) { sizeof run->token, run->token };
  join.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->account_id };
  join.device.data = (guint8 *) g_bytes_get_data (self->statement, &len);
  join.device.len = len;
  join.signature = (ProtobufCBinaryData) { sizeof self->signature, self->signature };
  join.commitment = (ProtobufCBinaryData) { sizeof self->commitment, self->commitment };
  join.n_names = seal_names (self, names, sealed);
  for (size_t i = 0; i < join.n_names; i++)
    list[i] = &names[i];
  join.names = list;
  request.body_case = WAXWING__REQUEST__BODY_JOIN_ACCOUNT;
  request.join_account = &join;
  reply = ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_JOIN_PENDING, error);
  for (size_t i = 0; i < WW_MAX_DEVICES; i++)
    ww_buffer_clear (&sealed[i]);
  if (reply == NULL)
    return FALSE;
  run->joined = TRUE;
  ww_enrolment_set_times (run->enrolment, 0, ww_clamp_time (ww_reply_response (reply)->join_pending->expires_ms));
  return TRUE;
}

/* The record that the approving device says is current: the one we know, or its successor. */
static gboolean
take_record (Join *self, const Waxwing__SignedRecord *signed_record, GError **error)
{
  WwRecord *newest = ww_enrolment_run_newest (self->run);
  g_autoptr (WwRecord) record = NULL;
  WwRecordStatus status = ww_record_new (WW_BYTES (signed_record->record.data, signed_record->record.len),
                                         WW_BYTES (signed_record->signature.data, signed_record->signature.len),
                                         &record);

  if (status == WW_RECORD_OK && memcmp (ww_record_hash (record), ww_record_hash (newest), WW_HASH_SIZE) == 0)
    return TRUE;
  if (status == WW_RECORD_OK)
    status = ww_record_check_next (newest, record);
  if (status != WW_RECORD_OK)
    {
      ww_error_set (error, ww_error_from_record (status));
      return FALSE;
    }
  g_ptr_array_add (self->run->chain, g_steal_pointer (&record));
  return TRUE;
}

static gboolean
reveal (Join *self, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__RevealNonce reveal_nonce = WAXWING__REVEAL_NONCE__INIT;
  g_autoptr (WwReply) reply = NULL;

  reveal_nonce.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->run->device_id };
  reveal_nonce.nonce = (ProtobufCBinaryData) { sizeof self->nonce, self->nonce };
  request.body_case = WAXWING__REQUEST__BODY_REVEAL_NONCE;
  request.reveal_nonce = &reveal_nonce;
  reply = ww_enrolment_run_ask (self->run, &request, WAXWING__RESPONSE__BODY_DONE, error);
  return reply != NULL;
}

/*
 * Once our nonce is out, another approver's nonce could have been chosen to make the digits come out as somebody
 * between the devices likes. So there is one exchange only; the same one may be begun again.
 */
static gboolean
take_begun (Join *self, const Waxwing__ApprovalBegun *begun, GError **error)
{
  char digits[7];
  gsize len;
  const guint8 *statement = g_bytes_get_data (self->statement, &len);
  WwRecord *newest;

  if (self->revealed && (memcmp (self->approver_id, begun->approver_id.data, WW_ID_SIZE) != 0 ||
                         memcmp (self->approver_nonce, begun->nonce.data, WW_NONCE_SIZE) != 0))
    return TRUE;
  if (!take_record (self, begun->record, error))
    return FALSE;
  newest = ww_enrolment_run_newest (self->run);
  if (ww_record_find_device (newest, begun->approver_id.data) == NULL)
    {
      ww_error_set (error, WW_ERROR_RECORD_WRONG_ACCOUNT);
      return FALSE;
    }
  memcpy (self->approver_id, begun->approver_id.data, WW_ID_SIZE);
  memcpy (self->approver_nonce, begun->nonce.data, WW_NONCE_SIZE);
  self->revealed = TRUE;
  if (!reveal (self, error))
    return FALSE;
  if (ww_approval_digits (self->nonce, self->approver_nonce, self->account_id, ww_record_hash (newest),
                          WW_BYTES (statement, len), self->approver_id, digits) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  ww_enrolment_set_digits (self->run->enrolment, digits);
  return TRUE;
}

/* Appends what is new of the chain that came with the grant; all of it continues what we know. */
static WwRecordStatus
extend_chain (Join *self, const Waxwing__ApprovalGranted *granted)
{
  GPtrArray *chain = self->run->chain;

  for (size_t i = 0; i < granted->n_chain; i++)
    {
      const Waxwing__SignedRecord *item = granted->chain[i];
      WwRecord *newest = ww_enrolment_run_newest (self->run);
      g_autoptr (WwRecord) record = NULL;
      WwRecordStatus status = ww_record_new (WW_BYTES (item->record.data, item->record.len),
                                             WW_BYTES (item->signature.data, item->signature.len), &record);

      if (status == WW_RECORD_OK && ww_record_sequence (record) <= ww_record_sequence (newest))
        {
          const WwRecord *known = ww_record_sequence (record) > 0 ? chain->pdata[ww_record_sequence (record) - 1]
                                                                  : newest;

          if (memcmp (ww_record_hash (known), ww_record_hash (record), WW_HASH_SIZE) != 0)
            return WW_RECORD_FORKED;
          continue;
        }
      if (status == WW_RECORD_OK)
        status = ww_record_check_next (newest, record);
      if (status != WW_RECORD_OK)
        return status;
      g_ptr_array_add (chain, g_steal_pointer (&record));
    }
  return WW_RECORD_OK;
}

/* The account's newest record must hold this device with exactly the keys that it made, and nothing else will do. */
static gboolean
record_has_us (Join *self)
{
  const WwRecordDevice *device = ww_record_find_device (ww_enrolment_run_newest (self->run), self->run->device_id);
  gsize len;
  const guint8 *statement = g_bytes_get_data (self->statement, &len);

  return device != NULL && ww_bytes_equal (device->device, WW_BYTES (statement, len));
}

static gboolean
take_granted (Join *self, const Waxwing__ApprovalGranted *granted, GError **error)
{
  WwEnrolmentRun *run = self->run;
  WwRecordStatus status = extend_chain (self, granted);
  WwSigningKey *account_key = NULL;
  g_autoptr (WwIdentity) identity = NULL;
  g_autoptr (WwStore) store = NULL;

  if (status == WW_RECORD_OK && !record_has_us (self))
    status = WW_RECORD_DEVICE_UNSIGNED;
  if (status != WW_RECORD_OK)
    {
      ww_error_set (error, ww_error_from_record (status));
      return FALSE;
    }
  if (ww_approval_open_account_key (run->keys, self->account_id, run->device_id,
                                    WW_BYTES (granted->sealed_account_key.data, granted->sealed_account_key.len),
                                    ww_record_account_key (ww_enrolment_run_newest (run)),
                                    &account_key) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_PROTOCOL);
      return FALSE;
    }
  run->joined = FALSE;
  identity = ww_identity_new (self->account_id, run->device_id, g_steal_pointer (&run->keys), account_key);
  store = ww_enrolment_store (run, identity, (WwRecord *const *) run->chain->pdata, run->chain->len, error);
  /* What the approving device offers is welcome, and only on a device that is new. */
  return store != NULL && dex_await (ww_store_run (store, want_history, NULL, NULL), error) &&
         ww_enrolment_finish (run, store, identity, NULL, error);
}

static gboolean
take_ended (Join *self, const Waxwing__ApprovalEnded *ended, GError **error)
{
  if (memcmp (ended->device_id.data, self->run->device_id, WW_ID_SIZE) != 0 ||
      ended->reason == WAXWING__APPROVAL_ENDED__REASON__GRANTED)
    return TRUE;
  self->run->joined = FALSE;
  if (ended->reason == WAXWING__APPROVAL_ENDED__REASON__REFUSED)
    g_set_error_literal (error, WW_ERROR, WW_ERROR_APPROVAL_ENDED,
                         _ ("The other device refused this one. Start again if that was a mistake."));
  else
    ww_error_set (error, WW_ERROR_APPROVAL_ENDED);
  return FALSE;
}

/* FALSE at the end: done, or with an error. */
static gboolean
take_event (Join *self, const Waxwing__Event *event, gboolean *done, GError **error)
{
  if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_BEGUN)
    return take_begun (self, event->approval_begun, error);
  if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_GRANTED)
    {
      *done = take_granted (self, event->approval_granted, error);
      return FALSE;
    }
  if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_ENDED)
    return take_ended (self, event->approval_ended, error);
  return TRUE;
}

static gboolean
wait_granted (Join *self, GError **error)
{
  gboolean done = FALSE, more = TRUE;
  g_autoptr (GError) local = NULL;

  while (more && local == NULL)
    {
      g_autoptr (WwReply) event = ww_enrolment_run_next (self->run, &local);

      if (event != NULL)
        more = take_event (self, ww_reply_event (event), &done, &local);
      else if (local == NULL && self->run->start_over != NULL)
        more = FALSE;
      else if (local == NULL)
        more = ask_join (self, &local);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return done;
}

gboolean
ww_enrolment_join_account (WwEnrolmentRun *run, GError **error)
{
  Join join = { .run = run };
  gboolean done;

  if (!prepare_join (&join, error))
    return FALSE;
  run->watch = FALSE;
  done = ask_join (&join, error);
  if (done)
    {
      ww_enrolment_set_state (run->enrolment, WW_ENROLMENT_STATE_APPROVING, NULL);
      done = wait_granted (&join, error);
    }
  g_bytes_unref (join.statement);
  ww_wipe (join.nonce, sizeof join.nonce);
  return done;
}
