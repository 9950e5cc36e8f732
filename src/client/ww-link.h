/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keyring.h"
#include "ww-link-state.h"
#include "ww-reply.h"

G_BEGIN_DECLS

/*
 * One WebSocket to the server, kept up: docs/protocol.md, "The link". Belongs to the thread that made it.
 *
 * Property "state" (WwLinkState). Signal "event" (WwReply, whose frame is an event), in the order of arrival.
 */
#define WW_TYPE_LINK (ww_link_get_type ())
G_DECLARE_FINAL_TYPE (WwLink, ww_link, WW, LINK, GObject)

#define WW_REQUEST_TIMEOUT_MS 30000

/* `address` is normalised. With an identity the link authenticates as that device, without it only enrols. */
WwLink *ww_link_new (const char *address, WwIdentity *identity);
void ww_link_start (WwLink *self);
/* Every request under way is rejected with WW_ERROR_OFFLINE. Nothing is left behind. */
void ww_link_stop (WwLink *self);
/* While waiting: tries at once. */
void ww_link_retry_now (WwLink *self);
/* The computer slept: makes a new connection at once, whatever the old one seems to be. */
void ww_link_wake (WwLink *self);
/* Whether somebody looks (so it is at first): how soon a dead connection is noticed, against how often the processor wakes. */
void ww_link_set_attentive (WwLink *self, gboolean attentive);

WwLinkState ww_link_get_state (WwLink *self);
const GError *ww_link_get_error (WwLink *self);     /* why it is not up; nullable */
guint64 ww_link_get_record_sequence (WwLink *self); /* of the own account, as Authenticated said */
guint64 ww_link_get_waiting (WwLink *self);         /* messages that waited, as Authenticated said */
/* As the last Hello said; they stay while the link is down. NULL-terminated; empty before the first one. */
const char *const *ww_link_get_verifies (WwLink *self);
/* The largest attachment that the server takes, sealed; G_MAXUINT64 before the first Hello. */
guint64 ww_link_get_max_attachment (WwLink *self);
/* What the server's clock says now, as far as the last Hello tells; this device's own before the first one. */
gint64 ww_link_get_server_now_ms (WwLink *self);

/*
 * Resolves to a WwReply whose response has the body `expected`. WW_ERROR_OFFLINE when the link is not up or is lost before
 * the answer came, WW_ERROR_TIMED_OUT, WW_ERROR_REFUSED. The request is serialised before this returns. At most
 * WW_MAX_REQUESTS_IN_FLIGHT are on their way, the others wait here in their order. ResetAccount and
 * PublishRecord may be answered with Held instead.
 */
DexFuture *ww_link_request (WwLink *self, const Waxwing__Request *request, Waxwing__Response__BodyCase expected,
                            guint timeout_ms);
/* Resolves to TRUE as soon as the link is up; rejects when it is stopped, or when the server does not know the device. */
DexFuture *ww_link_wait_up (WwLink *self);

G_END_DECLS
