/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

#define WW_STORE_VERSION 8

/* Whether this is a store that this program may write to, or one that is still empty. Reads only. */
gboolean ww_store_schema_check (WwDatabase *database, GError **error);
/* Makes the tables of an empty one, brings an older one up to date, in one transaction. */
gboolean ww_store_schema_prepare (WwDatabase *database, GError **error);

G_END_DECLS
