/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The longest voice message. */
#define WW_VOICE_MAX_MS (15 * 60 * 1000)
/* How finely its course is told to the other side. */
#define WW_VOICE_LEVELS 64

/*
 * Records what is said, as Opus in Ogg, into memory. Properties: "level" (0 to 1), "duration-ms". Signals: "finished", once
 * what was said is complete; "failed" with a sentence.
 */
#define WW_TYPE_VOICE_RECORDER (ww_voice_recorder_get_type ())
G_DECLARE_FINAL_TYPE (WwVoiceRecorder, ww_voice_recorder, WW, VOICE_RECORDER, GObject)

WwVoiceRecorder *ww_voice_recorder_new (void);
void ww_voice_recorder_start (WwVoiceRecorder *self);
void ww_voice_recorder_finish (WwVoiceRecorder *self);
void ww_voice_recorder_cancel (WwVoiceRecorder *self);

double ww_voice_recorder_get_level (WwVoiceRecorder *self);
guint ww_voice_recorder_get_duration_ms (WwVoiceRecorder *self);
GBytes *ww_voice_recorder_get_bytes (WwVoiceRecorder *self);
GBytes *ww_voice_recorder_dup_levels (WwVoiceRecorder *self);

void ww_voice_levels_reduce (const guint8 *levels, gsize n_levels, guint8 *reduced, gsize n_reduced);

G_END_DECLS
