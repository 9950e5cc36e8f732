/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/*
 * What the devices of an account hear of those who want the account or one of its handles, and what they answer
 * (docs/protocol.md, "Claims"). Claims are made, and completed, by the publication of records.
 */

/* Tells each claim to the connected devices of the account that it is asked of. `claims`: of WwStoredClaim, or NULL. */
void ww_claims_tell (WwServices *services, const GPtrArray *claims);
/* The handle is another account's now: tells the devices of the one that had it. */
void ww_claims_tell_moved (WwServices *services, const uint8_t from[WW_ID_SIZE], const char *handle,
                           const uint8_t to[WW_ID_SIZE]);
/* A device has authenticated: it hears what waits, and what was refused while it was away; then its mailbox opens. */
void ww_claims_device_arrived (WwConnection *connection);
/* Forgets what is over. To be called now and then. */
void ww_claims_expire (WwServices *services);

/* Requests */
void ww_claims_refuse (WwRequest *request);
