/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How loud something is over time, and how far one has heard it. Emits "seek" with a fraction when the person moves. */
#define WW_TYPE_WAVEFORM (ww_waveform_get_type ())
G_DECLARE_FINAL_TYPE (WwWaveform, ww_waveform, WW, WAVEFORM, GtkWidget)

void ww_waveform_set_levels (WwWaveform *self, const guint8 *levels, gsize n_levels);
void ww_waveform_append (WwWaveform *self, double level);
void ww_waveform_set_fraction (WwWaveform *self, double fraction);
double ww_waveform_get_fraction (WwWaveform *self);
void ww_waveform_set_text (WwWaveform *self, const char *text);
void ww_waveform_set_seekable (WwWaveform *self, gboolean seekable);

G_END_DECLS
