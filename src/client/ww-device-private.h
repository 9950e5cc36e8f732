/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-device.h"
#include "ww-record.h"

G_BEGIN_DECLS

/* `name`: as opened with the account key. NULL or "": a device of the own account is called "Unnamed Device". */
WwDevice *ww_device_new (const WwRecordDevice *device, const char *name, gboolean is_this);
/* Of somebody else's record: their names are for their own devices only, and "" here. */
WwDevice *ww_device_new_for_contact (const WwRecordDevice *device);
/* The server's word. */
void ww_device_set_activity (WwDevice *self, gint64 last_seen_ms, gboolean connected);

G_END_DECLS
