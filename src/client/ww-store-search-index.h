/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

/*
 * The index behind searching: triggers of the schema keep it with the messages. Where it does not reach, texts are read
 * through, so that what is found never depends on how far it is.
 */

#define WW_SEARCH_NONE G_MAXINT64 /* as `first`: nothing is in the index */
#define WW_SEARCH_ALL  G_MININT64 /* everything is */

/* How the index is. Boxed. */
typedef struct
{
  gint64 first;
  gint64 checked_ms;
} WwSearchState;

#define WW_TYPE_SEARCH_STATE (ww_search_state_get_type ())
GType ww_search_state_get_type (void);

gboolean ww_store_search_state (WwDatabase *database, WwSearchState *state, GError **error);
/* A WwStoreFunc for reading, whose result is a WwSearchState. */
gboolean ww_store_search_look (WwDatabase *database, gpointer unused, GValue *result, GError **error);

#define WW_SEARCH_BUILD_ROWS 400
#define WW_SEARCH_CHECK_ROWS 200
#define WW_SEARCH_SAMPLES    64

/* WwStoreFuncs, whose result is a gboolean: whether there is more to do. */
/* Puts the next, older messages into the index. `data` is a gint64, the time now in milliseconds: all of them in is checked. */
gboolean ww_store_search_build (WwDatabase *database, gpointer data, GValue *result, GError **error);
/* Looks at a few messages here and there, and into the index itself when it is small: at each start. */
gboolean ww_store_search_sample (WwDatabase *database, gpointer unused, GValue *result, GError **error);
/* Looks whether the index finds the next messages that are in it. One that does not is begun anew. `data`: gint64 *, the time. */
gboolean ww_store_search_check (WwDatabase *database, gpointer now_ms, GValue *result, GError **error);

/* Room for messages that are older than all that are here: the index leaves them for later. *row: of the first one; others go
 * below it, one by one. */
gboolean ww_store_search_set_aside (WwDatabase *database, gint64 *row, GError **error);

/* Empties the index and begins anew, whatever is wrong with it. Within a transaction. */
gboolean ww_store_search_reset (WwDatabase *database, GError **error);

G_END_DECLS
