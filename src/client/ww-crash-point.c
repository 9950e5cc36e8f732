/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-crash-point.h"

#ifdef WW_TEST_CRASH

#include <signal.h>

void
ww_crash_point (const char *name)
{
  if (g_strcmp0 (g_getenv ("WAXWING_TEST_CRASH"), name) == 0)
    raise (SIGKILL);
}

#endif
