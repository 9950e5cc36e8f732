/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-clock"

#include "ww-clock.h"

/* Suspend stops timeouts, and time zones change under way, so midnight is looked for rather than waited for. */
#define LOOK_SECONDS 60

struct _WwClock
{
  GObject parent_instance;
  int day;
  guint source;
};

G_DEFINE_FINAL_TYPE (WwClock, ww_clock, G_TYPE_OBJECT)

enum
{
  DAY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static int
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_year (now) * 1000 + g_date_time_get_day_of_year (now);
}

static gboolean
look_cb (gpointer user_data)
{
  WwClock *self = user_data;
  int day = today ();

  if (day != self->day)
    {
      self->day = day;
      g_signal_emit (self, signals[DAY_CHANGED], 0);
    }
  return G_SOURCE_CONTINUE;
}

static void
ww_clock_class_init (WwClockClass *klass)
{
  signals[DAY_CHANGED] = g_signal_new ("day-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
}

static void
ww_clock_init (WwClock *self)
{
  self->day = today ();
}

/**
 * ww_clock_get_default:
 *
 * Returns: (transfer none): the one clock, which lives as long as the program
 */
WwClock *
ww_clock_get_default (void)
{
  static WwClock *clock;

  if (clock == NULL)
    {
      clock = g_object_new (WW_TYPE_CLOCK, NULL);
      ww_clock_set_watched (clock, TRUE);
    }
  return clock;
}

void
ww_clock_set_watched (WwClock *self, gboolean watched)
{
  if (!watched)
    g_clear_handle_id (&self->source, g_source_remove);
  else if (self->source == 0)
    {
      self->source = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
      look_cb (self);
    }
}

GDateTime *
ww_clock_dup_now (WwClock *self)
{
  return g_date_time_new_now_local ();
}
