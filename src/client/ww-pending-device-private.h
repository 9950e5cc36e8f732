/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-approver.h"
#include "ww-pending-device.h"
#include "ww-store-approvals.h"

G_BEGIN_DECLS

/* The state, for ww-pending-device.c and ww-approver*.c only. */
struct _WwPendingDevice
{
  GObject parent_instance;

  WwApprover *approver; /* weak: does the work */
  char *id;
  char *name;
  char *handle;
  gint64 requested_ms;
  gint64 expires_ms;
  WwPendingDeviceState state;
  char digits[7]; /* "" when there are none */

  /* Of the approver. */
  WwReply *announcement;   /* the event; checked */
  GBytes *pending;         /* commitment | DeviceKeys */
  WwApprovalRow *exchange; /* once begun */
  DexPromise *compared;    /* of those who wait for the digits; nullable */
};

WwPendingDevice *ww_pending_device_new (WwApprover *approver, const char *id, const char *name, const char *handle,
                                        gint64 requested_ms, gint64 expires_ms);
void ww_pending_device_set_state (WwPendingDevice *self, WwPendingDeviceState state);
void ww_pending_device_set_digits (WwPendingDevice *self, const char *digits);

G_END_DECLS
