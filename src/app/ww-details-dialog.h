/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

#define WW_TYPE_DETAILS_DIALOG (ww_details_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwDetailsDialog, ww_details_dialog, WW, DETAILS_DIALOG, AdwDialog)

AdwDialog *ww_details_dialog_new (WwClient *client, WwConversation *conversation);

G_END_DECLS
