/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are milliseconds since 1970 and are shown in local time. What no calendar can hold becomes "". */
char *ww_time_format_clock (gint64 ms);
char *ww_time_format_short (gint64 ms, GDateTime *now);
char *ww_time_format_day (gint64 ms, GDateTime *now);
char *ww_time_format_sentence (gint64 ms, GDateTime *now);
char *ww_time_format_absolute (gint64 ms, GDateTime *now);
char *ww_time_format_date (gint64 ms, GDateTime *now);
char *ww_time_format_stamp (gint64 ms);
char *ww_time_format_activity (gint64 ms, GDateTime *now);
gboolean ww_time_same_day (gint64 a_ms, gint64 b_ms);
char *ww_time_format_duration (gint64 ms);
void ww_time_set_twelve_hours (gboolean twelve_hours);

G_END_DECLS
