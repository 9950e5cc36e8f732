/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-search"

#include "ww-store-search.h"

#include "ww-error-private.h"
#include "ww-store-messages-private.h"

G_DEFINE_BOXED_TYPE (WwSearchFound, ww_search_found, ww_search_found_ref, ww_search_found_unref)

enum
{
  PHASE_BEGIN,
  PHASE_SCAN,
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

/* A message that is not there any more, and one of another conversation, begin nothing. */
static gboolean
begin (WwDatabase *database, WwSearch *self, GError **error)
{
  g_autoptr (WwMessageRow) before = NULL;

  self->phase = PHASE_SCAN;
  self->row = self->position = G_MAXINT64;
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
add_row (WwDatabase *database, gint64 row, WwSearchFound *found, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT " WW_MESSAGE_COLUMNS " FROM messages m WHERE m.row=?1", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, row);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    g_ptr_array_add (found->rows, ww_store_read_message_row (statement, 0));
  return step != WW_STEP_ERROR;
}

static WwStatement *
select_texts (WwDatabase *database, const WwSearch *self, GError **error)
{
  WwStatement *statement;

  if (!self->scoped)
    {
      statement = ww_database_prepare (database,
                                       "SELECT m.row, m.position, m.text FROM messages m WHERE m.row<?1"
                                       " AND m.text<>'' AND m.notice IS NULL" NOT_BLOCKED " ORDER BY m.row DESC",
                                       error);
      if (statement != NULL)
        ww_statement_bind_int (statement, 1, self->row);
      return statement;
    }

  statement = ww_database_prepare (database,
                                   "SELECT m.row, m.position, m.text FROM messages m WHERE m.conversation=?2"
                                   " AND m.position<?1 AND m.text<>'' AND m.notice IS NULL ORDER BY m.position DESC",
                                   error);
  if (statement != NULL)
    {
      ww_statement_bind_int (statement, 1, self->position);
      ww_statement_bind_blob (statement, 2, self->conversation, sizeof self->conversation);
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
          found->has_more = found->rows->len == self->limit;
          if (found->has_more)
            return TRUE;
          if (!add_row (database, ww_statement_int (statement, 0), found, error))
            return FALSE;
        }
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
  if (!scan (database, self, end, found, &more, error))
    return FALSE;

  self->limit -= found->rows->len;
  if (more && !found->has_more)
    found->next = g_steal_pointer (&self);
  g_value_init (result, WW_TYPE_SEARCH_FOUND);
  g_value_take_boxed (result, g_steal_pointer (&found));
  return TRUE;
}
