/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-link-fetch.h"

G_BEGIN_DECLS

typedef gboolean (*WwLinkFetchCheck) (GInetAddress *address);

/* The same for tests, which choose the addresses that count as public, and how long it may take. */
DexFuture *ww_link_fetch_checked (const char *uri, WwLinkFetchCheck check, guint limit_ms, GCancellable *cancellable);

G_END_DECLS
