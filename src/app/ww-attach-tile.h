/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-pending-file.h"

G_BEGIN_DECLS

/* One of the files that go out with the next message. Emits "remove". */
#define WW_TYPE_ATTACH_TILE (ww_attach_tile_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachTile, ww_attach_tile, WW, ATTACH_TILE, GtkWidget)

GtkWidget *ww_attach_tile_new (WwPendingFile *file);
WwPendingFile *ww_attach_tile_get_file (WwAttachTile *self);

G_END_DECLS
