/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-search-query.h"

struct _WwSearchQuery
{
  gatomicrefcount ref_count;
  GPtrArray *words; /* of WwFolded */
};

static void
add_word (WwSearchQuery *self, const char *start, const char *end)
{
  g_autofree char *word = g_strndup (start, (gsize) (end - start));
  g_autoptr (WwFolded) folded = ww_fold_query (word);

  folded->n = MIN (folded->n, WW_SEARCH_CHARS);
  if (folded->n > 0 && self->words->len < WW_SEARCH_WORDS)
    g_ptr_array_add (self->words, g_steal_pointer (&folded));
}

/* A quotation mark without its partner quotes up to the end: it is still being typed. */
static const char *
find_end (const char *p, gboolean quoted)
{
  while (*p != '\0' && (quoted ? *p != '"' : *p != '"' && !g_unichar_isspace (g_utf8_get_char (p))))
    p = g_utf8_next_char (p);
  return p;
}

WwSearchQuery *
ww_search_query_new (const char *text)
{
  WwSearchQuery *self = g_new0 (WwSearchQuery, 1);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  const char *p = valid;

  g_atomic_ref_count_init (&self->ref_count);
  self->words = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_folded_free);
  while (*p != '\0' && self->words->len < WW_SEARCH_WORDS)
    {
      gboolean quoted = *p == '"';
      const char *start = quoted ? p + 1 : p;
      const char *end = find_end (start, quoted);

      add_word (self, start, end);
      p = end;
      if (*p != '\0' && (quoted || *p != '"'))
        p = g_utf8_next_char (p);
    }
  return self;
}

WwSearchQuery *
ww_search_query_ref (WwSearchQuery *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ww_search_query_unref (WwSearchQuery *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->words);
  g_free (self);
}

gboolean
ww_search_query_is_empty (const WwSearchQuery *self)
{
  return self->words->len == 0;
}

gboolean
ww_search_query_matches (const WwSearchQuery *self, const char *text)
{
  g_autoptr (WwFolded) folded = NULL;

  if (text == NULL || *text == '\0' || self->words->len == 0)
    return FALSE;
  folded = ww_fold (text, strlen (text));
  for (guint i = 0; i < self->words->len; i++)
    if (ww_folded_find (folded, self->words->pdata[i], 0) == G_MAXUINT)
      return FALSE;
  return TRUE;
}

const GPtrArray *
ww_search_query_get_words (const WwSearchQuery *self)
{
  return self->words;
}
