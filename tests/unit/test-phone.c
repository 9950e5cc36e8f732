/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-phone.h"

#include <glib.h>
#include <stdlib.h>

static const struct
{
  const char *typed;
  const char *region;
  WwPhoneStatus status;
  const char *e164;
} cases[] = {
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
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *e164 = NULL;
      WwPhoneStatus status = ww_phone_parse (cases[i].typed, cases[i].region, &e164);

      g_test_message ("“%s” in %s", cases[i].typed, cases[i].region != NULL ? cases[i].region : "no region");
      g_assert_cmpint (status, ==, cases[i].status);
      g_assert_cmpstr (e164, ==, cases[i].e164);
      free (e164);
    }
}

static void
test_format (void)
{
  static const char *const formats[][3] = {
    { "+4915123456789", "DE", "01512 3456789" },
    { "+4915123456789", "US", "+49 1512 3456789" },
    { "+4915123456789", NULL, "+49 1512 3456789" },
    { "+16502530000", "US", "(650) 253-0000" },
    { "+16502530000", "CA", "+1 650-253-0000" },
    { "ada", "DE", NULL },
    { "", "DE", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      char *formatted = ww_phone_format (formats[i][0], formats[i][1]);

      g_test_message ("%s", formats[i][0]);
      g_assert_cmpstr (formatted, ==, formats[i][2]);
      free (formatted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/parse", test_parse);
  g_test_add_func ("/phone/format", test_format);
  return g_test_run ();
}
