/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A wire between the programs under test: passes bytes on, counts them, and can be cut. On a thread of its own. */
typedef struct _WwRelay WwRelay;

WwRelay *ww_relay_new (const char *server);
void ww_relay_free (WwRelay *self);
const char *ww_relay_get_url (WwRelay *self);
/* All connections that are there; new ones are let in. */
void ww_relay_cut (WwRelay *self);
/* Towards the server, and from there, over all connections. */
guint64 ww_relay_get_up (WwRelay *self);
guint64 ww_relay_get_down (WwRelay *self);

G_END_DECLS
