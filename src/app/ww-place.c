/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-place"

#include "ww-place.h"

#include <math.h>
#include <string.h>

static const char *
skip_space (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return text;
}

/* A number with a full stop, whatever the locale; what no number is, is refused, and so is what strtod calls one. */
static gboolean
read_degrees (const char **text, double limit, double *degrees)
{
  const char *start = skip_space (*text);
  char *end = NULL;

  if (!g_ascii_isdigit (*start) && *start != '-' && *start != '+')
    return FALSE;
  *degrees = g_ascii_strtod (start, &end);
  if (end == start || !isfinite (*degrees) || fabs (*degrees) > limit)
    return FALSE;
  /* No hexadecimal, no powers. */
  for (const char *p = start; p < end; p++)
    if (!g_ascii_isdigit (*p) && strchr (".+-", *p) == NULL)
      return FALSE;
  if (g_str_has_prefix (end, "\xc2\xb0"))
    end += 2;
  *text = skip_space (end);
  return TRUE;
}

/**
 * ww_place_parse:
 * @text: “48.8583, 2.2945”, with a comma, a semicolon or a space between; or a geo: address (RFC 5870)
 *
 * Returns: whether it is a place
 */
gboolean
ww_place_parse (const char *text, double *latitude, double *longitude)
{
  gboolean uri = g_ascii_strncasecmp (skip_space (text), "geo:", 4) == 0;
  const char *rest = uri ? skip_space (text) + 4 : text;
  const char *before;

  if (!read_degrees (&rest, 90, latitude))
    return FALSE;
  before = rest;
  if (*rest == ',' || *rest == ';')
    rest++;
  else if (rest == text || !g_ascii_isspace (before[-1]))
    return FALSE;
  if (!read_degrees (&rest, 180, longitude))
    return FALSE;
  return *rest == '\0' || (uri && strchr (",;?", *rest) != NULL);
}

/* As it is shown, to about ten metres. */
char *
ww_place_format (double latitude, double longitude)
{
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (north, sizeof north, "%.4f", latitude);
  g_ascii_formatd (east, sizeof east, "%.4f", longitude);
  return g_strdup_printf ("%s, %s", north, east);
}

/**
 * ww_place_to_uri:
 *
 * Returns: (transfer full): the geo: address (RFC 5870)
 */
char *
ww_place_to_uri (double latitude, double longitude)
{
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (north, sizeof north, "%.6f", latitude);
  g_ascii_formatd (east, sizeof east, "%.6f", longitude);
  return g_strdup_printf ("geo:%s,%s", north, east);
}
