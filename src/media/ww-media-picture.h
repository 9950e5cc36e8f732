/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ww-media-error.h"
#include "ww-media-format.h"

G_BEGIN_DECLS

/* A longer side of what is sent smaller. */
#define WW_MEDIA_SMALL_SIDE 1600

typedef enum
{
  WW_MEDIA_PICTURE_DEFAULT = 0,
  WW_MEDIA_PICTURE_KEEP_METADATA = 1 << 0, /* the file as it is */
  WW_MEDIA_PICTURE_SMALLER = 1 << 1,       /* WW_MEDIA_SMALL_SIDE at most; not of one that moves */
} WwMediaPictureFlags;

/* A picture as it will be sent. */
typedef struct
{
  GBytes *bytes;
  WwMediaFormat format;
  const char *media_type;
  guint width, height; /* as shown */
  gboolean animated;
  GBytes *preview; /* nullable */
} WwMediaPicture;

/* Both block: on a thread of their own. WW_MEDIA_ERROR_…, and G_IO_ERROR_CANCELLED. */
WwMediaPicture *ww_media_picture_prepare (GBytes *file, WwMediaPictureFlags flags, gsize max_preview,
                                          GCancellable *cancellable, GError **error);
/* Its pixels alone, `side` at most, written anew; no preview. */
WwMediaPicture *ww_media_picture_scale (GBytes *file, guint side, GCancellable *cancellable, GError **error);
void ww_media_picture_free (WwMediaPicture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMediaPicture, ww_media_picture_free)

G_END_DECLS
