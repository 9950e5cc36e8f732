/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ww-attachment.h"

G_BEGIN_DECLS

/*
 * A sealed file, opened while it is read: whole segments are verified before a byte of them is given out. Seekable; one
 * thread at a time, whichever. WW_ERROR_MESSAGE_ALTERED for what does not verify.
 */
#define WW_TYPE_SEALED_STREAM (ww_sealed_stream_get_type ())
G_DECLARE_FINAL_TYPE (WwSealedStream, ww_sealed_stream, WW, SEALED_STREAM, GInputStream)

/* Touches no disk before the first reading. */
GInputStream *ww_sealed_stream_new (const char *path, const guint8 key[WW_ATTACHMENT_KEY_SIZE], guint64 size);

G_END_DECLS
