/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attach-strip.h"

G_BEGIN_DECLS

/*
 * What else one can send than words: a menu, and Ctrl+O for files. Files go to the strip. Emits "voice"; "contact" (GBytes
 * *vcard); "location" (double, double, double, const char *), as WwLocationDialog says.
 */
#define WW_TYPE_ATTACH_BUTTON (ww_attach_button_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachButton, ww_attach_button, WW, ATTACH_BUTTON, GtkWidget)

void ww_attach_button_set_strip (WwAttachButton *self, WwAttachStrip *strip);

G_END_DECLS
