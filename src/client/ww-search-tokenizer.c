/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-search-tokenizer.h"

#define SCOPE      '\001'
#define SCOPE_SIZE 33 /* with the hex digits of an id */
/* Of one word; what has these nearly always has the others. */
#define WORD_TOKENS 8

/* Calls `func` for each token; ends when it returns anything but SQLITE_OK. */
typedef int (*TokenFunc) (gpointer data, const char *token, int len, int start, int end);

static int
emit (const WwFolded *folded, guint at, guint n, TokenFunc func, gpointer data)
{
  char token[3 * 6];
  int len = 0;

  for (guint i = 0; i < n; i++)
    len += g_unichar_to_utf8 (folded->chars[at + i], token + len);
  return func (data, token, len, (int) folded->starts[at], (int) folded->ends[at + n - 1]);
}

/* How many characters from `at` on are dense, two at most. */
static guint
count_dense (const WwFolded *folded, guint at)
{
  guint n = 0;

  while (n < 2 && at + n < folded->n && ww_fold_is_dense (folded->chars[at + n]))
    n++;
  return n;
}

static gboolean
has_three (const WwFolded *folded, guint at)
{
  return at + 3 <= folded->n && folded->chars[at] != ' ' && folded->chars[at + 1] != ' ' &&
         folded->chars[at + 2] != ' ';
}

static int
tokenize_folded (const WwFolded *folded, TokenFunc func, gpointer data)
{
  int result = SQLITE_OK;

  for (guint i = 0; i < folded->n && result == SQLITE_OK; i++)
    {
      guint dense = count_dense (folded, i);

      for (guint n = 1; n <= dense && result == SQLITE_OK; n++)
        result = emit (folded, i, n, func, data);
      if (result == SQLITE_OK && has_three (folded, i))
        result = emit (folded, i, 3, func, data);
    }
  return result;
}

typedef struct
{
  void *context;
  int (*token) (void *context, int flags, const char *token, int len, int start, int end);
} Sink;

static int
pass_on (gpointer data, const char *token, int len, int start, int end)
{
  Sink *sink = data;

  return sink->token (sink->context, 0, token, len, start, end);
}

/* fts5_tokenizer.xTokenize */
static int
tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len,
          int (*token) (void *, int, const char *, int, int, int))
{
  Sink sink = { context, token };
  g_autofree char *valid = NULL;
  g_autoptr (WwFolded) folded = NULL;

  if (len <= 0)
    return SQLITE_OK;
  /* A query has made its tokens already. */
  if ((flags & FTS5_TOKENIZE_QUERY) != 0 || (len == SCOPE_SIZE && text[0] == SCOPE))
    return token (context, 0, text, len, 0, len);

  if (!g_utf8_validate_len (text, (gsize) len, NULL))
    {
      valid = g_utf8_make_valid (text, len);
      text = valid;
      len = (int) strlen (valid);
    }
  folded = ww_fold (text, (gsize) len);
  return tokenize_folded (folded, pass_on, &sink);
}

static int
create (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **out)
{
  *out = context;
  return SQLITE_OK;
}

/* There is nothing of which there could be two. */
static void delete (Fts5Tokenizer *tokenizer)
{
}

int
ww_search_tokenizer_register (sqlite3 *handle)
{
  static fts5_tokenizer tokenizer = { create, delete, tokenize };
  static char nothing;
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;
  int result = sqlite3_prepare_v2 (handle, "SELECT fts5 (?1)", -1, &statement, NULL);

  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
  sqlite3_step (statement);
  sqlite3_finalize (statement);
  if (api == NULL || api->iVersion < 2)
    return SQLITE_ERROR;
  return api->xCreateTokenizer (api, "waxwing", &nothing, &tokenizer, NULL);
}

static void
append_token (GString *match, const char *token, gsize len)
{
  g_string_append (match, match->len > 0 ? " AND \"" : "\"");
  for (gsize i = 0; i < len; i++)
    {
      if (token[i] == '"')
        g_string_append_c (match, '"');
      g_string_append_c (match, token[i]);
    }
  g_string_append_c (match, '"');
}

static void
append_scope (GString *match, const char *scope)
{
  g_autofree char *token = g_strdup_printf ("%c%s", SCOPE, scope);

  append_token (match, token, strlen (token));
}

static int
append_cb (gpointer data, const char *token, int len, int start, int end)
{
  append_token (data, token, (gsize) len);
  return SQLITE_OK;
}

/* Where a word has three characters without white space. */
static void
append_word (GString *match, const WwFolded *word)
{
  guint step = 1 + word->n / WORD_TOKENS;
  guint before = G_MAXUINT;

  for (guint i = 0; i < word->n; i++)
    if (has_three (word, i) && (before == G_MAXUINT || i >= before + step))
      {
        emit (word, i, 3, append_cb, match);
        before = i;
      }
  if (before != G_MAXUINT)
    return;
  /* A short one: as many as are dense. */
  for (guint i = 0; i < word->n; i++)
    {
      guint dense = count_dense (word, i);

      if (dense > 0)
        emit (word, i, dense, append_cb, match);
    }
}

char *
ww_search_tokenizer_match (const WwSearchQuery *query, const char *scope)
{
  g_autoptr (GString) match = g_string_new (NULL);
  const GPtrArray *words = ww_search_query_get_words (query);

  for (guint i = 0; i < words->len; i++)
    append_word (match, words->pdata[i]);
  if (match->len == 0)
    return NULL;
  if (scope != NULL)
    append_scope (match, scope);
  return g_string_free (g_steal_pointer (&match), FALSE);
}

typedef struct
{
  char token[3 * 6];
  gsize len;
} LastToken;

static int
keep_cb (gpointer data, const char *token, int len, int start, int end)
{
  LastToken *last = data;

  last->len = (gsize) len;
  memcpy (last->token, token, last->len);
  return SQLITE_OK;
}

char *
ww_search_tokenizer_match_text (const char *text, const char *scope)
{
  g_autoptr (GString) match = g_string_new (NULL);
  g_autoptr (WwFolded) folded = ww_fold (text, strlen (text));
  LastToken last = { 0 };

  tokenize_folded (folded, keep_cb, &last);
  if (last.len > 0)
    append_token (match, last.token, last.len);
  append_scope (match, scope);
  return g_string_free (g_steal_pointer (&match), FALSE);
}
