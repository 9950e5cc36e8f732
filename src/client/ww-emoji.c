/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-emoji.h"

#define JOINER       0x200d
#define EMOJI_STYLE  0xfe0f
#define KEYCAP       0x20e3
#define TAG_FIRST    0xe0020
#define TAG_LAST     0xe007f
#define MAX_ELEMENTS 10

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static gboolean
is_modifier (gunichar c)
{
  return c >= 0x1f3fb && c <= 0x1f3ff;
}

/*
 * By blocks, so that emoji which are newer than this program count too. Of the older blocks only what is drawn as a
 * symbol: neither letters nor digits, spaces, or marks that join what stands before them.
 */
static gboolean
is_base (gunichar c)
{
  if (c == 0xa9 || c == 0xae)
    return TRUE;
  if (c >= 0x1f000 && c <= 0x1fbff)
    return !is_regional (c);
  return c >= 0x203c && c <= 0x3299 && g_unichar_isprint (c) && !g_unichar_isalnum (c) && !g_unichar_isspace (c) &&
         !g_unichar_ismark (c);
}

/* Each of these moves on behind what it found. */
static gboolean
skip (const char **text, gboolean found)
{
  if (found)
    *text = g_utf8_next_char (*text);
  return found;
}

static gboolean
skip_flag (const char **text)
{
  return is_regional (g_utf8_get_char (*text)) && skip (text, TRUE) &&
         skip (text, is_regional (g_utf8_get_char (*text)));
}

static gboolean
skip_keycap (const char **text)
{
  skip (text, TRUE);
  skip (text, g_utf8_get_char (*text) == EMOJI_STYLE);
  return skip (text, g_utf8_get_char (*text) == KEYCAP);
}

static gboolean
skip_element (const char **text)
{
  if (!skip (text, is_base (g_utf8_get_char (*text))))
    return FALSE;
  skip (text, g_utf8_get_char (*text) == EMOJI_STYLE);
  skip (text, is_modifier (g_utf8_get_char (*text)));
  while (skip (text, g_utf8_get_char (*text) >= TAG_FIRST && g_utf8_get_char (*text) <= TAG_LAST))
    ;
  return TRUE;
}

/**
 * ww_emoji_is_one:
 * @text: UTF-8
 *
 * Returns: whether it is one emoji: with variation selector, skin tone, tags or joined ones, a flag or a keycap
 */
gboolean
ww_emoji_is_one (const char *text)
{
  if (is_regional (g_utf8_get_char (text)))
    return skip_flag (&text) && *text == '\0';
  if (g_ascii_isdigit (*text) || *text == '#' || *text == '*')
    return skip_keycap (&text) && *text == '\0';
  for (guint i = 0; i < MAX_ELEMENTS && skip_element (&text); i++)
    {
      if (*text == '\0')
        return TRUE;
      if (!skip (&text, g_utf8_get_char (text) == JOINER))
        return FALSE;
    }
  return FALSE;
}
