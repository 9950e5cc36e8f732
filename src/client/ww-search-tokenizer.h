/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "ww-search-query.h"

G_BEGIN_DECLS

/*
 * The tokenizer "waxwing" of FTS5: three characters each, as they are after folding, wherever they begin, but none that has
 * white space in it; of dense scripts one and two characters as well, because most of their words have no more. A
 * conversation's scope, which begins with U+0001, is one token.
 */
int ww_search_tokenizer_register (sqlite3 *handle);

/* What finds every row that has all of the words, and perhaps some more; `scope` (hex) may be NULL. NULL when the words are
 * too short to say anything. */
char *ww_search_tokenizer_match (const WwSearchQuery *query, const char *scope);
/* The same for the last token of a text that is in the index. */
char *ww_search_tokenizer_match_text (const char *text, const char *scope);

G_END_DECLS
