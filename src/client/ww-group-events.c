/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-events"

#include "ww-group-events.h"

#include "ww-hash.h"
#include "ww-hex.h"
#include "ww-limits.h"

typedef struct
{
  const WwGroupLog *log;
  const WwGroupState *before;
  const WwGroupState *after;
  const guint8 *own;
  GPtrArray *rows;
  GHashTable *told; /* accounts (GBytes) of which something is said already */
  gboolean name_told;
  gboolean picture_told;
} Making;

static gboolean
tell_once (Making *self, const guint8 account[16])
{
  return g_hash_table_add (self->told, g_bytes_new (account, WW_ID_SIZE));
}

/* The id follows from the change and the word, so that it is the same on the account's other devices. */
static void
add (Making *self, const WwGroupChange *change, const char *word, const guint8 *actor, GArray *people, const char *name)
{
  WwMessageRow *row = ww_message_row_new ();
  GString *notice = g_string_new (word);
  const WwBytes parts[] = { WW_BYTES_OF (change->hash), WW_BYTES ((const guint8 *) word, strlen (word)) };
  guint8 digest[WW_HASH_SIZE];
  g_autofree char *who = actor != NULL ? ww_hex_encode (actor, WW_ID_SIZE) : g_strdup ("-");

  g_string_append_printf (notice, " %s", who);
  for (guint i = 0; people != NULL && i < people->len; i++)
    {
      g_autofree char *hex = ww_hex_encode ((const guint8 *) people->data + i * WW_ID_SIZE, WW_ID_SIZE);

      g_string_append_printf (notice, " %s", hex);
    }
  if (ww_hash ("waxwing/client/group-event", parts, G_N_ELEMENTS (parts), digest) == WW_CRYPTO_OK)
    memcpy (row->id, digest, WW_ID_SIZE);
  memcpy (row->conversation, change->group, WW_ID_SIZE);
  memcpy (row->account, actor != NULL ? actor : self->own, WW_ID_SIZE);
  memcpy (row->device, change->device, WW_ID_SIZE);
  row->created_ms = (gint64) MIN (change->created_ms, (guint64) G_MAXINT64);
  row->state = WW_MESSAGE_STATE_RECEIVED;
  row->kind = WW_MESSAGE_KIND_GROUP_EVENT;
  row->notice = g_string_free (notice, FALSE);
  row->text = g_strdup (name != NULL ? name : "");
  g_ptr_array_add (self->rows, row);
}

/* Those of the change's people whose being in the group it has changed. */
static GArray *
changed_people (Making *self, const WwGroupChange *change, gboolean in)
{
  GArray *people = g_array_new (FALSE, FALSE, WW_ID_SIZE);

  for (guint i = 0; i < change->n_members; i++)
    {
      const guint8 *account = change->members[i];

      if (ww_group_state_has (self->after, account) == in && ww_group_state_has (self->before, account) != in &&
          tell_once (self, account))
        g_array_append_vals (people, account, 1);
    }
  return people;
}

static gboolean
has_other_picture (const WwGroupState *a, const WwGroupState *b)
{
  return a->has_picture != b->has_picture || (a->has_picture && memcmp (a->picture, b->picture, WW_HASH_SIZE) != 0);
}

static void
tell_change (Making *self, const WwGroupChange *change)
{
  g_autoptr (GArray) people = changed_people (self, change, !ww_group_change_is_removal (change));

  switch (change->kind)
    {
    case WW_GROUP_ADD:
      if (people->len > 0)
        add (self, change, "added", change->account, people, NULL);
      break;
    case WW_GROUP_REMOVE:
      if (people->len > 0)
        add (self, change, "removed", change->account, people, NULL);
      break;
    case WW_GROUP_LEAVE:
      if (people->len > 0)
        add (self, change, "left", change->account, NULL, NULL);
      break;
    case WW_GROUP_RENAME:
      if (self->name_told || !g_str_equal (change->name, self->after->name) ||
          g_str_equal (self->before->name, self->after->name))
        break;
      self->name_told = TRUE;
      add (self, change, "renamed", change->account, NULL, change->name);
      break;
    case WW_GROUP_PICTURE:
      if (self->picture_told || change->has_picture != self->after->has_picture ||
          !has_other_picture (self->before, self->after))
        break;
      self->picture_told = TRUE;
      add (self, change, change->has_picture ? "picture" : "no-picture", change->account, NULL, NULL);
      break;
    case WW_GROUP_CREATE:
    case WW_GROUP_UNKNOWN:
      break;
    }
}

static GArray *
find_difference (Making *self, const WwGroupState *in, const WwGroupState *but_not_in)
{
  GArray *people = g_array_new (FALSE, FALSE, WW_ID_SIZE);

  for (guint i = 0; i < ww_group_state_n_members (in); i++)
    {
      const guint8 *account = ww_group_state_member (in, i);

      if (!ww_group_state_has (but_not_in, account) && tell_once (self, account))
        g_array_append_vals (people, account, 1);
    }
  return people;
}

/* What the new changes did to the effect of older ones. */
static void
tell_rest (Making *self, const WwGroupChange *last)
{
  g_autoptr (GArray) gone = find_difference (self, self->before, self->after);
  g_autoptr (GArray) come = find_difference (self, self->after, self->before);

  if (gone->len > 0)
    add (self, last, "gone", NULL, gone, NULL);
  if (come->len > 0)
    add (self, last, "come", NULL, come, NULL);
  if (!self->name_told && !g_str_equal (self->before->name, self->after->name))
    add (self, last, "named", NULL, NULL, self->after->name);
  if (ww_group_state_has_ended (self->after) && !ww_group_state_has_ended (self->before) &&
      ww_group_state_has (self->after, self->own))
    add (self, last, "ended", NULL, NULL, NULL);
}

/* The one who put this account in, by the newest change that did; who made the group, if it was that. */
static void
tell_beginning (Making *self)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, WW_ID_SIZE);

  g_array_append_vals (own, self->own, 1);
  for (guint i = ww_group_log_n_changes (self->log); i > 0; i--)
    {
      const WwGroupChange *change = ww_group_log_change (self->log, i - 1);

      if (ww_group_change_is_removal (change) || !ww_group_change_names (change, self->own) ||
          !ww_group_log_counts (self->log, i - 1))
        continue;
      if (change->kind == WW_GROUP_CREATE)
        add (self, change, "created", change->account, NULL, NULL);
      else
        add (self, change, "added", change->account, own, NULL);
      return;
    }
}

GPtrArray *
ww_group_events_make (const WwGroupLog *log, guint first, const WwGroupState *before, gboolean is_new,
                      const guint8 own_account[16])
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  g_autoptr (GHashTable)
      told = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  Making making = { log, before, ww_group_log_state (log), own_account, rows, told, FALSE, FALSE };
  guint n = ww_group_log_n_changes (log);

  if (is_new)
    tell_beginning (&making);
  else
    {
      /* Of several names the one that counts is the latest. */
      for (guint i = first; i < n; i++)
        if (ww_group_log_counts (log, i))
          tell_change (&making, ww_group_log_change (log, i));
      tell_rest (&making, ww_group_log_change (log, n - 1));
    }
  return g_steal_pointer (&rows);
}
