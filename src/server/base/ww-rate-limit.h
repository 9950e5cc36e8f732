/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* A token bucket: `burst` at once, then one more every 1/per_hour. */
typedef struct
{
  double per_hour;
  double burst;
} WwRate;

/* Token buckets, one for each key, in a table that cannot grow without bound. For the loop's thread only. */
typedef struct _WwRateLimit WwRateLimit;

WwRateLimit *ww_rate_limit_new (WwRate rate);
void ww_rate_limit_free (WwRateLimit *self);
void ww_rate_limit_set_rate (WwRateLimit *self, WwRate rate);
/* Takes one. 0: granted; else the milliseconds after which it is worth trying again. */
uint64_t ww_rate_limit_take (WwRateLimit *self, const char *key);
