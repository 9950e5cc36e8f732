/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * Something that will be sent with the next message: a file, or bytes that are in no file. Properties that change once it
 * has been looked at: "name", "size", "content-type", "paintable", "error"; and by the person: "keep-metadata", "smaller".
 */
#define WW_TYPE_PENDING_FILE (ww_pending_file_get_type ())
G_DECLARE_FINAL_TYPE (WwPendingFile, ww_pending_file, WW, PENDING_FILE, GObject)

WwPendingFile *ww_pending_file_new (GFile *file);
WwPendingFile *ww_pending_file_new_for_bytes (GBytes *bytes, const char *name);
void ww_pending_file_add_to (WwPendingFile *self, WwOutgoing *outgoing);
void ww_pending_file_examine (WwPendingFile *self, guint64 max_size);

GFile *ww_pending_file_get_file (WwPendingFile *self);
GBytes *ww_pending_file_get_bytes (WwPendingFile *self);
const char *ww_pending_file_get_name (WwPendingFile *self);
const char *ww_pending_file_get_content_type (WwPendingFile *self);
guint64 ww_pending_file_get_size (WwPendingFile *self);
gboolean ww_pending_file_get_is_photo (WwPendingFile *self);
gboolean ww_pending_file_get_known (WwPendingFile *self);
GdkPaintable *ww_pending_file_get_paintable (WwPendingFile *self);
const char *ww_pending_file_get_error (WwPendingFile *self);
gboolean ww_pending_file_get_keep_metadata (WwPendingFile *self);
gboolean ww_pending_file_get_smaller (WwPendingFile *self);

G_END_DECLS
