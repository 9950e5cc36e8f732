/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-connection.h"

/*
 * Who is connected: every link by address, authenticated ones by device and by account, and those that
 * watch a verification by its token. Borrows connections; a connection is removed before it goes.
 */
WwPresence *ww_presence_new (void);
void ww_presence_free (WwPresence *self);

/* Whether this client, and the server, can have one link more. */
bool ww_presence_has_room (WwPresence *self, const WwConfig *config, const char *client);
/* False when there is no room. */
bool ww_presence_add (WwPresence *self, WwConnection *connection);
void ww_presence_remove (WwPresence *self, WwConnection *connection);

/* The connection speaks for this device from now on; returns the one that did so far, or NULL. */
WwConnection *ww_presence_set_device (WwPresence *self, WwConnection *connection, int64_t device,
                                      const uint8_t account_id[WW_ID_SIZE], const uint8_t device_id[WW_ID_SIZE]);
WwConnection *ww_presence_find_device (WwPresence *self, int64_t device);

void ww_presence_watch (WwPresence *self, WwConnection *connection, const uint8_t token[WW_TOKEN_SIZE]);

typedef void (*WwPresenceFunc) (WwConnection *connection, void *data);
void ww_presence_each_of_account (WwPresence *self, const uint8_t account_id[WW_ID_SIZE], WwPresenceFunc func,
                                  void *data);
void ww_presence_each_watcher (WwPresence *self, const uint8_t token_hash[WW_HASH_SIZE], WwPresenceFunc func,
                               void *data);
void ww_presence_each (WwPresence *self, WwPresenceFunc func, void *data);
