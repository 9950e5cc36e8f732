/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-connection.h"

/*
 * The sockets: libwebsockets on the loop of the server, with one virtual host for people and their devices and one
 * for the administration.
 */
WwListener *ww_listener_new (WwServices *services, char **error);
/* Closes what is open and turns the loop until everything is closed. */
void ww_listener_free (WwListener *self);

/* The ports that were chosen. */
void ww_listener_get_addresses (WwListener *self, WwNetAddress *listen, WwNetAddress *administration);
/* Closes a link with its close_status, as soon as nothing of the library is on the stack. */
void ww_listener_close_link (WwListener *self, WwConnection *link);
/* Reads the certificate and its key again. */
bool ww_listener_reload_certificate (WwListener *self);
