/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-mime.h"

#include <string.h>

#include <glib.h>

#define MAX_PLAIN_LINE     900 /* RFC 5322 allows 998 */
#define MAX_QUOTED_LINE    76
#define ENCODED_WORD_BYTES 42

/* Header values come from the configuration, templates and normalised handles; this makes sure once more. */
static void
append_header (GString *mail, const char *name, const char *value)
{
  if (strpbrk (value, "\r\n") != NULL)
    g_error ("a mail's header has a line break in it");
  g_string_append_printf (mail, "%s: %s\r\n", name, value);
}

/* Text as RFC 2047 encoded words, cut between characters, or as it is where it is ASCII. */
static char *
encode_text (const char *text)
{
  GString *words;

  if (g_str_is_ascii (text))
    return g_strdup (text);
  words = g_string_new (NULL);
  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *word = NULL;

      while (*end != '\0' && g_utf8_next_char (end) - text <= ENCODED_WORD_BYTES)
        end = g_utf8_next_char (end);
      word = g_base64_encode ((const guchar *) text, (gsize) (end - text));
      g_string_append_printf (words, "%s=?UTF-8?B?%s?=", words->len > 0 ? "\r\n " : "", word);
      text = end;
    }
  return g_string_free (words, FALSE);
}

/* A From header: only its name may need encoding. */
static char *
encode_mailbox (const char *mailbox)
{
  const char *open = strrchr (mailbox, '<');
  g_autofree char *name = open != NULL ? g_strndup (mailbox, (gsize) (open - mailbox)) : NULL;
  g_autofree char *encoded = NULL;

  if (name == NULL || g_str_is_ascii (name))
    return g_strdup (mailbox);
  encoded = encode_text (g_strstrip (name));
  return g_strdup_printf ("%s %s", encoded, open);
}

static void
append_folded_header (GString *mail, const char *name, char *encoded)
{
  /* What encode_text() folded is a header in several lines; nothing else may be. */
  g_string_append_printf (mail, "%s: %s\r\n", name, encoded);
  g_free (encoded);
}

static gboolean
is_plain (const char *text)
{
  size_t line = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      line = *p == '\n' ? 0 : line + 1;
      if ((unsigned char) *p >= 0x80 || line > MAX_PLAIN_LINE)
        return FALSE;
    }
  return TRUE;
}

static void
append_plain (GString *mail, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (mail, "\r\n");
    else if (*p != '\r')
      g_string_append_c (mail, *p);
}

/* RFC 2045, section 6.7. */
static void
append_quoted (GString *mail, const char *text)
{
  size_t line = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      unsigned char c = (unsigned char) *p;
      gboolean last = p[1] == '\n' || p[1] == '\0';

      if (c == '\r')
        continue;
      if (c == '\n')
        {
          g_string_append (mail, "\r\n");
          line = 0;
          continue;
        }
      if (line + 4 > MAX_QUOTED_LINE)
        {
          g_string_append (mail, "=\r\n");
          line = 0;
        }
      if (c < 0x20 || c >= 0x7f || c == '=' || (c == ' ' && last))
        {
          g_string_append_printf (mail, "=%02X", c);
          line += 3;
        }
      else
        {
          g_string_append_c (mail, (char) c);
          line++;
        }
    }
}

static void
append_part (GString *mail, const char *boundary, const char *type, const char *text)
{
  gboolean plain = is_plain (text);

  g_string_append_printf (mail, "--%s\r\nContent-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: %s\r\n\r\n",
                          boundary, type, plain ? "7bit" : "quoted-printable");
  if (plain)
    append_plain (mail, text);
  else
    append_quoted (mail, text);
  g_string_append (mail, "\r\n");
}

/* See the header. */
char *
ww_mime_format (const WwMimeMail *self)
{
  GString *mail = g_string_new (NULL);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (self->date_ms / 1000);
  g_autofree char *date_text = g_date_time_format (date, "%a, %d %b %Y %H:%M:%S +0000");
  g_autofree char *boundary = g_strdup_printf ("=_%.32s", self->message_id + 1);

  if (strpbrk (self->from, "\r\n") != NULL || strpbrk (self->subject, "\r\n") != NULL)
    g_error ("a mail's header has a line break in it");
  append_folded_header (mail, "From", encode_mailbox (self->from));
  append_header (mail, "To", self->to);
  append_folded_header (mail, "Subject", encode_text (self->subject));
  append_header (mail, "Date", date_text);
  append_header (mail, "Message-ID", self->message_id);
  append_header (mail, "Content-Language", self->language);
  append_header (mail, "Auto-Submitted", "auto-generated");
  append_header (mail, "MIME-Version", "1.0");
  g_string_append_printf (mail, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
  append_part (mail, boundary, "text/plain", self->text);
  append_part (mail, boundary, "text/html", self->html);
  g_string_append_printf (mail, "--%s--\r\n", boundary);
  return g_string_free (mail, FALSE);
}
