/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-error.h"
#include "ww-server-address.h"

#include <glib.h>

static const struct
{
  const char *typed;
  const char *address; /* NULL: refused */
  WwError code;
  const char *authority;
} cases[] = {
  { "example.org", "https://example.org", 0, "example.org" },
  { "  Example.ORG \n", "https://example.org", 0, "example.org" },
  { "example.org:8443", "https://example.org:8443", 0, "example.org:8443" },
  { "https://example.org/", "https://example.org", 0, "example.org" },
  { "https://example.org:443", "https://example.org", 0, "example.org" },
  { "http://127.0.0.1:8080", "http://127.0.0.1:8080", 0, "127.0.0.1:8080" },
  { "http://127.9.8.7", "http://127.9.8.7", 0, "127.9.8.7" },
  { "http://localhost:80/", "http://localhost", 0, "localhost" },
  { "http://[::1]:8080", "http://[::1]:8080", 0, "[::1]:8080" },
  { "http://example.org", NULL, WW_ERROR_INSECURE_SERVER, NULL },
  { "http://127.0.0.1.example.org", NULL, WW_ERROR_INSECURE_SERVER, NULL },
  { "http://localhost.example.org", NULL, WW_ERROR_INSECURE_SERVER, NULL },
  { "http://10.0.0.1", NULL, WW_ERROR_INSECURE_SERVER, NULL },
  { "http://[::2]", NULL, WW_ERROR_INSECURE_SERVER, NULL },
  { "http://user@127.0.0.1", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "https://example.org/path", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "https://example.org?x", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "https://example.org#x", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "ftp://example.org", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "file:///etc/passwd", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "https://", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
  { "example.org:99999", NULL, WW_ERROR_INVALID_ARGUMENT, NULL },
};

static void
test_normalise (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *address = ww_server_address_normalise (cases[i].typed, &error);
      g_autofree char *authority = NULL, *again = NULL;
      g_autofree char *shown = g_utf8_make_valid (cases[i].typed, -1);

      g_test_message ("“%s”", shown);
      g_assert_cmpstr (address, ==, cases[i].address);
      if (cases[i].address == NULL)
        {
          g_assert_error (error, WW_ERROR, (int) cases[i].code);
          continue;
        }
      g_assert_no_error (error);
      authority = ww_server_address_dup_authority (address);
      g_assert_cmpstr (authority, ==, cases[i].authority);
      again = ww_server_address_normalise (address, &error);
      g_assert_cmpstr (again, ==, address);
    }
}

static const struct
{
  const char *answer;
  const char *name; /* NULL: no Waxwing server */
  const char *verifies;
} answers[] = {
  { "{\"version\":1,\"server\":\"example.org\",\"link\":\"/v1/link\"}", "example.org", "" },
  { "{\"version\":1,\"server\":\"example.org\",\"link\":\"/v1/link\",\"verifies\":[]}", "example.org", "" },
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v1/link\",\"verifies\":[\"mailto\",\"tel-inbound\"]}", "a",
    "mailto tel-inbound" },
  /* What a newer server may say, and what none would. */
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v1/link\",\"verifies\":[1,\"tel\",null,[\"x\"],{}]}", "a", "tel" },
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v1/link\",\"verifies\":[\"longer-than-sixteen\",\"tel\"]}", "a",
    "tel" },
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v1/link\",\"verifies\":\"tel\"}", "a", "" },
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v1/link\","
    "\"verifies\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}",
    "a", "1 2 3 4 5 6 7 8" },
  { "{\"version\":2,\"server\":\"a\",\"link\":\"/v1/link\"}", NULL, NULL },
  { "{\"version\":1,\"server\":\"\",\"link\":\"/v1/link\"}", NULL, NULL },
  { "{\"version\":1,\"server\":\"a\",\"link\":\"/v2/link\"}", NULL, NULL },
  { "{\"version\":\"1\",\"server\":\"a\",\"link\":\"/v1/link\"}", NULL, NULL },
  { "[]", NULL, NULL },
  { "", NULL, NULL },
  { "{", NULL, NULL },
  { "\"\xff\"", NULL, NULL },
};

static void
test_answers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (WwServerAnswer) answer = ww_server_answer_parse (answers[i].answer);
      g_autofree char *verifies = NULL;
      g_autofree char *shown = g_utf8_make_valid (answers[i].answer, -1);

      g_test_message ("%s", shown);
      g_assert_cmpstr (answer != NULL ? answer->name : NULL, ==, answers[i].name);
      if (answer != NULL)
        verifies = g_strjoinv (" ", answer->verifies);
      g_assert_cmpstr (verifies, ==, answers[i].verifies);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/server-address/normalise", test_normalise);
  g_test_add_func ("/engine/server-address/answers", test_answers);
  return g_test_run ();
}
