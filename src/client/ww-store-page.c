/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-page"

#include "ww-store-page.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-store-messages-private.h"

G_DEFINE_BOXED_TYPE (WwPage, ww_page, ww_page_ref, ww_page_unref)

static WwPage *
page_new (void)
{
  WwPage *self = g_atomic_rc_box_new0 (WwPage);

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  self->target = G_MAXUINT;
  return self;
}

WwPage *
ww_page_ref (WwPage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
page_clear (gpointer data)
{
  WwPage *self = data;

  g_ptr_array_unref (self->rows);
}

void
ww_page_unref (WwPage *self)
{
  g_atomic_rc_box_release_full (self, page_clear);
}

static void
append (WwPage *page, GPtrArray *rows)
{
  g_ptr_array_extend_and_steal (page->rows, rows);
}

static gboolean
append_before (WwDatabase *database, const WwPageRequest *request, gint64 position, guint limit, WwPage *page,
               GError **error)
{
  GPtrArray *rows;

  if (!ww_store_read_page (database, request->conversation, position, limit, &rows, &page->has_older, error))
    return FALSE;
  append (page, rows);
  return TRUE;
}

/* From the position on, that of the message itself included. */
static gboolean
append_from (WwDatabase *database, const WwPageRequest *request, gint64 position, guint limit, WwPage *page,
             GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  g_autoptr (WwStatement) statement = NULL;
  WwStep step;

  statement = ww_database_prepare (database,
                                   "SELECT " WW_MESSAGE_COLUMNS " FROM messages m"
                                   " WHERE m.conversation=?1 AND m.position>=?2 ORDER BY m.position LIMIT ?3",
                                   error);
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, request->conversation, sizeof request->conversation);
  ww_statement_bind_int (statement, 2, position);
  ww_statement_bind_int (statement, 3, (gint64) limit + 1);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      page->has_newer = rows->len == limit;
      if (!page->has_newer)
        g_ptr_array_add (rows, ww_store_read_message_row (statement, 0));
    }
  if (step == WW_STEP_ERROR || !ww_store_fill_details (database, rows, error))
    return FALSE;
  append (page, g_steal_pointer (&rows));
  return TRUE;
}

static gboolean
append_around (WwDatabase *database, const WwPageRequest *request, gint64 position, WwPage *page, GError **error)
{
  guint half = request->limit / 2;

  if (!append_before (database, request, position, half, page, error))
    return FALSE;
  page->target = page->rows->len;
  return append_from (database, request, position, request->limit - half, page, error);
}

static gboolean
find_position (WwStatement *statement, const WwPageRequest *request, gint64 *position, gboolean *found, GError **error)
{
  WwStep step;

  ww_statement_bind_blob (statement, 1, request->conversation, sizeof request->conversation);
  step = ww_statement_step (statement, error);
  *found = step == WW_STEP_ROW;
  if (*found)
    *position = ww_statement_int (statement, 0);
  return step != WW_STEP_ERROR;
}

static gboolean
load_around (WwDatabase *database, const WwPageRequest *request, WwPage *page, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT position FROM messages WHERE conversation=?1 AND id=?2", error);
  gboolean found;
  gint64 position;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 2, request->id, sizeof request->id);
  if (!find_position (statement, request, &position, &found, error))
    return FALSE;
  if (!found)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("There is no such message in this conversation."));
      return FALSE;
    }
  return append_around (database, request, position, page, error);
}

static gboolean
load_unread (WwDatabase *database, const WwPageRequest *request, WwPage *page, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  gboolean found;
  gint64 position;

  statement = ww_database_prepare (database,
                                   "SELECT position FROM messages WHERE conversation=?1 AND position>"
                                   "(SELECT read_position FROM conversations WHERE id=?1)"
                                   " AND NOT outgoing AND notice IS NULL ORDER BY position LIMIT 1",
                                   error);
  if (statement == NULL || !find_position (statement, request, &position, &found, error))
    return FALSE;
  if (!found)
    return append_before (database, request, G_MAXINT64, request->limit, page, error);
  return append_around (database, request, position, page, error);
}

gboolean
ww_store_load_page (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const WwPageRequest *request = data;
  g_autoptr (WwPage) page = page_new ();
  gboolean loaded = FALSE;

  switch (request->kind)
    {
    case WW_PAGE_NEWEST:
      loaded = append_before (database, request, G_MAXINT64, request->limit, page, error);
      break;
    case WW_PAGE_OLDER:
      loaded = append_before (database, request, request->position, request->limit, page, error);
      break;
    case WW_PAGE_NEWER:
      loaded = append_from (database, request, request->position + 1, request->limit, page, error);
      break;
    case WW_PAGE_AROUND:
      loaded = load_around (database, request, page, error);
      break;
    case WW_PAGE_UNREAD:
      loaded = load_unread (database, request, page, error);
      break;
    }
  if (!loaded)
    return FALSE;
  g_value_init (result, WW_TYPE_PAGE);
  g_value_take_boxed (result, g_steal_pointer (&page));
  return TRUE;
}
