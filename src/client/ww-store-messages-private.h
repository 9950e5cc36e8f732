/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-messages.h"

G_BEGIN_DECLS

/* The columns that ww_store_read_message_row() expects, in this order; `m` is the alias of `messages`. */
#define WW_MESSAGE_COLUMNS                                                                                            \
  "m.row, m.id, m.conversation, m.position, m.account, m.device, m.created_ms, m.outgoing, m.state, m.kind, m.suite," \
  " m.text, m.error"
#define WW_N_MESSAGE_COLUMNS 13

/* From the current row of `statement`, whose columns of a message begin at `first`. Without payload and hash. */
WwMessageRow *ww_store_read_message_row (WwStatement *statement, int first);
/* Copies a blob of exactly `len` bytes; anything else leaves zeros. */
void ww_store_read_fixed (WwStatement *statement, int column, guint8 *out, gsize len);

/* Makes the conversation if need be. */
gboolean ww_store_ensure_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                                       GError **error);

G_END_DECLS
