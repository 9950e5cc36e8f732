/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* The server's only sources of time. */
int64_t ww_clock_now_ms (void);       /* of the wall: milliseconds since 1970-01-01 UTC */
int64_t ww_clock_monotonic_ms (void); /* for intervals */
