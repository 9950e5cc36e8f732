/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-parts.h"
#include "ww-store-amend.h"

G_BEGIN_DECLS

/* `row`: NULL when the message is not here. */
WwQuote *ww_quote_new (const guint8 message[16], const WwMessageRow *row, const char *sender_name);
gboolean ww_quote_equal (WwQuote *a, WwQuote *b);
WwTapback *ww_tapback_new (const WwTapbackRow *row, const char *sender_name, const char *sender_handle, gboolean own);
gboolean ww_tapback_is (WwTapback *self, const WwTapbackRow *row);
WwMessageEdit *ww_message_edit_new (const char *text, gint64 created_ms);
WwDelivery *ww_delivery_new (const WwDeliveryRow *row, const char *name);

G_END_DECLS
