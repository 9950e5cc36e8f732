/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The picture of a group out of a file that the person chooses: a square, small enough to travel with the group. */
void ww_group_picture_choose_async (GtkWindow *parent, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
GBytes *ww_group_picture_choose_finish (GAsyncResult *result, GError **error);

GBytes *ww_group_picture_make (GBytes *file, gsize max_size, GCancellable *cancellable, GError **error);

G_END_DECLS
