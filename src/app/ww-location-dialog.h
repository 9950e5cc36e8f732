/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks where: here, by the desktop's location service, or somewhere that is typed. Emits "share" (double latitude, double
 * longitude, double accuracy in metres or 0, const char *name or ""). */
#define WW_TYPE_LOCATION_DIALOG (ww_location_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwLocationDialog, ww_location_dialog, WW, LOCATION_DIALOG, AdwDialog)

AdwDialog *ww_location_dialog_new (void);

G_END_DECLS
