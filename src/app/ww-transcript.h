/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * The messages of one conversation. Property "at-end": whether the newest message is in view.
 * Signal "retry" (WwMessage *).
 */
#define WW_TYPE_TRANSCRIPT (ww_transcript_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscript, ww_transcript, WW, TRANSCRIPT, GtkWidget)

void ww_transcript_set_conversation (WwTranscript *self, WwConversation *conversation);
gboolean ww_transcript_get_at_end (WwTranscript *self);
void ww_transcript_hold (WwTranscript *self);
void ww_transcript_scroll_to_end (WwTranscript *self);
gboolean ww_transcript_focus_last (WwTranscript *self);

G_END_DECLS
