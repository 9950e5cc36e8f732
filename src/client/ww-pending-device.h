/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* A device that wants to join the account, seen from one that can approve it. */
typedef enum
{
  WW_PENDING_DEVICE_STATE_WAITING,    /* announced; nothing exchanged yet */
  WW_PENDING_DEVICE_STATE_EXCHANGING, /* our nonce is out, the other's not here yet */
  WW_PENDING_DEVICE_STATE_COMPARING,  /* "digits" are there */
  WW_PENDING_DEVICE_STATE_APPROVING,
  WW_PENDING_DEVICE_STATE_ENDED, /* approved, refused (here or elsewhere), expired, or cancelled */
} WwPendingDeviceState;
#define WW_TYPE_PENDING_DEVICE_STATE (ww_pending_device_state_get_type ())
GType ww_pending_device_state_get_type (void);

#define WW_TYPE_PENDING_DEVICE (ww_pending_device_get_type ())
G_DECLARE_FINAL_TYPE (WwPendingDevice, ww_pending_device, WW, PENDING_DEVICE, GObject)

const char *ww_pending_device_get_id (WwPendingDevice *self);
const char *ww_pending_device_get_name (WwPendingDevice *self);
const char *ww_pending_device_get_handle (WwPendingDevice *self);
gint64 ww_pending_device_get_requested_ms (WwPendingDevice *self);
gint64 ww_pending_device_get_expires_ms (WwPendingDevice *self);
WwPendingDeviceState ww_pending_device_get_state (WwPendingDevice *self); /* property "state" */
const char *ww_pending_device_get_digits (WwPendingDevice *self);         /* property "digits": six digits or NULL */

/* Starts the exchange; resolves to the six digits (string) once both sides can show them. Survives a restart. */
DexFuture *ww_pending_device_begin (WwPendingDevice *self);
/* With the digits that the person compared (or typed). WW_ERROR_APPROVAL_DIGITS when they differ from this side's;
 * after two such tries the device is refused. Resolves to TRUE when the new record is published. */
DexFuture *ww_pending_device_approve (WwPendingDevice *self, const char *digits);
DexFuture *ww_pending_device_refuse (WwPendingDevice *self);

G_END_DECLS
