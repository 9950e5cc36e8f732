/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the server that need no server: states, rates, addresses, mails, templates, configuration. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include <uv.h>

#include "ww-approval-state.h"
#include "ww-config.h"
#include "ww-mime.h"
#include "ww-net-address.h"
#include "ww-rate-limit.h"
#include "ww-sqlite.h"
#include "ww-template.h"
#include "ww-verification.h"

static void
test_approval_states (void)
{
  enum
  {
    NO = -1,
    W = WW_APPROVAL_WAITING,
    B = WW_APPROVAL_BEGUN,
    R = WW_APPROVAL_REVEALED,
    G = WW_APPROVAL_GRANTED,
    O = WW_APPROVAL_OVER
  };
  /* BEGIN, REVEAL, GRANT, END */
  static const int expected[WW_APPROVAL_N_STATES][WW_APPROVAL_N_EVENTS] = {
    [W] = { B, NO, NO, O },   [B] = { B, R, NO, O },    [R] = { B, NO, G, O },
    [G] = { NO, NO, NO, NO }, [O] = { NO, NO, NO, NO },
  };

  for (int state = 0; state < WW_APPROVAL_N_STATES; state++)
    for (int event = 0; event < WW_APPROVAL_N_EVENTS; event++)
      {
        WwApprovalState moved = (WwApprovalState) state;
        bool possible = ww_approval_state_move (&moved, (WwApprovalEvent) event);

        g_assert_cmpint (possible, ==, expected[state][event] != NO);
        g_assert_cmpint ((int) moved, ==, possible ? expected[state][event] : state);
      }
}

static void
test_rate_limit (void)
{
  WwRateLimit *limit = ww_rate_limit_new ((WwRate) { 1, 3 });
  uint64_t wait_ms;

  for (unsigned i = 0; i < 3; i++)
    g_assert_cmpuint (ww_rate_limit_take (limit, "a"), ==, 0);
  wait_ms = ww_rate_limit_take (limit, "a");
  g_assert_cmpuint (wait_ms, >, 3590000);
  g_assert_cmpuint (wait_ms, <=, 3600001);
  g_assert_cmpuint (ww_rate_limit_take (limit, "b"), ==, 0);
  /* A thousand a second: the next one is there in a moment. */
  ww_rate_limit_set_rate (limit, (WwRate) { 3600000, 3 });
  g_usleep (5000);
  g_assert_cmpuint (ww_rate_limit_take (limit, "a"), ==, 0);
  ww_rate_limit_free (limit);
}

/* However many keys come, the table does not grow; those in use keep their state, new ones are refused. */
static void
test_rate_limit_is_bounded (void)
{
  WwRateLimit *limit = ww_rate_limit_new ((WwRate) { 1, 1 });
  unsigned granted = 0;

  for (unsigned i = 0; i < 100000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      granted += ww_rate_limit_take (limit, key) == 0;
    }
  g_assert_cmpuint (granted, ==, 65536);
  g_assert_cmpuint (ww_rate_limit_take (limit, "0"), >, 0);
  ww_rate_limit_free (limit);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *back;
    bool loopback;
  } good[] = {
    { "127.0.0.1:8480", "127.0.0.1:8480", true },
    { "localhost:1", "127.0.0.1:1", true },
    { "[::1]:0", "[::1]:0", true },
    { "0.0.0.0:443", "0.0.0.0:443", false },
    { "[::]:65535", "[::]:65535", false },
  };
  static const char *const bad[] = { "",
                                     ":",
                                     ":80",
                                     "127.0.0.1",
                                     "127.0.0.1:",
                                     "127.0.0.1:65536",
                                     "127.0.0.1:-1",
                                     "127.0.0.1:8x",
                                     "example.org:80",
                                     "[::1",
                                     "::1]:80",
                                     "1.2.3:80" };
  WwNetAddress address;

  for (unsigned i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *back = NULL;

      g_assert_true (ww_net_address_parse (good[i].text, &address));
      back = ww_net_address_to_string (&address);
      g_assert_cmpstr (back, ==, good[i].back);
      g_assert_cmpint (ww_net_address_is_loopback (&address), ==, good[i].loopback);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (ww_net_address_parse (bad[i], &address));
}

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_authorities (void)
{
  assert_text (ww_net_normalise_authority ("Chat.Example.ORG:443"), "chat.example.org");
  assert_text (ww_net_normalise_authority ("chat.example.org:80"), "chat.example.org");
  assert_text (ww_net_normalise_authority ("chat.example.org:8080"), "chat.example.org:8080");
  assert_text (ww_net_normalise_authority ("[::1]:8480"), "[::1]:8480");
  g_assert_null (ww_net_normalise_authority (""));
  g_assert_null (ww_net_normalise_authority (NULL));
  g_assert_null (ww_net_normalise_authority ("a@b"));
  g_assert_null (ww_net_normalise_authority ("a b"));
  g_assert_null (ww_net_normalise_authority ("http://a"));
  assert_text (ww_net_client_key ("192.0.2.7"), "192.0.2.7");
  assert_text (ww_net_client_key ("::ffff:192.0.2.7"), "192.0.2.7");
  assert_text (ww_net_client_key ("2001:db8:1:2:3:4:5:6"), "2001:0db8:0001:0002::/64");
}

static void
test_links (void)
{
  uint8_t link[WW_TOKEN_SIZE], back[WW_TOKEN_SIZE];

  for (unsigned i = 0; i < 256; i++)
    {
      g_autofree char *text = NULL;

      memset (link, (int) i, sizeof link);
      text = ww_verification_link_to_text (link);
      g_assert_cmpuint (strlen (text), ==, 43);
      g_assert_null (strpbrk (text, "+/="));
      g_assert_true (ww_verification_link_parse (text, back));
      g_assert_cmpmem (link, sizeof link, back, sizeof back);
      text[42] = '\0';
      g_assert_false (ww_verification_link_parse (text, back));
    }
}

static void
test_templates (void)
{
  g_autofree char *html = ww_template_fill ("page-message.html", "title", "<b>&\"'", "text", "{{server}}", "server",
                                            "<script>", "language", "en", "direction", "ltr", NULL);
  g_autofree char *text = ww_template_fill ("mail.txt", "who", "A & B", "what", "w", "note", "n", "address",
                                            "a@example.org", "url", "http://x/?a&b", NULL);

  g_assert_nonnull (strstr (html, "<h1>&lt;b&gt;&amp;&quot;"));
  /* A value is never a template. */
  g_assert_nonnull (strstr (html, "<p>{{server}}</p>"));
  g_assert_null (strstr (html, "<script"));
  g_assert_nonnull (strstr (text, "A & B"));
  g_assert_nonnull (strstr (text, "\nhttp://x/?a&b\n"));
}

/* Lines end with CRLF and are short; what is not ASCII is encoded. */
static void
test_mails (void)
{
  const WwMimeMail mail = { "Größe <a@example.org>",
                            "b@example.org",
                            "Bestätige: ein sehr langer Betreff mit Umlauten äöü",
                            "<0123456789abcdef0123456789abcdef@example.org>",
                            "de",
                            1700000000000,
                            "plain\nhttp://link\n",
                            "<p>Größe = 1</p> \n" };
  g_autofree char *text = ww_mime_format (&mail);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  g_assert_true (g_str_is_ascii (text));
  for (unsigned i = 0; lines[i] != NULL; i++)
    {
      g_assert_null (strpbrk (lines[i], "\r\n"));
      g_assert_cmpuint (strlen (lines[i]), <=, 100);
    }
  g_assert_nonnull (strstr (text, "From: =?UTF-8?B?R3LDtsOfZQ==?= <a@example.org>\r\n"));
  g_assert_nonnull (strstr (text, "\r\nTo: b@example.org\r\n"));
  g_assert_nonnull (strstr (text, "\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
  g_assert_nonnull (strstr (text, "\r\nAuto-Submitted: auto-generated\r\n"));
  g_assert_nonnull (strstr (text, "\r\nhttp://link\r\n"));
  g_assert_nonnull (strstr (text, "<p>Gr=C3=B6=C3=9Fe =3D 1</p>=20\r\n"));
}

static bool
load (WwConfig *config, const char *text, char **error)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "waxwing-test.conf", NULL);
  bool loaded;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  loaded = ww_config_load (config, path, error);
  g_remove (path);
  return loaded;
}

static void
test_configuration (void)
{
  static const char *const bad[] = {
    "[server]\nlisten=nowhere\n",
    "[server]\nlisen=127.0.0.1:1\n",
    "[servers]\nname=x\n",
    "[server]\nbehind-proxy=perhaps\n",
    "[server]\npublic-url=ftp://x\n",
    "[server]\npublic-url=http://x/\n",
    "[mail]\nsmtp=http://x\n",
    "[mail]\ntls=sometimes\n",
    "[limits]\nconnections=0\n",
    "[limits]\nmailbox-messages=10001\n",
    "[limits]\nmailbox-days=31\n",
    "[limits]\nsends-per-device=5\n",
    "[limits]\nclaim-hold-hours=721\n",
    "[limits]\nclaim-hold-hours=-1\n",
    "[server]\nname=\n",
    "no group\n",
  };
  g_autofree char *example = g_build_filename (g_getenv ("WAXWING_SOURCE"), "data/server/waxwing-server.conf", NULL);
  g_autoptr (WwConfig) config = ww_config_new ();
  char *error = NULL;

  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (WwConfig) other = ww_config_new ();

      g_assert_false (load (other, bad[i], &error));
      g_assert_nonnull (error);
      g_clear_pointer (&error, g_free);
    }
  /* The example says what the defaults are. */
  g_assert_true (ww_config_load (config, example, &error));
  g_assert_true (ww_config_check (config, &error));
  {
    g_autoptr (WwConfig) defaults = ww_config_new ();

    g_assert_cmpstr (config->name, ==, defaults->name);
    g_assert_cmpstr (config->mail_from, ==, defaults->mail_from);
    g_assert_cmpmem (&config->listen, sizeof config->listen, &defaults->listen, sizeof defaults->listen);
    g_assert_cmpmem (&config->connections, sizeof *config - G_STRUCT_OFFSET (WwConfig, connections),
                     &defaults->connections, sizeof *config - G_STRUCT_OFFSET (WwConfig, connections));
  }
  /* Plain HTTP stays on this machine. */
  g_assert_true (load (config, "[server]\nlisten=0.0.0.0:80\npublic-url=http://x\n", &error));
  g_assert_false (ww_config_check (config, &error));
  g_clear_pointer (&error, g_free);
  g_assert_true (load (config, "[server]\nbehind-proxy=true\n", &error));
  g_assert_true (ww_config_check (config, &error));
  g_assert_true (load (config, "[server]\npublic-url=\n", &error));
  g_assert_false (ww_config_check (config, &error));
  g_clear_pointer (&error, g_free);
}

static void
test_name (void)
{
  const struct
  {
    const char *file;
    const char *name;
  } cases[] = {
    { "[server]\nname=Example Chat\npublic-url=https://chat.example.org:8443\n", "Example Chat" },
    { "[server]\npublic-url=https://chat.example.org:8443\n", "chat.example.org" },
    { "[server]\npublic-url=https://[::1]\n", "::1" },
    { "[server]\nlisten=127.0.0.1:1\n", g_get_host_name () },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WwConfig) config = ww_config_new ();
      g_autofree char *error = NULL;

      g_assert_true (load (config, cases[i].file, &error));
      ww_config_complete (config);
      g_assert_cmpstr (config->name, ==, cases[i].name);
    }
}

/* --- The storage's end --------------------------------------------------------------------- */

static void
statistics_cb (WwOperation *base)
{
  unsigned *answers = base->data;

  g_assert_cmpint (base->status, ==, WW_STORAGE_UNAVAILABLE);
  (*answers)++;
}

typedef struct
{
  WwStorage *storage;
  unsigned asked;
  unsigned answers;
} Late;

static void
ask_late_cb (uv_timer_t *timer)
{
  Late *late = timer->data;

  late->asked++;
  late->storage->engine->load_statistics (late->storage,
                                          ww_operation_new (WwLoadStatisticsOp, statistics_cb, &late->answers));
}

/* Closing turns the loop, and what that calls may ask the storage once more: it is told no, and everything is freed. */
static void
test_storage_end (void)
{
  g_autofree char *directory = g_dir_make_tmp ("waxwing-parts-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "waxwing.db", NULL);
  g_autofree char *error = NULL;
  uv_loop_t loop;
  uv_timer_t timer;
  Late late = { 0 };

  uv_loop_init (&loop);
  late.storage = ww_sqlite_storage_open (path, &loop, &error);
  g_assert_nonnull (late.storage);
  uv_timer_init (&loop, &timer);
  timer.data = &late;
  uv_timer_start (&timer, ask_late_cb, 0, 0);
  late.storage->engine->close (late.storage);
  g_assert_cmpuint (late.asked, ==, 1);
  g_assert_cmpuint (late.answers, ==, 1);
  uv_close ((uv_handle_t *) &timer, NULL);
  uv_run (&loop, UV_RUN_DEFAULT);
  g_assert_cmpint (uv_loop_close (&loop), ==, 0);
  g_remove (path);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parts/approval-states", test_approval_states);
  g_test_add_func ("/parts/rate-limit", test_rate_limit);
  g_test_add_func ("/parts/rate-limit-is-bounded", test_rate_limit_is_bounded);
  g_test_add_func ("/parts/addresses", test_addresses);
  g_test_add_func ("/parts/authorities", test_authorities);
  g_test_add_func ("/parts/links", test_links);
  g_test_add_func ("/parts/templates", test_templates);
  g_test_add_func ("/parts/mails", test_mails);
  g_test_add_func ("/parts/configuration", test_configuration);
  g_test_add_func ("/parts/name", test_name);
  g_test_add_func ("/parts/storage-end", test_storage_end);
  return g_test_run ();
}
