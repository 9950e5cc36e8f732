/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-approval-state.h"

#define NO (-1)

/* A second approver may take over until the approval is granted; nothing leads out of the last two states. */
static const signed char moves[WW_APPROVAL_N_STATES][WW_APPROVAL_N_EVENTS] = {
  /*                          BEGIN               REVEAL                 GRANT                 END */
  [WW_APPROVAL_WAITING] = { WW_APPROVAL_BEGUN, NO, NO, WW_APPROVAL_OVER },
  [WW_APPROVAL_BEGUN] = { WW_APPROVAL_BEGUN, WW_APPROVAL_REVEALED, NO, WW_APPROVAL_OVER },
  [WW_APPROVAL_REVEALED] = { WW_APPROVAL_BEGUN, NO, WW_APPROVAL_GRANTED, WW_APPROVAL_OVER },
  [WW_APPROVAL_GRANTED] = { NO, NO, NO, NO },
  [WW_APPROVAL_OVER] = { NO, NO, NO, NO },
};

/* See the header. */
bool
ww_approval_state_move (WwApprovalState *state, WwApprovalEvent event)
{
  signed char next = moves[*state][event];

  if (next == NO)
    return false;
  *state = (WwApprovalState) next;
  return true;
}
