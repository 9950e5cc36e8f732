/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-background.h"

G_BEGIN_DECLS

/* Asked once, when the window is closed for the first time: what becomes of messages then. */
gboolean ww_background_question_is_due (GSettings *settings);
void ww_background_question_ask (WwBackground *background, GSettings *settings, GtkWindow *window);

G_END_DECLS
