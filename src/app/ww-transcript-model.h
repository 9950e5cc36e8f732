/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-transcript-item.h"

G_BEGIN_DECLS

/*
 * A GListModel of WwTranscriptItem over one of WwMessage, oldest first. Signal "event" (a sentence): somebody else did
 * something to a message that is there.
 */
#define WW_TYPE_TRANSCRIPT_MODEL (ww_transcript_model_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptModel, ww_transcript_model, WW, TRANSCRIPT_MODEL, GObject)

WwTranscriptModel *ww_transcript_model_new (WwConversation *conversation, GListModel *messages);
void ww_transcript_model_set_read (WwTranscriptModel *self, gint64 position);
void ww_transcript_model_set_plain (WwTranscriptModel *self, gboolean plain);
guint ww_transcript_model_get_first_unread (WwTranscriptModel *self);
guint ww_transcript_model_find (WwTranscriptModel *self, const char *message_id);
WwTranscriptItem *ww_transcript_model_find_editable (WwTranscriptModel *self);

G_END_DECLS
