/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Searches in a store of many messages, each search as the engine does it: slice after slice, each a piece of work of the store's
 * thread. Beside each the time that SQLite takes for LIKE over the same rows, newest first, for as many results.
 *
 * Arguments: DIRECTORY COUNT. Prints one line for each query: what, results, first slice and all of them in ms, LIKE in ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ww-database-private.h"
#include "ww-store-messages.h"
#include "ww-store-search.h"

#define BATCH         10000
#define CONVERSATIONS 200
#define LIMIT         50
#define WORDS         14

static const char *const words[] = {
  "station", "morning", "tomorrow", "bring",   "books",   "shop",    "corner", "bicycle", "coffee",
  "meeting", "perhaps", "later",    "weather", "garden",  "dinner",  "ticket", "train",   "летом",
  "привет",  "明天",    "我们",     "吃饭",    "東京",    "駅で",    "café",   "größer",  "señor",
  "thanks",  "happy",   "really",   "about",   "because", "evening", "photo",  "window",  "kitchen",
};

static guint64 state = 88172645463325252ULL;

static guint
next_random (guint below)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (guint) (state % below);
}

static char *
make_text (guint number)
{
  GString *text = g_string_new (NULL);

  for (guint i = 3 + next_random (WORDS); i > 0; i--)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[next_random (G_N_ELEMENTS (words))]);
  /* Rare ones: the first of all, and some in between. */
  if (number == 0)
    g_string_append (text, " kaleidoscope 稀有");
  else if (number % 100003 == 0)
    g_string_append (text, " zeppelin 飛行");
  return g_string_free (text, FALSE);
}

static void
check (gboolean done, GError *error)
{
  if (!done)
    g_error ("%s", error->message);
}

static void
fill (WwDatabase *database, guint count)
{
  GError *error = NULL;

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (WwMessageRow) row = ww_message_row_new ();
      guint8 peer[16] = { 1 };
      WwInsertResult inserted;

      if (i % BATCH == 0)
        check (ww_database_begin (database, &error), error);
      memcpy (row->id, &i, sizeof i);
      row->conversation[0] = (guint8) (i % CONVERSATIONS);
      peer[1] = row->conversation[0];
      row->text = make_text (i);
      row->payload = g_bytes_new (row->text, strlen (row->text));
      row->state = WW_MESSAGE_STATE_RECEIVED;
      check (ww_store_insert_message (database, row, peer, i, &inserted, &error), error);
      if (i % BATCH == BATCH - 1 || i + 1 == count)
        check (ww_database_commit (database, &error), error);
    }
}

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* Slice by slice to the end. *first: until there was something to show. */
static guint
search (WwDatabase *database, const char *text, const guint8 *within, double *first, double *longest, double *all)
{
  g_autoptr (WwSearchQuery) query = ww_search_query_new (text);
  g_autoptr (WwSearch) run = ww_search_new (query, LIMIT);
  gint64 start = g_get_monotonic_time ();
  guint n = 0;

  *first = *longest = 0;
  run->scoped = within != NULL;
  if (within != NULL)
    memcpy (run->conversation, within, sizeof run->conversation);
  while (run != NULL)
    {
      g_auto (GValue) result = G_VALUE_INIT;
      GError *error = NULL;
      gint64 slice = g_get_monotonic_time ();
      const WwSearchFound *found;

      check (ww_store_search (database, run, &result, &error), error);
      *longest = MAX (*longest, ms_since (slice));
      found = g_value_get_boxed (&result);
      if (n == 0 && found->rows->len > 0)
        *first = ms_since (start);
      n += found->rows->len;
      ww_search_free (run);
      run = found->next != NULL ? ww_search_copy (found->next) : NULL;
    }
  *all = ms_since (start);
  return n;
}

static double
like (WwDatabase *database, const char *text)
{
  g_autofree char *pattern = g_strdup_printf ("%%%s%%", text);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT row FROM messages WHERE text LIKE ?1 ORDER BY row DESC LIMIT 50", NULL);
  gint64 start = g_get_monotonic_time ();

  ww_statement_bind_text (statement, 1, pattern);
  while (ww_statement_step (statement, NULL) == WW_STEP_ROW)
    ;
  return ms_since (start);
}

int
main (int argc, char **argv)
{
  static const char *const queries[] = { "kaleidoscope", "zeppelin", "coff", "really", "東京",
                                         "飛行",         "稀有",     "st",   "absent" };
  WwStoreKey key = { .bytes = { 1 } };
  g_autofree char *path = NULL;
  WwDatabase *database;
  guint8 within[16] = { 0 };
  double first, longest, all;
  gint64 start;
  GError *error = NULL;
  guint n;

  if (argc != 3)
    {
      fprintf (stderr, "usage: %s DIRECTORY COUNT\n", argv[0]);
      return 2;
    }
  path = g_build_filename (argv[1], "store.db", NULL);
  database = ww_database_open (path, &key, TRUE, &error);
  check (database != NULL, error);
  start = g_get_monotonic_time ();
  fill (database, (guint) atoi (argv[2]));
  printf ("fill %.0f\n", ms_since (start));
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      n = search (database, queries[i], NULL, &first, &longest, &all);
      printf ("%s %u %.1f %.1f %.1f %.1f\n", queries[i], n, first, longest, all, like (database, queries[i]));
      fflush (stdout);
    }
  n = search (database, "kaleidoscope", within, &first, &longest, &all);
  printf ("kaleidoscope-in-one %u %.1f %.1f %.1f 0\n", n, first, longest, all);
  ww_database_close (database);
  return 0;
}
