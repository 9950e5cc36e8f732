/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Sound and video out of a stream that only this program can read. GTK's media support takes addresses, so each stream
 * gets one, which means something in this process only; nothing is written to a disk.
 */
GtkMediaStream *ww_media_source_play (GInputStream *stream);

G_END_DECLS
