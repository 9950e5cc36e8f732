/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "waxwing.pb-c.h"

G_BEGIN_DECLS

/* A frame from the server: parsed, sizes checked, immutable, reference counted (atomically). */
#define WW_TYPE_REPLY (ww_reply_get_type ())
typedef struct _WwReply WwReply;
GType ww_reply_get_type (void);

/* NULL for what ww_frame_parse() refuses. */
WwReply *ww_reply_new (const guint8 *data, gsize len);
WwReply *ww_reply_ref (WwReply *self);
void ww_reply_unref (WwReply *self);
const Waxwing__Frame *ww_reply_frame (WwReply *self);
/* Of a frame that is a response, or an event. */
const Waxwing__Response *ww_reply_response (WwReply *self);
const Waxwing__Event *ww_reply_event (WwReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwReply, ww_reply_unref)

G_END_DECLS
