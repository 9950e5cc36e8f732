/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-emoji.h"
#include "ww-links.h"
#include "ww-proof-view.h"
#include "ww-safety-number-page.h"
#include "ww-uri.h"

typedef struct
{
  const char *text;
  const char *uri;   /* of its one link; NULL for none */
  const char *shown; /* the part of the text that is the link */
} LinkCase;

static const LinkCase link_cases[] = {
  { "see https://example.org/a?b=c#d.", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d" },
  { "(http://example.org)", "http://example.org", "http://example.org" },
  { "https://en.wikipedia.org/wiki/Wax_(disambiguation)", "https://en.wikipedia.org/wiki/Wax_(disambiguation)",
    "https://en.wikipedia.org/wiki/Wax_(disambiguation)" },
  { "write mailto:bob@example.org!", "mailto:bob@example.org", "mailto:bob@example.org" },
  { "tel:+33612345678", "tel:+33612345678", "tel:+33612345678" },
  { "geo:48.2,16.4", "geo:48.2,16.4", "geo:48.2,16.4" },
  { "waxwing:message?to=mailto:bob@example.org", "waxwing:message?to=mailto:bob@example.org",
    "waxwing:message?to=mailto:bob@example.org" },
  { "HTTPS://EXAMPLE.ORG/", "https://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/" },
  /* The name of a host is opened in the form that can't be mistaken. */
  { "https://bücher.example/", "https://xn--bcher-kva.example/", "https://bücher.example/" },
  /* What turns the direction of text ends a link. */
  { "https://example.org/\xe2\x80\xaegpj.exe", "https://example.org/", "https://example.org/" },
  { "https://example.org/<b>x</b>", "https://example.org/", "https://example.org/" },
  { "https://example.org/\"onclick=\"x", "https://example.org/", "https://example.org/" },
  /* None of these may ever be opened. */
  { "javascript:alert(1)", NULL, NULL },
  { "file:///etc/passwd", NULL, NULL },
  { "smb://host/share", NULL, NULL },
  { "data:text/html,<script>", NULL, NULL },
  { "vbscript:x ms-settings: steam://run/1 sftp://h/x", NULL, NULL },
  { "example.org is not a link", NULL, NULL },
  { "xhttps://example.org", NULL, NULL },
  { "mailto:bob@example.org?subject=x&Attach=/etc/passwd", NULL, NULL },
  { "mailto:bob@example.org?%61ttachment=/etc/passwd", NULL, NULL },
  { "https://", NULL, NULL },
  { "https:///path", NULL, NULL },
  { "https://example.org@evil.example/", NULL, NULL },
  /* Latin and Cyrillic letters in one name: a look-alike. */
  { "https://p\xd0\xb0ypal.example/", NULL, NULL },
};

static void
test_links (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (link_cases); i++)
    {
      const LinkCase *c = &link_cases[i];
      g_autoptr (GPtrArray) links = ww_links_find (c->text);
      WwLink *link;
      g_autofree char *shown = NULL;

      g_test_message ("%s", c->text);
      g_assert_cmpuint (links->len, ==, c->uri != NULL ? 1 : 0);
      if (c->uri == NULL)
        continue;
      link = g_ptr_array_index (links, 0);
      shown = g_strndup (c->text + link->start, link->end - link->start);
      g_assert_cmpstr (link->uri, ==, c->uri);
      g_assert_cmpstr (shown, ==, c->shown);
      g_assert_true (ww_links_may_open (link->uri));
    }
}

static void
test_links_limits (void)
{
  GString *many = g_string_new (NULL);
  GString *one = g_string_new ("https://example.org/");
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) none = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (many, "https://example.org ");
  links = ww_links_find (many->str);
  g_assert_cmpuint (links->len, ==, 100);

  for (guint i = 0; i < 5000; i++)
    g_string_append_c (one, 'a');
  none = ww_links_find (one->str);
  g_assert_cmpuint (none->len, ==, 0);
  g_string_free (many, TRUE);
  g_string_free (one, TRUE);
}

static void
test_opener (void)
{
  g_assert_false (ww_links_may_open ("javascript:alert(1)"));
  g_assert_false (ww_links_may_open ("file:///etc/passwd"));
  g_assert_false (ww_links_may_open ("/usr/bin/true"));
  g_assert_false (ww_links_may_open (""));
  g_assert_true (ww_links_may_open ("https://example.org"));
}

typedef struct
{
  const char *uri;
  WwUriKind kind;
  const char *argument;
} UriCase;

static const UriCase uri_cases[] = {
  { "waxwing:message?to=bob@example.org", WW_URI_MESSAGE, "bob@example.org" },
  { "waxwing:message?to=mailto%3Abob%40example.org", WW_URI_MESSAGE, "mailto:bob@example.org" },
  { "waxwing:server?url=http://127.0.0.1:8080", WW_URI_SERVER, "http://127.0.0.1:8080" },
  { "waxwing:verify?number=123456789012345678901234567890123456789012345678901234567890", WW_URI_VERIFY,
    "123456789012345678901234567890123456789012345678901234567890" },
  { "waxwing:verify", WW_URI_INVALID, NULL },
  { "waxwing:verify?number=", WW_URI_INVALID, NULL },
  { "waxwing:message", WW_URI_INVALID, NULL },
  { "waxwing:message?to=", WW_URI_INVALID, NULL },
  { "waxwing:message?to=a%0Ab", WW_URI_INVALID, NULL },
  { "waxwing:message?to=%E2%80%AEgro", WW_URI_INVALID, NULL },
  { "waxwing:message?to=%ff", WW_URI_INVALID, NULL },
  { "waxwing:remove-device?id=1", WW_URI_INVALID, NULL },
  { "https://example.org", WW_URI_INVALID, NULL },
  { "nonsense", WW_URI_INVALID, NULL },
};

static void
test_uris (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (uri_cases); i++)
    {
      g_autofree char *argument = NULL;

      g_test_message ("%s", uri_cases[i].uri);
      g_assert_cmpint (ww_uri_parse (uri_cases[i].uri, &argument), ==, uri_cases[i].kind);
      g_assert_cmpstr (argument, ==, uri_cases[i].argument);
    }
}

typedef struct
{
  const char *typed;
  const char *code; /* NULL: it is none */
} CodeCase;

static const CodeCase code_cases[] = {
  { "123456", "123456" },
  { " 123 456\n", "123456" },
  { "123-456", "123456" },
  { "\xe2\x80\x8e"
    "123\xc2\xa0"
    "456",
    "123456" },
  /* Arabic-Indic, Devanagari and full-width digits. */
  { "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6", "123456" },
  { "\xe0\xa5\xa7\xe0\xa5\xa8\xe0\xa5\xa9\xe0\xa5\xaa\xe0\xa5\xab\xe0\xa5\xac", "123456" },
  { "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96", "123456" },
  { "000000", "000000" },
  { "12345", NULL },
  { "1234567", NULL },
  { "12345a", NULL },
  { "+123456", NULL },
  { "12.3456", NULL },
  { "", NULL },
};

static void
test_codes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (code_cases); i++)
    {
      g_autofree char *code = ww_proof_dup_code (code_cases[i].typed);

      g_test_message ("%s", code_cases[i].typed);
      g_assert_cmpstr (code, ==, code_cases[i].code);
    }
}

static void
test_safety_number (void)
{
  g_autofree char *shown = ww_safety_number_format ("000001111122222333334444455555666667777788888999990000011111");

  g_assert_cmpstr (shown, ==, "00000  11111  22222\n33333  44444  55555\n66666  77777  88888\n99999  00000  11111");
}

static void
test_emoji (void)
{
  g_assert_cmpuint (ww_emoji_count_alone ("👍", 3), ==, 1);
  g_assert_cmpuint (ww_emoji_count_alone ("👍🏽", 3), ==, 1);
  g_assert_cmpuint (ww_emoji_count_alone ("👩‍👩‍👧‍👦", 3), ==, 1);
  g_assert_cmpuint (ww_emoji_count_alone ("🇫🇷🇩🇪", 3), ==, 2);
  g_assert_cmpuint (ww_emoji_count_alone ("❤️ 🎉 1️⃣", 3), ==, 3);
  g_assert_cmpuint (ww_emoji_count_alone ("🎉🎉🎉🎉", 3), ==, 0);
  g_assert_cmpuint (ww_emoji_count_alone ("yes 👍", 3), ==, 0);
  g_assert_cmpuint (ww_emoji_count_alone ("12", 3), ==, 0);
  g_assert_cmpuint (ww_emoji_count_alone ("🇫", 3), ==, 0);
  g_assert_cmpuint (ww_emoji_count_alone ("👩\xe2\x80\x8d", 3), ==, 0);
  g_assert_cmpuint (ww_emoji_count_alone ("", 3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/links", test_links);
  g_test_add_func ("/app/links/limits", test_links_limits);
  g_test_add_func ("/app/links/opener", test_opener);
  g_test_add_func ("/app/uris", test_uris);
  g_test_add_func ("/app/codes", test_codes);
  g_test_add_func ("/app/safety-number", test_safety_number);
  g_test_add_func ("/app/emoji", test_emoji);
  return g_test_run ();
}
