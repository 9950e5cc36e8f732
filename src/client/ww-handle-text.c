/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handle-text"

#include "ww-handle-text-private.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "ww-handle.h"
#include "ww-limits.h"
#include "ww-phone.h"

/* No longer input is looked at. */
#define MAX_TYPED (4 * WW_MAX_HANDLE)

#define TEL    "tel:"
#define MAILTO "mailto:"

static char *
dup_country (const char *text, gsize len)
{
  return len == 2 && g_ascii_isalpha (text[0]) && g_ascii_isalpha (text[1]) ? g_ascii_strup (text, 2) : NULL;
}

/* "de_AT.UTF-8@euro" → "AT". */
static char *
dup_territory (const char *locale)
{
  const char *underscore = locale != NULL ? strchr (locale, '_') : NULL;

  return underscore != NULL ? dup_country (underscore + 1, strcspn (underscore + 1, ".@")) : NULL;
}

/* `address_country` is what LC_ADDRESS says, the others are names of locales; all nullable. */
char *
ww_handle_text_find_region (const char *address_country, const char *messages, const char *ctype)
{
  char *region = address_country != NULL ? dup_country (address_country, strlen (address_country)) : NULL;

  if (region == NULL)
    region = dup_territory (messages);
  if (region == NULL)
    region = dup_territory (ctype);
  return region;
}

char *
ww_handle_text_dup_region (void)
{
  return ww_handle_text_find_region (nl_langinfo (_NL_ADDRESS_COUNTRY_AB2), setlocale (LC_MESSAGES, NULL),
                                     setlocale (LC_CTYPE, NULL));
}

gboolean
ww_handle_text_looks_like_mail (const char *typed)
{
  g_autofree char *stripped = g_strstrip (g_strndup (typed, MAX_TYPED));

  return g_ascii_strncasecmp (stripped, MAILTO, strlen (MAILTO)) == 0 ||
         (g_ascii_strncasecmp (stripped, TEL, strlen (TEL)) != 0 && strchr (stripped, '@') != NULL);
}

/* What wire/ says of it, in memory of GLib's. */
static char *
judge (const char *text)
{
  char *handle = NULL;
  char *copy;

  if (ww_handle_normalise (text, &handle) == WW_HANDLE_INVALID)
    return NULL;
  copy = g_strdup (handle);
  free (handle);
  return copy;
}

/* Numbers go through the number plans first; the form of what comes out is judged like everything else. */
char *
ww_handle_text_normalise_in (const char *typed, const char *region)
{
  g_autofree char *stripped = NULL, *handle = NULL;
  char *e164 = NULL;
  const char *number;

  if (strnlen (typed, MAX_TYPED + 1) > MAX_TYPED)
    return NULL;
  if (ww_handle_text_looks_like_mail (typed))
    return judge (typed);
  stripped = g_strstrip (g_strdup (typed));
  number = g_ascii_strncasecmp (stripped, TEL, strlen (TEL)) == 0 ? stripped + strlen (TEL) : stripped;
  if (ww_phone_parse (number, region, &e164) != WW_PHONE_OK)
    return NULL;
  handle = g_strconcat (TEL, e164, NULL);
  free (e164);
  return judge (handle);
}

/**
 * ww_handle_text_normalise:
 * @typed: what a person typed so far; numbers of the person's own country also in national form
 *
 * Returns: (transfer full) (nullable): the handle that it is, or %NULL when it is none (yet)
 */
char *
ww_handle_text_normalise (const char *typed)
{
  g_autofree char *region = ww_handle_text_dup_region ();

  return ww_handle_text_normalise_in (typed, region);
}

/**
 * ww_handle_text_for_people:
 * @handle: a handle, normalised or not
 *
 * Returns: (transfer none): it without its scheme; points into @handle
 */
const char *
ww_handle_text_for_people (const char *handle)
{
  return ww_handle_for_people (handle);
}

/**
 * ww_handle_text_is_phone:
 * @handle: a normalised handle
 */
gboolean
ww_handle_text_is_phone (const char *handle)
{
  return ww_handle_kind (handle) == WW_HANDLE_PHONE;
}

char *
ww_handle_text_for_display_in (const char *handle, const char *region)
{
  char *formatted, *copy;

  if (!ww_handle_text_is_phone (handle))
    return g_strdup (ww_handle_for_people (handle));
  formatted = ww_phone_format (ww_handle_for_people (handle), region);
  copy = g_strdup (formatted != NULL ? formatted : ww_handle_for_people (handle));
  free (formatted);
  return copy;
}

/**
 * ww_handle_text_for_display:
 * @handle: a normalised handle
 *
 * Returns: (transfer full): for headings and rows: an address as it is; a number of the person's own country in national
 *   form, others in international form
 */
char *
ww_handle_text_for_display (const char *handle)
{
  g_autofree char *region = ww_handle_text_dup_region ();

  return ww_handle_text_for_display_in (handle, region);
}

/**
 * ww_handle_text_international:
 * @handle: a normalised handle
 *
 * Returns: (transfer full): as ww_handle_text_for_display(), but a number in international form, whatever the region: it
 *   says which country a number in national form was taken for
 */
char *
ww_handle_text_international (const char *handle)
{
  return ww_handle_text_for_display_in (handle, NULL);
}

/**
 * ww_handle_text_explain:
 * @typed: what a person typed
 *
 * Returns: (transfer full) (nullable): why it is no handle, as a sentence for people; %NULL when it is one
 */
char *
ww_handle_text_explain (const char *typed)
{
  g_autofree char *region = ww_handle_text_dup_region ();

  return ww_handle_text_explain_in (typed, region);
}
