/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-directory.h"

G_BEGIN_DECLS

/*
 * What still has to go out. Everything is in the store before anybody hears of it, and leaves it in the transaction that
 * says SENT. For each account there is a lane: its rows go out in their order, several on their way at once.
 */
#define WW_TYPE_OUTBOX (ww_outbox_get_type ())
G_DECLARE_FINAL_TYPE (WwOutbox, ww_outbox, WW, OUTBOX, GObject)

WwOutbox *ww_outbox_new (WwStore *store, WwLink *link, WwDirectory *directory, WwIdentity *identity,
                         WwConversationList *conversations, const char *name);
void ww_outbox_close (WwOutbox *self);
/* Something was put in, or the link came up. */
void ww_outbox_wake (WwOutbox *self);
DexFuture *ww_outbox_settle (WwOutbox *self);
/* To the devices of these people that are connected now; never stored, tried once, and not at all while offline. */
void ww_outbox_send_transient (WwOutbox *self, const guint8 conversation[16], const guint8 peer[16], GBytes *payload);
/* Whatever held this account's rows back may be over: tries at once. NULL: all accounts. */
void ww_outbox_unblock (WwOutbox *self, const guint8 *account);

G_END_DECLS
