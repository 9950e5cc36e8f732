/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is in a group, by what was done to it: a table of histories, read as a person would tell them, and what is refused.
 *
 * A history is a list of lines "NAME: PARENTS: AUTHOR WHAT"; the first change is "0", made by a, with a, b and c. Whatever
 * order the lines come in, the outcome is the same: each history is run in several.
 */
#include <string.h>

#include "ww-group-fixture.h"

typedef struct
{
  const char *title;
  const char *lines[12];
  const char *outcome;
} History;

static const History histories[] = {
  { "one after the other", { "1: 0: a add d", "2: 1: d rename x", "3: 2: b remove c" }, "abd x" },
  { "two names at once: the later epoch counts",
    { "1: 0: a rename x", "2: 1: a rename y", "3: 0: b rename z" },
    "abc y" },
  { "removing and renaming at once", { "1: 0: a remove c", "2: 0: b rename x" }, "ab x" },
  { "what somebody did who was removed meanwhile does not count",
    { "1: 0: a remove c", "2: 0: c rename evil", "3: 2: c add d" },
    "ab first" },
  { "whom they added did nothing that counts either",
    { "1: 0: a remove c", "2: 0: c add d", "3: 2: d rename evil", "4: 3: d add e" },
    "ab first" },
  { "what they did before, and the remover knew, stays",
    { "1: 0: c add d", "2: 1: a remove c", "3: 2: d rename x" },
    "abd x" },
  { "removed and added at once: out", { "1: 0: c add d", "2: 1: a remove d", "3: 1: b add d" }, "abc first" },
  { "added by two, removed by one who knew of one: out",
    { "1: 0: a add d", "2: 0: b add d", "3: 1: c remove d" },
    "abc first" },
  { "added again by somebody who knew", { "1: 0: a remove c", "2: 1: b add c", "3: 2: c rename x" }, "abc x" },
  { "added again; what they did while they were out does not count",
    { "1: 0: a remove c", "2: 1: b add c", "3: 0: c rename evil" },
    "abc first" },
  { "they remove each other: both out", { "1: 0: a remove b", "2: 0: b remove a", "3: 0: c rename x" }, "c x" },
  { "a removal counts though its author was removed meanwhile", { "1: 0: a remove b", "2: 0: b remove c" }, "a first" },
  { "leaving", { "1: 0: b leave", "2: 1: a rename x" }, "ac x" },
  { "leaving and doing something elsewhere at once", { "1: 0: b leave", "2: 0: b rename x" }, "ac first" },
  { "leaving and being removed at once", { "1: 0: b leave", "2: 0: a remove b" }, "ac first" },
  { "left, and added again", { "1: 0: b leave", "2: 1: a add b" }, "abc first" },
  { "alone: it has ended", { "1: 0: b leave", "2: 1: c leave" }, "a first" },
  { "two removed at once by two", { "1: 0: a remove b", "2: 0: c remove b", "3: 1 2: a rename x" }, "ac x" },
  { "forks that meet again", { "1: 0: a add d", "2: 0: b add e", "3: 1 2: c rename x", "4: 3: d remove e" }, "abcd x" },
  { "going back to an old head gains nothing",
    { "1: 0: a rename x", "2: 1: a remove c", "3: 2: b rename y", "4: 0: c rename evil", "5: 0: c add d",
      "6: 5: d add e" },
    "ab y" },
};

typedef struct
{
  char name;
  WwGroupChange *change;
} Named;

static WwGroupChange *
find (GArray *known, char name)
{
  for (guint i = 0; i < known->len; i++)
    if (g_array_index (known, Named, i).name == name)
      return g_array_index (known, Named, i).change;
  g_error ("no change %c", name);
}

static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_HASH_SIZE);
}

static WwGroupChange *
read_line (GArray *known, const char *line)
{
  static const struct
  {
    const char *word;
    WwGroupKind kind;
  } words[] = {
    { "add", WW_GROUP_ADD }, { "remove", WW_GROUP_REMOVE }, { "leave", WW_GROUP_LEAVE }, { "rename", WW_GROUP_RENAME }
  };
  g_auto (GStrv) parts = g_strsplit (line, ": ", 3);
  g_auto (GStrv) parents = g_strsplit (parts[1], " ", -1);
  g_auto (GStrv) said = g_strsplit (parts[2], " ", 3);
  guint8 heads[4][WW_HASH_SIZE];
  guint n = g_strv_length (parents);
  TestAct act = { .author = (guint8) said[0][0], .name = said[2], .people = said[2] };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (said[1], words[i].word))
      act.kind = words[i].kind;
  if (act.kind == WW_GROUP_LEAVE || act.kind == WW_GROUP_RENAME)
    act.people = NULL;
  for (guint i = 0; i < n; i++)
    memcpy (heads[i], find (known, parents[i][0])->hash, WW_HASH_SIZE);
  qsort (heads, n, WW_HASH_SIZE, compare_hashes);
  return test_group_act_on (find (known, '0')->group, (const guint8 (*)[WW_HASH_SIZE]) heads, n, &act);
}

/* Adds them in this order, those that wait again and again until all are in. */
static char *
run (GArray *known, const guint *order)
{
  g_autoptr (WwGroupLog) log = ww_group_log_new ();
  gboolean progress = TRUE;

  while (progress)
    {
      progress = FALSE;
      for (guint i = 0; i < known->len; i++)
        progress |= ww_group_log_add (log, g_array_index (known, Named, order[i]).change) == WW_GROUP_OK;
    }
  g_assert_cmpuint (ww_group_log_n_changes (log), ==, known->len);
  return test_group_describe (ww_group_log_state (log));
}

static void
test_history (gconstpointer data)
{
  const History *history = data;
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (Named));
  Named first = { '0', test_group_create ('a', "first", "abc") };
  guint order[16];

  g_array_append_val (known, first);
  for (guint i = 0; history->lines[i] != NULL; i++)
    {
      Named next = { history->lines[i][0], read_line (known, history->lines[i]) };

      g_array_append_val (known, next);
    }
  for (guint i = 0; i < known->len; i++)
    order[i] = i;
  for (guint turn = 0; turn < 50; turn++)
    {
      g_autofree char *outcome = run (known, order);

      g_assert_cmpstr (outcome, ==, history->outcome);
      for (guint i = known->len; i > 1; i--)
        {
          guint j = (guint) g_test_rand_int_range (0, (gint32) i), swapped = order[i - 1];

          order[i - 1] = order[j];
          order[j] = swapped;
        }
    }
  for (guint i = 0; i < known->len; i++)
    ww_group_change_unref (g_array_index (known, Named, i).change);
}

/* A group of a, b and c, and what comes of one more change to it. */
static WwGroupLog *
begin (void)
{
  g_autoptr (WwGroupChange) first = test_group_create ('a', "first", "abc");
  WwGroupLog *log = ww_group_log_new ();

  g_assert_cmpint (ww_group_log_add (log, first), ==, WW_GROUP_OK);
  return log;
}

static WwGroupStatus
act (WwGroupLog *log, guint8 author, WwGroupKind kind, const char *name_or_people)
{
  const TestAct said = { author, kind, name_or_people, kind == WW_GROUP_RENAME ? NULL : name_or_people };
  g_autoptr (WwGroupChange) change = test_group_act (log, &said);

  return ww_group_log_add (log, change);
}

static void
assert_state (const WwGroupLog *log, const char *expected)
{
  g_autofree char *described = test_group_describe (ww_group_log_state (log));

  g_assert_cmpstr (described, ==, expected);
}

static void
test_forbidden (void)
{
  g_autoptr (WwGroupLog) log = begin ();

  g_assert_cmpint (act (log, 'x', WW_GROUP_RENAME, "evil"), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'x', WW_GROUP_ADD, "x"), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'x', WW_GROUP_REMOVE, "a"), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'x', WW_GROUP_LEAVE, NULL), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'a', WW_GROUP_REMOVE, "x"), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'a', WW_GROUP_REMOVE, "c"), ==, WW_GROUP_OK);
  g_assert_cmpint (act (log, 'c', WW_GROUP_RENAME, "evil"), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (act (log, 'c', WW_GROUP_ADD, "c"), ==, WW_GROUP_FORBIDDEN);
  assert_state (log, "ab first");
  g_assert_cmpint (act (log, 'b', WW_GROUP_LEAVE, NULL), ==, WW_GROUP_OK);
  /* It has ended: nobody goes on with it. */
  g_assert_cmpint (act (log, 'a', WW_GROUP_ADD, "d"), ==, WW_GROUP_FORBIDDEN);
  assert_state (log, "a first");
  g_assert_cmpuint (ww_group_log_n_changes (log), ==, 3);
}

static void
test_other_group (void)
{
  g_autoptr (WwGroupLog) log = begin (), other = begin ();
  const TestAct rename = { 'a', WW_GROUP_RENAME, "x", NULL };
  g_autoptr (WwGroupChange) foreign = test_group_act (other, &rename);
  g_autoptr (WwGroupChange) first = test_group_create ('a', "first", "abc");
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  guint n = ww_group_log_heads (log, heads);
  g_autoptr (WwGroupChange)
      mixed = test_group_act_on (ww_group_log_group (other), (const guint8 (*)[WW_HASH_SIZE]) heads, n, &rename);

  g_assert_cmpint (ww_group_log_add (log, foreign), ==, WW_GROUP_OTHER);
  g_assert_cmpint (ww_group_log_add (log, first), ==, WW_GROUP_OTHER);
  g_assert_cmpint (ww_group_log_add (log, mixed), ==, WW_GROUP_OTHER);
  assert_state (log, "abc first");
}

static void
test_waits (void)
{
  g_autoptr (WwGroupLog) log = begin (), elsewhere = begin (), empty = ww_group_log_new ();
  const TestAct rename = { 'a', WW_GROUP_RENAME, "x", NULL }, again = { 'b', WW_GROUP_RENAME, "y", NULL };
  g_autoptr (WwGroupChange) one = test_group_act (log, &rename);
  g_autoptr (WwGroupChange) two = NULL;
  g_autoptr (WwGroupLog) copy = ww_group_log_new ();

  g_assert_cmpint (ww_group_log_add (copy, ww_group_log_change (log, 0)), ==, WW_GROUP_OK);
  g_assert_cmpint (ww_group_log_add (log, one), ==, WW_GROUP_OK);
  g_assert_cmpint (ww_group_log_add (log, one), ==, WW_GROUP_KNOWN);
  two = test_group_act (log, &again);
  g_assert_cmpint (ww_group_log_add (empty, two), ==, WW_GROUP_WAITS);
  g_assert_cmpint (ww_group_log_add (copy, two), ==, WW_GROUP_WAITS);
  assert_state (copy, "abc first");
  g_assert_cmpint (ww_group_log_add (copy, one), ==, WW_GROUP_OK);
  g_assert_cmpint (ww_group_log_add (copy, two), ==, WW_GROUP_OK);
  assert_state (copy, "abc y");
}

/* What was, by the heads that somebody names, and what they lack. */
static void
test_heads (void)
{
  g_autoptr (WwGroupLog) log = begin ();
  guint8 then[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE], unknown[1][WW_HASH_SIZE] = { { 7 } };
  guint n = ww_group_log_heads (log, then);
  g_autoptr (WwGroupState) state = NULL, none = NULL;
  g_autoptr (GArray) missing = NULL, all = NULL;
  g_autofree char *described = NULL;

  act (log, 'a', WW_GROUP_REMOVE, "c");
  act (log, 'a', WW_GROUP_RENAME, "x");
  state = ww_group_log_state_at (log, (const guint8 (*)[WW_HASH_SIZE]) then, n);
  described = test_group_describe (state);
  g_assert_cmpstr (described, ==, "abc first");
  none = ww_group_log_state_at (log, (const guint8 (*)[WW_HASH_SIZE]) unknown, 1);
  g_assert_null (none);
  missing = ww_group_log_missing (log, (const guint8 (*)[WW_HASH_SIZE]) then, n);
  g_assert_cmpuint (missing->len, ==, 2);
  all = ww_group_log_missing (log, (const guint8 (*)[WW_HASH_SIZE]) unknown, 1);
  g_assert_cmpuint (all->len, ==, 3);
}

/* At the limit, and one past it; and taking people out works when nothing else does. */
static void
test_limits (void)
{
  g_autoptr (WwGroupLog) log = begin ();
  char many[WW_MAX_PARTICIPANTS];

  /* 253 more make 256. */
  for (guint i = 0; i < 253; i++)
    many[i] = (char) (guint8) (i < 'a' - 1 ? i + 1 : i + 4);
  many[252] = '\0';
  g_assert_cmpint (act (log, 'a', WW_GROUP_ADD, many), ==, WW_GROUP_OK);
  g_assert_cmpuint (ww_group_state_n_members (ww_group_log_state (log)), ==, 255);
  for (guint i = 0; i < WW_MAX_AUTHOR_CHANGES - 2; i++)
    g_assert_cmpint (act (log, 'a', WW_GROUP_RENAME, "x"), ==, WW_GROUP_OK);
  g_assert_cmpint (act (log, 'a', WW_GROUP_RENAME, "x"), ==, WW_GROUP_FULL);
  for (guint i = 0; i < WW_MAX_AUTHOR_CHANGES; i++)
    g_assert_cmpint (act (log, 'b', WW_GROUP_RENAME, "x"), ==, WW_GROUP_OK);
  for (guint i = 0; i < WW_MAX_AUTHOR_CHANGES; i++)
    g_assert_cmpint (act (log, 'c', WW_GROUP_RENAME, "x"), ==, WW_GROUP_OK);
  for (guint i = ww_group_log_n_changes (log); i < WW_MAX_GROUP_CHANGES; i++)
    g_assert_cmpint (act (log, 1, WW_GROUP_RENAME, "x"), ==, WW_GROUP_OK);
  g_assert_cmpint (act (log, 2, WW_GROUP_RENAME, "x"), ==, WW_GROUP_FULL);
  g_assert_cmpint (act (log, 2, WW_GROUP_REMOVE, "a"), ==, WW_GROUP_OK);
  g_assert_false (ww_group_state_has (ww_group_log_state (log), (const guint8 *) "aaaaaaaaaaaaaaaa"));
}

/* A group holds 256; the 257th is refused, and of two who take the last place at once one has it. */
static void
test_full (void)
{
  g_autoptr (WwGroupLog) log = ww_group_log_new ();
  char people[WW_MAX_PARTICIPANTS], one[] = { (char) 254, '\0' }, other[] = { (char) 255, '\0' };
  g_autoptr (WwGroupChange) first = NULL, left = NULL, right = NULL;
  TestAct add = { 1, WW_GROUP_ADD, NULL, one };

  /* Bytes 1 to 253, and the id of zeros for the 254th. */
  for (guint i = 0; i < 253; i++)
    people[i] = (char) (guint8) (i + 1);
  people[253] = '\0';
  first = test_group_create (1, "", people);
  g_assert_cmpint (ww_group_log_add (log, first), ==, WW_GROUP_OK);
  {
    static const guint8 extra[2][WW_ID_SIZE] = { { 0, 1 }, { 0, 2 } }, past[2][WW_ID_SIZE] = { { 0, 3 }, { 0, 4 } };
    guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE], account[WW_ID_SIZE], record[WW_HASH_SIZE] = { 1 },
                                                                           signature[WW_SIGNATURE_SIZE] = { 0 };
    guint n = ww_group_log_heads (log, heads);
    WwGroupDraft draft = { .group = ww_group_log_group (log),
                           .parents = (const guint8 (*)[WW_HASH_SIZE]) heads,
                           .n_parents = n,
                           .account = account,
                           .device = account,
                           .record = record,
                           .nonce = extra[0],
                           .kind = WW_GROUP_ADD,
                           .members = extra,
                           .n_members = 2 };
    g_autoptr (GBytes) bytes = NULL, too_many = NULL;
    g_autoptr (WwGroupChange) fits = NULL, exceeds = NULL;

    test_group_id (1, account);
    bytes = ww_group_draft_pack (&draft);
    g_assert_cmpint (
        ww_group_change_new (WW_BYTES (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), signature, &fits), ==,
        WW_GROUP_OK);
    g_assert_cmpint (ww_group_log_add (log, fits), ==, WW_GROUP_OK);
    /* 255: two more are one too many. */
    n = ww_group_log_heads (log, heads);
    draft.n_parents = n;
    draft.members = past;
    too_many = ww_group_draft_pack (&draft);
    g_assert_cmpint (ww_group_change_new (WW_BYTES (g_bytes_get_data (too_many, NULL), g_bytes_get_size (too_many)),
                                          signature, &exceeds),
                     ==, WW_GROUP_OK);
    g_assert_cmpint (ww_group_log_add (log, exceeds), ==, WW_GROUP_FORBIDDEN);
  }
  left = test_group_act (log, &add);
  add.people = other;
  right = test_group_act (log, &add);
  g_assert_cmpint (ww_group_log_add (log, left), ==, WW_GROUP_OK);
  g_assert_cmpuint (ww_group_state_n_members (ww_group_log_state (log)), ==, WW_MAX_PARTICIPANTS);
  g_assert_cmpint (act (log, 1, WW_GROUP_ADD, other), ==, WW_GROUP_FORBIDDEN);
  g_assert_cmpint (ww_group_log_add (log, right), ==, WW_GROUP_OK);
  g_assert_cmpuint (ww_group_state_n_members (ww_group_log_state (log)), ==, WW_MAX_PARTICIPANTS);
}

/* The worst that its members can make of a log is still quick to read. */
static void
test_worst_case (void)
{
  g_autoptr (WwGroupLog) log = begin (), copy = ww_group_log_new ();
  gint64 began;

  for (guint i = 0; ww_group_log_n_changes (log) < WW_MAX_GROUP_CHANGES - 2; i++)
    {
      guint8 author = (guint8) ("ab"[i % 2]);

      if (act (log, author, WW_GROUP_ADD, "d") != WW_GROUP_OK || act (log, author, WW_GROUP_REMOVE, "d") != WW_GROUP_OK)
        break;
    }
  began = g_get_monotonic_time ();
  for (guint i = 0; i < ww_group_log_n_changes (log); i++)
    g_assert_cmpint (ww_group_log_add (copy, ww_group_log_change (log, i)), ==, WW_GROUP_OK);
  g_test_message ("%u changes read in %d ms", ww_group_log_n_changes (log),
                  (int) ((g_get_monotonic_time () - began) / 1000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (histories); i++)
    {
      g_autofree char *path = g_strdup_printf ("/group/log/history/%s", histories[i].title);

      g_test_add_data_func (path, &histories[i], test_history);
    }
  g_test_add_func ("/group/log/forbidden", test_forbidden);
  g_test_add_func ("/group/log/other-group", test_other_group);
  g_test_add_func ("/group/log/waits", test_waits);
  g_test_add_func ("/group/log/heads", test_heads);
  g_test_add_func ("/group/log/limits", test_limits);
  g_test_add_func ("/group/log/full", test_full);
  g_test_add_func ("/group/log/worst-case", test_worst_case);
  return g_test_run ();
}
