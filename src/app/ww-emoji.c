/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-emoji"

#include "ww-emoji.h"

#define ZERO_WIDTH_JOINER  0x200d
#define EMOJI_PRESENTATION 0xfe0f
#define KEYCAP             0x20e3

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static gboolean
is_skin_tone (gunichar c)
{
  return c >= 0x1f3fb && c <= 0x1f3ff;
}

static gboolean
is_tag (gunichar c)
{
  return c >= 0xe0020 && c <= 0xe007f;
}

/* Pictographs that are drawn in colour without being asked to (Unicode's Emoji_Presentation, by block). */
static gboolean
is_pictograph (gunichar c)
{
  return (c >= 0x1f300 && c <= 0x1faff && !is_skin_tone (c)) || c == 0x231a || c == 0x231b ||
         (c >= 0x23e9 && c <= 0x23ec) || c == 0x2614 || c == 0x2615 || c == 0x26a1 || c == 0x26bd || c == 0x26c4 ||
         c == 0x2705 || c == 0x2728 || c == 0x274c || c == 0x2753 || c == 0x2b50 || c == 0x2b55 || c == 0x2757;
}

/* Symbols that become a picture only with U+FE0F behind them: ❤️, ☀️, ✌️. */
static gboolean
is_symbol (gunichar c)
{
  return (c >= 0x2190 && c <= 0x2bff) || c == 0x00a9 || c == 0x00ae || c == 0x203c || c == 0x2049 || c == 0x2122 ||
         c == 0x2139 || c == 0x3030 || c == 0x303d;
}

/* Moves over one picture, joined ones and flags included. FALSE when there is none at *text. */
static gboolean
skip_one (const char **text)
{
  const char *p = *text;
  gunichar c = g_utf8_get_char (p);

  p = g_utf8_next_char (p);
  if (is_regional (c))
    {
      if (!is_regional (g_utf8_get_char (p)))
        return FALSE;
      p = g_utf8_next_char (p);
    }
  else if (g_unichar_isdigit (c) || c == '#' || c == '*')
    {
      if (g_utf8_get_char (p) == EMOJI_PRESENTATION)
        p = g_utf8_next_char (p);
      if (g_utf8_get_char (p) != KEYCAP)
        return FALSE;
      p = g_utf8_next_char (p);
    }
  else
    {
      if (!is_pictograph (c) && !(is_symbol (c) && g_utf8_get_char (p) == EMOJI_PRESENTATION))
        return FALSE;
      while (g_utf8_get_char (p) == EMOJI_PRESENTATION || is_skin_tone (g_utf8_get_char (p)) ||
             is_tag (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);
      if (g_utf8_get_char (p) == ZERO_WIDTH_JOINER)
        {
          p = g_utf8_next_char (p);
          if (!skip_one (&p))
            return FALSE;
        }
    }

  *text = p;
  return TRUE;
}

/**
 * ww_emoji_count_alone:
 * @text: valid UTF-8
 * @most: how many are counted at most
 *
 * Returns: how many emoji @text consists of, or 0 when there is anything else in it or more than @most
 */
guint
ww_emoji_count_alone (const char *text, guint most)
{
  guint count = 0;

  while (*text != '\0')
    {
      if (g_unichar_isspace (g_utf8_get_char (text)))
        {
          text = g_utf8_next_char (text);
          continue;
        }
      if (count == most || !skip_one (&text))
        return 0;
      count++;
    }
  return count;
}
