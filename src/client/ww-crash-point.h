/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Builds for the tests end here, as by SIGKILL, when WAXWING_TEST_CRASH is `name`: nothing is flushed, closed or cleaned up.
 * Other builds have nothing of it.
 */
#ifdef WW_TEST_CRASH
void ww_crash_point (const char *name);
#else
#define ww_crash_point(name) ((void) 0)
#endif

G_END_DECLS
