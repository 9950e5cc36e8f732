/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * What is behind a link, for the preview that goes with it. Whoever sends the link looks, and says so in the preferences; those who
 * get it fetch nothing.
 *
 * The server that is asked learns this device's address and nothing else: there are no cookies, no names, no page that one comes
 * from. What is asked is on the public Internet only, and no answer leads anywhere else.
 *
 * Resolves to a WwLinkPreview; rejects when there is none, for whatever reason: nobody has to be told.
 */
DexFuture *ww_link_fetch (const char *uri, GCancellable *cancellable);

G_END_DECLS
