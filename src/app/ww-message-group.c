/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-group"

#include "ww-message-group.h"

#include "ww-time.h"

/* A pause this long starts a new group. */
#define GROUP_MS (5 * G_TIME_SPAN_MINUTE / 1000)
/* The server keeps a message for 30 days at most, so an older one has a clock that is wrong. */
#define DELAY_MAX_MS (31 * G_TIME_SPAN_DAY / 1000)

/**
 * ww_message_shown_ms:
 * @created_ms: when it was written, as the sender says
 * @arrived_ms: when it came, by this device's clock
 *
 * Returns: the sender's time as far as it can be true, else the time of arrival
 */
gint64
ww_message_shown_ms (gint64 created_ms, gint64 arrived_ms)
{
  if (created_ms > arrived_ms || created_ms < arrived_ms - MIN (DELAY_MAX_MS, MAX (arrived_ms, 0)))
    return arrived_ms;
  return created_ms;
}

/**
 * ww_message_same_group:
 * @a: the earlier message
 * @b: the one that follows it
 *
 * Returns: whether they are drawn as one group: one sender, one day, no pause of five minutes
 */
gboolean
ww_message_same_group (const WwGroupKey *a, const WwGroupKey *b)
{
  gint64 first = MIN (a->ms, b->ms);
  gint64 last = MAX (a->ms, b->ms);

  if (a->outgoing != b->outgoing || !g_str_equal (a->sender, b->sender))
    return FALSE;
  if ((guint64) last - (guint64) first >= GROUP_MS)
    return FALSE;
  return ww_time_same_day (a->ms, b->ms);
}
