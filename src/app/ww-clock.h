/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WW_TYPE_CLOCK (ww_clock_get_type ())
G_DECLARE_FINAL_TYPE (WwClock, ww_clock, WW, CLOCK, GObject)

WwClock *ww_clock_get_default (void);
GDateTime *ww_clock_dup_now (WwClock *self);
/* Whether anybody looks. While nobody does, the clock rests. */
void ww_clock_set_watched (WwClock *self, gboolean watched);

/* Signal "day-changed": what was “today” is now “yesterday”. */

G_END_DECLS
