/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-link-page"

#include "ww-link-page.h"

#include <string.h>

#include "ww-text.h"

/* In characters; what is sent has room for four bytes each (ww-limits.h). */
#define TITLE_CHARS       120
#define DESCRIPTION_CHARS 250
#define ADDRESS_BYTES     2048
/* Names of tags and attributes that are of interest are shorter. */
#define NAME_BYTES 32

/* --- Characters ---------------------------------------------------------------------------- */

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* "&#233;", "&#xe9;": what follows the "#", up to the semicolon. */
static gunichar
parse_number (const char *digits, gsize len)
{
  gboolean hex = len > 1 && (digits[0] == 'x' || digits[0] == 'X');
  guint64 value = 0;

  if (len == 0 || len > 8)
    return 0;
  for (gsize i = hex ? 1 : 0; i < len; i++)
    {
      int digit = hex ? g_ascii_xdigit_value (digits[i]) : g_ascii_digit_value (digits[i]);

      if (digit < 0)
        return 0;
      value = value * (hex ? 16 : 10) + (guint64) digit;
    }
  return value <= 0x10ffff && g_unichar_validate ((gunichar) value) ? (gunichar) value : 0;
}

static gunichar
parse_entity (const char *name, gsize len)
{
  static const struct
  {
    const char *name;
    gunichar c;
  } entities[] = {
    { "amp", '&' },      { "lt", '<' },       { "gt", '>' },        { "quot", '"' },     { "apos", '\'' },
    { "nbsp", ' ' },     { "ndash", 0x2013 }, { "mdash", 0x2014 },  { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
    { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "hellip", 0x2026 }, { "middot", 0xb7 },  { "bull", 0x2022 },
    { "laquo", 0xab },   { "raquo", 0xbb },   { "copy", 0xa9 },     { "reg", 0xae },     { "trade", 0x2122 },
  };

  if (len > 0 && name[0] == '#')
    return parse_number (name + 1, len - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == len && memcmp (entities[i].name, name, len) == 0)
      return entities[i].c;
  return 0;
}

/* Text as it is read; what is no entity stays what it is. */
static char *
decode (const char *text, gsize len)
{
  GString *plain = g_string_new (NULL);

  for (gsize i = 0; i < len; i++)
    {
      const char *end = text[i] == '&' ? memchr (text + i, ';', MIN (len - i, 12)) : NULL;
      gunichar c = end != NULL ? parse_entity (text + i + 1, (gsize) (end - text) - i - 1) : 0;

      if (c != 0)
        {
          g_string_append_unichar (plain, c);
          i = (gsize) (end - text);
        }
      else
        g_string_append_c (plain, text[i]);
    }
  return g_string_free (plain, FALSE);
}

/* --- Tags ---------------------------------------------------------------------------------- */

/* A tag, or what stands between two of them. */
typedef struct
{
  const char *at;
  const char *end;
} Scanner;

typedef struct
{
  char name[NAME_BYTES]; /* lower case; "" for comments and the like */
  const char *attributes;
  const char *end; /* of the attributes */
} Tag;

static void
copy_name (char name[NAME_BYTES], const char *from, gsize len)
{
  gsize n = MIN (len, NAME_BYTES - 1);

  for (gsize i = 0; i < n; i++)
    name[i] = g_ascii_tolower (from[i]);
  name[n] = '\0';
}

static const char *
find (const char *at, const char *end, const char *what)
{
  gsize len = strlen (what);

  for (; at + len <= end; at++)
    if (g_ascii_strncasecmp (at, what, len) == 0)
      return at;
  return NULL;
}

/* Where a tag ends; a ">" in quotes is none. */
static const char *
find_tag_end (const char *at, const char *end)
{
  char quote = '\0';

  for (; at < end; at++)
    {
      if (quote != '\0')
        quote = *at == quote ? '\0' : quote;
      else if (*at == '>')
        return at;
      else if (*at == '"' || *at == '\'')
        quote = *at;
    }
  return NULL;
}

/* The next tag; FALSE at the end, or when one is cut off. */
static gboolean
next_tag (Scanner *self, Tag *tag)
{
  const char *start = self->at < self->end ? memchr (self->at, '<', (gsize) (self->end - self->at)) : NULL;
  const char *end;
  gsize name = 0;

  if (start == NULL)
    return FALSE;
  *tag = (Tag) { 0 };
  if (self->end - start >= 4 && memcmp (start, "<!--", 4) == 0)
    {
      end = find (start + 4, self->end, "-->");
      self->at = end != NULL ? end + 3 : self->end;
      return end != NULL;
    }
  end = find_tag_end (start, self->end);
  if (end == NULL)
    return FALSE;
  while (start + 1 + name < end && !is_space (start[1 + name]) && (start[1 + name] != '/' || name == 0))
    name++;
  copy_name (tag->name, start + 1, name);
  tag->attributes = start + 1 + name;
  tag->end = end;
  self->at = end + 1;
  return TRUE;
}

/* The value of an attribute, decoded; NULL when it is not there. */
static char *
dup_attribute (const Tag *tag, const char *wanted)
{
  const char *at = tag->attributes;

  while (at < tag->end)
    {
      const char *name, *value;
      gsize name_len;
      char quote = '\0';
      gboolean found;

      while (at < tag->end && (is_space (*at) || *at == '/'))
        at++;
      name = at;
      while (at < tag->end && !is_space (*at) && *at != '=' && *at != '/')
        at++;
      name_len = (gsize) (at - name);
      while (at < tag->end && is_space (*at))
        at++;
      if (at == tag->end || *at != '=')
        {
          if (name_len == 0 && at < tag->end)
            at++;
          continue;
        }
      at++;
      while (at < tag->end && is_space (*at))
        at++;
      if (at < tag->end && (*at == '"' || *at == '\''))
        quote = *at++;
      value = at;
      while (at < tag->end && (quote != '\0' ? *at != quote : !is_space (*at)))
        at++;
      found = name_len == strlen (wanted) && g_ascii_strncasecmp (name, wanted, name_len) == 0;
      if (found)
        return decode (value, (gsize) (at - value));
      if (quote != '\0' && at < tag->end)
        at++;
    }
  return NULL;
}

/* --- The head ------------------------------------------------------------------------------ */

/* The first one that says something counts, those that are made for previews before others. */
typedef struct
{
  char *preview_title, *title;
  char *preview_description, *description;
  char *picture;
} Found;

static void
set_once (char **field, char *value)
{
  if (*field == NULL && value != NULL && *value != '\0')
    *field = value;
  else
    g_free (value);
}

static void
take_meta (Found *self, const Tag *tag)
{
  g_autofree char *property = dup_attribute (tag, "property");
  g_autofree char *name = property == NULL ? dup_attribute (tag, "name") : NULL;
  const char *key = property != NULL ? property : name;
  char *content = key != NULL ? dup_attribute (tag, "content") : NULL;

  if (content == NULL)
    return;
  if (g_ascii_strcasecmp (key, "og:title") == 0 || g_ascii_strcasecmp (key, "twitter:title") == 0)
    set_once (&self->preview_title, content);
  else if (g_ascii_strcasecmp (key, "og:description") == 0 || g_ascii_strcasecmp (key, "twitter:description") == 0)
    set_once (&self->preview_description, content);
  else if (g_ascii_strcasecmp (key, "description") == 0)
    set_once (&self->description, content);
  else if (g_ascii_strcasecmp (key, "og:image") == 0 || g_ascii_strcasecmp (key, "og:image:url") == 0 ||
           g_ascii_strcasecmp (key, "og:image:secure_url") == 0 || g_ascii_strcasecmp (key, "twitter:image") == 0)
    set_once (&self->picture, content);
  else
    g_free (content);
}

/* What is between an opening tag and its end is no markup. */
static gboolean
take_raw (Found *self, Scanner *scanner, const char *name)
{
  g_autofree char *closing = g_strconcat ("</", name, NULL);
  const char *end = find (scanner->at, scanner->end, closing);

  if (end == NULL)
    return FALSE;
  if (g_str_equal (name, "title"))
    set_once (&self->title, decode (scanner->at, (gsize) (end - scanner->at)));
  scanner->at = end;
  return TRUE;
}

static gboolean
is_raw (const char *name)
{
  static const char *const raw[] = { "title", "script", "style", "noscript", "template", "svg", "textarea" };

  for (gsize i = 0; i < G_N_ELEMENTS (raw); i++)
    if (g_str_equal (raw[i], name))
      return TRUE;
  return FALSE;
}

static gboolean
ends_head (const char *name)
{
  return g_str_equal (name, "/head") || g_str_equal (name, "body") || g_str_equal (name, "/html");
}

static void
read_head (Found *self, const char *data, gsize len)
{
  Scanner scanner = { data, data + len };
  Tag tag;

  while (next_tag (&scanner, &tag) && !ends_head (tag.name))
    if (g_str_equal (tag.name, "meta"))
      take_meta (self, &tag);
    else if (is_raw (tag.name) && !take_raw (self, &scanner, tag.name))
      break;
}

gboolean
ww_link_page_goes_on (const char *data, gsize len)
{
  Scanner scanner = { data, data + len };
  Tag tag;

  while (next_tag (&scanner, &tag))
    if (ends_head (tag.name))
      return FALSE;
  return TRUE;
}

/* --- Its characters ------------------------------------------------------------------------ */

/* <meta charset="…">, or <meta http-equiv="content-type" content="…; charset=…">; both are ASCII in every encoding here. */
static char *
find_charset (const char *data, gsize len)
{
  Scanner scanner = { data, data + MIN (len, 4096) };
  Tag tag;

  while (next_tag (&scanner, &tag) && !ends_head (tag.name))
    {
      g_autofree char *charset = g_str_equal (tag.name, "meta") ? dup_attribute (&tag, "charset") : NULL;
      g_autofree char *content = g_str_equal (tag.name, "meta") ? dup_attribute (&tag, "content") : NULL;
      const char *said = content != NULL ? find (content, content + strlen (content), "charset=") : NULL;

      if (charset != NULL && *charset != '\0')
        return g_steal_pointer (&charset);
      if (said != NULL)
        return g_strdup (said + strlen ("charset="));
    }
  return NULL;
}

static char *
to_utf8 (const char *data, gsize len, const char *charset)
{
  g_autofree char *said = charset == NULL ? find_charset (data, len) : NULL;
  const char *from = charset != NULL ? charset : said;
  char *converted = NULL;

  if (g_utf8_validate_len (data, len, NULL))
    return g_strndup (data, len);
  if (from != NULL && g_ascii_strcasecmp (from, "utf-8") != 0)
    converted = g_convert_with_fallback (data, (gssize) len, "UTF-8", from, "\xef\xbf\xbd", NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid (data, (gssize) len);
}

static char *
line (const char *first, const char *second, gsize chars)
{
  return ww_text_one_line (first != NULL ? first : second, chars);
}

/* See the header. */
WwLinkPage *
ww_link_page_read (const char *data, gsize len, const char *charset)
{
  g_autofree char *text = to_utf8 (data, len, charset);
  WwLinkPage *self = g_new0 (WwLinkPage, 1);
  Found found = { 0 };

  read_head (&found, text, strlen (text));
  self->title = line (found.preview_title, found.title, TITLE_CHARS);
  self->description = line (found.preview_description, found.description, DESCRIPTION_CHARS);
  self->picture = g_strdup (found.picture != NULL && strlen (found.picture) <= ADDRESS_BYTES ? found.picture : "");
  g_free (found.preview_title);
  g_free (found.title);
  g_free (found.preview_description);
  g_free (found.description);
  g_free (found.picture);
  return self;
}

void
ww_link_page_free (WwLinkPage *self)
{
  g_free (self->title);
  g_free (self->description);
  g_free (self->picture);
  g_free (self);
}
