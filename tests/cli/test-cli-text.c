/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ww-cli-text.h"

static const struct
{
  const char *text;
  const char *line;
} lines[] = {
  { "", "" },
  { NULL, "" },
  { "plain", "plain" },
  { "two\nlines", "two lines" },
  { "\033[2J\033]0;owned\a", "\\u001b[2J\\u001b]0;owned\\u0007" },
  { "C1 \302\233"
    "31m",
    "C1 \\u009b31m" },
  { "\r\b\t\177", "\\u000d\\u0008\\u0009\\u007f" },
  /* Directions: embedding, override, isolates, marks. */
  { "\342\200\252a\342\200\256b\342\200\254", "\\u202aa\\u202eb\\u202c" },
  { "\342\201\246a\342\201\251", "\\u2066a\\u2069" },
  { "\342\200\216\342\200\217\330\234", "\\u200e\\u200f\\u061c" },
  /* Line and paragraph separators. */
  { "a\342\200\250b\342\200\251", "a\\u2028b\\u2029" },
  /* A tag character, beyond the basic plane. */
  { "\363\240\201\201", "\\udb40\\udc41" },
  /* Joiners belong to words and emoji. */
  { "\360\237\221\251\342\200\215\360\237\232\200", "\360\237\221\251\342\200\215\360\237\232\200" },
  { "\331\205\333\214\342\200\214\330\256", "\331\205\333\214\342\200\214\330\256" },
  /* Not UTF-8. */
  { "a\377b", "a\357\277\275b" },
  { "cut \342\200", "cut \357\277\275\357\277\275" },
};

static void
test_line (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = ww_cli_text_line (lines[i].text);

      g_assert_cmpstr (line, ==, lines[i].line);
    }
}

/* Whatever the bytes: valid UTF-8 without a character that acts. */
static void
test_any_bytes (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      char bytes[33] = { 0 };
      g_autofree char *line = NULL;

      for (guint i = 0; i < sizeof bytes - 1; i++)
        bytes[i] = (char) g_test_rand_int_range (1, 256);
      line = ww_cli_text_line (bytes);
      g_assert_true (g_utf8_validate (line, -1, NULL));
      for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_lines (void)
{
  g_autofree char *text = ww_cli_text_lines ("one\ntwo\033\n", 2);

  g_assert_cmpstr (text, ==, "one\n  two\\u001b\n  ");
}

static void
test_width (void)
{
  g_assert_cmpuint (ww_cli_text_width ("abc"), ==, 3);
  g_assert_cmpuint (ww_cli_text_width ("e\314\201"), ==, 1);
  g_assert_cmpuint (ww_cli_text_width ("\346\227\245\346\234\254"), ==, 4);
}

static void
test_table (void)
{
  g_autoptr (WwCliTable) table = ww_cli_table_new ("NAME", "ID", NULL);
  g_autofree char *text = NULL;

  ww_cli_table_add (table, "\346\227\245\346\234\254\350\252\236", "1", NULL);
  ww_cli_table_add (table, "a\nb", "\033", NULL);
  text = ww_cli_table_to_string (table);
  g_assert_cmpstr (text, ==, "NAME    ID\n\346\227\245\346\234\254\350\252\236  1\na b     \\u001b\n");
}

/* Others choose times: none of them is fatal. */
static void
test_time (void)
{
  const gint64 times[] = { 0, -1, G_MININT64, G_MAXINT64, 1764000000000 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = ww_cli_text_time (times[i]);

      g_assert_cmpuint (strlen (text), >, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/text/line", test_line);
  g_test_add_func ("/cli/text/any-bytes", test_any_bytes);
  g_test_add_func ("/cli/text/lines", test_lines);
  g_test_add_func ("/cli/text/width", test_width);
  g_test_add_func ("/cli/text/table", test_table);
  g_test_add_func ("/cli/text/time", test_time);
  return g_test_run ();
}
