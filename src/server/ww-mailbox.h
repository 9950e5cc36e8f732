/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/*
 * What a connected device gets out of its mailbox: in order, each message once per link, with at most
 * WW_MAX_DELIVERIES_IN_FLIGHT on their way. Counted references, because loads outlive the link.
 */

/* `next_sequence`: what the device's next new message will have; everything below has waited. */
WwMailbox *ww_mailbox_new (WwConnection *connection, uint64_t next_sequence);
WwMailbox *ww_mailbox_ref (WwMailbox *self);
void ww_mailbox_unref (WwMailbox *self);
/* Hands over what can be handed over now. */
void ww_mailbox_pump (WwMailbox *self);
/* Until then nothing is delivered. */
void ww_mailbox_open (WwMailbox *self);
/* Whether something can pass to the device just now that is in no mailbox. */
bool ww_mailbox_can_pass (const WwMailbox *self);

/* Requests */
void ww_mailbox_send (WwRequest *request);
void ww_mailbox_acknowledge (WwRequest *request);
