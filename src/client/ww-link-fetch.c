/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-link-fetch"

#include "ww-link-fetch-private.h"

#include <libsoup/soup.h>
#include <string.h>

#include "ww-error-private.h"
#include "ww-http.h"
#include "ww-limits.h"
#include "ww-link-page.h"
#include "ww-media-picture.h"
#include "ww-message-media.h"
#include "ww-public-address.h"

#define LIMIT_MS      8000
#define REDIRECTS     3
#define PAGE_BYTES    (512 * 1024)
#define PICTURE_BYTES (4 * 1024 * 1024)
#define CHUNK         (16 * 1024)
/* Pixels of the longer side of what is sent; less when that is too many bytes. */
#define PICTURE_SIDE 320
#define SIDE_MIN     64

typedef struct
{
  char *uri;
  WwLinkFetchCheck check;
  GCancellable *cancellable; /* the caller's, and the time's */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *self = data;

  g_free (self->uri);
  g_object_unref (self->cancellable);
  g_free (self);
}

/* Nobody is told why; the log doesn't say where. */
static gboolean
refuse (const char *why, GError **error)
{
  g_debug ("There is no preview of a link: %s", why);
  ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
  return FALSE;
}

/* --- Where it leads ------------------------------------------------------------------------ */

static gboolean
is_web (GUri *uri)
{
  return uri != NULL &&
         (g_str_equal (g_uri_get_scheme (uri), "https") || g_str_equal (g_uri_get_scheme (uri), "http")) &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' && g_uri_get_userinfo (uri) == NULL;
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  g_autoptr (GPtrArray) array = NULL;

  if (addresses == NULL)
    {
      dex_promise_reject (promise, error);
      return;
    }
  array = g_ptr_array_new_with_free_func (g_object_unref);
  for (GList *link = addresses; link != NULL; link = link->next)
    g_ptr_array_add (array, g_object_ref (link->data));
  g_resolver_free_addresses (addresses);
  dex_promise_resolve_boxed (promise, G_TYPE_PTR_ARRAY, g_steal_pointer (&array));
}

/* All addresses of a host have to be public: one that is not says that somebody plays with names. The one that was looked at
 * is the one that is connected to. */
static GInetAddress *
resolve (Fetch *self, const char *host, GError **error)
{
  g_autoptr (GInetAddress) literal = g_inet_address_new_from_string (host);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  DexPromise *promise;
  g_autoptr (GPtrArray) addresses = NULL;

  if (literal != NULL)
    return self->check (literal) || refuse ("its address is not public", error) ? g_steal_pointer (&literal) : NULL;
  promise = dex_promise_new ();
  g_resolver_lookup_by_name_async (resolver, host, self->cancellable, resolved_cb, dex_ref (promise));
  addresses = dex_await_boxed (DEX_FUTURE (promise), error);
  if (addresses == NULL)
    return NULL;
  for (guint i = 0; i < addresses->len; i++)
    if (!self->check (addresses->pdata[i]))
      {
        refuse ("its address is not public", error);
        return NULL;
      }
  return addresses->len > 0 ? g_object_ref (addresses->pdata[0]) : NULL;
}

static void
proxies_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GStrv proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);

  if (proxies == NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_boxed (promise, G_TYPE_STRV, proxies);
}

/* Who has everything go through a proxy does not want this to go past it; and through it no address can be looked at. */
static gboolean
is_direct (Fetch *self, const char *uri, GError **error)
{
  DexPromise *promise = dex_promise_new ();
  g_auto (GStrv) proxies = NULL;

  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri, self->cancellable, proxies_cb,
                                 dex_ref (promise));
  proxies = dex_await_boxed (DEX_FUTURE (promise), error);
  if (proxies == NULL)
    return FALSE;
  return (proxies[0] != NULL && g_str_equal (proxies[0], "direct://")) || refuse ("there is a proxy", error);
}

/* --- Asking -------------------------------------------------------------------------------- */

/* One session for one question: nothing is left of it, and it knows but one address. */
static SoupSession *
make_session (GInetAddress *address, GUri *uri)
{
  gboolean tls = g_str_equal (g_uri_get_scheme (uri), "https");
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : tls ? 443 : 80;
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (address, (guint16) port);

  return soup_session_new_with_options ("remote-connectable", place, "proxy-resolver", NULL, "timeout", LIMIT_MS / 1000,
                                        "user-agent", "Mozilla/5.0 (compatible; Waxwing)", NULL);
}

/* An answer: its bytes, and what it says of them. */
typedef struct
{
  GUri *uri; /* that gave it */
  GByteArray *bytes;
  char *type;
  char *charset;
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->charset, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* As much as `limit`, then whether that is all; a page only as far as its head goes. */
static gboolean
read_body (Fetch *self, GInputStream *stream, gsize limit, gboolean page, Answer *answer, GError **error)
{
  answer->bytes = g_byte_array_new ();
  while (answer->bytes->len < limit)
    {
      gsize count = MIN (CHUNK, limit - answer->bytes->len);
      g_autoptr (GBytes)
          bytes = dex_await_boxed (ww_http_read (stream, count, G_PRIORITY_LOW, self->cancellable), error);

      if (bytes == NULL)
        return FALSE;
      if (g_bytes_get_size (bytes) == 0)
        return TRUE;
      g_byte_array_append (answer->bytes, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
      if (page && !ww_link_page_goes_on ((const char *) answer->bytes->data, answer->bytes->len))
        return TRUE;
    }
  return page || refuse ("it is too large", error);
}

static void
take_type (SoupMessage *message, Answer *answer)
{
  g_autoptr (GHashTable) parameters = NULL;
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (message), &parameters);
  const char *charset = parameters != NULL ? g_hash_table_lookup (parameters, "charset") : NULL;

  answer->type = g_ascii_strdown (type != NULL ? type : "", -1);
  answer->charset = g_strdup (charset);
}

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Where an answer leads. From a place where nobody listens to one where somebody may, it leads nowhere. */
static GUri *
follow (GUri *from, SoupMessage *message, GError **error)
{
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autoptr (GUri) to = location != NULL ? g_uri_parse_relative (from, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (!is_web (to) || (g_str_equal (g_uri_get_scheme (from), "https") && !g_str_equal (g_uri_get_scheme (to), "https")))
    {
      refuse ("it leads nowhere", error);
      return NULL;
    }
  return g_steal_pointer (&to);
}

/* One question, to one address. *next: it leads on; else the answer is there. */
static gboolean
ask_once (Fetch *self, GUri *uri, const char *accept, gsize limit, gboolean page, GUri **next, Answer *answer,
          GError **error)
{
  g_autofree char *text = g_uri_to_string (uri);
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = NULL;

  if (!is_direct (self, text, error))
    return FALSE;
  address = resolve (self, g_uri_get_host (uri), error);
  if (address == NULL)
    return FALSE;
  session = make_session (address, uri);
  message = soup_message_new_from_uri ("GET", uri);
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept", accept);
  stream = dex_await_object (ww_http_send (session, message, G_PRIORITY_LOW, self->cancellable), error);
  if (stream == NULL)
    return FALSE;
  if (is_redirect (soup_message_get_status (message)))
    return (*next = follow (uri, message, error)) != NULL;
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    return refuse ("there is nothing", error);
  take_type (message, answer);
  answer->uri = g_uri_ref (uri);
  return read_body (self, stream, limit, page, answer, error);
}

static gboolean
ask (Fetch *self, GUri *uri, const char *accept, gsize limit, gboolean page, Answer *answer, GError **error)
{
  g_autoptr (GUri) at = g_uri_ref (uri);

  for (guint i = 0; i <= REDIRECTS; i++)
    {
      g_autoptr (GUri) next = NULL;

      if (!ask_once (self, at, accept, limit, page, &next, answer, error))
        return FALSE;
      if (next == NULL)
        return TRUE;
      g_uri_unref (at);
      at = g_steal_pointer (&next);
    }
  return refuse ("it leads on and on", error);
}

/* --- The picture --------------------------------------------------------------------------- */

/* Small enough for the message, or none. Decoding is the sandbox's affair, and none of this thread's. */
static DexFuture *
scale_fiber (gpointer data)
{
  for (guint side = PICTURE_SIDE; side >= SIDE_MIN; side /= 2)
    {
      g_autoptr (WwMediaPicture) picture = ww_media_picture_scale (data, side, NULL, NULL);

      if (picture == NULL)
        break;
      if (g_bytes_get_size (picture->bytes) <= WW_MAX_LINK_IMAGE)
        return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_ref (picture->bytes));
    }
  return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
}

/* A page without a picture is as good. */
static GBytes *
fetch_picture (Fetch *self, GUri *page, const char *reference)
{
  g_autoptr (GUri) uri = *reference != '\0' ? g_uri_parse_relative (page, reference, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  g_auto (Answer) answer = { 0 };
  GBytes *bytes;

  if (!is_web (uri) || !ask (self, uri, "image/*", PICTURE_BYTES, FALSE, &answer, NULL))
    return NULL;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&answer.bytes));
  return dex_await_boxed (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, scale_fiber, bytes,
                                               (GDestroyNotify) g_bytes_unref),
                          NULL);
}

/* --- All of it ----------------------------------------------------------------------------- */

static gboolean
is_page (const char *type)
{
  return g_str_equal (type, "text/html") || g_str_equal (type, "application/xhtml+xml");
}

static DexFuture *
fetch_fiber (gpointer data)
{
  Fetch *self = data;
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Answer) answer = { 0 };
  g_autoptr (WwLinkPage) page = NULL;
  g_autoptr (GBytes) picture = NULL;

  if (strlen (self->uri) > WW_MAX_URL || !is_web (uri))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  if (!ask (self, uri, "text/html, application/xhtml+xml", PAGE_BYTES, TRUE, &answer, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!is_page (answer.type))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  page = ww_link_page_read ((const char *) answer.bytes->data, answer.bytes->len, answer.charset);
  if (*page->title == '\0')
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  picture = fetch_picture (self, answer.uri, page->picture);
  return dex_future_new_take_object (ww_link_preview_new (self->uri, page->title, page->description, picture));
}

static DexFuture *
over_cb (DexFuture *future, gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
follow_cb (GCancellable *cancellable, GCancellable *own)
{
  g_cancellable_cancel (own);
}

DexFuture *
ww_link_fetch_checked (const char *uri, WwLinkFetchCheck check, guint limit_ms, GCancellable *cancellable)
{
  g_autoptr (GCancellable) own = g_cancellable_new ();
  Fetch *self = g_new0 (Fetch, 1);
  DexFuture *done, *limited;

  self->uri = g_strdup (uri);
  self->check = check;
  self->cancellable = g_object_ref (own);
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (follow_cb), g_object_ref (own), g_object_unref);
  done = dex_scheduler_spawn (NULL, 0, fetch_fiber, self, fetch_free);
  dex_future_disown (dex_ref (done));
  limited = dex_future_first (done, dex_timeout_new_msec ((int) limit_ms), NULL);
  return dex_future_finally (limited, over_cb, g_object_ref (own), g_object_unref);
}

DexFuture *
ww_link_fetch (const char *uri, GCancellable *cancellable)
{
  return ww_link_fetch_checked (uri, ww_address_is_public, LIMIT_MS, cancellable);
}
