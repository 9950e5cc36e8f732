/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A photo or a video of a message, as a button that shows it large: at its right size before it is there, with its progress
 * on top. Emits "activate" when it is to be shown.
 */
#define WW_TYPE_ATTACHMENT_TILE (ww_attachment_tile_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachmentTile, ww_attachment_tile, WW, ATTACHMENT_TILE, GtkWidget)

GtkWidget *ww_attachment_tile_new (WwAttachment *attachment, gboolean tile, gboolean plain);
WwAttachment *ww_attachment_tile_get_attachment (WwAttachmentTile *self);

G_END_DECLS
