/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What decoded pictures may take together. */
#define WW_TEXTURE_CACHE_BYTES (64 * 1024 * 1024)

void ww_texture_fit_async (GdkTexture *texture, int width, int height, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
GdkTexture *ww_texture_fit_finish (GAsyncResult *result, GError **error);

/* → GBytes: written anew as JPEG, at most so many pixels wide and high, on a thread. */
void ww_texture_encode_async (GdkTexture *texture, int side, int quality, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
GBytes *ww_texture_encode_finish (GAsyncResult *result, GError **error);

GdkTexture *ww_texture_cache_lookup (const char *key);
void ww_texture_cache_insert (const char *key, GdkTexture *texture);
void ww_texture_cache_clear (void);
gsize ww_texture_cache_get_bytes (void);

G_END_DECLS
