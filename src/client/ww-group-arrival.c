/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-arrival"

#include "ww-group-arrival.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-until.h"

/* What is done on a worker: reading, and then verifying. Atomically counted. */
typedef struct
{
  GBytes *payload;
  gboolean about_group;
  gboolean sound;
  GPtrArray *changes;  /* of WwGroupChange */
  GHashTable *records; /* record hash (GBytes) → WwRecord */
} Reading;

static void
reading_clear (gpointer data)
{
  Reading *self = data;

  g_bytes_unref (self->payload);
  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->records);
}

static void
reading_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, reading_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_unref)

static Reading *
reading_new (GBytes *payload)
{
  Reading *self = g_atomic_rc_box_new0 (Reading);

  self->payload = g_bytes_ref (payload);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_group_change_unref);
  self->records = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                         (GDestroyNotify) ww_record_unref);
  return self;
}

/* A change belongs to the group that the message speaks of. */
static gboolean
read_changes (Reading *self, const Waxwing__GroupChanges *changes)
{
  for (size_t i = 0; i < changes->n_changes; i++)
    {
      const Waxwing__SignedChange *signed_change = changes->changes[i];
      WwGroupChange *change;

      if (ww_group_change_new (WW_BYTES (signed_change->change.data, signed_change->change.len),
                               signed_change->signature.data, &change) != WW_GROUP_OK)
        return FALSE;
      g_ptr_array_add (self->changes, change);
      if (memcmp (change->group, changes->group_id.data, WW_ID_SIZE) != 0)
        return FALSE;
    }
  return TRUE;
}

static DexFuture *
read_fiber (gpointer data)
{
  Reading *self = data;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (self->payload, &len);
  Waxwing__Payload *payload = ww_payload_parse (bytes, len);

  self->about_group = payload != NULL && payload->kind_case == WAXWING__PAYLOAD__KIND_GROUP_CHANGE;
  self->sound = self->about_group && read_changes (self, payload->group_change);
  if (payload != NULL)
    waxwing__payload__free_unpacked (payload, NULL);
  return dex_future_new_true ();
}

static DexFuture *
verify_fiber (gpointer data)
{
  Reading *self = data;

  for (guint i = 0; i < self->changes->len && self->sound; i++)
    {
      const WwGroupChange *change = self->changes->pdata[i];
      g_autoptr (GBytes) hash = g_bytes_new (change->record, WW_HASH_SIZE);
      WwRecord *record = g_hash_table_lookup (self->records, hash);

      self->sound = record != NULL && ww_group_change_check (change, record) == WW_GROUP_OK;
    }
  return dex_future_new_true ();
}

static gboolean
run (Reading *self, DexFiberFunc fiber, DexPromise *closing, GError **error)
{
  DexFuture *future = dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, fiber,
                                           g_atomic_rc_box_acquire (self), reading_unref);

  return dex_await (ww_until (future, closing), error);
}

/* Whether a look-up failed for a reason that says nothing about the message. */
static gboolean
is_temporary (const GError *error)
{
  return !ww_error_is_record (error) && !g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON);
}

/* The record that the change names, asked for if need be. TRUE without a record: there is none. */
static gboolean
find_record (WwDirectory *directory, const WwGroupChange *change, WwRecord **record, DexPromise *closing,
             GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwRecord) newest = NULL;

  *record = dex_await_boxed (ww_until (ww_directory_get_by_hash (directory, change->account, change->record), closing),
                             &local);
  if (*record != NULL)
    return TRUE;
  if (!g_error_matches (local, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_clear_error (&local);
  newest = dex_await_boxed (ww_until (ww_directory_refresh (directory, change->account), closing), &local);
  if (newest == NULL && is_temporary (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_clear_error (&local);
  *record = dex_await_boxed (ww_until (ww_directory_get_by_hash (directory, change->account, change->record), closing),
                             &local);
  return TRUE;
}

/* One look-up for each record, and none after one that was in vain. */
static gboolean
find_records (WwDirectory *directory, Reading *self, DexPromise *closing, GError **error)
{
  for (guint i = 0; i < self->changes->len && self->sound; i++)
    {
      const WwGroupChange *change = self->changes->pdata[i];
      g_autoptr (GBytes) hash = g_bytes_new (change->record, WW_HASH_SIZE);
      WwRecord *record;

      if (g_hash_table_contains (self->records, hash))
        continue;
      if (!find_record (directory, change, &record, closing, error))
        return FALSE;
      self->sound = record != NULL;
      if (record != NULL)
        g_hash_table_insert (self->records, g_steal_pointer (&hash), record);
    }
  return TRUE;
}

gboolean
ww_group_arrival_check (WwDirectory *directory, WwArrival *arrival, DexPromise *closing, GError **error)
{
  g_autoptr (Reading) reading = NULL;
  g_autoptr (GError) problem = NULL;

  if (arrival->kind != WW_ENVELOPE_SILENT || arrival->payload == NULL)
    return TRUE;
  reading = reading_new (arrival->payload);
  if (!run (reading, read_fiber, closing, error))
    return FALSE;
  if (!reading->about_group)
    return TRUE;
  if (!find_records (directory, reading, closing, error) || !run (reading, verify_fiber, closing, error))
    return FALSE;
  if (reading->sound)
    arrival->changes = g_ptr_array_ref (reading->changes);
  else
    {
      problem = ww_error_new (WW_ERROR_GROUP_CHANGE);
      ww_arrival_refuse (arrival, ww_error_get_code (problem));
    }
  return TRUE;
}
