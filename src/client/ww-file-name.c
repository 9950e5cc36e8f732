/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-file-name"

#include "ww-file-name.h"

#include <string.h>

/* What every file system takes, with room for a number. */
#define NAME_MAX_BYTES 200
/* An ending longer than this is none. */
#define ENDING_MAX 16

/* What separates directories here or elsewhere, what cannot be seen, and what turns the direction of text. */
static gboolean
is_bad (gunichar c)
{
  return c == '/' || c == '\\' || c == 0x2215 || c == 0x2044 || c == 0x29f8 || c == 0xff0f || c == 0xfe68 ||
         c == 0xff3c || c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || g_unichar_iscntrl (c) || !g_unichar_isdefined (c) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

static const char *
find_ending (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name && strlen (dot) <= ENDING_MAX ? dot : name + strlen (name);
}

/* Cuts before the ending, between characters. */
static void
shorten (GString *name)
{
  g_autofree char *ending = g_strdup (find_ending (name->str));
  gsize keep;

  if (name->len <= NAME_MAX_BYTES)
    return;
  keep = NAME_MAX_BYTES - strlen (ending);
  while (keep > 0 && ((guchar) name->str[keep] & 0xc0) == 0x80)
    keep--;
  g_string_truncate (name, keep);
  g_string_append (name, ending);
}

/**
 * ww_file_name_clean:
 * @name: bytes from a message
 * @fallback: what it is called when nothing of the name is left
 *
 * Returns: (transfer full): valid UTF-8, one visible line, no directory in it, not hidden, and at most 200 bytes
 */
char *
ww_file_name_clean (const char *name, gsize len, const char *fallback)
{
  g_autofree char *utf8 = g_utf8_make_valid (name, (gssize) len);
  GString *clean = g_string_new (NULL);

  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (clean, is_bad (g_utf8_get_char (p)) ? '_' : g_utf8_get_char (p));
  /* Neither hidden, nor the directory itself or the one above; and nothing at its end that some systems drop. */
  while (clean->len > 0 && (clean->str[0] == '.' || g_ascii_isspace (clean->str[0])))
    g_string_erase (clean, 0, 1);
  while (clean->len > 0 && (clean->str[clean->len - 1] == '.' || g_ascii_isspace (clean->str[clean->len - 1])))
    g_string_truncate (clean, clean->len - 1);
  shorten (clean);
  if (clean->len == 0)
    g_string_assign (clean, fallback);
  return g_string_free (clean, FALSE);
}

char *
ww_file_name_numbered (const char *name, guint number)
{
  const char *ending = find_ending (name);

  return g_strdup_printf ("%.*s (%u)%s", (int) (ending - name), name, number, ending);
}
