/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-account.h"
#include "ww-store-handover.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

/*
 * Gives what is here to other own devices and takes what they give: docs/protocol.md, "History". All that it knows is in the store,
 * so that it goes on where it was after a restart of either side.
 *
 * Signals: "brought" (WwArchiveTaken) when a chunk is in the store; "changed" () when something moved on; "outbox-changed" ().
 */
#define WW_TYPE_HANDOVER (ww_handover_get_type ())
G_DECLARE_FINAL_TYPE (WwHandover, ww_handover, WW, HANDOVER, GObject)

WwHandover *ww_handover_new (WwStore *store, WwAccount *account, WwIdentity *identity, WwTransfers *transfers);
void ww_handover_close (WwHandover *self);
/* There may be something to do. */
void ww_handover_wake (WwHandover *self);

/* Resolve to TRUE. */
DexFuture *ww_handover_offer (WwHandover *self, const guint8 device[16]);
DexFuture *ww_handover_ask (WwHandover *self);

G_END_DECLS
