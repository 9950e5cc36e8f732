/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-server-address"

#include "ww-server-address.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "ww-error.h"
#include "ww-http.h"
#include "ww-limits.h"

#define WELL_KNOWN    "/.well-known/waxwing"
#define MAX_ANSWER    4096
#define CHECK_SECONDS 20

static gboolean
host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
refuse (GError **error, const char *typed)
{
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
               _ ("“%s” is not the address of a server. Type its name, such as example.org."), typed);
  return FALSE;
}

static gboolean
check_scheme (const char *scheme, const char *host, const char *typed, GError **error)
{
  if (g_str_equal (scheme, "https"))
    return TRUE;
  if (!g_str_equal (scheme, "http"))
    return refuse (error, typed);
  if (host_is_loopback (host))
    return TRUE;
  g_set_error (error, WW_ERROR, WW_ERROR_INSECURE_SERVER,
               _ ("The connection to “%s” would not be encrypted. Use an address that begins with https://."), host);
  return FALSE;
}

/* What a person types: a domain, host:port, or an origin. Without a scheme it is https. */
static GUri *
parse (const char *typed, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (typed));
  g_autofree char *text = strstr (stripped, "://") != NULL ? g_strdup (stripped)
                                                           : g_strconcat ("https://", stripped, NULL);
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *path, *host;

  if (uri == NULL || (host = g_uri_get_host (uri)) == NULL || *host == '\0' || strlen (host) > 253 ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      g_uri_get_port (uri) == 0)
    {
      refuse (error, typed);
      return NULL;
    }
  path = g_uri_get_path (uri);
  if (*path != '\0' && !g_str_equal (path, "/"))
    {
      refuse (error, typed);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

/**
 * ww_server_address_normalise:
 * @typed: what a person typed
 *
 * Returns: (transfer full) (nullable): the origin, lower case, without the scheme's own port. WW_ERROR_INVALID_ARGUMENT,
 *   or WW_ERROR_INSECURE_SERVER for plain HTTP to other than loopback
 */
char *
ww_server_address_normalise (const char *typed, GError **error)
{
  g_autoptr (GUri) uri = parse (typed, error);
  g_autofree char *scheme = NULL, *host = NULL;
  gboolean is_default;

  if (uri == NULL)
    return NULL;
  scheme = g_ascii_strdown (g_uri_get_scheme (uri), -1);
  host = g_hostname_to_ascii (g_uri_get_host (uri));
  if (host == NULL)
    {
      refuse (error, typed);
      return NULL;
    }
  if (!check_scheme (scheme, host, typed, error))
    return NULL;
  is_default = g_uri_get_port (uri) == (g_str_equal (scheme, "https") ? 443 : 80);
  return g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, host, is_default ? -1 : g_uri_get_port (uri), "", NULL, NULL);
}

/* What follows the scheme of a normalised address is exactly what the Host header says. */
char *
ww_server_address_dup_authority (const char *address)
{
  const char *separator = strstr (address, "://");

  return g_strdup (separator != NULL ? separator + 3 : address);
}

char *
ww_server_address_dup_uri (const char *address, const char *path)
{
  return g_strconcat (address, path, NULL);
}

typedef struct
{
  char *address;
  GCancellable *cancellable;
} Check;

static void
check_free (gpointer data)
{
  Check *self = data;

  g_free (self->address);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* At most MAX_ANSWER bytes of what the server answers; NULL with an error when there is more. */
static char *
read_answer (GInputStream *stream, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len <= MAX_ANSWER)
    {
      g_autoptr (GBytes)
          bytes = dex_await_boxed (dex_input_stream_read_bytes (stream, MAX_ANSWER + 1, G_PRIORITY_DEFAULT), error);

      if (bytes == NULL)
        return NULL;
      if (g_bytes_get_size (bytes) == 0)
        return g_string_free (g_steal_pointer (&text), FALSE);
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "The answer is too large");
  return NULL;
}

static const char *
string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

G_DEFINE_BOXED_TYPE (WwServerAnswer, ww_server_answer, ww_server_answer_copy, ww_server_answer_free)

WwServerAnswer *
ww_server_answer_copy (const WwServerAnswer *self)
{
  WwServerAnswer *copy = g_new0 (WwServerAnswer, 1);

  copy->name = g_strdup (self->name);
  copy->verifies = g_strdupv (self->verifies);
  return copy;
}

void
ww_server_answer_free (WwServerAnswer *self)
{
  g_free (self->name);
  g_strfreev (self->verifies);
  g_free (self);
}

/* What is no short text is left out, and a list that is too long is cut: newer servers may know more than we do. */
static GStrv
parse_verifies (JsonObject *object)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, "verifies");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? MIN (json_array_get_length (array), WW_MAX_VERIFIES) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (json_node_get_value_type (element) == G_TYPE_STRING && strlen (json_node_get_string (element)) <= WW_MAX_CODE)
        g_strv_builder_add (builder, json_node_get_string (element));
    }
  return g_strv_builder_end (builder);
}

/**
 * ww_server_answer_parse:
 * @text: JSON, from outside
 *
 * Returns: (transfer full) (nullable): %NULL when it is not the answer of a Waxwing server of this version
 */
WwServerAnswer *
ww_server_answer_parse (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root, *version;
  JsonObject *object;
  WwServerAnswer *answer;
  const char *server;

  if (!g_utf8_validate (text, -1, NULL) || !json_parser_load_from_data (parser, text, -1, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  version = json_object_get_member (object, "version");
  if (version == NULL || json_node_get_value_type (version) != G_TYPE_INT64 || json_node_get_int (version) != 1 ||
      g_strcmp0 (string_member (object, "link"), "/v1/link") != 0)
    return NULL;
  server = string_member (object, "server");
  if (server == NULL || *server == '\0' || strlen (server) > WW_MAX_SERVER_NAME)
    return NULL;
  answer = g_new0 (WwServerAnswer, 1);
  answer->name = g_strdup (server);
  answer->verifies = parse_verifies (object);
  return answer;
}

static DexFuture *
offline (const char *address, const GError *error)
{
  g_debug ("%s: %s", address, error->message);
  return dex_future_new_reject (WW_ERROR, WW_ERROR_OFFLINE,
                                _ ("No server answers at “%s”. Check the address and your connection."), address);
}

static DexFuture *
check_fiber (gpointer data)
{
  Check *self = data;
  g_autofree char *uri = ww_server_address_dup_uri (self->address, WELL_KNOWN);
  g_autoptr (SoupSession) session = soup_session_new_with_options ("timeout", CHECK_SECONDS, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (WwServerAnswer) answer = NULL;

  /* A redirect could lead to where nobody wanted to go: the domain itself answers. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  stream = dex_await_object (ww_http_send (session, message, G_PRIORITY_DEFAULT, self->cancellable), &error);
  if (stream == NULL)
    return offline (self->address, error);
  if (soup_message_get_status (message) == SOUP_STATUS_OK)
    text = read_answer (stream, &error);
  answer = text != NULL ? ww_server_answer_parse (text) : NULL;
  if (answer == NULL)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_PROTOCOL, _ ("“%s” is not a Waxwing server."), self->address);
  return dex_future_new_take_boxed (WW_TYPE_SERVER_ANSWER, g_steal_pointer (&answer));
}

/**
 * ww_server_address_check:
 * @address: a normalised address
 * @cancellable: (nullable): a #GCancellable
 *
 * Asks who is there, with GET /.well-known/waxwing.
 *
 * Returns: (transfer full): a future of a #WwServerAnswer; WW_ERROR_OFFLINE when nothing answers, WW_ERROR_PROTOCOL when
 *   something else than Waxwing does
 */
DexFuture *
ww_server_address_check (const char *address, GCancellable *cancellable)
{
  Check *check = g_new0 (Check, 1);

  check->address = g_strdup (address);
  g_set_object (&check->cancellable, cancellable);
  return dex_scheduler_spawn (NULL, 0, check_fiber, check, check_free);
}
