/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "waxwing.pb-c.h"

G_BEGIN_DECLS

/*
 * A server that lies: it passes everything on to the real one, but what comes back goes through a function that may
 * change it, and what the real one never sent can be put in. In this process, on its main loop.
 */
typedef struct _WwProxy WwProxy;

/* May change `frame` in place (what it puts in is freed with it: protobuf-c's allocator is malloc). */
typedef void (*WwProxyAlter) (Waxwing__Frame *frame, gpointer data);

WwProxy *ww_proxy_new (const char *server);
void ww_proxy_free (WwProxy *self);
const char *ww_proxy_get_url (WwProxy *self);
/* NULL: honest from now on. */
void ww_proxy_set_alter (WwProxy *self, WwProxyAlter alter, gpointer data);
/* Sees what clients ask, before the real server does. */
typedef void (*WwProxyWatch) (const Waxwing__Frame *frame, gpointer data);
void ww_proxy_set_watch (WwProxy *self, WwProxyWatch watch, gpointer data);
/* To every client of this proxy. */
void ww_proxy_inject (WwProxy *self, const Waxwing__Event *event);

G_END_DECLS
