/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * What a person is about to send with one message: a text, an answer to another message. Filled in by the
 * application, used up by ww_conversation_send().
 */
#define WW_TYPE_OUTGOING (ww_outgoing_get_type ())
G_DECLARE_FINAL_TYPE (WwOutgoing, ww_outgoing, WW, OUTGOING, GObject)

WwOutgoing *ww_outgoing_new (void);

const char *ww_outgoing_get_text (WwOutgoing *self);
void ww_outgoing_set_text (WwOutgoing *self, const char *text);
const char *ww_outgoing_get_reply_to (WwOutgoing *self); /* nullable */
/* Id of a message of the same conversation, 32 hex digits; NULL: answers none. */
void ww_outgoing_set_reply_to (WwOutgoing *self, const char *message_id);

G_END_DECLS
