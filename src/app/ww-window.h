/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

#define WW_TYPE_WINDOW (ww_window_get_type ())
G_DECLARE_FINAL_TYPE (WwWindow, ww_window, WW, WINDOW, AdwApplicationWindow)

WwWindow *ww_window_new (AdwApplication *application, WwClient *client, const char *profile);
void ww_window_open (WwWindow *self, const char *conversation_id);
void ww_window_new_conversation (WwWindow *self, const char *handle);
void ww_window_review_device (WwWindow *self, const char *device_id);
void ww_window_compare_number (WwWindow *self, const char *number);
void ww_window_refuse_claim (WwWindow *self, WwAlert *alert);
void ww_window_use_server (WwWindow *self, const char *server);
gboolean ww_window_is_reading (WwWindow *self, WwConversation *conversation);

G_END_DECLS
