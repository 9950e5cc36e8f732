/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Something to be heard, in a bubble: a voice message, or a piece of music. One plays at a time. */
#define WW_TYPE_AUDIO_PLAYER (ww_audio_player_get_type ())
G_DECLARE_FINAL_TYPE (WwAudioPlayer, ww_audio_player, WW, AUDIO_PLAYER, GtkWidget)

GtkWidget *ww_audio_player_new (WwAttachment *attachment, gboolean plain);

G_END_DECLS
