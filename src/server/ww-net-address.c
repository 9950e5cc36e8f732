/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-net-address.h"

#include <string.h>

#include <gio/gio.h>

static bool
parse_port (const char *text, uint16_t *out)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &port, NULL))
    return false;
  *out = (uint16_t) port;
  return true;
}

/* ADDRESS:PORT, with brackets around an IPv6 address. */
bool
ww_net_address_parse (const char *text, WwNetAddress *out)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (colon == NULL || colon == text)
    return false;
  if (text[0] == '[' && colon[-1] == ']')
    host = g_strndup (text + 1, (gsize) (colon - text) - 2);
  else
    host = g_strndup (text, (gsize) (colon - text));
  if (strcmp (host, "localhost") == 0)
    {
      g_free (host);
      host = g_strdup ("127.0.0.1");
    }
  address = g_inet_address_new_from_string (host);
  if (address == NULL || !parse_port (colon + 1, &out->port))
    return false;
  g_free (host);
  host = g_inet_address_to_string (address);
  return g_strlcpy (out->host, host, sizeof out->host) < sizeof out->host;
}

/* ADDRESS:PORT. */
char *
ww_net_address_to_string (const WwNetAddress *self)
{
  return g_strdup_printf (strchr (self->host, ':') != NULL ? "[%s]:%u" : "%s:%u", self->host, self->port);
}

/* Whether only this machine can reach it. */
bool
ww_net_address_is_loopback (const WwNetAddress *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

/* Whether it stands for all addresses of the machine. */
bool
ww_net_address_is_any (const WwNetAddress *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->host);

  return address != NULL && g_inet_address_get_is_any (address);
}

/* See the header. Ports 80 and 443 are left out: which of them is meant, the scheme says to both sides. */
char *
ww_net_normalise_authority (const char *authority)
{
  char *result;

  if (authority == NULL || authority[0] == '\0' || strpbrk (authority, "/@ \t\r\n") != NULL)
    return NULL;
  result = g_ascii_strdown (authority, -1);
  if (g_str_has_suffix (result, ":80"))
    result[strlen (result) - 3] = '\0';
  else if (g_str_has_suffix (result, ":443"))
    result[strlen (result) - 4] = '\0';
  return result;
}

/* See the header. */
char *
ww_net_client_key (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  const guint8 *bytes;

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return g_strdup (address);
  bytes = g_inet_address_to_bytes (parsed);
  /* ::ffff:a.b.c.d is an IPv4 client on a socket for both. */
  if (memcmp (bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0)
    return g_strdup_printf ("%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
  return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
                          bytes[5], bytes[6], bytes[7]);
}
