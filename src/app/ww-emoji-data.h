/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An emoji and the word by which it was found. */
typedef struct
{
  char *emoji;
  char *name;
} WwEmojiMatch;

void ww_emoji_match_free (gpointer match);
GPtrArray *ww_emoji_data_find (const char *word, guint most);
const char *ww_emoji_data_get (const char *word);
const char *ww_emoji_data_get_smiley (const char *text, gsize *length);

G_END_DECLS
