/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-transcript-row.h"

G_BEGIN_DECLS

/* Follows the pointer and the keyboard through a conversation, and shows the message bar where they are. */
#define WW_TYPE_TRANSCRIPT_HOVER (ww_transcript_hover_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptHover, ww_transcript_hover, WW, TRANSCRIPT_HOVER, GObject)

WwTranscriptHover *ww_transcript_hover_new (GtkOverlay *overlay, GtkScrolledWindow *scrolled, GtkWidget *list);
void ww_transcript_hover_set_enabled (WwTranscriptHover *self, gboolean enabled);
void ww_transcript_hover_hide (WwTranscriptHover *self);

G_END_DECLS
