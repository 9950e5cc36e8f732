/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attach-strip.h"

G_BEGIN_DECLS

/* Files and pictures that come from other programs: dropped onto a place, or pasted where one writes. */
void ww_attach_drop_install (GtkWidget *area, WwAttachStrip *strip);
void ww_attach_paste_install (GtkTextView *view, WwAttachStrip *strip);

G_END_DECLS
