/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-phone.h"

static const struct
{
  const char *typed;
  const char *region;
  WwPhoneStatus status;
  const char *e164;
} cases[] = {
  /* International form needs no region */
  { "+33612345678", NULL, WW_PHONE_OK, "+33612345678" },
  { "tel:+33612345678", NULL, WW_PHONE_OK, "+33612345678" },
  { " +33 6 12.34-56/78 ", NULL, WW_PHONE_OK, "+33612345678" },
  { "+33 6 12 34 56 78", "US", WW_PHONE_OK, "+33612345678" },
  { "(+49) 1512 3456789", NULL, WW_PHONE_OK, "+4915123456789" },
  { "+1 201 555 0123", NULL, WW_PHONE_OK, "+12015550123" },
  { "+44 (0)20 7946 0958", NULL, WW_PHONE_OK, "+442079460958" },
  { "+39 06 698 83510", NULL, WW_PHONE_OK, "+390669883510" },
  { "+55 11 96123-4567", NULL, WW_PHONE_OK, "+5511961234567" },
  { "+81 90-1234-5678", NULL, WW_PHONE_OK, "+819012345678" },
  { "+91 81234 56789", NULL, WW_PHONE_OK, "+918123456789" },
  { "+20 100 123 4567", NULL, WW_PHONE_OK, "+201001234567" },
  { "+52 222 123 4567", NULL, WW_PHONE_OK, "+522221234567" },
  { "+54 9 11 2345 6789", NULL, WW_PHONE_OK, "+5491123456789" },
  { "+86 131 2345 6789", NULL, WW_PHONE_OK, "+8613123456789" },
  { "+7 912 345-67-89", NULL, WW_PHONE_OK, "+79123456789" },
  { "+354 611 1234", NULL, WW_PHONE_OK, "+3546111234" },
  { "+27 71 123 4567", NULL, WW_PHONE_OK, "+27711234567" },
  { "+358 41 2345678", NULL, WW_PHONE_OK, "+358412345678" },

  /* National form, with the region */
  { "06 12 34 56 78", "FR", WW_PHONE_OK, "+33612345678" },
  { "06 12 34 56 78", "fr", WW_PHONE_OK, "+33612345678" },
  { "01512 3456789", "DE", WW_PHONE_OK, "+4915123456789" },
  { "(201) 555-0123", "US", WW_PHONE_OK, "+12015550123" },
  { "06 698 83510", "IT", WW_PHONE_OK, "+390669883510" },
  { "090-1234-5678", "JP", WW_PHONE_OK, "+819012345678" },
  { "00 33 6 12 34 56 78", "DE", WW_PHONE_OK, "+33612345678" },
  { "011 33 6 12 34 56 78", "US", WW_PHONE_OK, "+33612345678" },
  { "06 12 34 56 78", NULL, WW_PHONE_NO_REGION, NULL },
  { "06 12 34 56 78", "XX", WW_PHONE_NO_REGION, NULL },
  { "06 12 34 56 78", "France", WW_PHONE_NO_REGION, NULL },
  { "06 12 34 56 78", "", WW_PHONE_NO_REGION, NULL },
  { "0033612345678", NULL, WW_PHONE_NO_REGION, NULL },

  /* Digits of other scripts, and what programs put around numbers */
  { "+٢٠١٠٠١٢٣٤٥٦٧", NULL, WW_PHONE_OK, "+201001234567" },
  { "۰۹۱۲ ۳۴۵ ۶۷۸۹", "IR", WW_PHONE_OK, "+989123456789" },
  { "＋８１　９０－１２３４－５６７８", NULL, WW_PHONE_OK, "+819012345678" },
  { "+९१ ८१२३४ ५६७८९", NULL, WW_PHONE_OK, "+918123456789" },
  { "\xe2\x80\xaa+33 6 12 34 56 78\xe2\x80\xac", NULL, WW_PHONE_OK, "+33612345678" },
  { "+33\xc2\xa0"
    "6\xe2\x80\x91"
    "12345678",
    NULL, WW_PHONE_OK, "+33612345678" },

  /* What no number holds */
  { "", "FR", WW_PHONE_NOT_A_NUMBER, NULL },
  { "   ", "FR", WW_PHONE_NOT_A_NUMBER, NULL },
  { "+", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "tel:", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "alice@example.org", "FR", WW_PHONE_NOT_A_NUMBER, NULL },
  { "1-800-FLOWERS", "US", WW_PHONE_NOT_A_NUMBER, NULL },
  { "+1 201 555 0123 ext. 5", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+1 201 555 0123x5", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+1 201 555 0123;ext=5", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+1 201 555 0123#5", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+1 201 555 0123,5", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+33612345678;phone-context=+1", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "++33612345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "33+612345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+3361234567O", NULL, WW_PHONE_NOT_A_NUMBER, NULL }, /* a letter O */
  { "+336l2345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL }, /* a letter l */
  { "+33б12345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL }, /* a Cyrillic letter like a six */
  { "+33⑥12345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL }, /* a digit in a circle */
  { "+33⁶12345678", NULL, WW_PHONE_NOT_A_NUMBER, NULL }, /* superscript */
  { "+33\xff\xfe"
    "612345678",
    NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+33612345678\xf0\x9f", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+33612345678\r\nBcc: x", NULL, WW_PHONE_NOT_A_NUMBER, NULL },

  /* What no number plan has */
  { "+1", NULL, WW_PHONE_INVALID, NULL },
  { "+999 123 456 789", NULL, WW_PHONE_INVALID, NULL },
  { "+210 12345678", NULL, WW_PHONE_INVALID, NULL },
  { "+3361234567", NULL, WW_PHONE_INVALID, NULL },
  { "+336123456789", NULL, WW_PHONE_INVALID, NULL },
  { "+1 555 010 9999", NULL, WW_PHONE_INVALID, NULL },
  { "+1 201 055 0123", NULL, WW_PHONE_INVALID, NULL },
  { "+00012345678", NULL, WW_PHONE_INVALID, NULL },
  { "+123456789012345678901234567890", NULL, WW_PHONE_INVALID, NULL },

  /* Numbers of one network */
  { "112", "DE", WW_PHONE_SHORT, NULL },
  { "911", "US", WW_PHONE_SHORT, NULL },
  { "112", NULL, WW_PHONE_SHORT, NULL },
  { "72123", NULL, WW_PHONE_SHORT, NULL },
  { "36665", "FR", WW_PHONE_SHORT, NULL },
  { "+33 3631", NULL, WW_PHONE_SHORT, NULL },

  /* Nobody's own, or dear */
  { "+1 900 234 5678", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "0900 1 123456", "DE", WW_PHONE_UNSUITABLE, NULL },
  { "+49 900 1123456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+44 909 012 3456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+44 843 012 3456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+33 891 12 34 56", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+49 180 2 123456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+44 76 4012 3456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "+44 55 0012 3456", NULL, WW_PHONE_UNSUITABLE, NULL },

  { "+49 1512 3456789", NULL, WW_PHONE_OK, "+4915123456789" },
  { "+49 1512 3456789", "US", WW_PHONE_OK, "+4915123456789" },
  { "01512 3456789", "DE", WW_PHONE_OK, "+4915123456789" },
  { "(0151) 234-567/89", "DE", WW_PHONE_OK, "+4915123456789" },
  { "00 49 1512 3456789", "FR", WW_PHONE_OK, "+4915123456789" },
  { "011 49 1512 3456789", "US", WW_PHONE_OK, "+4915123456789" },
  { "07400 123456", "GB", WW_PHONE_OK, "+447400123456" },
  { "(650) 253-0000", "US", WW_PHONE_OK, "+16502530000" },
  { "+1 650.253.0000", "DE", WW_PHONE_OK, "+16502530000" },
  { "02 1234 5678", "IT", WW_PHONE_OK, "+390212345678" },
  /* Digits, pluses, spaces and hyphens of other keyboards. */
  { "\xd9\xa0\xd9\xa1\xd9\xa0\xd9\xa0 \xd9\xa1\xd9\xa2\xd9\xa3 \xd9\xa4\xd9\xa5\xd9\xa6\xd9\xa7", "EG", WW_PHONE_OK,
    "+201001234567" },
  { "\xef\xbc\x8b\xef\xbc\x94\xef\xbc\x99 1512 3456789", NULL, WW_PHONE_OK, "+4915123456789" },
  { "+49\xc2\xa0"
    "1512\xe2\x80\x93"
    "3456789",
    NULL, WW_PHONE_OK, "+4915123456789" },
  /* National, and nobody says where. */
  { "01512 3456789", NULL, WW_PHONE_NO_REGION, NULL },
  { "01512 3456789", "XX", WW_PHONE_NO_REGION, NULL },
  { "4915123456789", NULL, WW_PHONE_NO_REGION, NULL },
  /* Short ones. */
  { "112", "DE", WW_PHONE_SHORT, NULL },
  { "911", "US", WW_PHONE_SHORT, NULL },
  { "110", NULL, WW_PHONE_SHORT, NULL },
  { "7", "DE", WW_PHONE_INVALID, NULL },
  /* Nobody's own. */
  { "+49 900 1 123456", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "0900 1 123456", "DE", WW_PHONE_UNSUITABLE, NULL },
  { "+1 900 253 0000", NULL, WW_PHONE_UNSUITABLE, NULL },
  { "0843 123 4567", "GB", WW_PHONE_UNSUITABLE, NULL },
  /* In no number plan. */
  { "+49 1512", NULL, WW_PHONE_INVALID, NULL },
  { "+49 1512 3456789 0123456", NULL, WW_PHONE_INVALID, NULL },
  { "+999 123456789", NULL, WW_PHONE_INVALID, NULL },
  { "+0 123456789", NULL, WW_PHONE_INVALID, NULL },
  { "+1 123 456 7890", NULL, WW_PHONE_INVALID, NULL },
  { "+44 7400 12345", NULL, WW_PHONE_INVALID, NULL },
  /* Something else. */
  { "", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { " ", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { "+", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { "++4915123456789", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { "49+15123456789", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { "ada", "DE", WW_PHONE_NOT_A_NUMBER, NULL },
  { "1-800-FLOWERS", "US", WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789 ext. 12", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789;ext=12", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789#", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789\r\nBcc: x", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512\n3456789", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789\xff", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789\xe2\x80", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
  { "+49 1512 3456789                                                    ", NULL, WW_PHONE_NOT_A_NUMBER, NULL },
};

static void
test_parse (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *e164 = NULL;
      WwPhoneStatus status = ww_phone_parse (cases[i].typed, cases[i].region, &e164);
      g_autofree char *shown = g_utf8_make_valid (cases[i].typed, -1);

      g_test_message ("“%s” in %s: %d, %s", shown, cases[i].region, status, e164);
      g_assert_cmpint (status, ==, cases[i].status);
      g_assert_cmpstr (e164, ==, cases[i].e164);
      free (e164);
    }
}

/* What came out goes in again and stays the same: one form of each number. */
static void
test_stable (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].e164 != NULL)
      {
        char *again = NULL;

        g_assert_cmpint (ww_phone_parse (cases[i].e164, "BR", &again), ==, WW_PHONE_OK);
        g_assert_cmpstr (again, ==, cases[i].e164);
        free (again);
      }
}

static void
test_over_long (void)
{
  g_autofree char *zeros = g_strnfill (100000, '0');
  g_autofree char *spaces = g_strnfill (100000, ' ');
  g_autofree char *spaced = g_strconcat ("+33612345678", spaces, NULL);
  char *e164;

  g_assert_cmpint (ww_phone_parse (zeros, "FR", &e164), ==, WW_PHONE_NOT_A_NUMBER);
  g_assert_null (e164);
  g_assert_cmpint (ww_phone_parse (spaced, "FR", &e164), ==, WW_PHONE_NOT_A_NUMBER);
  g_assert_null (e164);
}

static void
test_format (void)
{
  static const struct
  {
    const char *e164;
    const char *region;
    const char *text;
  } formats[] = {
    { "+33612345678", "FR", "06 12 34 56 78" },
    { "+33612345678", "fr", "06 12 34 56 78" },
    { "+33612345678", "DE", "+33 6 12 34 56 78" },
    { "+33612345678", NULL, "+33 6 12 34 56 78" },
    { "+12015550123", "US", "(201) 555-0123" },
    { "+12015550123", "CA", "+1 201-555-0123" },
    { "33612345678", "FR", NULL },
    { "+", "FR", NULL },
    { "", "FR", NULL },
    { "+99999999999", NULL, NULL },
    { "mailto:a@example.org", NULL, NULL },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      char *text = ww_phone_format (formats[i].e164, formats[i].region);

      g_test_message ("%s in %s: %s", formats[i].e164, formats[i].region, text);
      g_assert_cmpstr (text, ==, formats[i].text);
      free (text);
    }
}

/* libphonenumber speaks of what it parses, unless it is told not to. */
static void
test_silent (void)
{
  if (g_test_subprocess ())
    {
      test_parse ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/parse", test_parse);
  g_test_add_func ("/phone/stable", test_stable);
  g_test_add_func ("/phone/over-long", test_over_long);
  g_test_add_func ("/phone/format", test_format);
  g_test_add_func ("/phone/silent", test_silent);
  return g_test_run ();
}
