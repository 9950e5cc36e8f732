/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-handle-addition-private.h"
#include "ww-proof.h"

G_BEGIN_DECLS

/* The state, for ww-additions*.c only. */
struct _WwAdditions
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwAccount *account;
  GListStore *list;
  GHashTable *starting; /* set of handles whose verification is being asked for */
  DexPromise *closing;
  DexFuture *work; /* what goes on with them now; nullable */
};

void ww_additions_advance (WwAdditions *self, WwHandleAddition *addition);
void ww_additions_take_state (WwAdditions *self, WwHandleAddition *addition, const Waxwing__VerificationState *state);
void ww_additions_fail (WwAdditions *self, WwHandleAddition *addition, const GError *error);
/* The row as it is now, into the store. */
DexFuture *ww_additions_save (WwAdditions *self, WwHandleAddition *addition);
/* Out of list and store. */
DexFuture *ww_additions_drop (WwAdditions *self, WwHandleAddition *addition);

G_END_DECLS
