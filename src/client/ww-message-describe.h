/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/* Whether a payload is shown as a message of its own, and not something about others. */
gboolean ww_payload_is_message (const Waxwing__Payload *payload);
/* Kind, text, names, reply_to and `detailed` of a row, as its payload says. The payload itself is the caller's affair. */
void ww_message_row_describe (WwMessageRow *row, const Waxwing__Payload *payload);
/* Whose card it is, in one line, without reading the rest: for lists and searching; "" when it does not say. */
char *ww_message_dup_card_name (GBytes *vcard);
/* What a payload without words is, as in “2 photos”: ww-message-media.c. */
char *ww_message_dup_summary (const guint8 id[16], GBytes *payload);

G_END_DECLS
