/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The six quick tapbacks and a way to any other. Signals: "picked" (an emoji, "" to take the own one away), "more".
 */
#define WW_TYPE_TAPBACK_CHOICE (ww_tapback_choice_get_type ())
G_DECLARE_FINAL_TYPE (WwTapbackChoice, ww_tapback_choice, WW, TAPBACK_CHOICE, GtkWidget)

GtkWidget *ww_tapback_choice_new (void);
void ww_tapback_choice_set_own (WwTapbackChoice *self, const char *emoji);

G_END_DECLS
