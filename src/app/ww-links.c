/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-links"

#include "ww-links.h"

#include <gio/gio.h>
#include <string.h>

/* The longest that is taken for a link, in bytes: what is longer hides where it leads. */
#define LINK_MAX 2048
/* A message full of links stays text behind the first hundred. */
#define LINKS_MAX 100

static const char *const schemes[] = { "https://", "http://", "mailto:", "tel:", "geo:", "waxwing:" };

void
ww_link_free (WwLink *self)
{
  g_free (self->uri);
  g_free (self);
}

static const char *
find_scheme (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return schemes[i];
  return NULL;
}

/* Where a link ends: white space, quotes, brackets that no link needs, and what turns the direction of text. */
static gboolean
ends_link (gunichar c)
{
  return c == 0 || g_unichar_isspace (c) || g_unichar_iscntrl (c) || g_unichar_iszerowidth (c) || c == '<' ||
         c == '>' || c == '"' || c == '`' || c == '{' || c == '}' || c == '|' || c == '\\' || c == '^' || c == 0x00ab ||
         c == 0x00bb || (c >= 0x200b && c <= 0x200f) || (c >= 0x2018 && c <= 0x201f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

/* A full stop after a link belongs to the sentence, and so does a closing bracket that was opened before it. */
static gsize
trim (const char *text, gsize length)
{
  while (length > 0)
    {
      char last = text[length - 1];
      int depth = 0;

      if (last == ')' || last == ']')
        {
          char opening = last == ')' ? '(' : '[';

          for (gsize i = 0; i < length; i++)
            depth += text[i] == opening ? 1 : text[i] == last ? -1 : 0;
          if (depth >= 0)
            return length;
        }
      else if (strchr (".,;:!?'*_~", last) == NULL)
        return length;
      length--;
    }
  return 0;
}

/* Letters of two scripts in one host name make look-alikes of known names. */
static gboolean
mixes_scripts (const char *host)
{
  GUnicodeScript seen = G_UNICODE_SCRIPT_COMMON;

  for (; *host != '\0'; host = g_utf8_next_char (host))
    {
      GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (host));

      if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
        continue;
      if (seen != G_UNICODE_SCRIPT_COMMON && script != seen)
        return TRUE;
      seen = script;
    }
  return FALSE;
}

static char *
web_uri (const char *candidate)
{
  g_autoptr (GUri) uri = g_uri_parse (candidate, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *plain = NULL;

  /* A name before an @ looks like the host that it isn't. */
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  /* GUri gives the host in its ASCII form, in which nothing looks like anything else; that is what is opened. */
  plain = g_hostname_to_unicode (g_uri_get_host (uri));
  if (plain == NULL || mixes_scripts (plain))
    return NULL;
  return g_uri_to_string (uri);
}

/* Some programs for mail attach what a link names, whatever file that is. */
static gboolean
attaches (const char *mail)
{
  const char *query = strchr (mail, '?');
  g_autofree char *plain = query != NULL ? g_uri_unescape_string (query, NULL) : NULL;
  g_autofree char *lower = plain != NULL ? g_ascii_strdown (plain, -1) : NULL;

  return query != NULL && (lower == NULL || strstr (lower, "attach") != NULL);
}

static char *
make_uri (const char *scheme, const char *candidate)
{
  if (strlen (candidate) <= strlen (scheme))
    return NULL;
  if (g_str_has_prefix (scheme, "http"))
    return web_uri (candidate);
  if (g_str_equal (scheme, "mailto:") && attaches (candidate))
    return NULL;
  return g_uri_is_valid (candidate, G_URI_FLAGS_NONE, NULL) ? g_strdup (candidate) : NULL;
}

static WwLink *
link_at (const char *text, gsize start)
{
  const char *scheme = find_scheme (text + start);
  const char *end = text + start;
  g_autofree char *candidate = NULL;
  g_autofree char *uri = NULL;
  gsize length;
  WwLink *link;

  if (scheme == NULL)
    return NULL;
  while (!ends_link (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  length = trim (text + start, (gsize) (end - text) - start);
  if (length > LINK_MAX)
    return NULL;
  candidate = g_strndup (text + start, length);
  uri = make_uri (scheme, candidate);
  if (uri == NULL)
    return NULL;

  link = g_new0 (WwLink, 1);
  link->start = start;
  link->end = start + length;
  link->uri = g_steal_pointer (&uri);
  return link;
}

/* A scheme counts at the start of a word only: “whttp://” is not a link. */
static gboolean
starts_word (const char *text, gsize at)
{
  return at == 0 || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (text + at)));
}

/**
 * ww_links_find:
 * @text: valid UTF-8
 *
 * Only what names one of the few schemes that are safe to hand to the desktop is a link. Everything else,
 * bare host names and files above all, stays text.
 *
 * Returns: (transfer full) (element-type WwLink): in the order of the text, not overlapping
 */
GPtrArray *
ww_links_find (const char *text)
{
  GPtrArray *links = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_link_free);
  gsize at = 0;

  while (text[at] != '\0' && links->len < LINKS_MAX)
    {
      WwLink *link = starts_word (text, at) ? link_at (text, at) : NULL;

      if (link != NULL)
        {
          g_ptr_array_add (links, link);
          at = link->end;
        }
      else
        at = (gsize) (g_utf8_next_char (text + at) - text);
    }
  return links;
}

/**
 * ww_links_may_open:
 *
 * The last check before anything leaves for another program.
 */
gboolean
ww_links_may_open (const char *uri)
{
  const char *scheme = find_scheme (uri);

  return scheme != NULL && strlen (uri) <= LINK_MAX * 3 && g_uri_is_valid (uri, G_URI_FLAGS_PARSE_RELAXED, NULL);
}

/**
 * ww_links_to_markup:
 * @links: (element-type WwLink): as ww_links_find() gave them for @text
 *
 * Returns: (transfer full): markup for a label that shows @text letter for letter, with its links
 */
char *
ww_links_to_markup (const char *text, GPtrArray *links)
{
  GString *markup = g_string_new (NULL);
  gsize at = 0;

  for (guint i = 0; i < links->len; i++)
    {
      WwLink *link = g_ptr_array_index (links, i);
      g_autofree char *before = g_markup_escape_text (text + at, (gssize) (link->start - at));
      g_autofree char *shown = g_markup_escape_text (text + link->start, (gssize) (link->end - link->start));
      g_autofree char *uri = g_markup_escape_text (link->uri, -1);

      g_string_append_printf (markup, "%s<a href=\"%s\">%s</a>", before, uri, shown);
      at = link->end;
    }
  if (text[at] != '\0')
    {
      g_autofree char *rest = g_markup_escape_text (text + at, -1);
      g_string_append (markup, rest);
    }
  return g_string_free (markup, FALSE);
}
