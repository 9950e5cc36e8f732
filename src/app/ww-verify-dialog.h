/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Says whose safety number it is that a link brought or somebody pasted; marks it only when told to. */
#define WW_TYPE_VERIFY_DIALOG (ww_verify_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwVerifyDialog, ww_verify_dialog, WW, VERIFY_DIALOG, AdwDialog)

AdwDialog *ww_verify_dialog_new (WwClient *client, const char *number);

G_END_DECLS
