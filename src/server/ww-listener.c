/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-listener.h"

#include <string.h>

#include <libwebsockets.h>

#include "ww-connection.h"
#include "ww-http.h"
#include "ww-log.h"
#include "ww-presence.h"
#include "ww-request.h"
#include "ww-transfer.h"

#define LINK_PATH      "/v1/link"
#define RX_BUFFER      2048  /* of each link, as long as it lives */
#define SERVICE_BUFFER 16384 /* of the thread */
#define MAX_PATH       256
#define MAX_POST_BODY  4096
/* Without a sign of life. A device that nobody looks at gives one every 240 s, so that neither side wakes more often. */
#define PING_S         300
#define HANG_UP_S      330
#define DESTROY_TURNS  10000

struct _WwListener
{
  WwServices *services;
  struct lws_context *context;
  struct lws_vhost *people;
  struct lws_vhost *administration;
  lws_retry_bo_t idle_policy;
  uv_async_t closer;
  bool closer_closed;
  GQueue closing; /* of WwConnection */
};

/* What libwebsockets keeps for each socket. */
typedef struct
{
  WwConnection *link;
  WwHttp *http;
  WwTransfer *transfer; /* of an attachment, instead of `http` */
} Session;

static WwListener *
find_listener (struct lws *wsi)
{
  return lws_context_user (lws_get_context (wsi));
}

static bool
copy_header (struct lws *wsi, enum lws_token_indexes token, char *out, size_t size)
{
  return lws_hdr_copy (wsi, out, (int) size, token) > 0;
}

/* --- Links --------------------------------------------------------------------------------- */

/* Whose connection this is. Behind a proxy of ours, the proxy says so in the last place of the list. */
static char *
find_client (WwListener *self, struct lws *wsi)
{
  char text[512] = "";
  char *last;

  if (self->services->config->behind_proxy && copy_header (wsi, WSI_TOKEN_X_FORWARDED_FOR, text, sizeof text))
    {
      last = strrchr (text, ',');
      return ww_net_client_key (g_strstrip (last != NULL ? last + 1 : text));
    }
  lws_get_peer_simple (wsi, text, sizeof text);
  return ww_net_client_key (text);
}

/* Whether this WebSocket may be opened at all; a refusal here costs no more than a page. */
static bool
accept_link (WwListener *self, struct lws *wsi)
{
  char path[MAX_PATH];
  g_autofree char *client = NULL;

  if (self->services->stopping || lws_get_vhost (wsi) != self->people)
    return false;
  if (!copy_header (wsi, WSI_TOKEN_GET_URI, path, sizeof path) || strcmp (path, LINK_PATH) != 0)
    return false;
  client = find_client (self, wsi);
  if (ww_presence_has_room (self->services->presence, self->services->config, client))
    return true;
  ww_log_bounded (WW_LOG_WARNING, "connections", "too many connections; refused one");
  return false;
}

static int
open_link (WwListener *self, struct lws *wsi, Session *session)
{
  char host[300] = "";
  g_autofree char *authority = NULL;
  g_autofree char *client = find_client (self, wsi);

  copy_header (wsi, WSI_TOKEN_HOST, host, sizeof host);
  authority = ww_net_normalise_authority (host);
  session->link = ww_connection_new (self->services, wsi, client, authority);
  if (!ww_presence_add (self->services->presence, session->link))
    return -1;
  ww_request_greet (session->link);
  return 0;
}

static int
close_link (struct lws *wsi, const WwConnection *link)
{
  lws_close_reason (wsi, (enum lws_close_status) link->close_status, NULL, 0);
  return -1;
}

static int
receive (struct lws *wsi, WwConnection *link, const uint8_t *data, size_t len)
{
  bool last = lws_is_final_fragment (wsi) && lws_remaining_packet_payload (wsi) == 0;

  if (!lws_frame_is_binary (wsi))
    {
      link->close_status = WW_CLOSE_PROTOCOL_ERROR;
      return close_link (wsi, link);
    }
  return ww_connection_receive (link, data, len, last) ? 0 : close_link (wsi, link);
}

static int
link_cb (struct lws *wsi, enum lws_callback_reasons reason, Session *session, void *in, size_t len)
{
  switch ((int) reason)
    {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      return accept_link (find_listener (wsi), wsi) ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
      return open_link (find_listener (wsi), wsi, session);
    case LWS_CALLBACK_RECEIVE:
      return receive (wsi, session->link, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return ww_connection_write (session->link) ? 0 : -1;
    case LWS_CALLBACK_CLOSED:
      g_clear_pointer (&session->link, ww_connection_closed);
      return 0;
    default:
      return 0;
    }
}

/*
 * A link that is closed from a write callback gets no close frame: the library takes that for a broken socket.
 * So links are closed from here, out of the loop itself.
 */
static void
closer_cb (uv_async_t *handle)
{
  WwListener *self = handle->data;
  WwConnection *link;

  while ((link = g_queue_pop_head (&self->closing)) != NULL)
    {
      if (link->wsi != NULL)
        {
          lws_close_reason (link->wsi, (enum lws_close_status) link->close_status, NULL, 0);
          lws_set_timeout (link->wsi, NO_PENDING_TIMEOUT, LWS_TO_KILL_SYNC);
        }
      ww_connection_unref (link);
    }
}

static void
closer_closed_cb (uv_handle_t *handle)
{
  WwListener *self = handle->data;

  self->closer_closed = true;
}

/* See the header. */
void
ww_listener_close_link (WwListener *self, WwConnection *link)
{
  g_queue_push_tail (&self->closing, ww_connection_ref (link));
  uv_async_send (&self->closer);
}

/* --- HTTP ---------------------------------------------------------------------------------- */

static void
handle (WwListener *self, WwHttp *http)
{
  if (strcmp (http->path, WW_INBOUND_PATH) == 0)
    ww_inbound_handle (http);
  else if (lws_get_vhost (http->wsi) == self->administration)
    ww_administration_handle (http);
  else
    ww_pages_handle (http);
}

/* The request before this one, on the same socket. */
static void
forget_http (Session *session)
{
  g_clear_pointer (&session->http, ww_http_closed);
  g_clear_pointer (&session->transfer, ww_transfer_closed);
}

static int
begin_http (WwListener *self, struct lws *wsi, Session *session, const char *path)
{
  forget_http (session);
  if (lws_get_vhost (wsi) == self->people && ww_transfer_is_for (path))
    {
      session->transfer = ww_transfer_new (self->services->attachments, wsi, path, find_client (self, wsi));
      return 0;
    }
  session->http = ww_http_new (self->services, wsi, path);
  /* A POST is handled when it is complete. */
  if (session->http->method != WW_HTTP_POST)
    handle (self, session->http);
  else if (lws_hdr_total_length (wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
    ww_http_answer (session->http, HTTP_STATUS_LENGTH_REQUIRED, "text/plain; charset=utf-8",
                    g_strdup ("A POST has to say how long it is (Content-Length).\n"));
  return 0;
}

static int
http_cb (struct lws *wsi, enum lws_callback_reasons reason, Session *session, void *in, size_t len)
{
  switch ((int) reason)
    {
    case LWS_CALLBACK_HTTP:
      return begin_http (find_listener (wsi), wsi, session, in);
    case LWS_CALLBACK_HTTP_BODY:
      if (session->transfer != NULL)
        return ww_transfer_receive (session->transfer, in, len);
      if (session->http->received->len + len > MAX_POST_BODY)
        return -1;
      g_string_append_len (session->http->received, in, (gssize) len);
      return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      if (session->transfer != NULL)
        ww_transfer_received_all (session->transfer);
      else
        handle (find_listener (wsi), session->http);
      return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
      if (session->transfer != NULL)
        return ww_transfer_write (session->transfer);
      return session->http != NULL ? ww_http_write (session->http) : 0;
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
      if (session != NULL)
        forget_http (session);
      return 0;
    default:
      return 0;
    }
}

static int
protocol_cb (struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  switch ((int) reason)
    {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLOSED:
      return link_cb (wsi, reason, user, in, len);
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
      return http_cb (wsi, reason, user, in, len);
    default:
      return lws_callback_http_dummy (wsi, reason, user, in, len);
    }
}

static const struct lws_protocols protocols[] = {
  { "waxwing", protocol_cb, sizeof (Session), RX_BUFFER, 0, NULL, 0 },
  LWS_PROTOCOL_LIST_TERM,
};

/* --- The library --------------------------------------------------------------------------- */

static void
log_cb (int level, const char *line)
{
  ww_log_bounded (level == LLL_ERR ? WW_LOG_ERROR : WW_LOG_WARNING, "libwebsockets", "%.200s", line);
}

static struct lws_vhost *
add_vhost (WwListener *self, const char *name, const WwNetAddress *address, bool with_tls)
{
  const WwConfig *config = self->services->config;
  struct lws_context_creation_info info = { 0 };

  info.vhost_name = name;
  info.port = address->port;
  info.iface = ww_net_address_is_any (address) ? NULL : address->host;
  info.protocols = protocols;
  info.retry_and_idle_policy = &self->idle_policy;
  info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  if (strchr (address->host, ':') == NULL)
    info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  if (with_tls)
    {
      info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
      info.ssl_cert_filepath = config->tls_certificate;
      info.ssl_private_key_filepath = config->tls_key;
      info.alpn = "http/1.1";
      info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1;
    }
  return lws_create_vhost (self->context, &info);
}

static struct lws_context *
create_context (WwListener *self)
{
  struct lws_context_creation_info info = { 0 };
  void *loops[1] = { self->services->loop };

  lws_set_log_level (LLL_ERR | LLL_WARN, log_cb);
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  if (self->services->config->tls_certificate != NULL)
    info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.foreign_loops = loops;
  info.pt_serv_buf_size = SERVICE_BUFFER;
  info.user = self;
  info.pcontext = &self->context;
  info.timeout_secs = 15;
  info.keepalive_timeout = 30;
  info.server_string = "waxwing";
  return lws_create_context (&info);
}

/* Listens at the addresses of the configuration. NULL with a sentence in `error`, to be freed by the caller. */
WwListener *
ww_listener_new (WwServices *services, char **error)
{
  WwListener *self = g_new0 (WwListener, 1);
  const WwConfig *config = services->config;
  g_autofree char *address = NULL;

  self->services = services;
  self->idle_policy.secs_since_valid_ping = PING_S;
  self->idle_policy.secs_since_valid_hangup = HANG_UP_S;
  g_queue_init (&self->closing);
  uv_async_init (services->loop, &self->closer, closer_cb);
  self->closer.data = self;
  self->context = create_context (self);
  if (self->context == NULL)
    {
      *error = g_strdup ("cannot start libwebsockets");
      ww_listener_free (self);
      return NULL;
    }
  self->people = add_vhost (self, "people", &config->listen, config->tls_certificate != NULL);
  if (self->people != NULL)
    self->administration = add_vhost (self, "administration", &config->administration, false);
  if (self->administration != NULL)
    return self;

  address = ww_net_address_to_string (self->people == NULL ? &config->listen : &config->administration);
  *error = g_strdup_printf ("cannot listen at %s", address);
  ww_listener_free (self);
  return NULL;
}

/* See the header. */
void
ww_listener_free (WwListener *self)
{
  struct lws_context *context = self->context;

  if (context != NULL)
    lws_context_destroy (context);
  /* The library closes its handles on the loop, and clears the pointer when it has done so. */
  for (unsigned i = 0; self->context != NULL && i < DESTROY_TURNS; i++)
    {
      uv_run (self->services->loop, UV_RUN_NOWAIT);
      lws_context_destroy (context);
    }
  uv_close ((uv_handle_t *) &self->closer, closer_closed_cb);
  while (!self->closer_closed)
    uv_run (self->services->loop, UV_RUN_NOWAIT);
  g_queue_clear_full (&self->closing, (GDestroyNotify) ww_connection_unref);
  g_free (self);
}

/* See the header. */
void
ww_listener_get_addresses (WwListener *self, WwNetAddress *listen, WwNetAddress *administration)
{
  *listen = self->services->config->listen;
  listen->port = (uint16_t) lws_get_vhost_listen_port (self->people);
  *administration = self->services->config->administration;
  administration->port = (uint16_t) lws_get_vhost_listen_port (self->administration);
}

/* New links use the new certificate; those that are open keep theirs. */
bool
ww_listener_reload_certificate (WwListener *self)
{
  const WwConfig *config = self->services->config;

  if (config->tls_certificate == NULL)
    return true;
  /* The library says nothing when it could not use the files. */
  if (!ww_config_check_certificate (config))
    return false;
  return lws_tls_cert_updated (self->context, config->tls_certificate, config->tls_key, NULL, 0, NULL, 0) == 0;
}
