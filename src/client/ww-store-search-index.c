/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-search"

#include "ww-store-search-index.h"

#include "ww-database-private.h"
#include "ww-error-private.h"
#include "ww-search-tokenizer.h"

/* About 4 KiB each. */
#define EXAMINED_PAGES 2000

static gpointer
copy_state (gpointer state)
{
  return g_memdup2 (state, sizeof (WwSearchState));
}

G_DEFINE_BOXED_TYPE (WwSearchState, ww_search_state, copy_state, g_free)

gboolean
ww_store_search_state (WwDatabase *database, WwSearchState *state, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT first, checked_ms FROM search_state", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_DONE)
    ww_error_set (error, WW_ERROR_STORE_FAILED);
  if (step != WW_STEP_ROW)
    return FALSE;
  state->first = ww_statement_int (statement, 0);
  state->checked_ms = ww_statement_int (statement, 1);
  return TRUE;
}

gboolean
ww_store_search_look (WwDatabase *database, gpointer unused, GValue *result, GError **error)
{
  WwSearchState state;

  if (!ww_store_search_state (database, &state, error))
    return FALSE;
  g_value_init (result, WW_TYPE_SEARCH_STATE);
  g_value_set_boxed (result, &state);
  return TRUE;
}

static void
answer (GValue *result, gboolean more)
{
  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, more);
}

/* One statement with up to two numbers; `out` gets its first column, and keeps what it was when that is NULL. */
static gboolean
run (WwDatabase *database, const char *sql, gint64 first, gint64 second, gint64 *out, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, first);
  if (strstr (sql, "?2") != NULL)
    ww_statement_bind_int (statement, 2, second);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW && out != NULL && !ww_statement_is_null (statement, 0))
    *out = ww_statement_int (statement, 0);
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_search_build (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const gint64 *now_ms = data;
  WwSearchState state;
  gint64 low = WW_SEARCH_ALL;

  if (!ww_store_search_state (database, &state, error))
    return FALSE;
  if (state.first != WW_SEARCH_ALL &&
      (!run (database, "SELECT min (row) FROM (SELECT row FROM messages WHERE row<?1 ORDER BY row DESC LIMIT ?2)",
             state.first, WW_SEARCH_BUILD_ROWS, &low, error) ||
       !run (
           database,
           "INSERT INTO search (rowid, text, scope) SELECT row, text, scope FROM search_source WHERE row>=?1 AND row<?2"
           " ORDER BY row",
           low, state.first, NULL, error) ||
       !run (database, "UPDATE search_state SET first=?1", low, 0, NULL, error)))
    return FALSE;
  /* What was just made needs no check. */
  if (low == WW_SEARCH_ALL && !run (database, "UPDATE search_state SET checked_ms=?1", *now_ms, 0, NULL, error))
    return FALSE;

  answer (result, low != WW_SEARCH_ALL);
  return TRUE;
}

/* Writing into it message by message, backwards, would cost much more than doing it piece by piece afterwards. */
gboolean
ww_store_search_set_aside (WwDatabase *database, gint64 *row, GError **error)
{
  WwSearchState state;
  gint64 lowest = 0;

  if (!ww_store_search_state (database, &state, error) ||
      !run (database, "SELECT row FROM messages WHERE row>=?1 ORDER BY row LIMIT 1", G_MININT64, 0, &lowest, error) ||
      (state.first < lowest && !run (database, "UPDATE search_state SET first=?1", lowest, 0, NULL, error)))
    return FALSE;

  *row = MIN (lowest, 0) - 1;
  return TRUE;
}

static gboolean
is_found (WwDatabase *database, gint64 row, const char *text, const char *scope, gboolean *found, GError **error)
{
  g_autofree char *match = ww_search_tokenizer_match_text (text, scope);
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT 1 FROM search WHERE search MATCH ?1 AND rowid=?2", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, match);
  ww_statement_bind_int (statement, 2, row);
  step = ww_statement_step (statement, error);
  *found = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

/* Reads all of it, and is no work for a large one: then only what it finds is checked. */
static gboolean
examine (WwDatabase *database, GError **error)
{
  gint64 pages = 0;

  return run (database, "SELECT count (*) FROM (SELECT 1 FROM search_data LIMIT ?1)", EXAMINED_PAGES + 1, 0, &pages,
              error) &&
         (pages > EXAMINED_PAGES ||
          ww_database_exec (database, "INSERT INTO search (search) VALUES ('integrity-check')", error));
}

/* *good stays as it is as long as every message is found; *row becomes the last that was looked at. */
static gboolean
check_rows (WwDatabase *database, guint limit, gint64 *row, gboolean *good, guint *n, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT row, text, substr (scope, 2) FROM search_source WHERE row>?1 AND row>=(SELECT first FROM search_state)"
      " ORDER BY row LIMIT ?2",
      error);
  WwStep step = WW_STEP_DONE;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, *row);
  ww_statement_bind_int (statement, 2, limit);
  while (*good && (step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      *row = ww_statement_int (statement, 0);
      (*n)++;
      if (!is_found (database, *row, ww_statement_text (statement, 1), ww_statement_text (statement, 2), good, error))
        return FALSE;
    }
  return step != WW_STEP_ERROR;
}

/* A message that is not found says that others are not either. */
static gboolean
begin_anew (WwDatabase *database, GValue *result, GError **error)
{
  g_message ("The search index did not find a message and is made anew");
  answer (result, TRUE);
  return ww_store_search_reset (database, error);
}

gboolean
ww_store_search_sample (WwDatabase *database, gpointer unused, GValue *result, GError **error)
{
  gint64 low = 0, high = 0;
  gboolean good = TRUE;
  guint n = 0;

  if (!examine (database, error) || !run (database, "SELECT min (row) FROM messages WHERE ?1", 1, 0, &low, error) ||
      !run (database, "SELECT max (row) FROM messages WHERE ?1", 1, 0, &high, error))
    return FALSE;
  for (guint i = 0; good && i < WW_SEARCH_SAMPLES; i++)
    {
      gint64 row = low - 1 + (gint64) (g_random_double () * (double) (high - low + 1));

      if (!check_rows (database, 1, &row, &good, &n, error))
        return FALSE;
    }
  if (!good)
    return begin_anew (database, result, error);
  answer (result, FALSE);
  return TRUE;
}

gboolean
ww_store_search_check (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const gint64 *now_ms = data;
  gint64 row = WW_SEARCH_ALL;
  gboolean good = TRUE;
  guint n = 0;

  if (!run (database, "SELECT checked_row FROM search_state WHERE ?1", 1, 0, &row, error) ||
      !check_rows (database, WW_SEARCH_CHECK_ROWS, &row, &good, &n, error))
    return FALSE;
  if (!good)
    return begin_anew (database, result, error);

  answer (result, n == WW_SEARCH_CHECK_ROWS);
  if (n == WW_SEARCH_CHECK_ROWS)
    return run (database, "UPDATE search_state SET checked_row=?1", row, 0, NULL, error);
  return run (database, "UPDATE search_state SET checked_row=?1, checked_ms=?2", WW_SEARCH_ALL, *now_ms, NULL, error);
}

/* The statement that made the index: the schema says it, and nothing else has to. */
static char *
dup_definition (WwDatabase *database, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT sql FROM sqlite_schema WHERE name='search'", error);
  WwStep step;

  if (statement == NULL)
    return NULL;
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_DONE)
    ww_error_set (error, WW_ERROR_STORE_FAILED);
  return step == WW_STEP_ROW ? g_strdup (ww_statement_text (statement, 0)) : NULL;
}

/*
 * An index whose first page is damaged cannot even be dropped: then its pages are made those of one in which there is nothing
 * (fts5_index.c, "%_data" table: averages and structure).
 */
static gboolean
drop (WwDatabase *database, GError **error)
{
  return ww_database_exec (database, "DROP TABLE search", NULL) ||
         (ww_database_exec_undefended (database,
                                       "DELETE FROM search_data; DELETE FROM search_idx;"
                                       "INSERT INTO search_data (id, block) VALUES (1, x''), (10, x'00000000000000')",
                                       error) &&
          ww_database_exec (database, "DROP TABLE search", error));
}

gboolean
ww_store_search_reset (WwDatabase *database, GError **error)
{
  g_autofree char *definition = dup_definition (database, error);

  return definition != NULL && drop (database, error) && ww_database_exec (database, definition, error) &&
         ww_database_exec (database,
                           "INSERT INTO search (search, rank) VALUES ('secure-delete', 1);"
                           "UPDATE search_state SET first=(SELECT coalesce (max (row)+1, -9223372036854775808)"
                           " FROM messages), checked_row=-9223372036854775808",
                           error);
}
