/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "ww-emoji-data.h"
#include "ww-highlight.h"
#include "ww-tapbacks.h"

static gboolean
is_in (GPtrArray *found, const char *emoji)
{
  for (guint i = 0; i < found->len; i++)
    if (g_str_equal (((WwEmojiMatch *) g_ptr_array_index (found, i))->emoji, emoji))
      return TRUE;
  return FALSE;
}

/* Well-known words come first; Unicode's own names of all the others are known too. */
static void
test_names (void)
{
  static const struct
  {
    const char *word;
    const char *emoji;
    gboolean first;
  } cases[] = {
    { "smile", "😄", TRUE }, { "smi", "😄", TRUE },     { "SMILE", "😄", TRUE }, { "+1", "👍", TRUE },
    { "heart", "❤️", TRUE },  { "lobster", "🦞", TRUE }, { "hippo", "🦛", TRUE }, { "zzzz", NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found = ww_emoji_data_find (cases[i].word, 6);

      g_assert_cmpuint (found->len, <=, 6);
      if (cases[i].emoji == NULL)
        g_assert_cmpuint (found->len, ==, 0);
      else
        g_assert_true (is_in (found, cases[i].emoji));
      if (cases[i].first)
        g_assert_cmpstr (((WwEmojiMatch *) g_ptr_array_index (found, 0))->emoji, ==, cases[i].emoji);
    }
  g_assert_cmpstr (ww_emoji_data_get ("tada"), ==, "🎉");
  g_assert_null (ww_emoji_data_get ("tad"));
}

static void
test_no_emoji_twice (void)
{
  g_autoptr (GPtrArray) found = ww_emoji_data_find ("sm", 50);

  for (guint i = 0; i < found->len; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (((WwEmojiMatch *) g_ptr_array_index (found, i))->emoji, !=,
                       ((WwEmojiMatch *) g_ptr_array_index (found, j))->emoji);
}

static void
test_smileys (void)
{
  static const struct
  {
    const char *text;
    const char *emoji;
    gsize length;
  } cases[] = {
    { ":)", "🙂", 2 },     { "yes :-)", "🙂", 3 }, { "oh :'(", "😢", 3 },      { "I <3", "❤️", 2 },
    { "no </3", "💔", 3 }, { "http:/", NULL, 0 },  { "section 8:)", NULL, 0 }, { "a:D", NULL, 0 },
    { "plain", NULL, 0 },  { "", NULL, 0 },        { ":-D", "😃", 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = 0;

      g_assert_cmpstr (ww_emoji_data_get_smiley (cases[i].text, &length), ==, cases[i].emoji);
      g_assert_cmpuint (length, ==, cases[i].length);
    }
}

/* A heart is a heart, asked for in colour or not; a hand of another colour is another one. */
static void
test_same_tapback (void)
{
  g_assert_true (ww_tapback_same ("❤️", "❤"));
  g_assert_true (ww_tapback_same ("👍", "👍"));
  g_assert_false (ww_tapback_same ("👍", "👎"));
  g_assert_false (ww_tapback_same ("👍", "👍🏽"));
  g_assert_false (ww_tapback_same ("👍", ""));
  g_assert_true (ww_tapback_same ("", ""));
}

static void
test_highlight (void)
{
  const char *text = "Öl oder öl, and OIL; oil";
  gsize start = 0, end = 0;

  g_assert_true (ww_highlight_find (text, "öL", &start, &end));
  g_assert_cmpuint (start, ==, 0);
  g_assert_cmpuint (end, ==, 3);
  start = end;
  g_assert_true (ww_highlight_find (text, "öL", &start, &end));
  g_assert_cmpstr (text + start, ==, "öl, and OIL; oil");
  start = end;
  g_assert_false (ww_highlight_find (text, "öL", &start, &end));
  start = 0;
  g_assert_false (ww_highlight_find (text, "", &start, &end));
  g_assert_false (ww_highlight_find ("oi", "oil", &start, &end));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/emoji/names", test_names);
  g_test_add_func ("/app/emoji/once", test_no_emoji_twice);
  g_test_add_func ("/app/emoji/smileys", test_smileys);
  g_test_add_func ("/app/tapbacks/same", test_same_tapback);
  g_test_add_func ("/app/highlight/find", test_highlight);
  return g_test_run ();
}
