/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-text.h"

#include <string.h>

static gboolean
is_hidden (gunichar c)
{
  return g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x061c || c == 0xfeff;
}

/**
 * ww_text_one_line:
 * @text: (nullable): from outside
 * @max_chars: how many characters are kept
 *
 * Looks at the beginning of @text only, however long it is.
 *
 * Returns: (transfer full): valid UTF-8 without a line break, perhaps ""
 */
char *
ww_text_one_line (const char *text, gsize max_chars)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *valid = NULL;
  gsize chars = 0;
  gboolean space = FALSE;

  if (text == NULL)
    return g_strdup ("");

  /* Four bytes for each character, and as much again for white space and what does not show. */
  valid = g_utf8_make_valid (text, (gssize) strnlen (text, 8 * max_chars + 64));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          space = line->len > 0;
          continue;
        }
      if (is_hidden (c))
        continue;

      if (chars + space >= max_chars)
        {
          g_string_append (line, "…");
          break;
        }

      if (space)
        g_string_append_c (line, ' ');
      g_string_append_unichar (line, c);
      chars += 1 + (gsize) space;
      space = FALSE;
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}
