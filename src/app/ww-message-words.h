/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* What a message says, in words: for screen readers, quotes, and lists. */
char *ww_message_dup_words (WwMessage *message);
char *ww_message_dup_preview (WwMessage *message, gboolean group);
const char *ww_message_kind_for_people (WwMessageKind kind);

G_END_DECLS
