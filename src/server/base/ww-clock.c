/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-clock.h"

#include <stdlib.h>

#include <glib.h>

#ifdef WW_TEST_CLOCK
/*
 * Builds for the tests let WAXWING_TEST_CLOCK_OFFSET_MS shift the wall clock of a whole run, so that
 * expiry can be seen without waiting for it.
 */
static int64_t
test_offset_ms (void)
{
  static gsize initialised = 0;
  static int64_t offset = 0;

  if (g_once_init_enter (&initialised))
    {
      const char *value = g_getenv ("WAXWING_TEST_CLOCK_OFFSET_MS");

      if (value != NULL)
        offset = g_ascii_strtoll (value, NULL, 10);
      g_once_init_leave (&initialised, 1);
    }
  return offset;
}
#else
static int64_t
test_offset_ms (void)
{
  return 0;
}
#endif

/* The time of day in milliseconds since 1970-01-01 UTC. */
int64_t
ww_clock_now_ms (void)
{
  return g_get_real_time () / 1000 + test_offset_ms ();
}

/* Milliseconds since some moment in the past; never goes back. */
int64_t
ww_clock_monotonic_ms (void)
{
  return g_get_monotonic_time () / 1000;
}
