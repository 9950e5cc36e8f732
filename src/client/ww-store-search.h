/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-search-query.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * Searching goes in slices of a few milliseconds, each a piece of work of the store's thread, so that whatever else is asked
 * of the store comes in between, and a search that nobody waits for any more ends with its slice.
 */
typedef struct
{
  WwSearchQuery *query;
  gboolean scoped; /* only within `conversation` */
  guint8 conversation[16];
  gboolean has_before;
  guint8 before[16]; /* begins with what is older than this message */
  guint limit;

  /* Where it stands; to be left alone. */
  guint phase;
  gint64 row;      /* everything from this row on was looked at */
  gint64 position; /* the same within a conversation that is read through */
  gint64 below;    /* only rows below this one are read through */
  gint64 window;
} WwSearch;

WwSearch *ww_search_new (WwSearchQuery *query, guint limit);
WwSearch *ww_search_copy (const WwSearch *self);
void ww_search_free (WwSearch *self);

/* Boxed, counted. */
typedef struct
{
  GPtrArray *rows; /* of WwMessageRow, newest first: at most what was left of the limit */
  WwSearch *next;  /* where to go on; NULL: everything was looked at, or the limit was reached */
  gboolean has_more;
} WwSearchFound;

#define WW_TYPE_SEARCH_FOUND (ww_search_found_get_type ())
GType ww_search_found_get_type (void);
WwSearchFound *ww_search_found_ref (WwSearchFound *self);
void ww_search_found_unref (WwSearchFound *self);

#define WW_SEARCH_SLICE_USEC 8000

/* A WwStoreFunc for reading, whose data is a WwSearch and whose result a WwSearchFound. */
gboolean ww_store_search (WwDatabase *database, gpointer search, GValue *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSearch, ww_search_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSearchFound, ww_search_found_unref)

G_END_DECLS
