/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-http.h"

#include <string.h>

#include <libwebsockets.h>

#define HEADER_BYTES    2048
#define MAX_FORM_FIELDS 64

/*
 * Nothing is run, framed, cached or told to others: the pages are HTML with one style sheet, and their
 * addresses are secrets.
 */
static const struct
{
  const char *name;
  const char *value;
} common_headers[] = {
  { "content-security-policy:", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri "
                                "'none'; frame-ancestors 'none'" },
  { "x-frame-options:", "DENY" },
  { "x-content-type-options:", "nosniff" },
  { "referrer-policy:", "no-referrer" },
  { "cache-control:", "no-store" },
};

static int
find_method (struct lws *wsi)
{
  if (lws_hdr_total_length (wsi, WSI_TOKEN_GET_URI) > 0)
    return WW_HTTP_GET;
  if (lws_hdr_total_length (wsi, WSI_TOKEN_POST_URI) > 0)
    return WW_HTTP_POST;
  if (lws_hdr_total_length (wsi, WSI_TOKEN_HEAD_URI) > 0)
    return WW_HTTP_HEAD;
  return WW_HTTP_OTHER;
}

/* libwebsockets keeps it in pieces, NAME=VALUE each, and has decoded their percents. */
static char **
copy_query (struct lws *wsi)
{
  g_autoptr (GStrvBuilder) query = g_strv_builder_new ();
  char piece[1024];

  for (int i = 0; lws_hdr_copy_fragment (wsi, piece, sizeof piece, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0; i++)
    g_strv_builder_add (query, piece);
  return g_strv_builder_end (query);
}

/* A request whose headers have arrived, with one reference for the socket. */
WwHttp *
ww_http_new (WwServices *services, struct lws *wsi, const char *path)
{
  WwHttp *self = g_new0 (WwHttp, 1);

  self->refs = 1;
  self->wsi = wsi;
  self->services = services;
  self->path = g_strdup (path);
  self->query = copy_query (wsi);
  self->received = g_string_new (NULL);
  self->method = find_method (wsi);
  return self;
}

/* One reference more. */
WwHttp *
ww_http_ref (WwHttp *self)
{
  self->refs++;
  return self;
}

/* One reference less. */
void
ww_http_unref (WwHttp *self)
{
  if (--self->refs > 0)
    return;
  g_free (self->path);
  g_strfreev (self->query);
  g_string_free (self->received, TRUE);
  g_free (self->body);
  g_free (self);
}

static const char *
find_value (char *const *pairs, const char *name)
{
  size_t len = strlen (name);

  for (unsigned i = 0; pairs[i] != NULL; i++)
    if (g_ascii_strncasecmp (pairs[i], name, len) == 0 && pairs[i][len] == '=')
      return pairs[i] + len + 1;
  return NULL;
}

/* See the header. */
char *
ww_http_get_value (const WwHttp *self, const char *name)
{
  const char *value = find_value (self->query, name);
  g_auto (GStrv) form = NULL;

  if (value != NULL)
    return g_strdup (value);
  form = g_strsplit (self->received->str, "&", MAX_FORM_FIELDS);
  value = find_value (form, name);
  return value != NULL ? g_uri_unescape_string (g_strdelimit ((char *) value, "+", ' '), NULL) : NULL;
}

/* See the header: Accept-Language. */
char *
ww_http_get_languages (const WwHttp *self)
{
  char value[200] = "";

  if (self->wsi == NULL || lws_hdr_copy (self->wsi, value, sizeof value, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE) <= 0)
    return NULL;
  return g_strdup (value);
}

/* The answer; the first one counts. */
void
ww_http_answer (WwHttp *self, unsigned status, const char *type, char *body)
{
  if (self->answered)
    {
      g_free (body);
      return;
    }
  self->answered = true;
  self->status = status;
  self->type = type;
  self->body = body;
  self->body_len = strlen (body);
  if (self->wsi != NULL)
    lws_callback_on_writable (self->wsi);
}

static bool
add_header (WwHttp *self, const char *name, const char *value, unsigned char **p, unsigned char *end)
{
  return lws_add_http_header_by_name (self->wsi, (const unsigned char *) name, (const unsigned char *) value,
                                      (int) strlen (value), p, end) == 0;
}

static bool
write_headers (WwHttp *self)
{
  unsigned char buffer[LWS_PRE + HEADER_BYTES];
  unsigned char *start = buffer + LWS_PRE, *p = start, *end = buffer + sizeof buffer;

  if (lws_add_http_common_headers (self->wsi, self->status, self->type, self->body_len, &p, end) != 0)
    return false;
  for (unsigned i = 0; i < G_N_ELEMENTS (common_headers); i++)
    if (!add_header (self, common_headers[i].name, common_headers[i].value, &p, end))
      return false;
  if (self->status == HTTP_STATUS_METHOD_NOT_ALLOWED && !add_header (self, "allow:", "GET, HEAD, POST", &p, end))
    return false;
  return lws_finalize_write_http_header (self->wsi, start, &p, end) == 0;
}

/* Writes the answer. Not 0: the socket is to be closed. */
int
ww_http_write (WwHttp *self)
{
  g_autofree unsigned char *buffer = NULL;
  int written;

  if (!self->answered)
    return 0;
  if (self->body == NULL)
    return 0;
  if (!write_headers (self))
    return -1;
  if (self->method != WW_HTTP_HEAD && self->body_len > 0)
    {
      buffer = g_malloc (LWS_PRE + self->body_len);
      memcpy (buffer + LWS_PRE, self->body, self->body_len);
      written = lws_write (self->wsi, buffer + LWS_PRE, self->body_len, LWS_WRITE_HTTP_FINAL);
      if (written < 0)
        return -1;
    }
  g_clear_pointer (&self->body, g_free);
  return lws_http_transaction_completed (self->wsi) != 0 ? -1 : 0;
}

/* The socket is closed, or goes on with another request. */
void
ww_http_closed (WwHttp *self)
{
  self->wsi = NULL;
  ww_http_unref (self);
}
