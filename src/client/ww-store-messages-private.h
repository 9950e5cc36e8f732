/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/* The columns that ww_store_read_message_row() expects, in this order; `m` is the alias of `messages`. */
#define WW_MESSAGE_COLUMNS                                                                                            \
  "m.row, m.id, m.conversation, m.position, m.account, m.device, m.created_ms, m.outgoing, m.state, m.kind, m.suite," \
  " m.text, m.error, m.notice, m.reply_to, m.edited_ms, m.detailed, CASE WHEN m.detailed THEN m.payload END,"         \
  " m.names"
#define WW_N_MESSAGE_COLUMNS 19

/* From the current row of `statement`, whose columns of a message begin at `first`. Without hash and details. */
WwMessageRow *ww_store_read_message_row (WwStatement *statement, int first);
/* Copies a blob of exactly `len` bytes; anything else leaves zeros. */
void ww_store_read_fixed (WwStatement *statement, int column, guint8 *out, gsize len);

/* Makes the conversation if need be. */
gboolean ww_store_ensure_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                                       GError **error);
/* The same; *notice is what the conversation begins with, if it is new and there is something to say. */
gboolean ww_store_begin_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                                      WwMessageRow **notice, GError **error);

/* The row as it is, in the place that it names; of rows without a number, after all others. */
gboolean ww_store_insert_row (WwDatabase *database, WwMessageRow *row, GError **error);
/* Counts anew what is unread, and finds the place of the last message. */
gboolean ww_store_settle_conversation (WwDatabase *database, const guint8 conversation[16], GError **error);

/* A silent payload enters the outbox. `conversation` may be NULL. */
gboolean ww_store_queue_payload (WwDatabase *database, const guint8 *conversation, const guint8 peer[16], gint64 now_ms,
                                 const Waxwing__Payload *payload, GError **error);
/* Receipts for what came in after `from`, up to `to`; `newest` becomes the last of those, if there is any. */
gboolean ww_store_queue_receipts (WwDatabase *database, const guint8 own_account[16], const guint8 conversation[16],
                                  const guint8 peer[16], gint64 from, gint64 to, Waxwing__Receipt__State state,
                                  gint64 now_ms, guint8 newest[16], gboolean *any, GError **error);

G_END_DECLS
