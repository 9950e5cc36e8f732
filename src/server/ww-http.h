/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-services.h"

struct lws;

/*
 * One HTTP request and its answer. Handlers answer at once or later with ww_http_answer(); counted references, because
 * a handler may outlive the socket.
 */
typedef struct
{
  unsigned refs;
  struct lws *wsi; /* NULL once the socket is closed */
  WwServices *services;
  char *path;
  enum
  {
    WW_HTTP_GET,
    WW_HTTP_HEAD,
    WW_HTTP_POST,
    WW_HTTP_OTHER,
  } method;
  char **query;      /* what follows the question mark, as NAME=VALUE */
  GString *received; /* of a POST */
  bool answered;
  unsigned status;
  const char *type;
  char *body;
  size_t body_len;
} WwHttp;

WwHttp *ww_http_new (WwServices *services, struct lws *wsi, const char *path);
WwHttp *ww_http_ref (WwHttp *self);
void ww_http_unref (WwHttp *self);

/* A value of the query or, if it isn't there, of a form that was posted. NULL without one; to be freed with g_free(). */
char *ww_http_get_value (const WwHttp *self, const char *name);
/* The value of a header: of those that handlers need. To be freed with g_free(); NULL without one. */
char *ww_http_get_languages (const WwHttp *self);

/* Takes `body` over. */
void ww_http_answer (WwHttp *self, unsigned status, const char *type, char *body);

/* For the listener: an answer that is ready, and a socket that is closed. Both as lws callbacks return. */
int ww_http_write (WwHttp *self);
void ww_http_closed (WwHttp *self);

/* Who answers (ww-pages.c, ww-inbound.c, ww-administration.c) */
void ww_pages_handle (WwHttp *http);
#define WW_INBOUND_PATH "/v1/sms/inbound"
void ww_inbound_handle (WwHttp *http);
void ww_administration_handle (WwHttp *http);
