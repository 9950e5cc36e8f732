/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-handle-text-private.h"

#include <string.h>

#include "ww-error.h"
#include "ww-proof.h"

static const struct
{
  const char *typed;
  const char *region;
  const char *handle;
} good[] = {
  { "ada@example.org", NULL, "mailto:ada@example.org" },
  { "  Ada@Example.ORG\n", NULL, "mailto:ada@example.org" },
  { "MAILTO:ada+x@example.org", NULL, "mailto:ada+x@example.org" },
  { "ada@xn--mnchen-3ya.de", NULL, "mailto:ada@xn--mnchen-3ya.de" },
  { "+49 1512 3456789", NULL, "tel:+4915123456789" },
  { "tel:+4915123456789", NULL, "tel:+4915123456789" },
  { "TEL:+49 1512 3456789", "US", "tel:+4915123456789" },
  { "01512 3456789", "DE", "tel:+4915123456789" },
  { "tel:01512 3456789", "DE", "tel:+4915123456789" },
  { "(650) 253-0000", "US", "tel:+16502530000" },
};

/* What is said begins like this: each kind of mistake has its own words. */
#define HIDDEN     "This address holds characters that cannot be seen"
#define LOOK_ALIKE "This address holds letters that look like others"
#define OTHER      "Mail addresses can only hold the letters a to z"
#define NEITHER    "This is neither a mail address"
#define NO_SUCH    "There is no such phone number"
#define SHORT      "This is a short number"
#define SERVICE    "This is a service number"
#define NO_COUNTRY "Type the number with its country code"
#define BAD_DOMAIN "What stands behind the @ is not the name of a mail domain"
#define BAD_SIGN   "There is a sign in front of the @"
#define SPACES     "A mail address has no spaces"
#define DOT        "This address has a dot in the wrong place"
#define QUOTES     "Mail addresses with quotation marks"
#define NO_AT      "A mail address has an @"
#define TOO_LONG   "This is too long for"
#define LABEL      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct
{
  const char *typed;
  const char *region;
  const char *beginning;
} bad[] = {
  { "", NULL, "Type a mail address or a phone number" },
  { " \t ", NULL, "Type a mail address or a phone number" },
  { "\xff\xfe@example.org", NULL, "This is not text" },
  { "ada", NULL, NEITHER },
  { "ada.example.org", NULL, NEITHER },
  { "https://example.org", NULL, NEITHER },
  { "mailto:", NULL, NO_AT },
  { "mailto:ada", NULL, NO_AT },
  { "tel:", "DE", NEITHER },
  { "tel:ada@example.org", NULL, NEITHER },
  { "@example.org", NULL, "Something is missing in front of the @" },
  { "ada@", NULL, "Something is missing behind the @" },
  { "ada@bob@example.org", NULL, "A mail address has only one @" },
  { "ada@example.org, bob@example.org", NULL, "A mail address has only one @" },
  { "Ada <ada@example.org>", NULL, SPACES },
  { "ada lovelace@example.org", NULL, SPACES },
  { "ada@example.org bob", NULL, SPACES },
  { "\"ada lovelace\"@example.org", NULL, SPACES },
  { "\"ada\"@example.org", NULL, QUOTES },
  { ".ada@example.org", NULL, DOT },
  { "ada.@example.org", NULL, DOT },
  { "ada..b@example.org", NULL, DOT },
  { "ada(b)@example.org", NULL, BAD_SIGN },
  { "ada\\b@example.org", NULL, BAD_SIGN },
  { "ada:b@example.org", NULL, BAD_SIGN },
  { LABEL "aa@example.org", NULL, "The part of this address in front of the @ is too long" },
  { "ada@" LABEL "a.org", NULL, BAD_DOMAIN },
  { "ada@" LABEL "." LABEL "." LABEL "." LABEL ".org", NULL, "This address is too long" },
  { "ada@-example.org", NULL, BAD_DOMAIN },
  { "ada@example-.org", NULL, BAD_DOMAIN },
  { "ada@example..org", NULL, BAD_DOMAIN },
  { "ada@example.org.", NULL, BAD_DOMAIN },
  { "ada@exa_mple.org", NULL, BAD_DOMAIN },
  { "ada@example.123", NULL, BAD_DOMAIN },
  { "ada@192.0.2.1", NULL, "The part behind the @ has to be a name" },
  { "ada@[192.0.2.1]", NULL, "The part behind the @ has to be a name" },
  { "ada@[IPv6:2001:db8::1]", NULL, "The part behind the @ has to be a name" },
  /* Cyrillic а and е, Greek ο, full-width a, mathematical a. */
  { "\xd0\xb0"
    "da@example.org",
    NULL, LOOK_ALIKE },
  { "ada@\xd0\xb5xample.org", NULL, LOOK_ALIKE },
  { "b\xce\xbf"
    "b@example.org",
    NULL, LOOK_ALIKE },
  { "\xef\xbd\x81"
    "da@example.org",
    NULL, LOOK_ALIKE },
  { "\xf0\x9d\x90\x9a"
    "da@example.org",
    NULL, LOOK_ALIKE },
  { "ad\xc3\xa4@example.org", NULL, OTHER },
  { "ada@m\xc3\xbcnchen.de", NULL, OTHER },
  { "\xe4\xbd\xa0@\xe4\xbd\xa0", NULL, OTHER },
  { "ada\xef\xbc\xa0@example.org", NULL, OTHER },
  /* Zero width space, soft hyphen, right-to-left override. */
  { "ada\xe2\x80\x8b@example.org", NULL, HIDDEN },
  { "ada\xc2\xad@example.org", NULL, HIDDEN },
  { "ada@\xe2\x80\xaegro.elpmaxe", NULL, HIDDEN },
  /* Headers of a mail or a message. */
  { "ada@example.org\r\nBcc: bob@example.org", NULL, HIDDEN },
  { "ada@example.org\nDATA", NULL, HIDDEN },
  { "+49 1512 3456789\r\nBcc: x", NULL, NEITHER },
  { "+49 1512 3456789\n+49 1512 3456780", NULL, NEITHER },
  { "01512 3456789", NULL, NO_COUNTRY },
  { "01512 3456789", "XX", NO_COUNTRY },
  { "112", "DE", SHORT },
  { "911", "US", SHORT },
  { "+49 900 1 123456", NULL, SERVICE },
  { "0900 1 123456", "DE", SERVICE },
  { "+49 1512", NULL, NO_SUCH },
  { "+999 123456789", NULL, NO_SUCH },
  { "+49 1512 3456789 0123456", NULL, NO_SUCH },
  { "1-800-FLOWERS", "US", NEITHER },
  { "+49 1512 3456789 ext. 12", NULL, NEITHER },
  { "+", "DE", NEITHER },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *handle = ww_handle_text_normalise_in (good[i].typed, good[i].region);

      g_test_message ("“%s”", good[i].typed);
      g_assert_cmpstr (handle, ==, good[i].handle);
      g_assert_null (ww_handle_text_explain_in (good[i].typed, good[i].region));
    }
}

static void
test_bad (void)
{
  g_autofree char *long_text = g_strnfill (5000, 'a');
  g_autofree char *sentence = ww_handle_text_explain_in (long_text, NULL);

  g_assert_true (g_str_has_prefix (sentence, TOO_LONG));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *said = ww_handle_text_explain_in (bad[i].typed, bad[i].region);
      g_autofree char *shown = g_utf8_make_valid (bad[i].typed, -1);

      g_test_message ("“%s”: %s", shown, said);
      g_assert_null (ww_handle_text_normalise_in (bad[i].typed, bad[i].region));
      g_assert_nonnull (said);
      g_assert_true (g_str_has_prefix (said, bad[i].beginning));
      g_assert_true (g_str_has_suffix (said, "."));
    }
}

static void
test_region (void)
{
  static const char *const cases[][4] = {
    { "DE", "en_US.UTF-8", "C", "DE" }, { "", "de_AT.UTF-8@euro", "C", "AT" }, { NULL, "pt_br", NULL, "BR" },
    { "", "C.UTF-8", "en_GB", "GB" },   { "", "C", "C.UTF-8", NULL },          { "", "eo", "eo", NULL },
    { NULL, NULL, NULL, NULL },         { "D", "es_419", "C", NULL },          { "de", "en_US", "en_US", "DE" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *region = ww_handle_text_find_region (cases[i][0], cases[i][1], cases[i][2]);

      g_assert_cmpstr (region, ==, cases[i][3]);
    }
}

static void
test_display (void)
{
  static const char *const cases[][3] = {
    { "mailto:ada@example.org", "DE", "ada@example.org" },
    { "tel:+4915123456789", "DE", "01512 3456789" },
    { "tel:+4915123456789", "US", "+49 1512 3456789" },
    { "tel:+4915123456789", NULL, "+49 1512 3456789" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = ww_handle_text_for_display_in (cases[i][0], cases[i][1]);

      g_assert_cmpstr (shown, ==, cases[i][2]);
    }
  g_assert_true (ww_handle_text_is_phone ("tel:+4915123456789"));
  g_assert_false (ww_handle_text_is_phone ("mailto:ada@example.org"));
}

static void
test_proof (void)
{
  static const char *const mail_only[] = { "mailto", NULL };
  static const char *const all[] = { "mailto", "tel", "tel-inbound", "pigeon", NULL };
  static const char *const nothing[] = { NULL };
  static const struct
  {
    const char *handle;
    WwEnrolmentFlags flags;
    const char *const *verifies;
    const char *code; /* NULL: it can begin */
  } cases[] = {
    { "mailto:a@b.c", WW_ENROLMENT_DEFAULT, all, NULL },
    { "mailto:a@b.c", WW_ENROLMENT_DEFAULT, nothing, NULL },
    { "mailto:a@b.c", WW_ENROLMENT_DEFAULT, all + 1, "handle-unsupported" },
    { "tel:+4915123456789", WW_ENROLMENT_DEFAULT, all, "cost-not-accepted" },
    { "tel:+4915123456789", WW_ENROLMENT_INBOUND, all, "cost-not-accepted" },
    { "tel:+4915123456789", WW_ENROLMENT_ACCEPT_COST, all, NULL },
    { "tel:+4915123456789", WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND, all, NULL },
    { "tel:+4915123456789", WW_ENROLMENT_ACCEPT_COST, mail_only, "handle-unsupported" },
    { "tel:+4915123456789", WW_ENROLMENT_ACCEPT_COST | WW_ENROLMENT_INBOUND, mail_only, "handle-unsupported" },
    { "tel:+4915123456789", WW_ENROLMENT_ACCEPT_COST, nothing, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean begins = ww_proof_check (cases[i].handle, cases[i].flags, cases[i].verifies, &error);

      g_assert_true (begins == (cases[i].code == NULL));
      g_assert_cmpstr (error != NULL ? ww_error_get_code (error) : NULL, ==, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/handle-text/good", test_good);
  g_test_add_func ("/client/handle-text/bad", test_bad);
  g_test_add_func ("/client/handle-text/region", test_region);
  g_test_add_func ("/client/handle-text/display", test_display);
  g_test_add_func ("/client/handle-text/proof", test_proof);
  return g_test_run ();
}
