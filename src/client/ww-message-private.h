/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * `pool`: id → WwMessage, unowned, so that one message is one object however it was reached. The message takes itself out
 * when it goes. Made by ww_conversation_list_take_message() only.
 */
WwMessage *ww_message_new (const WwMessageRow *row, const char *sender_handle, const char *sender_name,
                           GHashTable *pool);
/* Notifies what changed. TRUE when something did. */
gboolean ww_message_set_state (WwMessage *self, WwMessageState state, guint suite, const char *error);
const guint8 *ww_message_get_id_bytes (WwMessage *self);

G_END_DECLS
