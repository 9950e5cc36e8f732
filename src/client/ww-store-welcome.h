/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-record.h"

G_BEGIN_DECLS

/*
 * What a device that was approved here is to be sent: who is known, groups, settings, and the offer of what was said before. Promised
 * before the record with it is published, so that it is kept whatever happens after that. On the store's thread, inside a
 * WwStoreFunc.
 */
gboolean ww_store_promise_welcome (WwDatabase *database, const guint8 device[16], gint64 now_ms, GError **error);
/* Puts into the outbox what was promised to devices that `record` lists. *welcomed: there were some. */
gboolean ww_store_keep_welcomes (WwDatabase *database, const WwRecord *record, gint64 now_ms, gboolean *welcomed,
                                 GError **error);

G_END_DECLS
