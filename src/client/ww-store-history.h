/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-record.h"

G_BEGIN_DECLS

/* Questions to the own account's history. On the store's thread, inside a WwStoreFunc. */

/*
 * Whether the account itself said that the device shall forget everything: a record after the last one that lists the
 * device wipes it, and is signed by `account_key`, the key that the device holds. After a reset the account has another
 * key, of which this device knows nothing but that somebody received what was sent to a handle: that says nothing about
 * what is stored here.
 */
gboolean ww_store_find_wipe (WwDatabase *database, const guint8 account[16], const guint8 device[16],
                             const guint8 account_key[65], gboolean *wiped, GError **error);
/* The hash of the own account's first record of those that have listed the handle without a gap until now. */
gboolean ww_store_find_handle_since (WwDatabase *database, const guint8 account[16], const char *handle,
                                     guint8 hash[32], GError **error);

G_END_DECLS
