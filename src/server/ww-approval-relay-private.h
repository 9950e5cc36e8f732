/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-approval-relay.h"
#include "ww-approval-state.h"

typedef struct
{
  WwStoredPending row;
  WwApprovalState state;
  WwConnection *connection; /* the new device's link, perhaps closed; NULL: none yet */
  unsigned begins;
  uint8_t approver_id[WW_ID_SIZE];
  uint8_t approver_nonce[WW_NONCE_SIZE];
  uint8_t new_nonce[WW_NONCE_SIZE];
  WwStoredRecord record; /* that the exchange is about */
} WwPending;

struct _WwApprovalRelay
{
  WwServices *services;
  GHashTable *devices; /* GBytes*, device id → WwPending* */
};

WwPending *ww_approval_relay_find (WwApprovalRelay *self, const uint8_t device_id[WW_ID_SIZE]);
/* Forgets it, here and in the storage, and tells the new device (unless it was granted) and the account's devices. */
void ww_approval_relay_end (WwApprovalRelay *self, WwPending *pending, Waxwing__ApprovalEnded__Reason reason);

/* What is said to whom (ww-approval-events.c) */
void ww_approval_announce (WwApprovalRelay *self, const WwPending *pending);
void ww_approval_announce_to (const WwPending *pending, WwConnection *device);
void ww_approval_tell_begun (const WwPending *pending);
void ww_approval_tell_revealed (WwApprovalRelay *self, const WwPending *pending);
void ww_approval_tell_granted (WwApprovalRelay *self, const WwPending *pending);
void ww_approval_tell_ended (WwApprovalRelay *self, const WwPending *pending, Waxwing__ApprovalEnded__Reason reason);
