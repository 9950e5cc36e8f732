/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Where the link to the server stands. One function moves it; ww-link.c does what each state asks for. */
typedef enum
{
  WW_LINK_STATE_STOPPED,
  WW_LINK_STATE_CONNECTING, /* TCP, TLS and WebSocket */
  WW_LINK_STATE_GREETING,   /* waiting for the server's hello */
  WW_LINK_STATE_AUTHENTICATING,
  WW_LINK_STATE_UP,      /* requests go through */
  WW_LINK_STATE_WAITING, /* lost: connects again when the back-off is over, or the network comes back */
  WW_LINK_STATE_YIELDING, /* another connection of this device took over: a long wait, the network does not cut it short */
  WW_LINK_STATE_UNKNOWN_DEVICE, /* the server does not know this device: waits to be told what to do */
} WwLinkState;
#define WW_TYPE_LINK_STATE (ww_link_state_get_type ())
GType ww_link_state_get_type (void);

typedef enum
{
  WW_LINK_INPUT_START,
  WW_LINK_INPUT_STOP,
  WW_LINK_INPUT_CONNECTED,       /* the WebSocket is open */
  WW_LINK_INPUT_HELLO,           /* of a link that authenticates */
  WW_LINK_INPUT_HELLO_ANONYMOUS, /* of one that does not */
  WW_LINK_INPUT_AUTHENTICATED,
  WW_LINK_INPUT_REJECTED, /* "unauthenticated" */
  WW_LINK_INPUT_DISPLACED,
  WW_LINK_INPUT_LOST,    /* closed, failed, timed out, or broke the protocol */
  WW_LINK_INPUT_TIMER,   /* the back-off is over */
  WW_LINK_INPUT_NETWORK, /* the network is there (again) */
} WwLinkInput;

/* The state after `input`; the same state when it means nothing there. */
WwLinkState ww_link_state_next (WwLinkState state, WwLinkInput input);

/* Milliseconds before try `attempt` (0, 1, …): 1 s doubling to 60 s, between half and all of that by `random`. */
guint ww_link_backoff_ms (guint attempt, guint32 random);
/* While another process has the device: 60 to 120 s. */
guint ww_link_yield_ms (guint32 random);

G_END_DECLS
