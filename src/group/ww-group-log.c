/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-group-log-private.h"

#include <string.h>

/* What only takes people out has room of its own, so that a log filled by others never keeps somebody in. */
#define REMOVALS_SIZE (192 * 1024)

static guint
hash_bytes (gconstpointer key)
{
  guint value;

  /* Ids and hashes are random enough. */
  memcpy (&value, key, sizeof value);
  return value;
}

static gboolean
equal_hashes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_HASH_SIZE) == 0;
}

static gboolean
equal_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE) == 0;
}

static void
entry_free (gpointer data)
{
  WwGroupEntry *self = data;

  ww_group_change_unref (self->change);
  g_free (self);
}

static void
account_free (gpointer data)
{
  WwGroupAccount *self = data;

  g_array_unref (self->added);
  g_array_unref (self->removed);
  g_free (self);
}

WwGroupLog *
ww_group_log_new (void)
{
  WwGroupLog *self = g_new0 (WwGroupLog, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_hash = g_hash_table_new (hash_bytes, equal_hashes);
  self->accounts = g_hash_table_new_full (hash_bytes, equal_ids, NULL, account_free);
  return self;
}

void
ww_group_log_free (WwGroupLog *self)
{
  g_hash_table_unref (self->by_hash);
  g_hash_table_unref (self->accounts);
  g_ptr_array_unref (self->entries);
  g_clear_pointer (&self->state, ww_group_state_free);
  g_free (self);
}

WwGroupAccount *
ww_group_log_account (const WwGroupLog *self, const guint8 id[WW_ID_SIZE])
{
  return g_hash_table_lookup (self->accounts, id);
}

static WwGroupAccount *
ensure_account (WwGroupLog *self, const guint8 id[WW_ID_SIZE])
{
  WwGroupAccount *account = ww_group_log_account (self, id);

  if (account == NULL)
    {
      account = g_new0 (WwGroupAccount, 1);
      memcpy (account->id, id, WW_ID_SIZE);
      account->added = g_array_new (FALSE, FALSE, sizeof (guint));
      account->removed = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (self->accounts, account->id, account);
    }
  return account;
}

/* -1 when it is not here. */
static int
find (const WwGroupLog *self, const guint8 hash[WW_HASH_SIZE])
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->by_hash, hash)) - 1;
}

/* The heads and what they follow. FALSE when one is not here; the others are in the set all the same. */
static gboolean
collect (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n, WwChangeSet *among)
{
  gboolean all = TRUE;

  memset (among, 0, sizeof *among);
  for (guint i = 0; i < n; i++)
    {
      int index = find (self, heads[i]);

      if (index < 0)
        {
          all = FALSE;
          continue;
        }
      ww_change_set_unite (among, &ww_group_log_entry (self, (guint) index)->past);
      ww_change_set_add (among, (guint) index);
    }
  return all;
}

/* What counts among them. With one head that is known already. */
static void
fold (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n, const WwChangeSet *among,
      WwChangeSet *counted)
{
  if (n == 1)
    *counted = ww_group_log_entry (self, (guint) find (self, heads[0]))->known;
  else
    ww_group_fold (self, among, counted);
}

static WwGroupStatus
check_room (const WwGroupLog *self, const WwGroupChange *change)
{
  gboolean removal = ww_group_change_is_removal (change);
  guint most = removal ? WW_MAX_GROUP_LOG_CHANGES : WW_MAX_GROUP_CHANGES;
  gsize size = removal ? WW_MAX_GROUP_LOG + REMOVALS_SIZE : WW_MAX_GROUP_LOG;
  const WwGroupAccount *author = ww_group_log_account (self, change->account);

  if (self->entries->len >= most || self->size + g_bytes_get_size (change->bytes) > size ||
      (author != NULL && author->n_authored >= WW_MAX_AUTHOR_CHANGES))
    return WW_GROUP_FULL;
  return WW_GROUP_OK;
}

/* Whether what the change says was possible where it was made. */
static gboolean
is_possible (const WwGroupChange *change, const WwGroupState *before)
{
  guint n = ww_group_state_n_members (before);

  if (ww_group_state_has_ended (before) || !ww_group_state_has (before, change->account))
    return FALSE;
  if (change->kind == WW_GROUP_REMOVE)
    return ww_group_state_has (before, change->members[0]);
  if (change->kind != WW_GROUP_ADD)
    return TRUE;
  for (guint i = 0; i < change->n_members; i++)
    n += !ww_group_state_has (before, change->members[i]);
  return n <= WW_MAX_PARTICIPANTS;
}

static void
note_accounts (WwGroupLog *self, const WwGroupChange *change, guint index)
{
  ensure_account (self, change->account)->n_authored++;
  for (guint i = 0; i < change->n_members; i++)
    {
      WwGroupAccount *account = ensure_account (self, change->members[i]);

      g_array_append_val (ww_group_change_is_removal (change) ? account->removed : account->added, index);
    }
}

static void
collect_all (const WwGroupLog *self, WwChangeSet *out)
{
  memset (out, 0, sizeof *out);
  for (guint i = 0; i < self->entries->len; i++)
    ww_change_set_add (out, i);
}

static void
append (WwGroupLog *self, WwGroupEntry *entry)
{
  guint index = self->entries->len;

  for (guint i = 0; i < entry->change->n_parents; i++)
    ww_change_set_add (&self->followed, (guint) find (self, entry->change->parents[i]));
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_hash, entry->change->hash, GINT_TO_POINTER (index + 1));
  self->size += g_bytes_get_size (entry->change->bytes);
  note_accounts (self, entry->change, index);
  ww_change_set_add (&entry->known, index);
  g_clear_pointer (&self->state, ww_group_state_free);
}

/* What follows from all changes is looked at when somebody asks, and not for each change of a log that is being read. */
static void
ensure_state (const WwGroupLog *log)
{
  WwGroupLog *self = (WwGroupLog *) log;
  WwChangeSet all;

  if (self->state != NULL)
    return;
  collect_all (self, &all);
  ww_group_fold (self, &all, &self->counted);
  self->state = ww_group_fold_state (self, &all, &self->counted);
}

/* The entry for the change, which follows what is here. NULL when it was not possible. */
static WwGroupEntry *
make_entry (const WwGroupLog *self, WwGroupChange *change)
{
  g_autoptr (WwGroupState) before = NULL;
  WwGroupEntry *entry = g_new0 (WwGroupEntry, 1);
  const guint8 (*parents)[WW_HASH_SIZE] = (const guint8 (*)[WW_HASH_SIZE]) change->parents;

  entry->change = ww_group_change_ref (change);
  entry->epoch = 1;
  if (change->kind == WW_GROUP_CREATE)
    return entry;
  collect (self, parents, change->n_parents, &entry->past);
  fold (self, parents, change->n_parents, &entry->past, &entry->known);
  for (guint i = 0; i < change->n_parents; i++)
    entry->epoch = MAX (entry->epoch, ww_group_log_entry (self, (guint) find (self, parents[i]))->epoch + 1);
  before = ww_group_fold_state (self, &entry->past, &entry->known);
  if (is_possible (change, before))
    return entry;
  entry_free (entry);
  return NULL;
}

/**
 * ww_group_log_add:
 * @change: whose signature was checked
 *
 * A parent that follows another parent says nothing that the other one doesn't: it is passed over, not refused.
 */
WwGroupStatus
ww_group_log_add (WwGroupLog *self, WwGroupChange *change)
{
  WwGroupEntry *entry;
  WwGroupStatus status;

  if (find (self, change->hash) >= 0)
    return WW_GROUP_KNOWN;
  if (self->entries->len > 0 &&
      (change->kind == WW_GROUP_CREATE || memcmp (change->group, ww_group_log_group (self), WW_ID_SIZE) != 0))
    return WW_GROUP_OTHER;
  if (self->entries->len == 0 && change->kind != WW_GROUP_CREATE)
    return WW_GROUP_WAITS;
  for (guint i = 0; i < change->n_parents; i++)
    if (find (self, change->parents[i]) < 0)
      return WW_GROUP_WAITS;
  status = check_room (self, change);
  if (status != WW_GROUP_OK)
    return status;
  entry = make_entry (self, change);
  if (entry == NULL)
    return WW_GROUP_FORBIDDEN;
  append (self, entry);
  return WW_GROUP_OK;
}

guint
ww_group_log_n_changes (const WwGroupLog *self)
{
  return self->entries->len;
}

WwGroupChange *
ww_group_log_change (const WwGroupLog *self, guint index)
{
  return ww_group_log_entry (self, index)->change;
}

gboolean
ww_group_log_has (const WwGroupLog *self, const guint8 hash[WW_HASH_SIZE])
{
  return find (self, hash) >= 0;
}

gboolean
ww_group_log_counts (const WwGroupLog *self, guint index)
{
  ensure_state (self);
  return ww_change_set_has (&self->counted, index);
}

const guint8 *
ww_group_log_group (const WwGroupLog *self)
{
  return self->entries->len > 0 ? ww_group_log_entry (self, 0)->change->group : NULL;
}

const WwGroupState *
ww_group_log_state (const WwGroupLog *self)
{
  ensure_state (self);
  return self->state;
}

WwGroupState *
ww_group_log_state_at (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n)
{
  WwChangeSet among, counted;

  if (n == 0 || !collect (self, heads, n, &among))
    return NULL;
  fold (self, heads, n, &among, &counted);
  return ww_group_fold_state (self, &among, &counted);
}

static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_HASH_SIZE);
}

/* More heads than a change has parents come from somebody who means it: the next changes take up the rest. */
guint
ww_group_log_heads (const WwGroupLog *self, guint8 (*out)[WW_HASH_SIZE])
{
  guint n = 0;

  for (guint i = self->entries->len; i > 0 && n < WW_MAX_GROUP_PARENTS; i--)
    if (!ww_change_set_has (&self->followed, i - 1))
      memcpy (out[n++], ww_group_log_entry (self, i - 1)->change->hash, WW_HASH_SIZE);
  qsort (out, n, WW_HASH_SIZE, compare_hashes);
  return n;
}

/* Of `among`, what somebody with those heads does not have. */
static GArray *
subtract (const WwGroupLog *self, const WwChangeSet *among, const guint8 (*heads)[WW_HASH_SIZE], guint n)
{
  GArray *missing = g_array_new (FALSE, FALSE, sizeof (guint));
  WwChangeSet known;

  collect (self, heads, n, &known);
  for (guint i = 0; i < self->entries->len; i++)
    if (ww_change_set_has (among, i) && !ww_change_set_has (&known, i))
      g_array_append_val (missing, i);
  return missing;
}

GArray *
ww_group_log_missing (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n)
{
  WwChangeSet all;

  collect_all (self, &all);
  return subtract (self, &all, heads, n);
}

int
ww_group_log_addition (const WwGroupLog *self, const guint8 id[WW_ID_SIZE])
{
  const WwGroupAccount *account = ww_group_log_account (self, id);
  WwChangeSet all;

  ensure_state (self);
  collect_all (self, &all);
  return account != NULL ? ww_group_find_addition (self, account, &all, &self->counted) : -1;
}

static void
add_removals (const WwGroupLog *self, const WwGroupAccount *account, WwChangeSet *out)
{
  for (guint i = 0; i < account->removed->len; i++)
    {
      guint removal = g_array_index (account->removed, guint, i);

      ww_change_set_unite (out, &ww_group_log_entry (self, removal)->past);
      ww_change_set_add (out, removal);
    }
}

/* What took the account out; when nothing did, what took those out who had put it in, and so on. */
static void
add_ends (const WwGroupLog *self, WwGroupAccount *account, GHashTable *seen, WwChangeSet *out)
{
  if (account == NULL || !g_hash_table_add (seen, account))
    return;
  add_removals (self, account, out);
  for (guint i = 0; account->removed->len == 0 && i < account->added->len; i++)
    {
      const WwGroupEntry *entry = ww_group_log_entry (self, g_array_index (account->added, guint, i));

      add_ends (self, ww_group_log_account (self, entry->change->account), seen, out);
    }
}

GArray *
ww_group_log_farewell (const WwGroupLog *self, const guint8 id[WW_ID_SIZE], const guint8 (*heads)[WW_HASH_SIZE],
                       guint n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  WwChangeSet among = { 0 };

  add_ends (self, ww_group_log_account (self, id), seen, &among);
  return subtract (self, &among, heads, n);
}
