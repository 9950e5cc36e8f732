/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes that stand behind a GFile without being on any disk: for those who take nothing but files. */
typedef struct _WwMediaFile WwMediaFile;

WwMediaFile *ww_media_file_new (GBytes *bytes, GError **error);
WwMediaFile *ww_media_file_ref (WwMediaFile *self);
void ww_media_file_unref (WwMediaFile *self);
GFile *ww_media_file_get_file (WwMediaFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMediaFile, ww_media_file_unref)

G_END_DECLS
