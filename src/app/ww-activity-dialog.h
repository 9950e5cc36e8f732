/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* All that happened to the account: devices and addresses that came and went, and what was refused. */
#define WW_TYPE_ACTIVITY_DIALOG (ww_activity_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwActivityDialog, ww_activity_dialog, WW, ACTIVITY_DIALOG, AdwDialog)

AdwDialog *ww_activity_dialog_new (WwClient *client);

G_END_DECLS
