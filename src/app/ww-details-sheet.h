/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * What stands around a conversation: its details open beside it where there is room for both, and in a dialog (a sheet
 * from below on a small window) where there isn't. Property: "content", the conversation.
 */
#define WW_TYPE_DETAILS_SHEET (ww_details_sheet_get_type ())
G_DECLARE_FINAL_TYPE (WwDetailsSheet, ww_details_sheet, WW, DETAILS_SHEET, AdwBin)

void ww_details_sheet_toggle (WwDetailsSheet *self, WwClient *client, WwConversation *conversation);
void ww_details_sheet_follow (WwDetailsSheet *self, WwConversation *conversation);
gboolean ww_details_sheet_close (WwDetailsSheet *self);
gboolean ww_details_sheet_has_focus (WwDetailsSheet *self);

G_END_DECLS
