/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Successors and chains of account records, and what a hostile server could make of them. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-record.h"

typedef void (*Change) (TestRecord *test);

static void
nothing (TestRecord *t)
{
  (void) t;
}

/*
 * A history: records 1 to 5 of an account, 4 being a reset to another key; what a hostile server could
 * put beside them.
 */
typedef enum
{
  R1,
  R2,
  R3,
  R4,
  R5,
  OTHER_R2,   /* another second record, of another time */
  OTHER_R3,   /* follows OTHER_R2 */
  NEW_KEY_R3, /* follows R2 with another account key, without a reset */
  FOREIGN_R1, /* first record of another account */
  FOREIGN_R3, /* another account's, but with R2 as its predecessor */
  UNSIGNED_R3,
  N_RECORDS,
  NONE = -1,
} Which;

typedef struct
{
  TestRecord tests[N_RECORDS];
  WwRecord *records[N_RECORDS];
} History;

static void
history_add (History *self, Which which, uint64_t sequence, Which previous, uint8_t account_key, Change change)
{
  TestRecord *test = &self->tests[which];

  test_record_init (test, sequence);
  if (previous != NONE)
    test_record_set_previous (test, ww_record_hash (self->records[previous]));
  if (account_key != 0)
    test_record_set_account_key (test, account_key);
  change (test);
  self->records[which] = test_record_make (test);
}

static void
reset (TestRecord *test)
{
  test->message.reset = TRUE;
}

static void
later (TestRecord *test)
{
  test->message.created_ms++;
}

static void
foreign (TestRecord *test)
{
  memset (test->id, 0xb2, sizeof test->id);
}

static void
history_init (History *self)
{
  memset (self, 0, sizeof *self);
  history_add (self, R1, 1, NONE, 0, nothing);
  history_add (self, R2, 2, R1, 0, nothing);
  history_add (self, R3, 3, R2, 0, nothing);
  history_add (self, R4, 4, R3, 0x55, reset);
  history_add (self, R5, 5, R4, 0x55, nothing);
  history_add (self, OTHER_R2, 2, R1, 0, later);
  history_add (self, OTHER_R3, 3, OTHER_R2, 0, nothing);
  history_add (self, NEW_KEY_R3, 3, R2, 0x55, nothing);
  history_add (self, FOREIGN_R1, 1, NONE, 0, foreign);
  history_add (self, FOREIGN_R3, 3, R2, 0, foreign);
  history_add (self, UNSIGNED_R3, 3, R2, 0, nothing);
  self->tests[UNSIGNED_R3].signature[0] ^= 1;
}

static void
history_clear (History *self)
{
  for (int i = 0; i < N_RECORDS; i++)
    {
      test_record_clear (&self->tests[i]);
      ww_record_unref (self->records[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (History, history_clear)

static void
test_next (void)
{
  static const struct
  {
    Which self, next;
    WwRecordStatus status;
  } successors[] = {
    { R1, R2, WW_RECORD_OK },
    { R2, R3, WW_RECORD_OK },
    { R3, R4, WW_RECORD_OK },
    { R4, R5, WW_RECORD_OK },
    { R1, OTHER_R2, WW_RECORD_OK },
    { R1, R1, WW_RECORD_ROLLED_BACK },
    { R2, R1, WW_RECORD_ROLLED_BACK },
    { R5, R2, WW_RECORD_ROLLED_BACK },
    { R2, OTHER_R2, WW_RECORD_FORKED },
    { R2, OTHER_R3, WW_RECORD_FORKED },
    { OTHER_R2, R3, WW_RECORD_FORKED },
    { R1, R3, WW_RECORD_GAP },
    { R1, R5, WW_RECORD_GAP },
    { R2, NEW_KEY_R3, WW_RECORD_WRONG_KEY },
    { R2, FOREIGN_R3, WW_RECORD_WRONG_ACCOUNT },
    { R1, FOREIGN_R1, WW_RECORD_WRONG_ACCOUNT },
  };
  g_auto (History) history = { 0 };

  history_init (&history);
  for (size_t i = 0; i < G_N_ELEMENTS (successors); i++)
    {
      g_test_message ("%d, %d", successors[i].self, successors[i].next);
      g_assert_cmpint (ww_record_check_next (history.records[successors[i].self], history.records[successors[i].next]),
                       ==, successors[i].status);
    }
}

#define UNKNOWN WW_RECORD_CURRENT_UNKNOWN

static const struct
{
  const char *name;
  Which known;
  Which chain[6]; /* up to NONE */
  uint64_t current;
  WwRecordStatus status;
  uint64_t first_new; /* sequence of the first record of the result, 0: none is new */
} chains[] = {
  { "all from the start", NONE, { R1, R2, R3, R4, R5, NONE }, 5, WW_RECORD_OK, 1 },
  { "all, not told the current one", NONE, { R1, R2, NONE }, UNKNOWN, WW_RECORD_OK, 1 },
  { "a first part", NONE, { R1, R2, NONE }, 5, WW_RECORD_OK, 1 },
  { "the rest", R2, { R3, R4, R5, NONE }, 5, WW_RECORD_OK, 3 },
  { "one part of the rest", R2, { R3, NONE }, 5, WW_RECORD_OK, 3 },
  { "nothing newer", R3, { NONE }, 3, WW_RECORD_OK, 0 },
  { "nothing newer, not told", R3, { NONE }, UNKNOWN, WW_RECORD_OK, 0 },
  { "the known one again", R3, { R3, NONE }, 3, WW_RECORD_OK, 0 },
  { "the known one and the rest", R3, { R3, R4, R5, NONE }, 5, WW_RECORD_OK, 4 },
  { "from before the known one", R3, { R1, R2, R3, R4, NONE }, 4, WW_RECORD_OK, 4 },
  { "up to the known one", R3, { R1, R2, R3, NONE }, 3, WW_RECORD_OK, 0 },

  { "ends before the known one", R3, { R1, R2, NONE }, 3, WW_RECORD_ROLLED_BACK, 0 },
  { "ends before the known one, not told", R3, { R1, R2, NONE }, UNKNOWN, WW_RECORD_ROLLED_BACK, 0 },
  { "an older one only", R3, { R2, NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "an older one is said to be current", R3, { NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "none is said to be current", R3, { NONE }, 0, WW_RECORD_ROLLED_BACK, 0 },
  { "newer ones than the current one", R3, { R4, R5, NONE }, 4, WW_RECORD_ROLLED_BACK, 0 },
  { "newer ones than the current one, from the start", NONE, { R1, R2, NONE }, 1, WW_RECORD_ROLLED_BACK, 0 },
  { "backwards", NONE, { R1, R2, R1, NONE }, 2, WW_RECORD_ROLLED_BACK, 0 },
  { "twice the same", NONE, { R1, R1, NONE }, 1, WW_RECORD_ROLLED_BACK, 0 },

  { "another second one in the answer", NONE, { R1, R2, OTHER_R2, NONE }, 2, WW_RECORD_FORKED, 0 },
  { "two histories in the answer", NONE, { R1, R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "another one than the known", R2, { OTHER_R2, NONE }, 2, WW_RECORD_FORKED, 0 },
  { "another one than the known, and further", R2, { OTHER_R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "past the known one on another branch", R2, { R1, OTHER_R2, OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },
  { "continues another branch", R2, { OTHER_R3, NONE }, 3, WW_RECORD_FORKED, 0 },

  { "starts late", NONE, { R2, R3, NONE }, 3, WW_RECORD_GAP, 0 },
  { "leaves one out", NONE, { R1, R3, NONE }, 3, WW_RECORD_GAP, 0 },
  { "leaves one out after the known", R2, { R4, R5, NONE }, 5, WW_RECORD_GAP, 0 },
  { "withholds what is newer", R3, { NONE }, 5, WW_RECORD_GAP, 0 },
  { "withholds all", NONE, { NONE }, 5, WW_RECORD_GAP, 0 },
  { "only the known one, but there are newer", R3, { R3, NONE }, 5, WW_RECORD_GAP, 0 },

  { "another account", NONE, { FOREIGN_R1, NONE }, 1, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another account's successor", R2, { FOREIGN_R3, NONE }, 3, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another account in between", NONE, { R1, R2, FOREIGN_R3, NONE }, 3, WW_RECORD_WRONG_ACCOUNT, 0 },
  { "another key", R2, { NEW_KEY_R3, NONE }, 3, WW_RECORD_WRONG_KEY, 0 },
  { "another key in between", NONE, { R1, R2, NEW_KEY_R3, NONE }, 3, WW_RECORD_WRONG_KEY, 0 },
  { "an unsigned one", R2, { UNSIGNED_R3, NONE }, 3, WW_RECORD_BAD_SIGNATURE, 0 },
};

static void
test_chains (void)
{
  g_auto (History) history = { 0 };

  history_init (&history);
  for (size_t i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      Waxwing__SignedRecord *chain[6];
      size_t n = 0, n_out = 99;
      WwRecord **out = NULL;
      WwRecord *known = chains[i].known == NONE ? NULL : history.records[chains[i].known];

      for (; chains[i].chain[n] != NONE; n++)
        chain[n] = &history.tests[chains[i].chain[n]].signed_record;
      g_test_message ("%s", chains[i].name);
      g_assert_cmpint (ww_record_check_chain (known, history.tests[R1].id, chain, n, chains[i].current, &out, &n_out),
                       ==, chains[i].status);
      g_assert_true ((out != NULL) == (chains[i].status == WW_RECORD_OK));
      if (chains[i].first_new == 0)
        g_assert_cmpuint (n_out, ==, 0);
      for (size_t j = 0; j < n_out; j++)
        {
          g_assert_cmpuint (ww_record_sequence (out[j]), ==, chains[i].first_new + j);
          ww_record_unref (out[j]);
        }
      if (chains[i].first_new > 0)
        g_assert_cmpuint (chains[i].first_new + n_out - 1, ==,
                          ww_record_sequence (history.records[chains[i].chain[n - 1]]));
      free (out);
    }
}

/* When nobody knows which account it will be: the first record says, and the others keep to it. */
static void
test_chain_accounts (void)
{
  g_auto (History) history = { 0 };
  Waxwing__SignedRecord *chain[2];
  WwRecord **out = NULL;
  size_t n_out;

  history_init (&history);
  chain[0] = &history.tests[FOREIGN_R1].signed_record;
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, 1, 1, &out, &n_out), ==, WW_RECORD_OK);
  g_assert_cmpuint (n_out, ==, 1);
  ww_record_unref (out[0]);
  free (out);

  chain[0] = &history.tests[R1].signed_record;
  chain[1] = &history.tests[FOREIGN_R3].signed_record;
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, 2, 3, &out, &n_out), ==, WW_RECORD_WRONG_ACCOUNT);
  chain[0] = &history.tests[FOREIGN_R1].signed_record;
  g_assert_cmpint (ww_record_check_chain (history.records[R1], NULL, chain, 1, 1, &out, &n_out), ==,
                   WW_RECORD_WRONG_ACCOUNT);
  g_assert_cmpint (ww_record_check_chain (history.records[R1], history.tests[FOREIGN_R1].id, chain, 0, 1, &out, &n_out),
                   ==, WW_RECORD_WRONG_ACCOUNT);
}

static void
test_chain_length (void)
{
  Waxwing__SignedRecord *chain[WW_MAX_CHAIN + 1];
  WwRecord *records[WW_MAX_CHAIN + 1];
  TestRecord *tests = g_new0 (TestRecord, WW_MAX_CHAIN + 1);
  WwRecord **out = NULL;
  size_t n_out;

  for (size_t i = 0; i <= WW_MAX_CHAIN; i++)
    {
      test_record_init (&tests[i], i + 1);
      if (i > 0)
        test_record_set_previous (&tests[i], ww_record_hash (records[i - 1]));
      records[i] = test_record_make (&tests[i]);
      chain[i] = &tests[i].signed_record;
    }
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, WW_MAX_CHAIN + 1, WW_MAX_CHAIN + 1, &out, &n_out), ==,
                   WW_RECORD_MALFORMED);
  g_assert_cmpint (ww_record_check_chain (NULL, NULL, chain, WW_MAX_CHAIN, WW_MAX_CHAIN + 1, &out, &n_out), ==,
                   WW_RECORD_OK);
  g_assert_cmpuint (n_out, ==, WW_MAX_CHAIN);
  for (size_t i = 0; i < n_out; i++)
    ww_record_unref (out[i]);
  free (out);

  for (size_t i = 0; i <= WW_MAX_CHAIN; i++)
    {
      ww_record_unref (records[i]);
      test_record_clear (&tests[i]);
    }
  g_free (tests);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/next", test_next);
  g_test_add_func ("/record/chains", test_chains);
  g_test_add_func ("/record/chain-accounts", test_chain_accounts);
  g_test_add_func ("/record/chain-length", test_chain_length);

  return g_test_run ();
}
