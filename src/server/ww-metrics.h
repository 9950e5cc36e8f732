/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include <glib.h>

#include "ww-delivery.h"
#include "ww-storage.h"

/* What happened since the start. Counted on the loop's thread, but for the mails and messages. */
typedef struct
{
  uint64_t connections; /* open now */
  uint64_t devices;     /* authenticated now */
  uint64_t connections_total;
  uint64_t requests_total;
  uint64_t refused_total;
  uint64_t sends_total; /* accepted */
  uint64_t deliveries_total;
  uint64_t transients_total; /* handed to a device */
  uint64_t acknowledged_total;
  uint64_t expired_total;
  uint64_t slow_readers_total;
  uint64_t unavailable_total;
  WwDeliveryCounts mails;
  WwDeliveryCounts sms;
} WwMetrics;

/* In Prometheus' text form. `storage` may be NULL. */
char *ww_metrics_format (WwMetrics *self, const WwLoadStatisticsOp *storage);
