/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "waxwing.pb-c.h"

G_BEGIN_DECLS

/*
 * A server that does what a test says, where the real one cannot be made to: lose an answer at one exact moment, hold a claim
 * for a time that the test passes, let another record come first. It keeps accounts and verifications in memory, checks
 * nothing that the tests don't rest on, and delivers no messages. In this process, on its main loop.
 */
typedef struct _WwStandIn WwStandIn;

WwStandIn *ww_stand_in_new (void);
void ww_stand_in_free (WwStandIn *self);
const char *ww_stand_in_get_url (WwStandIn *self);

/* What Hello says it can verify, NULL-terminated. */
void ww_stand_in_set_verifies (WwStandIn *self, const char *const *verifies);
/* The clock goes on by that much, and every connection is closed. */
void ww_stand_in_pass_time (WwStandIn *self, gint64 ms);
/* How long claims are held; 0: not at all. */
void ww_stand_in_set_hold (WwStandIn *self, gint64 ms);
/* Every claim is refused from now on, or no more. */
void ww_stand_in_set_refuse (WwStandIn *self, gboolean refuse);
/* The next request of this kind is carried out, and the connection lost before its answer. */
void ww_stand_in_lose_answer (WwStandIn *self, Waxwing__Request__BodyCase body_case);
/* Closes every connection. */
void ww_stand_in_drop (WwStandIn *self);
/* The handle's newest verification is confirmed, as by a click or a message that came in. */
void ww_stand_in_confirm (WwStandIn *self, const char *handle);
/* How often requests of this kind came. */
guint ww_stand_in_count (WwStandIn *self, Waxwing__Request__BodyCase body_case);
/* The newest record of the account that the server's table gives the handle to; 0: nobody has it. */
guint64 ww_stand_in_get_sequence (WwStandIn *self, const char *handle);
gboolean ww_stand_in_is_waiting (WwStandIn *self, const char *handle);

#define WW_STAND_IN_CODE    "123456"
#define WW_STAND_IN_SEND_TO "+4930901820"

G_END_DECLS
