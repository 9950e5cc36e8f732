/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* All that this library asks of others over HTTP goes through here; nobody else calls soup_session_send_async(). */

/*
 * soup_session_send_async(), as a future, with a cancellation that libsoup 3.6.5 survives. Whoever cancels between the moment
 * at which a response has begun and the one at which libsoup is told of it makes it let go of the message's queue item twice,
 * and its memory is used after it is freed (mended upstream in 2025: "finishing queue item twice"). So the message is
 * cancelled a little later, when the main context has nothing left to deliver.
 *
 * For the main thread. The cancellable is nullable.
 *
 * Returns: (transfer full): resolves to the GInputStream of the response; rejects as soup_session_send_finish() fails
 */
DexFuture *ww_http_send (SoupSession *session, SoupMessage *message, int priority, GCancellable *cancellable);

/*
 * For the main thread. The cancellable is nullable.
 *
 * Returns: (transfer full): resolves to a GBytes of at most `count` bytes of a response, and of none at its end
 */
DexFuture *ww_http_read (GInputStream *stream, gsize count, int priority, GCancellable *cancellable);

G_END_DECLS
