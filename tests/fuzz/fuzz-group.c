/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of a group, one after the other, each after its length (two bytes): read, and put into a log. Whatever they are,
 * the log stays within its limits, and another order of them comes to the same group. */
#include "fuzz.h"

#include <string.h>

#include "ww-group-log.h"

#define MAX_CHANGES 16

unsigned long fuzz_accepted;

static void
check_change (const WwGroupChange *change)
{
  FUZZ_PROMISE (change->n_parents <= WW_MAX_GROUP_PARENTS);
  FUZZ_PROMISE ((change->n_parents == 0) == (change->kind == WW_GROUP_CREATE));
  FUZZ_PROMISE (change->n_members <= WW_MAX_PARTICIPANTS);
  for (guint i = 1; i < change->n_members; i++)
    FUZZ_PROMISE (memcmp (change->members[i - 1], change->members[i], WW_ID_SIZE) < 0);
  FUZZ_PROMISE (change->name == NULL || strlen (change->name) <= WW_MAX_GROUP_NAME);
}

static guint
read_changes (const uint8_t *data, size_t len, WwGroupChange **changes)
{
  static const uint8_t signature[WW_SIGNATURE_SIZE];
  guint n = 0;

  while (len >= 2 && n < MAX_CHANGES)
    {
      size_t size = (size_t) data[0] << 8 | data[1];

      data += 2;
      len -= 2;
      if (size > len)
        break;
      if (ww_group_change_new (WW_BYTES (data, size), signature, &changes[n]) == WW_GROUP_OK)
        check_change (changes[n++]);
      data += size;
      len -= size;
    }
  return n;
}

/* From the first or from the last on, until none of them finds its place any more. */
static WwGroupLog *
make_log (WwGroupChange **changes, guint n, gboolean backwards)
{
  WwGroupLog *log = ww_group_log_new ();
  gboolean progress = TRUE;

  /* A log belongs to the group whose beginning comes first. */
  for (guint i = 0; i < n && ww_group_log_n_changes (log) == 0; i++)
    fuzz_accepted += ww_group_log_add (log, changes[i]) == WW_GROUP_OK;
  while (progress)
    {
      progress = FALSE;
      for (guint i = 0; i < n; i++)
        progress |= ww_group_log_add (log, changes[backwards ? n - 1 - i : i]) == WW_GROUP_OK;
    }
  return log;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  WwGroupChange *changes[MAX_CHANGES];
  guint n = read_changes (data, len, changes);
  WwGroupLog *log = make_log (changes, n, FALSE), *other = make_log (changes, n, TRUE);

  FUZZ_PROMISE (ww_group_state_n_members (ww_group_log_state (log)) <= WW_MAX_PARTICIPANTS);
  FUZZ_PROMISE (ww_group_log_n_changes (log) == ww_group_log_n_changes (other));
  FUZZ_PROMISE (ww_group_state_equal (ww_group_log_state (log), ww_group_log_state (other)));
  ww_group_log_free (log);
  ww_group_log_free (other);
  for (guint i = 0; i < n; i++)
    ww_group_change_unref (changes[i]);
  return 0;
}

static void
append (GByteArray *seed, GBytes *change)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (change, &len);
  const guint8 size[] = { (guint8) (len >> 8), (guint8) len };

  g_byte_array_append (seed, size, sizeof size);
  g_byte_array_append (seed, data, (guint) len);
}

static void
account_id (guint8 number, guint8 out[WW_ID_SIZE])
{
  memset (out, number, WW_ID_SIZE);
}

/* A beginning, and after it a change of each kind. */
void
fuzz_seeds (void)
{
  static const guint8 record[WW_HASH_SIZE] = { 1 }, signature[WW_SIGNATURE_SIZE] = { 2 };
  static const WwGroupKind kinds[] = { WW_GROUP_ADD, WW_GROUP_RENAME, WW_GROUP_PICTURE, WW_GROUP_REMOVE,
                                       WW_GROUP_LEAVE };
  guint8 people[3][WW_ID_SIZE], heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE], nonce[WW_ID_SIZE] = { 0 };
  g_autoptr (GByteArray) seed = g_byte_array_new ();
  g_autoptr (WwGroupLog) log = ww_group_log_new ();
  WwGroupDraft draft = { .account = people[0], .device = people[0], .record = record, .nonce = nonce };

  for (guint8 i = 0; i < 3; i++)
    account_id ((guint8) (i + 1), people[i]);
  draft.kind = WW_GROUP_CREATE;
  draft.members = (const guint8 (*)[WW_ID_SIZE]) people;
  draft.n_members = 2;
  draft.name = "a";
  draft.picture = record;
  for (guint i = 0; i <= G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = ww_group_draft_pack (&draft);
      g_autoptr (WwGroupChange) change = NULL;

      if (ww_group_change_new (WW_BYTES (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), signature,
                               &change) != WW_GROUP_OK ||
          ww_group_log_add (log, change) != WW_GROUP_OK)
        g_abort ();
      append (seed, bytes);
      fuzz_add_seed (seed->data, seed->len);
      if (i == G_N_ELEMENTS (kinds))
        break;
      draft.kind = kinds[i];
      draft.group = ww_group_log_group (log);
      draft.n_parents = ww_group_log_heads (log, heads);
      draft.parents = (const guint8 (*)[WW_HASH_SIZE]) heads;
      draft.members = (const guint8 (*)[WW_ID_SIZE]) & people[kinds[i] == WW_GROUP_REMOVE ? 1 : 2];
      draft.n_members = 1;
      nonce[0]++;
    }
}
