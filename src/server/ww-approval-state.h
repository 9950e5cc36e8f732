/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* Where a device that waits for its approval stands. */
typedef enum
{
  WW_APPROVAL_WAITING,  /* nobody has begun */
  WW_APPROVAL_BEGUN,    /* a device has sent its nonce */
  WW_APPROVAL_REVEALED, /* the new device has answered with its own: the digits can be compared */
  WW_APPROVAL_GRANTED,  /* a record with the device is published */
  WW_APPROVAL_OVER,     /* refused, cancelled or expired */
} WwApprovalState;

typedef enum
{
  WW_APPROVAL_BEGIN,
  WW_APPROVAL_REVEAL,
  WW_APPROVAL_GRANT,
  WW_APPROVAL_END,
} WwApprovalEvent;

#define WW_APPROVAL_N_STATES 5
#define WW_APPROVAL_N_EVENTS 4

/* The only way from one state to another. False, and no move, when the event has no place in this state. */
bool ww_approval_state_move (WwApprovalState *state, WwApprovalEvent event);
