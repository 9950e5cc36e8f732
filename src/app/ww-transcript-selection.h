/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The selection of a list in which nothing can be selected until the person asks for it; then every click takes one more
 * or one less. Property "count": how many are.
 */
#define WW_TYPE_TRANSCRIPT_SELECTION (ww_transcript_selection_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptSelection, ww_transcript_selection, WW, TRANSCRIPT_SELECTION, GObject)

WwTranscriptSelection *ww_transcript_selection_new (GListModel *model);
void ww_transcript_selection_set_selecting (WwTranscriptSelection *self, gboolean selecting);
gboolean ww_transcript_selection_get_selecting (WwTranscriptSelection *self);
void ww_transcript_selection_toggle (WwTranscriptSelection *self, guint position);
guint ww_transcript_selection_get_count (WwTranscriptSelection *self);

G_END_DECLS
