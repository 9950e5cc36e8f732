/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-link-state.h"

#include <glib.h>

#define N_STATES (WW_LINK_STATE_UNKNOWN_DEVICE + 1)
#define N_INPUTS (WW_LINK_INPUT_NETWORK + 1)

#define STOPPED        WW_LINK_STATE_STOPPED
#define CONNECTING     WW_LINK_STATE_CONNECTING
#define GREETING       WW_LINK_STATE_GREETING
#define AUTHENTICATING WW_LINK_STATE_AUTHENTICATING
#define UP             WW_LINK_STATE_UP
#define WAITING        WW_LINK_STATE_WAITING
#define YIELDING       WW_LINK_STATE_YIELDING
#define UNKNOWN        WW_LINK_STATE_UNKNOWN_DEVICE

/* Every state with every input: what stands here is what the link does. */
static const WwLinkState table[N_INPUTS][N_STATES] = {
  /* from:                        stopped     connecting  greeting        authenticating  up        waiting     yielding    unknown */
  [WW_LINK_INPUT_START] = { CONNECTING, CONNECTING, GREETING, AUTHENTICATING, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_STOP] = { STOPPED, STOPPED, STOPPED, STOPPED, STOPPED, STOPPED, STOPPED, STOPPED },
  [WW_LINK_INPUT_CONNECTED] = { STOPPED, GREETING, GREETING, AUTHENTICATING, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_HELLO] = { STOPPED, CONNECTING, AUTHENTICATING, AUTHENTICATING, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_HELLO_ANONYMOUS] = { STOPPED, CONNECTING, UP, AUTHENTICATING, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_AUTHENTICATED] = { STOPPED, CONNECTING, GREETING, UP, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_REJECTED] = { STOPPED, CONNECTING, GREETING, UNKNOWN, UP, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_DISPLACED] = { STOPPED, CONNECTING, YIELDING, YIELDING, YIELDING, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_LOST] = { STOPPED, WAITING, WAITING, WAITING, WAITING, WAITING, YIELDING, UNKNOWN },
  [WW_LINK_INPUT_TIMER] = { STOPPED, CONNECTING, GREETING, AUTHENTICATING, UP, CONNECTING, CONNECTING, CONNECTING },
  [WW_LINK_INPUT_NETWORK] = { STOPPED, CONNECTING, GREETING, AUTHENTICATING, UP, CONNECTING, YIELDING, UNKNOWN },
};

static void
test_table (void)
{
  for (guint input = 0; input < N_INPUTS; input++)
    for (guint state = 0; state < N_STATES; state++)
      g_assert_cmpint (ww_link_state_next ((WwLinkState) state, (WwLinkInput) input), ==, table[input][state]);
}

/* 1 s doubling to 60 s, between half and all of it, whatever the random number. */
static void
test_backoff (void)
{
  static const guint most[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000 };
  static const guint32 randoms[] = { 0, 1, 499, 500, 1000, G_MAXINT32, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (most); i++)
    for (guint j = 0; j < G_N_ELEMENTS (randoms); j++)
      {
        guint ms = ww_link_backoff_ms (i, randoms[j]);

        g_assert_cmpuint (ms, >=, most[i] / 2);
        g_assert_cmpuint (ms, <=, most[i]);
      }
  g_assert_cmpuint (ww_link_backoff_ms (G_MAXUINT, 7), <=, 60000);
  g_assert_cmpuint (ww_link_backoff_ms (3, 0), !=, ww_link_backoff_ms (3, 1));
  for (guint j = 0; j < G_N_ELEMENTS (randoms); j++)
    g_assert_cmpuint (ww_link_yield_ms (randoms[j]), >=, 60000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/link-state/table", test_table);
  g_test_add_func ("/engine/link-state/backoff", test_backoff);
  return g_test_run ();
}
