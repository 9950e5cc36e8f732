/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-voice-recorder.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Stands where one writes, while one speaks. Emits "done" when it is over: with the recording to send, or %NULL; and
 * "failed" with a sentence before that.
 */
#define WW_TYPE_VOICE_BAR (ww_voice_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwVoiceBar, ww_voice_bar, WW, VOICE_BAR, GtkWidget)

void ww_voice_bar_start (WwVoiceBar *self);
void ww_voice_bar_cancel (WwVoiceBar *self);
gboolean ww_voice_bar_get_active (WwVoiceBar *self);

G_END_DECLS
