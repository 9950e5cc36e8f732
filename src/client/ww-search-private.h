/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-search.h"

G_BEGIN_DECLS

/* `within`: NULL for all conversations. See ww_client_search(). */
DexFuture *ww_search_begin (WwConversationList *list, WwConversation *within, const char *text, guint limit,
                            const char *before);

G_END_DECLS
