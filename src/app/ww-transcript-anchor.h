/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Returns: (transfer none) (nullable): the item that a child of the list shows */
typedef gpointer (*WwTranscriptAnchorItem) (GtkWidget *row);

/*
 * Keeps what one reads in its place while rows come, go, or change their height, and brings rows to a place. Signal
 * "settled": the rows are where they belong; before that the position of the view means nothing.
 */
#define WW_TYPE_TRANSCRIPT_ANCHOR (ww_transcript_anchor_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptAnchor, ww_transcript_anchor, WW, TRANSCRIPT_ANCHOR, GObject)

WwTranscriptAnchor *ww_transcript_anchor_new (GtkScrolledWindow *scrolled, GtkListView *list,
                                              WwTranscriptAnchorItem item_of);
void ww_transcript_anchor_hold (WwTranscriptAnchor *self);
void ww_transcript_anchor_place (WwTranscriptAnchor *self, guint position, double align);
void ww_transcript_anchor_release (WwTranscriptAnchor *self);
gboolean ww_transcript_anchor_get_settled (WwTranscriptAnchor *self);

G_END_DECLS
