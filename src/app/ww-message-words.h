/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* What a message says, in words: for screen readers, quotes, and lists. */
char *ww_message_dup_words (WwMessage *message);

G_END_DECLS
