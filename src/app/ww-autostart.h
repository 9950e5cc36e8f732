/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's own way to start a program at login: a file in $XDG_CONFIG_HOME/autostart. Outside a sandbox only. */

/* What starts the program without a window. */
GStrv ww_autostart_dup_command (const char *profile);
void ww_autostart_set_async (const char *application_id, const char *profile, gboolean wanted, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
gboolean ww_autostart_set_finish (GAsyncResult *result, GError **error);
/* Whether it is there, and the person has not switched it off with another program. */
void ww_autostart_look_async (const char *application_id, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer data);
gboolean ww_autostart_look_finish (GAsyncResult *result, GError **error);

G_END_DECLS
