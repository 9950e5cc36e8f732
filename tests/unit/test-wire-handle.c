/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-handle.h"
#include "ww-limits.h"

#define LABEL63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LOCAL64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct
{
  const char *typed;
  WwHandleKind kind;
  const char *normalised;
} cases[] = {
  { "mailto:alice@example.org", WW_HANDLE_MAIL, "mailto:alice@example.org" },
  { "alice@example.org", WW_HANDLE_MAIL, "mailto:alice@example.org" },
  { "  Alice@EXAMPLE.org\t\n", WW_HANDLE_MAIL, "mailto:alice@example.org" },
  { "MailTo:Alice.B+c@x-y.Example", WW_HANDLE_MAIL, "mailto:alice.b+c@x-y.example" },
  { "o'neil/x=y@example.org", WW_HANDLE_MAIL, "mailto:o'neil/x=y@example.org" },
  { "a@localhost", WW_HANDLE_MAIL, "mailto:a@localhost" },
  { "a@xn--bcher-kva.example", WW_HANDLE_MAIL, "mailto:a@xn--bcher-kva.example" },
  { "a@3com.example", WW_HANDLE_MAIL, "mailto:a@3com.example" },
  { LOCAL64 "@" LABEL63 ".example", WW_HANDLE_MAIL, "mailto:" LOCAL64 "@" LABEL63 ".example" },
  { "tel:+33612345678", WW_HANDLE_PHONE, "tel:+33612345678" },
  { "+33 6 12.34-(56)78", WW_HANDLE_PHONE, "tel:+33612345678" },
  { " TEL:+1 (555) 010-9999 ", WW_HANDLE_PHONE, "tel:+15550109999" },
  { "+12345678", WW_HANDLE_PHONE, "tel:+12345678" },
  { "+123456789012345", WW_HANDLE_PHONE, "tel:+123456789012345" },

  { "", WW_HANDLE_INVALID, NULL },
  { "   ", WW_HANDLE_INVALID, NULL },
  { "alice", WW_HANDLE_INVALID, NULL },
  { "mailto:", WW_HANDLE_INVALID, NULL },
  { "mailto:alice", WW_HANDLE_INVALID, NULL },
  { "@example.org", WW_HANDLE_INVALID, NULL },
  { "alice@", WW_HANDLE_INVALID, NULL },
  { "a@b@example.org", WW_HANDLE_INVALID, NULL },
  { "mailto:mailto:a@example.org", WW_HANDLE_INVALID, NULL },
  { "mailto: a@example.org", WW_HANDLE_INVALID, NULL },
  { ".alice@example.org", WW_HANDLE_INVALID, NULL },
  { "alice.@example.org", WW_HANDLE_INVALID, NULL },
  { "al..ice@example.org", WW_HANDLE_INVALID, NULL },
  { "\"al ice\"@example.org", WW_HANDLE_INVALID, NULL },
  { "alice(home)@example.org", WW_HANDLE_INVALID, NULL },
  { "al ice@example.org", WW_HANDLE_INVALID, NULL },
  { "al\nice@example.org", WW_HANDLE_INVALID, NULL },
  { "al\177ice@example.org", WW_HANDLE_INVALID, NULL },
  { "<alice@example.org>", WW_HANDLE_INVALID, NULL },
  { "alice@example.org>", WW_HANDLE_INVALID, NULL },
  { "alice@example.org\r\nBcc: x@example.org", WW_HANDLE_INVALID, NULL },
  { "\xc3\xa5lice@example.org", WW_HANDLE_INVALID, NULL },
  { "alice@b\xc3\xbc"
    "cher.example",
    WW_HANDLE_INVALID, NULL },
  { "alice@ex\xd0\xb0mple.org", WW_HANDLE_INVALID, NULL },
  { "\xff@example.org", WW_HANDLE_INVALID, NULL },
  { "a@.example.org", WW_HANDLE_INVALID, NULL },
  { "a@example.org.", WW_HANDLE_INVALID, NULL },
  { "a@example..org", WW_HANDLE_INVALID, NULL },
  { "a@-example.org", WW_HANDLE_INVALID, NULL },
  { "a@example-.org", WW_HANDLE_INVALID, NULL },
  { "a@exa_mple.org", WW_HANDLE_INVALID, NULL },
  { "a@[127.0.0.1]", WW_HANDLE_INVALID, NULL },
  { "a@127.0.0.1", WW_HANDLE_INVALID, NULL },
  { "a@example.123", WW_HANDLE_INVALID, NULL },
  { "b" LOCAL64 "@example.org", WW_HANDLE_INVALID, NULL },
  { "a@a" LABEL63 ".example", WW_HANDLE_INVALID, NULL },
  { "33612345678", WW_HANDLE_INVALID, NULL },
  { "tel:33612345678", WW_HANDLE_INVALID, NULL },
  { "tel:", WW_HANDLE_INVALID, NULL },
  { "+", WW_HANDLE_INVALID, NULL },
  { "+1234567", WW_HANDLE_INVALID, NULL },
  { "+1234567890123456", WW_HANDLE_INVALID, NULL },
  { "+0123456789", WW_HANDLE_INVALID, NULL },
  { "++123456789", WW_HANDLE_INVALID, NULL },
  { "+1234x56789", WW_HANDLE_INVALID, NULL },
  { "+12345678;ext=5", WW_HANDLE_INVALID, NULL },
  { "tel:a@example.org", WW_HANDLE_INVALID, NULL },
  { "sip:a@example.org", WW_HANDLE_INVALID, NULL },
  { "mail", WW_HANDLE_INVALID, NULL },
  { "tel", WW_HANDLE_INVALID, NULL },
};

static void
test_normalise (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *out = NULL;

      g_test_message ("“%s”", g_utf8_validate (cases[i].typed, -1, NULL) ? cases[i].typed : "(not UTF-8)");
      g_assert_cmpint (ww_handle_normalise (cases[i].typed, &out), ==, cases[i].kind);
      g_assert_cmpstr (out, ==, cases[i].normalised);
      if (out != NULL)
        g_assert_cmpint (ww_handle_kind (out), ==, cases[i].kind);
      g_assert_true ((ww_handle_kind (cases[i].typed) != WW_HANDLE_INVALID) == (g_strcmp0 (cases[i].typed, out) == 0));
      free (out);
    }
}

/* 254 bytes with the scheme, and 255. */
static void
test_longest (void)
{
  g_autofree char *longest = g_strdup_printf ("mailto:%s@%s.%s.%s", LOCAL64, LABEL63, LABEL63,
                                              &LABEL63[63 - (WW_MAX_HANDLE - 7 - 64 - 1 - 64 - 64)]);
  g_autofree char *longer = g_strconcat (longest, "a", NULL);
  g_autofree char *space = g_strnfill (2000, ' ');
  g_autofree char *spaces = g_strconcat (space, "a@example.org", NULL);
  char *out = NULL;

  g_assert_cmpuint (strlen (longest), ==, WW_MAX_HANDLE);
  g_assert_cmpint (ww_handle_kind (longest), ==, WW_HANDLE_MAIL);
  g_assert_cmpint (ww_handle_kind (longer), ==, WW_HANDLE_INVALID);
  g_assert_cmpint (ww_handle_normalise (spaces, &out), ==, WW_HANDLE_INVALID);
  g_assert_null (out);
}

static void
test_for_people (void)
{
  g_assert_cmpstr (ww_handle_for_people ("mailto:alice@example.org"), ==, "alice@example.org");
  g_assert_cmpstr (ww_handle_for_people ("tel:+33612345678"), ==, "+33612345678");
  g_assert_cmpstr (ww_handle_for_people ("something"), ==, "something");
  g_assert_cmpstr (ww_handle_for_people (""), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/handle/normalise", test_normalise);
  g_test_add_func ("/wire/handle/longest", test_longest);
  g_test_add_func ("/wire/handle/for-people", test_for_people);

  return g_test_run ();
}
