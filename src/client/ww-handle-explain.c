/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handle-text"

#include "ww-handle-text-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-limits.h"
#include "ww-phone.h"

/* Why something is neither an address nor a number. The order of the questions is the order of what helps most. */

#define MAX_TYPED      (4 * WW_MAX_HANDLE)
#define MAX_LOCAL_PART 64
#define MAX_ADDRESS    (WW_MAX_HANDLE - strlen ("mailto:"))

static gboolean
is_hidden (gunichar c)
{
  return g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT;
}

/* A letter of another script among those from a to z, or a form of those (full-width, mathematical) that is none of them. */
static gboolean
is_look_alike (gunichar c)
{
  gunichar simple[8];

  if (c < 0x80 || !g_unichar_isalpha (c))
    return FALSE;
  if (g_unichar_get_script (c) != G_UNICODE_SCRIPT_LATIN)
    return TRUE;
  return g_unichar_fully_decompose (c, TRUE, simple, G_N_ELEMENTS (simple)) == 1 && simple[0] < 0x80;
}

/* What people cannot see, or would take for other letters, is told before anything else. */
static const char *
explain_characters (const char *text)
{
  gboolean has_latin = FALSE, has_other = FALSE, looks_like_latin = FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (is_hidden (character))
        return _ ("This address holds characters that cannot be seen. Type it anew.");
      has_latin = has_latin || (character < 0x80 && g_ascii_isalpha ((char) character));
      has_other = has_other || character >= 0x80;
      looks_like_latin = looks_like_latin || is_look_alike (character);
    }
  if (looks_like_latin && has_latin)
    return _ ("This address holds letters that look like others. Type it with the letters a to z.");
  if (has_other)
    return _ ("Mail addresses can only hold the letters a to z, digits and a few signs here. If the domain has other "
              "letters, type the form of it that begins with “xn--”.");
  return NULL;
}

static const char *
explain_local_part (const char *text, gsize len)
{
  if (len == 0)
    return _ ("Something is missing in front of the @, as in ada@example.org.");
  if (memchr (text, '"', len) != NULL)
    return _ ("Mail addresses with quotation marks cannot be used. Choose another address.");
  if (len > MAX_LOCAL_PART)
    return _ ("The part of this address in front of the @ is too long.");
  if (text[0] == '.' || text[len - 1] == '.' || g_strstr_len (text, (gssize) len, "..") != NULL)
    return _ ("This address has a dot in the wrong place in front of the @.");
  return NULL;
}

static const char *
explain_domain (const char *text)
{
  if (*text == '\0')
    return _ ("Something is missing behind the @, as in ada@example.org.");
  if (*text == '[' || g_hostname_is_ip_address (text))
    return _ ("The part behind the @ has to be a name, such as example.org, and not a numeric address.");
  return _ ("What stands behind the @ is not the name of a mail domain, such as example.org.");
}

static const char *
explain_mail (const char *text)
{
  const char *at, *sentence;

  if (g_ascii_strncasecmp (text, "mailto:", strlen ("mailto:")) == 0)
    text += strlen ("mailto:");
  sentence = explain_characters (text);
  if (sentence != NULL)
    return sentence;
  at = strchr (text, '@');
  if (at == NULL)
    return _ ("A mail address has an @, as in ada@example.org.");
  if (strchr (at + 1, '@') != NULL)
    return _ ("A mail address has only one @. Type one address.");
  if (strpbrk (text, " ,;<>") != NULL)
    return _ ("A mail address has no spaces, commas or brackets. Type one address, as in ada@example.org.");
  if (strlen (text) > MAX_ADDRESS)
    return _ ("This address is too long.");
  sentence = explain_local_part (text, (gsize) (at - text));
  if (sentence != NULL)
    return sentence;
  for (const char *c = text; c < at; c++)
    if (!g_ascii_isalnum (*c) && strchr (".!#$%&'*+-/=?^_`{|}~", *c) == NULL)
      return _ ("There is a sign in front of the @ that mail addresses do not have.");
  return explain_domain (at + 1);
}

static const char *
explain_phone (const char *text, const char *region)
{
  char *e164 = NULL;
  WwPhoneStatus status;

  if (g_ascii_strncasecmp (text, "tel:", strlen ("tel:")) == 0)
    text += strlen ("tel:");
  status = ww_phone_parse (text, region, &e164);
  free (e164);
  switch (status)
    {
    case WW_PHONE_NO_REGION:
      return _ ("Type the number with its country code, as in +44 20 7946 0018.");
    case WW_PHONE_SHORT:
      return _ ("This is a short number, which works in one network only. Type the number of your telephone.");
    case WW_PHONE_UNSUITABLE:
      return _ ("This is a service number and not somebody’s own. Type the number of your telephone.");
    case WW_PHONE_NOT_A_NUMBER:
      return _ ("This is neither a mail address, such as ada@example.org, nor a phone number, such as "
                "+44 20 7946 0018.");
    case WW_PHONE_INVALID:
    case WW_PHONE_OK:
      break;
    }
  return _ ("There is no such phone number. Check its digits and its country code.");
}

/* See ww_handle_text_explain(). */
char *
ww_handle_text_explain_in (const char *typed, const char *region)
{
  g_autofree char *handle = ww_handle_text_normalise_in (typed, region);
  g_autofree char *stripped = NULL;
  const char *sentence;

  if (handle != NULL)
    return NULL;
  if (strnlen (typed, MAX_TYPED + 1) > MAX_TYPED)
    return g_strdup (_ ("This is too long for a mail address or a phone number."));
  if (!g_utf8_validate (typed, -1, NULL))
    return g_strdup (_ ("This is not text."));
  stripped = g_strstrip (g_strdup (typed));
  if (*stripped == '\0')
    return g_strdup (_ ("Type a mail address or a phone number."));
  sentence = ww_handle_text_looks_like_mail (stripped) ? explain_mail (stripped) : explain_phone (stripped, region);
  return g_strdup (sentence);
}
