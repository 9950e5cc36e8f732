/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-directory.h"

G_BEGIN_DECLS

/*
 * What arrives: opened, verified, stored, and only then acknowledged. What cannot be judged now (its sender's record
 * cannot be asked for) is not acknowledged and stays with the server; what is refused is kept aside.
 *
 * Signals: "alert-added" (WwAlertRow), "outbox-changed" (), "history-changed" () when another own device spoke of it, "drained" () when all that waited is in the store, "problem-changed" ().
 */
#define WW_TYPE_INBOX (ww_inbox_get_type ())
G_DECLARE_FINAL_TYPE (WwInbox, ww_inbox, WW, INBOX, GObject)

WwInbox *ww_inbox_new (WwStore *store, WwLink *link, WwDirectory *directory, WwIdentity *identity,
                       WwConversationList *conversations);
void ww_inbox_close (WwInbox *self);
/* An event with a delivery, or with the word that the mailbox is drained. */
void ww_inbox_take (WwInbox *self, WwReply *reply);
/* The link is gone: what was not acknowledged will come again. */
void ww_inbox_reset (WwInbox *self);
/* Why what arrives cannot be stored just now (it stays with the server); nullable. */
const GError *ww_inbox_get_problem (WwInbox *self);
/* The directory shows the account as it is again: what was refused for its sake is judged anew. */
void ww_inbox_reconsider (WwInbox *self, const guint8 account[16]);

G_END_DECLS
