/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-transcript-item.h"

G_BEGIN_DECLS

/* Property "sentence": the whole row for a screen reader. Signal "retry" (WwMessage *): a failed message is to be sent. */
#define WW_TYPE_TRANSCRIPT_ROW (ww_transcript_row_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptRow, ww_transcript_row, WW, TRANSCRIPT_ROW, GtkWidget)

GtkWidget *ww_transcript_row_new (void);
WwTranscriptItem *ww_transcript_row_get_item (WwTranscriptRow *self);
void ww_transcript_row_set_item (WwTranscriptRow *self, WwTranscriptItem *item);

G_END_DECLS
