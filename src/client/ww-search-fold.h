/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text as searching sees it: without case, accents, ligatures and differences of width; runs of white space are one space; what
 * does not show is left out. Each character knows where it came from.
 */
typedef struct
{
  gunichar *chars;
  guint *starts; /* byte offsets in the text: of the character that gave chars[i] … */
  guint *ends;   /* … and behind it and what belongs to it */
  guint n;
} WwFolded;

/* `text` is valid UTF-8. */
WwFolded *ww_fold (const char *text, gsize len);
/* Without white space at either end: what a person searches for. */
WwFolded *ww_fold_query (const char *text);
void ww_folded_free (WwFolded *self);
/* Index of the first place of `needle` in `self` from `from` on; G_MAXUINT when there is none, or the needle is empty. */
guint ww_folded_find (const WwFolded *self, const WwFolded *needle, guint from);
/* Han, kana, Hangul and the like: scripts of which one or two characters are a word. */
gboolean ww_fold_is_dense (gunichar c);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwFolded, ww_folded_free)

G_END_DECLS
