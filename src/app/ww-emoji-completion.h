/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Offers emoji while one writes “:smi” or “:)”, and turns “:smile:” into one. */
#define WW_TYPE_EMOJI_COMPLETION (ww_emoji_completion_get_type ())
G_DECLARE_FINAL_TYPE (WwEmojiCompletion, ww_emoji_completion, WW, EMOJI_COMPLETION, GObject)

WwEmojiCompletion *ww_emoji_completion_new (GtkTextView *view, GtkWidget *parent);
void ww_emoji_completion_dispose (WwEmojiCompletion *self);

G_END_DECLS
