/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-link-state.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MOST_MS  60000

G_DEFINE_ENUM_TYPE (WwLinkState, ww_link_state, G_DEFINE_ENUM_VALUE (WW_LINK_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_GREETING, "greeting"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_AUTHENTICATING, "authenticating"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_UP, "up"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_YIELDING, "yielding"),
                    G_DEFINE_ENUM_VALUE (WW_LINK_STATE_UNKNOWN_DEVICE, "unknown-device"))

static gboolean
is_connected (WwLinkState state)
{
  return state == WW_LINK_STATE_GREETING || state == WW_LINK_STATE_AUTHENTICATING || state == WW_LINK_STATE_UP;
}

/* The one table of the link. */
WwLinkState
ww_link_state_next (WwLinkState state, WwLinkInput input)
{
  switch (input)
    {
    case WW_LINK_INPUT_START:
      return state == WW_LINK_STATE_STOPPED ? WW_LINK_STATE_CONNECTING : state;
    case WW_LINK_INPUT_STOP:
      return WW_LINK_STATE_STOPPED;
    case WW_LINK_INPUT_CONNECTED:
      return state == WW_LINK_STATE_CONNECTING ? WW_LINK_STATE_GREETING : state;
    case WW_LINK_INPUT_HELLO:
      return state == WW_LINK_STATE_GREETING ? WW_LINK_STATE_AUTHENTICATING : state;
    case WW_LINK_INPUT_HELLO_ANONYMOUS:
      return state == WW_LINK_STATE_GREETING ? WW_LINK_STATE_UP : state;
    case WW_LINK_INPUT_AUTHENTICATED:
      return state == WW_LINK_STATE_AUTHENTICATING ? WW_LINK_STATE_UP : state;
    case WW_LINK_INPUT_REJECTED:
      return state == WW_LINK_STATE_AUTHENTICATING ? WW_LINK_STATE_UNKNOWN_DEVICE : state;
    case WW_LINK_INPUT_DISPLACED:
      return is_connected (state) ? WW_LINK_STATE_YIELDING : state;
    case WW_LINK_INPUT_LOST:
      return state == WW_LINK_STATE_CONNECTING || is_connected (state) ? WW_LINK_STATE_WAITING : state;
    case WW_LINK_INPUT_TIMER:
      return state == WW_LINK_STATE_WAITING || state == WW_LINK_STATE_YIELDING || state == WW_LINK_STATE_UNKNOWN_DEVICE
                 ? WW_LINK_STATE_CONNECTING
                 : state;
    case WW_LINK_INPUT_NETWORK:
      return state == WW_LINK_STATE_WAITING ? WW_LINK_STATE_CONNECTING : state;
    }
  g_assert_not_reached ();
}

static guint
jitter (guint most, guint32 random)
{
  return most / 2 + random % (most / 2 + 1);
}

guint
ww_link_backoff_ms (guint attempt, guint32 random)
{
  guint most = attempt < 6 ? MIN (BACKOFF_FIRST_MS << attempt, BACKOFF_MOST_MS) : BACKOFF_MOST_MS;

  return jitter (most, random);
}

guint
ww_link_yield_ms (guint32 random)
{
  return jitter (2 * BACKOFF_MOST_MS, random);
}
