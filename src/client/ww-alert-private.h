/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-alert.h"
#include "ww-store-alerts.h"

G_BEGIN_DECLS

WwAlert *ww_alert_new (const WwAlertRow *row);
void ww_alert_set_seen (WwAlert *self, gboolean seen);
void ww_alert_set_notified (WwAlert *self, gboolean notified);

G_END_DECLS
