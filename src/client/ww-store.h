/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-keyring.h"

G_BEGIN_DECLS

/*
 * The encrypted store (SQLCipher, raw 256-bit key): one file, one connection, one thread that owns it. Everything
 * that touches it is a WwStoreFunc that runs on that thread inside a transaction of its own: committed when it returns
 * TRUE, rolled back when it returns FALSE or sets an error. Transactions run in the order in which they were asked for.
 * WAL, synchronous=FULL. SQL lives in ww-store-*.c by concern, never elsewhere.
 */
#define WW_TYPE_STORE (ww_store_get_type ())
G_DECLARE_FINAL_TYPE (WwStore, ww_store, WW, STORE, GObject)

/* Opens or creates; migrates; refuses what is not ours. Resolves to a WwStore. */
DexFuture *ww_store_open (const char *path, const WwStoreKey *key, gboolean create);
DexFuture *ww_store_close (WwStore *self);

/* Runs on the store's thread. `result` is uninitialised (G_VALUE_INIT): set it to give the future a value, else TRUE. */
typedef gboolean (*WwStoreFunc) (WwDatabase *database, gpointer data, GValue *result, GError **error);
DexFuture *ww_store_run (WwStore *self, WwStoreFunc func, gpointer data, GDestroyNotify destroy);
/* The same without a write transaction: for reading. */
DexFuture *ww_store_read (WwStore *self, WwStoreFunc func, gpointer data, GDestroyNotify destroy);
/* Takes what was deleted out of the write-ahead log too. Resolves to TRUE. */
DexFuture *ww_store_purge (WwStore *self);

G_END_DECLS
