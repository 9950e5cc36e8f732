/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"
#include "ww-transcript-item.h"
#include "ww-transcript-row.h"

G_BEGIN_DECLS

/*
 * The messages of one conversation. Properties "at-end": whether the newest message is in view; "selected": how many are,
 * "selecting": whether messages are being selected. Signals "retry" (WwMessage *), "event" (a sentence about a message that
 * is there). Action "transcript.hold", for what changes the height of a row.
 */
#define WW_TYPE_TRANSCRIPT (ww_transcript_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscript, ww_transcript, WW, TRANSCRIPT, GtkWidget)

void ww_transcript_set_conversation (WwTranscript *self, WwConversation *conversation);
gboolean ww_transcript_get_at_end (WwTranscript *self);

void ww_transcript_hold (WwTranscript *self);
void ww_transcript_scroll_to_end (WwTranscript *self);
void ww_transcript_show_message (WwTranscript *self, const char *id, gboolean focus);

gboolean ww_transcript_focus_last (WwTranscript *self);
WwTranscriptRow *ww_transcript_get_row (WwTranscript *self);
WwTranscriptItem *ww_transcript_find (WwTranscript *self, const char *id);
WwTranscriptItem *ww_transcript_find_editable (WwTranscript *self);
void ww_transcript_set_highlight (WwTranscript *self, const char *text);

void ww_transcript_start_selecting (WwTranscript *self, const char *id);
gboolean ww_transcript_stop_selecting (WwTranscript *self);
GListModel *ww_transcript_dup_selected (WwTranscript *self);

G_END_DECLS
