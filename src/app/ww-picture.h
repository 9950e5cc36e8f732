/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glycin.h>
#include <gtk/gtk.h>

#include "ww-media-decode.h"

G_BEGIN_DECLS

/*
 * Pictures out of bytes that anybody may have made: they are decoded by glycin, in a sandbox of its own, and by nothing
 * else. What declares more pixels than is good, or is of a kind that no photo is, is refused before it is decoded.
 */
/* An animated picture with more than this shows its first frame only. */
#define WW_PICTURE_MAX_MOVING_PIXELS (4 * 1000 * 1000)
/* So many are decoded at a time; the others wait. */
#define WW_PICTURE_DECODERS 2

typedef enum
{
  WW_PICTURE_STILL,  /* the first frame of what moves */
  WW_PICTURE_MOVING, /* a WwAnimation of what moves */
} WwPictureMode;

void ww_picture_load_async (GBytes *bytes, int width, int height, WwPictureMode mode, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
GdkPaintable *ww_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
