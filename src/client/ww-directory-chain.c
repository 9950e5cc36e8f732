/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-directory-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-hash.h"

static void
chain_check_clear (gpointer data)
{
  WwChainCheck *self = data;

  g_clear_pointer (&self->reply, ww_reply_unref);
  g_clear_pointer (&self->known, ww_record_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
}

/* `reply` holds a LookUpResult. */
WwChainCheck *
ww_chain_check_new (WwReply *reply, WwRecord *known, const guint8 *account)
{
  WwChainCheck *self = g_atomic_rc_box_new0 (WwChainCheck);

  self->reply = ww_reply_ref (reply);
  self->known = known != NULL ? ww_record_ref (known) : NULL;
  self->has_account = account != NULL;
  if (account != NULL)
    memcpy (self->account, account, WW_ID_SIZE);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_record_unref);
  return self;
}

void
ww_chain_check_unref (WwChainCheck *self)
{
  g_atomic_rc_box_release_full (self, chain_check_clear);
}

static DexFuture *
check_fiber (gpointer data)
{
  WwChainCheck *self = data;
  const Waxwing__LookUpResult *found = ww_reply_response (self->reply)->look_up;
  WwRecord **records = NULL;
  size_t n_records = 0;

  self->status = ww_record_check_chain (self->known, self->has_account ? self->account : NULL, found->chain,
                                        found->n_chain, found->current_sequence, &records, &n_records);
  for (size_t i = 0; self->status == WW_RECORD_OK && i < n_records; i++)
    g_ptr_array_add (self->records, records[i]);
  free (records);
  return dex_future_new_true ();
}

/* Every record costs a signature and one more for each device: off the main thread. */
DexFuture *
ww_chain_check_run (WwChainCheck *self)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, check_fiber, g_atomic_rc_box_acquire (self),
                              (GDestroyNotify) ww_chain_check_unref);
}

typedef struct
{
  GPtrArray *alerts;
  WwIdentity *identity;
  const WwRecord *record;
  gboolean expected;
} Comparison;

static const struct
{
  WwChangeKind change;
  WwAlertKind alert;
} kinds[] = {
  { WW_CHANGE_DEVICE_ADDED, WW_ALERT_KIND_DEVICE_ADDED },
  { WW_CHANGE_DEVICE_REMOVED, WW_ALERT_KIND_DEVICE_REMOVED },
  { WW_CHANGE_HANDLE_ADDED, WW_ALERT_KIND_HANDLE_ADDED },
  { WW_CHANGE_HANDLE_REMOVED, WW_ALERT_KIND_HANDLE_REMOVED },
  { WW_CHANGE_RESET, WW_ALERT_KIND_RESET },
};

static char *
open_name (WwIdentity *identity, const WwRecordDevice *device)
{
  WW_AUTO_BUFFER name = { 0 };

  if (device->sealed_name.len == 0 || ww_identity_get_account_key (identity) == NULL ||
      ww_name_open (ww_identity_get_account_key (identity), ww_identity_get_account_id (identity), device->device_id,
                    device->sealed_name, &name) != WW_CRYPTO_OK)
    return NULL;
  return g_utf8_make_valid ((const char *) name.data, (gssize) name.len);
}

/* record hash | kind | device id or handle */
static GBytes *
change_source (const WwRecord *record, WwAlertKind kind, const WwChange *change)
{
  g_autoptr (GByteArray) source = g_byte_array_new ();
  guint8 kind_byte = (guint8) kind;

  g_byte_array_append (source, ww_record_hash (record), WW_HASH_SIZE);
  g_byte_array_append (source, &kind_byte, 1);
  if (change->device != NULL)
    g_byte_array_append (source, change->device->device_id, WW_ID_SIZE);
  if (change->handle != NULL)
    g_byte_array_append (source, (const guint8 *) change->handle, (guint) strlen (change->handle));
  return g_byte_array_free_to_bytes (g_steal_pointer (&source));
}

static void
add_change (const WwChange *change, void *data)
{
  Comparison *self = data;
  WwAlertRow *row;

  /* That this device was added, its person knows: it is what they are looking at. */
  if (change->kind == WW_CHANGE_DEVICE_ADDED &&
      memcmp (change->device->device_id, ww_identity_get_device_id (self->identity), WW_ID_SIZE) == 0)
    return;
  row = ww_alert_row_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].change == change->kind)
      row->kind = kinds[i].alert;
  row->at_ms = ww_clamp_time (ww_record_created_ms (self->record));
  if (change->device != NULL)
    {
      row->has_device = TRUE;
      memcpy (row->device, change->device->device_id, WW_ID_SIZE);
      row->device_name = open_name (self->identity, change->device);
    }
  row->handle = g_strdup (change->handle);
  row->source = change_source (self->record, row->kind, change);
  row->seen = row->notified = self->expected;
  g_ptr_array_add (self->alerts, row);
}

void
ww_chain_add_alerts (GPtrArray *alerts, WwIdentity *identity, const WwRecord *previous, GPtrArray *records,
                     GHashTable *expected)
{
  for (guint i = 0; i < records->len; i++)
    {
      g_autoptr (GBytes) hash = g_bytes_new (ww_record_hash (records->pdata[i]), WW_HASH_SIZE);
      Comparison comparison = { alerts, identity, records->pdata[i], g_hash_table_contains (expected, hash) };

      if (previous != NULL)
        ww_record_compare (previous, records->pdata[i], add_change, &comparison);
      previous = records->pdata[i];
    }
}

WwAlertRow *
ww_chain_problem_alert (const guint8 account[16], WwReply *reply, const char *code, const char *handle)
{
  const Waxwing__LookUpResult *found = ww_reply_response (reply)->look_up;
  WwAlertRow *row = ww_alert_row_new ();
  g_autofree WwBytes *parts = g_new0 (WwBytes, 2 + 2 * found->n_chain);
  gsize n_parts = 0;
  guint8 digest[WW_HASH_SIZE];

  parts[n_parts++] = WW_BYTES (account, WW_ID_SIZE);
  parts[n_parts++] = WW_BYTES ((const guint8 *) code, strlen (code) + 1);
  for (size_t i = 0; i < found->n_chain; i++)
    {
      parts[n_parts++] = WW_BYTES (found->chain[i]->record.data, found->chain[i]->record.len);
      parts[n_parts++] = WW_BYTES (found->chain[i]->signature.data, found->chain[i]->signature.len);
    }
  row->kind = WW_ALERT_KIND_RECORD_PROBLEM;
  row->at_ms = ww_now_ms ();
  row->code = g_strdup (code);
  row->handle = g_strdup (handle);
  if (ww_hash ("waxwing/client/record-problem", parts, n_parts, digest) == WW_CRYPTO_OK)
    row->source = g_bytes_new (digest, sizeof digest);
  return row;
}
