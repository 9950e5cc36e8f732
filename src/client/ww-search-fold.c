/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-search-fold.h"

typedef struct
{
  GArray *chars;
  GArray *starts;
  GArray *ends;
} Folding;

/* Accents and points that people leave out when they search. Not the vowel signs of Indic scripts, which are marks too. */
static gboolean
is_accent (gunichar c)
{
  return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0591 && c <= 0x05c7) || (c >= 0x0610 && c <= 0x061a) ||
         (c >= 0x064b && c <= 0x065f) || c == 0x0670 || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
         (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f);
}

/* Letters whose stroke or ligature Unicode does not take apart (UAX 15, NFKD). */
static const char *
expand (gunichar c)
{
  static const struct
  {
    gunichar c;
    const char *text;
  } letters[] = {
    { 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" }, { 0x00f8, "o" }, { 0x00fe, "th" },
    { 0x0111, "d" },  { 0x0127, "h" },  { 0x0131, "i" }, { 0x0142, "l" }, { 0x0153, "oe" },
    { 0x0167, "t" },  { 0x03c2, "σ" },  { 0x0640, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].c == c)
      return letters[i].text;
  return NULL;
}

gboolean
ww_fold_is_dense (gunichar c)
{
  return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) || (c >= 0x3041 && c <= 0x30ff) ||
         (c >= 0x3105 && c <= 0x312f) || (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) ||
         (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0x20000 && c <= 0x3ffff);
}

static void
add (Folding *self, gunichar c, guint start, guint end)
{
  g_array_append_val (self->chars, c);
  g_array_append_val (self->starts, start);
  g_array_append_val (self->ends, end);
}

/* What is left out belongs to the character before it, so that a match covers its accents. */
static void
extend (Folding *self, guint end)
{
  if (self->ends->len > 0)
    g_array_index (self->ends, guint, self->ends->len - 1) = end;
}

/* The marks of kana stand apart in half-width text. */
static gboolean
join_kana (Folding *self, gunichar mark, guint end)
{
  gunichar *last = self->chars->len > 0 ? &g_array_index (self->chars, gunichar, self->chars->len - 1) : NULL;
  gunichar joined;

  if ((mark != 0x3099 && mark != 0x309a) || last == NULL || !g_unichar_compose (*last, mark, &joined))
    return FALSE;
  *last = joined;
  extend (self, end);
  return TRUE;
}

static void
add_folded (Folding *self, gunichar c, guint start, guint end)
{
  gunichar lower = g_unichar_tolower (c);
  const char *expanded = expand (lower);

  if (is_accent (c))
    extend (self, end);
  else if (join_kana (self, c, end))
    return;
  else if (expanded == NULL)
    add (self, lower, start, end);
  else
    for (; *expanded != '\0'; expanded = g_utf8_next_char (expanded))
      add (self, g_utf8_get_char (expanded), start, end);
}

static void
add_space (Folding *self, guint start, guint end)
{
  if (self->chars->len > 0 && g_array_index (self->chars, gunichar, self->chars->len - 1) == ' ')
    extend (self, end);
  else
    add (self, ' ', start, end);
}

static void
fold_char (Folding *self, gunichar c, guint start, guint end)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n;

  if (c < 0x80 && c > 0x20)
    {
      add (self, g_ascii_tolower ((char) c), start, end);
      return;
    }
  if (g_unichar_isspace (c))
    {
      add_space (self, start, end);
      return;
    }
  if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
    {
      extend (self, end);
      return;
    }
  /* Syllables of Hangul and voiced kana stay whole. */
  if (c >= 0x3041 && c <= 0xd7a3 && ww_fold_is_dense (c))
    {
      add (self, c, start, end);
      return;
    }

  n = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n; i++)
    if (g_unichar_isspace (parts[i]))
      add_space (self, start, end);
    else
      add_folded (self, parts[i], start, end);
}

static Folding
folding_new (gsize len)
{
  return (Folding) { g_array_sized_new (FALSE, FALSE, sizeof (gunichar), (guint) len),
                     g_array_sized_new (FALSE, FALSE, sizeof (guint), (guint) len),
                     g_array_sized_new (FALSE, FALSE, sizeof (guint), (guint) len) };
}

WwFolded *
ww_fold (const char *text, gsize len)
{
  Folding folding = folding_new (len);
  WwFolded *self = g_new0 (WwFolded, 1);

  for (const char *p = text; p < text + len; p = g_utf8_next_char (p))
    fold_char (&folding, g_utf8_get_char (p), (guint) (p - text), (guint) (g_utf8_next_char (p) - text));

  self->n = folding.chars->len;
  self->chars = (gunichar *) g_array_free (folding.chars, FALSE);
  self->starts = (guint *) g_array_free (folding.starts, FALSE);
  self->ends = (guint *) g_array_free (folding.ends, FALSE);
  return self;
}

WwFolded *
ww_fold_query (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return ww_fold (g_strstrip (valid), strlen (valid));
}

void
ww_folded_free (WwFolded *self)
{
  g_free (self->chars);
  g_free (self->starts);
  g_free (self->ends);
  g_free (self);
}

guint
ww_folded_find (const WwFolded *self, const WwFolded *needle, guint from)
{
  if (needle->n == 0)
    return G_MAXUINT;
  for (guint i = from; i + needle->n <= self->n; i++)
    if (self->chars[i] == needle->chars[0] &&
        memcmp (self->chars + i, needle->chars, needle->n * sizeof *needle->chars) == 0)
      return i;
  return G_MAXUINT;
}
