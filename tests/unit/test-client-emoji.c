/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-emoji.h"

static void
test_one (void)
{
  static const char *const one[] = {
    "👍",
    "❤️",
    "❤",
    "🎉",
    "👍🏽",
    "☝🏿",
    "👩‍👩‍👧‍👦",
    "❤️‍🔥",
    "🏳️‍🌈",
    "🇫🇷",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "1️⃣",
    "#⃣",
    "‼️",
    "©",
    "㊗️",
    "↔️",
    "🫩",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (one); i++)
    {
      g_test_message ("%s", one[i]);
      g_assert_true (ww_emoji_is_one (one[i]));
    }
}

static void
test_not_one (void)
{
  static const char *const others[] = {
    "",
    "a",
    "ok",
    "two words",
    "👍👍",
    "👍 ",
    " 👍",
    "<b>",
    "1",
    "12",
    "🇫",
    "🇫🇷🇩🇪",
    "👍‍",
    "‍👍",
    "️",
    "🏽🇫",
    "\n",
    "👍a",
    "é",
    "字",
    "\u202e",
    "\u202e👍",
    "👍\u202e",
    "\u0301",
    "👍\u0301",
    "ℵ",
    "Ⅷ",
    "\u3000",
    /* Joined without end. */
    "👍‍👍‍👍‍👍‍👍‍👍‍👍‍👍‍👍‍👍‍👍",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_test_message ("%s", others[i]);
      g_assert_false (ww_emoji_is_one (others[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/emoji/one", test_one);
  g_test_add_func ("/client/emoji/not-one", test_not_one);
  return g_test_run ();
}
