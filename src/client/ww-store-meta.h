/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

/* Single values: server URL, account, names. On the store's thread, inside a WwStoreFunc. */
gboolean ww_store_get_meta_text (WwDatabase *database, const char *key, char **value /* NULL when unset */,
                                 GError **error);
gboolean ww_store_set_meta_text (WwDatabase *database, const char *key, const char *value /* NULL unsets */,
                                 GError **error);
gboolean ww_store_get_meta_int (WwDatabase *database, const char *key, gint64 fallback, gint64 *value, GError **error);
gboolean ww_store_set_meta_int (WwDatabase *database, const char *key, gint64 value, GError **error);

G_END_DECLS
