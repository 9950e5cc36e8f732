/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-proxy.h"

#include <libsoup/soup.h>

#include "ww-frame.h"
#include "ww-limits.h"

struct _WwProxy
{
  char *server;
  char *url;
  SoupServer *listener;
  SoupSession *session;
  WwProxyAlter alter;
  gpointer data;
  WwProxyWatch watch;
  gpointer watch_data;
  GPtrArray *pairs; /* of Pair */
};

/* One client's connection and ours to the real server. */
typedef struct
{
  WwProxy *proxy;
  SoupWebsocketConnection *client;
  SoupWebsocketConnection *server; /* NULL until it is there */
  GPtrArray *early;                /* of GBytes, for the server */
} Pair;

static void
pair_free (gpointer data)
{
  Pair *self = data;

  g_signal_handlers_disconnect_by_data (self->client, self);
  if (self->server != NULL)
    g_signal_handlers_disconnect_by_data (self->server, self);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_ptr_array_unref (self->early);
  g_free (self);
}

static void
pass (SoupWebsocketConnection *to, const guint8 *data, gsize len)
{
  if (to != NULL && soup_websocket_connection_get_state (to) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_binary (to, data, len);
}

static void
from_server_cb (SoupWebsocketConnection *server, int type, GBytes *message, gpointer data)
{
  Pair *self = data;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (message, &len);
  Waxwing__Frame *frame;
  guint8 *packed;

  if (self->proxy->alter == NULL)
    {
      pass (self->client, bytes, len);
      return;
    }
  frame = ww_frame_parse (bytes, len);
  g_assert_nonnull (frame);
  self->proxy->alter (frame, self->proxy->data);
  packed = ww_frame_pack (frame, &len);
  pass (self->client, packed, len);
  free (packed);
  waxwing__frame__free_unpacked (frame, NULL);
}

static void
watch (WwProxy *self, const guint8 *bytes, gsize len)
{
  Waxwing__Frame *frame;

  if (self->watch == NULL)
    return;
  frame = ww_frame_parse (bytes, len);
  g_assert_nonnull (frame);
  self->watch (frame, self->watch_data);
  waxwing__frame__free_unpacked (frame, NULL);
}

static void
from_client_cb (SoupWebsocketConnection *client, int type, GBytes *message, gpointer data)
{
  Pair *self = data;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (message, &len);

  watch (self->proxy, bytes, len);
  if (self->server == NULL)
    g_ptr_array_add (self->early, g_bytes_ref (message));
  else
    pass (self->server, bytes, len);
}

static void
close_other (SoupWebsocketConnection *other)
{
  if (other != NULL && soup_websocket_connection_get_state (other) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (other, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  Pair *self = data;

  close_other (connection == self->client ? self->server : self->client);
  g_ptr_array_remove (self->proxy->pairs, self);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  WwProxy *self = ((gpointer *) data)[0];
  Pair *pair = ((gpointer *) data)[1];
  g_autoptr (SoupWebsocketConnection)
      server = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, NULL);

  g_free (data);
  if (server == NULL || !g_ptr_array_find (self->pairs, pair, NULL))
    return;
  pair->server = g_object_ref (server);
  soup_websocket_connection_set_max_incoming_payload_size (server, WW_MAX_FRAME);
  g_signal_connect (server, "message", G_CALLBACK (from_server_cb), pair);
  g_signal_connect (server, "closed", G_CALLBACK (closed_cb), pair);
  for (guint i = 0; i < pair->early->len; i++)
    pass (server, g_bytes_get_data (pair->early->pdata[i], NULL), g_bytes_get_size (pair->early->pdata[i]));
}

/* What the client dialled is what it signs; the real server must see the same. */
static void
websocket_cb (SoupServer *listener, SoupServerMessage *request, const char *path, SoupWebsocketConnection *client,
              gpointer data)
{
  WwProxy *self = data;
  g_autofree char *uri = g_strconcat (self->server, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  Pair *pair = g_new0 (Pair, 1);
  gpointer *closure = g_new0 (gpointer, 2);

  pair->proxy = self;
  pair->client = g_object_ref (client);
  pair->early = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  soup_websocket_connection_set_max_incoming_payload_size (client, WW_MAX_FRAME);
  g_signal_connect (client, "message", G_CALLBACK (from_client_cb), pair);
  g_signal_connect (client, "closed", G_CALLBACK (closed_cb), pair);
  g_ptr_array_add (self->pairs, pair);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Host", self->url + strlen ("http://"));
  closure[0] = self;
  closure[1] = pair;
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, connected_cb,
                                        closure);
}

static void
well_known_cb (SoupServer *listener, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  static const char answer[] = "{\"version\":1,\"server\":\"liar\",\"link\":\"/v1/link\"}";

  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, answer, sizeof answer - 1);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

WwProxy *
ww_proxy_new (const char *server)
{
  WwProxy *self = g_new0 (WwProxy, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  GSList *uris;

  self->server = g_strdup (server);
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->session = soup_session_new ();
  self->listener = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->listener, "/.well-known/waxwing", well_known_cb, self, NULL);
  soup_server_add_websocket_handler (self->listener, "/v1/link", NULL, NULL, websocket_cb, self, NULL);
  soup_server_listen_local (self->listener, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->listener);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
ww_proxy_free (WwProxy *self)
{
  soup_server_disconnect (self->listener);
  soup_session_abort (self->session);
  g_ptr_array_unref (self->pairs);
  g_clear_object (&self->listener);
  g_clear_object (&self->session);
  g_free (self->server);
  g_free (self->url);
  g_free (self);
}

const char *
ww_proxy_get_url (WwProxy *self)
{
  return self->url;
}

void
ww_proxy_set_alter (WwProxy *self, WwProxyAlter alter, gpointer data)
{
  self->alter = alter;
  self->data = data;
}

void
ww_proxy_set_watch (WwProxy *self, WwProxyWatch func, gpointer data)
{
  self->watch = func;
  self->watch_data = data;
}

void
ww_proxy_inject (WwProxy *self, const Waxwing__Event *event)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  guint8 *packed;
  gsize len;

  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = (Waxwing__Event *) event;
  packed = ww_frame_pack (&frame, &len);
  for (guint i = 0; i < self->pairs->len; i++)
    pass (((Pair *) self->pairs->pdata[i])->client, packed, len);
  free (packed);
}
