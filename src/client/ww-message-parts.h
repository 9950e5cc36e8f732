/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* What belongs to a message. Constant objects; properties of the same names. */

/* The message that another one answers, as it is now. */
#define WW_TYPE_QUOTE (ww_quote_get_type ())
G_DECLARE_FINAL_TYPE (WwQuote, ww_quote, WW, QUOTE, GObject)
const char *ww_quote_get_message_id (WwQuote *self);
const char *ww_quote_get_sender_name (WwQuote *self); /* "" when it is not available */
gboolean ww_quote_get_outgoing (WwQuote *self);
const char *ww_quote_get_text (WwQuote *self);    /* one line; "" for kinds without */
const char *ww_quote_get_summary (WwQuote *self); /* what it is, as in “2 photos”; "" for texts */
guint ww_quote_get_kind (WwQuote *self);          /* WwMessageKind */
gboolean ww_quote_get_available (WwQuote *self);  /* FALSE: it is not on this device */

#define WW_TYPE_TAPBACK (ww_tapback_get_type ())
G_DECLARE_FINAL_TYPE (WwTapback, ww_tapback, WW, TAPBACK, GObject)
const char *ww_tapback_get_emoji (WwTapback *self);
const char *ww_tapback_get_account (WwTapback *self);     /* hex */
const char *ww_tapback_get_sender_name (WwTapback *self); /* for people, never empty */
const char *ww_tapback_get_sender_handle (WwTapback *self);
gboolean ww_tapback_get_own (WwTapback *self);
gint64 ww_tapback_get_created_ms (WwTapback *self);

/* One wording of a message. */
#define WW_TYPE_MESSAGE_EDIT (ww_message_edit_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageEdit, ww_message_edit, WW, MESSAGE_EDIT, GObject)
const char *ww_message_edit_get_text (WwMessageEdit *self);
gint64 ww_message_edit_get_created_ms (WwMessageEdit *self);

/* Who has a message of the own account. */
#define WW_TYPE_DELIVERY (ww_delivery_get_type ())
G_DECLARE_FINAL_TYPE (WwDelivery, ww_delivery, WW, DELIVERY, GObject)
const char *ww_delivery_get_account (WwDelivery *self); /* hex */
const char *ww_delivery_get_name (WwDelivery *self);    /* for people, never empty */
guint ww_delivery_get_state (WwDelivery *self);         /* WwMessageState: DELIVERED or READ */
gint64 ww_delivery_get_at_ms (WwDelivery *self);

G_END_DECLS
