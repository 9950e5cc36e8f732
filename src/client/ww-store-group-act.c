/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-groups"

#include "ww-store-group-act.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-signature.h"
#include "ww-store-standing.h"

G_DEFINE_BOXED_TYPE (WwGroupActed, ww_group_acted, ww_group_acted_ref, ww_group_acted_unref)

WwGroupAct *
ww_group_act_new (WwIdentity *identity, WwRecord *record, WwGroupKind kind)
{
  WwGroupAct *self = g_new0 (WwGroupAct, 1);

  self->identity = ww_identity_ref (identity);
  self->record = ww_record_ref (record);
  self->kind = kind;
  self->people = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  return self;
}

void
ww_group_act_free (gpointer act)
{
  WwGroupAct *self = act;

  ww_identity_unref (self->identity);
  ww_record_unref (self->record);
  g_array_unref (self->people);
  g_free (self->name);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_free (self);
}

static WwGroupActed *
acted_new (void)
{
  WwGroupActed *self = g_atomic_rc_box_new0 (WwGroupActed);

  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_contact_row_free);
  return self;
}

WwGroupActed *
ww_group_acted_ref (WwGroupActed *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
acted_clear (gpointer data)
{
  WwGroupActed *self = data;

  g_clear_pointer (&self->conversation, ww_conversation_row_free);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->states, g_ptr_array_unref);
  g_ptr_array_unref (self->contacts);
}

void
ww_group_acted_unref (WwGroupActed *self)
{
  g_atomic_rc_box_release_full (self, acted_clear);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE);
}

static const guint8 *
get_person (const WwGroupAct *act, guint index)
{
  return (const guint8 *) act->people->data + index * WW_ID_SIZE;
}

static void
sort_people (GArray *people)
{
  g_array_sort (people, compare_ids);
  for (guint i = people->len; i > 1; i--)
    if (memcmp (people->data + (i - 1) * WW_ID_SIZE, people->data + (i - 2) * WW_ID_SIZE, WW_ID_SIZE) == 0)
      g_array_remove_index (people, i - 1);
}

/* Those who are in the group already are not added again. */
static void
drop_members (WwGroupAct *act, const WwGroupState *state)
{
  for (guint i = act->people->len; i > 0; i--)
    if (ww_group_state_has (state, get_person (act, i - 1)))
      g_array_remove_index (act->people, i - 1);
}

/* Of what is known now. */
static gboolean
prepare (WwGroupAct *act, const WwGroupLog *log, GError **error)
{
  const guint8 *own = ww_identity_get_account_id (act->identity);
  guint n = 0;

  if (act->kind == WW_GROUP_CREATE)
    g_array_append_vals (act->people, own, 1);
  if (act->kind == WW_GROUP_ADD)
    drop_members (act, ww_group_log_state (log));
  sort_people (act->people);
  n = act->people->len + (act->kind == WW_GROUP_ADD ? ww_group_state_n_members (ww_group_log_state (log)) : 0);
  if (n > WW_MAX_PARTICIPANTS)
    {
      ww_error_set (error, WW_ERROR_GROUP_FULL);
      return FALSE;
    }
  if ((act->kind == WW_GROUP_CREATE && act->people->len < 2) || (act->kind == WW_GROUP_ADD && act->people->len == 0) ||
      (act->kind == WW_GROUP_REMOVE &&
       (act->people->len != 1 || !ww_group_state_has (ww_group_log_state (log), get_person (act, 0)))))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  return TRUE;
}

static WwGroupChange *
sign (const WwGroupAct *act, const WwGroupLog *log, GError **error)
{
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE], nonce[WW_ID_SIZE], signature[WW_SIGNATURE_SIZE];
  guint8 picture[WW_HASH_SIZE];
  WwGroupDraft draft = { .parents = (const guint8 (*)[WW_HASH_SIZE]) heads,
                         .account = ww_identity_get_account_id (act->identity),
                         .device = ww_identity_get_device_id (act->identity),
                         .record = ww_record_hash (act->record),
                         .created_ms = (guint64) ww_now_ms (),
                         .nonce = nonce,
                         .kind = act->kind,
                         .members = (const guint8 (*)[WW_ID_SIZE]) act->people->data,
                         .n_members = act->people->len,
                         .name = act->name };
  g_autoptr (GBytes) packed = NULL;
  WwGroupChange *change = NULL;
  WwBytes bytes;

  ww_random_bytes (nonce, sizeof nonce);
  if (log != NULL)
    {
      draft.group = ww_group_log_group (log);
      draft.n_parents = ww_group_log_heads (log, heads);
    }
  if (act->picture != NULL)
    {
      bytes = WW_BYTES (g_bytes_get_data (act->picture, NULL), g_bytes_get_size (act->picture));
      draft.picture = ww_hash (NULL, &bytes, 1, picture) == WW_CRYPTO_OK ? picture : NULL;
    }
  packed = ww_group_draft_pack (&draft);
  if (packed != NULL)
    {
      bytes = WW_BYTES (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
      if (ww_signing_key_sign (ww_device_keys_signing (ww_identity_get_keys (act->identity)), WW_TAG_GROUP, &bytes, 1,
                               signature) == WW_CRYPTO_OK &&
          ww_group_change_new (bytes, signature, &change) == WW_GROUP_OK)
        return change;
    }
  ww_error_set (error, WW_ERROR_FAILED);
  return NULL;
}

/* Whoever is put into a group is no stranger. */
static gboolean
accept_people (WwDatabase *database, const WwGroupAct *act, WwGroupActed *acted, GError **error)
{
  const guint8 *own = ww_identity_get_account_id (act->identity);

  if (act->kind != WW_GROUP_CREATE && act->kind != WW_GROUP_ADD)
    return TRUE;
  for (guint i = 0; i < act->people->len; i++)
    {
      WwContactRow *contact;

      if (memcmp (get_person (act, i), own, WW_ID_SIZE) == 0)
        continue;
      if (!ww_store_accept_by_writing (database, own, get_person (act, i), ww_now_ms (), &contact, error))
        return FALSE;
      if (contact != NULL)
        g_ptr_array_add (acted->contacts, contact);
    }
  return TRUE;
}

static gboolean
extend (WwDatabase *database, const WwGroupAct *act, WwGroupChange *change, WwGroupActed *acted, GError **error)
{
  g_autoptr (WwExtended) extended = ww_extended_new ();
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  const guint8 *own = ww_identity_get_account_id (act->identity);
  WwExtension extension = { .own_account = own, .changes = changes, .picture = act->picture, .sender = own };
  WwContactRow *contact;

  memcpy (extension.group, change->group, WW_ID_SIZE);
  g_ptr_array_add (changes, change);
  if (!ww_store_extend_group (database, &extension, ww_now_ms (), extended, error))
    return FALSE;
  if (extended->result != WW_EXTENDED)
    {
      ww_error_set (error, extended->result == WW_EXTENDED_REFUSED ? extended->code : WW_ERROR_FAILED);
      return FALSE;
    }
  acted->events = g_ptr_array_ref (extended->events);
  acted->states = g_ptr_array_ref (extended->states);
  /* The group itself is as its maker stands to it. */
  if (act->kind != WW_GROUP_CREATE)
    return TRUE;
  if (!ww_store_accept_by_writing (database, own, change->group, ww_now_ms (), &contact, error))
    return FALSE;
  if (contact != NULL)
    g_ptr_array_add (acted->contacts, contact);
  return TRUE;
}

/* Whoever comes in gets all of the log; whoever goes gets the change by which they do. */
static gboolean
queue (WwDatabase *database, const WwGroupAct *act, const WwGroupChange *change, GError **error)
{
  g_autoptr (WwGroupLog) log = NULL;
  g_autoptr (WwGroupRow) row = NULL;
  g_autoptr (GBytes) payload = NULL, extra = NULL;
  g_autoptr (GArray) newest = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean whole = act->kind == WW_GROUP_ADD || act->kind == WW_GROUP_CREATE;
  guint last;

  if (!ww_store_load_group (database, change->group, &log, error) ||
      !ww_store_get_group (database, change->group, &row, error))
    return FALSE;
  last = ww_group_log_n_changes (log) - 1;
  g_array_append_val (newest, last);
  payload = ww_group_log_pack (log, whole ? NULL : newest, whole || act->kind == WW_GROUP_PICTURE ? row->picture : NULL,
                               NULL);
  if (act->kind == WW_GROUP_REMOVE)
    extra = g_bytes_new (get_person (act, 0), WW_ID_SIZE);
  return ww_store_insert_group_outbox (database, change->group, payload, extra, ww_now_ms (), error);
}

static gboolean
act_in_group (WwDatabase *database, WwGroupAct *act, WwGroupActed *acted, GError **error)
{
  g_autoptr (WwGroupLog) log = NULL;
  g_autoptr (WwGroupChange) change = NULL;

  if (act->has_group && (!ww_store_check_in_group (database, act->group, error) ||
                         !ww_store_load_group (database, act->group, &log, error)))
    return FALSE;
  if (act->has_group != (log != NULL))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  if (!prepare (act, log, error) || !accept_people (database, act, acted, error))
    return FALSE;
  change = sign (act, log, error);
  return change != NULL && extend (database, act, change, acted, error) && queue (database, act, change, error) &&
         ww_store_find_conversation (database, change->group, &acted->conversation, error);
}

gboolean
ww_store_act_in_group (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_autoptr (WwGroupActed) acted = acted_new ();

  if (!act_in_group (database, data, acted, error))
    return FALSE;
  g_value_init (result, WW_TYPE_GROUP_ACTED);
  g_value_take_boxed (result, g_steal_pointer (&acted));
  return TRUE;
}
