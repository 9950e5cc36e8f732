/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-alert.h"
#include "ww-store-alerts.h"

G_BEGIN_DECLS

/* Code of HANDLE_MOVED: it was the only one, and stays in the record. */
#define WW_ALERT_CODE_LAST_HANDLE "last-handle"

WwAlert *ww_alert_new (const WwAlertRow *row);
void ww_alert_set_seen (WwAlert *self, gboolean seen);
void ww_alert_set_notified (WwAlert *self, gboolean notified);
/* The claim has ended, or not. */
void ww_alert_set_claim_state (WwAlert *self, WwClaimState state);
/* Whether the person still has to see it, and others cannot make as many of its kind as they like. */
gboolean ww_alert_has_to_stay (WwAlert *self);
/* 16 bytes; NULL when it is about no claim. */
const guint8 *ww_alert_get_claim (WwAlert *self);

G_END_DECLS
