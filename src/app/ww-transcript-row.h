/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-transcript-item.h"

G_BEGIN_DECLS

/*
 * One message of a conversation, with what belongs to it. Actions: "message.tap-back" (s), "message.choose-tapback",
 * "message.reply", "message.copy", "message.edit", "message.unsend", "message.delete", "message.info", "message.menu",
 * "message.select", "message.retry". What changes its height is preceded by "transcript.hold".
 */
#define WW_TYPE_TRANSCRIPT_ROW (ww_transcript_row_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptRow, ww_transcript_row, WW, TRANSCRIPT_ROW, GtkWidget)

GtkWidget *ww_transcript_row_new (void);
void ww_transcript_row_set_item (WwTranscriptRow *self, WwTranscriptItem *item);
WwTranscriptItem *ww_transcript_row_get_item (WwTranscriptRow *self);
GtkWidget *ww_transcript_row_get_bubble (WwTranscriptRow *self);
void ww_transcript_row_set_highlight (WwTranscriptRow *self, const char *text);
void ww_transcript_row_flash (WwTranscriptRow *self);
void ww_transcript_row_rise (WwTranscriptRow *self);

G_END_DECLS
