/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Previews of links: what is read of a page that anybody may have written, and where nobody may lead who is asked for one. */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <libsoup/soup.h>
#include <string.h>

#include "ww-client-fixture.h"
#include "ww-error.h"
#include "ww-limits.h"
#include "ww-link-fetch-private.h"
#include "ww-link-page.h"
#include "ww-message-media.h"
#include "ww-public-address.h"

#define LIMIT_MS 20000

/* --- Pages --------------------------------------------------------------------------------- */

static void
test_page (void)
{
  static const struct
  {
    const char *html;
    const char *title;
    const char *description;
    const char *picture;
  } pages[] = {
    { "<html><head><title>A title</title></head><body>", "A title", "", "" },
    { "<title>\n  A\n title </title>", "A title", "", "" },
    { "<TITLE LANG=en>Loud</TITLE>", "Loud", "", "" },
    { "<title>Tom &amp; Jerry &#8211; caf&#xe9; &lt;b&gt; &nope; &#x110000; &#xd800;</title>",
      "Tom & Jerry – café <b> &nope; &#x110000; &#xd800;", "", "" },
    { "<title>page</title><meta property=\"og:title\" content=\"for previews\">", "for previews", "", "" },
    { "<meta property='og:title' content='first'/><meta property='og:title' content='second'/>", "first", "", "" },
    { "<meta content=\"turned > around\" property=\"og:title\">", "turned > around", "", "" },
    { "<meta property=og:title content=bare>", "bare", "", "" },
    { "<meta name=description content=\"what it is\"><meta property=\"og:description\" content=\"better\">", "",
      "better", "" },
    { "<meta name=Description content=\"what it is\">", "", "what it is", "" },
    { "<meta property=og:image content=\"/a.png?x=1&amp;y=2\">", "", "", "/a.png?x=1&y=2" },
    { "<!-- <title>no</title> --><title>yes</title>", "yes", "", "" },
    { "<script>var t = '<title>no</title>';</script><title>yes</title>", "yes", "", "" },
    { "<svg><title>no</title></svg><title>yes</title>", "yes", "", "" },
    { "<head></head><title>too late</title>", "", "", "" },
    { "<body><meta property=og:title content=late>", "", "", "" },
    { "<title>never ends", "", "", "" },
    { "<meta property=\"og:title\" content=\"never ends", "", "", "" },
    { "<", "", "", "" },
    { "<!--", "", "", "" },
    { "<meta", "", "", "" },
    { "<meta =x = = content>", "", "", "" },
    { "<meta property=og:title content>", "", "", "" },
    { "<meta property=og:title content=''><title>there is one</title>", "there is one", "", "" },
    { "<title>a\xe2\x80\xae"
      "b\x01"
      "c</title>",
      "abc", "", "" },
    { "<title>\xff\xfe</title>", "\xef\xbf\xbd\xef\xbf\xbd", "", "" },
    { "<meta charset=iso-8859-1><title>caf\xe9</title>", "café", "", "" },
    { "<meta http-equiv=content-type content='text/html; charset=iso-8859-1'><title>caf\xe9</title>", "café", "", "" },
    { "<meta charset=no-such-thing><title>caf\xe9</title>", "caf\xef\xbf\xbd", "", "" },
  };
  g_autofree char *long_word = g_strnfill (5000, 'x');
  g_autofree char *long_page = g_strdup_printf (
      "<title>%s</title><meta name=description content=%s><meta property=og:image content=%s>", long_word, long_word,
      long_word);
  g_autoptr (WwLinkPage) cut = ww_link_page_read (long_page, strlen (long_page), NULL);
  g_autoptr (WwLinkPage) said = ww_link_page_read ("<title>caf\xe9</title>", 19, "iso-8859-1");

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (WwLinkPage) page = ww_link_page_read (pages[i].html, strlen (pages[i].html), NULL);

      g_test_message ("%zu", i);
      g_assert_cmpstr (page->title, ==, pages[i].title);
      g_assert_cmpstr (page->description, ==, pages[i].description);
      g_assert_cmpstr (page->picture, ==, pages[i].picture);
    }
  g_assert_cmpuint (strlen (cut->title), <=, WW_MAX_LINK_TITLE);
  g_assert_cmpuint (strlen (cut->description), <=, WW_MAX_LINK_TEXT);
  g_assert_cmpstr (cut->picture, ==, "");
  g_assert_cmpstr (said->title, ==, "café");
  g_assert_true (ww_link_page_goes_on ("<head><title>a", 14));
  g_assert_false (ww_link_page_goes_on ("<head></head>", 13));
}

/* Whatever stands there, reading ends, and what comes out can be sent. */
static void
test_rubbish (void)
{
  static const char *const pieces[] = { "<meta ",   "property=", "\"og:title\"", " content=", "'",   "\"",    ">",
                                        "<title>",  "</title>",  "<!--",         "-->",       "&#x", "&amp;", ";",
                                        "<script>", "</script",  "\xff",         "a",         " ",   "=",     "/",
                                        "<" };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) html = g_string_new (NULL);
      g_autoptr (WwLinkPage) page = NULL;

      for (gint n = g_rand_int_range (random, 0, 40); n > 0; n--)
        g_string_append (html, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      page = ww_link_page_read (html->str, html->len, NULL);
      g_assert_true (g_utf8_validate (page->title, -1, NULL) && strlen (page->title) <= WW_MAX_LINK_TITLE);
      g_assert_true (g_utf8_validate (page->description, -1, NULL) && strlen (page->description) <= WW_MAX_LINK_TEXT);
    }
}

/* --- Addresses ----------------------------------------------------------------------------- */

static void
test_addresses (void)
{
  static const char *const public[] = {
    "1.1.1.1",         "8.8.8.8",         "93.184.216.34",        "172.15.255.255", "172.32.0.0",
    "100.63.255.255",  "100.128.0.0",     "192.167.255.255",      "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "2001:200::1"
  };
  static const char *const private[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (public); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (public[i]);

      g_test_message ("%s", public[i]);
      g_assert_true (ww_address_is_public (address));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (private); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (private[i]);

      g_test_message ("%s", private[i]);
      g_assert_false (ww_address_is_public (address));
    }
}

/* --- Fetching ------------------------------------------------------------------------------ */

/* A site on this machine, one of whose addresses counts as public. */
typedef struct
{
  SoupServer *server;
  guint port;
  guint n_asked;
  guint n_with_names; /* cookies, authorisation, or where one comes from */
  GBytes *picture;
} Site;

static gboolean
is_site (GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);

  return g_str_equal (text, "127.0.0.1");
}

static void
answer_html (SoupServerMessage *message, const char *html)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_COPY, html, strlen (html));
}

static void
answer_large (SoupServerMessage *message, const char *type, gsize size)
{
  char *data = g_strnfill (size, 'x');

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, data, size);
}

static void
redirect (SoupServerMessage *message, const char *to)
{
  soup_server_message_set_status (message, 302, NULL);
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Location", to);
}

static void
asked_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Site *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *other = g_strdup_printf ("http://127.0.0.2:%u/page", self->port);
  gsize len;

  self->n_asked++;
  if (soup_message_headers_get_one (headers, "Cookie") != NULL ||
      soup_message_headers_get_one (headers, "Referer") != NULL ||
      soup_message_headers_get_one (headers, "Authorization") != NULL)
    self->n_with_names++;
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie", "who=you; Path=/");
  if (g_str_equal (path, "/page"))
    answer_html (message, "<head><title>The heron</title><meta name=description content='At noon'>"
                          "<meta property=og:image content='picture.png'></head>");
  else if (g_str_equal (path, "/picture.png"))
    {
      const void *picture = g_bytes_get_data (self->picture, &len);

      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "image/png", SOUP_MEMORY_COPY, picture, len);
    }
  else if (g_str_equal (path, "/elsewhere-picture"))
    {
      g_autofree char *html = g_strdup_printf ("<title>Mean</title><meta property=og:image content='%s'>", other);

      answer_html (message, html);
    }
  else if (g_str_equal (path, "/large-picture"))
    answer_html (message, "<title>Large</title><meta property=og:image content='/large'>");
  else if (g_str_equal (path, "/large"))
    answer_large (message, "image/png", 5 * 1024 * 1024);
  else if (g_str_equal (path, "/endless"))
    answer_large (message, "text/html", 8 * 1024 * 1024);
  else if (g_str_equal (path, "/file"))
    answer_large (message, "application/octet-stream", 100);
  else if (g_str_equal (path, "/moved"))
    redirect (message, "/page");
  else if (g_str_equal (path, "/loop"))
    redirect (message, "/loop");
  else if (g_str_equal (path, "/private"))
    redirect (message, other);
  else if (g_str_equal (path, "/program"))
    redirect (message, "file:///etc/passwd");
  else if (g_str_equal (path, "/untitled"))
    answer_html (message, "<head></head>");
  else if (g_str_equal (path, "/silent"))
    soup_server_message_pause (message);
  else
    soup_server_message_set_status (message, 404, NULL);
}

static Site *
site_new (void)
{
  Site *self = g_new0 (Site, 1);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (any, 0);
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 1000, 500);
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;
  char *png;
  gsize len;

  gdk_pixbuf_fill (pixels, 0x336699ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixels, &png, &len, "png", &error, NULL));
  self->picture = g_bytes_new_take (png, len);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, asked_cb, self, NULL);
  g_assert_true (soup_server_listen (self->server, place, 0, &error));
  uris = soup_server_get_uris (self->server);
  self->port = (guint) g_uri_get_port (uris->data);
  return self;
}

static void
site_free (Site *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_bytes_unref (self->picture);
  g_free (self);
}

static DexFuture *
fetch (Site *self, const char *host, const char *path, guint limit_ms)
{
  g_autofree char *uri = g_strdup_printf ("http://%s:%u%s", host, self->port, path);

  return ww_link_fetch_checked (uri, is_site, limit_ms, NULL);
}

static void
test_fetch (void)
{
  Site *site = site_new ();
  static const char *const paths[] = { "/page", "/moved" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      WwLinkPreview *preview = g_value_get_object (test_await (fetch (site, "127.0.0.1", paths[i], LIMIT_MS)));
      g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u%s", site->port, paths[i]);
      GBytes *image = ww_link_preview_get_image (preview);

      g_assert_cmpstr (ww_link_preview_get_url (preview), ==, uri);
      g_assert_cmpstr (ww_link_preview_get_title (preview), ==, "The heron");
      g_assert_cmpstr (ww_link_preview_get_description (preview), ==, "At noon");
      g_assert_nonnull (image);
      g_assert_cmpuint (g_bytes_get_size (image), <=, WW_MAX_LINK_IMAGE);
    }
  g_assert_cmpuint (site->n_asked, ==, 5);
  g_assert_cmpuint (site->n_with_names, ==, 0);
  test_forget_futures ();
  site_free (site);
}

/* Without a picture that may be had, it is a preview all the same. */
static void
test_pictures (void)
{
  Site *site = site_new ();
  static const char *const paths[] = { "/elsewhere-picture", "/large-picture" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      WwLinkPreview *preview = g_value_get_object (test_await (fetch (site, "127.0.0.1", paths[i], LIMIT_MS)));

      g_assert_null (ww_link_preview_get_image (preview));
    }
  /* The address that is not public was not asked: two pages, and the large picture. */
  g_assert_cmpuint (site->n_asked, ==, 3);
  test_forget_futures ();
  site_free (site);
}

static void
test_refused (void)
{
  Site *site = site_new ();
  static const struct
  {
    const char *host;
    const char *path;
    guint n_asked;
  } cases[] = {
    { "127.0.0.2", "/page", 0 },    { "[::1]", "/page", 0 },         { "127.0.0.1", "/private", 1 },
    { "127.0.0.1", "/loop", 4 },    { "127.0.0.1", "/program", 1 },  { "127.0.0.1", "/endless", 1 },
    { "127.0.0.1", "/file", 1 },    { "127.0.0.1", "/untitled", 1 }, { "127.0.0.1", "/nothing", 1 },
    { "me@127.0.0.1", "/page", 0 }, { "2130706434", "/page", 0 },    { "0x7f000002", "/page", 0 },
  };
  static const char *const others[] = { "",
                                        "http://",
                                        "ftp://example.org/",
                                        "file:///etc/passwd",
                                        "javascript:alert(1)",
                                        "data:text/html,<title>x</title>",
                                        "https:///nowhere" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DexFuture *future = fetch (site, cases[i].host, cases[i].path, LIMIT_MS);
      guint before = site->n_asked;

      g_test_message ("%s%s", cases[i].host, cases[i].path);
      test_wait_for (!dex_future_is_pending (future));
      g_assert_true (dex_future_is_rejected (future));
      dex_unref (future);
      g_assert_cmpuint (site->n_asked - before, ==, cases[i].n_asked);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    test_await_error (ww_link_fetch_checked (others[i], is_site, LIMIT_MS, NULL), WW_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (site->n_with_names, ==, 0);
  site_free (site);
}

/* Who doesn't answer is not waited for. */
static void
test_slow (void)
{
  Site *site = site_new ();
  DexFuture *future = fetch (site, "127.0.0.1", "/silent", 300);
  gint64 began = g_get_monotonic_time ();

  test_wait_for (!dex_future_is_pending (future));
  g_assert_true (dex_future_is_rejected (future));
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  dex_unref (future);
  site_free (site);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/client/link/page", test_page);
  g_test_add_func ("/client/link/rubbish", test_rubbish);
  g_test_add_func ("/client/link/addresses", test_addresses);
  g_test_add_func ("/client/link/fetch", test_fetch);
  g_test_add_func ("/client/link/pictures", test_pictures);
  g_test_add_func ("/client/link/refused", test_refused);
  g_test_add_func ("/client/link/slow", test_slow);
  return g_test_run ();
}
