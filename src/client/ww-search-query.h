/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-search-fold.h"

G_BEGIN_DECLS

/*
 * What a person typed into a search box: words, all of which a text has to contain, anywhere and in any order. Words in
 * double quotes are one. Never changes once it is made, so that any thread may look into it; counted.
 */
typedef struct _WwSearchQuery WwSearchQuery;

#define WW_SEARCH_WORDS 8   /* more are left out */
#define WW_SEARCH_CHARS 256 /* of one word, and no more */

WwSearchQuery *ww_search_query_new (const char *text);
WwSearchQuery *ww_search_query_ref (WwSearchQuery *self);
void ww_search_query_unref (WwSearchQuery *self);

gboolean ww_search_query_is_empty (const WwSearchQuery *self);
/* A text that was not folded before; NULL and "" match nothing. */
gboolean ww_search_query_matches (const WwSearchQuery *self, const char *text);
const GPtrArray *ww_search_query_get_words (const WwSearchQuery *self); /* of WwFolded */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSearchQuery, ww_search_query_unref)

G_END_DECLS
