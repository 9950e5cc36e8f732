/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the text is one emoji and nothing else, by the forms of Unicode Technical Standard 51, "Emoji Sequences". */
gboolean ww_emoji_is_one (const char *text);

G_END_DECLS
