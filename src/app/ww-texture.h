/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What decoded pictures may take together. */
#define WW_TEXTURE_CACHE_BYTES (64 * 1024 * 1024)

GdkTexture *ww_texture_fit (GdkTexture *texture, int width, int height, GError **error);

GdkTexture *ww_texture_cache_lookup (const char *key);
void ww_texture_cache_insert (const char *key, GdkTexture *texture);
void ww_texture_cache_clear (void);
gsize ww_texture_cache_get_bytes (void);

G_END_DECLS
