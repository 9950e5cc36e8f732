/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-group-log-private.h"

#include <string.h>

/*
 * What counts, and what follows from it. Everything here is a function of the set of changes: it asks which change follows
 * which, and never in what order they came.
 *
 * - A removal counts always: whoever made it was in the group by all that they knew.
 * - Any other change counts if its author was in the group when they made it, and nobody has taken them out meanwhile
 *   without knowing of it.
 * - Somebody is in the group who was added by a change that counts and that knew of every removal of theirs.
 */

/* Those removals of the account that the change at `index` (or, -1, a change after all of `among`) neither made nor preceded. */
static void
collect_removals (const WwGroupLog *self, const WwGroupAccount *account, const WwChangeSet *among, int index,
                  WwChangeSet *out)
{
  memset (out, 0, sizeof *out);
  for (guint i = 0; i < account->removed->len; i++)
    {
      guint removal = g_array_index (account->removed, guint, i);

      if (!ww_change_set_has (among, removal) || (int) removal == index)
        continue;
      if (index >= 0 && ww_change_set_has (&ww_group_log_entry (self, removal)->past, (guint) index))
        continue;
      ww_change_set_add (out, removal);
    }
}

/* Of two changes that may not know of each other, always the same one. */
static int
compare_changes (const WwGroupEntry *a, const WwGroupEntry *b)
{
  if (a->epoch != b->epoch)
    return a->epoch < b->epoch ? -1 : 1;
  return memcmp (a->change->hash, b->change->hash, WW_HASH_SIZE);
}

/*
 * The addition by which the account was in the group after `past`; -1 when it was not. The latest of several, but of an author
 * (`index` is not -1) any is as good.
 */
static int
find_addition (const WwGroupLog *self, const WwGroupAccount *account, const WwChangeSet *past, const WwChangeSet *among,
               const WwChangeSet *counted, int index)
{
  WwChangeSet removals;
  int latest = -1;

  collect_removals (self, account, among, index, &removals);
  for (guint i = account->added->len; i > 0 && (latest < 0 || index < 0); i--)
    {
      guint addition = g_array_index (account->added, guint, i - 1);
      const WwGroupEntry *entry = ww_group_log_entry (self, addition);

      if (ww_change_set_has (past, addition) && ww_change_set_has (counted, addition) &&
          ww_change_set_is_within (&removals, &entry->past) &&
          (latest < 0 || compare_changes (entry, ww_group_log_entry (self, (guint) latest)) > 0))
        latest = (int) addition;
    }
  return latest;
}

int
ww_group_find_addition (const WwGroupLog *self, const WwGroupAccount *account, const WwChangeSet *among,
                        const WwChangeSet *counted)
{
  return find_addition (self, account, among, among, counted, -1);
}

void
ww_group_fold (const WwGroupLog *self, const WwChangeSet *among, WwChangeSet *counted)
{
  memset (counted, 0, sizeof *counted);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const WwGroupEntry *entry = ww_group_log_entry (self, i);

      if (!ww_change_set_has (among, i))
        continue;
      if (entry->change->kind == WW_GROUP_CREATE || ww_group_change_is_removal (entry->change) ||
          find_addition (self, ww_group_log_account (self, entry->change->account), &entry->past, among, counted,
                         (int) i) >= 0)
        ww_change_set_add (counted, i);
    }
}

typedef struct
{
  guint8 id[WW_ID_SIZE];
  const WwGroupEntry *addition;
} Member;

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *one = a, *other = b;
  int order = compare_changes (one->addition, other->addition);

  return order != 0 ? order : memcmp (one->id, other->id, WW_ID_SIZE);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE);
}

/* Two people may have filled the last places at once: then those who were added first have them. */
static void
fold_members (const WwGroupLog *self, const WwChangeSet *among, const WwChangeSet *counted, GArray *out)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Member));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const WwGroupAccount *account = value;
      int addition = ww_group_find_addition (self, account, among, counted);
      Member member;

      if (addition < 0)
        continue;
      memcpy (member.id, account->id, WW_ID_SIZE);
      member.addition = ww_group_log_entry (self, (guint) addition);
      g_array_append_val (found, member);
    }
  if (found->len > WW_MAX_PARTICIPANTS)
    {
      g_array_sort (found, compare_members);
      g_array_set_size (found, WW_MAX_PARTICIPANTS);
    }
  for (guint i = 0; i < found->len; i++)
    g_array_append_vals (out, g_array_index (found, Member, i).id, 1);
  g_array_sort (out, compare_ids);
}

static const WwGroupChange *
find_latest (const WwGroupLog *self, const WwChangeSet *among, const WwChangeSet *counted, WwGroupKind kind,
             WwGroupKind or_kind)
{
  const WwGroupEntry *latest = NULL;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const WwGroupEntry *entry = ww_group_log_entry (self, i);

      if ((entry->change->kind == kind || entry->change->kind == or_kind) && ww_change_set_has (among, i) &&
          ww_change_set_has (counted, i) && (latest == NULL || compare_changes (entry, latest) > 0))
        latest = entry;
    }
  return latest != NULL ? latest->change : NULL;
}

/* Name and picture are those of the latest change: of two that did not know of each other, the one of the later epoch. */
WwGroupState *
ww_group_fold_state (const WwGroupLog *self, const WwChangeSet *among, const WwChangeSet *counted)
{
  WwGroupState *state = ww_group_state_new ();
  const WwGroupChange *named = find_latest (self, among, counted, WW_GROUP_RENAME, WW_GROUP_CREATE);
  const WwGroupChange *pictured = find_latest (self, among, counted, WW_GROUP_PICTURE, WW_GROUP_PICTURE);

  fold_members (self, among, counted, state->members);
  if (named != NULL)
    g_set_str (&state->name, named->name);
  if (pictured != NULL && pictured->has_picture)
    {
      state->has_picture = TRUE;
      memcpy (state->picture, pictured->picture, WW_HASH_SIZE);
    }
  return state;
}
