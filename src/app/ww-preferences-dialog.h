/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

#define WW_TYPE_PREFERENCES_DIALOG (ww_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwPreferencesDialog, ww_preferences_dialog, WW, PREFERENCES_DIALOG, AdwPreferencesDialog)

AdwDialog *ww_preferences_dialog_new (WwClient *client);

G_END_DECLS
