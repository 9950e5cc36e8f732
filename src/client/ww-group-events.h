/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-group-log.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * What a conversation says about its group. Each event is a row of kind GROUP_EVENT whose `notice` is its word, who did it
 * and whom it is about, in hex: so that it speaks the language, and calls people by the names, of whoever reads it. `text` is
 * a new name.
 */

/* The rows (WwMessageRow, not inserted) that tell how `log` came to be what it is: `first` is the index of the first change
 * that is new, `before` the state without them. `is_new`: the group was not known. */
GPtrArray *ww_group_events_make (const WwGroupLog *log, guint first, const WwGroupState *before, gboolean is_new,
                                 const guint8 own_account[16]);

/* One sentence, translated. `list` tells the names. */
char *ww_group_event_sentence (const char *notice, const char *text, WwConversationList *list);

G_END_DECLS
