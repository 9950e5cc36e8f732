/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * How the application looks, as the settings "style" and "message-layout" say. Both are strings with choices; the row of
 * a choice in the preferences is its place in the lists below.
 */
extern const char *const ww_appearance_styles[];  /* "system", "light", "dark", NULL */
extern const char *const ww_appearance_layouts[]; /* "bubbles", "compact", NULL */

/* Light and dark, for as long as the program runs. */
void ww_appearance_follow_style (GSettings *settings);
/* `widget` has the style class "compact" while messages are to be shown so. */
void ww_appearance_follow_layout (GSettings *settings, GtkWidget *widget);

/* A key with choices is the row that is selected. `choices`: static, as above. */
void ww_appearance_bind_row (GSettings *settings, const char *key, const char *const *choices, AdwComboRow *row);

G_END_DECLS
