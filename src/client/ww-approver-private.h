/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-approver.h"
#include "ww-pending-device-private.h"

G_BEGIN_DECLS

/* The state, for ww-approver*.c only. */
struct _WwApprover
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwAccount *account;
  WwIdentity *identity;
  GListStore *devices;
  DexPromise *closing;
  guint timer; /* until the first of them expires */
};

/* Work on one pending device. */
typedef struct
{
  WwApprover *approver;
  WwPendingDevice *device;
  char *digits;
} WwApproverTask;

WwApproverTask *ww_approver_task_new (WwApprover *approver, WwPendingDevice *device, const char *digits);
void ww_approver_task_free (gpointer data);

/* ww-approver.c. What was announced of the device; the device of that id, transfer none; the end, however it came. */
const Waxwing__DevicePending *ww_approver_get_pending (WwPendingDevice *device);
WwPendingDevice *ww_approver_find (WwApprover *self, const guint8 *device_id, guint *position);
void ww_approver_end (WwApprover *self, WwPendingDevice *device);

/* ww-approver-exchange.c. Stores how far the exchange is, and takes the other side's nonce. */
DexFuture *ww_approver_save (WwApprover *self, WwPendingDevice *device);
void ww_approver_take_revealed (WwApprover *self, const Waxwing__ApprovalRevealed *revealed);

G_END_DECLS
