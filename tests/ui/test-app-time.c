/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "ww-message-group.h"
#include "ww-mute.h"
#include "ww-time.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Tuesday, 24 November 2026, 10:32 UTC. The tests run in UTC. */
#define NOW (G_GINT64_CONSTANT (1795516320000))

static void
assert_time (char *(*format) (gint64 ms, GDateTime *now), gint64 ms, const char *expected)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (NOW / 1000);
  g_autofree char *found = format (ms, now);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_short (void)
{
  assert_time (ww_time_format_short, NOW, "10:32");
  assert_time (ww_time_format_short, NOW - 10 * HOUR, "00:32");
  assert_time (ww_time_format_short, NOW - 11 * HOUR, "Yesterday");
  assert_time (ww_time_format_short, NOW - 2 * DAY, "Sun");
  assert_time (ww_time_format_short, NOW - 6 * DAY, "Wed");
  assert_time (ww_time_format_short, NOW - 7 * DAY, "17 Nov");
  assert_time (ww_time_format_short, NOW - 400 * DAY, "20 Oct 2025");
  assert_time (ww_time_format_short, NOW + 2 * DAY, "26 Nov");
}

static void
test_day (void)
{
  assert_time (ww_time_format_day, NOW, "Today");
  assert_time (ww_time_format_day, NOW - DAY, "Yesterday");
  assert_time (ww_time_format_day, NOW - 7 * DAY, "Tuesday, 17 November");
  assert_time (ww_time_format_day, NOW - 400 * DAY, "20 October 2025");
  assert_time (ww_time_format_sentence, NOW, "today at 10:32");
  assert_time (ww_time_format_sentence, NOW - 7 * DAY, "Tuesday, 17 November at 10:32");
  assert_time (ww_time_format_absolute, NOW, "Tuesday, 24 November at 10:32");
  assert_time (ww_time_format_absolute, NOW - DAY, "Monday, 23 November at 10:32");
}

static void
test_activity (void)
{
  assert_time (ww_time_format_activity, NOW, "Last used today");
  assert_time (ww_time_format_activity, NOW - DAY, "Last used yesterday");
  assert_time (ww_time_format_activity, NOW - 2 * DAY, "Last used 2 days ago");
  assert_time (ww_time_format_activity, NOW - 14 * DAY, "Last used 2 weeks ago");
  assert_time (ww_time_format_activity, NOW - 400 * DAY, "Last used 13 months ago");
  assert_time (ww_time_format_activity, 0, "Last used at an unknown time");
  assert_time (ww_time_format_activity, G_MAXINT64, "Last used at an unknown time");
  /* A clock that is ahead is no reason to speak of the future. */
  assert_time (ww_time_format_activity, NOW + DAY, "Last used today");
  assert_time (ww_time_format_sentence, NOW + DAY, "tomorrow at 10:32");
  assert_time (ww_time_format_date, NOW, "Today, 10:32");
  assert_time (ww_time_format_date, G_MAXINT64, "Unknown");
}

/* Times come from other people, and no calendar holds all of them. */
static void
test_extremes (void)
{
  assert_time (ww_time_format_short, G_MAXINT64, "");
  assert_time (ww_time_format_short, G_MININT64, "");
  assert_time (ww_time_format_day, G_MAXINT64, "");
  assert_time (ww_time_format_sentence, G_MAXINT64, "at an unknown time");
  assert_time (ww_time_format_absolute, G_MAXINT64, "at an unknown time");
  g_assert_true (ww_time_same_day (G_MAXINT64, G_MAXINT64));
  g_assert_false (ww_time_same_day (G_MAXINT64, NOW));
}

static void
test_shown (void)
{
  g_assert_cmpint (ww_message_shown_ms (NOW - DAY, NOW), ==, NOW - DAY);
  g_assert_cmpint (ww_message_shown_ms (NOW + MINUTE, NOW), ==, NOW);
  g_assert_cmpint (ww_message_shown_ms (NOW - 60 * DAY, NOW), ==, NOW);
  g_assert_cmpint (ww_message_shown_ms (G_MAXINT64, NOW), ==, NOW);
  g_assert_cmpint (ww_message_shown_ms (G_MININT64, NOW), ==, NOW);
}

static void
test_groups (void)
{
  WwGroupKey first = { .sender = "a1", .outgoing = FALSE, .ms = NOW };
  WwGroupKey next = first;

  g_assert_true (ww_message_same_group (&first, &next));
  next.ms = NOW + 5 * MINUTE - 1;
  g_assert_true (ww_message_same_group (&first, &next));
  next.ms = NOW + 5 * MINUTE;
  g_assert_false (ww_message_same_group (&first, &next));
  next = first;
  next.sender = "b2";
  g_assert_false (ww_message_same_group (&first, &next));
  next = first;
  next.outgoing = TRUE;
  g_assert_false (ww_message_same_group (&first, &next));

  /* Two minutes over midnight are two days. */
  first.ms = NOW + 13 * HOUR + 27 * MINUTE;
  next = first;
  next.ms += 2 * MINUTE;
  g_assert_false (ww_message_same_group (&first, &next));

  first.ms = G_MININT64;
  next.ms = G_MAXINT64;
  g_assert_false (ww_message_same_group (&first, &next));
}

static void
test_mute (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (NOW / 1000);
  g_autoptr (GDateTime) late = g_date_time_new_local (2026, 12, 31, 23, 59, 59);

  g_assert_cmpint (ww_mute_end_ms (WW_MUTE_HOUR, now), ==, NOW + HOUR);
  /* The next morning, at eight. */
  g_assert_cmpint (ww_mute_end_ms (WW_MUTE_TOMORROW, now), ==, NOW + 21 * HOUR + 28 * MINUTE);
  g_assert_cmpint (ww_mute_end_ms (WW_MUTE_TOMORROW, late), ==, g_date_time_to_unix (late) * 1000 + 8 * HOUR + 1000);
  g_assert_cmpint (ww_mute_end_ms (WW_MUTE_ALWAYS, now), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/time/short", test_short);
  g_test_add_func ("/app/time/day", test_day);
  g_test_add_func ("/app/time/activity", test_activity);
  g_test_add_func ("/app/time/extremes", test_extremes);
  g_test_add_func ("/app/time/mute", test_mute);
  g_test_add_func ("/app/group/shown", test_shown);
  g_test_add_func ("/app/group/same", test_groups);
  return g_test_run ();
}
