/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-search-query.h"
#include "ww-search.h"

G_BEGIN_DECLS

/* `message` NULL: the conversation itself. `text`: where the words are. */
WwSearchHit *ww_search_hit_new (WwConversation *conversation, WwMessage *message, const char *text,
                                const WwSearchQuery *query);

G_END_DECLS
