/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* All that this library asks of libsoup's requests; nobody else calls soup_session_send_async(). */

/* Resolves to the GInputStream of the answer. */
DexFuture *ww_http_send (SoupSession *session, SoupMessage *message, int priority, GCancellable *cancellable);

/* Resolves to at most `count` bytes (GBytes) of it; none at its end. */
DexFuture *ww_http_read (GInputStream *stream, gsize count, int priority, GCancellable *cancellable);

G_END_DECLS
