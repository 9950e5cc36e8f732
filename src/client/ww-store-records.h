/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-record.h"

G_BEGIN_DECLS

/* Boxed WwRecord, for futures and values. */
#define WW_TYPE_RECORD (ww_record_boxed_get_type ())
GType ww_record_boxed_get_type (void);

/* Rows of `records` and `handles`. On the store's thread, inside a WwStoreFunc. Only verified records go in. */
gboolean ww_store_insert_records (WwDatabase *database, WwRecord *const *records, gsize n_records, GError **error);
/* *record is NULL when the account is unknown. */
gboolean ww_store_newest_record (WwDatabase *database, const guint8 account[16], WwRecord **record, GError **error);
/* The one of the chain with that hash; *record is NULL when there is none. */
gboolean ww_store_find_record (WwDatabase *database, const guint8 account[16], const guint8 hash[32], WwRecord **record,
                               GError **error);
gboolean ww_store_has_record (WwDatabase *database, const guint8 account[16], const guint8 hash[32], gboolean *found,
                              GError **error);

gboolean ww_store_set_handle (WwDatabase *database, const char *handle, const guint8 account[16], gint64 now_ms,
                              GError **error);
/* *found FALSE when nobody was ever seen under it. */
gboolean ww_store_find_handle (WwDatabase *database, const char *handle, guint8 account[16], gboolean *found,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwRecord, ww_record_unref)

G_END_DECLS
