/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-approver"

#include "ww-approver-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-signature.h"

G_DEFINE_FINAL_TYPE (WwApprover, ww_approver, G_TYPE_OBJECT)

static guint signal_pending_device_added;

WwApproverTask *
ww_approver_task_new (WwApprover *approver, WwPendingDevice *device, const char *digits)
{
  WwApproverTask *self = g_new0 (WwApproverTask, 1);

  self->approver = g_object_ref (approver);
  self->device = g_object_ref (device);
  self->digits = g_strdup (digits);
  return self;
}

void
ww_approver_task_free (gpointer data)
{
  WwApproverTask *self = data;

  g_object_unref (self->approver);
  g_object_unref (self->device);
  g_free (self->digits);
  g_free (self);
}

const Waxwing__DevicePending *
ww_approver_get_pending (WwPendingDevice *device)
{
  return ww_reply_event (device->announcement)->device_pending;
}

WwPendingDevice *
ww_approver_find (WwApprover *self, const guint8 *device_id, guint *position)
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
void
ww_approver_end (WwApprover *self, WwPendingDevice *device)
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
      if (ww_approver_find (self, device_id, &position) == device)
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
        ww_approver_end (self, device);
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
  before = ww_approver_find (self, device_id, NULL);
  if (before != NULL && g_bytes_equal (before->pending, joined))
    return;
  if (before != NULL)
    ww_approver_end (self, before);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->devices)) >= WW_MAX_PENDING_DEVICES)
    return;
  id = ww_hex_encode (device_id, sizeof device_id);
  name = open_name (self, pending, device_id);
  device = ww_pending_device_new (self, id, name, pending->handle, ww_clamp_time (pending->requested_ms),
                                  CLAMP (ww_clamp_time (pending->expires_ms), now + 1, now + WW_APPROVAL_MS));
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
    ww_approver_take_revealed (self, event->approval_revealed);
  else if (event->body_case == WAXWING__EVENT__BODY_APPROVAL_ENDED)
    {
      device = ww_approver_find (self, event->approval_ended->device_id.data, NULL);
      /* Our own grant is ended by the one who waits for its answer. */
      if (device != NULL && device->state != WW_PENDING_DEVICE_STATE_APPROVING)
        ww_approver_end (self, device);
    }
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
        ww_approver_end (self, device);
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
