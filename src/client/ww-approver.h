/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-account.h"
#include "ww-pending-device.h"
#include "ww-store.h"

G_BEGIN_DECLS

/*
 * The side of an approval that says yes: docs/protocol.md, "Enrolment". Devices that want to join appear in the list; what
 * the person decides about one comes through WwPendingDevice. Commit, then reveal: this device's nonce is out before the
 * new device's is, and goes with one announcement only.
 *
 * Signal "pending-device-added" (WwPendingDevice).
 */
#define WW_TYPE_APPROVER (ww_approver_get_type ())
G_DECLARE_FINAL_TYPE (WwApprover, ww_approver, WW, APPROVER, GObject)

WwApprover *ww_approver_new (WwStore *store, WwLink *link, WwAccount *account, WwIdentity *identity,
                             GListStore *devices);
void ww_approver_close (WwApprover *self);
/* Events about pending devices; others are left alone. */
void ww_approver_take (WwApprover *self, WwReply *reply);

/* For WwPendingDevice. */
DexFuture *ww_approver_begin (WwApprover *self, WwPendingDevice *device);
DexFuture *ww_approver_approve (WwApprover *self, WwPendingDevice *device, const char *digits);
DexFuture *ww_approver_refuse (WwApprover *self, WwPendingDevice *device);

G_END_DECLS
