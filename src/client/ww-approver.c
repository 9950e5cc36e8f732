/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-approver"

#include "ww-approver.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-pending-device-private.h"
#include "ww-record-builder.h"
#include "ww-signature.h"
#include "ww-until.h"

struct _WwApprover
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwAccount *account;
  WwIdentity *identity;
  GListStore *devices;
  DexPromise *closing;
  guint timer; /* until the first of them expires */
};

G_DEFINE_FINAL_TYPE (WwApprover, ww_approver, G_TYPE_OBJECT)

static guint signal_pending_device_added;

/* Work on one pending device. */
typedef struct
{
  WwApprover *approver;
  WwPendingDevice *device;
  char *digits;
} Task;

static Task *
task_new (WwApprover *approver, WwPendingDevice *device, const char *digits)
{
  Task *self = g_new0 (Task, 1);

  self->approver = g_object_ref (approver);
  self->device = g_object_ref (device);
  self->digits = g_strdup (digits);
  return self;
}

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->approver);
  g_object_unref (self->device);
  g_free (self->digits);
  g_free (self);
}

static const Waxwing__DevicePending *
get_pending (WwPendingDevice *device)
{
  return ww_reply_event (device->announcement)->device_pending;
}

static WwPendingDevice *
find (WwApprover *self, const guint8 *device_id, guint *position)
{
  g_autofree char *id = ww_hex_encode (device_id, WW_ID_SIZE);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->devices));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);

      if (g_str_equal (device->id, id))
        {
          if (position != NULL)
            *position = i;
          return device;
        }
    }
  return NULL;
}

static gboolean
delete_exchange (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_delete_approval (database, data, error);
}

static void set_timer (WwApprover *self);

/* However it ended: it leaves the list, and its exchange the store. */
static void
end (WwApprover *self, WwPendingDevice *device)
{
  guint8 device_id[WW_ID_SIZE];
  guint position;

  g_object_ref (device);
  ww_pending_device_set_digits (device, NULL);
  ww_pending_device_set_state (device, WW_PENDING_DEVICE_STATE_ENDED);
  if (device->compared != NULL)
    dex_promise_reject (device->compared, ww_error_new (WW_ERROR_APPROVAL_ENDED));
  dex_clear (&device->compared);
  if (ww_hex_decode (device->id, device_id, sizeof device_id))
    {
      if (find (self, device_id, &position) == device)
        g_list_store_remove (self->devices, position);
      dex_future_disown (ww_store_run (self->store, delete_exchange, g_memdup2 (device_id, sizeof device_id), g_free));
    }
  set_timer (self);
  g_object_unref (device);
}

static gboolean
timer_cb (gpointer data)
{
  WwApprover *self = data;
  gint64 now = ww_now_ms ();

  self->timer = 0;
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->devices)); i > 0; i--)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i - 1);

      if (device->expires_ms <= now)
        end (self, device);
    }
  set_timer (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (WwApprover *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->devices));
  gint64 now = ww_now_ms (), first = G_MAXINT64;

  g_clear_handle_id (&self->timer, g_source_remove);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);

      first = MIN (first, device->expires_ms);
    }
  if (n > 0 && dex_future_is_pending (DEX_FUTURE (self->closing)))
    self->timer = g_timeout_add ((guint) CLAMP (first - now, 1, 2 * WW_APPROVAL_MS), timer_cb, self);
}

/* Gives the digits to the person, when both nonces are known. */
static void
compare (WwApprover *self, WwPendingDevice *device)
{
  const Waxwing__DevicePending *pending = get_pending (device);
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

static DexFuture *
save (WwApprover *self, WwPendingDevice *device)
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
exchange_nonces (Task *task, const WwRecord *record, GError **error)
{
  WwApprover *self = task->approver;
  WwApprovalRow *exchange = task->device->exchange;

  memcpy (exchange->record, ww_record_hash (record), WW_HASH_SIZE);
  exchange->has_revealed = FALSE;
  ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_EXCHANGING);
  /* Stored before it is sent: after a restart the other side meets the same nonce, or none. */
  return dex_await (ww_until (save (self, task->device), self->closing), error) &&
         dex_await (ww_until (send_begin (self, task->device), self->closing), error);
}

static gboolean
begin (Task *task, GError **error)
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
  Task *task = data;
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
  dex_future_disown (dex_scheduler_spawn (NULL, 0, begin_fiber, task_new (self, device, NULL), task_free));
  return future;
}

static void
take_revealed (WwApprover *self, const Waxwing__ApprovalRevealed *revealed)
{
  WwPendingDevice *device = find (self, revealed->device_id.data, NULL);
  const Waxwing__DevicePending *pending;

  if (device == NULL || device->state != WW_PENDING_DEVICE_STATE_EXCHANGING)
    return;
  pending = get_pending (device);
  if (ww_approval_check (pending->commitment.data, revealed->nonce.data, ww_identity_get_account_id (self->identity),
                         WW_BYTES (pending->device.data, pending->device.len)) != WW_CRYPTO_OK)
    {
      /* Somebody between the two devices tried other keys. Nothing good comes of this exchange. */
      dex_future_disown (ww_approver_refuse (self, device));
      return;
    }
  memcpy (device->exchange->revealed, revealed->nonce.data, WW_NONCE_SIZE);
  device->exchange->has_revealed = TRUE;
  dex_future_disown (save (self, device));
  compare (self, device);
}

static GBytes *
join (const Waxwing__DevicePending *pending)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, pending->commitment.data, (guint) pending->commitment.len);
  g_byte_array_append (bytes, pending->device.data, (guint) pending->device.len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static char *
open_name (WwApprover *self, const Waxwing__DevicePending *pending, const guint8 device_id[16])
{
  WW_AUTO_BUFFER name = { 0 };

  if (ww_pending_name_open (ww_identity_get_keys (self->identity), ww_identity_get_account_id (self->identity),
                            device_id, WW_BYTES (pending->sealed_name.data, pending->sealed_name.len),
                            &name) != WW_CRYPTO_OK)
    return g_strdup ("");
  return g_utf8_make_valid ((const char *) name.data, (gssize) name.len);
}

/* Whether the announced keys say of themselves that they want to be part of this account. */
static gboolean
check_announcement (WwApprover *self, const Waxwing__DevicePending *pending, guint8 device_id[16])
{
  WwRecord *record = ww_account_get_record (self->account);
  Waxwing__DeviceKeys *keys;
  gboolean valid;

  if (record == NULL)
    return FALSE;
  keys = ww_device_bytes_parse (pending->device.data, pending->device.len);
  if (keys == NULL)
    return FALSE;
  valid = keys->p256_key.len == WW_POINT_SIZE &&
          ww_signature_verify_device (
              keys->signing_key.data, ww_identity_get_account_id (self->identity), ww_record_account_key (record),
              WW_BYTES (pending->device.data, pending->device.len), pending->signature.data) == WW_CRYPTO_OK;
  memcpy (device_id, keys->device_id.data, WW_ID_SIZE);
  waxwing__device_keys__free_unpacked (keys, NULL);
  return valid && ww_record_find_device (record, device_id) == NULL;
}

static void
take_pending (WwApprover *self, WwReply *reply)
{
  const Waxwing__DevicePending *pending = ww_reply_event (reply)->device_pending;
  guint8 device_id[WW_ID_SIZE];
  g_autofree char *id = NULL, *name = NULL;
  g_autoptr (GBytes) joined = join (pending);
  g_autoptr (WwPendingDevice) device = NULL;
  WwPendingDevice *before;
  gint64 now = ww_now_ms ();

  if (!check_announcement (self, pending, device_id))
    {
      g_message ("an announced device was not signed by its own keys and is ignored");
      return;
    }
  before = find (self, device_id, NULL);
  if (before != NULL && g_bytes_equal (before->pending, joined))
    return;
  if (before != NULL)
    end (self, before);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->devices)) >= WW_MAX_PENDING_DEVICES)
    return;
  id = ww_hex_encode (device_id, sizeof device_id);
  name = open_name (self, pending, device_id);
  device = ww_pending_device_new (self, id, name, pending->handle, ww_clamp_time (pending->requested_ms),
                                  CLAMP (ww_clamp_time (pending->expires_ms), now + 1, now + 2 * WW_APPROVAL_MS));
  device->announcement = ww_reply_ref (reply);
  device->pending = g_steal_pointer (&joined);
  g_list_store_append (self->devices, device);
  set_timer (self);
  g_signal_emit (self, signal_pending_device_added, 0, device);
}

void
ww_approver_take (WwApprover *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);
  WwPendingDevice *device;

  if (event->body_case == WAXWING__EVENT__BODY_DEVICE_PENDING)
    take_pending (self, reply);
  else if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_REVEALED)
    take_revealed (self, event->approval_revealed);
  else if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_ENDED)
    {
      device = find (self, event->approval_ended->device_id.data, NULL);
      /* Our own grant is ended by the one who waits for its answer. */
      if (device != NULL && device->state != WW_PENDING_DEVICE_STATE_APPROVING)
        end (self, device);
    }
}

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
  Task *task = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ww_until (send_refusal (task->approver, task->device), task->approver->closing), &error) &&
      ww_error_is_retryable (error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  end (task->approver, task->device);
  return dex_future_new_true ();
}

DexFuture *
ww_approver_refuse (WwApprover *self, WwPendingDevice *device)
{
  return dex_scheduler_spawn (NULL, 0, refuse_fiber, task_new (self, device, NULL), task_free);
}

static WwRecord *
build_with (const WwRecord *current, gpointer data, GError **error)
{
  Task *task = data;
  WwApprover *self = task->approver;
  const Waxwing__DevicePending *pending = get_pending (task->device);
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
  Task *task = data;
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
wrong_digits (Task *task)
{
  WwApprovalRow *exchange = task->device->exchange;

  exchange->tries++;
  dex_await (ww_until (save (task->approver, task->device), task->approver->closing), NULL);
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
digits_agree (Task *task, const char *typed, GError **error)
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
grant (Task *task, GError **error)
{
  ww_pending_device_set_state (task->device, WW_PENDING_DEVICE_STATE_APPROVING);
  return ww_account_publish (task->approver->account, build_with, publish_grant, task, NULL, error);
}

/* The server keeps an exchange in memory only; after its restart the same one is gone through again. */
static gboolean
grant_again (Task *task, const char *typed, GError **error)
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
  Task *task = data;
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
  if (done || !ww_error_is_retryable (error))
    end (task->approver, device);
  else
    ww_pending_device_set_state (device, WW_PENDING_DEVICE_STATE_COMPARING);
  return done ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
ww_approver_approve (WwApprover *self, WwPendingDevice *device, const char *digits)
{
  return dex_scheduler_spawn (NULL, 0, approve_fiber, task_new (self, device, digits), task_free);
}

/* Digits bind the record that was current when the exchange began: with another one it begins anew, with the same nonces. */
static void
account_changed_cb (WwAccount *account, WwRecord *record, gpointer data)
{
  WwApprover *self = data;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->devices)); i > 0; i--)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i - 1);
      guint8 device_id[WW_ID_SIZE];

      if (device->state == WW_PENDING_DEVICE_STATE_APPROVING ||
          !ww_hex_decode (device->id, device_id, sizeof device_id))
        continue;
      if (ww_record_find_device (record, device_id) != NULL)
        end (self, device);
      else if (device->state == WW_PENDING_DEVICE_STATE_COMPARING)
        {
          ww_pending_device_set_digits (device, NULL);
          ww_pending_device_set_state (device, WW_PENDING_DEVICE_STATE_WAITING);
          dex_future_disown (ww_approver_begin (self, device));
        }
    }
}

WwApprover *
ww_approver_new (WwStore *store, WwLink *link, WwAccount *account, WwIdentity *identity, GListStore *devices)
{
  WwApprover *self = g_object_new (WW_TYPE_APPROVER, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->account = g_object_ref (account);
  self->identity = ww_identity_ref (identity);
  self->devices = g_object_ref (devices);
  g_signal_connect_object (account, "changed", G_CALLBACK (account_changed_cb), self, G_CONNECT_DEFAULT);
  return self;
}

void
ww_approver_close (WwApprover *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

static void
ww_approver_dispose (GObject *object)
{
  ww_approver_close (WW_APPROVER (object));
  G_OBJECT_CLASS (ww_approver_parent_class)->dispose (object);
}

static void
ww_approver_finalize (GObject *object)
{
  WwApprover *self = WW_APPROVER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_object (&self->account);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->devices);
  dex_clear (&self->closing);
  G_OBJECT_CLASS (ww_approver_parent_class)->finalize (object);
}

static void
ww_approver_class_init (WwApproverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_approver_dispose;
  object_class->finalize = ww_approver_finalize;
  signal_pending_device_added = g_signal_new ("pending-device-added", WW_TYPE_APPROVER, G_SIGNAL_RUN_LAST, 0, NULL,
                                              NULL, NULL, G_TYPE_NONE, 1, WW_TYPE_PENDING_DEVICE);
}

static void
ww_approver_init (WwApprover *self)
{
  self->closing = dex_promise_new ();
}
