/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-account.h"
#include "ww-handle-addition.h"
#include "ww-enrolment.h"
#include "ww-store.h"

G_BEGIN_DECLS

/*
 * Handles on their way into the own account: WwHandleAddition in `list`, rows in the store. Each goes on at every connection,
 * at what the server says of its verification, and when its hold is over. Those that are DONE leave; those that FAILED stay
 * until the person has seen why and cancels them.
 */
#define WW_TYPE_ADDITIONS (ww_additions_get_type ())
G_DECLARE_FINAL_TYPE (WwAdditions, ww_additions, WW, ADDITIONS, GObject)

WwAdditions *ww_additions_new (WwStore *store, WwLink *link, WwAccount *account, GListStore *list);
void ww_additions_close (WwAdditions *self);
/* Resolves to TRUE when `list` holds what the store does. */
DexFuture *ww_additions_load (WwAdditions *self);
/* Resolves to TRUE when what goes on now has come as far as it can. */
DexFuture *ww_additions_settle (WwAdditions *self);
/* Events about verifications; others are left alone. */
void ww_additions_take (WwAdditions *self, WwReply *reply);

/* `handle` is normalised. Resolves to a WwHandleAddition. */
DexFuture *ww_additions_add (WwAdditions *self, const char *handle, WwEnrolmentFlags flags);

/* For WwHandleAddition. */
DexFuture *ww_additions_submit_code (WwAdditions *self, WwHandleAddition *addition, const char *code);
DexFuture *ww_additions_resend (WwAdditions *self, WwHandleAddition *addition);
DexFuture *ww_additions_cancel (WwAdditions *self, WwHandleAddition *addition);

G_END_DECLS
