/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Sees to it that the program may go on without a window and is started at login, as the settings say: in a sandbox through
 * the Background portal, else by a file for the desktop. What the system refuses is switched off in the settings.
 * Signal "refused" (const char *sentence).
 */
#define WW_TYPE_BACKGROUND (ww_background_get_type ())
G_DECLARE_FINAL_TYPE (WwBackground, ww_background, WW, BACKGROUND, GObject)

WwBackground *ww_background_new (const char *application_id, const char *profile);
/* Asks the system again for what the settings say; `parent` is nullable. */
void ww_background_request_async (WwBackground *self, GtkWindow *parent, GAsyncReadyCallback callback, gpointer data);
gboolean ww_background_request_finish (WwBackground *self, GAsyncResult *result, GError **error);
/* What the system's list of programs without a window says of this one. */
void ww_background_set_status (WwBackground *self, const char *status);

G_END_DECLS
