/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-uri"

#include "ww-uri.h"

#include <string.h>

/* Whatever a link carries ends up in a text entry; more than this is no handle and no server. */
#define ARGUMENT_MAX 512

static char *
dup_argument (GUri *uri, const char *name)
{
  g_autoptr (GHashTable) query = NULL;
  const char *value;

  if (g_uri_get_query (uri) == NULL)
    return NULL;
  query = g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_NONE, NULL);
  value = query != NULL ? g_hash_table_lookup (query, name) : NULL;
  if (value == NULL || *value == '\0' || strlen (value) > ARGUMENT_MAX)
    return NULL;
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return NULL;
  return g_strdup (value);
}

/**
 * ww_uri_parse:
 * @argument: (out) (transfer full) (nullable): the handle, the address of a server, or the safety number, as it stands in
 *   the link
 *
 * A link comes from anywhere, so all it can do is to fill in an entry that a person then looks at.
 *
 * Returns: what the link asks for; %WW_URI_INVALID leaves @argument %NULL
 */
WwUriKind
ww_uri_parse (const char *uri, char **argument)
{
  g_autoptr (GUri) parsed = NULL;

  *argument = NULL;
  if (!g_utf8_validate (uri, -1, NULL))
    return WW_URI_INVALID;
  parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, NULL);
  if (parsed == NULL || !g_str_equal (g_uri_get_scheme (parsed), "waxwing"))
    return WW_URI_INVALID;

  if (g_str_equal (g_uri_get_path (parsed), "message"))
    {
      *argument = dup_argument (parsed, "to");
      return *argument != NULL ? WW_URI_MESSAGE : WW_URI_INVALID;
    }
  if (g_str_equal (g_uri_get_path (parsed), "server"))
    {
      *argument = dup_argument (parsed, "url");
      return *argument != NULL ? WW_URI_SERVER : WW_URI_INVALID;
    }
  if (g_str_equal (g_uri_get_path (parsed), "verify"))
    {
      *argument = dup_argument (parsed, "number");
      return *argument != NULL ? WW_URI_VERIFY : WW_URI_INVALID;
    }
  return WW_URI_INVALID;
}
