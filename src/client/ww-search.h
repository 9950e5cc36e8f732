/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* Bytes of a hit's snippet, from `start` up to before `end`. */
typedef struct
{
  guint start;
  guint end;
} WwSearchRange;

/* One place where what was searched for is. All properties are constant. */
#define WW_TYPE_SEARCH_HIT (ww_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (WwSearchHit, ww_search_hit, WW, SEARCH_HIT, GObject)

/* NULL: the conversation itself is what was found, by the name or an address of the person, or the name of the group. */
WwMessage *ww_search_hit_get_message (WwSearchHit *self);
WwConversation *ww_search_hit_get_conversation (WwSearchHit *self);
const char *ww_search_hit_get_snippet (WwSearchHit *self); /* one line, plain text: never markup */
const WwSearchRange *ww_search_hit_get_matches (WwSearchHit *self, guint *n);

/*
 * A GListModel of WwSearchHit, newest first; conversations that were found by their name come before all messages. It may
 * still grow at its end, up to the limit, while "searching" is TRUE. Letting go of it ends the search.
 */
#define WW_TYPE_SEARCH_RESULTS (ww_search_results_get_type ())
G_DECLARE_FINAL_TYPE (WwSearchResults, ww_search_results, WW, SEARCH_RESULTS, GObject)

gboolean ww_search_results_get_searching (WwSearchResults *self); /* property "searching" */
gboolean ww_search_results_get_has_more (WwSearchResults *self); /* property "has-more": older ones, beyond the limit */

/*
 * What contains `text` anywhere, whatever its case and accents: the newest `limit`, before the message `before` (hex id; NULL:
 * the newest, and conversations). From the local store. Resolves to a WwSearchResults as soon as it holds something to
 * show, or all there is. Messages of blocked people are left out. A later search ends an earlier one, whose results stop
 * growing.
 */
DexFuture *ww_client_search (WwClient *self, const char *text, guint limit, const char *before);
/* The same within one conversation. */
DexFuture *ww_conversation_find (WwConversation *self, const char *text, guint limit, const char *before);

G_END_DECLS
