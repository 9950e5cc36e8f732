/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-search"

#include "ww-store-search.h"

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-search-tokenizer.h"
#include "ww-store-messages-private.h"
#include "ww-store-search-index.h"

/* How many rows one query of the index goes through: more when they are few, less when they take long. */
#define WINDOW_MIN 1000
#define WINDOW_MAX (G_GINT64_CONSTANT (1) << 40)

G_DEFINE_BOXED_TYPE (WwSearchFound, ww_search_found, ww_search_found_ref, ww_search_found_unref)

enum
{
  PHASE_BEGIN,
  PHASE_NEWEST, /* a little is read through: a common word is found there before the index has found its place */
  PHASE_INDEX,  /* what is in the index, from the newest row on */
  PHASE_SCAN,   /* what is not, or what is too short for it */
};

/* Whom the person has blocked is not searched. */
#define NOT_BLOCKED                                                                                         \
  " AND m.conversation NOT IN (SELECT c.id FROM conversations c JOIN contacts p ON p.account=c.peer WHERE " \
  "p.standing=3)"

WwSearch *
ww_search_new (WwSearchQuery *query, guint limit)
{
  WwSearch *self = g_new0 (WwSearch, 1);

  self->query = ww_search_query_ref (query);
  self->limit = limit;
  return self;
}

WwSearch *
ww_search_copy (const WwSearch *self)
{
  WwSearch *copy = g_memdup2 (self, sizeof *self);

  ww_search_query_ref (copy->query);
  return copy;
}

void
ww_search_free (WwSearch *self)
{
  ww_search_query_unref (self->query);
  g_free (self);
}

static WwSearchFound *
found_new (void)
{
  WwSearchFound *self = g_atomic_rc_box_new0 (WwSearchFound);

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  return self;
}

WwSearchFound *
ww_search_found_ref (WwSearchFound *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
found_clear (gpointer data)
{
  WwSearchFound *self = data;

  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->next, ww_search_free);
}

void
ww_search_found_unref (WwSearchFound *self)
{
  g_atomic_rc_box_release_full (self, found_clear);
}

static char *
make_match (const WwSearch *self)
{
  g_autofree char *scope = self->scoped ? ww_hex_encode (self->conversation, sizeof self->conversation) : NULL;

  return ww_search_tokenizer_match (self->query, scope);
}

/* A message that is not there any more, and one of another conversation, begin nothing. */
static gboolean
begin (WwDatabase *database, WwSearch *self, GError **error)
{
  g_autoptr (WwMessageRow) before = NULL;
  g_autofree char *match = make_match (self);

  if (match == NULL)
    self->phase = PHASE_SCAN;
  else
    self->phase = self->scoped ? PHASE_INDEX : PHASE_NEWEST;
  self->window = WINDOW_MIN;
  self->row = self->position = self->below = G_MAXINT64;
  if (!self->has_before)
    return TRUE;
  if (!ww_store_find_message (database, self->before, &before, error))
    return FALSE;
  if (before == NULL || (self->scoped && memcmp (before->conversation, self->conversation, WW_ID_SIZE) != 0))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  self->row = before->row;
  self->position = before->position;
  return TRUE;
}

static gboolean
matches (const WwSearchQuery *query, const WwMessageRow *row)
{
  g_autofree char *words = ww_message_row_dup_words (row);

  return ww_search_query_matches (query, words);
}

static gboolean
add_row (WwDatabase *database, WwSearch *self, gint64 row, WwSearchFound *found, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT " WW_MESSAGE_COLUMNS " FROM messages m WHERE m.row=?1" NOT_BLOCKED, error);
  g_autoptr (WwMessageRow) made = NULL;
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, row);
  step = ww_statement_step (statement, error);
  if (step != WW_STEP_ROW)
    return step == WW_STEP_DONE;

  made = ww_store_read_message_row (statement, 0);
  if ((self->scoped && memcmp (made->conversation, self->conversation, WW_ID_SIZE) != 0) ||
      !matches (self->query, made))
    return TRUE;
  found->has_more = found->rows->len == self->limit;
  if (!found->has_more)
    g_ptr_array_add (found->rows, g_steal_pointer (&made));
  return TRUE;
}

static gboolean
find_ends (WwDatabase *database, gint64 *first, gint64 *last, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT (SELECT min (row) FROM messages), (SELECT max (row) FROM messages)", error);

  if (statement == NULL || ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  *first = ww_statement_int (statement, 0);
  *last = ww_statement_int (statement, 1);
  return TRUE;
}

/* The rows from `low` on that may match. *more: the time is over. */
static gboolean
query_window (WwDatabase *database, WwSearch *self, const char *match, gint64 low, gint64 end, WwSearchFound *found,
              gboolean *more, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database,
                                                           "SELECT rowid FROM search WHERE search MATCH ?1"
                                                           " AND rowid<?2 AND rowid>=?3 ORDER BY rowid DESC",
                                                           error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, match);
  ww_statement_bind_int (statement, 2, self->row);
  ww_statement_bind_int (statement, 3, low);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      if (!add_row (database, self, ww_statement_int (statement, 0), found, error))
        return FALSE;
      if (found->has_more)
        return TRUE;
      self->row = ww_statement_int (statement, 0);
      *more = g_get_monotonic_time () > end;
      if (*more)
        return TRUE;
    }
  self->row = low;
  return step == WW_STEP_DONE;
}

/* Goes through the index until the time is over. */
static gboolean
search_index (WwDatabase *database, WwSearch *self, gint64 end, WwSearchFound *found, gboolean *more, GError **error)
{
  g_autofree char *match = make_match (self);
  WwSearchState state;
  gint64 first, last;

  if (!ww_store_search_state (database, &state, error) || !find_ends (database, &first, &last, error))
    return FALSE;
  first = MAX (first, state.first);
  self->row = MIN (self->row, last == G_MAXINT64 ? last : last + 1);
  while (match != NULL && self->row > first && !*more && !found->has_more)
    {
      gint64 began = g_get_monotonic_time ();
      /* Without a bound below 0 this could go below the least number there is. */
      gint64 low = self->row > 0 || self->row - G_MININT64 > self->window ? MAX (self->row - self->window, first)
                                                                          : first;

      if (!query_window (database, self, match, low, end, found, more, error))
        return FALSE;
      if (g_get_monotonic_time () - began > WW_SEARCH_SLICE_USEC / 2)
        self->window = MAX (self->window / 2, WINDOW_MIN);
      else
        self->window = MIN (self->window * 2, WINDOW_MAX);
      *more = *more || g_get_monotonic_time () > end;
    }
  if (!*more && !found->has_more)
    {
      self->phase = PHASE_SCAN;
      self->below = match != NULL ? first : G_MAXINT64;
    }
  return TRUE;
}

static WwStatement *
select_texts (WwDatabase *database, const WwSearch *self, GError **error)
{
  WwStatement *statement;

  if (!self->scoped)
    {
      statement = ww_database_prepare (
          database,
          "SELECT m.row, m.position, m.text || char (10) || m.names FROM messages m WHERE m.row<?1"
          " AND (m.text<>'' OR m.names<>'') AND m.notice IS NULL" NOT_BLOCKED " ORDER BY m.row DESC",
          error);
      if (statement != NULL)
        ww_statement_bind_int (statement, 1, self->row);
      return statement;
    }

  statement = ww_database_prepare (
      database,
      "SELECT m.row, m.position, m.text || char (10) || m.names FROM messages m WHERE m.conversation=?2"
      " AND m.position<?1 AND m.row<?3 AND (m.text<>'' OR m.names<>'') AND m.notice IS NULL"
      " ORDER BY m.position DESC",
      error);
  if (statement != NULL)
    {
      ww_statement_bind_int (statement, 1, self->position);
      ww_statement_bind_blob (statement, 2, self->conversation, sizeof self->conversation);
      ww_statement_bind_int (statement, 3, self->below);
    }
  return statement;
}

/* Reads texts, newest first, until the time is over. *more: there may be others. */
static gboolean
scan (WwDatabase *database, WwSearch *self, gint64 end, WwSearchFound *found, gboolean *more, GError **error)
{
  g_autoptr (WwStatement) statement = select_texts (database, self, error);
  WwStep step;

  *more = FALSE;
  if (statement == NULL)
    return FALSE;
  while (!*more && (step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      if (ww_search_query_matches (self->query, ww_statement_text (statement, 2)))
        {
          if (!add_row (database, self, ww_statement_int (statement, 0), found, error))
            return FALSE;
          if (found->has_more)
            return TRUE;
        }
      if (!self->scoped)
        self->row = ww_statement_int (statement, 0);
      self->position = ww_statement_int (statement, 1);
      *more = g_get_monotonic_time () > end;
    }
  return *more || step == WW_STEP_DONE;
}

gboolean
ww_store_search (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_autoptr (WwSearch) self = ww_search_copy (data);
  g_autoptr (WwSearchFound) found = found_new ();
  gint64 end = g_get_monotonic_time () + WW_SEARCH_SLICE_USEC;
  gboolean more = FALSE;

  if (self->phase == PHASE_BEGIN && !begin (database, self, error))
    return FALSE;
  if (self->phase == PHASE_NEWEST)
    {
      if (!scan (database, self, end - WW_SEARCH_SLICE_USEC / 2, found, &more, error))
        return FALSE;
      if (more)
        self->phase = PHASE_INDEX;
      /* What was found is shown before anything else is looked at. */
      more = more && found->rows->len > 0;
    }
  /* Where the index is damaged the texts are read, and the store sees to the index. */
  if (self->phase == PHASE_INDEX && !more && !found->has_more &&
      !search_index (database, self, end, found, &more, NULL))
    {
      self->phase = PHASE_SCAN;
      self->below = self->row;
      more = FALSE;
    }
  if (self->phase == PHASE_SCAN && !more && !scan (database, self, end, found, &more, error))
    return FALSE;

  if (!ww_store_fill_details (database, found->rows, error))
    return FALSE;
  self->limit -= found->rows->len;
  if (more && !found->has_more)
    found->next = g_steal_pointer (&self);
  g_value_init (result, WW_TYPE_SEARCH_FOUND);
  g_value_take_boxed (result, g_steal_pointer (&found));
  return TRUE;
}
