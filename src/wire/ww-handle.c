/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-handle.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ww-limits.h"

#define MAX_LOCAL_PART 64 /* RFC 5321, section 4.5.3.1.1 */
#define MAX_LABEL      63 /* RFC 1035, section 2.3.4 */
#define MIN_DIGITS     8
#define MAX_DIGITS     15 /* E.164 */

/* No longer input is looked at: the longest handle, with separators and white space around it. */
#define MAX_TYPED (4 * WW_MAX_HANDLE)

/* The locale has no say in these: handles are ASCII. */
static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static char
to_lower (char c)
{
  return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static bool
is_alphanumeric (char c)
{
  return is_digit (c) || (to_lower (c) >= 'a' && to_lower (c) <= 'z');
}

static bool
is_space (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where `text` goes on behind `scheme`, NULL if it begins otherwise. */
static const char *
skip_scheme (const char *text, const char *scheme)
{
  for (; *scheme != '\0'; text++, scheme++)
    if (to_lower (*text) != *scheme)
      return NULL;

  return text;
}

/* The part before the @: a Dot-string of RFC 5321, section 4.1.2. */
static bool
is_local_part (const char *text, size_t len)
{
  if (len == 0 || len > MAX_LOCAL_PART || text[0] == '.' || text[len - 1] == '.')
    return false;

  for (size_t i = 0; i < len; i++)
    {
      if (text[i] == '.' ? text[i - 1] == '.'
                         : !is_alphanumeric (text[i]) && strchr ("!#$%&'*+-/=?^_`{|}~", text[i]) == NULL)
        return false;
    }

  return true;
}

static bool
is_label (const char *text, size_t len)
{
  if (len == 0 || len > MAX_LABEL || text[0] == '-' || text[len - 1] == '-')
    return false;

  for (size_t i = 0; i < len; i++)
    if (!is_alphanumeric (text[i]) && text[i] != '-')
      return false;

  return true;
}

/* A host name of RFC 5321; the last label is not a number, which would make it an address. */
static bool
is_domain (const char *text, size_t len)
{
  const char *last = text;
  bool has_letter = false;

  for (size_t start = 0; start <= len;)
    {
      const char *dot = memchr (text + start, '.', len - start);
      size_t end = dot != NULL ? (size_t) (dot - text) : len;

      if (!is_label (text + start, end - start))
        return false;
      last = text + start;
      start = end + 1;
    }
  for (; last < text + len; last++)
    has_letter = has_letter || !is_digit (*last);

  return has_letter;
}

static char *
normalise_mail (const char *address, size_t len)
{
  const char *at = memchr (address, '@', len);
  char *out;
  size_t prefix = strlen ("mailto:");

  if (at == NULL || prefix + len > WW_MAX_HANDLE || !is_local_part (address, (size_t) (at - address)) ||
      !is_domain (at + 1, len - (size_t) (at + 1 - address)))
    return NULL;

  out = calloc (prefix + len + 1, 1);
  if (out == NULL)
    return NULL;
  memcpy (out, "mailto:", prefix);
  for (size_t i = 0; i < len; i++)
    out[prefix + i] = to_lower (address[i]);

  return out;
}

static char *
normalise_phone (const char *number, size_t len)
{
  char digits[MAX_DIGITS + 1] = { 0 };
  size_t n = 0;
  char *out;

  if (len == 0 || number[0] != '+')
    return NULL;

  for (size_t i = 1; i < len; i++)
    {
      if (is_digit (number[i]))
        {
          if (n == MAX_DIGITS)
            return NULL;
          digits[n++] = number[i];
        }
      else if (strchr (" -.()", number[i]) == NULL)
        {
          return NULL;
        }
    }
  /* No country code begins with 0. */
  if (n < MIN_DIGITS || digits[0] == '0')
    return NULL;

  out = calloc (strlen ("tel:+") + n + 1, 1);
  if (out == NULL)
    return NULL;
  memcpy (out, "tel:+", strlen ("tel:+"));
  memcpy (out + strlen ("tel:+"), digits, n);

  return out;
}

/*
 * ww_handle_normalise:
 * @typed: what a person typed, or what came from anywhere
 * @out: (out) (transfer full): the one form of this handle, NULL if it isn't one; free()
 *
 * What a handle is and how it is written stands in docs/protocol.md, "Handles".
 * An address stands in the handle as it is, not percent-encoded as in a URI.
 */
WwHandleKind
ww_handle_normalise (const char *typed, char **out)
{
  size_t len = strnlen (typed, MAX_TYPED + 1);
  const char *end = typed + len;
  const char *mail, *phone;

  *out = NULL;
  if (len > MAX_TYPED)
    return WW_HANDLE_INVALID;

  while (typed < end && is_space (*typed))
    typed++;
  while (end > typed && is_space (end[-1]))
    end--;

  mail = skip_scheme (typed, "mailto:");
  phone = skip_scheme (typed, "tel:");
  if (mail == NULL && phone == NULL)
    {
      /* No address begins with what the other kind needs: a number holds no @. */
      if (memchr (typed, '@', (size_t) (end - typed)) != NULL)
        mail = typed;
      else
        phone = typed;
    }

  if (mail != NULL && mail <= end)
    *out = normalise_mail (mail, (size_t) (end - mail));
  else if (phone != NULL && phone <= end)
    *out = normalise_phone (phone, (size_t) (end - phone));
  if (*out == NULL)
    return WW_HANDLE_INVALID;

  return mail != NULL ? WW_HANDLE_MAIL : WW_HANDLE_PHONE;
}

/* The kind of a handle that is already exactly what ww_handle_normalise() returns, else WW_HANDLE_INVALID. */
WwHandleKind
ww_handle_kind (const char *handle)
{
  char *normalised = NULL;
  WwHandleKind kind = ww_handle_normalise (handle, &normalised);

  if (kind != WW_HANDLE_INVALID && strcmp (handle, normalised) != 0)
    kind = WW_HANDLE_INVALID;
  free (normalised);

  return kind;
}

/* Without its scheme, for people: points into @handle. */
const char *
ww_handle_for_people (const char *handle)
{
  const char *rest = skip_scheme (handle, "mailto:");

  if (rest == NULL)
    rest = skip_scheme (handle, "tel:");

  return rest != NULL ? rest : handle;
}
