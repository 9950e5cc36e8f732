/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-pending-device.h"

G_BEGIN_DECLS

typedef struct _WwApprover WwApprover;

/* The state, for ww-pending-device.c and ww-approver.c only. */
struct _WwPendingDevice
{
  GObject parent_instance;

  WwApprover *approver;     /* weak: does the work */
  char *id;
  char *name;
  char *handle;
  gint64 requested_ms;
  gint64 expires_ms;
  WwPendingDeviceState state;
  char digits[7];           /* "" when there are none */
};

WwPendingDevice *ww_pending_device_new (WwApprover *approver, const char *id, const char *name, const char *handle,
                                        gint64 requested_ms, gint64 expires_ms);
void ww_pending_device_set_state (WwPendingDevice *self, WwPendingDeviceState state);
void ww_pending_device_set_digits (WwPendingDevice *self, const char *digits);

G_END_DECLS
