/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-rate-limit.h"

#include "ww-clock.h"

#define MAX_BUCKETS         65536
#define FULL_TABLE_RETRY_MS 60000
#define SWEEP_INTERVAL_MS   1000

typedef struct
{
  double tokens;
  int64_t updated_ms;
} Bucket;

struct _WwRateLimit
{
  GHashTable *buckets; /* char* → Bucket* */
  double per_ms;
  double burst;
  int64_t swept_ms;
};

/* An empty table. */
WwRateLimit *
ww_rate_limit_new (WwRate rate)
{
  WwRateLimit *self = g_new0 (WwRateLimit, 1);

  self->swept_ms = ww_clock_monotonic_ms () - SWEEP_INTERVAL_MS;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ww_rate_limit_set_rate (self, rate);
  return self;
}

/* Frees the table. */
void
ww_rate_limit_free (WwRateLimit *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

/* A new rate, for the buckets that are there too. */
void
ww_rate_limit_set_rate (WwRateLimit *self, WwRate rate)
{
  self->per_ms = rate.per_hour / 3600000.0;
  self->burst = rate.burst;
}

static void
refill (WwRateLimit *self, Bucket *bucket, int64_t now_ms)
{
  bucket->tokens = MIN (self->burst, bucket->tokens + (double) (now_ms - bucket->updated_ms) * self->per_ms);
  bucket->updated_ms = now_ms;
}

typedef struct
{
  WwRateLimit *limit;
  int64_t now_ms;
} Sweep;

/* A full bucket is no different from none. */
static gboolean
is_full (gpointer key, gpointer value, gpointer data)
{
  Sweep *sweep = data;

  refill (sweep->limit, value, sweep->now_ms);
  return ((Bucket *) value)->tokens >= sweep->limit->burst;
}

/* Whether there is room for one key more. Making room takes time, so that not every new key may ask for it. */
static bool
make_room (WwRateLimit *self, int64_t now_ms)
{
  if (g_hash_table_size (self->buckets) < MAX_BUCKETS)
    return true;
  if (now_ms < self->swept_ms + SWEEP_INTERVAL_MS)
    return false;
  self->swept_ms = now_ms;
  g_hash_table_foreach_remove (self->buckets, is_full, &(Sweep) { self, now_ms });
  return g_hash_table_size (self->buckets) < MAX_BUCKETS;
}

/* Takes one token of this key. A table that is full of keys in use refuses new ones. */
uint64_t
ww_rate_limit_take (WwRateLimit *self, const char *key)
{
  int64_t now_ms = ww_clock_monotonic_ms ();
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL)
    {
      if (!make_room (self, now_ms))
        return FULL_TABLE_RETRY_MS;
      bucket = g_new (Bucket, 1);
      *bucket = (Bucket) { self->burst, now_ms };
      g_hash_table_insert (self->buckets, g_strdup (key), bucket);
    }
  refill (self, bucket, now_ms);
  if (bucket->tokens < 1)
    return (uint64_t) ((1 - bucket->tokens) / self->per_ms) + 1;
  bucket->tokens -= 1;
  return 0;
}
