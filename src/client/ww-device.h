/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* A device of the own account, from the account's current signed record. */
#define WW_TYPE_DEVICE (ww_device_get_type ())
G_DECLARE_FINAL_TYPE (WwDevice, ww_device, WW, DEVICE, GObject)

const char *ww_device_get_id (WwDevice *self);   /* 32 hex digits */
const char *ww_device_get_name (WwDevice *self); /* never empty */
gint64 ww_device_get_enrolled_ms (WwDevice *self);
const char *ww_device_get_fingerprint (WwDevice *self); /* groups of four hex digits */
gboolean ww_device_get_is_this (WwDevice *self);
guint ww_device_get_suite (WwDevice *self); /* strongest offered */
/* The server's word, after ww_client_refresh_activity(); both notify. */
gint64 ww_device_get_last_seen_ms (WwDevice *self); /* to the hour; 0: unknown */
gboolean ww_device_get_connected (WwDevice *self);

G_END_DECLS
