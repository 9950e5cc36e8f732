/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a picture isn't taken. Messages are for the log; what people read is written by whoever asked. */
#define WW_MEDIA_ERROR (ww_media_error_quark ())

typedef enum
{
  WW_MEDIA_ERROR_UNKNOWN,   /* not one of the kinds that are decoded */
  WW_MEDIA_ERROR_TOO_LARGE, /* bytes or pixels: refused before it is decoded */
  WW_MEDIA_ERROR_BROKEN,    /* the decoder refused it, or died of it */
  WW_MEDIA_ERROR_TIMED_OUT,
  WW_MEDIA_ERROR_FAILED, /* of this machine: no memory, no decoder */
} WwMediaError;

GQuark ww_media_error_quark (void);

G_END_DECLS
