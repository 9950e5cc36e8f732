/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <uv.h>

#include "ww-config.h"
#include "ww-metrics.h"
#include "ww-rate-limit.h"
#include "ww-storage.h"

/*
 * What the parts of the server share. Made by ww-server.c, which alone knows all of them; everybody else
 * uses what it needs through their headers. Everything here belongs to the loop's thread.
 */
typedef struct _WwPresence WwPresence;
typedef struct _WwVerification WwVerification;
typedef struct _WwApprovalRelay WwApprovalRelay;
typedef struct _WwListener WwListener;
typedef struct _WwAttachments WwAttachments;

typedef struct
{
  uv_loop_t *loop;
  WwConfig *config;
  WwMetrics metrics;
  WwStorage *storage;
  WwPresence *presence;
  WwVerification *verification;
  const struct _WwVerificationService *messenger; /* as the verification knows us */
  char *inbound_secret;                           /* of the SMS gateway; NULL: it delivers nothing */
  WwApprovalRelay *relay;
  WwListener *listener;
  WwAttachments *attachments;
  WwRateLimit *requests; /* of links that are not authenticated, by client */
  WwRateLimit *look_ups;
  WwRateLimit *sends;
  WwRateLimit *transients;
  WwRateLimit *uploads;
  char *public_url;    /* under which people and clients reach this server */
  uint64_t generation; /* of all records: counts those that were published */
  uint64_t claims;     /* counts what changed about any claim or moved handle */
  bool stopping;       /* no further request is accepted */
  unsigned running;    /* requests that wait for the storage */
} WwServices;
