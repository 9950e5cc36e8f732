/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval-relay-private.h"

#include <string.h>

#include <openssl/crypto.h>

#include "ww-clock.h"
#include "ww-log.h"

static void
pending_free (WwPending *pending)
{
  g_clear_pointer (&pending->connection, ww_connection_unref);
  ww_stored_pending_clear (&pending->row);
  ww_buffer_clear (&pending->record.record);
  OPENSSL_cleanse (pending->new_nonce, sizeof pending->new_nonce);
  g_free (pending);
}

/* Nothing waits yet. */
WwApprovalRelay *
ww_approval_relay_new (WwServices *services)
{
  WwApprovalRelay *self = g_new0 (WwApprovalRelay, 1);

  self->services = services;
  self->devices = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                         (GDestroyNotify) pending_free);
  return self;
}

/* Frees what is in memory. */
void
ww_approval_relay_free (WwApprovalRelay *self)
{
  g_hash_table_unref (self->devices);
  g_free (self);
}

/* The device that waits under this id, or NULL. */
WwPending *
ww_approval_relay_find (WwApprovalRelay *self, const uint8_t device_id[WW_ID_SIZE])
{
  g_autoptr (GBytes) key = g_bytes_new_static (device_id, WW_ID_SIZE);

  return g_hash_table_lookup (self->devices, key);
}

/* Takes over what the row holds. */
static WwPending *
add_row (WwApprovalRelay *self, WwStoredPending *row)
{
  WwPending *pending = g_new0 (WwPending, 1);

  pending->row = *row;
  pending->state = row->granted ? WW_APPROVAL_GRANTED : WW_APPROVAL_WAITING;
  memset (row, 0, sizeof *row);
  g_hash_table_insert (self->devices, g_bytes_new (pending->row.device_id, WW_ID_SIZE), pending);
  return pending;
}

/* --- The storage --------------------------------------------------------------------------- */

static void
forgotten_cb (WwOperation *base)
{
  /* Housekeeping finds the row again when it could not be deleted now. */
}

static void
forget (WwApprovalRelay *self, WwPending *pending)
{
  WwForgetPendingOp *op = ww_operation_new (WwForgetPendingOp, forgotten_cb, NULL);
  g_autoptr (GBytes) key = g_bytes_new (pending->row.device_id, WW_ID_SIZE);

  memcpy (op->device_id, pending->row.device_id, WW_ID_SIZE);
  self->services->storage->engine->forget_pending (self->services->storage, op);
  g_hash_table_remove (self->devices, key);
}

typedef struct
{
  WwApprovalRelay *self;
  void (*done) (bool loaded, void *data);
  void *data;
} Load;

static void
loaded_cb (WwOperation *base)
{
  WwLoadPendingOp *op = (WwLoadPendingOp *) base;
  Load *load = base->data;

  for (size_t i = 0; i < op->n_pending; i++)
    add_row (load->self, &op->pending[i]);
  ww_approval_relay_expire (load->self);
  load->done (base->status == WW_STORAGE_OK, load->data);
  g_free (load);
}

/* See the header. */
void
ww_approval_relay_load (WwApprovalRelay *self, void (*done) (bool loaded, void *data), void *data)
{
  Load *load = g_new (Load, 1);

  *load = (Load) { self, done, data };
  self->services->storage->engine->load_pending (self->services->storage,
                                                 ww_operation_new (WwLoadPendingOp, loaded_cb, load));
}

/* --- The end ------------------------------------------------------------------------------- */

/* See the private header. `pending` is gone afterwards. */
void
ww_approval_relay_end (WwApprovalRelay *self, WwPending *pending, Waxwing__ApprovalEnded__Reason reason)
{
  if (!ww_approval_state_move (&pending->state, WW_APPROVAL_END))
    return;
  ww_approval_tell_ended (self, pending, reason);
  if (pending->connection != NULL && pending->connection->state == WW_CONNECTION_PENDING)
    pending->connection->state = WW_CONNECTION_ANONYMOUS;
  forget (self, pending);
}

/* See the header. A grant that nobody fetched is kept as long as a message would be. */
void
ww_approval_relay_expire (WwApprovalRelay *self)
{
  int64_t now_ms = ww_clock_now_ms ();
  g_autoptr (GPtrArray) all = g_hash_table_get_values_as_ptr_array (self->devices);

  for (guint i = 0; i < all->len; i++)
    {
      WwPending *pending = all->pdata[i];

      if (pending->state != WW_APPROVAL_GRANTED && pending->row.expires_ms <= now_ms)
        ww_approval_relay_end (self, pending, WAXWING__APPROVAL_ENDED__REASON__EXPIRED);
      else if (pending->row.expires_ms + WW_MAILBOX_MS <= now_ms)
        forget (self, pending);
    }
}

/* See the header. */
void
ww_approval_relay_drop (WwApprovalRelay *self, const uint8_t account_id[WW_ID_SIZE],
                        const uint8_t token_hash[WW_HASH_SIZE], const WwConnection *but)
{
  g_autoptr (GPtrArray) all = g_hash_table_get_values_as_ptr_array (self->devices);

  for (guint i = 0; i < all->len; i++)
    {
      WwPending *pending = all->pdata[i];

      if (memcmp (pending->row.account_id, account_id, WW_ID_SIZE) != 0 ||
          (token_hash != NULL && memcmp (pending->row.token_hash, token_hash, WW_HASH_SIZE) != 0))
        continue;
      if (but != NULL && pending->connection == but && but->state == WW_CONNECTION_PENDING)
        {
          pending->connection->state = WW_CONNECTION_ANONYMOUS;
          g_clear_pointer (&pending->connection, ww_connection_unref);
        }
      ww_approval_relay_end (self, pending, WAXWING__APPROVAL_ENDED__REASON__CANCELLED);
    }
}

/* --- The new device ------------------------------------------------------------------------ */

/* The link speaks for the pending device; it hears where the approval stands. */
static void
attach (WwApprovalRelay *self, WwPending *pending, WwConnection *connection)
{
  ww_connection_ref (connection);
  g_clear_pointer (&pending->connection, ww_connection_unref);
  pending->connection = connection;
  connection->state = WW_CONNECTION_PENDING;
  memcpy (connection->device_id, pending->row.device_id, WW_ID_SIZE);
  memcpy (connection->account_id, pending->row.account_id, WW_ID_SIZE);

  switch (pending->state)
    {
    case WW_APPROVAL_BEGUN:
    case WW_APPROVAL_REVEALED:
      ww_approval_tell_begun (pending);
      break;
    case WW_APPROVAL_GRANTED:
      ww_approval_tell_granted (self, pending);
      break;
    case WW_APPROVAL_WAITING:
    case WW_APPROVAL_OVER:
      break;
    }
}

/* See the header. */
void
ww_approval_relay_joined (WwApprovalRelay *self, WwConnection *connection, WwStoredPending *row)
{
  WwPending *pending = ww_approval_relay_find (self, row->device_id);
  bool is_new = pending == NULL;

  if (is_new)
    {
      pending = add_row (self, row);
      ww_log (WW_LOG_INFO, "device %s waits for its approval", ww_log_id (pending->row.device_id).text);
    }
  attach (self, pending, connection);
  if (is_new)
    ww_approval_announce (self, pending);
}

/* See the header. */
bool
ww_approval_relay_resume (WwApprovalRelay *self, WwConnection *connection, const uint8_t token_hash[WW_HASH_SIZE],
                          uint64_t *expires_ms)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->devices);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      WwPending *pending = value;

      if (memcmp (pending->row.token_hash, token_hash, WW_HASH_SIZE) != 0)
        continue;
      *expires_ms = (uint64_t) pending->row.expires_ms;
      attach (self, pending, connection);
      return true;
    }
  return false;
}

/* --- The account's devices ----------------------------------------------------------------- */

/* A granted device that is here has what it needs; any other device hears who waits. */
void
ww_approval_relay_device_arrived (WwApprovalRelay *self, WwConnection *connection)
{
  WwPending *own = ww_approval_relay_find (self, connection->device_id);
  GHashTableIter iter;
  gpointer value;

  if (own != NULL && own->state == WW_APPROVAL_GRANTED)
    forget (self, own);
  g_hash_table_iter_init (&iter, self->devices);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      WwPending *pending = value;

      if (pending->state == WW_APPROVAL_GRANTED ||
          memcmp (pending->row.account_id, connection->account_id, WW_ID_SIZE) != 0)
        continue;
      ww_approval_announce_to (pending, connection);
      if (pending->state == WW_APPROVAL_REVEALED &&
          memcmp (pending->approver_id, connection->device_id, WW_ID_SIZE) == 0)
        ww_approval_tell_revealed (self, pending);
    }
}

/* Whether this approver may publish a record with the device in it; `device` then is what it must hold. */
WwGrantCheck
ww_approval_relay_check_grant (WwApprovalRelay *self, const WwConnection *approver, const uint8_t device_id[WW_ID_SIZE],
                               WwBytes *device)
{
  WwPending *pending = ww_approval_relay_find (self, device_id);

  if (pending == NULL || pending->state == WW_APPROVAL_GRANTED || pending->row.expires_ms <= ww_clock_now_ms () ||
      memcmp (pending->row.account_id, approver->account_id, WW_ID_SIZE) != 0)
    return WW_GRANT_NOT_PENDING;
  if (pending->state != WW_APPROVAL_REVEALED || memcmp (pending->approver_id, approver->device_id, WW_ID_SIZE) != 0)
    return WW_GRANT_NOT_COMPARED;
  *device = WW_BYTES_OF_BUFFER (&pending->row.device);
  return WW_GRANT_ALLOWED;
}

/* The record is published and durable. */
void
ww_approval_relay_granted (WwApprovalRelay *self, const uint8_t device_id[WW_ID_SIZE], WwBytes sealed_account_key)
{
  WwPending *pending = ww_approval_relay_find (self, device_id);

  if (pending == NULL || pending->state == WW_APPROVAL_GRANTED)
    return;
  /* It may have been taken over by another approver meanwhile: what is published is published. */
  pending->state = WW_APPROVAL_REVEALED;
  ww_approval_state_move (&pending->state, WW_APPROVAL_GRANT);
  pending->row.granted = true;
  ww_buffer_clear (&pending->row.sealed_account_key);
  ww_buffer_copy (&pending->row.sealed_account_key, sealed_account_key.data, sealed_account_key.len);
  ww_log (WW_LOG_INFO, "device %s was approved", ww_log_id (device_id).text);
  ww_approval_tell_granted (self, pending);
  ww_approval_tell_ended (self, pending, WAXWING__APPROVAL_ENDED__REASON__GRANTED);
}
