/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-outgoing.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/* Payload, kind, text and reply of a row, as they go out. FALSE, and WW_ERROR_INVALID_ARGUMENT, when there is nothing to send,
 * or too much. */
gboolean ww_outgoing_fill (WwOutgoing *self, WwMessageRow *row, GError **error);

G_END_DECLS
