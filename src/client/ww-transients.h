/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-directory.h"

G_BEGIN_DECLS

/*
 * What others send to who is connected now: docs/protocol.md, "What nobody keeps". Whatever is wrong with it, it is dropped
 * without a word; nothing is asked of the server for it, and nothing is stored.
 */
#define WW_TYPE_TRANSIENTS (ww_transients_get_type ())
G_DECLARE_FINAL_TYPE (WwTransients, ww_transients, WW, TRANSIENTS, GObject)

WwTransients *ww_transients_new (WwStore *store, WwDirectory *directory, WwIdentity *identity,
                                 WwConversationList *conversations);
void ww_transients_close (WwTransients *self);
/* Whether the event is a delivery of something that is in no mailbox. */
gboolean ww_transients_is_one (WwReply *reply);
/* `reply`: one for which that is so. */
void ww_transients_take (WwTransients *self, WwReply *reply);

G_END_DECLS
