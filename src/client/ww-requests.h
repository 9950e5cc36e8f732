/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-reply.h"
#include "ww-types.h"

G_BEGIN_DECLS

/* The requests of one link: ids, time limits, how many at once. WwLink's only. */
typedef struct _WwRequests WwRequests;
typedef void (*WwRequestsSend) (gpointer data, const guint8 *bytes, gsize len);

WwRequests *ww_requests_new (WwRequestsSend send, gpointer data);
void ww_requests_free (WwRequests *self);

DexFuture *ww_requests_send (WwRequests *self, const Waxwing__Request *request, Waxwing__Response__BodyCase expected,
                             guint timeout_ms);
/* FALSE for the answer to what nobody asked, or another answer than the question allows. */
gboolean ww_requests_take (WwRequests *self, WwReply *reply);
void ww_requests_reject_all (WwRequests *self, const GError *error);

/* The one request that goes out before the link is up. Its answer is the link's own. */
void ww_requests_authenticate (WwRequests *self, const Waxwing__Request *request);
gboolean ww_requests_take_authentication (WwRequests *self, guint64 id);

G_END_DECLS
