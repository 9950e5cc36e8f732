/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-time"

#include <glib/gi18n.h>

#include "ww-time.h"

static gboolean use_twelve_hours;

/* How a clock reads is the desktop's setting, which the application passes on. */
void
ww_time_set_twelve_hours (gboolean twelve_hours)
{
  use_twelve_hours = twelve_hours;
}

static GDateTime *
date_time_new (gint64 ms)
{
  return g_date_time_new_from_unix_local (ms / 1000);
}

/* Julian day, so that days can be counted across months, years and changes of the clock. */
static gint64
day_number (GDateTime *date)
{
  GDate day;
  int year, month, month_day;

  g_date_time_get_ymd (date, &year, &month, &month_day);
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, (GDateDay) month_day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&day);
}

static gint64
days_ago (GDateTime *date, GDateTime *now)
{
  return day_number (now) - day_number (date);
}

static char *
format_clock (GDateTime *date)
{
  if (use_twelve_hours)
    /* Translators: a time of day on a twelve-hour clock, for g_date_time_format(). */
    /* xgettext:no-c-format */
    return g_date_time_format (date, _ ("%-I:%M %p"));
  /* Translators: a time of day on a 24-hour clock, for g_date_time_format(). */
  /* xgettext:no-c-format */
  return g_date_time_format (date, _ ("%H:%M"));
}

/**
 * ww_time_format_clock:
 *
 * Returns: (transfer full): the time of day, as in “10:32”
 */
char *
ww_time_format_clock (gint64 ms)
{
  g_autoptr (GDateTime) date = date_time_new (ms);

  return date != NULL ? format_clock (date) : g_strdup ("");
}

/**
 * ww_time_format_short:
 *
 * For a list: the time of day, then “Yesterday”, then a weekday, then a date. What lies in the future is a date.
 *
 * Returns: (transfer full): the shortest form that still tells when it was
 */
char *
ww_time_format_short (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) date = date_time_new (ms);
  gint64 days;

  if (date == NULL)
    return g_strdup ("");

  days = days_ago (date, now);
  if (days == 0)
    return format_clock (date);
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (date, "%a");
  if (g_date_time_get_year (date) == g_date_time_get_year (now))
    /* Translators: a day of this year, as short as can be: “24 Nov”, for g_date_time_format(). */
    /* xgettext:no-c-format */
    return g_date_time_format (date, _ ("%-d %b"));
  /* Translators: a day of another year, as short as can be: “24 Nov 2025”, for g_date_time_format(). */
  /* xgettext:no-c-format */
  return g_date_time_format (date, _ ("%-d %b %Y"));
}

/**
 * ww_time_format_day:
 *
 * Returns: (transfer full): the heading over the messages of a day
 */
char *
ww_time_format_day (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) date = date_time_new (ms);
  gint64 days;

  if (date == NULL)
    return g_strdup ("");

  days = days_ago (date, now);
  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (date) == g_date_time_get_year (now))
    /* Translators: a day of this year: “Tuesday, 24 November”, for g_date_time_format(). */
    /* xgettext:no-c-format */
    return g_date_time_format (date, _ ("%A, %-d %B"));
  /* Translators: a day of another year: “24 November 2025”, for g_date_time_format(). */
  /* xgettext:no-c-format */
  return g_date_time_format (date, _ ("%-d %B %Y"));
}

/**
 * ww_time_format_absolute:
 *
 * For what should read the same tomorrow: the label of a row, to which a screen reader may come back.
 *
 * Returns: (transfer full): a time that fits into the middle of a sentence, as in “Tuesday, 24 November at 10:32”
 */
char *
ww_time_format_absolute (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) date = date_time_new (ms);
  g_autofree char *clock = NULL;
  g_autofree char *day = NULL;

  if (date == NULL)
    return g_strdup (_ ("at an unknown time"));

  clock = format_clock (date);
  day = g_date_time_get_year (date) == g_date_time_get_year (now)
            /* Translators: a day of this year in the middle of a sentence, as in “on Tuesday, 24 November”. */
            ? g_date_time_format (date, C_ ("in a sentence", "%A, %-d %B"))
            /* Translators: a day of another year in the middle of a sentence, as in “on 24 November 2025”. */
            : g_date_time_format (date, C_ ("in a sentence", "%-d %B %Y"));
  /* Translators: the first is a day, the second a time of day. */
  return g_strdup_printf (_ ("%1$s at %2$s"), day, clock);
}

/**
 * ww_time_format_sentence:
 *
 * Returns: (transfer full): a time that fits into the middle of a sentence, as in “today at 10:32”
 */
char *
ww_time_format_sentence (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) date = date_time_new (ms);
  g_autofree char *clock = NULL;
  gint64 days;

  if (date == NULL)
    return g_strdup (_ ("at an unknown time"));

  clock = format_clock (date);
  days = days_ago (date, now);
  if (days == 0)
    /* Translators: %s is a time of day. */
    return g_strdup_printf (_ ("today at %s"), clock);
  if (days == 1)
    /* Translators: %s is a time of day. */
    return g_strdup_printf (_ ("yesterday at %s"), clock);
  if (days == -1)
    /* Translators: %s is a time of day. */
    return g_strdup_printf (_ ("tomorrow at %s"), clock);
  return ww_time_format_absolute (ms, now);
}

/**
 * ww_time_format_date:
 *
 * Returns: (transfer full): a day and a time of day that stand by themselves, as in “Today, 10:32”
 */
char *
ww_time_format_date (gint64 ms, GDateTime *now)
{
  g_autofree char *day = ww_time_format_day (ms, now);
  g_autofree char *clock = ww_time_format_clock (ms);

  if (*day == '\0')
    return g_strdup (_ ("Unknown"));
  /* Translators: the first is a day, the second a time of day. */
  return g_strdup_printf (_ ("%1$s, %2$s"), day, clock);
}

/**
 * ww_time_format_stamp:
 *
 * Returns: (transfer full): a day and a time of day that mean the same tomorrow, for what leaves the application
 */
char *
ww_time_format_stamp (gint64 ms)
{
  g_autoptr (GDateTime) date = date_time_new (ms);
  g_autofree char *day = date != NULL ? g_date_time_format (date, "%x") : NULL;
  g_autofree char *clock = date != NULL ? format_clock (date) : NULL;

  if (day == NULL || clock == NULL)
    return g_strdup (_ ("Unknown"));
  /* Translators: the first is a day, the second a time of day. */
  return g_strdup_printf (_ ("%1$s, %2$s"), day, clock);
}

/**
 * ww_time_format_activity:
 * @ms: 0 when it isn't known
 *
 * Returns: (transfer full): how long ago a device was last used, in words
 */
char *
ww_time_format_activity (gint64 ms, GDateTime *now)
{
  g_autoptr (GDateTime) date = ms > 0 ? date_time_new (ms) : NULL;
  gint64 days;

  if (date == NULL)
    return g_strdup (_ ("Last used at an unknown time"));
  days = days_ago (date, now);
  if (days <= 0)
    return g_strdup (_ ("Last used today"));
  if (days == 1)
    return g_strdup (_ ("Last used yesterday"));
  if (days < 14)
    return g_strdup_printf (ngettext ("Last used %u day ago", "Last used %u days ago", (gulong) days), (guint) days);
  if (days < 60)
    return g_strdup_printf (ngettext ("Last used %u week ago", "Last used %u weeks ago", (gulong) days / 7),
                            (guint) (days / 7));
  return g_strdup_printf (ngettext ("Last used %u month ago", "Last used %u months ago", (gulong) days / 30),
                          (guint) (days / 30));
}

gboolean
ww_time_same_day (gint64 a_ms, gint64 b_ms)
{
  g_autoptr (GDateTime) a = date_time_new (a_ms);
  g_autoptr (GDateTime) b = date_time_new (b_ms);

  if (a == NULL || b == NULL)
    return a == b;
  return day_number (a) == day_number (b);
}

/**
 * ww_time_format_duration:
 * @ms: how long something lasts
 *
 * Returns: (transfer full): as a player shows it: “0:07”, “12:30”, “1:02:03”
 */
char *
ww_time_format_duration (gint64 ms)
{
  gint64 seconds = MAX (ms, 0) / 1000;

  if (seconds >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (int) (seconds / 60 % 60),
                            (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}
